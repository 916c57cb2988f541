package gather

import (
	"cmp"
	"container/heap"
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
	leastBonus = 0.08 // by which a text is worth its place without a new name
	thrift     = 0.7  // below 1: a long text is read more easily than many scraps
	codeShare  = 85   // of the room, in percent
	mostNames  = 600  // tokens of names; what a larger room has beyond goes to code
)

// compete picks candidates that fit into the room, the best first.
func (h *hole) compete(room, header int, names bool) []kept {
	c := &competition{hole: h, room: room, header: header, shown: map[string]bool{}, texts: map[string]bool{}}
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
	texts        map[string]bool // that were picked
	picked       []picked
}

// picked is a candidate with what it was worth when it was picked.
type picked struct {
	*candidate
	worth float64
}

func (c *competition) run() {
	open := make(byWorth, 0, len(c.offers))
	for i := range c.offers {
		o := &c.offers[i]
		o.tokens = c.Estimate(o.text)
		if worth := c.worth(o); worth > 0 {
			open = append(open, picked{o, worth})
		}
	}
	heap.Init(&open)
	for len(open) > 0 {
		// What others brought can only lower a worth: one that still holds against the next is the best of all.
		if now := c.worth(open[0].candidate); now < open[0].worth {
			open[0].worth = now
			heap.Fix(&open, 0)
			continue
		}
		best := heap.Pop(&open).(picked)
		if cost := c.cost(best.candidate); best.worth > 0 && cost <= c.room && !c.overlaps(best.candidate) {
			c.room -= cost
			c.take(best)
		}
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

// cost is the tokens of a candidate with its header, if it needs one.
func (c *competition) cost(o *candidate) int {
	if o.compact && c.shown[o.rel] {
		return o.tokens + 1 // the empty line above it
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
	if fresh == 0 && (o.bonus < leastBonus || c.texts[o.text]) {
		return 0 // it says nothing new
	}
	return sum / math.Pow(float64(c.cost(o)), thrift)
}

// overlaps says whether a part of the document was picked already.
func (c *competition) overlaps(o *candidate) bool {
	return !o.span.Empty() && slices.ContainsFunc(c.picked, func(p picked) bool { return overlap(p.span, o.span) })
}

func (c *competition) take(p picked) {
	for _, n := range p.names {
		c.seen[n.hash] = true
	}
	c.texts[p.text] = true
	if p.compact {
		c.shown[p.rel] = true
	}
	c.picked = append(c.picked, p)
}

// kept is what was picked as snippets, the best first. The scraps of one file are one snippet, in the order of their lines, with
// an empty line where something is left out.
func (c *competition) kept() []kept {
	var out []kept
	for len(c.picked) > 0 {
		first := c.picked[0]
		var group, rest []picked
		for _, p := range c.picked {
			if len(group) == 0 || first.compact && p.compact && p.rel == first.rel {
				group = append(group, p)
			} else {
				rest = append(rest, p)
			}
		}
		c.picked = rest
		slices.SortStableFunc(group, func(a, b picked) int { return cmp.Compare(a.lines[0], b.lines[0]) })
		out = append(out, c.snippet(first, group))
	}
	return out
}

// snippet is a group of what was picked of one file; first is the best of them.
func (c *competition) snippet(first picked, group []picked) kept {
	k := kept{Snippet: Snippet{Source: first.source, Path: first.rel, Lines: group[0].lines, Score: first.worth}}
	var text strings.Builder
	for i, p := range group {
		if i > 0 && p.lines[0] > k.Lines[1]+1 {
			text.WriteByte('\n')
		}
		text.WriteString(p.text)
		k.Lines[1] = max(k.Lines[1], p.lines[1])
		k.names = append(k.names, p.names...)
		if !p.span.Empty() {
			k.spans = append(k.spans, p.span)
		}
	}
	k.Text = text.String()
	k.Tokens = c.Estimate(k.Text)
	return k
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
