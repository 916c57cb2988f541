package typing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sopro/internal/complete"
	"sopro/internal/model"
	"sopro/internal/ngram"
	"sopro/internal/prompt"
)

// policy is who answers an editor's requests: the engine, or how another program does it.
type policy interface {
	opened()
	edited(version int32)
	ask(id int, r complete.Request) // it closes r.View
	cancelled(id int)
	accepted(id string, whole bool)
	close()
}

// policies are the ones that can be measured, by name.
var policies = map[string]func(*session) policy{
	"sopro":        newSopro,
	"each-key":     peer{cancels: true}.begin,
	"debounce-125": peer{cancels: true, delay: 125 * time.Millisecond}.begin,
	"debounce-350": peer{delay: 350 * time.Millisecond}.begin,
	"one-job":      peer{most: time.Second}.begin,
	"ideal":        newIdeal,
}

// Policies are the names of the policies.
func Policies() []string {
	return []string{"sopro", "one-job", "debounce-350", "debounce-125", "each-key", "ideal"}
}

// The names that Config.Without knows besides those of complete.Switchable.
const (
	withoutDebounce  = "debounce"  // ask at every key that is not answered from what is known
	withoutMultiline = "multiline" // one line a ghost
	withoutBuiltin   = "built-in"  // the model alone answers
)

// Switchable are the names that Config.Without knows.
func Switchable() []string {
	return append([]string{withoutDebounce, withoutMultiline, withoutBuiltin}, complete.Switchable()...)
}

// choice is how the simulated model is asked.
func (s *session) choice() complete.Choice {
	return complete.Choice{Model: s.config.Model, Asking: s.layout(), Options: model.Options{NumCtx: contextTokens}}
}

// contextTokens is the context of the simulated model in tokens.
const contextTokens = 8192

func (s *session) layout() prompt.Asking {
	return prompt.Recognise(prompt.Identity{Name: s.config.Model})
}

// sopro is the engine of package complete.
type sopro struct {
	*session
	engine *complete.Virtual
	jobs   map[int]*job // by generation
	alarm  *plan
}

func newSopro(s *session) policy {
	p := &sopro{session: s, jobs: map[int]*job{}}
	p.engine = complete.NewVirtual(s.parts(), p)
	return p
}

// parts are what the engine is built from, but for the stream.
func (s *session) parts() complete.Parts {
	estimator := s.learntTokens()
	parts := complete.Parts{
		Choose:    func() (complete.Choice, error) { return s.choice(), nil },
		Available: func(string) complete.Availability { return complete.Ready },
		Estimate:  estimator.Tokens,
		Observe:   estimator.Observe,
		Options:   s.config.Options,
	}
	parts.Options.Without = s.config.Without
	off := func(name string) bool { return slices.Contains(s.config.Without, name) }
	if off(withoutDebounce) {
		parts.Options.Debounce = 0
	}
	if off(withoutMultiline) {
		parts.Options.Multiline = complete.MultilineNever
	}
	if !off(withoutBuiltin) {
		builtin := ngram.New(ngram.Options{})
		builtin.Add("/repo/"+s.trace.Path, s.trace.Language, s.trace.Before+s.trace.After)
		parts.Builtin = builtin.Complete
	}
	return parts
}

// learntTokens is an estimator that has seen prompts in this language before, as after the first minutes of a day.
func (s *session) learntTokens() *prompt.Estimator {
	e := prompt.NewEstimator()
	text := s.trace.Before + s.trace.After
	if n := len(tokens(text)); n > 0 {
		for range 20 {
			e.Observe(s.config.Model, s.trace.Language, len(text), n)
		}
	}
	return e
}

func (p *sopro) opened() {
	p.engine.Opened(p.time(), p.text.URI())
	if p.config.Warm {
		p.engine.Warm(p.time(), p.request())
	}
}

func (p *sopro) edited(version int32)           { p.engine.Edited(p.time(), p.text.URI(), version) }
func (p *sopro) ask(id int, r complete.Request) { p.engine.Ask(p.time(), id, r) }
func (p *sopro) cancelled(id int)               { p.engine.Cancelled(p.time(), id) }
func (p *sopro) accepted(id string, whole bool) {
	if whole {
		p.engine.Accepted(id)
	}
}
func (p *sopro) close() { p.engine.Close() }

// Reply is complete.World's.
func (p *sopro) Reply(id int, r complete.Reply, why string) { p.answered(id, r, why) }

// Send is complete.World's.
func (p *sopro) Send(gen int, warm bool, prepared complete.Prepared) {
	j := p.question(prepared.Request, prepared.Text.String(), prepared.Offset, warm)
	j.said = func(c model.Chunk) { p.engine.Said(p.time(), gen, c) }
	j.over = func(err error) {
		delete(p.jobs, gen)
		p.engine.Ended(p.time(), gen, err)
	}
	p.jobs[gen] = j
	p.after(0, func() { p.server.submit(j) })
}

// Abort is complete.World's.
func (p *sopro) Abort(gen int) {
	if j := p.jobs[gen]; j != nil {
		p.tally.aborted++
		p.server.cancel(j)
	}
}

// WakeAt is complete.World's.
func (p *sopro) WakeAt(at time.Time) {
	p.alarm.stop()
	p.alarm = p.after(p.until(at), func() { p.engine.Woken(p.time()) })
}

// question is a request as the server gets it, for a hole in a text.
func (s *session) question(r model.Request, text string, offset int, warm bool) *job {
	j := &job{prompt: tokens(r.Prompt), warm: warm, natural: true}
	if !warm {
		j.answer, j.natural = s.author.says(text[min(len(s.trace.Before), offset):offset], r.MaxTokens)
	}
	s.tally.requests++
	return j
}

// peer is how other programs ask: after a delay that starts anew with each key, ending what runs or waiting for it, with a
// window that slides with the cursor. What they show is all that the model said up to a blank line, when it is said. Each
// keeps its answers, also while they are typed, which few of them do.
type peer struct {
	cancels bool          // a key ends what runs
	delay   time.Duration // after a key
	most    time.Duration // of generating; 0: no limit
}

func (p peer) begin(s *session) policy { return &asker{session: s, peer: p} }

// asker is a peer at work.
type asker struct {
	*session
	peer
	timer   *plan
	running *job
	waits   *question // newest
	kept    []kept
}

type question struct {
	id     int
	text   string
	offset int
}

// kept is what a model said behind a text.
type kept struct{ before, said string }

func (p *asker) opened()               {}
func (p *asker) edited(int32)          { p.timer.stop() }
func (p *asker) accepted(string, bool) {}
func (p *asker) close()                {}

func (p *asker) cancelled(id int) {
	if p.waits != nil && p.waits.id == id {
		p.waits = nil
	}
}

func (p *asker) ask(id int, r complete.Request) {
	r.View.Close()
	q := &question{id: id, text: r.Text.String(), offset: r.Offset}
	if p.running != nil && p.cancels {
		p.tally.aborted++
		p.server.cancel(p.running)
		p.running = nil
	}
	if p.serve(q) {
		return
	}
	p.waits = q
	p.timer = p.after(p.delay, p.send)
}

// serve answers from what was said.
func (p *asker) serve(q *question) bool {
	for _, k := range slices.Backward(p.kept) {
		if rest, ok := strings.CutPrefix(k.before+k.said, q.text[:q.offset]); ok && len(k.before) <= q.offset && rest != "" {
			p.answered(q.id, complete.Reply{Items: []complete.Item{{Text: rest}}}, "")
			return true
		}
	}
	return false
}

func (p *asker) send() {
	q := p.waits
	if q == nil || p.running != nil {
		return
	}
	j := p.question(p.window(q), q.text, q.offset, false)
	var said strings.Builder
	var began time.Duration
	ended := func() {
		if p.running != j {
			return
		}
		p.running = nil
		text, _, _ := strings.Cut(said.String(), "\n\n")
		p.kept = append(p.kept, kept{q.text[:q.offset], strings.TrimRight(text, " \t\n")})
		if w := p.waits; w != nil {
			if p.waits = nil; !p.serve(w) {
				p.waits = w
				if w == q { // nothing to say
					p.waits = nil
					p.answered(w.id, complete.Reply{}, "nothing said")
					return
				}
				p.send()
			}
		}
	}
	j.said = func(c model.Chunk) {
		if said.Len() == 0 {
			began = p.now
		}
		said.WriteString(c.Text)
		if c.Done == nil && (strings.Contains(said.String(), "\n\n") || p.most > 0 && p.now-began >= p.most) {
			p.server.cancel(j)
		}
	}
	j.over = func(error) { ended() }
	p.running = j
	p.server.submit(j)
}

// window is a prompt of the lines around the cursor.
func (p *asker) window(q *question) model.Request {
	const above, below = 60, 12
	before, after := q.text[:q.offset], q.text[q.offset:]
	lines := strings.SplitAfter(before, "\n")
	before = strings.Join(lines[max(0, len(lines)-above):], "")
	lines = strings.SplitAfter(after, "\n")
	after = strings.Join(lines[:min(len(lines), below)], "")
	asking := p.layout()
	asking.SuffixFirst = false
	f := asking.Fill(prompt.Hole{Path: p.trace.Path, Language: p.trace.Language, Prefix: before, Suffix: after})
	return model.Request{Prompt: f.Prompt, MaxTokens: 128}
}

// ideal is the bound: it knows at once all that the model would say, and where that is wrong.
type ideal struct{ *session }

func newIdeal(s *session) policy { return ideal{s} }

func (ideal) opened()               {}
func (ideal) edited(int32)          {}
func (ideal) accepted(string, bool) {}
func (ideal) cancelled(int)         {}
func (ideal) close()                {}

func (p ideal) ask(id int, r complete.Request) {
	r.View.Close()
	var reply complete.Reply
	if text := p.trace.Text[p.at:p.author.right(p.at)]; strings.TrimSpace(text) != "" {
		reply.Items = []complete.Item{{Text: text, ID: fmt.Sprint(id)}}
	}
	p.answered(id, reply, "the model is wrong")
}
