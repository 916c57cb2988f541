package main

import (
	"context"
	"iter"
	"sync"
	"time"

	"sopro/internal/complete"
	"sopro/internal/model"
)

// loaded knows which model answered last and so is in memory: a request for another may wait for seconds until that one is
// loaded, and where memory is short the one it pushes out must be loaded again too.
type loaded struct {
	endpoint *model.Endpoint
	resident bool          // the server has its models in memory as long as it runs
	keep     time.Duration // a model stays loaded this long after its last answer; negative: for ever

	mu   sync.Mutex
	name string    // of the model that answered last
	at   time.Time // when it did
}

// keepFor reads keep_alive as Ollama does: a duration, negative for ever.
func keepFor(keepAlive string) time.Duration {
	d, err := time.ParseDuration(keepAlive)
	if err != nil {
		return 5 * time.Minute // Ollama's own default
	}
	return d
}

func (l *loaded) available(name string) complete.Availability {
	if !l.endpoint.State().Reachable {
		return complete.Down
	}
	if p, busy := l.endpoint.Busy(); busy && p == model.Waiting {
		return complete.Busy
	}
	if l.resident {
		return complete.Ready
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.name != name || l.keep >= 0 && time.Since(l.at) > l.keep {
		return complete.Loading
	}
	return complete.Ready
}

// stream notes which model answers.
func (l *loaded) stream(ctx context.Context, p model.Priority, r model.Request) iter.Seq2[model.Chunk, error] {
	return func(yield func(model.Chunk, error) bool) {
		for chunk, err := range l.endpoint.Stream(ctx, p, r) {
			if err == nil {
				l.mu.Lock()
				l.name, l.at = r.Model, time.Now()
				l.mu.Unlock()
			}
			if !yield(chunk, err) {
				return
			}
		}
	}
}
