package typing

import (
	"context"
	"sort"
	"strings"

	"sopro/internal/document"
	"sopro/internal/eval/holes"
	"sopro/internal/model"
	"sopro/internal/syntax"
)

// wrongShare is how many of a model's tokens are wrong: measured, a 7B model is right on 92 % of the tokens of held-out code.
const wrongShare = 0.08

// Where it counts what a model is shown, it errs on this share of the names that the prompt lacks, and of all other tokens. A
// model that guesses names is right about as often as a name is the obvious one.
const (
	wrongUnseen = 0.70
	wrongSeen   = 0.04
)

// author is a model that knows what will be typed. See the package comment for how it errs.
type author struct {
	dice    dice
	before  string // the hole, and
	text    string // what will be typed
	ends    []int  // of its tokens
	near    string // what stands around the hole: mistakes are taken from there
	mistook map[int]string

	wrongs float64      // the share of tokens that are wrong, whatever is shown
	names  []holes.Name // that have to be shown; nil: none has
}

// How much of the text around a trace's hole lends its words to mistakes, and how much of what stands before them is compared.
const (
	nearBytes    = 4096
	compareBytes = 32
)

func newAuthor(t Trace, d dice) *author {
	return &author{
		dice: d, before: t.Before, text: t.Text, ends: boundaries(t.Text), mistook: map[int]string{}, wrongs: wrongShare,
		near: t.Before[max(0, len(t.Before)-nearBytes):] + t.After[:min(len(t.After), nearBytes/4)],
	}
}

// couple makes the author one that has to be shown the names that it shall write.
func (a *author) couple(t Trace) *author {
	text := document.New(uri+t.Path, t.Language, 0, t.Before+t.Text+t.After)
	view := syntax.Parse(context.Background(), syntax.Detect(t.Language, "", ""), text)
	defer view.Close()
	a.wrongs = wrongSeen
	a.names = holes.Names(view, document.Span{Start: len(t.Before), End: len(t.Before) + len(t.Text)})
	return a
}

// misses reports whether the token at start writes a name that the model was not shown, and that it does not guess: it is thrown for
// once a name. shown is what the prompt has and what the model has said since; nil: everything.
func (a *author) misses(start, end int, shown holes.Words) bool {
	if shown == nil {
		return false
	}
	for _, n := range a.names {
		if at := n.Start - len(a.before); at < end && start < at+len(n.Name) && !shown.Has(n.Name) && a.dice.unit(forName, at) < wrongUnseen {
			return true
		}
	}
	return false
}

// token is the one that an offset lies in.
func (a *author) token(at int) (start, end int) {
	i := sort.SearchInts(a.ends, at+1)
	if i > 0 {
		start = a.ends[i-1]
	}
	return start, a.ends[i]
}

// wrong reports whether the model, asked at an offset with everything shown, errs at once: it does wherever in a wrong token it is asked.
func (a *author) wrong(at int) bool {
	if at >= len(a.text) {
		return false
	}
	start, _ := a.token(at)
	return a.dice.unit(forWrong, start) < a.wrongs
}

// right is how far the model, asked at an offset, goes on without a mistake.
func (a *author) right(at int) int {
	for at < len(a.text) && !a.wrong(at) {
		_, at = a.token(at)
	}
	return at
}

// says is what the model says at a hole, for which the typist has typed the text up to an offset, or something else: then
// typed is not a beginning of the text, and nothing that is right can be said of it. shown are the words of the prompt, to which
// it adds those that it says; nil: what is shown does not count.
func (a *author) says(typed string, most int, shown holes.Words) (said []model.Token, natural bool) {
	at := len(typed)
	if !strings.HasPrefix(a.text, typed) {
		said, at = a.detour(said, common(a.text, typed)), len(a.text)
	}
	for at < len(a.text) {
		start, end := a.token(at)
		if !a.wrong(at) && !a.misses(start, end, shown) {
			a.knows(end, shown)
			said = append(said, model.Token{Text: a.text[at:end], Prob: a.sure(at), Known: true})
			at = end
			continue
		}
		said = a.detour(said, at)
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

// knows adds to what the model has before it the name that ends at an offset.
func (a *author) knows(end int, shown holes.Words) {
	for _, n := range a.names {
		if shown != nil && n.End-len(a.before) == end {
			shown[n.Name] = struct{}{}
		}
	}
}

// detour is what a mistake says. Its first token is as sure as mistakes are, the others as what is right, since they follow
// from it.
func (a *author) detour(said []model.Token, at int) []model.Token {
	for i, t := range tokens(a.mistake(at)) {
		prob := a.sure(at + i)
		if i == 0 {
			prob = a.unsure(at)
		}
		said = append(said, model.Token{Text: t, Prob: prob, Known: true})
	}
	return said
}

// mistake is what else could stand at an offset of the text: how a line goes on at the place near by before which most
// is alike, and which goes on otherwise. So it is code, as the mistakes of models are.
func (a *author) mistake(at int) string {
	if said, ok := a.mistook[at]; ok {
		return said
	}
	told := a.before[max(0, len(a.before)-compareBytes):] + a.text[:at]
	right := byte('\n')
	if at < len(a.text) {
		right = a.text[at]
	}
	best, places := -1, []int(nil)
	for p := 1; p < len(a.near); p++ {
		if a.near[p] == right || a.near[p] == '\n' {
			continue
		}
		switch n := alike(a.near[:p], told); {
		case n > best:
			best, places = n, []int{p}
		case n == best:
			places = append(places, p)
		}
	}
	said := "?"
	if len(places) > 0 {
		p := places[a.dice.throw(forDetour, at)%uint64(len(places))]
		said, _, _ = strings.Cut(a.near[p:], "\n")
	}
	a.mistook[at] = said
	return said
}

// alike is how many bytes two texts end with alike, at most compareBytes.
func alike(a, b string) int {
	n := 0
	for n < min(len(a), len(b), compareBytes) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
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
