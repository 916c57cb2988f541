package complete

import (
	"math"
	"strings"

	"sopro/internal/learn"
)

// seldomTaken is why nothing is shown of a kind that is almost never accepted.
const seldomTaken = "almost never accepted"

// ledger makes sure that there is one, and that only a given one is learnt from.
func (k *Parts) ledger() {
	if k.Ledger == nil {
		k.Ledger = learn.NewLedger(learn.NewBook(""))
		return
	}
	k.learnt = k.Ledger.Book()
}

// gated are the options with the gate that was learnt for a model, where nobody has set one.
func (p *Policy) gated(model string, s *sight) Options {
	o := p.options
	if o.Calibrated && p.Learnt != nil && o.Gate > 0 {
		if gate := p.Learnt.Gate(model, s.text.LanguageID()); gate > 0 {
			o.Gate = gate
		}
	}
	return o
}

// hides reports whether an answer is of a kind that is almost never accepted. What is shown already stays, and what one generation says
// is judged once. Who asks by key sees everything.
func (p *Policy) hides(s *session, w *pending, g *generation, a Answer) bool {
	if p.Learnt == nil || w.manual || s.ghost.stands(w.sight, a.Text) {
		return false
	}
	if g == nil {
		return p.Learnt.Hides(a.item.Kind)
	}
	bucket := a.item.Kind.Bucket()
	hidden, judged := g.hidden[bucket]
	if !judged {
		if g.hidden == nil {
			g.hidden = map[string]bool{}
		}
		hidden = p.Learnt.Hides(a.item.Kind)
		g.hidden[bucket] = hidden
	}
	return hidden
}

// kindOf is what is known of a completion before it is shown.
func kindOf(s *sight, model, text string, sure float64) learn.Kind {
	k := learn.Kind{Model: model, Language: s.text.LanguageID(), Place: learn.LineEnd, Text: text, Sure: sure}
	switch {
	case !blank(s.tail()):
		k.Place = learn.Within
	case blank(s.line()):
		k.Place = learn.LineStart
	}
	return k
}

// item is what the ledger is to know of a draft that was shaped: nothing where it was dropped for another reason than the gate. Text
// that stands for something right of the cursor, or joins it, says nothing about the gate.
func (d *draft) item() learn.Item {
	if d.why != "" && d.why != Gated || d.from == nil {
		return learn.Item{}
	}
	i := learn.Item{Kind: kindOf(d.sight, d.from.model, d.text, d.sure(len(d.text))), Said: d.text}
	if d.replace > 0 || !strings.HasPrefix(d.ungated, d.text) || d.certain() {
		return i
	}
	if d.gated {
		i.Said = strings.TrimRight(d.ungated, " \t\r\n")
	} else if len(d.text) < len(strings.TrimRight(d.ungated, " \t\r\n")) {
		return i // what the line ends with is not repeated
	}
	for level, gate := range learn.Gates {
		end := min(d.passes(gate), len(i.Said))
		i.Cuts[level] = len(strings.TrimRight(i.Said[:end], " \t\r\n"))
	}
	return i
}

// sure is the product of the token probabilities of the first n bytes.
func (d *draft) sure(n int) float64 {
	product, begin := 1.0, 0
	for _, m := range d.marks {
		if begin >= n {
			break
		}
		product *= m.prob
		begin = m.end
	}
	return product
}

// certain reports whether no token was less than certain: the server does not say how sure the model is.
func (d *draft) certain() bool {
	for _, m := range d.marks {
		if m.prob < 1 {
			return false
		}
	}
	return true
}

// passes is how many bytes a gate lets through: up to the token that takes the product of the token probabilities below it, or
// that alone spends a third of what it allows.
func (d *draft) passes(gate float64) int {
	product, begin, least := 1.0, 0, math.Cbrt(gate)
	for i, m := range d.marks {
		product *= m.prob
		if product < gate || m.prob < least || i == 0 && d.doubt && m.prob < sureAgain {
			return begin
		}
		begin = m.end
	}
	return max(begin, len(d.text))
}
