package model

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	// While the server is down it is asked after 0.5 s, then less and less often, at most every 5 s: recovery shows
	// within that, and a machine without a server loses nothing.
	firstProbe = 500 * time.Millisecond
	maxProbe   = 5 * time.Second
	// While it is up and nobody asks it anything, a sign of life is fetched this often, so that a status is true.
	idleProbe = 5 * time.Second
	// probeTimeout bounds one sign of life: it costs a server well under a millisecond, also while it loads a model.
	probeTimeout = 5 * time.Second
	// A server that is silent while it works is given up after this many signs of life without an answer, about 20 s. Some
	// can be late on a machine whose cores and disk are all busy with loading a model, and a load is not to be aborted.
	maxMissed = 3
)

// State is what is known of a server's health. With Reachable false and a nil Err nobody has asked yet.
type State struct {
	Reachable bool
	Version   string // the last one seen
	Err       error  // why it is not reachable
	URL       string
	Server    string // what the server is called: "Ollama", "vLLM", "the model server"
}

// health holds the State, tells of its changes, and probes.
type health struct {
	server  func() string // what it is called
	mu      sync.Mutex
	state   State
	changed chan struct{}           // closed at the next change
	kick    chan struct{}           // asks the prober to look at once
	heard   time.Time               // when the server last said anything
	lost    time.Time               // when it was last found not to be there
	cancel  context.CancelCauseFunc // ends the request that runs; nil when none does
}

func newHealth(url string, server func() string) *health {
	return &health{server: server, state: State{URL: url}, changed: make(chan struct{}), kick: make(chan struct{}, 1)}
}

func (h *health) now() State {
	h.mu.Lock()
	defer h.mu.Unlock()
	state := h.state
	state.Server = h.server()
	return state
}

func (h *health) lastLost() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lost
}

func (h *health) changes() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.changed
}

// change replaces the state by what next makes of it, tells who waits for a change, and has the prober look at once where
// the server was lost or came back: it may have come back as another version.
func (h *health) change(next func(before State) State) {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.state
	h.state = next(before)
	if h.state.Reachable == before.Reachable && h.state.Version == before.Version && sameError(h.state.Err, before.Err) {
		return
	}
	close(h.changed)
	h.changed = make(chan struct{})
	if before.Reachable != h.state.Reachable {
		if before.Reachable {
			h.lost = time.Now()
		}
		h.look()
	}
}

// stir wakes who waits for a change although the state is the same.
func (h *health) stir() {
	h.mu.Lock()
	defer h.mu.Unlock()
	close(h.changed)
	h.changed = make(chan struct{})
}

func sameError(a, b error) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Error() == b.Error()
}

// up notes an answer of the server. An empty version keeps the one known.
func (h *health) up(version string) {
	h.change(func(before State) State {
		h.heard = time.Now()
		return State{Reachable: true, Version: cmp.Or(version, before.Version), URL: before.URL}
	})
}

// down notes that the server cannot be reached.
func (h *health) down(err error) {
	h.change(func(before State) State { return State{Version: before.Version, Err: err, URL: before.URL} })
}

// look asks the prober not to wait. It never blocks.
func (h *health) look() {
	select {
	case h.kick <- struct{}{}:
	default:
	}
}

// judge learns from the outcome of a request.
func (h *health) judge(err error) {
	switch {
	case err == nil:
		h.up("")
	case IsKind(err, Unreachable):
		h.down(err)
	case IsKind(err, Cut):
		h.look() // the server died, or only the model did: the next sign of life tells
	}
}

// running notes how to end the request that runs, nil when none does.
func (h *health) running(cancel context.CancelCauseFunc) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cancel = cancel
}

func (h *health) working() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.cancel != nil
}

// giveUp ends the running request if nothing was heard of the server since.
func (h *health) giveUp(since time.Time, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.cancel != nil && h.heard.Before(since) {
		h.cancel(err)
	}
}

// run probes until ctx ends: at once, every idleProbe while the server is up, with growing pauses while it is down.
func (h *health) run(ctx context.Context, version func(context.Context) (string, error)) {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval, pause.Multiplier, pause.RandomizationFactor = firstProbe, maxProbe, 2, 0
	missed := 0
	var since time.Time // when the first of the missed signs of life was asked for
	for {
		asked := time.Now()
		err := h.probe(ctx, version)
		if ctx.Err() != nil {
			return
		}
		wait := idleProbe
		if err == nil || answered(err) && h.working() {
			missed = 0
			pause.Reset()
		} else {
			if missed++; missed == 1 {
				since = asked
			}
			if late := errors.Is(err, context.DeadlineExceeded); !late || missed >= maxMissed || !h.working() {
				if late {
					err = h.silent(err)
				}
				h.down(err)
				h.giveUp(since, err)
			}
			wait = pause.NextBackOff()
		}
		if !h.rest(ctx, wait) {
			return
		}
	}
}

// answered reports whether an error came over HTTP: of a server that works on something that is a sign of life, too.
func answered(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status > 0
}

// rest waits, less long when the prober is asked to look; false when ctx ended.
func (h *health) rest(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
	case <-h.kick:
	}
	return true
}

// probe asks for a sign of life.
func (h *health) probe(ctx context.Context, version func(context.Context) (string, error)) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	v, err := version(ctx)
	if err == nil {
		h.up(v)
	}
	return err
}

// silent is the error of a server that takes connections and says nothing.
func (h *health) silent(cause error) error {
	state := h.now()
	next := "restart it"
	if state.Server == defaultServer {
		next = `restart it: stop it and run "ollama serve"`
	}
	return &Error{Kind: Unreachable, Message: state.Server + " at " + state.URL + " does not answer", Next: next, Err: cause}
}
