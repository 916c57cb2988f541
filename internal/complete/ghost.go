package complete

import (
	"strings"
	"time"

	"sopro/internal/learn"
)

// ghost is what was shown last in a document. What is typed along stays shown to its end, whatever the rules make of its rest by
// then: a right text that vanishes costs more than a tail that turns out wrong.
type ghost struct {
	offset  int    // bytes, where it began
	before  string // as a generation's
	after   string
	text    string // "": nothing is shown
	builtin bool
	kind    learn.Kind
	next    *sight    // where it stands, until what follows it is asked for; nil: nothing is to be asked
	since   time.Time // when it was first shown; zero: just now
}

// newGhost keeps what a request is answered with. An item that replaces text is not kept: an editor that writes and takes away
// closers changes what it stands for.
func newGhost(s *sight, a Answer) ghost {
	if a.Text == "" || a.Replace > 0 {
		return ghost{}
	}
	g := newGeneration(0, s)
	shown := ghost{offset: g.offset, before: g.before, after: g.after, text: a.Text, builtin: a.Builtin, kind: a.item.Kind}
	if !a.Builtin && s.plain == nil {
		shown.next = g.sight
	}
	return shown
}

// rest is what is left of a ghost that was typed along up to a cursor, "" where nothing or something else
// was typed.
func (g ghost) rest(s *sight) string {
	typed := s.offset - g.offset
	if typed <= 0 || typed >= len(g.text) || s.ahead[:min(len(s.ahead), keyAhead)] != g.after {
		return ""
	}
	stood := g.before + g.text[:typed]
	if !strings.HasSuffix(s.near, stood[max(0, len(stood)-len(s.near)):]) {
		return ""
	}
	return g.text[typed:]
}

// stands reports whether a ghost is shown just so already.
func (g ghost) stands(s *sight, text string) bool {
	return g.text == text && g.offset == s.offset && strings.HasSuffix(s.near, g.before)
}

// reply answers a request: with what is left of the ghost, where the answer would take it or a part of it away, or change its first
// line. So the block whose first line was taken stays whole, though the next statement alone would be offered anew. Who asks
// by key wants to see something else. What hides something is not shown, and so is no ghost.
func (p *Policy) reply(s *session, w *pending, a Answer) {
	if hides(a.Text, w.sight.file()) {
		a = Answer{ID: a.ID, Err: a.Err, Why: "hidden character"}
	}
	rest := s.ghost.rest(w.sight)
	line, _, _ := strings.Cut(rest, "\n")
	if rest != a.Text && rest != "" && !w.manual && (strings.HasPrefix(rest, a.Text) || !strings.HasPrefix(a.Text, line)) {
		a = Answer{ID: a.ID, Text: rest, Builtin: s.ghost.builtin, item: learn.Item{Kind: s.ghost.kind, Said: rest}}
	}
	s.ghost = newGhost(w.sight, a)
	s.note(w.sight, a)
	p.do(a)
}
