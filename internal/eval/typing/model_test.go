package typing

import (
	"strings"
	"testing"
)

// An author of all the hunks errs on 8 % of the tokens, the same ones from wherever it is asked, and its probabilities are those
// that the package comment tells.
func TestTheAuthorErrs(t *testing.T) {
	count, wrong, confident := 0, 0, 0
	for _, trace := range own(t) {
		a := newAuthor(trace, newDice(1, trace.Name()))
		start := 0
		for _, end := range a.ends {
			count++
			if a.wrong(start) {
				wrong++
			}
			if a.wrong(start) != a.wrong(end-1) {
				t.Errorf("%s: in the middle of %q it knows better", trace.Path, trace.Text[start:end])
			}
			if a.sure(start) >= .95 {
				confident++
			}
			start = end
		}
	}
	if share := float64(wrong) / float64(count); share < .05 || share > .11 {
		t.Errorf("%d of %d tokens are wrong", wrong, count)
	}
	if share := float64(confident) / float64(count); share < .75 || share > .85 {
		t.Errorf("sure of %d of %d tokens", confident, count)
	}
}

func TestWhatTheAuthorSays(t *testing.T) {
	trace := Trace{Before: "package a\n\nvar elsewhere = 1\n\n", Text: "one two three\nfour five six\nseven eight nine\nten eleven twelve", After: "\n"}
	lines := strings.Split(trace.Text, "\n")
	for seed := range 40 {
		a := newAuthor(trace, newDice(seed, ""))
		right := a.right(0)
		said, natural := "", false
		tokens, natural := a.says("", 100)
		for _, token := range tokens {
			said += token.Text
		}
		if !natural || !strings.HasPrefix(said, trace.Text[:right]) {
			t.Fatalf("seed %d: right up to %d, said %q, %v", seed, right, said, natural)
		}
		if right < len(trace.Text) && said[:right+1] == trace.Text[:right+1] {
			t.Errorf("seed %d: said %q, wrong at %d", seed, said, right)
		}
		// After a mistake the next line is right again, unless that begins with another mistake.
		line := strings.Count(trace.Text[:right], "\n")
		if right < len(trace.Text) && trace.Text[right] != '\n' && line+1 < len(lines) {
			next := len(strings.Join(lines[:line+1], "\n"))
			if end := a.right(next + 1); !a.wrong(next) && !strings.Contains(said, "\n"+trace.Text[next+1:end]) {
				t.Errorf("seed %d: said %q, which does not come back to %q", seed, said, trace.Text[next:end])
			}
		}
	}
	a := newAuthor(trace, newDice(1, ""))
	if said, natural := a.says("", 2); len(said) != 2 || natural {
		t.Errorf("said %v, %v", said, natural)
	}
	if said, _ := a.says("something else", 100); len(said) == 0 || strings.Contains(said[0].Text, "one") {
		t.Errorf("of another text it said %v", said)
	}
	if said, natural := a.says(trace.Text, 100); len(said) != 0 || !natural {
		t.Errorf("at the end it said %v", said)
	}
}
