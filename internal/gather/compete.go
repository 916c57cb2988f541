package gather

import (
	"cmp"
	"container/heap"
	"math"
	"slices"

	"sopro/internal/document"
)

// What is shown? Candidates compete for the room by what they bring for a token:
//
//	worth = (bonus + Σ over names that the model does not see yet: want(name)) / tokens^thrift
//
// over all lines that come with a candidate. The best is taken, its names count as seen, and so on until nothing fits or brings
// anything.
const (
	leastBonus = 0.08 // by which a text is worth its place without a new name
	thrift     = 0.75 // below 1: a long text is read more easily than many scraps; 0.85 finds two of a hundred names of other files fewer
	leastRoom  = 6    // tokens in which nothing fits
	scrapCost  = 2    // times its own tokens is what a scrap costs at least, with what is shown around it: 1 and 3 cover fewer holes
)

// compete picks candidates that fit into the room beside what is shown already; the best first.
func (h *hole) compete(room, header int, shown []kept) []kept {
	c := &competition{hole: h, room: room, header: header, sheets: map[string]*sheet{}, texts: map[string]bool{}}
	for i := range shown {
		c.resume(&shown[i])
	}
	c.run()
	return c.kept()
}

// competition is one round.
type competition struct {
	*hole
	room, header int
	sheets       map[string]*sheet // by the file's path
	texts        map[string]bool   // that were picked
	picked       []picked          // texts, and the first of each sheet
}

// picked is a candidate with what it was worth when it was picked.
type picked struct {
	*candidate
	worth float64
}

// resume takes note of what a snippet shows.
func (c *competition) resume(k *kept) {
	if !k.lined {
		c.texts[k.Text] = true
		return
	}
	s := c.sheet(&candidate{local: k.local, lined: true})
	rows := k.rows
	if s.own {
		rows = nil
		for _, span := range k.spans {
			for i := c.Text.LineAt(span.Start); c.Text.LineStart(i) < span.End; i++ {
				rows = append(rows, i)
			}
		}
	}
	for _, i := range rows {
		s.shown[i], s.before[i] = true, true
	}
}

func (c *competition) run() {
	open := make(byWorth, 0, len(c.offers))
	for i := range c.offers {
		o := &c.offers[i]
		o.tokens = c.Estimate(o.text)
		if o.scrap {
			o.tokens *= scrapCost
		}
		if worth := c.guess(o); worth > 0 {
			open = append(open, picked{o, worth})
		}
	}
	heap.Init(&open)
	for len(open) > 0 && c.room >= leastRoom {
		// What others brought mostly lowers a worth: one that still holds against the next is the best of all.
		best := heap.Pop(&open).(picked)
		lines, worth, cost := c.worth(best.candidate)
		if worth == 0 || cost > c.room {
			continue
		}
		if len(open) > 0 && worth < open[0].worth && worth < best.worth {
			heap.Push(&open, picked{best.candidate, worth})
			continue
		}
		c.room -= cost
		c.take(picked{best.candidate, worth}, lines)
	}
}

// byWorth is a heap with the one that is worth most on top.
type byWorth []picked

func (b byWorth) Len() int           { return len(b) }
func (b byWorth) Less(i, j int) bool { return b[i].worth > b[j].worth }
func (b byWorth) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }
func (b *byWorth) Push(x any)        { *b = append(*b, x.(picked)) }
func (b *byWorth) Pop() any {
	last := len(*b) - 1
	x := (*b)[last]
	*b = (*b)[:last]
	return x
}

// guess is what a candidate brings for a token at best, without what comes with it: enough to leave most of them alone.
func (c *competition) guess(o *candidate) float64 {
	return perToken(o.bonus+c.brings(o.names, nil), o.tokens)
}

func perToken(sum float64, tokens int) float64 { return sum / math.Pow(float64(tokens), thrift) }

// brings is how much names are wanted that the model does not see yet; counted are those that count no more.
func (c *competition) brings(names []name, counted map[uint32]bool) float64 {
	sum := 0.0
	for _, n := range names {
		if w := c.wanted[n.hash]; w != nil && !c.seen[n.hash] && !counted[n.hash] {
			sum += w.weight
			if counted != nil {
				counted[n.hash] = true
			}
		}
	}
	return sum
}

// worth is what a candidate brings for a token, what it costs, and the lines that come with it.
func (c *competition) worth(o *candidate) (lines []int, worth float64, cost int) {
	if !o.lined {
		if c.texts[o.text] {
			return nil, 0, 0
		}
		cost = o.tokens + c.header
		return nil, perToken(o.bonus+c.brings(o.names, nil), cost), cost
	}
	s := c.sheet(o)
	lines = s.needs(o)
	if len(lines) == 0 {
		return nil, 0, 0
	}
	if s.first.candidate == nil {
		cost = c.header
	}
	counted := map[uint32]bool{}
	sum := 0.0
	for n, i := range lines {
		cost += s.read(i).tokens
		if n == 0 || lines[n-1] != i-1 {
			cost++ // the empty line above it
		}
		sum += c.brings(s.read(i).names, counted)
	}
	if sum == 0 && o.bonus < leastBonus {
		return nil, 0, 0 // it says nothing new
	}
	return lines, perToken(sum+o.bonus, cost), cost
}

func (c *competition) take(p picked, lines []int) {
	if !p.lined {
		c.texts[p.text] = true
		c.picked = append(c.picked, p)
		c.see(p.text)
		return
	}
	s := c.sheet(p.candidate)
	if s.first.candidate == nil {
		s.first = p
		c.picked = append(c.picked, p)
	}
	c.explain(s, p, lines)
	for _, i := range lines {
		s.shown[i] = true
		for _, n := range s.read(i).names {
			c.seen[n.hash] = true
		}
	}
}

// explain notes which names brought some lines: what they declare, and the wanted ones that stand in them.
func (c *competition) explain(s *sheet, p picked, lines []int) {
	if p.declares != "" {
		s.why.add(&s.why.declares, p.declares)
	}
	var fresh []*wanted
	for _, i := range lines {
		for _, n := range s.read(i).names {
			if w := c.wanted[n.hash]; w != nil && !c.seen[n.hash] && n.text != p.declares {
				fresh = append(fresh, w)
			}
		}
	}
	slices.SortStableFunc(fresh, func(a, b *wanted) int { return cmp.Compare(b.weight, a.weight) })
	for _, w := range fresh[:min(len(fresh), 2)] {
		s.why.add(&s.why.has, w.text)
	}
}

// kept is what was picked as snippets, the best first: one for each file, and each text.
func (c *competition) kept() []kept {
	var out []kept
	for _, p := range c.picked {
		if p.lined {
			out = append(out, c.sheets[p.local].kept())
			continue
		}
		k := kept{names: p.names, said: p.said, here: p.said != ""}
		k.Snippet = Snippet{Source: p.source, Path: p.rel, Text: p.text, Lines: p.lines, Score: p.worth, Tokens: c.Estimate(p.text), Why: p.why}
		if !p.span.Empty() {
			k.spans = []document.Span{p.span}
		}
		out = append(out, k)
	}
	return out
}
