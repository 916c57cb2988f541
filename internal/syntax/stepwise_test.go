package syntax

import (
	"testing"

	"sopro/internal/document"
)

func TestStepwiseFollowsWhatIsTyped(t *testing.T) {
	s := document.New("file:///test", "go", 1, "package a\n\nfunc f() {}\n")
	w := NewStepwise(Detect("go", "", ""), s)
	defer w.Close()
	const typed, off = "\nfunc g() {}\n", len("package a\n")
	for i := range len(typed) {
		var e document.Edit
		s, e = s.Splice(document.Span{Start: off + i, End: off + i}, typed[i:i+1])
		w.Update(s, []document.Edit{e})
	}
	w.Rest()
	v := w.View()
	defer v.Close()
	if got := names(v); got != "g f" || !v.Fresh() {
		t.Errorf("declared %q, fresh %v", got, v.Fresh())
	}
}

func TestStepwiseWithoutAGrammar(t *testing.T) {
	s := document.New("file:///test", "plaintext", 1, "words")
	w := NewStepwise(Detect("plaintext", "", ""), s)
	defer w.Close()
	w.Update(s, nil)
	w.Rest()
	v := w.View()
	defer v.Close()
	if v.HasTree() {
		t.Error("a tree of prose")
	}
}
