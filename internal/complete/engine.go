package complete

import (
	"context"
	"iter"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"sopro/internal/document"
	"sopro/internal/gather"
	"sopro/internal/learn"
	"sopro/internal/model"
	"sopro/internal/ngram"
)

// Parts are what an engine is built from. None of the functions may block but Stream.
type Parts struct {
	// Choose tells which model completes now; its error says in words what is missing.
	Choose func() (Choice, error)
	// Looking reports whether somebody is looking which models there are; what is asked meanwhile waits for Learnt. nil: never.
	Looking func() bool
	// Available tells what that model could do for a request that came now.
	Available func(model string) Availability
	// Stream asks the model. It ends soon after its context does.
	Stream func(context.Context, model.Priority, model.Request) iter.Seq2[model.Chunk, error]
	// Estimate is the number of tokens of a text for a model; Observe learns it.
	Estimate func(model, language, text string) int
	Observe  func(model, language string, bytes, tokens int)
	// Fresh is the share of a request's prompt that the server would have to evaluate, 0 to 1; nil: not known.
	Fresh func(model.Request) float64
	// Speed is what has been measured of a model, zero where nothing has; nil: never.
	Speed func(model string) model.Speed
	// Builtin completes without a model; nil: never.
	Builtin func(ngram.Query) (ngram.Answer, bool)

	// Sources are what a prompt may show beside the document.
	Sources gather.Sources

	// Ledger follows what becomes of completions, and is shared by the engines of a process; nil: a new one, from which nothing is
	// learnt.
	Ledger  *learn.Ledger
	Options Options
	Log     *slog.Logger

	learnt *learn.Book // of a Ledger that was given
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
	p.ledger()
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

// Edited says that a document has a newer text, and what was edited: requests for older ones are superseded.
func (e *Engine) Edited(text *document.Snapshot, edits []document.Edit) {
	e.post(Edited{Doc: text.URI(), Version: text.Version(), text: text, edits: edits})
}

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

// Learnt says that nobody is Looking any more, or that it is worth asking again whether.
func (e *Engine) Learnt() { e.post(Learnt{}) }

// Complete answers a request, as Ask and Wait do.
func (e *Engine) Complete(ctx context.Context, r Request) (Reply, error) { return e.Ask(r).Wait(ctx) }

// Asking is a request that the engine has.
type Asking struct {
	engine *Engine
	id     int
	reply  chan Reply // nil: the engine was closed
}

// Ask hands a request in and does not wait: of two requests the one that was handed in later is the newer one. It takes
// ownership of r.View.
func (e *Engine) Ask(r Request) Asking {
	q := newRequest(r)
	q.id, q.reply = int(e.lastID.Add(1)), make(chan Reply, 1)
	if !e.post(q) {
		closeView(q.View)
		return Asking{engine: e}
	}
	return Asking{e, q.id, q.reply}
}

// Wait returns the answer, nothing from an engine that was closed. When ctx ends it returns ctx's error at once, while the generation
// lives on for the requests to come.
func (a Asking) Wait(ctx context.Context) (Reply, error) {
	if a.reply == nil {
		return Reply{}, nil
	}
	select {
	case reply := <-a.reply:
		return reply, nil
	case <-a.engine.ctx.Done():
		return Reply{}, nil
	case <-ctx.Done():
		a.engine.post(Cancelled{ID: a.id})
		return Reply{}, ctx.Err()
	}
}

// Warm evaluates the prompt of a place when nothing else is to be done for the
// document, and reports whether a model is there to do it. It takes ownership of
// r.View.
func (e *Engine) Warm(r Request) bool { return e.ahead(r, false) }

// Load brings the model into memory where it is not, for requests that will come in the document, under the same terms.
func (e *Engine) Load(r Request) bool { return e.ahead(r, true) }

func (e *Engine) ahead(r Request, load bool) bool {
	closeView(r.View)
	r.View = nil
	if a := e.parts.available(); a == Down || a == Unknown {
		return false
	}
	return e.post(request{Request: r, sight: newSight(r), warm: true, load: load})
}

// Accepted notes that a person took an item; false where no such item was shown or
// it was noted before.
func (e *Engine) Accepted(id string) bool { return e.parts.Ledger.Accepted(time.Now(), id) }

// AcceptedPart notes that a person took the beginning of an item, as Accepted does.
func (e *Engine) AcceptedPart(id string) bool { return e.parts.Ledger.AcceptedPart(time.Now(), id) }

// OnScreen notes that an item has come onto the screen.
func (e *Engine) OnScreen(id string) { e.parts.Ledger.OnScreen(time.Now(), id) }

// Accepteds is how many items were accepted since the process started.
func (e *Engine) Accepteds() int { return e.parts.Ledger.Count() }

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

// loop is the engine's one goroutine and what it owns besides the core.
type loop struct {
	*Engine
	*core
	aborts map[int]context.CancelFunc
	timer  *time.Timer
}

func newLoop(e *Engine) *loop {
	l := &loop{Engine: e, aborts: map[int]context.CancelFunc{}, timer: time.NewTimer(time.Hour)}
	l.timer.Stop()
	l.core = newCore(e.parts, l)
	return l
}

func (l *loop) run() {
	defer l.finish()
	for {
		select {
		case <-l.ctx.Done():
			return
		case event := <-l.events:
			if over, ok := event.(Finished); ok {
				delete(l.aborts, over.Gen)
			}
			l.take(time.Now(), event)
		case <-l.timer.C:
			l.take(time.Now(), Woken{})
		}
	}
}

// finish closes the views of what still waits.
func (l *loop) finish() {
	l.timer.Stop()
	l.core.close()
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

func (l *loop) reply(q request, r Reply, _ string) { q.reply <- r }

func (l *loop) wakeAt(at time.Time) { l.timer.Reset(time.Until(at)) }

func (l *loop) abort(gen int) {
	if abort := l.aborts[gen]; abort != nil {
		abort()
	}
}

// send starts the stream that the policy asks for.
func (l *loop) send(a Send, anchor *gather.Anchor) {
	ctx, cancel := context.WithCancel(l.ctx)
	l.aborts[a.Gen] = cancel
	l.work.Go(func() {
		defer cancel()
		l.post(l.generate(ctx, a, anchor))
	})
}

// generate asks the model to fill a hole and posts what it says, token by token. The anchor is used by one generation of a
// document at a time: the policy starts none before the last has Finished.
func (e *Engine) generate(ctx context.Context, a Send, anchor *gather.Anchor) Finished {
	soon, cancel := context.WithTimeout(ctx, a.sight.within())
	p, err := e.parts.prepare(soon, e.options(), a, anchor)
	cancel()
	if err != nil {
		return e.ended(ctx, a, err)
	}
	t, any := e.parts.talk(a, p)
	if !any {
		return t.finished()
	}
	e.post(t.stops())
	for chunk, err := range e.parts.Stream(ctx, a.priority(), t.Request) {
		if err != nil {
			return e.ended(ctx, a, err)
		}
		for _, said := range t.said(chunk) {
			e.post(said)
		}
	}
	return t.finished()
}

// ended is a stream that failed, or that we closed, or that was ahead and had to give way.
func (e *Engine) ended(ctx context.Context, a Send, err error) Finished {
	if ctx.Err() == nil && !((a.Warm || a.Ahead) && model.IsKind(err, model.Busy)) {
		e.parts.Log.Warn("completion failed", "error", err)
	}
	return Finished{Gen: a.Gen, Err: err}
}
