package typing

import (
	"slices"
	"time"

	"sopro/internal/complete"
	"sopro/internal/model"
	"sopro/internal/ngram"
	"sopro/internal/prompt"
)

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

	readAhead func() // what stands at the cursor
}

func newSopro(s *session) policy {
	p := &sopro{session: s, jobs: map[int]*job{}}
	p.engine = complete.NewVirtual(s.parts(), p)
	p.readAhead = func() { p.engine.Warm(p.time(), p.request()) }
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
		Fresh:     func(r model.Request) float64 { return fresh(s.evaluated, r.Prompt) },
		Speed: func(string) model.Speed {
			return model.Speed{Prompt: float64(s.config.Speed.Prompt), Generation: float64(s.config.Speed.Generation)}
		},
		Sources: s.config.Sources[s.trace.Repo],
		Options: s.config.Options,
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
		builtin.Add(Workspace+"/"+s.trace.Path, s.trace.Language, s.trace.Before+s.trace.After)
		parts.Builtin = builtin.Complete
	}
	return parts
}

// fresh is the share of a prompt that another one does not begin with.
func fresh(other, prompt string) float64 {
	if prompt == "" {
		return 1
	}
	return 1 - float64(common(other, prompt))/float64(len(prompt))
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
		p.readAhead()
	}
}

func (p *sopro) edited(version int32) {
	p.engine.Edited(p.time(), p.text.URI(), version)
	p.resting(p.readAhead)
}

// resting plans what a server does when nobody has typed for a while: it reads ahead.
func (s *session) resting(read func()) {
	s.atRest.stop()
	if s.config.Warm {
		s.atRest = s.after(restsAfter, read)
	}
}

// restsAfter is how long that is.
const restsAfter = time.Second

func (p *sopro) ask(id int, r complete.Request) { p.engine.Ask(p.time(), id, r) }
func (p *sopro) cancelled(id int)               { p.engine.Cancelled(p.time(), id) }
func (p *sopro) accepted(id string, whole bool) {
	if whole {
		p.engine.Accepted(p.time(), id)
	}
}
func (p *sopro) close() { p.engine.Close() }

// Reply is complete.World's.
func (p *sopro) Reply(id int, r complete.Reply, why string) { p.answered(id, r, why) }

// Send is complete.World's.
func (p *sopro) Send(gen int, warm bool, prepared complete.Prepared) {
	j := p.question(prepared.Request, prepared.Text.String(), prepared.Offset, warm)
	j.said = func(c model.Chunk) {
		p.evaluated = prepared.Request.Prompt
		p.engine.Said(p.time(), gen, c)
	}
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
