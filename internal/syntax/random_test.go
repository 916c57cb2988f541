package syntax

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	sitter "github.com/smacker/go-tree-sitter"

	"sopro/internal/document"
)

var randomEdits = flag.Int("edits", 150, "random edits a language in TestIncrementalIsFresh")

// However a text came to be, the tree is the one of a full parse wherever that has
// no error; elsewhere tree-sitter itself makes another, and what counts is that
// nothing crashes and every range lies in the text.
func TestIncrementalIsFresh(t *testing.T) {
	for _, l := range Languages() {
		if !l.HasGrammar() {
			continue
		}
		t.Run(l.ID(), func(t *testing.T) {
			t.Parallel()
			text, pieces := sample(t, l)
			random := rand.New(rand.NewPCG(1, uint64(len(text))))
			s := document.New("file:///test", l.ID(), 1, text)
			tree := fresh(t, l, s)
			if where, ok := (parsed{l.grammar(), s, tree}).firstError(); ok {
				t.Errorf("the sample has an error at %+v: %q", where, s.Slice(where))
			}
			clean := 0
			for i := range *randomEdits {
				next, e := randomEdit(random, s, text, pieces)
				edit(tree, e)
				incremental, err := l.grammar().parse(tree, next, time.Minute, never)
				if err != nil {
					t.Fatal(err)
				}
				whole := fresh(t, l, next)
				if !whole.RootNode().HasError() {
					clean++
					if got, want := outline(incremental), outline(whole); got != want {
						t.Fatalf("edit %d (%+v) of %q: -fresh +incremental:\n%s", i, e, s, cmp.Diff(want, got))
					}
				}
				checkRanges(t, incremental, next)
				if i%10 == 0 {
					old := &View{language: l, budgets: patient, text: next, tree: tree.Copy()}
					at := random.IntN(next.Len() + 1)
					poke(t, old, document.Span{Start: at, End: at}, pieces[random.IntN(len(pieces))])
					old.Close()
				}
				tree.Close()
				tree, s = incremental, next
				whole.Close()
			}
			tree.Close()
			if clean == 0 {
				t.Error("no text parsed: nothing was compared")
			}
		})
	}
}

// sample is a text of a language, from its test file, and its pieces to insert.
func sample(t *testing.T, l *Language) (text string, pieces []string) {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", l.ID()+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		if f.Name == "declarations" {
			text = string(f.Data)
		}
	}
	pieces = append(strings.SplitAfter(text, "\n"), strings.Fields(text)...)
	return text, append(pieces, "(", ")", "{", "}", "\"", "'", "\n", " ", "\t", "é", "👍🏽", "\r\n", "x", "# ", "/*", "*/", "`")
}

// randomEdit is a small edit as people and programs make them, or, one time in
// three, the way back to the first text, so that clean texts keep coming.
func randomEdit(random *rand.Rand, s *document.Snapshot, first string, pieces []string) (*document.Snapshot, document.Edit) {
	if random.IntN(3) == 0 {
		now := s.String()
		start := 0
		for start < len(now) && start < len(first) && now[start] == first[start] {
			start++
		}
		end, old := len(now), len(first)
		for end > start && old > start && now[end-1] == first[old-1] {
			end, old = end-1, old-1
		}
		return s.Splice(document.Span{Start: start, End: end}, first[start:old])
	}
	start := random.IntN(s.Len() + 1)
	end := start
	if random.IntN(2) == 0 {
		end = min(start+random.IntN(20), s.Len())
	}
	return s.Splice(document.Span{Start: start, End: end}, pieces[random.IntN(len(pieces))])
}

func fresh(t *testing.T, l *Language, s *document.Snapshot) *sitter.Tree {
	t.Helper()
	tree, err := l.grammar().parse(nil, s, time.Minute, never)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// outline is the kinds and ranges of a tree's named nodes. The others are left out:
// whether a newline at the end of the file is a token of its own depends on what
// was there before.
func outline(tree *sitter.Tree) string {
	var b strings.Builder
	walk(tree, func(n *sitter.Node) {
		if n.IsNamed() {
			fmt.Fprintf(&b, "%s %d-%d\n", n.Type(), n.StartByte(), n.EndByte())
		}
	})
	return b.String()
}

func checkRanges(t *testing.T, tree *sitter.Tree, s *document.Snapshot) {
	t.Helper()
	walk(tree, func(n *sitter.Node) {
		if n.StartByte() > n.EndByte() || int(n.EndByte()) > s.Len() {
			t.Fatalf("%s at %d-%d of %d", n.Type(), n.StartByte(), n.EndByte(), s.Len())
		}
	})
}

// walk visits every node, in the order of the text.
func walk(tree *sitter.Tree, visit func(n *sitter.Node)) {
	cursor := sitter.NewTreeCursor(tree.RootNode())
	defer cursor.Close()
	for {
		visit(cursor.CurrentNode())
		if cursor.GoToFirstChild() {
			continue
		}
		for !cursor.GoToNextSibling() {
			if !cursor.GoToParent() {
				return
			}
		}
	}
}

// The answers of one-off parses do not depend on what was parsed before.
func TestParseStops(t *testing.T) {
	s := document.New("file:///test", "go", 1, "package a\n"+strings.Repeat("func f() { x(1) }\n", 10_000))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for range 3 {
		v := parseOnce(ended, Detect("go", "", ""), s, patient)
		if v.HasTree() {
			t.Error("a tree of a stopped parse")
		}
		v.Close()
		v = parseOnce(t.Context(), Detect("go", "", ""), s, patient)
		if got := len(v.Declarations()); got != 10_000 {
			t.Errorf("%d declarations", got)
		}
		v.Close()
	}
}

// A parse that ran out of its budget leaves nothing behind in the parser.
func TestBudget(t *testing.T) {
	g := Detect("go", "", "").grammar()
	large := document.New("file:///large", "go", 1, "package a\n"+strings.Repeat("func f() { x(1) }\n", 10_000))
	small := document.New("file:///small", "go", 1, "package a\n\nvar x = 1\n")
	first := fresh(t, Detect("go", "", ""), small)
	defer first.Close()
	want := outline(first)
	for range 2 * idleParsers {
		if tree, err := g.parse(nil, large, time.Microsecond, never); err == nil {
			tree.Close()
			t.Fatal("parsed 180 KB in a microsecond")
		}
		tree, err := g.parse(nil, small, time.Minute, never)
		if err != nil {
			t.Fatal(err)
		}
		if got := outline(tree); got != want {
			t.Errorf("-fresh +after a broken parse:\n%s", cmp.Diff(want, got))
		}
		tree.Close()
	}
}
