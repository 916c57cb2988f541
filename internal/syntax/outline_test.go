package syntax

import (
	"fmt"
	"strings"
	"testing"

	"sopro/internal/document"
)

// symbolList is symbols as a .want file has them.
func symbolList(all []Symbol) string {
	var b strings.Builder
	for _, s := range all {
		exported := ""
		if s.Exported {
			exported = "+"
		}
		fmt.Fprintf(&b, "%d-%d %s %s.%s%s %s\n%s\n", s.Lines[0]+1, s.Lines[1]+1, s.Kind, s.Container, s.Name, exported, s.Doc, s.Signature)
	}
	return strings.ReplaceAll(b.String(), " \n", "\n")
}

// importList is imports as a .want file has them.
func importList(all []Import) string {
	var b strings.Builder
	for _, i := range all {
		fmt.Fprintf(&b, "%s %s %s\n", i.Path, strings.Join(i.Names, ","), i.Alias)
	}
	return strings.ReplaceAll(strings.ReplaceAll(b.String(), " \n", "\n"), " \n", "\n")
}

// nearList is names as a .want file has them.
func nearList(all []Near) string {
	var b strings.Builder
	for _, n := range all {
		fmt.Fprintf(&b, "%d %s %s.%s\n", n.Distance, n.Role, n.Of, n.Name)
	}
	return b.String()
}

// Outline says of a text what a View of it says, and of one that cannot be parsed nothing.
func TestOutline(t *testing.T) {
	text := "import { a } from './a'\n\nfunction f() {\n  if (x) {\n}\n\nfunction behind() {}\n"
	l := Detect("typescript", "", "")
	s := document.New("file:///test", "typescript", 1, text)
	symbols, imports := Outline(t.Context(), l, s)
	v := parse(t, l, text)
	if got, want := symbolList(symbols), symbolList(v.Symbols()); got != want || !strings.Contains(got, ".behind") {
		t.Errorf("%s\nwant, and the function behind what is not closed\n%s", got, want)
	}
	if got, want := importList(imports), importList(v.Imports()); got != want || got != "./a a\n" {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	for _, none := range []*Language{Detect("json", "", ""), Detect("unheard-of", "", "")} {
		if symbols, imports := Outline(t.Context(), none, s); len(symbols)+len(imports) > 0 {
			t.Errorf("%s: %v %v", none.ID(), symbols, imports)
		}
	}
}

// Without a tree names come by the text alone, with what they stand behind.
func TestNamesNearWithoutTree(t *testing.T) {
	before, after := "fn draw(canvas: *Canvas) void {\n    const brush = Brush.init(canvas);\n    // words of a comment\n    ", "\n    brush.stroke(\"a string\");\n}\n"
	v := Bare(Detect("zig", "", ""), document.New("file:///draw.zig", "zig", 1, before+after))
	got := nearList(v.NamesNear(len(before), 10))
	for _, want := range []string{"1 member brush.stroke\n", "1 type brush.Brush\n", "2 member Brush.init\n", "3 type .Canvas\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "words") || strings.Contains(got, "string") {
		t.Errorf("words of a comment or a string:\n%s", got)
	}
	if all := v.Symbols(); len(all) > 0 {
		t.Errorf("symbols without a tree: %v", all)
	}
}

// The text that a hole stands in is read from its start and to its end.
func TestNamesNearAtTheEdges(t *testing.T) {
	for _, text := range []string{"", "\n", "a.bcd", "abc"} {
		v := Bare(Detect("go", "", ""), document.New("file:///a.go", "go", 1, text))
		for _, off := range []int{-1, 0, len(text), len(text) + 9} {
			if got := v.NamesNear(off, 1000); len(got) > 1 || len(text) > 2 && len(got) == 0 {
				t.Errorf("%q at %d: %v", text, off, got)
			}
		}
	}
}

// Headers of C and of C++ have one ending.
func TestOutlineOfHeaders(t *testing.T) {
	for text, want := range map[string]string{
		"#pragma once\nnamespace geo {\nclass Shape {\n public:\n  int area() const;\n};\n}\n":                   "method Shape.area+\n",
		"#ifdef __cplusplus\nextern \"C\" {\n#endif\nstruct shape { int class; };\nint area(struct shape *s);\n": "field shape.class+\n",
	} {
		symbols, _ := Outline(t.Context(), Detect("", "shape.h", ""), document.New("file:///shape.h", "c", 1, text))
		if got := symbolList(symbols); !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func BenchmarkOutline(b *testing.B) {
	l := Detect("go", "", "")
	s := document.New("file:///large.go", "go", 1, large())
	b.SetBytes(int64(s.Len()))
	for b.Loop() {
		if symbols, _ := Outline(b.Context(), l, s); len(symbols) != 750 {
			b.Fatal(len(symbols))
		}
	}
}

func BenchmarkImports(b *testing.B) {
	v := parse(b, Detect("go", "", ""), large())
	for b.Loop() {
		if len(v.Imports()) != 1 {
			b.Fatal("not the import")
		}
	}
}

func BenchmarkNamesNear(b *testing.B) {
	v := parse(b, Detect("go", "", ""), large())
	at := v.Text().LineStart(6005) + 3
	for b.Loop() {
		if len(v.NamesNear(at, 20)) < 20 {
			b.Fatal("few names")
		}
	}
}
