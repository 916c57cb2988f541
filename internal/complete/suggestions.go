package complete

import (
	"slices"
	"time"
)

// Somebody who asks again, by key, where something is shown wants to see something else: the model is asked the same question with
// some chance in it, a few times, one after the other. What was shown first stays first.
const (
	mostSuggestions = 3
	mostTries       = 4   // a model that is sure of itself says the same again and again
	temperature     = 0.4 // of the tries; the first answer has none
)

// suggestions are what the model said at one place, distinct as shown.
type suggestions struct {
	version int32
	offset  int
	found   []Answer
	tries   int
}

// at reports whether these are the suggestions for a place. nil is for none.
func (u *suggestions) at(s *sight) bool {
	return u != nil && s.plain == nil && u.version == s.text.Version() && u.offset == s.offset
}

// has reports whether a text is among them.
func (u *suggestions) has(text string) bool {
	return slices.ContainsFunc(u.found, func(a Answer) bool { return a.Text == text })
}

// note keeps what a request is answered with, in case that somebody asks again.
func (s *session) note(at *sight, a Answer) {
	switch {
	case a.Text == "" || a.Builtin || at.plain != nil:
		s.shown = nil
	case !s.shown.at(at) || s.shown.found[0].Text != a.Text:
		s.shown = &suggestions{version: at.text.Version(), offset: at.offset, found: []Answer{a}}
	}
}

// another has a request wait for other suggestions, or answers it with them, if it asks again where one is shown.
func (p *Policy) another(now time.Time, s *session, w *pending, model Availability) bool {
	if !w.manual || w.patient || model != Ready || !s.shown.at(w.sight) {
		return false
	}
	if s.shown.enough() {
		p.suggest(s, w)
		return true
	}
	w.others, s.pending = true, w
	if g := s.current; g == nil || g.seed == 0 || g.state != running || g.heard {
		w.sendAt = now
		if g != nil {
			p.leave(now, g)
		}
	}
	return true
}

// enough reports whether the model is not asked for more.
func (u *suggestions) enough() bool {
	return len(u.found) >= mostSuggestions || u.tries >= mostTries
}

// hear takes in what a generation says for a request that waits for suggestions, and ends it as soon as it is known what is shown of it.
func (p *Policy) hear(now time.Time, s *session, g *generation, w *pending) {
	if g.seed == 0 || g.heard {
		return
	}
	d := p.draft(g, w, 0)
	d.held = !g.wholeAt.IsZero() && !g.wholeAt.Add(p.hold()).After(now)
	d.shape()
	if !d.settled {
		return
	}
	g.heard = true
	if a := d.answer(w.id); a.Text != "" && !s.shown.has(a.Text) && !hides(a.Text, w.sight.file()) {
		s.shown.found = append(s.shown.found, a)
	}
	p.end(g)
}

// heardAll asks for the next suggestion when the last one is over, or answers.
func (p *Policy) heardAll(now time.Time, s *session, g *generation, w *pending, failed bool) {
	p.hear(now, s, g, w)
	if s.shown.enough() || failed && g.seed > 0 {
		s.pending = nil
		p.suggest(s, w)
		return
	}
	w.sendAt = now
}

// suggest answers with all suggestions.
func (p *Policy) suggest(s *session, w *pending) {
	a := s.shown.found[0]
	a.ID, a.More = w.id, s.shown.found[1:]
	p.reply(s, w, a)
}
