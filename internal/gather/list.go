package gather

import (
	"context"
	"slices"

	"sopro/internal/document"
)

// list is the snippets that are shown. It stands at the head of the prompt, so
// what is in it stays where it is, and what is new goes last: anything else
// makes the model evaluate all of the prompt again.
type list struct {
	kept   []kept
	steady int  // lines that the cursor came to since the head of the prompt changed
	short  bool // time ran out when it was last chosen
}

// kept is a snippet with the place that it was taken from.
type kept struct {
	Snippet
	span document.Span
}

// A change of the list costs the evaluation of at least all that comes after
// it. What is new waits until the head has been as it is for some lines, or the
// window moves anyway; a new list waits for the window to move, and has to be
// worth it by the scores.
const (
	steadyToAppend = 4
	worthAppending = 0.5 // of the best window's score
	worthReplacing = 1.5 // times the list's score for the new hole
)

// headerTokens is what a layout adds to a snippet besides its path, more than
// any family's separators and the comment marks around a path.
const headerTokens = 8

// follow moves the list along with an edit. A snippet whose place was edited
// is dropped: it shows what is no longer there.
func (l *list) follow(was, is document.Span) {
	l.kept = slices.DeleteFunc(l.kept, func(k kept) bool { return was.Start < k.span.End && k.span.Start < was.End })
	for i := range l.kept {
		if span := &l.kept[i].span; span.Start >= was.End {
			span.Start += is.End - was.End
			span.End += is.End - was.End
		}
	}
}

// cost is the tokens of the list with its headers: one a snippet, and one for
// the file itself, which has none while it stands alone.
func (l *list) cost(header int) int {
	if len(l.kept) == 0 {
		return 0
	}
	used := header
	for _, k := range l.kept {
		used += k.Tokens + header
	}
	return used
}

// choose brings the list up to date with the hole. While the cursor stays on
// its line nothing changes, unless the budget would overflow.
func (a *Anchor) choose(ctx context.Context, q Query, at arrival, before, suffix piece) {
	l := &a.list
	header := q.Estimate(q.Path) + headerTokens
	near := document.Span{Start: before.span.Start, End: suffix.span.End}
	for i := range l.kept {
		l.kept[i].Tokens = q.Estimate(l.kept[i].Text) // estimates get better
	}
	room := room(q, before, suffix)
	limit := room
	if !at.newLine {
		limit = q.Budget - before.tokens - suffix.tokens // the line grows into what was kept free
	}
	if l.cost(header) > limit || slices.ContainsFunc(l.kept, func(k kept) bool { return overlap(k.span, near) }) {
		l.kept, l.short = nil, true
	}
	if !at.newLine && !l.short {
		return
	}
	l.steady++
	if room <= 2*header {
		l.short = false
		return
	}
	anew := at.jumped || l.short
	if l.short = ctx.Err() != nil; l.short {
		return
	}
	a.far.cover(q.Text, q.Offset)
	a.far.refresh(ctx, q.Text)
	l.short = ctx.Err() != nil
	a.pick(q, near, room, header, anew, before.moved)
}

// room is what the list may cost. The window counts with the size that it will
// grow to before it moves; at the start of a file, where that is far off, with
// half of it as long as that leaves a tenth free for the line.
func room(q Query, before, suffix piece) int {
	limit := q.near() - suffix.tokens
	window := limit
	if before.span.Start == 0 && before.tokens < limit/2-limit/lineShare {
		window = limit / 2
	}
	return q.Budget - suffix.tokens - window
}

// pick changes the list if the windows that suit the hole are worth it.
func (a *Anchor) pick(q Query, near document.Span, room, header int, anew, moved bool) {
	l := &a.list
	scores := a.far.scores(query(q.Text, q.Text.LineAt(q.Offset)))
	best := a.far.best(scores, near)
	if len(best) == 0 {
		return
	}
	from := &chooser{q: q, far: &a.far, scores: scores, header: header}
	from.see(q.Text.Slice(near))
	if anew || moved || len(l.kept) == 0 {
		fresh := from.greedy(best, room-header)
		if anew || value(fresh) > worthReplacing*from.value(l.kept) {
			slices.Reverse(fresh) // the best one last, next to the code
			l.kept, l.steady = fresh, 0
			return
		}
	}
	if moved || l.steady >= steadyToAppend {
		a.append(from, best, room-l.cost(header))
	}
}

// append adds what is new, still fits and is about as good as the best.
func (a *Anchor) append(from *chooser, best []int, room int) {
	least := worthAppending * from.scores[best[0]]
	best = slices.DeleteFunc(best, func(w int) bool {
		return from.scores[w] < least || slices.ContainsFunc(a.list.kept, func(k kept) bool {
			return overlap(k.span, a.far.windows[w].span)
		})
	})
	for _, k := range a.list.kept {
		from.see(k.Text)
	}
	if more := from.greedy(best, room); len(more) > 0 {
		a.list.kept, a.list.steady = append(a.list.kept, more...), 0
	}
}

// chooser picks windows for one hole.
type chooser struct {
	q      Query
	far    *index
	scores []float64
	seen   bits // the terms that the model sees
	header int
}

// see adds a text to what the model sees.
func (c *chooser) see(text string) {
	c.far.terms = terms(c.far.terms[:0], text)
	for _, t := range c.far.terms {
		c.seen.add(t)
	}
}

// greedy picks from the best windows, which come in order of their scores, as
// many as fit, each time the one that is worth most beside what is seen.
func (c *chooser) greedy(best []int, room int) []kept {
	var out []kept
	best = slices.Clone(best)
	seen := c.seen
	for len(best) > 0 {
		pick, most := 0, 0.0
		for i, w := range best {
			if c.scores[w] <= most { // so is every other: no weight is above 1
				break
			}
			if worth := c.scores[w] * seen.weight(c.far.windows[w]); worth > most {
				pick, most = i, worth
			}
		}
		w := c.far.windows[best[pick]]
		best = slices.Delete(best, pick, pick+1)
		k := c.kept(w.span, most)
		if k.Tokens+c.header > room {
			continue
		}
		room -= k.Tokens + c.header
		for _, t := range w.terms {
			seen.add(t.term)
		}
		out = append(out, k)
	}
	return out
}

// kept is the snippet of a window.
func (c *chooser) kept(span document.Span, score float64) kept {
	text := c.q.Text.Slice(span)
	return kept{span: span, Snippet: Snippet{
		Source: "file",
		Path:   c.q.Path,
		Text:   text,
		Lines:  [2]int{c.q.Text.LineAt(span.Start), c.q.Text.LineAt(span.End - 1)},
		Score:  score,
		Tokens: c.q.Estimate(text),
	}}
}

// value is what snippets that were chosen for this hole are worth together.
func value(list []kept) float64 {
	sum := 0.0
	for _, k := range list {
		sum += k.Score
	}
	return sum
}

// value is what snippets that were chosen for another hole are worth for this.
func (c *chooser) value(list []kept) float64 {
	sum := 0.0
	for _, k := range list {
		for w := range c.far.windows {
			if c.far.windows[w].span == k.span {
				sum += c.scores[w]
			}
		}
	}
	return sum
}

func overlap(a, b document.Span) bool { return a.Start < b.End && b.Start < a.End }
