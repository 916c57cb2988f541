package gather

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"sopro/internal/document"
)

// estimate counts as the program does before it has learnt anything.
func estimate(text string) int { return (len(text)*2 + 4) / 5 }

// shop is a Go file of about so many lines, in which functions that speak of
// the same things lie far from each other.
func shop(lines int) string {
	nouns := []string{"invoice", "basket", "voucher", "customer", "shipment", "refund", "ledger", "warehouse", "courier", "receipt", "tariff"}
	verbs := []string{"settle", "cancel", "merge", "audit", "archive", "price", "route"}
	var b strings.Builder
	b.WriteString("package shop\n\n")
	for i := range lines / 10 {
		noun, verb := nouns[i%len(nouns)], verbs[i%len(verbs)]
		title := strings.ToUpper(noun[:1]) + noun[1:]
		fmt.Fprintf(&b, "// %s%s%d does it for one %s.\n", verb, title, i, noun)
		fmt.Fprintf(&b, "func %s%s%d(%s *%s, rate float64) error {\n", verb, title, i, noun, title)
		fmt.Fprintf(&b, "\tif %s == nil || rate < 0 {\n\t\treturn errNo%s\n\t}\n", noun, title)
		fmt.Fprintf(&b, "\t%s.total = %s.%sTotal(rate)\n", noun, noun, verb)
		fmt.Fprintf(&b, "\t%s.%sCount++\n", noun, verb)
		fmt.Fprintf(&b, "\treturn store.save%s(%s)\n}\n\n", title, noun)
	}
	return b.String()
}

func open(text string) *document.Snapshot { return document.New("file:///shop.go", "go", 0, text) }

// A key typed on a line of a 12,000-line file, with a warm anchor.
func BenchmarkKey(b *testing.B) {
	for _, suffixFirst := range []bool{false, true} {
		b.Run(fmt.Sprintf("suffix-first=%v", suffixFirst), func(b *testing.B) {
			s := open(shop(12_000))
			off := s.LineStart(6_003)
			var a Anchor
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				s, off = typed(s, off, "x")
				if i%40 == 0 {
					s, off = typed(s, off, " ")
				}
				a.Gather(context.Background(), ask(s, off, suffixFirst))
				if i%60 == 59 {
					b.StopTimer()
					s = open(shop(12_000))
					off = s.LineStart(6_003)
					a.Gather(context.Background(), ask(s, off, suffixFirst))
					b.StartTimer()
				}
			}
		})
	}
}

// The cursor comes to another line of a 12,000-line file.
func BenchmarkLine(b *testing.B) {
	s := open(shop(12_000))
	off := s.LineEnd(6_003)
	var a Anchor
	b.ReportAllocs()
	for b.Loop() {
		s, off = typed(s, off, "\n\tinvoice.auditCount++")
		a.Gather(context.Background(), ask(s, off, false))
	}
}

// The first hole in a 12,000-line file.
func BenchmarkCold(b *testing.B) {
	s := open(shop(12_000))
	for b.Loop() {
		var a Anchor
		a.Gather(context.Background(), ask(s, s.LineStart(6_003), false))
	}
}

func typed(s *document.Snapshot, off int, text string) (*document.Snapshot, int) {
	next, _ := s.Splice(document.Span{Start: off, End: off}, text)
	return next, off + len(text)
}

func ask(s *document.Snapshot, off int, suffixFirst bool) Query {
	return Query{Text: s, Offset: off, Budget: 1536, Estimate: estimate, SuffixFirst: suffixFirst, Path: "shop.go"}
}
