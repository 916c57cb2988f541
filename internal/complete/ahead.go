package complete

import (
	"errors"
	"slices"
	"time"

	"sopro/internal/document"
)

// While a ghost is looked at and the model has nothing to do, it is asked what follows when the ghost has been accepted, so that the
// next one is there at once. What the model has said beyond the ghost already counts first: mostly nothing is asked at all. A server
// may not stop an evaluation that is begun, so nothing is asked whose prompt takes longer than a slice (sliceTime).

// glance is how long a ghost stands before what follows it is asked for. Who types on at 4 keys a second and more does not look.
const glance = 200 * time.Millisecond

// mostAhead are the most prompt tokens that are evaluated for it, however fast the machine: the half is for nothing.
const mostAhead = 192

var errDear = errors.New("not asked ahead: the prompt would take too long")

// lookAhead asks for what follows the ghost of a document if it is time to, and returns when it will be, zero where an event will tell.
func (p *Policy) lookAhead(now time.Time, s *session) time.Time {
	shown := &s.ghost
	if shown.next == nil || p.options.Without.has(withoutAhead) {
		return time.Time{}
	}
	if shown.since.IsZero() {
		shown.since = now
	}
	if !p.idle() {
		return time.Time{}
	}
	if at := shown.since.Add(glance); at.After(now) {
		return at
	}
	place := shown.next
	shown.next = nil
	accepted := place.accepting(shown.text)
	said := s.saidAt(accepted)
	if blank(said) && said != "" { // a line end: the next line is what follows
		accepted = place.accepting(shown.text + said)
		said = s.saidAt(accepted)
	}
	if said == "" && p.wanted(accepted, false) {
		p.send(now, s, &pending{sight: accepted, ahead: true}, false)
	}
	return time.Time{}
}

// saidAt is what was said for a place already, however doubtful it is.
func (s *session) saidAt(at *sight) string {
	for _, g := range slices.Backward(s.kept) {
		if typed, ok := g.agrees(at); ok && typed < g.text.Len() {
			return g.text.String()[typed:]
		}
	}
	return ""
}

// accepting is what is seen once a text has been put in at the cursor.
func (s *sight) accepting(text string) *sight {
	next, edit := s.text.Splice(document.Span{Start: s.offset, End: s.offset}, text)
	return newSight(Request{Text: next, Offset: edit.NewEnd, Path: s.path, Repo: s.repo, Local: s.local, Diagnostics: s.diagnostics})
}

// enough reports whether a generation that nobody has asked for has said what would be shown of it.
func (p *Policy) enough(g *generation) bool {
	if !g.unasked() || g.wholeAt.IsZero() {
		return false
	}
	d := p.draft(g, &pending{sight: g.sight}, 0)
	d.shape()
	return d.settled
}

// unasked reports whether a generation was made ahead and no request has joined it.
func (g *generation) unasked() bool { return g.ahead && !g.joined }

// cheap reports whether a prompt can be evaluated for what may never be asked.
func (k *Parts) cheap(p *Prepared) bool {
	speed := k.speed(p.Choice.Model).Prompt
	if k.Fresh == nil || speed == 0 {
		return false
	}
	return float64(p.Fresh) <= min(speed*sliceTime.Seconds(), mostAhead)
}
