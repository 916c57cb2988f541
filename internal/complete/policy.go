package complete

import (
	"strings"
	"time"

	"sopro/internal/learn"
)

// The policy's times. Each is measured on a person or a machine, not on taste.
const (
	holdBlock    = 150 * time.Millisecond // a block that the tree calls for is waited for this much longer
	holdAlways   = 2 * time.Second        // … where whole blocks are wished for
	answerWithin = 19 * time.Second       // every request is answered within 20 s
	abandonAfter = 10 * time.Second       // nobody asks any more: the generation ends
	yieldAfter   = time.Second            // a request that cannot use what runs for the document has waited: that ends
	pause        = 300 * time.Millisecond // a gap between keys after which a person looks up
	typingDelay  = 75 * time.Millisecond  // inside a run of keys, most requests die young
	earlyAfter   = 150 * time.Millisecond // what has come of a line is shown so long after its first token
	slowFirst    = 2                      // a first token takes so many keys, at least: nothing is put off
	keepPerDoc   = 32                     // generations kept for reuse, a document
)

// Policy decides which requests are answered from what is known, which wait for
// what is being generated, and when a model is asked. It is a state machine: Step
// takes an event and the time, and returns the actions to carry out in order. It
// has no goroutine, no clock and no randomness. It is not safe for concurrent use.
type Policy struct {
	// Builtin answers in under a millisecond, while no model can or has said anything yet; nil: never.
	Builtin func(*sight) (text string, confidence float64)
	// Learnt is what was learnt of completions, which changes under the policy; nil: nothing.
	Learnt *learn.Book

	options  Options
	sessions []*session // in the order in which they were opened, so that runs repeat to the bit
	warming  *Warmed    // the place that is warmed; nil: none
	first    rhythm     // from sending to a first token
	lastID   int
	armed    time.Time
	actions  []Action
}

// session is what the policy knows of one document.
type session struct {
	doc     string
	version int32         // of the newest text
	pending *pending      // the newest request that has no answer yet
	current *generation   // what runs; at most one
	kept    []*generation // what is over, newest last
	ghost   ghost         // what is shown
	shown   *suggestions  // what was said at the place that was asked about last; nil: nothing
	lastKey time.Time     // of the last edit
	lastGap time.Duration // between the last two
	rhythm  rhythm        // of whoever types here
}

// pending is a request that waits.
type pending struct {
	id      int
	sight   *sight
	manual  bool
	patient bool
	load    bool      // nothing but the model is asked for
	loading bool      // the model was not loaded when this came
	unknown bool      // nor was known which one it is
	doubt   bool      // the model has just been wrong
	ahead   bool      // nobody asks it yet
	others  bool      // waits for other suggestions than what is shown
	sendAt  time.Time // when to ask the model; zero: it has joined a generation
	giveUp  time.Time // zero: never
}

func (w *pending) joined() bool { return w.sendAt.IsZero() }

// NewPolicy returns a policy that follows the options.
func NewPolicy(o Options) *Policy {
	return &Policy{options: o}
}

// Step takes one event. The actions are valid until the next call.
func (p *Policy) Step(now time.Time, e Event) []Action {
	p.actions = p.actions[:0]
	switch e := e.(type) {
	case Opened:
		p.closed(e.Doc)
		p.sessions = append(p.sessions, &session{doc: e.Doc})
	case Edited:
		p.edited(now, e)
	case Asked:
		p.asked(now, e)
	case Warmed:
		p.warmed(now, e)
	case Cancelled:
		p.cancelled(e)
	case Stops:
		if _, g := p.byGeneration(e.Gen); g != nil {
			g.stops, g.model = e.Tokens, e.Model
		}
	case Learnt:
		p.learnt(now, e)
	case Streamed:
		p.streamed(now, e)
	case Finished:
		p.finished(now, e)
	case Closed:
		p.closed(e.Doc)
	case Configured:
		p.configured(e.Options)
	case Woken:
		p.armed = time.Time{}
	}
	p.due(now)
	return p.actions
}

func (p *Policy) do(a Action) { p.actions = append(p.actions, a) }

// session is nil for a document that is not open.
func (p *Policy) session(doc string) *session {
	for _, s := range p.sessions {
		if s.doc == doc {
			return s
		}
	}
	return nil
}

// edited supersedes what waits: its answer would be for an older text.
func (p *Policy) edited(now time.Time, e Edited) {
	s := p.session(e.Doc)
	if s == nil {
		return
	}
	p.supersede(s)
	s.version, p.warming, s.ghost.next = e.Version, nil, nil
	s.lastGap = now.Sub(s.lastKey) // of a first key: since ever, which is a pause too
	s.lastKey = now
	s.rhythm.key(s.lastGap)
}

func (p *Policy) supersede(s *session) {
	if s.pending != nil {
		p.do(Answer{ID: s.pending.id, Superseded: true})
		s.pending = nil
	}
}

func (p *Policy) asked(now time.Time, e Asked) {
	s := p.session(e.sight.doc)
	switch {
	case s == nil:
		p.do(Answer{ID: e.ID})
		return
	case e.sight.text.Version() < s.version: // it was overtaken on its way here
		p.do(Answer{ID: e.ID, Superseded: true})
		return
	}
	p.supersede(s)
	p.warming = nil
	if !p.wanted(e.sight, e.Manual) {
		p.goOn(s, e)
		return
	}
	w := &pending{id: e.ID, sight: e.sight, manual: e.Manual, patient: e.Patient, loading: e.Model == Loading, unknown: e.Model == Unknown}
	if !e.Patient {
		w.giveUp = now.Add(answerWithin)
	}
	if p.another(now, s, w, e.Model) || p.serveKept(s, w) || p.join(now, s, w) {
		return
	}
	w.doubt = s.refuted(e.sight)
	if s.current != nil {
		p.drop(now, s.current, w)
	}
	if e.Model == Down {
		p.answerBuiltin(s, w, nil)
		return
	}
	w.sendAt = now.Add(p.delay(now, s, w))
	if e.Model != Ready && p.whisper(s, w, 0) {
		if e.Model == Loading && s.current == nil {
			p.send(now, s, w, false) // so that it is loaded by the time it is needed
		}
		return
	}
	s.pending = w
}

// goOn answers what is not wanted by itself: with what is left of a ghost that was asked for by key, while it is typed along.
func (p *Policy) goOn(s *session, e Asked) {
	if p.wanted(e.sight, true) && s.ghost.rest(e.sight) != "" {
		p.reply(s, &pending{id: e.ID, sight: e.sight}, Answer{ID: e.ID})
		return
	}
	p.do(Answer{ID: e.ID})
}

// makeWay ends what other documents' generations still say with nobody waiting: a server has one slot, and a document that somebody
// waits in comes first.
func (p *Policy) makeWay(now time.Time, s *session) {
	for _, other := range p.sessions {
		if other != s && other.current != nil && other.pending == nil {
			p.leave(now, other.current)
		}
	}
}

// wanted applies the off switches.
func (p *Policy) wanted(s *sight, manual bool) bool {
	o := p.options
	return o.Enabled && (o.Automatic || manual) && (o.Languages == nil || o.Languages(s.text.LanguageID()))
}

// delay is the debounce: none for a person who asked by key, at a line's start or
// after a pause, a short one within a run of keys.
func (p *Policy) delay(now time.Time, s *session, w *pending) time.Duration {
	switch {
	case w.manual:
		return 0
	case p.options.Debounce >= 0:
		return p.options.Debounce
	case s.lastKey.IsZero() || now.Sub(s.lastKey) >= pause || s.lastGap >= pause:
		return 0
	case blank(w.sight.line()):
		return 0
	case w.doubt && w.sight.inWord():
		return s.rhythm.gap() // the next letter tells more: asked at each, it would guess at each
	case p.first.median() > slowFirst*s.rhythm.gap():
		return 0 // what is typed until it answers joins it
	}
	return typingDelay
}

// serveKept answers from what is over.
func (p *Policy) serveKept(s *session, w *pending) bool {
	if p.options.Without.has(withoutReuse) {
		return false
	}
	for i := len(s.kept) - 1; i >= 0; i-- {
		g := s.kept[i]
		typed, ok := g.agrees(w.sight)
		if !ok || typed == g.text.Len() && typed > 0 {
			continue // all of it has been typed: what comes next is a new question
		}
		if typed == 0 && g.seed > 0 {
			continue // what was shown first stays first
		}
		if w.manual && g.text.Len() == typed {
			continue
		}
		d := p.draft(g, w, typed)
		d.shape()
		if d.why != "" && w.manual {
			continue
		}
		p.answer(s, w, d)
		return true
	}
	return false
}

// join waits with what is running, or is answered by what has come already.
func (p *Policy) join(now time.Time, s *session, w *pending) bool {
	g := s.current
	if g == nil || g.state != running || g.seed > 0 || p.options.Without.has(withoutJoin) {
		return false
	}
	if _, ok := g.agrees(w.sight); !ok {
		return false
	}
	g.wantedAt, g.leftAt, g.joined = now, time.Time{}, true
	if g.text.Len() == 0 && p.meanwhile(s, w, g.loading) {
		return true
	}
	s.pending = w
	if g.warm {
		w.sendAt = now // when the prompt is evaluated, the question follows
	}
	p.serveRunning(now, s)
	return true
}

// serveRunning answers the pending request as soon as what has come settles it.
func (p *Policy) serveRunning(now time.Time, s *session) {
	g, w := s.current, s.pending
	if g == nil || w == nil || g.warm || !w.joined() {
		return
	}
	g.wantedAt = now
	if w.others {
		p.hear(now, s, g, w)
		return
	}
	typed, ok := g.agrees(w.sight)
	if !ok { // what was typed ahead of the model is not what it says
		w.sendAt = now
		p.drop(now, g, w)
		return
	}
	if typed > g.text.Len() {
		return
	}
	d := p.draft(g, w, typed)
	d.held = !w.patient && !g.wholeAt.IsZero() && !g.wholeAt.Add(p.hold()).After(now)
	d.early = !w.manual && !w.patient && !w.sight.menu && !g.firstAt.IsZero() && !g.firstAt.Add(earlyAfter).After(now)
	d.shape()
	if d.settled {
		s.pending = nil
		p.answer(s, w, d)
	}
}

// hold is how long a block is waited for after its first line.
func (p *Policy) hold() time.Duration {
	switch {
	case p.options.Without.has(withoutHold):
		return 0
	case p.options.Multiline == MultilineAlways:
		return holdAlways
	}
	return holdBlock
}

// draft is what a generation says beyond the typed bytes, to be shaped.
func (p *Policy) draft(g *generation, w *pending, typed int) *draft {
	text, marks := g.rest(typed)
	return &draft{
		sight: w.sight, options: p.gated(g.model, w.sight), manual: w.manual, stops: g.stops, from: g,
		text: text, marks: marks,
		settled: g.state == done, natural: g.natural, doubt: g.doubt && typed == 0,
	}
}

func (p *Policy) answer(s *session, w *pending, d *draft) {
	a := d.answer(w.id)
	if a.Text != "" && p.hides(s, w, d.from, a) {
		a = Answer{ID: w.id, Why: seldomTaken}
	}
	p.reply(s, w, a)
}

// answer is what a draft that is shaped answers to a request.
func (d *draft) answer(id int) Answer {
	a := Answer{ID: id, Why: d.why}
	if d.why == "" && d.text != "" {
		a.Text, a.Replace = strings.Clone(d.text), d.replace
	}
	a.item = d.item()
	return a
}

// whisper answers with what the built-in engine is so sure of, from 0 to 1.
func (p *Policy) whisper(s *session, w *pending, least float64) bool {
	if p.Builtin == nil {
		return false
	}
	text, confidence := p.Builtin(w.sight)
	if text == "" || confidence < least {
		return false
	}
	a := Answer{ID: w.id, Text: text, Builtin: true, item: learn.Item{Kind: kindOf(w.sight, learn.Builtin, text, 0), Said: text}}
	if p.hides(s, w, nil, a) {
		return false
	}
	p.reply(s, w, a)
	return true
}

// answerBuiltin answers in the model's stead; err is why the model does not.
func (p *Policy) answerBuiltin(s *session, w *pending, err error) {
	if !p.whisper(s, w, 0) {
		p.reply(s, w, Answer{ID: w.id, Err: err})
	}
}

// drop ends a generation that is not what a request asks for, unless the document agrees with it and only an item of a menu does not:
// people pass over items on their way, and close menus. Then the request waits for its turn.
func (p *Policy) drop(now time.Time, g *generation, w *pending) {
	if plain := w.sight.plain; plain != nil {
		if _, ok := g.agrees(plain); ok {
			return
		}
	}
	p.leave(now, g)
}

// end closes a generation's connection. A cold load is never ended: it would
// begin anew with the next key, and so never end.
func (p *Policy) end(g *generation) {
	if g.state != running {
		return
	}
	if g.loading && g.text.Len() == 0 {
		return
	}
	g.state = ending
	p.do(Abort{Gen: g.id})
}
