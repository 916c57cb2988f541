package gather

import (
	"context"
	"strings"
	"testing"

	"sopro/internal/document"
)

// story is a file whose hole can be moved from one subject to another.
func story(t *testing.T) *steps {
	file := blocks("one settleInvoice(customer)", "two mergeBasket(voucher)", "three auditLedger(courier)", "weak voucher else merge") + idle(200) + "\n\n\n\n\n\n\n\n" + idle(200)
	s := &steps{t: t, text: open(file), budget: 1200}
	s.off = s.text.LineStart(283)
	return s
}

func TestListGrowsAtItsEnd(t *testing.T) {
	s := story(t)
	if got := chosen(s.typed("settleInvoice(customer")); got != "one" {
		t.Fatalf("first %q", got)
	}
	s.typed(")\n\tmergeBasket(voucher)")
	if got := chosen(s.gather()); got != "one" {
		t.Errorf("before the head was steady %q", got)
	}
	s.typed("\n")
	s.typed("\n")
	if got := chosen(s.typed("\n")); got != "one two" {
		t.Errorf("then %q", got)
	}
	s.typed("\n\n\n\n\n\n\n\n")
	for range 5 {
		s.typed("auditLedger(courier)\n")
	}
	if got := chosen(s.gather()); got != "one two three" {
		t.Errorf("at last %q", got)
	}
}

func TestListIsNewAfterAJump(t *testing.T) {
	s := story(t)
	s.typed("settleInvoice(customer)")
	s.off = s.text.Len()
	s.typed("\nauditLedger(courier)")
	s.off -= 3
	if got := chosen(s.gather()); got != "three" {
		t.Errorf("after the jump %q", got)
	}
}

func TestListIsNewAfterAJumpInTheWindow(t *testing.T) {
	s := story(t)
	s.typed("auditLedger(courier)" + strings.Repeat("\n", 30) + "settleInvoice(customer)")
	if got := chosen(s.gather()); got != "one" {
		t.Fatalf("first %q", got)
	}
	if got := chosen(s.at("\n\nauditLedger(courier)")); got != "three" {
		t.Errorf("after the jump %q", got)
	}
}

// A list that is nearly as good is not worth the evaluation of the prompt; one that is much better is.
func TestListStaysWhenAnotherIsHardlyBetter(t *testing.T) {
	s := steps{t: t, budget: 1024, text: open(blocks("one settleInvoice(customer, voucher)", "two settleInvoice(customer, courier)", "three auditLedger(tariff)") + idle(300))}
	s.off = s.text.Len()
	first := chosen(s.typed("settleInvoice(customer, voucher)"))
	if first != "one two" {
		t.Fatalf("first %q", first)
	}
	for range 100 {
		if got := chosen(s.typed("\nsettleInvoice(voucher, courier)")); !strings.HasPrefix(got, first) {
			t.Fatalf("then %q", got)
		}
	}
	for range 100 {
		s.typed("\nauditLedger(tariff)")
	}
	if got := chosen(s.gather()); !strings.Contains(got, "three") {
		t.Errorf("at last %q", got)
	}
}

// Accepting a long completion is no jump.
func TestListStaysWhenMuchIsAccepted(t *testing.T) {
	s := story(t)
	s.typed("settleInvoice(customer)")
	if got := chosen(s.typed(strings.Repeat("\n", jumpLines+5) + "\tauditLedger(courier)")); got != "one" {
		t.Errorf("then %q", got)
	}
}

func TestSnippetGoesWhenItsPlaceIsEdited(t *testing.T) {
	s := story(t)
	s.typed("settleInvoice(customer)")
	s.text, _ = s.text.Splice(document.Span{Start: 4, End: 5}, "S")
	if got := chosen(s.gather()); got != "" {
		t.Errorf("%q shows a text that is gone", got)
	}
}

// Which lines are shown is said as they stand now, the runs of them and from where to where they are.
func TestSnippetSaysWhichLines(t *testing.T) {
	s := story(t)
	was := s.typed("settleInvoice(customer)").Snippets[0]
	if len(was.Runs) == 0 || was.Lines != [2]int{was.Runs[0][0], was.Runs[len(was.Runs)-1][1]} {
		t.Fatalf("%v of %v", was.Runs, was.Lines)
	}
	s.text, _ = s.text.Splice(document.Span{}, "// one\n// two\n// three\n")
	s.off += len("// one\n// two\n// three\n")
	is := s.gather().Snippets[0]
	for i, run := range is.Runs {
		if is.Text != was.Text || run != [2]int{was.Runs[i][0] + 3, was.Runs[i][1] + 3} {
			t.Errorf("three lines above it: %v, before %v", is.Runs, was.Runs)
		}
	}
	if is.Lines != [2]int{was.Lines[0] + 3, was.Lines[1] + 3} {
		t.Errorf("three lines above it: %v, before %v", is.Lines, was.Lines)
	}
}

func TestSnippetGoesWhenTheWindowComesToIt(t *testing.T) {
	s := story(t)
	s.typed("settleInvoice(customer)")
	s.off = s.text.LineEnd(15)
	c := s.gather()
	for _, snippet := range c.Snippets {
		if strings.Contains(c.Prefix+c.Suffix, snippet.Text[:20]) {
			t.Errorf("%q is shown twice", snippet.Text)
		}
	}
}

// The window is there at once, what takes longer comes with the next hole.
func TestDeadline(t *testing.T) {
	s := open(shop(3000))
	q := ask(s, s.LineEnd(1000), false)
	over, cancel := context.WithCancel(context.Background())
	cancel()
	var a Anchor
	c := a.Gather(over, q)
	if c.Prefix == "" || c.Suffix == "" || len(c.Snippets) != 0 {
		t.Errorf("without time: %d bytes, %d snippets", len(c.Prefix), len(c.Snippets))
	}
	if c = a.Gather(context.Background(), q); len(c.Snippets) == 0 {
		t.Error("with time there is no snippet")
	}
}

// countdown is a context that ends after it was asked so many times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.DeadlineExceeded
	}
	return nil
}

func TestIndexIsBuiltInPieces(t *testing.T) {
	s := open(shop(3000))
	q := ask(s, s.LineEnd(1000), false)
	var a, whole Anchor
	want := chosen(whole.Gather(context.Background(), q))
	rounds := 1
	for chosen(a.Gather(&countdown{context.Background(), 40}, q)) != want {
		if rounds++; rounds > 20 {
			t.Fatalf("it never chooses %q", want)
		}
	}
	if rounds < 3 {
		t.Errorf("%d rounds for 150 windows, 40 at a time", rounds)
	}
}

func TestTinyBudgetIsForTheWindow(t *testing.T) {
	s := open(shop(3000))
	for _, c := range []struct {
		budget, line int
		snippets     bool
	}{{256, 1000, false}, {399, 1000, false}, {400, 1000, true}, {999, 1000, true}, {900, 3, true}, {1024, 1000, true}, {4096, 1000, true}} {
		q := ask(s, s.LineEnd(c.line), false)
		q.Budget = c.budget
		var a Anchor
		got := a.Gather(context.Background(), q)
		if (len(got.Snippets) > 0) != c.snippets || got.Tokens > c.budget {
			t.Errorf("%d tokens at line %d: %d snippets, %d used", c.budget, c.line, len(got.Snippets), got.Tokens)
		}
	}
}
