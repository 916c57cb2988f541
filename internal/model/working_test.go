package model

import (
	"context"
	"iter"
	"testing"
	"testing/synctest"
	"time"
)

// generate consumes a stream of up to ten tokens, of a model that is kept so long.
func generate(ctx context.Context, e *Endpoint, name, keep string) {
	for range e.Stream(ctx, Typing, Request{Model: name, Prompt: "p", MaxTokens: 10, Options: Options{KeepAlive: keep}}) {
	}
}

// permanent is a server that has its models in memory as long as it runs.
type permanent struct{ *fake }

func (permanent) Resident() bool { return true }

// both is what a server with room for two has in memory.
func both(context.Context) ([]Running, error) { return []Running{{Name: "m"}, {Name: "n"}}, nil }

// TestInMemory: a model that answered is in memory, as long as it is kept, none has pushed it out, and the server is there.
func TestInMemory(t *testing.T) {
	for _, c := range []struct {
		name  string
		story func(context.Context, *Endpoint, *fake)
		want  bool
	}{
		{"nothing was asked", func(context.Context, *Endpoint, *fake) {}, false},
		{"it answered", func(ctx context.Context, e *Endpoint, _ *fake) { generate(ctx, e, "m", "1m") }, true},
		{"another answered, and pushed it out", func(ctx context.Context, e *Endpoint, _ *fake) {
			generate(ctx, e, "m", "1m")
			generate(ctx, e, "n", "1m")
		}, false},
		{"another answered beside it", func(ctx context.Context, e *Endpoint, f *fake) {
			f.set(func() { f.loaded = both })
			generate(ctx, e, "m", "1m")
			generate(ctx, e, "n", "1m")
		}, true},
		{"another pushed it out, and was not waited for", func(ctx context.Context, e *Endpoint, _ *fake) {
			generate(ctx, e, "m", "1m")
			for range e.Stream(ctx, Waiting, Request{Model: "n", Prompt: "p"}) {
				break
			}
		}, false},
		{"which are in memory is not said", func(ctx context.Context, e *Endpoint, f *fake) {
			f.set(func() {
				f.loaded = func(ctx context.Context) ([]Running, error) { <-ctx.Done(); return nil, ctx.Err() }
			})
			generate(ctx, e, "m", "1m")
			generate(ctx, e, "n", "1m")
		}, false},
		{"just before it goes, beside another", func(ctx context.Context, e *Endpoint, f *fake) {
			f.set(func() { f.loaded = both })
			generate(ctx, e, "m", "1m")
			generate(ctx, e, "n", "1h")
			time.Sleep(time.Minute)
		}, true},
		{"it is gone, and another is kept", func(ctx context.Context, e *Endpoint, f *fake) {
			f.set(func() { f.loaded = both })
			generate(ctx, e, "m", "1m")
			generate(ctx, e, "n", "1h")
			time.Sleep(time.Minute + time.Nanosecond)
		}, false},
		{"it failed", func(ctx context.Context, e *Endpoint, f *fake) {
			f.fails = &Error{Kind: Failed, Message: "no memory"}
			generate(ctx, e, "m", "1m")
		}, false},
		{"just before it goes", func(ctx context.Context, e *Endpoint, _ *fake) { generate(ctx, e, "m", "1m"); time.Sleep(time.Minute) }, true},
		{"it is gone", func(ctx context.Context, e *Endpoint, _ *fake) {
			generate(ctx, e, "m", "60")
			time.Sleep(time.Minute + time.Nanosecond)
		}, false},
		{"Ollama's own time", func(ctx context.Context, e *Endpoint, _ *fake) {
			generate(ctx, e, "m", "")
			time.Sleep(5*time.Minute + time.Nanosecond)
		}, false},
		{"it stays", func(ctx context.Context, e *Endpoint, _ *fake) {
			generate(ctx, e, "m", "-1")
			time.Sleep(24 * time.Hour)
		}, true},
		{"it goes at once", func(ctx context.Context, e *Endpoint, _ *fake) {
			generate(ctx, e, "m", "0")
			time.Sleep(time.Nanosecond)
		}, false},
		{"the server went and came back", func(ctx context.Context, e *Endpoint, f *fake) {
			generate(ctx, e, "m", "1m")
			f.set(func() { f.alive = &Error{Kind: Unreachable, Message: "gone"} })
			e.Version(ctx)
			f.set(func() { f.alive = nil })
			e.Version(ctx)
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{version: "1"}
				e := NewEndpoint(f, "http://fake")
				e.Version(t.Context())
				c.story(t.Context(), e, f)
				if got := e.InMemory("m"); got != c.want {
					t.Errorf("in memory: %t", got)
				}
				if !NewEndpoint(permanent{f}, "http://fake").InMemory("m") {
					t.Error("a model of a server that keeps them is not in memory")
				}
			})
		})
	}
}

// TestLoading: a model that was not in memory is being loaded until its first word, and whoever waits for that is woken.
func TestLoading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{takes: time.Minute}
		e := NewEndpoint(f, "http://fake")
		expect := func(when string, loading bool) {
			t.Helper()
			if synctest.Wait(); e.Loading() != loading {
				t.Errorf("%s: loading %t", when, e.Loading())
			}
		}
		wakes := func(when string, changed <-chan struct{}) {
			t.Helper()
			if !isClosed(changed) {
				t.Errorf("%s: nobody is told", when)
			}
		}
		expect("at first", false)
		changed := e.Working()
		go generate(t.Context(), e, "m", "1h")
		expect("while it loads", true)
		wakes("while it loads", changed)
		changed = e.Working()
		time.Sleep(time.Minute)
		expect("when it has answered", false)
		wakes("when it has answered", changed)

		go generate(t.Context(), e, "m", "1h")
		expect("while it answers again", false)
		time.Sleep(time.Minute)

		ctx, cancel := context.WithCancel(t.Context())
		go generate(ctx, e, "another", "1h")
		expect("while another loads", true)
		cancel()
		expect("when nobody waits for it", false)
	})
}

// TestLast: what is measured of what was finished, and of nothing else.
func TestLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{takes: time.Second, stats: Stats{PromptTokens: 100, Tokens: 30, PromptTime: time.Second, GenerationTime: 2 * time.Second}}
		e := NewEndpoint(f, "http://fake")
		none := func(when string) {
			t.Helper()
			if m, ok := e.Last(); ok {
				t.Errorf("%s: %+v", when, m)
			}
		}
		none("at first")
		for range e.Stream(t.Context(), Warm, Request{Model: "m", Prompt: "p"}) {
		}
		none("after a warm-up")
		f.set(func() { f.fails = &Error{Kind: Failed, Message: "no memory"} })
		generate(t.Context(), e, "m", "")
		none("after a failure")
		f.set(func() { f.fails = nil })
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		generate(ctx, e, "m", "")
		none("after one that was ended")

		changed := e.Working()
		generate(t.Context(), e, "m", "")
		want := Measured{PromptTokens: 100, Tokens: 30, TokensPerSecond: 15, FirstToken: time.Second} // it took as long as the warm-up
		if m, ok := e.Last(); !ok || m != want || !isClosed(changed) {
			t.Errorf("%+v, %t, told %t", m, ok, isClosed(changed))
		}
		f.set(func() { f.stats = Stats{Evaluated: 40, Tokens: 1} })
		generate(t.Context(), e, "m", "")
		if m, _ := e.Last(); m != (Measured{PromptTokens: 40, CacheHit: 1, Tokens: 1, FirstToken: time.Second}) {
			t.Errorf("%+v", m)
		}
	})
}

// talker is a model that says a token a second, two at first, for ever.
type talker struct{ *fake }

func (talker) Stream(ctx context.Context, _ Request) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		for n := 2; ; n = 1 {
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
				yield(Chunk{}, ctx.Err())
				return
			}
			if !yield(Chunk{Text: "so", Tokens: make([]Token, n)}, nil) {
				return
			}
		}
	}
}

// TestLastOfWhatWasEnded: what is known by the clock of a generation that was ended when enough had come, however that was done.
func TestLastOfWhatWasEnded(t *testing.T) {
	for _, c := range []struct {
		name   string
		pieces int
		want   Measured
	}{
		{"after some", 5, Measured{PromptTokens: 100, Tokens: 6, TokensPerSecond: 1, FirstToken: time.Second}},
		{"at the first", 1, Measured{PromptTokens: 100, Tokens: 2, FirstToken: time.Second}},
	} {
		for _, way := range []string{"leaving", "cancelling"} {
			t.Run(c.name+", "+way, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					e := NewEndpoint(talker{&fake{}}, "http://fake")
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					changed, pieces := e.Working(), 0
					for _, err := range e.Stream(ctx, Typing, Request{Model: "m", Prompt: "p", MaxTokens: 100, PromptTokens: 100}) {
						if pieces++; err != nil || pieces == c.pieces && way == "leaving" {
							break
						}
						if pieces == c.pieces {
							cancel()
						}
					}
					if m, ok := e.Last(); !ok || m != c.want || !isClosed(changed) {
						t.Errorf("%+v, %t, told %t", m, ok, isClosed(changed))
					}
					if s := e.Speed("m"); s != (Speed{}) {
						t.Errorf("learnt %+v by the clock", s)
					}
				})
			})
		}
	}
}

// TestHit: the share of a prompt that was in the cache, by the best that is known.
func TestHit(t *testing.T) {
	for _, c := range []struct {
		name         string
		stats        Stats
		speed, fresh float64
		want         float64
	}{
		{"said", Stats{PromptTokens: 100, Cached: 75, CountsCached: true, PromptTime: time.Second}, 1000, 1, 0.75},
		{"said to be none", Stats{PromptTokens: 100, CountsCached: true}, 1000, 0, 0},
		{"what was evaluated is said", Stats{PromptTokens: 100, Evaluated: 25}, 1000, 1, 0.75},
		{"by the time", Stats{PromptTokens: 1000, PromptTime: 250 * time.Millisecond}, 1000, 1, 0.75},
		{"at a speed that is not known", Stats{PromptTokens: 2048, PromptTime: 500 * time.Millisecond}, 0, 0.25, 0.75},
		{"slower than ever", Stats{PromptTokens: 1000, PromptTime: 2 * time.Second}, 1000, 0, 0},
		{"by the prompt before", Stats{PromptTokens: 1000}, 1000, 0.25, 0.75},
		{"by the prompt before, uncounted", Stats{Evaluated: 40}, 1000, 0.25, 0.75},
		{"of nothing", Stats{}, 0, 1, 0},
		{"nonsense", Stats{PromptTokens: 10, Cached: 99, CountsCached: true}, 0, 1, 1},
		{"more nonsense", Stats{PromptTokens: 10, Cached: -99, CountsCached: true}, 0, 1, 0},
	} {
		if got := hit(c.stats, c.speed, c.fresh); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
