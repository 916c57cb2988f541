package complete

import (
	"context"
	"iter"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sopro/internal/clean"
	"sopro/internal/document"
	"sopro/internal/gather"
	"sopro/internal/model"
	"sopro/internal/ngram"
	"sopro/internal/syntax"
)

// Parts are what an engine is built from. None of the functions may block but Stream.
type Parts struct {
	// Choose tells which model completes now; its error says in words what is missing.
	Choose func() (Choice, error)
	// Available tells what that model could do for a request that came now.
	Available func(model string) Availability
	// Stream asks the model. It ends soon after its context does.
	Stream func(context.Context, model.Priority, model.Request) iter.Seq2[model.Chunk, error]
	// Estimate is the number of tokens of a text for a model; Observe learns it.
	Estimate func(model, language, text string) int
	Observe  func(model, language string, bytes, tokens int)
	// Builtin completes without a model; nil: never.
	Builtin func(ngram.Query) (ngram.Answer, bool)

	Ledger  *Ledger // shared by the engines of a process; nil: a new one
	Options Options
	Log     *slog.Logger
}

// Engine drives the policy for real: it turns requests and streams into its events
// and carries out its actions. One goroutine owns the policy, one runs for each
// stream; Close ends and awaits them. Its methods may be called from any goroutine.
type Engine struct {
	parts  Parts
	events chan any
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	work   sync.WaitGroup
	lastID atomic.Int64 // of a request

	mu      sync.Mutex // guards current
	current Options
}

// New starts an engine.
func New(p Parts) *Engine {
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	if p.Ledger == nil {
		p.Ledger = NewLedger()
	}
	ctx, cancel := context.WithCancel(context.Background())
	e := &Engine{parts: p, events: make(chan any, 1024), ctx: ctx, cancel: cancel, current: p.Options}
	e.work.Go(func() { newLoop(e).run() })
	return e
}

// Close ends all generations, answers what waits with nothing, and returns when no
// goroutine is left.
func (e *Engine) Close() {
	e.cancel()
	e.work.Wait()
}

// Opened says that a document is open. Only open documents are completed.
func (e *Engine) Opened(uri string) { e.post(Opened{Doc: uri}) }

// Edited says that a document has a newer text: requests for older ones are superseded.
func (e *Engine) Edited(uri string, version int32) { e.post(Edited{Doc: uri, Version: version}) }

// Closed forgets a document and ends its generation.
func (e *Engine) Closed(uri string) { e.post(Closed{Doc: uri}) }

// Configure changes the options for all that comes; switching completion off ends
// what runs.
func (e *Engine) Configure(o Options) {
	e.mu.Lock()
	e.current = o
	e.mu.Unlock()
	e.post(Configured{Options: o})
}

func (e *Engine) options() Options {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.current
}

// request is an Asked or a Warmed on its way to the loop.
type request struct {
	Request
	id    int
	sight *sight
	reply chan Reply // of capacity 1; nil for a warm-up
}

// Complete answers a request. When ctx ends it returns ctx's error at once, while the
// generation lives on for the requests to come. It takes ownership of r.View.
func (e *Engine) Complete(ctx context.Context, r Request) (Reply, error) {
	q := request{Request: r, id: int(e.lastID.Add(1)), sight: newSight(r), reply: make(chan Reply, 1)}
	if !e.post(q) {
		closeView(r.View)
		return Reply{}, nil
	}
	select {
	case reply := <-q.reply:
		return reply, nil
	case <-e.ctx.Done():
		return Reply{}, nil
	case <-ctx.Done():
		e.post(Cancelled{ID: q.id})
		return Reply{}, ctx.Err()
	}
}

// Warm evaluates the prompt of a place when nothing else is to be done for the
// document, and reports whether a model is there to do it. It takes ownership of
// r.View.
func (e *Engine) Warm(r Request) bool {
	closeView(r.View)
	r.View = nil
	if e.available() == Down {
		return false
	}
	return e.post(request{Request: r, sight: newSight(r)})
}

// Accepted notes that a person took an item; false where no such item was shown or
// it was noted before.
func (e *Engine) Accepted(id string) bool { return e.parts.Ledger.accept(id) }

// Accepteds is how many items were accepted since the process started.
func (e *Engine) Accepteds() int { return e.parts.Ledger.count() }

// post hands an event to the loop; false when the engine is closed.
func (e *Engine) post(event any) bool {
	if e.ctx.Err() != nil {
		return false
	}
	select {
	case e.events <- event:
		return true
	case <-e.ctx.Done():
		return false
	}
}

func (e *Engine) available() Availability {
	choice, err := e.parts.Choose()
	if err != nil {
		return Down
	}
	return e.parts.Available(choice.Model)
}

func closeView(v *syntax.View) {
	if v != nil {
		v.Close()
	}
}

// loop is the engine's one goroutine and what it owns.
type loop struct {
	*Engine
	policy  *Policy
	waiting map[int]request
	anchors map[string]*gather.Anchor
	aborts  map[int]context.CancelFunc
	timer   *time.Timer
}

func newLoop(e *Engine) *loop {
	l := &loop{
		Engine: e, policy: NewPolicy(e.parts.Options),
		waiting: map[int]request{}, anchors: map[string]*gather.Anchor{}, aborts: map[int]context.CancelFunc{},
		timer: time.NewTimer(time.Hour),
	}
	l.timer.Stop()
	l.policy.Builtin = l.builtin
	return l
}

func (l *loop) run() {
	defer l.finish()
	for {
		select {
		case <-l.ctx.Done():
			return
		case event := <-l.events:
			l.take(event)
		case <-l.timer.C:
			l.step(Woken{})
		}
	}
}

// finish closes the views of what still waits.
func (l *loop) finish() {
	l.timer.Stop()
	for _, q := range l.waiting {
		closeView(q.View)
	}
	for {
		select {
		case event := <-l.events:
			if q, ok := event.(request); ok {
				closeView(q.View)
			}
		default:
			return
		}
	}
}

func (l *loop) take(event any) {
	switch event := event.(type) {
	case request:
		l.ask(event)
	case Opened:
		delete(l.anchors, event.Doc)
		l.step(event)
	case Closed:
		delete(l.anchors, event.Doc)
		l.step(event)
	case Finished:
		delete(l.aborts, event.Gen)
		l.step(event)
	case Cancelled:
		l.step(event)
		l.release(event.ID)
	case Event:
		l.step(event)
	}
}

func (l *loop) ask(q request) {
	if q.reply == nil {
		l.step(Warmed{Model: l.available(), sight: q.sight})
		return
	}
	l.waiting[q.id] = q
	l.step(Asked{ID: q.id, Manual: q.Manual, Patient: q.Patient, Model: l.available(), sight: q.sight})
}

func (l *loop) step(e Event) {
	for _, a := range l.policy.Step(time.Now(), e) {
		switch a := a.(type) {
		case Answer:
			l.answer(a)
		case Send:
			l.send(a)
		case Abort:
			if abort := l.aborts[a.Gen]; abort != nil {
				abort()
			}
		case Arm:
			l.timer.Reset(time.Until(a.At))
		}
	}
}

func (l *loop) answer(a Answer) {
	q, ok := l.waiting[a.ID]
	if !ok {
		return
	}
	reply := Reply{Superseded: a.Superseded, Builtin: a.Builtin, Err: a.Err}
	if hides(a.Text, q.Text) {
		a.Text, a.Why = "", "hidden character"
	}
	if a.Text != "" {
		replace := document.Span{Start: q.Offset, End: q.Offset + a.Replace}
		reply.Items = []Item{{ID: l.parts.Ledger.show(), Text: a.Text, Replace: replace}}
	}
	q.reply <- reply
	l.release(a.ID)
	l.parts.Log.Debug("completion answered", "id", a.ID, "bytes", len(a.Text), "superseded", a.Superseded, "builtin", a.Builtin, "why", a.Why)
}

// hides reports whether a completion, whoever made it, would bring in characters that hide what it does and that the file does not
// have already (docs/security.md row 16).
func hides(completion string, file *document.Snapshot) bool {
	completion = strings.ReplaceAll(completion, "\r\n", "\n") // the file's own line end
	if _, any := clean.Foreign(completion, ""); !any {
		return false // nearly always, and the whole file need not be looked at
	}
	_, foreign := clean.Foreign(completion, file.String())
	return foreign
}

// release forgets a request. Its tree goes with it: the policy looks at a tree only
// while the request waits.
func (l *loop) release(id int) {
	if q, ok := l.waiting[id]; ok {
		closeView(q.View)
		delete(l.waiting, id)
	}
}

// builtin asks the n-gram model.
func (l *loop) builtin(s *sight) (string, bool) {
	if l.parts.Builtin == nil {
		return "", false
	}
	a, ok := l.parts.Builtin(ngram.Query{
		Path: s.local, LanguageID: s.text.LanguageID(),
		Before: s.near[max(0, len(s.near)-2048):], After: s.ahead,
	})
	return a.Text, ok && a.Text != ""
}
