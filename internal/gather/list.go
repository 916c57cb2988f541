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
	heeded int  // how often it changed for what is said of the cursor's line, see heed
}

// kept is a snippet with the place that it was taken from.
type kept struct {
	Snippet
	lined bool            // it is lines of a file
	local string          // of that
	rows  []int           // those lines when it was chosen
	spans []document.Span // in the document; none: it is from elsewhere
	names []name
	spare bool   // it stands in room that the window will grow into
	said  string // the message, where it shows what another tool says
	here  bool   // that is of the line that the cursor is on
}

// A change of the list costs the evaluation of at least all that comes after
// it. What is new waits until the head has been as it is for some lines, or the
// window moves anyway; a new list waits for the window to move, and has to be
// worth it by the scores.
const (
	steadyToAppend = 4
	worthAppending = 0.5 // of the best window's score
	worthReplacing = 1.5 // times the list's worth for the new hole
)

// headerTokens is what a layout adds to a snippet besides its path, more than
// any family's separators and the comment marks around a path.
const headerTokens = 8

// follow moves the list along with an edit. A snippet whose place was edited
// is dropped: it shows what is no longer there.
func (l *list) follow(was, is document.Span) {
	l.kept = slices.DeleteFunc(l.kept, func(k kept) bool {
		return slices.ContainsFunc(k.spans, func(s document.Span) bool { return was.Start < s.End && s.Start < was.End })
	})
	for _, k := range l.kept {
		for i := range k.spans {
			if span := &k.spans[i]; span.Start >= was.End {
				span.Start += is.End - was.End
				span.End += is.End - was.End
			}
		}
	}
}

// placed is the snippet with the lines that it shows of the text as it is now.
func (k *kept) placed(text *document.Snapshot) Snippet {
	s := k.Snippet
	if len(k.spans) > 0 {
		s.Runs = nil
		for _, span := range k.spans {
			s.Runs = append(s.Runs, [2]int{text.LineAt(span.Start), text.LineAt(span.End - 1)})
		}
		s.Lines = [2]int{s.Runs[0][0], s.Runs[len(s.Runs)-1][1]}
	}
	return s
}

// held says whether the window has come to show most of what a snippet shows. A line or two that stand there twice are cheaper
// than another list.
func (k *kept) held(window document.Span) bool {
	n := 0
	for _, s := range k.spans {
		if overlap(s, window) {
			n++
		}
	}
	return 2*n > len(k.spans)
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
// its line nothing changes, unless the budget would overflow, or something is
// said of the line or no more.
func (a *Anchor) choose(ctx context.Context, q Query, at arrival, before, suffix piece) {
	l := &a.list
	l.unsay(q, at)
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
	free := q.Budget - before.tokens - suffix.tokens
	line := q.near() / lineShare // what a line may need
	left := free - l.cost(header)
	if left < 0 || at.newLine && left < line*leastFree/100 { // the window has grown into what was lent
		l.kept = slices.DeleteFunc(l.kept, isSpare)
	}
	if at.newLine && slices.ContainsFunc(l.kept, isSpare) {
		limit = free
	}
	if l.cost(header) > limit || slices.ContainsFunc(l.kept, func(k kept) bool { return k.held(near) }) {
		l.kept, l.short = nil, true
	}
	if at.newLine || l.short {
		a.renew(ctx, q, at, near, room, free-line*lentFree/100, header, before.moved)
	}
	a.heed(q, at, free-line, header)
}

// renew changes the list if what suits the hole is worth it, and time is left to find it.
func (a *Anchor) renew(ctx context.Context, q Query, at arrival, near document.Span, room, free, header int, moved bool) {
	l := &a.list
	l.steady++
	if room <= 2*header {
		l.short = false
		return
	}
	anew := at.jumped || l.short
	if l.short = ctx.Err() != nil; l.short {
		return
	}
	h := a.newHole(ctx, q, at.line, near)
	l.short = !h.ask()
	h.rank()
	a.pick(h, room, free, header, anew, moved)
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

// pick changes the list if what suits the hole is worth it.
func (a *Anchor) pick(h *hole, room, free, header int, anew, moved bool) {
	l := &a.list
	if len(h.offers) == 0 && len(h.wanted) == 0 {
		return
	}
	if anew || moved || len(l.kept) == 0 {
		worth := h.value(l.kept)
		if fresh := h.compete(room-header, header, nil); anew || h.value(fresh) > worthReplacing*worth {
			slices.Reverse(fresh) // the best one last, next to the code
			l.kept, l.steady = fresh, 0
			l.lend(h, free, header)
			l.sayLast()
			return
		}
	}
	if moved || l.steady >= steadyToAppend {
		a.append(h, room, header)
	}
}

// lend gives what the window leaves of its own room to more snippets, at the end: all go together, once the window needs the room. Where the cursor has
// just come, that covers three points more of holes at 1,536 tokens. Small budgets are for slow machines, which would evaluate again more than they gain.
func (l *list) lend(h *hole, free, header int) {
	room := free - l.cost(header)
	if len(l.kept) == 0 || h.Budget < leastLending || room < leastLent {
		return
	}
	for _, k := range h.compete(room, header, l.kept) {
		k.spare = true
		l.kept = append(l.kept, k)
	}
}

const (
	leastLending = 800 // tokens of budget
	leastLent    = 60  // tokens of room that are worth lending

	// Of a hundred of what a line may need, so much is not lent, and with less left on a new line all that is lent goes: three or four lines can
	// be written in between, and the window is read again once. (150 and 100: half a percent of holes fewer is covered.)
	lentFree  = 75
	leastFree = 40
)

// append adds what is new, still fits and is about as good as the best, in the place of what stands in lent room.
func (a *Anchor) append(h *hole, room, header int) {
	l := list{kept: a.list.lasting()}
	clear(h.seen)
	h.see(h.Text.Slice(h.window))
	for _, k := range l.kept {
		for _, n := range k.names {
			h.seen[n.hash] = true
		}
	}
	h.offers = slices.DeleteFunc(h.offers, func(c candidate) bool { return c.like < worthAppending })
	if more := h.compete(room-l.cost(header), header, l.kept); len(more) > 0 {
		a.list.kept, a.list.steady = append(l.kept, more...), 0
		a.list.sayLast()
	}
}

func isSpare(k kept) bool { return k.spare }

// lasting is what does not stand in lent room.
func (l *list) lasting() []kept { return slices.DeleteFunc(slices.Clone(l.kept), isSpare) }

// value is what snippets are worth for the hole.
func (h *hole) value(list []kept) float64 {
	sum := 0.0
	counted := map[uint32]bool{}
	for _, k := range list {
		for _, n := range k.names {
			if w := h.wanted[n.hash]; w != nil && !counted[n.hash] {
				counted[n.hash] = true
				sum += w.weight
			}
		}
	}
	return sum
}

func overlap(a, b document.Span) bool { return a.Start < b.End && b.Start < a.End }
