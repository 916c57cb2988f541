package syntax

import (
	"strings"
	"testing"

	"sopro/internal/document"
)

func TestFirstError(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"go", "package a\n\nfunc f() {}\n", ""},
		{"go", "package a\n\nfunc f() {\n\tx := █)\n}\n", ""},
		{"go", "package a\n\nfunc f() {\n\tx(1█\n}\n\nfunc g() {}\n", ""},
		{"python", "def f(:█\n    pass\n", ""},
		{"json", "{", ""},
	} {
		before, after, has := strings.Cut(c.text, "█")
		v := parseOnce(t.Context(), Detect(c.language, "", ""), document.New("file:///test", c.language, 1, before+after), patient)
		where, ok := v.FirstError()
		v.Close()
		if ok != has {
			t.Errorf("%q: an error: %v, want %v", c.text, ok, has)
			continue
		}
		line := func(off int) int { return strings.Count((before + after)[:off], "\n") }
		if ok && line(where.Start) != line(len(before)) {
			t.Errorf("%q: first error at %d, line %d", c.text, where.Start, line(where.Start)+1)
		}
	}
}

// ⟦replaced|inserted⟧
func TestBreaks(t *testing.T) {
	for _, c := range []struct {
		name, language, text string
		want                 bool
	}{
		{"fits", "go", "package a\n\nfunc f() {\n\t⟦|x := 1⟧\n}\n", false},
		{"open bracket", "go", "package a\n\nfunc f() {\n\t⟦|x := (1⟧\n}\n", true},
		{"open block", "go", "package a\n\nfunc f() {\n\t⟦|if x {⟧\n}\n", true},
		{"one closer too many", "go", "package a\n\nfunc f() {\n\t⟦|x()\n}⟧\n}\n", true},
		{"replaces", "go", "package a\n\nfunc f() {\n\t⟦x := 1|y := 2⟧\n}\n", false},
		{"replaces a closer", "go", "package a\n\nfunc f() {\n\tx(⟦)|1⟧\n}\n", true},
		{"broken before", "go", "package a\n\nfunc f() {\n\tx := (\n\t⟦|y := (⟧\n}\n", false},
		{"between functions", "go", "package a\n\nfunc f() {}\n⟦|\nfunc g() {}\n⟧\nfunc h() {}\n", false},
		{"a new function", "go", "package a\n\nfunc f() {\n⟦|}\n\nfunc g() {\n⟧}\n\nfunc h() {}\n", false},
		{"needs the header", "php", "<?php\n$a = 1;\n⟦|$b = 2;⟧\n", false},
		{"php", "php", "<?php\n$a = 1;\n⟦|$b = (2;⟧\n", true},
		{"proto", "proto", "syntax = \"proto3\";\nmessage A {}\n⟦|message B {}⟧\n", false},
		{"member", "java", "class A {\n  ⟦|int a() { return 1; }⟧\n}\n", false},
		{"python", "python", "def f(x):\n    y = 1\n    ⟦|return (x⟧\n", true},
		{"python block", "python", "def f(x):\n    y = 1\n    ⟦|return x⟧\n", false},
		{"a statement outside of a function", "go", "package a\n\n⟦|return 1⟧\n", true},
		{"a call outside of a function", "go", "package a\n\n⟦|f()⟧\n", true},
		{"a declaration below a function", "go", "package a\n\nfunc f() {\n}\n\n⟦|var x = f()⟧\n", false},
		{"no grammar", "json", "{⟦|{⟧}", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			before, rest, _ := strings.Cut(c.text, "⟦")
			change, after, _ := strings.Cut(rest, "⟧")
			replaced, inserted, _ := strings.Cut(change, "|")
			for _, far := range []string{"", strings.Repeat("\n", maxAlone)} { // parsed alone, and in the whole
				s := document.New("file:///test", c.language, 1, before+replaced+far+after)
				v := parseOnce(t.Context(), Detect(c.language, "", ""), s, patient)
				got := v.Breaks(document.Span{Start: len(before), End: len(before) + len(replaced)}, inserted+far)
				v.Close()
				if got != c.want {
					t.Errorf("breaks: %v, with %d bytes more", got, len(far))
				}
			}
		})
	}
}

// A view whose tree is older than its text parses the text first.
func TestBreaksFromAnOlderTree(t *testing.T) {
	tracker, s := open(t, "go", "package a\n\nfunc f() {\n}\n")
	wait(t, tracker)
	for _, c := range []struct {
		typed string
		want  bool
	}{{"x()", true}, {"x(", false}} {
		newer, e := s.Splice(document.Span{Start: 22, End: 22}, c.typed)
		tracker.mu.Lock()
		v := &View{language: tracker.language, budgets: patient, text: newer, tree: tracker.tree.Copy()}
		tracker.mu.Unlock()
		edit(v.tree, e)
		at := 22 + len(c.typed)
		if got := v.Breaks(document.Span{Start: at, End: at}, "\nif {"); got != c.want {
			t.Errorf("after %q: breaks %v", c.typed, got)
		}
		if !v.Fresh() {
			t.Errorf("after %q: not fresh", c.typed)
		}
		v.Close()
	}
}
