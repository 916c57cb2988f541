package model

import (
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Measured is what was seen of a generation that came to its end, or was ended after something had come. Of the latter the server
// says nothing: the prompt is an estimate, and the speed by the clock.
type Measured struct {
	PromptTokens    int           // the whole prompt; what was evaluated of it where the server says no more; 0 where it is not known
	CacheHit        float64       // the share of the prompt that the server had evaluated before, 0 to 1; mostly an estimate
	Tokens          int           // generated
	TokensPerSecond float64       // 0 where it is not known
	FirstToken      time.Duration // from the sending to the first token
}

// working is what an endpoint does now and did last.
type working struct {
	resident bool // the server has its models in memory as long as it runs

	mu      sync.Mutex
	changed chan struct{} // closed at the next change of what Loading or Last answers
	loading bool          // a generation runs of which nothing has come, and its model was not in memory
	last    Measured
	done    bool // last is there

	answers map[string]lastAnswer // the models that did, by name
}

// lastAnswer is when a model answered last, and how long it is kept from then on; negative for ever.
type lastAnswer struct {
	at   time.Time
	keep time.Duration
}

// defaultKeep is Ollama's own.
const defaultKeep = 5 * time.Minute

// keepFor reads keep_alive as Ollama does: a duration or a number of seconds, negative for ever.
func keepFor(keepAlive string) time.Duration {
	if d, err := time.ParseDuration(keepAlive); err == nil {
		return d
	}
	if seconds, err := strconv.Atoi(keepAlive); err == nil {
		return time.Duration(seconds) * time.Second
	}
	return defaultKeep
}

// Loading reports whether a generation runs that has said nothing yet and whose model was not in memory (InMemory) when it began.
func (e *Endpoint) Loading() bool {
	e.working.mu.Lock()
	defer e.working.mu.Unlock()
	return e.working.loading
}

// Last returns what was measured of the last generation that is over, false where none has been. What only loads a model or
// evaluates a prompt does not count, nor what failed, or was ended before anything came.
func (e *Endpoint) Last() (Measured, bool) {
	e.working.mu.Lock()
	defer e.working.mu.Unlock()
	return e.working.last, e.working.done
}

// Working returns a channel that is closed at the next change of Loading or Last. Take it before reading either.
func (e *Endpoint) Working() <-chan struct{} {
	e.working.mu.Lock()
	defer e.working.mu.Unlock()
	return e.working.changed
}

// InMemory reports whether a model may be expected to answer without being loaded first: it did not longer ago than it is kept, no other
// has pushed it out since, and the server has been there all the while.
func (e *Endpoint) InMemory(name string) bool {
	lost := e.health.lastLost()
	e.working.mu.Lock()
	defer e.working.mu.Unlock()
	return e.working.inMemory(name, lost)
}

func (w *working) inMemory(name string, lost time.Time) bool {
	if w.resident {
		return true
	}
	a, ok := w.answers[name]
	return ok && a.at.After(lost) && (a.keep < 0 || time.Since(a.at) <= a.keep)
}

// others reports whether models besides this one have answered.
func (w *working) others(name string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, known := w.answers[name]
	return len(w.answers) > 1 || len(w.answers) == 1 && !known
}

// stay forgets the models that are not in memory any more. What was loaded last may be gone as well: it counts by its own answer.
func (w *working) stay(last string, running []Running) {
	w.mu.Lock()
	defer w.mu.Unlock()
	maps.DeleteFunc(w.answers, func(name string, _ lastAnswer) bool {
		return name != last && !slices.ContainsFunc(running, func(r Running) bool { return r.Name == name })
	})
}

// change tells of a change. The caller holds the lock.
func (w *working) change() {
	close(w.changed)
	w.changed = make(chan struct{})
}

// begin notes that a model was asked, and reports whether it is loaded for that.
func (w *working) begin(r Request, lost time.Time) (loads bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.inMemory(r.Model, lost) {
		return false
	}
	w.loading = true
	w.change()
	return true
}

// heard notes that something has come.
func (w *working) heard(r Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answers[r.Model] = lastAnswer{time.Now(), keepFor(r.Options.KeepAlive)}
	w.loaded()
}

// end notes that nothing runs any more.
func (w *working) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.loaded()
}

// loaded notes that nothing is being loaded any more. The caller holds the lock.
func (w *working) loaded() {
	if w.loading {
		w.loading = false
		w.change()
	}
}

// finished keeps what was measured.
func (w *working) finished(m Measured) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last, w.done = m, true
	w.change()
}

// measure is what a generation's statistics say. hit estimates what came from the server's cache, first is when the first token came.
func measure(st Stats, hit float64, first time.Duration) Measured {
	m := Measured{PromptTokens: st.PromptTokens, CacheHit: hit, Tokens: st.Tokens, FirstToken: first}
	if m.PromptTokens == 0 {
		m.PromptTokens = st.Evaluated
	}
	if st.GenerationTime > 0 {
		m.TokensPerSecond = float64(st.Tokens) / st.GenerationTime.Seconds()
	}
	return m
}
