package syntax

import (
	"strings"
	"testing"
	"time"

	"sopro/internal/document"
)

// What is replaced right of the cursor does not count.
func TestCompletesReplacing(t *testing.T) {
	text := "package a\n\nfunc f() {\n\tx := foo(b, c)\n\ty()\n}\n"
	v := parse(t, Detect("go", "", ""), text)
	start := strings.Index(text, "b, c)")
	inserted := "a, b)\n\tz()"
	got, ok := v.Completes(document.Span{Start: start, End: start + len("b, c)")}, inserted)
	if want := len("a, b)"); !ok || got != want {
		t.Errorf("completes %d, %v, want %d", got, ok, want)
	}
}

// A statement in a class that is too long to be parsed alone is found in the tree
// of the whole.
func TestCompletesInALongClass(t *testing.T) {
	text := "class A {\n  █\n" + strings.Repeat("  int m() { return 1; }\n", 2*maxAlone/20) + "}\n"
	before, after, _ := strings.Cut(text, "█")
	v := parse(t, Detect("java", "", ""), before+after)
	inserted := "int n() {\n    return 2;\n  }\n\n  int o() {"
	got, ok := v.Completes(document.Span{Start: len(before), End: len(before)}, inserted)
	if want := strings.Index(inserted, "\n\n"); !ok || got != want {
		t.Errorf("completes %d, %v, want %d", got, ok, want)
	}
}

// No time, no answer.
func TestCompletesWithinItsBudget(t *testing.T) {
	s := document.New("file:///test", "go", 1, large())
	v := parseOnce(t.Context(), Detect("go", "", ""), s, budgets{whole: time.Minute})
	defer v.Close()
	if end, ok := v.Completes(document.Span{}, "package b\n"); ok {
		t.Errorf("completes %d", end)
	}
}

func TestOpenQuote(t *testing.T) {
	for _, c := range []struct {
		line, quotes string
		want         bool
	}{
		{`x("a`, `"'`, true},
		{`x("a"`, `"'`, false},
		{`x("a\"`, `"'`, true},
		{`x("it's"`, `"'`, false},
		{`x("it's`, `"'`, true},
		{`x('a`, `"`, false},
		{``, `"`, false},
		{`\`, `"`, false},
	} {
		if got := openQuote(c.line, c.quotes); got != c.want {
			t.Errorf("%s: %v", c.line, got)
		}
	}
}

// TestViewWith compares a text's view with an edit in it to the view of the text that the edit made.
func TestViewWith(t *testing.T) {
	text := "package a\n\nfunc f() {\n\tfmt.Pri\n}\n"
	v := parse(t, Detect("go", "", ""), text)
	at := strings.Index(text, "Pri")
	for _, item := range []string{"Println", "Print(\n\t\t1,", "", "x\n}\n\nfunc g() {\n\ty"} {
		there, e := v.Text().Splice(document.Span{Start: at, End: at + len("Pri")}, item)
		got, want := v.With(there, e), parse(t, Detect("go", "", ""), there.String())
		if got.Text() != there || !got.HasTree() || got.Fresh() {
			t.Errorf("%q: tree %t, fresh %t, %q", item, got.HasTree(), got.Fresh(), got.Text())
		}
		cursor := document.Span{Start: e.NewEnd, End: e.NewEnd}
		for _, inserted := range []string{"", "(x)", "(x)\n\treturn\n", "(\n\t\ta,\n\t)\n\treturn\n", " ok {\n\t\tg()\n\t}\n", ")\n", "2)\n\tg()\n"} {
			end, ok := got.Completes(cursor, inserted)
			if wantEnd, wantOK := want.Completes(cursor, inserted); end != wantEnd || ok != wantOK {
				t.Errorf("%q, %q: it ends at %d, %t; the text's own tree says %d, %t", item, inserted, end, ok, wantEnd, wantOK)
			}
			if got, want := got.Breaks(cursor, inserted), want.Breaks(cursor, inserted); got != want {
				t.Errorf("%q, %q breaks %t; the text's own tree says %t", item, inserted, got, want)
			}
		}
		got.Close()
	}
	if v.Close(); v.With(v.Text(), document.Edit{}).HasTree() {
		t.Error("a tree was made of none")
	}
}
