package model

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var gone = &Error{Kind: Unreachable, Message: "Ollama is not running", Next: "start it"}

// watch runs an endpoint's health watch until the test ends.
func watch(t *testing.T, e *Endpoint) {
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { e.Run(ctx); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	synctest.Wait()
}

func TestProbing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{alive: gone, version: "0.17.4"}
		e := NewEndpoint(f, "http://fake")
		if s := e.State(); s.Reachable || s.Err != nil || s.URL != "http://fake" {
			t.Errorf("before anybody asked: %+v", s)
		}
		began := time.Now()
		watch(t, e)
		if s := e.State(); s.Reachable || s.Err == nil {
			t.Errorf("down: %+v", s)
		}
		time.Sleep(30 * time.Second)
		synctest.Wait()
		var at []float64
		for _, when := range f.asked {
			at = append(at, when.Sub(began).Seconds())
		}
		if d := cmp.Diff([]float64{0, 0.5, 1.5, 3.5, 7.5, 12.5, 17.5, 22.5, 27.5}, at); d != "" {
			t.Errorf("asked after these seconds: %s", d)
		}
		changed := e.Changed()
		f.set(func() { f.alive = nil })
		<-changed
		if s := e.State(); !s.Reachable || s.Version != "0.17.4" || s.Err != nil || time.Since(began) != 32500*time.Millisecond {
			t.Errorf("recovered: %+v after %v", s, time.Since(began))
		}
	})
}

// TestAFailureIsNoticedAtOnce: of a request, and the way back is looked for from then on.
func TestAFailureIsNoticedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{version: "0.17.4"}
		e := NewEndpoint(f, "http://fake")
		watch(t, e)
		f.set(func() { f.fails, f.alive = gone, gone })
		changed, before := e.Changed(), time.Now()
		if err := run(t.Context(), e, Typing, "m"); err != gone {
			t.Error(err)
		}
		<-changed
		if s := e.State(); s.Reachable || s.Err != gone || s.Version != "0.17.4" || time.Since(before) != 0 {
			t.Errorf("%+v after %v", s, time.Since(before))
		}
		f.set(func() { f.fails, f.alive, f.version = nil, nil, "0.30.1" })
		changed = e.Changed()
		if err := run(t.Context(), e, Typing, "m"); err != nil {
			t.Error(err)
		}
		<-changed
		synctest.Wait()
		if s := e.State(); !s.Reachable || s.Version != "0.30.1" {
			t.Errorf("back as another version: %+v", s)
		}
	})
}

// TestWhatIsNoFailureOfTheServer keeps the state: the server answered. (Of some of it a model is known to fail, which is news of
// another kind.)
func TestWhatIsNoFailureOfTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{version: "0.17.4"}
		e := NewEndpoint(f, "http://fake")
		watch(t, e)
		changed, state := e.Changed(), e.State()
		for _, kind := range []Kind{Busy, Cut, Failed, NoInsert, Refused, TooLong} {
			f.set(func() { f.fails = &Error{Kind: kind} })
			if err := run(t.Context(), e, Typing, "m"); !IsKind(err, kind) {
				t.Error(err)
			}
			synctest.Wait()
			if told := isClosed(changed); told != (e.Failing("m") != nil) || e.State() != state {
				t.Errorf("%v: told of a change: %v; %+v", kind, told, e.State())
			}
		}
	})
}

// TestADeadServerWhileItWorks: it takes the request, and then there is nobody, or nobody who says anything.
func TestADeadServerWhileItWorks(t *testing.T) {
	for name, c := range map[string]struct {
		kill   func(f *fake)
		within time.Duration
	}{
		"nobody listens":     {func(f *fake) { f.alive = gone }, 5 * time.Second},
		"nobody says a word": {func(f *fake) { f.slow = time.Hour }, 22 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{version: "0.17.4", takes: time.Hour}
				e := NewEndpoint(f, "http://fake")
				watch(t, e)
				time.Sleep(time.Second)
				f.set(func() { c.kill(f) })
				began := time.Now()
				if err := run(t.Context(), e, Typing, "m"); !IsKind(err, Unreachable) || time.Since(began) > c.within {
					t.Errorf("%v after %v", err, time.Since(began))
				}
				if s := e.State(); s.Reachable {
					t.Errorf("%+v", s)
				}
			})
		})
	}
}

// TestAColdLoadIsNotADeadServer: no word of the model for ten minutes, but signs of life, of which two are late, again and again,
// and some are errors.
func TestAColdLoadIsNotADeadServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{version: "0.17.4", takes: 10 * time.Minute}
		e := NewEndpoint(f, "http://fake")
		watch(t, e)
		changed := e.Changed()
		go func() {
			for range 4 {
				time.Sleep(time.Minute)
				f.set(func() { f.slow = 6 * time.Second })
				time.Sleep(7 * time.Second)
				f.set(func() { f.slow, f.alive = 0, &Error{Kind: Busy, Message: "loading", Status: 503} })
				time.Sleep(30 * time.Second)
				f.set(func() { f.alive = nil })
			}
		}()
		if err := run(t.Context(), e, Typing, "m"); err != nil {
			t.Error(err)
		}
		select {
		case <-changed:
			t.Error("the state changed meanwhile")
		default:
		}
	})
}

// TestAServerThatHangs while nobody asks it anything is down at the first sign of life that does not come.
func TestAServerThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{version: "0.17.4"}
		e := NewEndpoint(f, "http://fake")
		watch(t, e)
		f.set(func() { f.slow = time.Hour })
		changed, began := e.Changed(), time.Now()
		<-changed
		if s := e.State(); s.Reachable || !IsKind(s.Err, Unreachable) || time.Since(began) > idleProbe+probeTimeout {
			t.Errorf("%+v after %v", s, time.Since(began))
		}
	})
}

func TestSomebodyElseAtTheAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := NewEndpoint(&fake{alive: &Error{Kind: Failed, Message: "what answers is not Ollama"}}, "http://fake")
		watch(t, e)
		if s := e.State(); s.Reachable || s.Err == nil {
			t.Errorf("%+v", s)
		}
	})
}

func TestCancellingAnAnswerIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := NewEndpoint(&fake{version: "1", takes: time.Hour, slow: time.Second}, "http://fake")
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := e.Version(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if err := run(ctx, e, Typing, "m"); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if s := e.State(); s.Reachable || s.Err != nil {
			t.Errorf("%+v", s)
		}
	})
}

// A model that was asked and is not installed any more is news, though the server is well; being told so about another question is
// not, or looking at what is installed would be a reason to look again.
func TestAMissingModelIsNews(t *testing.T) {
	f := &fake{}
	e := NewEndpoint(f, "http://here")
	if err := run(t.Context(), e, Typing, "m"); err != nil {
		t.Fatal(err)
	}
	changed := e.Changed()
	if _, err := e.Models(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-changed:
		t.Error("no news was told")
	default:
	}
	f.set(func() { f.fails = &Error{Kind: NotFound, Message: "gone"} })
	if err := run(t.Context(), e, Typing, "m"); !IsKind(err, NotFound) {
		t.Error(err)
	}
	select {
	case <-changed:
	default:
		t.Error("nobody was told")
	}
	if !e.State().Reachable {
		t.Errorf("%+v", e.State())
	}
}

// named is a backend that says what its server is called.
type named struct{ *fake }

func (named) Server() string { return "vLLM" }

// TestWhatAServerIsCalled: nobody is told to start Ollama who runs something else.
func TestWhatAServerIsCalled(t *testing.T) {
	for want, b := range map[string]Backend{"Ollama": &fake{slow: time.Hour}, "vLLM": named{&fake{slow: time.Hour}}} {
		synctest.Test(t, func(t *testing.T) {
			e := NewEndpoint(b, "http://fake")
			watch(t, e)
			time.Sleep(time.Minute)
			s := e.State()
			if s.Server != want || s.Err == nil || !strings.HasPrefix(s.Err.Error(), want+" at http://fake does not answer") || strings.Contains(s.Err.Error(), "ollama serve") != (want == "Ollama") {
				t.Errorf("%+v", s)
			}
		})
	}
}
