package gather

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sopro/internal/document"
)

// head is what a model reads before it writes, in the order that it reads it.
func head(c Context, suffixFirst bool) string {
	var b strings.Builder
	for _, s := range c.Snippets {
		b.WriteString(s.Path + "\n" + s.Text)
	}
	if suffixFirst {
		b.WriteString("\x00" + c.Suffix)
	}
	return b.String() + "\x00" + c.Prefix
}

// share is how much of a head is the one before it.
func share(before, after string) float64 {
	if strings.HasPrefix(after, before) {
		return float64(len(before)) / float64(len(after))
	}
	n := 0
	for n < len(before) && n < len(after) && before[n] == after[n] {
		n++
	}
	return float64(n) / float64(len(after))
}

// What somebody types in the middle of a file: the prompt up to the cursor stays
// as it was, within a line always, over a newline mostly.
func TestHeadIsStable(t *testing.T) {
	work := shop(60)
	for _, from := range []struct{ lines, line int }{{6, 6}, {60, 30}, {4000, 3}, {4000, 2000}} {
		for _, budget := range []int{256, 512, 1024, 1536, 4096} {
			for _, suffixFirst := range []bool{false, true} {
				t.Run(fmt.Sprintf("%v, %d tokens, suffix first %v", from, budget, suffixFirst), func(t *testing.T) {
					s := open(shop(from.lines))
					off := s.LineStart(from.line) - 1
					var a Anchor
					var last string
					within, over, newlines := 1.0, 0.0, 0
					for _, r := range work {
						s, off = typed(s, off, string(r))
						q := ask(s, off, suffixFirst)
						q.Budget = budget
						now := head(a.Gather(context.Background(), q), suffixFirst)
						switch {
						case last == "":
						case r == '\n':
							over += share(last, now)
							newlines++
						default:
							within = min(within, share(last, now))
						}
						last = now
					}
					if within < 0.9 {
						t.Errorf("within a line the heads share %.2f at least", within)
					}
					if over /= float64(newlines); over < 0.8 {
						t.Errorf("over a newline the heads share %.2f on average", over)
					}
				})
			}
		}
	}
}

// place is a document with █ where the hole is.
func place(text string) (*document.Snapshot, int) {
	before, after, _ := strings.Cut(text, "█")
	return open(before + after), len(before)
}

func numbered(from, to int) string {
	var b strings.Builder
	for i := from; i <= to; i++ {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return b.String()
}

func TestWindow(t *testing.T) {
	for name, c := range map[string]struct {
		text           string
		budget         int
		prefix, suffix string
	}{
		"all that there is":             {"a\nb█c\nd\n", 1536, "a\nb", "c\nd\n"},
		"nothing":                       {"█", 1536, "", ""},
		"at the end":                    {"a\n█", 1536, "a\n", ""},
		"no budget":                     {"a█b", 0, "", ""},
		"twelve lines below":            {"█\n" + numbered(1, 40), 1536, "", "\n" + numbered(1, 12)},
		"whole lines above":             {numbered(1, 40) + "x█", 32, numbered(36, 40) + "x", ""},
		"as many below as fit":          {"█\n" + numbered(1, 40), 64, "", "\n" + numbered(1, 5)},
		"a long line is cut before":     {strings.Repeat("é", 500) + "█", 24, strings.Repeat("é", 18), ""},
		"a long line is cut after":      {"█" + strings.Repeat("é", 500), 24, "", strings.Repeat("é", 6)},
		"long lines around are left":    {strings.Repeat("x", 9000) + "\na█b\n" + strings.Repeat("y", 9000), 24, "a", "b\n"},
		"a return by itself is no line": {"a\r\nb█\r\nc", 1536, "a\r\nb", "\r\nc"},
	} {
		t.Run(name, func(t *testing.T) {
			s, off := place(c.text)
			var a Anchor
			got := a.Gather(context.Background(), Query{Text: s, Offset: off, Budget: c.budget, Estimate: estimate, Path: "a.go"})
			if got.Prefix != c.prefix || got.Suffix != c.suffix {
				t.Errorf("%q █ %q\nwant\n%q █ %q", got.Prefix, got.Suffix, c.prefix, c.suffix)
			}
			if got.Tokens > c.budget {
				t.Errorf("%d tokens of %d", got.Tokens, c.budget)
			}
		})
	}
}

// steps gathers at one place after another with one anchor.
type steps struct {
	t           *testing.T
	anchor      Anchor
	text        *document.Snapshot
	off         int
	budget      int
	suffixFirst bool
	without     []string
	says        []Diagnostic // what other tools say of the text
}

func (s *steps) gather() Context {
	s.t.Helper()
	q := ask(s.text, s.off, s.suffixFirst)
	q.Without, q.Diagnostics = s.without, s.says
	q.Budget = s.budget
	c := s.anchor.Gather(context.Background(), q)
	if c.Tokens > s.budget {
		s.t.Errorf("%d tokens of %d", c.Tokens, s.budget)
	}
	return c
}

func (s *steps) typed(text string) Context {
	s.t.Helper()
	s.text, s.off = typed(s.text, s.off, text)
	return s.gather()
}

// at puts the cursor behind the first mark in the text.
func (s *steps) at(mark string) Context {
	s.t.Helper()
	i := strings.Index(s.text.String(), mark)
	if i < 0 {
		s.t.Fatalf("no %q", mark)
	}
	s.off = i + len(mark)
	return s.gather()
}

func TestSuffixForSuffixFirst(t *testing.T) {
	s := steps{t: t, text: open(numbered(1, 100)), budget: 1536, suffixFirst: true}
	below := "\n" + numbered(41, 52)
	for _, c := range []struct {
		name, got, want string
	}{
		{"at first", s.at("line 40").Suffix, below},
		{"typed", s.typed("x").Suffix, below},
		{"after Enter", s.typed("\n").Suffix, below},
		{"a block opened", s.typed("\tif {\n\t").Suffix, below},
		{"back on the first line", s.at("line 40x").Suffix, "\n\tif {\n\t\n" + numbered(41, 50)},
		{"on another line", s.at("line 60").Suffix, "\n" + numbered(61, 72)},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
	s.off -= len("ine 60") // the end stays while the cursor moves within the line
	if c := s.gather(); c.Suffix != "ine 60\n"+numbered(61, 72) {
		t.Errorf("within the line: %q", c.Suffix)
	}
}

func TestSuffixForPrefixFirst(t *testing.T) {
	s := steps{t: t, text: open(numbered(1, 100)), budget: 1536}
	for _, c := range []struct{ above, last int }{{40, 53}, {43, 53}, {45, 53}, {46, 59}, {43, 59}, {42, 55}, {90, 100}, {97, 100}} {
		got := s.at(fmt.Sprintf("line %d\n", c.above))
		if want := fmt.Sprintf("line %d\n", c.last); !strings.HasSuffix(got.Suffix, want) {
			t.Errorf("below line %d the suffix ends %q, want %q", c.above, got.Suffix[len(got.Suffix)-9:], want)
		}
	}
}

func TestSuffixOfAFewTokens(t *testing.T) {
	s := open(numbered(1, 100))
	q := ask(s, s.LineStart(40), false)
	q.Budget, q.Suffix = 1536, 20
	var a Anchor
	if c := a.Gather(context.Background(), q); c.Suffix == "" || q.Estimate(c.Suffix) > q.Suffix {
		t.Errorf("%d tokens stand after the hole: %q", q.Estimate(c.Suffix), c.Suffix)
	}
}

func TestABudgetThatIsKept(t *testing.T) {
	var a Anchor
	for _, c := range []struct{ asked, want int }{{450, 450}, {500, 450}, {330, 450}, {700, 700}, {600, 700}, {300, 300}} {
		if got := a.Keep(c.asked); got != c.want {
			t.Errorf("with a budget of %d it keeps %d, want %d", c.asked, got, c.want)
		}
	}
}

func TestPrefixMovesInBigSteps(t *testing.T) {
	s := steps{t: t, text: open(numbered(1, 1000)), budget: 1640}
	starts := []string{}
	for i := range 300 {
		c := s.at(fmt.Sprintf("line %d\n", 300+i))
		start, _, _ := strings.Cut(c.Prefix, "\n")
		if len(starts) == 0 || starts[len(starts)-1] != start {
			starts = append(starts, start)
		}
	}
	if len(starts) > 8 {
		t.Errorf("in 300 lines the window began at %v", starts)
	}
	if c := s.at("line 550\n"); !strings.HasPrefix(c.Prefix, starts[len(starts)-1]) {
		t.Errorf("a little way up it began at %.9q instead", c.Prefix)
	}
	_, low, _ := strings.Cut(starts[len(starts)-1], " ")
	if c := s.at("line " + low + "\nl"); c.Tokens < 300 {
		t.Errorf("just below the window's start there were %d tokens", c.Tokens)
	}
	if c := s.at("line 250\n"); !strings.HasSuffix(c.Prefix, "line 250\n") || c.Tokens < 400 {
		t.Errorf("far up it was %q", c.Prefix)
	}
}

// An import added at the top moves the window along with its text.
func TestWindowFollowsEdits(t *testing.T) {
	s := steps{t: t, text: open(shop(2000)), budget: 1536}
	s.off = s.text.LineEnd(1000)
	before := s.gather()
	s.text, _ = s.text.Splice(document.Span{Start: 0, End: 7}, "import \"fmt\"\n\npackage")
	s.off += 14
	after := s.gather()
	if before.Prefix != after.Prefix || before.Suffix != after.Suffix {
		t.Errorf("the window changed from %.20q to %.20q", before.Prefix, after.Prefix)
	}
	if !slices.EqualFunc(before.Snippets, after.Snippets, func(x, y Snippet) bool { return x.Text == y.Text }) || len(after.Snippets) == 0 {
		t.Error("the snippets changed")
	}
}

// What is learnt about the model's tokens changes the estimates a little.
func TestHeadIsStableWhileEstimatesGetBetter(t *testing.T) {
	s := open(shop(2000))
	off := s.LineEnd(1000)
	var a Anchor
	before := a.Gather(context.Background(), ask(s, off, false))
	s, off = typed(s, off, "x")
	q := ask(s, off, false)
	q.Budget -= 5
	q.Estimate = func(text string) int { return estimate(text) * 19 / 20 }
	after := a.Gather(context.Background(), q)
	if got := share(head(before, false), head(after, false)); got < 0.9 {
		t.Errorf("the heads share %.2f", got)
	}
	tokens := q.Estimate(after.Prefix) + q.Estimate(after.Suffix)
	for _, snippet := range after.Snippets {
		tokens += q.Estimate(snippet.Text)
	}
	if tokens != after.Tokens {
		t.Errorf("%d tokens, %d by the newest estimate", after.Tokens, tokens)
	}
}

func TestAnchorStartsAnew(t *testing.T) {
	s := steps{t: t, text: open(shop(2000)), budget: 1536}
	s.off = s.text.LineEnd(1000)
	s.gather()
	other := document.New("file:///other.go", "go", 0, "package other\n")
	c := s.anchor.Gather(context.Background(), ask(other, other.Len(), false))
	if c.Prefix != "package other\n" || len(c.Snippets) != 0 {
		t.Errorf("another document shows %q and %d snippets", c.Prefix, len(c.Snippets))
	}
	s.budget = 300
	if c := s.gather(); len(c.Snippets) != 0 {
		t.Errorf("with a smaller budget there are %d snippets", len(c.Snippets))
	}
}
