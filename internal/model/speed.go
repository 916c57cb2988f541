package model

import (
	"sync"
	"time"
)

// Speed is what a model has been seen to do on this machine, in tokens a second; 0 where it is not known yet.
type Speed struct{ Prompt, Generation float64 }

const (
	// speedWeight is how much a new measurement counts against what was known: four of them make three quarters.
	speedWeight = 0.3
	// minPromptTime and minGenerated are the least that says something about a speed. A whole prompt that took less was
	// not evaluated but found in the server's cache, which the count of its tokens does not show (measured: 2,000 tokens
	// "evaluated" in 3 ms from the cache, in 1,891 ms without).
	minPromptTime = 20 * time.Millisecond
	minGenerated  = 4
	// minFresh is the share of a prompt that must be new to the server for its time to be worth a division.
	minFresh = 0.1
)

// speeds learns Speed by model from the statistics of finished requests.
type speeds struct {
	mu    sync.Mutex
	known map[string]*learnt
}

type learnt struct {
	Speed
	prompt string // the last one: what the server's cache begins with
}

func (s *speeds) of(model string) Speed {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.known[model]; l != nil {
		return l.Speed
	}
	return Speed{}
}

// fresh is the share of a prompt that the last one of the model did not begin with, 1 where none is known.
func (s *speeds) fresh(model, prompt string) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.known[model]
	if l == nil || prompt == "" {
		return 1
	}
	return 1 - float64(commonPrefix(l.prompt, prompt))/float64(len(prompt))
}

// observe learns from a finished request. The server counts the whole prompt but times only what it had to evaluate, so
// the tokens are scaled by the share of the prompt that the one before did not begin with. It returns the share of the prompt that came
// from the server's cache, as far as was known before.
func (s *speeds) observe(model, prompt string, st Stats) (cacheHit float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.known[model]
	if l == nil {
		l = &learnt{}
		s.known[model] = l
	}
	fresh := 1.0
	if prompt != "" {
		fresh -= float64(commonPrefix(l.prompt, prompt)) / float64(len(prompt))
	}
	cacheHit = hit(st, l.Prompt, fresh)
	if st.Evaluated > 0 && st.PromptTime > 0 {
		l.Prompt = blend(l.Prompt, float64(st.Evaluated)/st.PromptTime.Seconds())
	} else if prompt != "" && fresh >= minFresh && st.PromptTime >= minPromptTime {
		l.Prompt = blend(l.Prompt, fresh*float64(st.PromptTokens)/st.PromptTime.Seconds())
	}
	l.prompt = prompt
	if st.Tokens >= minGenerated && st.GenerationTime > 0 {
		l.Generation = blend(l.Generation, float64(st.Tokens)/st.GenerationTime.Seconds())
	}
	return cacheHit
}

// hit is the share of a prompt that came from the server's cache: as it says, else what its time for the rest tells at a speed in tokens
// a second, else what the prompt before had in common; fresh is the share that was not.
func hit(st Stats, speed, fresh float64) float64 {
	whole := float64(st.PromptTokens)
	switch {
	case whole == 0:
		return 1 - fresh
	case st.CountsCached:
		fresh = 1 - float64(st.Cached)/whole
	case st.Evaluated > 0:
		fresh = float64(st.Evaluated) / whole
	case speed > 0 && st.PromptTime > 0:
		fresh = st.PromptTime.Seconds() * speed / whole
	}
	return 1 - min(max(fresh, 0), 1)
}

// blend is an exponentially weighted mean that starts at the first measurement.
func blend(known, measured float64) float64 {
	if known == 0 {
		return measured
	}
	return known + speedWeight*(measured-known)
}

func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
