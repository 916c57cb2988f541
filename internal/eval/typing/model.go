package typing

import (
	"sort"
	"strings"

	"sopro/internal/model"
)

// wrongShare is how many of a model's tokens are wrong: measured, a 7B model is right on 92 % of the tokens of held-out code.
const wrongShare = 0.08

// author is a model that knows what will be typed. See the package comment for how it errs.
type author struct {
	dice dice
	text string   // what will be typed
	ends []int    // of its tokens
	odd  []string // what it says where it errs: ends of lines that stand around the hole
}

// oddities is how much of the text around a trace's hole lends its words to mistakes.
const oddities = 4096

func newAuthor(t Trace, d dice) *author {
	a := &author{dice: d, text: t.Text, ends: boundaries(t.Text)}
	near := t.Before[max(0, len(t.Before)-oddities):] + t.After[:min(len(t.After), oddities/4)]
	for line := range strings.SplitSeq(near, "\n") {
		said := tokens(strings.TrimSpace(line))
		for i := range said {
			if rest := strings.Join(said[i:], ""); strings.TrimSpace(rest) != "" {
				a.odd = append(a.odd, rest)
			}
		}
	}
	if len(a.odd) == 0 {
		a.odd = []string{"?"}
	}
	return a
}

// token is the one that an offset lies in.
func (a *author) token(at int) (start, end int) {
	i := sort.SearchInts(a.ends, at+1)
	if i > 0 {
		start = a.ends[i-1]
	}
	return start, a.ends[i]
}

// wrong reports whether the model, asked at an offset, errs at once: it does wherever in a wrong token it is asked.
func (a *author) wrong(at int) bool {
	if at >= len(a.text) {
		return false
	}
	start, _ := a.token(at)
	return a.dice.unit(forWrong, start) < wrongShare
}

// right is how far the model, asked at an offset, goes on without a mistake.
func (a *author) right(at int) int {
	for at < len(a.text) && !a.wrong(at) {
		_, at = a.token(at)
	}
	return at
}

// says is what the model says at a hole, for which the typist has typed the text up to an offset, or something else: then
// typed is not a beginning of the text, and nothing that is right can be said of it.
func (a *author) says(typed string, most int) (said []model.Token, natural bool) {
	at := len(typed)
	if !strings.HasPrefix(a.text, typed) {
		said, at = a.detour(said, at, 0), len(a.text)
	}
	for at < len(a.text) {
		_, end := a.token(at)
		if !a.wrong(at) {
			said = append(said, model.Token{Text: a.text[at:end], Prob: a.sure(at), Known: true})
			at = end
			continue
		}
		said = a.detour(said, at, a.text[at])
		i := strings.IndexByte(a.text[at:], '\n')
		if i < 0 {
			break
		}
		_, end = a.token(at + i)
		said = append(said, model.Token{Text: a.text[at+i : end], Prob: a.sure(at + i), Known: true})
		at = end
	}
	if len(said) > most {
		return said[:most], false
	}
	return said, true
}

// detour is a mistake: the end of another line, which does not begin with what would be right. Its first token is as
// sure as mistakes are, the others as what is right, since they follow from it.
func (a *author) detour(said []model.Token, at int, right byte) []model.Token {
	first := int(a.dice.throw(forDetour, at) % uint64(len(a.odd)))
	odd := a.odd[first]
	for i := range a.odd {
		if odd = a.odd[(first+i)%len(a.odd)]; odd[0] != right {
			break
		}
	}
	if odd[0] == right {
		odd = "?" + odd
	}
	for i, t := range tokens(odd) {
		prob := a.sure(at + i)
		if i == 0 {
			prob = a.unsure(at)
		}
		said = append(said, model.Token{Text: t, Prob: prob, Known: true})
	}
	return said
}

// band is a share of all tokens and what they say of their probability.
type band struct{ share, from, to float64 }

var (
	sure   = []band{{.80, .95, 1}, {.15, .7, .95}, {.05, .3, .7}}
	unsure = []band{{.10, .9, 1}, {.20, .7, .9}, {.70, .05, .7}}
)

func (a *author) sure(at int) float64   { return a.prob(sure, at) }
func (a *author) unsure(at int) float64 { return a.prob(unsure, at) }

func (a *author) prob(bands []band, at int) float64 {
	u := a.dice.unit(forBand, at)
	for _, b := range bands {
		if u -= b.share; u < 0 {
			return b.from + (b.to-b.from)*a.dice.unit(forProb, at)
		}
	}
	last := bands[len(bands)-1]
	return last.to
}
