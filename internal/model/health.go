package model

import (
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
	// A server that is silent while it works is given up after this many signs of life without an answer. One can be late
	// on a machine whose cores are all busy with the model.
	maxMissed = 2
)

// State is what is known of a server's health. With Reachable false and a nil Err nobody has asked yet.
type State struct {
	Reachable bool
	Version   string // the last one seen
	Err       error  // why it is not reachable
	URL       string
}

// health holds the State, tells of its changes, and probes.
type health struct {
	mu      sync.Mutex
	state   State
	changed chan struct{} // closed at the next change
	kick    chan struct{} // asks the prober to look at once
	heard   time.Time     // when the server last gave a sign of life
	cancel  context.CancelCauseFunc
}

func newHealth(url string) *health {
	return &health{state: State{URL: url}, changed: make(chan struct{}), kick: make(chan struct{}, 1)}
}

func (h *health) now() State {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state
}

func (h *health) changes() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.changed
}

func (h *health) set(s State) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s.URL = h.state.URL
	same := s.Reachable == h.state.Reachable && s.Version == h.state.Version && (s.Err == nil) == (h.state.Err == nil)
	h.state = s
	if !same {
		close(h.changed)
		h.changed = make(chan struct{})
	}
}

// up notes an answer of the server. An empty version keeps the one known.
func (h *health) up(version string) {
	s := h.now()
	if version != "" {
		s.Version = version
	} else if !s.Reachable {
		h.look() // back again, perhaps as another version
	}
	h.mu.Lock()
	h.heard = time.Now()
	h.mu.Unlock()
	h.set(State{Reachable: true, Version: s.Version})
}

// down notes that the server cannot be reached.
func (h *health) down(err error) {
	h.set(State{Version: h.now().Version, Err: err})
	h.look()
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
		h.look() // the server died, or only the model: the next sign of life tells
	case errors.As(err, new(*Error)):
		h.heardNow()
	}
}

func (h *health) heardNow() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.heard = time.Now()
}

// running notes how to end the request that runs, nil when none does.
func (h *health) running(cancel context.CancelCauseFunc) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cancel = cancel
}

// giveUp ends the running request if the server has been silent since.
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
	missed, since := 0, time.Now()
	for ctx.Err() == nil {
		wait := idleProbe
		if err := h.probe(ctx, version); err == nil {
			missed, since = 0, time.Now()
			pause.Reset()
		} else {
			if missed++; missed >= maxMissed || !errors.Is(err, context.DeadlineExceeded) {
				h.giveUp(since, err)
			}
			wait = pause.NextBackOff()
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-h.kick:
			pause.Reset()
		}
		timer.Stop()
	}
}

// probe asks for a sign of life.
func (h *health) probe(ctx context.Context, version func(context.Context) (string, error)) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	_, err := version(ctx)
	return err
}
