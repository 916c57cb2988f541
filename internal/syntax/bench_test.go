package syntax

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sopro/internal/document"
)

// large is a Go file of 12,000 lines, some 270 KB, in which every function differs.
func large() string {
	var b strings.Builder
	b.WriteString("package large\n\nimport \"fmt\"\n")
	for i := range 750 {
		fmt.Fprintf(&b, `
// Handle%[1]d does what number %[1]d asks for.
func (s *Server) Handle%[1]d(ctx context.Context, r *Request) (err error) {
	if r.Size > %[1]d && len(r.Names) > 0 {
		for i, name := range r.Names {
			s.seen[name] = append(s.seen[name], Entry{Index: i, Value: %[1]d})
		}
		return fmt.Errorf("request %%d: too large: %%d", %[1]d, r.Size)
	}
	out, err := s.store.Load(ctx, "key%[1]d", func(e Entry) bool { return e.Value == %[1]d })
	if err != nil {
		return err
	}
	s.count += len(out)
	return s.reply(ctx, out)
}
`, i)
	}
	return b.String()
}

func BenchmarkParse(b *testing.B) {
	l := Detect("go", "", "")
	s := document.New("file:///large.go", "go", 1, large())
	b.SetBytes(int64(s.Len()))
	b.ReportMetric(float64(s.LineCount()), "lines")
	for b.Loop() {
		v := Parse(b.Context(), l, s)
		if !v.HasTree() {
			b.Fatal("no tree")
		}
		v.Close()
	}
}

// BenchmarkTypedCharacter is the work of a tracker's goroutine for one key: in a
// statement, and behind brackets that no editor closed.
func BenchmarkTypedCharacter(b *testing.B) {
	for name, text := range map[string]string{
		"statement": "\n\tcount := s.total + offset*scale - len",
		"unclosed":  "\n\tif x := s.find(\"abc\"); x != nil {\n\t\treturn x.err(y",
	} {
		b.Run(name, func(b *testing.B) { typeCharacters(b, text) })
	}
}

func typeCharacters(b *testing.B, text string) {
	g := Detect("go", "", "").grammar()
	s := document.New("file:///large.go", "go", 1, large())
	tree, err := g.parse(nil, s, time.Minute, never)
	if err != nil {
		b.Fatal(err)
	}
	at := s.Len()/2 + strings.Index(s.Slice(document.Span{Start: s.Len() / 2, End: s.Len()}), "return err\n") - 1
	change := func(span document.Span, inserted string) time.Duration {
		next, e := s.Splice(span, inserted)
		start := time.Now()
		old := tree.Copy()
		edit(old, e)
		newer, err := g.parse(old, next, time.Minute, never)
		old.Close()
		took := time.Since(start)
		if err != nil {
			b.Fatal(err)
		}
		tree.Close()
		tree, s = newer, next
		return took
	}
	var took []time.Duration
	typed := 0
	for b.Loop() {
		took = append(took, change(document.Span{Start: at + typed, End: at + typed}, text[typed:typed+1]))
		if typed++; typed == len(text) {
			change(document.Span{Start: at, End: at + typed}, "")
			typed = 0
		}
	}
	tree.Close()
	percentiles(b, took)
}

// percentiles reports the median and the 99th of what was measured.
func percentiles(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

// BenchmarkUpdate is what a key costs the goroutine that takes didChange.
func BenchmarkUpdate(b *testing.B) {
	tracker, s := open(b, "go", large())
	wait(b, tracker)
	var took []time.Duration
	for b.Loop() {
		next, e := s.Splice(document.Span{Start: s.Len() / 2, End: s.Len() / 2}, "x")
		s = next
		start := time.Now()
		tracker.Update(next, []document.Edit{e})
		took = append(took, time.Since(start))
		wait(b, tracker)
	}
	percentiles(b, took)
}

// BenchmarkView is what a request costs to see the newest tree after a key.
func BenchmarkView(b *testing.B) {
	tracker, s := open(b, "go", large())
	wait(b, tracker)
	for b.Loop() {
		next, e := s.Splice(document.Span{Start: 1000, End: 1000}, "x")
		tracker.mu.Lock()
		tracker.behind = append(tracker.behind, e)
		tracker.mu.Unlock()
		tracker.View().Close()
		_ = next
	}
}

func BenchmarkDeclarations(b *testing.B) {
	v := parse(b, Detect("go", "", ""), large())
	for b.Loop() {
		v.declared = false
		v.Declarations()
	}
}

func BenchmarkRegion(b *testing.B) {
	v := parse(b, Detect("go", "", ""), large())
	for b.Loop() {
		v.Region(v.Text().Len() / 2)
	}
}

func BenchmarkScopes(b *testing.B) {
	v := parse(b, Detect("go", "", ""), large())
	for b.Loop() {
		v.Scopes(v.Text().Len() / 2)
	}
}

func BenchmarkWantsBlock(b *testing.B) {
	v := parse(b, Detect("go", "", ""), large())
	at := strings.LastIndex(large(), "err != nil {") + len("err != nil {")
	for b.Loop() {
		v.WantsBlock(at)
	}
}

func BenchmarkCompletes(b *testing.B) {
	text := large()
	v := parse(b, Detect("go", "", ""), text)
	at := len(text)/2 + strings.Index(text[len(text)/2:], "\tout, err") + 1
	for name, inserted := range map[string]string{
		"statement":  "x := s.find(r)\n\treturn x\n\t",
		"block":      "for _, x := range xs {\n\t\tif x > 1 {\n\t\t\tuse(x)\n\t\t}\n\t}\n\tdone()\n\t",
		"unfinished": "for _, x := range xs {\n\t\tif x > 1 {\n\t\t\tuse(x",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, ok := v.Completes(document.Span{Start: at, End: at}, inserted); !ok {
					b.Fatal("cannot tell")
				}
			}
		})
	}
}

func BenchmarkBreaks(b *testing.B) {
	text := large()
	v := parse(b, Detect("go", "", ""), text)
	at := len(text)/2 + strings.Index(text[len(text)/2:], "\tout, err") + 1
	for b.Loop() {
		v.Breaks(document.Span{Start: at, End: at}, "x := s.find(r)\n\t")
	}
}
