package index

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"sopro/internal/document"
	"sopro/internal/syntax"
)

func TestPackedIsReadAsItWas(t *testing.T) {
	declared := []syntax.Symbol{
		{Name: "Cart", Kind: "struct", Signature: "type Cart struct {\n\titems []Item\n}", Doc: "Cart is …", Span: document.Span{Start: 3, End: 900}, Lines: [2]int{2, 40}, Exported: true},
		{Name: "größe", Container: "Cart"},
	}
	var got []syntax.Symbol
	packed := packSymbols(declared)
	for at, s := range symbols(packed) {
		got = append(got, s)
		if one, ok := symbolAt(packed, at); !ok || !cmp.Equal(one, s) {
			t.Errorf("at %d stands %+v", at, one)
		}
	}
	if diff := cmp.Diff(declared, got); diff != "" {
		t.Error(diff)
	}
	needed := []syntax.Import{{Path: "fmt", Span: document.Span{Start: 1, End: 4}}, {Path: "./util", Names: []string{"a", "b"}, Alias: "u"}}
	if diff := cmp.Diff(needed, imports(packImports(needed))); diff != "" {
		t.Error(diff)
	}
	cuts := cut("one two\n\nthree\n")
	back, err := unpackWindows(string(packWindows(cuts)))
	if diff := cmp.Diff(cuts, back, cmp.AllowUnexported(cutting{}, window{})); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

// FuzzPacked reads bytes of a disk that has gone bad.
func FuzzPacked(f *testing.F) {
	f.Add(packSymbols([]syntax.Symbol{{Name: "x", Lines: [2]int{1, 2}}}))
	f.Add(packImports([]syntax.Import{{Path: "x", Names: []string{"a"}}}))
	f.Add(string(packWindows(cut("one two two\nthree\n"))))
	f.Fuzz(func(t *testing.T, packed string) {
		for at := range symbols(packed) {
			symbolAt(packed, at)
		}
		imports(packed)
		unpackWindows(packed)
	})
}
