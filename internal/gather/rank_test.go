package gather

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"sopro/internal/document"
)

// blocks is a file of 20-line windows, one for each text, filled up with lines
// that say nothing; the hole is after the last one.
func blocks(texts ...string) string {
	var b strings.Builder
	for i, text := range texts {
		b.WriteString(text + "\n")
		for n := strings.Count(text, "\n") + 1; n < windowLines; n++ {
			fmt.Fprintf(&b, "\tfiller%c%c()\n", 'a'+i, 'a'+n)
		}
	}
	return b.String()
}

// chosen is the first word of each line that begins a block of those that are shown.
func chosen(c Context) string {
	var words []string
	for _, s := range c.Snippets {
		for line := range strings.Lines(s.Text) {
			if line != "\n" && line[0] != '\t' {
				words = append(words, strings.Fields(line)[0])
			}
		}
	}
	return strings.Join(words, " ")
}

// idle is a stretch of file that keeps far parts far.
func idle(lines int) string { return strings.Repeat("\t// nothing\n", lines) }

func TestSnippetsSpeakOfTheSame(t *testing.T) {
	far := func(hole string, texts ...string) Context {
		s := open(blocks(texts...) + idle(200) + hole)
		var a Anchor
		return a.Gather(context.Background(), ask(s, s.Len(), false))
	}
	for name, c := range map[string]struct {
		texts []string
		hole  string
		want  string
	}{
		"an identifier that is rare": {
			[]string{"one return err", "two settleInvoice(customer)", "three return err", "four return err"},
			"\terr := settleInvoice(customer", "two",
		},
		"the words in identifiers": {
			[]string{"one basketTotal := voucherRate", "two otherThing", "three somethingElse"},
			"\tbasketCount = voucher", "one",
		},
		"the best one last": {
			[]string{"one settleInvoice(customer)", "two settleInvoice(customer, voucher)", "three else"},
			"\tsettleInvoice(customer, voucher", "one two",
		},
		"one word in common is chance": {
			[]string{"one customer", "two else"}, "\tcustomer", "",
		},
		"nothing in common": {
			[]string{"one here", "two there"}, "\telsewhere()", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := chosen(far(c.hole, c.texts...)); got != c.want {
				t.Errorf("chose %q, want %q", got, c.want)
			}
		})
	}
}

// Of two windows that score alike the one that brings new terms is worth more,
// also than a second one that says the same as the first.
func TestSnippetsBringNewTerms(t *testing.T) {
	same := strings.Repeat("settleInvoice(customer)\n", windowLines-2)
	other := "settleInvoice(customer)\n"
	for i := range windowLines - 3 {
		other += fmt.Sprintf("\tvoucher%c(courier%c)\n", 'a'+i, 'a'+i)
	}
	file := "alpha\n" + same + "end\n" + "beta\n" + same + "end\n" + "three\n" + other + "end\nend\n"
	s := open(file + idle(200) + "\tsettleInvoice(customer")
	q := ask(s, s.Len(), false)
	q.Budget = 1200 // two of three fit
	var a Anchor
	got := chosen(a.Gather(context.Background(), q))
	if !strings.Contains(got, "three") || !strings.Contains(got, " ") {
		t.Errorf("chose %q", got)
	}
}

func TestSnippetTellsWhereItIsFrom(t *testing.T) {
	s := open(idle(40) + blocks("here settleInvoice(customer)") + idle(200) + "\tsettleInvoice(customer")
	var a Anchor
	c := a.Gather(context.Background(), ask(s, s.Len(), false))
	if len(c.Snippets) != 1 {
		t.Fatalf("%d snippets", len(c.Snippets))
	}
	got := c.Snippets[0]
	want := s.Slice(document.Span{Start: s.LineStart(40), End: s.LineStart(60)})
	if got.Source != "file" || got.Path != "shop.go" || got.Lines != [2]int{40, 59} || got.Text != want || got.Tokens != estimate(want) || got.Score <= 0 {
		t.Errorf("%+v", got)
	}
}

// A file of another kind than code costs no time: its lines are left alone.
func TestHugeLinesAreNoSnippets(t *testing.T) {
	line := strings.Repeat("settleInvoice(customer);", 5_000)
	s := open(line + "\n" + line + "\n" + idle(200) + "settleInvoice(customer")
	var a Anchor
	if c := a.Gather(context.Background(), ask(s, s.Len(), false)); len(c.Snippets) != 0 {
		t.Errorf("%d snippets", len(c.Snippets))
	}
	for _, w := range a.far.windows {
		if w.span.Len() > maxWindowBytes && w.total > 0 {
			t.Errorf("%d terms of %d bytes were counted", w.total, w.span.Len())
		}
	}
}

// Of a file above the limit the part around the cursor is looked at.
func TestHugeFileIsIndexedAroundTheCursor(t *testing.T) {
	far := blocks("far settleInvoice(customer, voucher)")
	near := blocks("near settleInvoice(customer)")
	hole := "settleInvoice(customer, voucher)\n"
	s := open(far + idle(300) + hole + strings.Repeat(idle(1000), 140) + near + idle(200) + hole + idle(1000))
	a := Anchor{}
	look := func(line int) string {
		t.Helper()
		c := a.Gather(context.Background(), ask(s, s.LineEnd(line), false))
		if len(c.Snippets) != 1 {
			t.Fatalf("%d snippets", len(c.Snippets))
		}
		return c.Snippets[0].Text
	}
	top := 20 + 300
	middle := top + 1 + 140_000 + 20 + 200
	if got := look(middle); !strings.Contains(got, "near settleInvoice") {
		t.Errorf("in the middle chose %q", got)
	}
	covered := 0
	for _, w := range a.far.windows {
		covered += w.span.Len()
	}
	if covered > maxIndexed+100 {
		t.Errorf("%d bytes are indexed", covered)
	}
	if got := look(top); !strings.Contains(got, "far settleInvoice") {
		t.Errorf("at the top chose %q", got)
	}
	if got := look(middle); !strings.Contains(got, "near settleInvoice") {
		t.Errorf("back in the middle chose %q", got)
	}
	s, _ = s.Splice(document.Span{Start: 0, End: 0}, "// typed above\n")
	a.list, a.line = list{}, mark{} // all is chosen again
	if got := look(middle + 1); !strings.Contains(got, "near settleInvoice") {
		t.Errorf("after an edit far above chose %q", got)
	}
	wholeLines(t, s, a.far.windows)
}

// Lines that are joined over a border of windows are in one window.
func TestIndexJoinsLines(t *testing.T) {
	s := open(shop(300))
	var ix fileIndex
	ix.cover(s, 0)
	ix.refresh(context.Background(), s)
	border := ix.windows[3].span.Start
	next, _ := s.Splice(document.Span{Start: border - 1, End: border}, "")
	was, is := next.Changed(s)
	ix.follow(was, is)
	ix.refresh(context.Background(), next)
	wholeLines(t, next, ix.windows)
}

func wholeLines(t *testing.T, s *document.Snapshot, windows []window) {
	t.Helper()
	for _, w := range windows {
		if at := w.span.Start; s.LineStart(s.LineAt(at)) != at {
			t.Errorf("a window begins within a line, at %d", at)
		}
	}
}

// Typing costs one window, also at the end of the file.
func TestIndexFollowsTyping(t *testing.T) {
	s := open(shop(3000))
	for _, off := range []int{0, s.LineEnd(1500), s.LineStart(1500), s.Len()} {
		var a Anchor
		a.Gather(context.Background(), ask(s, off, false))
		windows := len(a.far.windows)
		next, off := typed(s, off, "x")
		a.Gather(context.Background(), ask(next, off, false))
		stale := 0
		for _, w := range a.far.windows {
			if w.stale {
				stale++
			}
		}
		if stale != 1 || windows < 100 || len(a.far.windows) != windows {
			t.Errorf("typed at %d: %d windows of %d are stale, there were %d", off, stale, len(a.far.windows), windows)
		}
	}
}
