package gather

import (
	"context"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"sopro/internal/document"
	"sopro/internal/index"
)

// Whatever is edited and wherever the cursor goes: the texts are those of the
// document, they fit, and what the anchor keeps is as if it were made anew.
func TestProperties(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"\n", "\n", "\n", "\r\n", "settleInvoice(customer)\n", "\tbasketTotal := voucher\n", "é😀", "x", "}\n",
		strings.Repeat("courier ledger tariff\n", 30), strings.Repeat("é", 900), shop(80),
	})
	rapid.Check(t, func(t *rapid.T) {
		s := open(strings.Join(rapid.SliceOfN(piece, 0, 30).Draw(t, "text"), ""))
		var a Anchor
		off := 0
		suffixFirst := rapid.Bool().Draw(t, "suffix first")
		budget := rapid.SampledFrom([]int{-1, 0, 3, 40, 300, 1100, 1536, 6000}).Draw(t, "budget")
		for range rapid.IntRange(1, 15).Draw(t, "holes") {
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				off = rapid.IntRange(0, s.Len()).Draw(t, "jump")
			case 1:
				s, off = typed(s, min(off, s.Len()), piece.Draw(t, "typed"))
			case 2:
				start := rapid.IntRange(0, s.Len()).Draw(t, "start")
				s, _ = s.Splice(document.Span{Start: start, End: start + rapid.IntRange(0, 2000).Draw(t, "taken")}, piece.Draw(t, "put"))
			}
			m := s.Mapper(document.UTF8)
			off = m.Offset(m.Position(off)) // a place where a cursor can be
			q := ask(s, off, suffixFirst)
			q.Budget = budget
			for _, message := range rapid.SliceOfN(rapid.SampledFrom([]string{"undefined: x", "unused", strings.Repeat("é wrong ", 60)}), 0, 5).Draw(t, "said") {
				line := s.LineAt(off) - rapid.IntRange(0, 1).Draw(t, "of the line above")
				q.Diagnostics = append(q.Diagnostics, Diagnostic{Lines: [2]int{line, line}, Message: message})
			}
			check(t, q, &a, a.Gather(context.Background(), q))
		}
	})
}

func check(t *rapid.T, q Query, a *Anchor, c Context) {
	text := q.Text.String()
	if !strings.HasSuffix(text[:q.Offset], c.Prefix) || !strings.HasPrefix(text[q.Offset:], c.Suffix) {
		t.Fatalf("%q █ %q is not around %d", c.Prefix, c.Suffix, q.Offset)
	}
	if !utf8.ValidString(c.Prefix) || !utf8.ValidString(c.Suffix) {
		t.Fatalf("%q █ %q cuts a rune", c.Prefix, c.Suffix)
	}
	tokens := estimate(c.Prefix) + estimate(c.Suffix)
	near := document.Span{Start: q.Offset - len(c.Prefix), End: q.Offset + len(c.Suffix)}
	for i, s := range c.Snippets {
		for _, span := range a.list.kept[i].spans {
			if !strings.Contains(s.Text, strings.TrimSuffix(q.Text.Slice(span), "\n")) {
				t.Fatalf("snippet %d does not show what is at %v", i, span)
			}
		}
		if a.list.kept[i].held(near) {
			t.Fatalf("the window holds snippet %d", i)
		}
		if i > 0 && a.list.kept[i-1].said != "" && a.list.kept[i].said == "" {
			t.Fatalf("snippet %d stands behind what is said of the line", i)
		}
		if said := a.list.kept[i].said; said != "" && !slices.ContainsFunc(q.Diagnostics, func(d Diagnostic) bool { return d.Message == said }) {
			t.Fatalf("snippet %d shows %q, which nobody says", i, said)
		}
		tokens += estimate(s.Text)
	}
	if tokens != c.Tokens || tokens > max(q.Budget, 0) {
		t.Fatalf("%d tokens, said to be %d, of %d", tokens, c.Tokens, q.Budget)
	}
	end := -1
	for _, w := range a.far.windows {
		if end >= 0 && w.span.Start != end {
			t.Fatalf("windows leave a gap at %d", end)
		}
		end = w.span.End
		if at := w.span.Start; at > 0 && text[at-1] != '\n' && text[at-1] != '\r' {
			t.Fatalf("a window begins within a line, at %d", at)
		}
		if w.stale || w.span.Len() > maxWindowBytes {
			continue
		}
		if all := index.Terms(nil, q.Text.Slice(w.span)); w.total != len(all) || !slices.Equal(w.terms, index.Tally(all)) {
			t.Fatalf("the terms at %v are old", w.span)
		}
	}
}
