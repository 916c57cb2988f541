package gather

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// What is shown? Candidates compete for the room by what they bring for a token:
//
//	worth = (bonus + Σ over names that the model does not see yet: want(name)) / tokens^thrift
//
// The best is taken, its names count as seen, and so on until nothing fits or brings anything. Code comes first, up to its
// share; what is left is for lists of names, the shortest form of a declaration: five tokens bring a name, where a window
// needs some thirty for each that is new.
const (
	thrift    = 0.7 // below 1: a long text is read more easily than many scraps
	codeShare = 40  // of the room, in percent
	mostNames = 600 // tokens of names; what a larger room has beyond goes to code
)

// compete picks candidates that fit into the room, the best first.
func (h *hole) compete(room, header int, names bool) []kept {
	c := &competition{hole: h, room: room, header: header, shown: map[string]bool{}}
	names = names && !slices.Contains(h.Without, sourceNames)
	if names {
		c.room = max(room*codeShare/100, room-mostNames)
	}
	held := room - c.room
	c.run()
	out := c.kept()
	if names {
		c.room += held
		if list, ok := c.names(); ok {
			out = append(out, list)
		}
	}
	return out
}

// competition is one round.
type competition struct {
	*hole
	room, header int
	shown        map[string]bool // files whose scraps have a header already
	picked       []picked
}

// picked is a candidate with what it was worth when it was picked.
type picked struct {
	candidate
	worth float64
}

func (c *competition) run() {
	type entry struct {
		candidate
		worth float64
	}
	open := make([]entry, 0, len(c.offers))
	for _, o := range c.offers {
		o.tokens = c.Estimate(o.text)
		if e := (entry{o, c.worth(&o)}); e.worth > 0 {
			open = append(open, e)
		}
	}
	better := func(a, b entry) int { return cmp.Compare(b.worth, a.worth) }
	slices.SortStableFunc(open, better)
	for len(open) > 0 {
		// What others brought can only lower a worth: the first whose own holds against the next is the best of all.
		best := open[0]
		if best.worth = c.worth(&best.candidate); len(open) > 1 && best.worth < open[1].worth {
			open[0] = best
			for i := 0; i+1 < len(open) && open[i].worth < open[i+1].worth; i++ {
				open[i], open[i+1] = open[i+1], open[i]
			}
			continue
		}
		open = open[1:]
		if cost := c.cost(&best.candidate); best.worth > 0 && cost <= c.room && !c.overlaps(&best.candidate) {
			c.room -= cost
			c.take(picked{best.candidate, best.worth})
		}
	}
}

// cost is the tokens of a candidate with its header, if it needs one.
func (c *competition) cost(o *candidate) int {
	if o.compact && c.shown[o.rel] {
		return o.tokens
	}
	return o.tokens + c.header
}

// worth is what a candidate brings for a token.
func (c *competition) worth(o *candidate) float64 {
	sum := o.bonus
	fresh := 0
	for _, n := range o.names {
		if w := c.wanted[n.hash]; w != nil && !c.seen[n.hash] {
			sum += w.weight
			fresh++
		}
	}
	if fresh == 0 && o.bonus < editBonus/4 {
		return 0 // it says nothing new
	}
	return sum / math.Pow(float64(c.cost(o)), thrift)
}

// overlaps says whether a part of the document was picked already.
func (c *competition) overlaps(o *candidate) bool {
	return slices.ContainsFunc(c.picked, func(p picked) bool { return overlap(p.span, o.span) })
}

func (c *competition) take(p picked) {
	for _, n := range p.names {
		c.seen[n.hash] = true
	}
	if p.compact {
		c.shown[p.rel] = true
	}
	c.picked = append(c.picked, p)
}

// kept is what was picked as snippets, the best first: scraps of one file are one snippet, in the order of their lines.
func (c *competition) kept() []kept {
	var out []kept
	at := map[string]int{} // snippets of scraps
	slices.SortStableFunc(c.picked, func(a, b picked) int {
		if a.compact && b.compact && a.rel == b.rel {
			return cmp.Compare(a.lines[0], b.lines[0])
		}
		return 0
	})
	for _, p := range c.picked {
		k := kept{span: p.span, names: p.names, Snippet: Snippet{Source: p.source, Path: p.rel, Text: p.text, Lines: p.lines, Score: p.worth}}
		i, ok := at[p.rel]
		if !p.compact || !ok {
			if p.compact {
				at[p.rel] = len(out)
			}
			out = append(out, k)
			continue
		}
		o := &out[i]
		o.Text += k.Text
		o.names = append(o.names, k.names...)
		o.span.Start, o.span.End = min(o.span.Start, k.span.Start), max(o.span.End, k.span.End)
		o.Lines = [2]int{min(o.Lines[0], k.Lines[0]), max(o.Lines[1], k.Lines[1])}
		o.Score = max(o.Score, k.Score)
	}
	for i := range out {
		out[i].Tokens = c.Estimate(out[i].Text)
	}
	return out
}

// names is a list of the names that are wanted most and not seen, file by file.
func (c *competition) names() (kept, bool) {
	var all []*wanted
	for _, w := range c.wanted {
		if !c.seen[w.hash] && w.weight >= leastWanted {
			all = append(all, w)
		}
	}
	slices.SortFunc(all, func(a, b *wanted) int {
		return cmp.Or(cmp.Compare(b.weight/float64(2+len(b.text)), a.weight/float64(2+len(a.text))), strings.Compare(a.text, b.text))
	})
	list := nameList{competition: c, files: map[string][]*wanted{}}
	room := min(c.room, mostNames) - c.header
	for _, w := range all {
		room -= list.cost(w)
		if room < 0 {
			break
		}
		list.add(w)
	}
	if len(list.order) == 0 {
		return kept{}, false
	}
	return list.kept(), true
}

// nameList is names by the file that has them.
type nameList struct {
	*competition
	order []string // files, the one of the best name first
	files map[string][]*wanted
}

func (l *nameList) cost(w *wanted) int {
	tokens := l.Estimate(w.text + ", ")
	if l.files[w.rel] == nil {
		tokens += l.Estimate(comment(l.language, l.title(w.rel)))
	}
	return tokens
}

func (l *nameList) add(w *wanted) {
	if l.files[w.rel] == nil {
		l.order = append(l.order, w.rel)
	}
	l.files[w.rel] = append(l.files[w.rel], w)
	l.seen[w.hash] = true
}

// title is what stands before the names of a file.
func (l *nameList) title(rel string) string {
	if rel == l.Path {
		return "here:"
	}
	return rel[strings.LastIndexByte(rel, '/')+1:] + ":"
}

func (l *nameList) kept() kept {
	var b strings.Builder
	k := kept{Snippet: Snippet{Source: sourceNames, Path: l.Path}}
	for _, rel := range slices.Backward(l.order) {
		line := l.title(rel) + " "
		for i, w := range l.files[rel] {
			if i > 0 {
				line += ", "
			}
			line += w.text
			k.names = append(k.names, w.name)
			k.Score += w.weight
		}
		b.WriteString(comment(l.language, line))
	}
	k.Text = b.String()
	k.Tokens = l.Estimate(k.Text)
	return k
}
