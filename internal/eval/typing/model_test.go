package typing

import (
	"strings"
	"testing"

	"sopro/internal/eval/holes"
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
		tokens, natural := a.says("", 100, nil)
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
	if said, natural := a.says("", 2, nil); len(said) != 2 || natural {
		t.Errorf("said %v, %v", said, natural)
	}
	if said, _ := a.says("something else", 100, nil); len(said) == 0 || strings.Contains(said[0].Text, "one") {
		t.Errorf("of another text it said %v", said)
	}
	if said, natural := a.says(trace.Text, 100, nil); len(said) != 0 || !natural {
		t.Errorf("at the end it said %v", said)
	}
}

// Coupled to what it is shown, the author errs on most names that neither the prompt has nor what it has said, wherever in the name it is
// asked, on few other tokens, and on no words of comments and strings for not being shown.
func TestTheAuthorHasToBeShownNames(t *testing.T) {
	trace := Trace{
		Path: "a.go", Language: "go", Before: "package a\n\nfunc f() {\n\t",
		Text: `chargeTheCard(total, "nobody shows this") // nor theseWords` + "\n\tchargeTheCard(total)", After: "\n}\n",
	}
	const name = len("chargeTheCard")
	missed, missedAgain, others := 0, 0, 0
	for seed := range 1000 {
		a := newAuthor(trace, newDice(seed, "")).couple(trace)
		starts := func(shown holes.Words) string {
			said, _ := a.says("", 100, shown)
			text := ""
			for _, t := range said {
				text += t.Text
			}
			return text
		}
		if !strings.HasPrefix(starts(holes.WordsOf("total")), "chargeTheCard") {
			missed++
			if start, end := a.token(7); !a.misses(start, end, holes.WordsOf("total")) && !a.wrong(0) && !a.wrong(6) && !a.wrong(9) {
				t.Errorf("seed %d: in the middle of the name it knows better", seed)
			}
		}
		if said := starts(holes.WordsOf("total chargeTheCard")); !strings.HasPrefix(said, trace.Text) {
			others++
		}
		shown := holes.WordsOf("total")
		a.knows(name, shown)
		if start, end := a.token(len(trace.Text) - len("(total)") - 1); a.misses(start, end, shown) {
			missedAgain++
		}
	}
	if missed < 670 || missed > 850 || missedAgain > 0 || others > 700 {
		t.Errorf("of 1000, %d missed a name, %d of them one that they had said; %d erred otherwise", missed, missedAgain, others)
	}
}
