package history

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"sopro/internal/document"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func file(name string) File { return File{Local: "/w/" + name, Rel: name} }

// editor is somebody who changes files.
type editor struct {
	t     *testing.T
	h     *History
	texts map[string]*document.Snapshot
}

func newEditor(t *testing.T) *editor { return &editor{t, New(), map[string]*document.Snapshot{}} }

func (e *editor) open(name, text string) {
	e.texts[name] = document.New("file:///w/"+name, "go", 0, text)
	e.h.Opened(file(name), e.texts[name])
}

// put replaces the first old in a file, key by key.
func (e *editor) put(name, old, text string) {
	e.t.Helper()
	s := e.texts[name]
	at := strings.Index(s.String(), old)
	if at < 0 {
		e.t.Fatalf("no %q in %q", old, s.String())
	}
	if old != "" {
		s, _ = s.Splice(document.Span{Start: at, End: at + len(old)}, "")
		e.h.Changed(file(name), s)
	}
	for _, r := range text {
		s, _ = s.Splice(document.Span{Start: at, End: at}, string(r))
		at += len(string(r))
		e.h.Changed(file(name), s)
	}
	e.texts[name] = s
}

// told is what the history tells of changes.
func (e *editor) told() string {
	var b strings.Builder
	for _, c := range e.h.Changes() {
		fmt.Fprintf(&b, "%s %d-%d\n%s", c.Rel, c.Lines[0], c.Lines[1], c.Diff)
	}
	return b.String()
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return b.String()
}

func TestChanges(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(e *editor)
		want string
	}{
		"nothing": {func(*editor) {}, ""},
		"what is typed at one place is one change": {func(e *editor) {
			e.put("a.go", "line 5", "five")
			e.put("a.go", "five", "fünf")
		}, "a.go 5-5\n@@ -4,5 +4,5 @@\n line 3\n line 4\n-line 5\n+fünf\n line 6\n line 7\n"},
		"lines near each other too": {func(e *editor) {
			e.put("a.go", "line 5", "five")
			e.put("a.go", "line 8", "eight")
		}, "a.go 5-8\n@@ -4,8 +4,8 @@\n line 3\n line 4\n-line 5\n+five\n line 6\n line 7\n-line 8\n+eight\n line 9\n line 10\n"},
		"two places, the last first": {func(e *editor) {
			e.put("a.go", "line 15", "fifteen")
			e.put("a.go", "line 3\n", "")
		}, "a.go 3-3\n@@ -2,6 +2,5 @@\n line 1\n line 2\n-line 3\n line 4\n line 5\n line 6\n" +
			"a.go 14-14\n@@ -13,5 +13,5 @@\n line 13\n line 14\n-line 15\n+fifteen\n line 16\n line 17\n"},
		"two files": {func(e *editor) {
			e.open("b.go", "one\ntwo\n")
			e.put("b.go", "two", "three")
			e.put("a.go", "line 3", "three")
		}, "a.go 3-3\n@@ -2,5 +2,5 @@\n line 1\n line 2\n-line 3\n+three\n line 4\n line 5\n" +
			"b.go 1-1\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n"},
		"what is undone is none": {func(e *editor) {
			e.put("a.go", "line 5", "five")
			e.put("a.go", "five", "line 5")
		}, ""},
		"a file that is closed keeps its changes": {func(e *editor) {
			e.put("a.go", "line 18", "last")
			e.h.Closed("/w/a.go")
		}, "a.go 18-18\n@@ -17,4 +17,4 @@\n line 16\n line 17\n-line 18\n+last\n line 19\n"},
		"opened again as it was it goes on with them": {func(e *editor) {
			e.put("a.go", "line 10", "ten")
			e.h.Closed("/w/a.go")
			e.open("a.go", e.texts["a.go"].String())
			e.put("a.go", "line 1\n", "")
			e.put("a.go", "ten", "tenth")
		}, "a.go 9-9\n@@ -8,5 +8,5 @@\n line 8\n line 9\n-line 10\n+tenth\n line 11\n line 12\n" +
			"a.go 1-1\n@@ -1,5 +1,4 @@\n line 0\n-line 1\n line 2\n line 3\n line 4\n"},
		"put back on disk meanwhile it has none": {func(e *editor) {
			e.put("a.go", "line 5", "five")
			e.put("a.go", "line 15\n", "")
			e.h.Closed("/w/a.go")
			e.open("a.go", numbered(20))
		}, ""},
		"cut short on disk it has none": {func(e *editor) {
			e.put("a.go", "line 18", "last")
			e.h.Closed("/w/a.go")
			e.open("a.go", "one\n")
		}, ""},
		"a file that must not be seen loses them": {func(e *editor) {
			e.put("a.go", "line 5", "five")
			e.h.Forget("/w/a.go")
		}, ""},
		"what is pasted by the page is none": {func(e *editor) {
			s, _ := e.texts["a.go"].Splice(document.Span{Start: 0, End: 0}, strings.Repeat("pasted\n", 1000))
			e.h.Changed(file("a.go"), s)
		}, ""},
		"a first text is no change": {func(e *editor) {
			e.h.Changed(file("c.go"), document.New("file:///w/c.go", "go", 0, "all\n"))
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEditor(t)
			e.open("a.go", numbered(20))
			c.do(e)
			if diff := cmp.Diff(c.want, e.told()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestRecent(t *testing.T) {
	e := newEditor(t)
	for i := range maxFiles + 10 {
		e.open(fmt.Sprintf("%d.go", i), "text\n")
	}
	e.put("70.go", "text", "code")
	e.h.Viewed(file("20.go"))
	got := fmt.Sprint(e.h.Recent(4))
	if want := "[{{/w/20.go 20.go} 1} {{/w/70.go 70.go} 2} {{/w/73.go 73.go} 0} {{/w/72.go 72.go} 0}]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if n := len(e.h.Recent(1000)); n != maxFiles {
		t.Errorf("%d files are remembered", n)
	}
}

func TestChangesAreBounded(t *testing.T) {
	e := newEditor(t)
	e.open("a.go", numbered(1000))
	for i := range 3 * maxChanges {
		e.put("a.go", fmt.Sprintf("line %d\n", 20*i), "changed\n")
	}
	if all := e.h.Changes(); len(all) != maxChanges || all[0].Lines[0] != 20*(3*maxChanges-1) {
		t.Errorf("%d changes, the last at %v", len(all), all[0].Lines)
	}
}

// Whatever is changed and in whichever order: with the old lines in place of the new the text is what it was.
func TestChangesAddUp(t *testing.T) {
	piece := rapid.SampledFrom([]string{"", "x", "\n", "\r\n", "one\n", "two\nthree\n", "é", "\r", "a\nb\nc\nd\ne\nf\n"})
	rapid.Check(t, func(t *rapid.T) {
		first := document.New("file:///w/a.go", "go", 0, numbered(rapid.IntRange(0, 60).Draw(t, "lines")))
		h, s := New(), first
		h.Opened(file("a.go"), s)
		for range rapid.IntRange(1, 12).Draw(t, "changes") {
			start := rapid.IntRange(0, s.Len()).Draw(t, "start")
			s, _ = s.Splice(document.Span{Start: start, End: start + rapid.IntRange(0, 30).Draw(t, "taken")}, piece.Draw(t, "put"))
			h.Changed(file("a.go"), s)
		}
		back := s.String()
		slices.SortFunc(h.changes, func(a, b *change) int { return b.is.Start - a.is.Start })
		for _, c := range h.changes {
			back = back[:c.is.Start] + c.old + back[c.is.End:]
		}
		if back != first.String() {
			t.Fatalf("%q, want %q", back, first.String())
		}
	})
}

func BenchmarkKey(b *testing.B) {
	s := document.New("file:///w/a.go", "go", 0, numbered(12_000))
	h := New()
	h.Opened(file("a.go"), s)
	at := s.LineStart(6_000)
	for i := 0; b.Loop(); i++ {
		s, _ = s.Splice(document.Span{Start: at + i%60, End: at + i%60}, "x")
		if i%60 == 59 {
			s, _ = s.Splice(document.Span{Start: at, End: at + 60}, "")
		}
		h.Changed(file("a.go"), s)
	}
}
