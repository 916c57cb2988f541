package model

import (
	"context"
	"slices"
	"sync"
	"time"
)

// DefaultTraceBytes bounds the bodies that a trace keeps: about a hundred prompts of the largest size.
const DefaultTraceBytes = 8 << 20

// maxTraced bounds the number of traced requests, so that small ones stay bounded too.
const maxTraced = 500

// Traced is one request as it was sent. It lives in memory only. Headers are not kept: they may hold a key.
type Traced struct {
	ID       int
	At       time.Time
	Method   string
	Path     string
	Body     []byte // what was sent, shared: not to be changed; empty when it alone was over the trace's bound
	Snippets []Shown
	Tokens   int           // of the prompt, estimated before it was sent; 0 where that was not done
	Fresh    int           // of them, those that the server was thought to have to evaluate
	Status   int           // HTTP status; 0 while none has come
	Took     time.Duration // until the answer ended; 0 while it runs
}

// Wire is told what a backend sends and what comes back, so that a trace shows the very bytes. Either function may be nil.
type Wire struct {
	Sent     func(method, path string, body []byte)
	Answered func(status int)
}

type wireKey struct{}

// WithWire returns a context whose requests are reported to w, as httptrace does for connections.
func WithWire(ctx context.Context, w Wire) context.Context {
	return context.WithValue(ctx, wireKey{}, w)
}

// WireOf returns the Wire of ctx with both functions callable. Backends call Sent before each request, with a body that
// nobody changes afterwards, and Answered when the status is known.
func WireOf(ctx context.Context) Wire {
	w, _ := ctx.Value(wireKey{}).(Wire)
	if w.Sent == nil {
		w.Sent = func(string, string, []byte) {}
	}
	if w.Answered == nil {
		w.Answered = func(int) {}
	}
	return w
}

// ring keeps the newest requests within a bound of bytes and of entries.
type ring struct {
	mu      sync.Mutex
	max     int // bytes of bodies
	bytes   int
	nextID  int
	entries []*Traced
}

// record wraps ctx so that what is sent under it for a request is traced, and returns a function to be called when the answer ended.
func (r *ring) record(ctx context.Context, q Request) (context.Context, func()) {
	var t *Traced
	ctx = WithWire(ctx, Wire{
		Sent: func(method, path string, body []byte) {
			t = r.add(Traced{At: time.Now(), Method: method, Path: path, Body: body, Snippets: q.Snippets, Tokens: q.PromptTokens, Fresh: q.FreshTokens})
		},
		Answered: func(status int) {
			r.mu.Lock()
			defer r.mu.Unlock()
			if t != nil {
				t.Status = status
			}
		},
	})
	return ctx, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if t != nil {
			t.Took = time.Since(t.At)
		}
	}
}

func (r *ring) add(t Traced) *Traced {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.nextID++
	t.ID = r.nextID
	if len(t.Body) > r.max {
		t.Body = nil
	}
	// What is asked every few seconds, as whether the server lives and what it has, says nothing new: since the last entry
	// with a body each such question stands once.
	for i := len(r.entries) - 1; len(t.Body) == 0 && i >= 0 && len(r.entries[i].Body) == 0; i-- {
		if r.entries[i].Path == t.Path {
			r.entries = slices.Delete(r.entries, i, i+1)
			break
		}
	}
	r.entries = append(r.entries, &t)
	r.bytes += len(t.Body)
	drop := 0
	for r.bytes > r.max || len(r.entries)-drop > maxTraced {
		r.bytes -= len(r.entries[drop].Body)
		drop++
	}
	r.entries = slices.Delete(r.entries, 0, drop)
	return &t
}

// last returns copies of the newest n entries, the oldest first; all where n is not positive.
func (r *ring) last(n int) []Traced {
	r.mu.Lock()
	defer r.mu.Unlock()
	from := 0
	if n > 0 && n < len(r.entries) {
		from = len(r.entries) - n
	}
	out := make([]Traced, 0, len(r.entries)-from)
	for _, t := range r.entries[from:] {
		out = append(out, *t)
	}
	return out
}
