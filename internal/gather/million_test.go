package gather

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sopro/internal/document"
	"sopro/internal/history"
	"sopro/internal/index"
	"sopro/internal/prompt"
	"sopro/internal/syntax"
	"sopro/internal/testkit/madecode"
	"sopro/internal/testkit/stopwatch"
)

// BenchmarkMillionLines is all of choosing in a workspace of a million lines: the cursor comes to a line of some file, and
// then to the next one. Text comes from the disk, eight files were looked at and changed before, and no time ends the choice.
func BenchmarkMillionLines(b *testing.B) {
	w := million(b)
	random := rand.New(rand.NewPCG(3, 3))
	b.Run("cold", func(b *testing.B) {
		var laps stopwatch.Laps
		for b.Loop() {
			q := w.anywhere(b, random)
			var a Anchor
			laps.Time(func() { a.Gather(context.Background(), q) })
		}
		laps.Report(b)
	})
	b.Run("next line", func(b *testing.B) {
		var laps stopwatch.Laps
		for b.Loop() {
			q := w.anywhere(b, random)
			var a Anchor
			a.Gather(context.Background(), q)
			q = q.typed(b, "\n\tvalue := index.Load(ctx, name)\n")
			laps.Time(func() { a.Gather(context.Background(), q) })
		}
		laps.Report(b)
	})
}

// madeWorkspace is files with an index and what was done with some of them.
type madeWorkspace struct {
	files   []index.File
	sources Sources
}

func million(b *testing.B) *madeWorkspace {
	b.Helper()
	const root = "/w"
	w := &madeWorkspace{sources: Sources{Index: index.Open(index.Options{Dir: b.TempDir()}), History: history.New()}}
	x := w.sources.Index
	b.Cleanup(func() { x.Close() })
	if err := x.Attach(root, func(string) bool { return true }); err != nil {
		b.Fatal(err)
	}
	for rel, text := range madecode.Workspace(1, 1_000_000) {
		f := index.File{Path: filepath.Join(root, rel), Rel: rel, Root: root, Language: "go", Text: text, Size: int64(len(text)), ModTime: time.Unix(1, 0)}
		if err := x.Put(context.Background(), f); err != nil {
			b.Fatal(err)
		}
		w.files = append(w.files, f)
	}
	if err := x.Flush(); err != nil {
		b.Fatal(err)
	}
	for _, f := range w.files[:8] {
		known, text := history.File{Local: f.Path, Rel: f.Rel}, document.New("file://"+f.Path, "go", 0, f.Text)
		w.sources.History.Opened(known, text)
		changed, _ := text.Splice(document.Span{Start: text.LineStart(20), End: text.LineStart(21)}, "\tvalue := index.Load(ctx, name)\n")
		w.sources.History.Changed(known, changed)
	}
	return w
}

// anywhere is a question of a cursor at the end of some line, with a tree.
func (w *madeWorkspace) anywhere(b *testing.B, random *rand.Rand) Query {
	f := w.files[random.IntN(len(w.files))]
	text := document.New("file://"+f.Path, "go", 0, f.Text)
	view := syntax.Parse(context.Background(), syntax.Detect("go", f.Rel, ""), text)
	b.Cleanup(view.Close)
	estimator := prompt.NewEstimator()
	return Query{
		Text: text, View: view, Offset: text.LineEnd(10 + random.IntN(strings.Count(f.Text, "\n")-10)), Path: f.Rel, Local: f.Path, Sources: w.sources,
		Budget: 1536, Estimate: func(text string) int { return estimator.Tokens("made", "go", text) },
	}
}

// typed is the question after some text was typed.
func (q Query) typed(b *testing.B, text string) Query {
	var edit document.Edit
	q.Text, edit = q.Text.Splice(document.Span{Start: q.Offset, End: q.Offset}, text)
	q.View = q.View.With(q.Text, edit)
	b.Cleanup(q.View.Close)
	q.Offset += len(text)
	return q
}
