package model

import (
	"context"
	"slices"
	"sync"
)

// queue lets one piece of work run at a time, the most urgent first, the oldest first among equals. It never ends what
// runs. Background work (Prefetch, Warm) does not wait behind anything more urgent: it is refused, and one that waits is
// sent away when something more urgent comes, because by the time its turn came it would be about an older text.
//
// The lock is held for a few instructions only; whoever runs holds the turn, not the lock.
type queue struct {
	mu      sync.Mutex
	running bool
	current Priority
	waiting []*turn // in the order in which they get their turn
}

// turn is a place in the queue.
type turn struct {
	priority Priority
	result   chan error // buffered: nil when the turn has come, errBusy when it never will
}

// acquire waits for its turn. A nil error must be followed by release.
func (q *queue) acquire(ctx context.Context, p Priority) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t, err := q.enter(p)
	if err != nil {
		return err
	}
	select {
	case err := <-t.result:
		return err
	case <-ctx.Done():
		q.leave(t)
		return ctx.Err()
	}
}

// enter takes the free slot, or a place in the queue, or refuses.
func (q *queue) enter(p Priority) (*turn, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if p.background() {
		if q.running && q.current < p || len(q.waiting) > 0 && q.waiting[0].priority < p {
			return nil, busy()
		}
	}
	t := &turn{priority: p, result: make(chan error, 1)}
	if !q.running {
		q.running, q.current = true, p
		t.result <- nil
		return t, nil
	}
	at := len(q.waiting)
	for at > 0 && q.waiting[at-1].priority > p {
		at--
	}
	for _, lower := range q.waiting[at:] { // all that is less urgent stands behind t
		if lower.priority.background() {
			lower.result <- busy()
		}
	}
	q.waiting = slices.Insert(q.waiting, at, t)
	q.waiting = slices.DeleteFunc(q.waiting, func(o *turn) bool { return o.priority > p && o.priority.background() })
	return t, nil
}

// leave gives t's place up, or its turn if that came in the meantime.
func (q *queue) leave(t *turn) {
	q.mu.Lock()
	if i := slices.Index(q.waiting, t); i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
		q.mu.Unlock()
		return
	}
	q.mu.Unlock()
	if err := <-t.result; err == nil { // it was decided before we could leave
		q.release()
	}
}

// release ends the running work's turn and begins the next one's.
func (q *queue) release() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		q.running = false
		return
	}
	next := q.waiting[0]
	q.waiting = slices.Delete(q.waiting, 0, 1)
	q.current = next.priority
	next.result <- nil
}

// now returns what runs.
func (q *queue) now() (Priority, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.current, q.running
}

func busy() error {
	return &Error{Kind: Busy, Message: "the model is busy with something more urgent", Next: "ask again when it is done"}
}
