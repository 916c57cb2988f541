package sim

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Request is what a server saw of one request.
type Request struct {
	At     time.Time
	Method string
	Path   string
	Body   []byte
	Status int // 0 until it is sent

	Evaluated int  // prompt tokens that were not in the cache
	Tokens    int  // tokens sent
	Running   bool // it has the slot, or has its answer from elsewhere, and is not finished
	Finished  bool // the handler is done
	Aborted   bool // the client left, or the server died, before the answer was whole
}

// generation reports whether it asks a model for text.
func (r Request) generation() bool { return r.Path == "/api/generate" || r.Path == "/api/chat" }

// record keeps the requests and tells of changes.
type record struct {
	mu       sync.Mutex
	requests []*Request
	changed  chan struct{}
}

// note changes a request under the lock and wakes who waits.
func (l *record) note(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *record) snapshot() ([]Request, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]Request, len(l.requests))
	for i, r := range l.requests {
		out[i] = *r
	}
	return out, l.changed
}

// Requests returns all requests so far, in the order in which they came.
func (s *Server) Requests() []Request {
	all, _ := s.log.snapshot()
	return all
}

// Generations returns the requests that ask a model for text.
func (s *Server) Generations() []Request {
	return slices.DeleteFunc(s.Requests(), func(r Request) bool { return !r.generation() })
}

// Aborted returns the generations whose answer did not become whole because the client left or the server died.
func (s *Server) Aborted() []Request {
	return slices.DeleteFunc(s.Generations(), func(r Request) bool { return !r.Aborted })
}

// Until waits until the requests so far are as they should be, or ctx ends.
func (s *Server) Until(ctx context.Context, right func([]Request) bool) error {
	for {
		all, changed := s.log.snapshot()
		if right(all) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
