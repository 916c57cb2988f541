package sim

import (
	"context"
	"errors"
	"sync"
	"time"
)

// slot is the one place where a model runs: what is loaded, and the tokens whose evaluation it still has.
type slot struct {
	free    chan struct{} // holds one element while the slot is taken
	mu      sync.Mutex
	waiting int
	loaded  loaded
	cache   []string
}

// loaded is a model in memory. Another value of any field loads it again.
type loaded struct {
	name                        string
	numCtx, numBatch, numThread int
}

var errQueue = errors.New(busyText)

// acquire takes the slot, in no particular order among those who wait, as Ollama's semaphore does.
func (s *slot) acquire(ctx context.Context, maxQueue int) error {
	s.mu.Lock()
	if s.waiting > maxQueue {
		s.mu.Unlock()
		return errQueue
	}
	s.waiting++
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.waiting--
		s.mu.Unlock()
	}()
	select {
	case s.free <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *slot) release() { <-s.free }

func (s *slot) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loaded, s.cache = loaded{}, nil
}

func (s *slot) now() loaded {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.loaded
}

// load makes l the loaded model and reports whether it was not.
func (s *slot) load(l loaded) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loaded == l {
		return false
	}
	s.loaded, s.cache = l, nil
	return true
}

// missing is how many tokens of prompt have to be evaluated. The last one always has, as its output is what is wanted.
func (s *slot) missing(prompt []string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for n < len(prompt)-1 && n < len(s.cache) && s.cache[n] == prompt[n] {
		n++
	}
	return len(prompt) - n
}

// keep sets what the cache holds.
func (s *slot) keep(tokens []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cache = append([]string(nil), tokens...)
}

func (s *slot) grow(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cache = append(s.cache, token)
}

// pause takes d, or less if ctx ends first, which it reports by false.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// seconds is how long n tokens take at a speed; none at an infinite one.
func seconds(n int, speed float64) time.Duration {
	if speed <= 0 {
		return 0
	}
	return time.Duration(float64(n) / speed * float64(time.Second))
}
