package complete

import (
	"slices"
	"time"
)

// send asks the model on behalf of a request.
func (p *Policy) send(now time.Time, s *session, w *pending, warm bool) {
	p.lastID++
	g := newGeneration(p.lastID, w.sight)
	g.warm, g.load, g.manual, g.loading, g.wantedAt = warm, w.load, w.manual, w.loading, now
	g.doubt, g.ahead, g.sentAt = w.doubt, w.ahead, now
	if w.others {
		s.shown.tries++
		g.seed = s.shown.tries
	}
	s.current = g
	p.do(Send{Gen: g.id, Warm: warm, Load: w.load, Manual: w.manual, Ahead: g.ahead, Seed: g.seed, sight: w.sight})
}

// learnt asks the model, now that it is known, what waited for that.
func (p *Policy) learnt(now time.Time, e Learnt) {
	for _, s := range p.sessions {
		w := s.pending
		switch {
		case w == nil || !w.unknown || e.Model == Unknown:
		case e.Model == Down:
			s.pending = nil
			p.answerBuiltin(s, w, nil)
		default:
			w.unknown, w.loading = false, e.Model == Loading
			w.sendAt = now
		}
	}
}

// byGeneration finds the session that runs a generation.
func (p *Policy) byGeneration(id int) (*session, *generation) {
	for _, s := range p.sessions {
		if s.current != nil && s.current.id == id {
			return s, s.current
		}
	}
	return nil, nil
}

// streamed takes a token in, answers who waits for it, and ends the generation
// where nothing that it could still say would ever be shown.
func (p *Policy) streamed(now time.Time, e Streamed) {
	s, g := p.byGeneration(e.Gen)
	if g == nil || g.state != running {
		return
	}
	g.add(e.Text, e.Prob)
	if g.firstAt.IsZero() {
		g.firstAt = now
		if !g.loading {
			p.first.add(now.Sub(g.sentAt))
		}
	}
	if _, whole := firstLine(g.text.String()); whole && g.wholeAt.IsZero() {
		g.wholeAt = now
	}
	if !g.leftAt.IsZero() {
		p.end(g)
		return
	}
	p.serveRunning(now, s)
	if g.seed > 0 && (s.pending == nil || !s.pending.others) || s.current == g && (g.exhausted(e.Text) || p.enough(g)) {
		p.end(g)
	}
}

// finished keeps what was said, and answers who still waits: from it, or, after a
// fault, from the built-in engine.
func (p *Policy) finished(now time.Time, e Finished) {
	s, g := p.byGeneration(e.Gen)
	if g == nil {
		return
	}
	s.current = nil
	cut := (g.state == ending || !g.leftAt.IsZero()) && !g.natural // by us, in the middle of what it said, or of no use to anybody
	g.state, g.natural = done, g.natural || e.Natural
	whole := g.natural || g.keepWholeLines()
	if !g.warm && (whole || !cut && g.text.Len() > 0) {
		s.keep(g)
	}
	p.cooled(g, e)
	w := s.pending
	switch {
	case w == nil:
	case w.others:
		p.heardAll(now, s, g, w, e.Err != nil && !cut)
	case e.Err != nil && !cut && !g.natural && !g.warm && !g.ahead:
		s.pending = nil
		p.answerBuiltin(s, w, e.Err)
	case w.joined() && !(g.ahead && e.Err != nil && !cut) && p.serveEnded(s, g, w), p.serveKept(s, w):
		s.pending = nil
	case w.joined():
		w.sendAt = now // what it waited for is of no use to it
	}
}

// serveEnded answers a request from the generation that it waited for, also with nothing: to ask again would be answered
// the same.
func (p *Policy) serveEnded(s *session, g *generation, w *pending) bool {
	typed, ok := g.agrees(w.sight)
	if !ok || typed > 0 && typed == g.text.Len() {
		return false
	}
	d := p.draft(g, w, typed)
	d.shape()
	p.answer(s, w, d)
	return true
}

// keep keeps what was said, and of the text around its hole only what tells it again.
func (s *session) keep(g *generation) {
	g.sight = nil
	s.kept = append(s.kept, g)
	if over := len(s.kept) - keepPerDoc; over > 0 {
		s.kept = append(s.kept[:0], s.kept[over:]...)
	}
}

func (p *Policy) cancelled(e Cancelled) {
	for _, s := range p.sessions {
		if s.pending != nil && s.pending.id == e.ID {
			s.pending = nil
		}
	}
}

// closed forgets a document. Its generation's last events find nobody, but a cold load goes on for another document: what loads is
// the model for all of them.
func (p *Policy) closed(doc string) {
	p.sessions = slices.DeleteFunc(p.sessions, func(s *session) bool {
		if s.doc != doc {
			return false
		}
		p.supersede(s)
		if !p.inherited(s) {
			p.stop(s)
		}
		return true
	})
}

// inherited hands a cold load on to another document that nothing runs for, if there is one.
func (p *Policy) inherited(s *session) bool {
	g := s.current
	if g == nil || g.state != running || !g.loading || g.text.Len() > 0 {
		return false
	}
	for _, heir := range p.sessions {
		if heir != s && heir.current == nil {
			if !g.load {
				g.leftAt = g.wantedAt
			}
			heir.current = g
			return true
		}
	}
	return false
}

// stop ends a session's generation whatever it does.
func (p *Policy) stop(s *session) {
	if g := s.current; g != nil && g.state == running {
		g.state = ending
		p.do(Abort{Gen: g.id})
	}
}

// configured ends what the new options forbid.
func (p *Policy) configured(o Options) {
	p.options = o
	for _, s := range p.sessions {
		if w := s.pending; w != nil && !p.wanted(w.sight, w.manual) {
			p.do(Answer{ID: w.id})
			s.pending = nil
		}
		if g := s.current; g != nil && !p.wanted(g.sight, g.manual) {
			p.stop(s)
		}
	}
}

// due does what the time has come for and asks to be woken for what comes next.
func (p *Policy) due(now time.Time) {
	var next time.Time
	sooner := func(t time.Time) {
		if !t.IsZero() && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	for _, s := range p.sessions {
		if s.pending != nil {
			p.makeWay(now, s)
		}
	}
	for _, s := range p.sessions {
		p.duePending(now, s)
		g, w := s.current, s.pending
		if g != nil && !g.leftAt.IsZero() {
			sooner(p.leaveAt(now, g))
		}
		switch {
		case w != nil:
			sooner(w.giveUp)
			sooner(p.next(now, g, w))
		case g == nil || g.state != running || g.warm || g.loading && g.text.Len() == 0:
		case g.wantedAt.Add(abandonAfter).After(now):
			sooner(g.wantedAt.Add(abandonAfter))
		default:
			p.end(g)
		}
	}
	for _, s := range p.sessions {
		sooner(p.lookAhead(now, s))
	}
	p.warmNext(now)
	if !next.IsZero() && !next.Equal(p.armed) {
		p.armed = next
		p.do(Arm{At: next})
	}
}

// leave ends a generation that nobody asks for any more, as soon as that ends anything: a server may not stop reading a prompt that
// it has begun. Until it speaks, but no longer than yieldAfter, the next request waits here, where it is of the newest text when its
// turn comes, and not there. A cold load is waited for to its end.
func (p *Policy) leave(now time.Time, g *generation) {
	if g.state == running && g.text.Len() == 0 {
		if g.leftAt.IsZero() {
			g.leftAt = now
		}
		return
	}
	p.end(g)
}

// leaveAt ends a generation that was left long enough ago, or returns when it will be.
func (p *Policy) leaveAt(now time.Time, g *generation) time.Time {
	at := g.leftAt.Add(yieldAfter)
	if g.state != running || g.loading && g.text.Len() == 0 {
		return time.Time{}
	}
	if !at.After(now) {
		p.end(g)
		return time.Time{}
	}
	return at
}

// next is when a request that waits has to be looked at again, zero where an event will tell. What it cannot use gives way to it.
func (p *Policy) next(now time.Time, g *generation, w *pending) time.Time {
	switch {
	case w.unknown:
	case g == nil && w.sendAt.After(now):
		return w.sendAt
	case g == nil: // it waits for what another document evaluates
	case !w.joined() && !g.warm:
		if yield := w.sendAt.Add(yieldAfter); yield.After(now) {
			return yield
		}
		p.end(g)
	case !w.patient:
		if look := p.lookAt(g); look.After(now) {
			return look
		}
	}
	return time.Time{}
}

// lookAt is when a request that has joined a generation takes what is there by then, zero where nothing has come.
func (p *Policy) lookAt(g *generation) time.Time {
	switch {
	case !g.wholeAt.IsZero():
		return g.wholeAt.Add(p.hold())
	case !g.firstAt.IsZero():
		return g.firstAt.Add(earlyAfter)
	}
	return time.Time{}
}

func (p *Policy) duePending(now time.Time, s *session) {
	w := s.pending
	if w == nil {
		return
	}
	if g := s.current; g != nil && w.joined() && !g.firstAt.IsZero() && !p.lookAt(g).After(now) {
		p.serveRunning(now, s)
	}
	switch {
	case s.pending == nil:
	case !w.giveUp.IsZero() && !w.giveUp.After(now):
		s.pending = nil
		if s.current != nil && w.joined() {
			s.current.wantedAt = now
		}
		if w.others {
			p.suggest(s, w)
			return
		}
		p.answerBuiltin(s, w, nil)
	case s.current == nil && !w.joined() && !w.unknown && !w.sendAt.After(now) && !p.taken(s):
		if p.meanwhile(s, w, false) {
			s.pending = nil
		}
		p.send(now, s, w, false)
		w.sendAt = time.Time{}
	}
}

// meanwhile has the built-in engine answer while the model has said nothing yet. The generation goes on.
func (p *Policy) meanwhile(s *session, w *pending, loading bool) bool {
	switch {
	case loading:
		return p.whisper(s, w, 0)
	case w.manual || w.patient:
		return false
	}
	return p.whisper(s, w, sureMeanwhile)
}

// sureMeanwhile is how sure the built-in engine must be to answer before the model does.
const sureMeanwhile = 0.9
