package model

import (
	"context"
	"iter"
	"strings"
	"time"
)

// Endpoint is one machine that runs models: a queue before its Backend, its health, its speeds and its trace. All
// methods are safe for concurrent use. It starts no goroutine; Run is the caller's.
type Endpoint struct {
	backend Backend
	queue   queue
	health  *health
	speeds  speeds
	failing failing
	trace   ring
	working working
}

// staysWithin bounds the question what is in memory, which a server answers in milliseconds: the next generation waits for it.
const staysWithin = time.Second

// defaultServer is what a server is called whose backend does not say it.
const defaultServer = "Ollama"

// NewEndpoint puts a queue before b. url is shown to people and never dialled here. A backend with a method Server() string
// says what its server is called; it may change when the server has said more. One with a method Resident() bool says whether its server
// has its models in memory as long as it runs; without it they come and go.
func NewEndpoint(b Backend, url string) *Endpoint {
	server := func() string { return defaultServer }
	if named, ok := b.(interface{ Server() string }); ok {
		server = named.Server
	}
	keeps, ok := b.(interface{ Resident() bool })
	return &Endpoint{
		working: working{resident: ok && keeps.Resident(), changed: make(chan struct{}), answers: map[string]lastAnswer{}},
		backend: b,
		health:  newHealth(url, server),
		speeds:  speeds{known: map[string]*learnt{}},
		failing: failing{because: map[string]error{}},
		trace:   ring{max: DefaultTraceBytes},
	}
}

// Run watches the server's health until ctx ends. Without it the state is learnt from requests alone.
func (e *Endpoint) Run(ctx context.Context) { e.health.run(ctx, e.version) }

// State returns what is known of the server's health.
func (e *Endpoint) State() State { return e.health.now() }

// Changed returns a channel that is closed at the next change of State or Failing, and when a model that was asked turns out not
// to be installed any more: what is there is to be looked at anew. Take it before reading either.
func (e *Endpoint) Changed() <-chan struct{} { return e.health.changes() }

// Failing returns why the last generation of a model failed, nil where it did not or none was asked for: what it says has come to
// its first token, it is not listed any more, or the fault is not the model's. What a person waits for is told to that person with
// its error, and does not count.
func (e *Endpoint) Failing(name string) error { return e.failing.of(name) }

// Speed returns what has been learnt of a model; zero where nothing has been.
func (e *Endpoint) Speed(model string) Speed { return e.speeds.of(model) }

// Fresh returns the share of a request's prompt that the server would have to evaluate, as far as is known: 0 where it has all
// of it, 1 where the model is not in memory.
func (e *Endpoint) Fresh(r Request) float64 {
	if !e.InMemory(r.Model) {
		return 1
	}
	return e.speeds.fresh(r.Model, promptText(r))
}

// Busy returns the priority of the request that runs, false if none does.
func (e *Endpoint) Busy() (Priority, bool) { return e.queue.now() }

// Trace returns the newest requests, the oldest of them first; all that are kept where last is not positive.
func (e *Endpoint) Trace(last int) []Traced { return e.trace.last(last) }

// Stream waits for its turn and generates. One request runs at a time; Typing goes before Waiting before Prefetch before
// Warm. Prefetch and Warm are refused (Kind Busy) while anything above them runs or waits, also when it comes after they
// began to wait. What runs is never ended to make room; the slot is free again when the loop over the stream ends. When
// ctx ends, waiting or streaming, the error is ctx's.
func (e *Endpoint) Stream(ctx context.Context, p Priority, r Request) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		if err := e.queue.acquire(ctx, p); err != nil {
			yield(Chunk{}, err)
			return
		}
		defer e.queue.release()
		e.generate(ctx, p, r, yield)
	}
}

// generate runs r, whose turn it is.
func (e *Endpoint) generate(parent context.Context, p Priority, r Request, yield func(Chunk, error) bool) {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	e.health.running(cancel)
	defer e.health.running(nil)
	ctx, done := e.trace.record(ctx, r)
	defer done()
	if e.working.begin(r, e.health.lastLost()) {
		defer e.lookWhatStays(parent, r.Model)
	}
	defer e.working.end()
	clock := stopwatch{began: time.Now()}

	for c, err := range e.backend.Stream(ctx, r) {
		if err != nil {
			err = e.verdict(parent, ctx, err)
			if ctx.Err() == nil && p != Waiting && ofTheModel(err) && e.failing.set(r.Model, err) {
				e.health.stir()
			}
			if parent.Err() != nil {
				e.stopped(r, clock)
			}
			yield(Chunk{}, err)
			return
		}
		e.heard(r, c, &clock)
		if !yield(c, nil) {
			if c.Done == nil {
				e.stopped(r, clock)
			}
			return
		}
	}
}

// heard learns from a piece of an answer.
func (e *Endpoint) heard(r Request, c Chunk, clock *stopwatch) {
	e.health.judge(nil)
	e.working.heard(r)
	clock.heard(c)
	if e.failing.set(r.Model, nil) {
		e.health.stir()
	}
	if c.Done != nil {
		hit := e.speeds.observe(r.Model, promptText(r), *c.Done)
		if r.MaxTokens > 0 {
			e.working.finished(measure(*c.Done, hit, clock.firstToken()))
		}
	}
}

// stopped keeps what is known of a generation that whoever asked for it has ended: the server says nothing of such a one.
func (e *Endpoint) stopped(r Request, clock stopwatch) {
	if clock.tokens == 0 || r.MaxTokens == 0 {
		return
	}
	hit := e.speeds.observe(r.Model, promptText(r), Stats{})
	e.working.finished(Measured{
		PromptTokens: r.PromptTokens, CacheHit: hit, Tokens: clock.tokens, TokensPerSecond: clock.speed(), FirstToken: clock.firstToken(),
	})
}

// lookWhatStays asks which models are still in memory after one was loaded, which may have pushed others out. Where the server does
// not say it, none of them is counted on.
func (e *Endpoint) lookWhatStays(parent context.Context, loaded string) {
	if !e.working.others(loaded) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(parent), staysWithin) // also of one that nobody waits for any more
	defer cancel()
	running, _ := e.Loaded(ctx)
	e.working.stay(loaded, running)
}

// verdict turns an error of the backend into the one to report: ctx's own where the caller ended it, the health's where
// the server was given up, else the backend's.
func (e *Endpoint) verdict(parent, ctx context.Context, err error) error {
	if parent.Err() != nil {
		return parent.Err()
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	e.health.judge(err)
	if IsKind(err, NotFound) {
		e.health.stir()
	}
	return err
}

// promptText is what a server's cache sees of r, near enough to tell what two requests share.
func promptText(r Request) string {
	if len(r.Messages) == 0 {
		return r.Prompt + r.Suffix
	}
	var b strings.Builder
	for _, m := range r.Messages {
		b.WriteString(m.Role)
		b.WriteByte('\n')
		b.WriteString(m.Content)
		b.WriteByte('\n')
	}
	return b.String()
}

// Models lists what is installed. It does not queue.
func (e *Endpoint) Models(ctx context.Context) ([]Installed, error) {
	models, err := ask(ctx, e, e.backend.Models)
	if err == nil {
		e.failing.keep(models)
	}
	return models, err
}

// Show describes one model. It does not queue.
func (e *Endpoint) Show(ctx context.Context, name string, vocabulary bool) (Details, error) {
	return ask(ctx, e, func(ctx context.Context) (Details, error) { return e.backend.Show(ctx, name, vocabulary) })
}

// Loaded lists what is in memory. It does not queue.
func (e *Endpoint) Loaded(ctx context.Context) ([]Running, error) {
	return ask(ctx, e, e.backend.Loaded)
}

// Version asks for the server's version. It does not queue.
func (e *Endpoint) Version(ctx context.Context) (string, error) {
	v, err := e.version(ctx)
	if err == nil {
		e.health.up(v)
	}
	return v, err
}

func (e *Endpoint) version(ctx context.Context) (string, error) {
	return ask(ctx, e, e.backend.Version)
}

// Silent says in words that the server takes questions and did not answer one in time; cause is kept.
func (e *Endpoint) Silent(cause error) error { return e.health.silent(cause) }

// ask traces one question and learns of the server's health from its outcome.
func ask[T any](ctx context.Context, e *Endpoint, question func(context.Context) (T, error)) (T, error) {
	traced, done := e.trace.record(ctx, Request{})
	defer done()
	answer, err := question(traced)
	if err != nil && ctx.Err() != nil {
		return answer, ctx.Err()
	}
	e.health.judge(err)
	return answer, err
}
