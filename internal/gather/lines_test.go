package gather

import (
	"context"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"

	"sopro/internal/document"
	"sopro/internal/index"
	"sopro/internal/syntax"
)

// Whatever the hole: what is shown of a file is lines of it, in its order, none twice and none that the window holds, and no line
// of a type without the type's head.
func TestSnippetsAreLinesOfTheirFiles(t *testing.T) {
	archive, err := txtar.ParseFile("../eval/holes/testdata/project.txtar")
	if err != nil {
		t.Fatal(err)
	}
	x := index.Open(index.Options{})
	t.Cleanup(func() { _ = x.Close() })
	put := func(rel, text string) {
		if err := x.Put(t.Context(), index.File{Path: "/w/" + rel, Rel: rel, Root: "/w", Language: syntax.Detect("", rel, "").ID(), Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	files := map[string]string{}
	var names []string
	for _, f := range archive.Files {
		files[f.Name], names = string(f.Data), append(names, f.Name)
		put(f.Name, files[f.Name])
	}
	rapid.Check(t, func(t *rapid.T) {
		rel := rapid.SampledFrom(names).Draw(t, "file")
		language := syntax.Detect("", rel, "")
		s := document.New("file:///w/"+rel, language.ID(), 0, files[rel])
		off := s.LineEnd(rapid.IntRange(0, s.LineCount()-1).Draw(t, "line"))
		defer put(rel, files[rel])
		var a Anchor
		chosen := map[string]bool{}
		for range rapid.IntRange(1, 3).Draw(t, "holes") {
			s, off = typed(s, off, rapid.SampledFrom([]string{"", "\n\t", "\n\treturn new", "\n\n\n\n\n\n\n\n\n"}).Draw(t, "typed"))
			put(rel, s.String())
			view := syntax.Parse(context.Background(), language, s)
			c := a.Gather(context.Background(), Query{
				Text: s, Offset: off, Budget: rapid.SampledFrom([]int{512, 1536, 4096}).Draw(t, "budget"), Estimate: estimate,
				Path: rel, Local: "/w/" + rel, View: view, Sources: Sources{Index: x},
			})
			view.Close()
			near := document.Span{Start: off - len(c.Prefix), End: off + len(c.Suffix)}
			shown := map[string]map[int]bool{}
			for i, k := range a.list.kept {
				rows := linesOf(t, x, s, &a.list.kept[i], near, shown)
				if c.Snippets[i].Why == "" || c.Snippets[i].Text != k.Text {
					t.Fatalf("nobody knows why %+v", c.Snippets[i])
				}
				if got := c.Snippets[i]; !slices.Equal(rowsOf(got.Runs), rows) || got.Lines != [2]int{rows[0], rows[len(rows)-1]} {
					t.Fatalf("%s is said to show %v of %v, and shows %v", got.Path, got.Runs, got.Lines, rows)
				}
				if !chosen[k.local+k.Text] { // later the window may leave a head that it held
					chosen[k.local+k.Text] = true
					headed(t, s, x.Outline(context.Background(), k.local), k.local == "/w/"+rel, rows, near)
				}
			}
		}
	})
}

// headed wants the heads of the types that some lines stand in among them, or in the window.
func headed(t *rapid.T, s *document.Snapshot, outline []index.Symbol, own bool, rows []int, near document.Span) {
	for _, d := range outline {
		head := document.Span{Start: s.LineStart(d.Lines[0]), End: s.LineStart(d.Lines[0] + 1)}
		if !types[d.Kind] || slices.Contains(rows, d.Lines[0]) || own && overlap(head, near) {
			continue
		}
		for _, i := range rows {
			if d.Lines[0] < i && i <= d.Lines[1] {
				t.Fatalf("line %d of %s stands without the head of %s", i, d.Rel, d.Name)
			}
		}
	}
}

// rowsOf is the lines of some runs.
func rowsOf(runs [][2]int) (rows []int) {
	for _, run := range runs {
		for i := run[0]; i <= run[1]; i++ {
			rows = append(rows, i)
		}
	}
	return rows
}

// linesOf checks the text of a snippet against its file, adds its lines to those shown of it, and returns them.
func linesOf(t *rapid.T, x *index.Index, s *document.Snapshot, k *kept, near document.Span, shown map[string]map[int]bool) []int {
	if shown[k.local] == nil {
		shown[k.local] = map[int]bool{}
	}
	lines := strings.SplitAfter(x.Text(k.local), "\n")
	rows := k.rows
	if len(k.spans) > 0 { // they moved with the text
		rows = nil
		for _, span := range k.spans {
			for i := s.LineAt(span.Start); s.LineStart(i) < span.End; i++ {
				rows = append(rows, i)
			}
		}
	}
	last, want := -1, ""
	for _, i := range rows {
		if i <= last || shown[k.local][i] {
			t.Fatalf("%s: line %d comes after %d, or again", k.local, i, last)
		}
		if last >= 0 && i > last+1 {
			want += "\n"
		}
		want += strings.TrimSuffix(lines[i], "\n") + "\n"
		shown[k.local][i], last = true, i
	}
	if k.Text != want {
		t.Fatalf("%s shows\n%s\nand its lines are\n%s", k.local, k.Text, want)
	}
	if k.held(near) {
		t.Fatalf("the window holds %s", k.Text)
	}
	return rows
}
