package model

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake is a backend in virtual time.
type fake struct {
	mu      sync.Mutex
	order   []string      // models in the order in which their generations began
	takes   time.Duration // a generation
	stats   Stats
	fails   error         // of each generation, at its end
	alive   error         // of each sign of life
	slow    time.Duration // a sign of life
	asked   []time.Time   // signs of life
	models  []Installed
	loaded  func(context.Context) ([]Running, error) // what is in memory; nil: nothing
	version string
}

func (f *fake) Stream(ctx context.Context, r Request) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		f.mu.Lock()
		f.order = append(f.order, r.Model)
		takes, fails, stats := f.takes, f.fails, f.stats
		f.mu.Unlock()
		WireOf(ctx).Sent("POST", "/api/generate", []byte(r.Prompt))
		select {
		case <-time.After(takes):
		case <-ctx.Done():
			yield(Chunk{}, ctx.Err())
			return
		}
		if fails != nil {
			yield(Chunk{}, fails)
			return
		}
		WireOf(ctx).Answered(200)
		yield(Chunk{Text: "done", Done: &stats}, nil)
	}
}

func (f *fake) Version(ctx context.Context) (string, error) {
	f.mu.Lock()
	f.asked = append(f.asked, time.Now())
	alive, slow, version := f.alive, f.slow, f.version
	f.mu.Unlock()
	WireOf(ctx).Sent("GET", "/api/version", nil)
	select {
	case <-time.After(slow):
		return version, alive
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (f *fake) Models(context.Context) ([]Installed, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.models, nil
}

func (f *fake) Show(context.Context, string, bool) (Details, error) { return Details{}, nil }

func (f *fake) Loaded(ctx context.Context) ([]Running, error) {
	f.mu.Lock()
	loaded := f.loaded
	f.mu.Unlock()
	if loaded == nil {
		return nil, nil
	}
	return loaded(ctx)
}

// set changes the fake under its lock.
func (f *fake) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

// run consumes a stream and returns its error.
func run(ctx context.Context, e *Endpoint, p Priority, name string) error {
	var last error
	for _, err := range e.Stream(ctx, p, Request{Model: name, Prompt: "p"}) {
		last = err
	}
	return last
}

// TestOrder: requests come in this order, a millisecond apart, while the first runs. Names in order of what ran; those that
// were refused are missing.
func TestOrder(t *testing.T) {
	for _, c := range []struct {
		name    string
		come    []Priority
		want    string // letters by place in come
		refused string
	}{
		{"first come, first served", []Priority{Typing, Typing, Typing}, "abc", ""},
		{"typing before waiting", []Priority{Waiting, Waiting, Typing}, "acb", ""},
		{"typing in order", []Priority{Waiting, Waiting, Typing, Typing}, "acdb", ""},
		{"background behind background", []Priority{Prefetch, Prefetch, Prefetch}, "abc", ""},
		{"prefetch before warm", []Priority{Warm, Warm, Prefetch}, "ac", "b"},
		{"refused while something above runs", []Priority{Typing, Prefetch, Warm}, "a", "bc"},
		{"refused behind a prefetch", []Priority{Prefetch, Warm}, "a", "b"},
		{"running background is not aborted", []Priority{Warm, Typing}, "ab", ""},
		{"refused while something above waits", []Priority{Warm, Waiting, Prefetch, Warm}, "ab", "cd"},
		{"waiting background is sent away", []Priority{Prefetch, Prefetch, Warm, Typing, Waiting}, "ade", "bc"},
		{"all of them", []Priority{Waiting, Waiting, Typing, Prefetch, Typing, Waiting, Warm}, "acebf", "dg"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{takes: time.Minute}
				e := NewEndpoint(f, "http://fake")
				errs := make([]error, len(c.come))
				var all sync.WaitGroup
				for i, p := range c.come {
					all.Go(func() { errs[i] = run(t.Context(), e, p, string(rune('a'+i))) })
					time.Sleep(time.Millisecond)
				}
				all.Wait()
				if got := strings.Join(f.order, ""); got != c.want {
					t.Errorf("ran %s, want %s", got, c.want)
				}
				for i, err := range errs {
					if refused := strings.Contains(c.refused, string(rune('a'+i))); refused != IsKind(err, Busy) || !refused && err != nil {
						t.Errorf("%c: %v", 'a'+i, err)
					}
				}
				if p, running := e.Busy(); running {
					t.Errorf("%v still runs", p)
				}
			})
		})
	}
}

func TestCancellingWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{takes: time.Minute}
		e := NewEndpoint(f, "http://fake")
		go func() { _ = run(t.Context(), e, Waiting, "a") }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if err := run(ctx, e, Typing, "b"); err != context.DeadlineExceeded || time.Since(began) != time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		if err := run(t.Context(), e, Typing, "c"); err != nil {
			t.Error(err)
		}
		if p, running := e.Busy(); running || !slices.Equal(f.order, []string{"a", "c"}) {
			t.Errorf("ran %v, %v %v", f.order, p, running)
		}
		ended, end := context.WithCancel(t.Context())
		end()
		if err := run(ended, e, Typing, "d"); err != context.Canceled {
			t.Error(err)
		}
	})
}

// TestLeavingWhenTheTurnCame: the turn and the end of the patience come together, and the turn is handed on.
func TestLeavingWhenTheTurnCame(t *testing.T) {
	var q queue
	for range 2 {
		first, _ := q.enter(Typing)
		second, _ := q.enter(Typing)
		q.release() // first is done: second's turn
		q.leave(second)
		if p, running := q.now(); running {
			t.Fatalf("%v still runs, after %v", p, first)
		}
	}
}

func TestTheCallersOwnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(errors.New("a reason of its own")) })
		if err := run(ctx, NewEndpoint(&fake{takes: time.Minute}, "http://fake"), Typing, "m"); err != context.Canceled {
			t.Errorf("%v, want what ctx.Err says", err)
		}
	})
}

// TestTheSlotIsNeverLost: many come and many leave at the very moment when their turn comes.
func TestTheSlotIsNeverLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{takes: time.Millisecond}
		e := NewEndpoint(f, "http://fake")
		var all sync.WaitGroup
		for i := range 200 {
			all.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%20)*time.Millisecond)
				defer cancel()
				_ = run(ctx, e, Priority(i%4), "m")
			})
		}
		all.Wait()
		if p, running := e.Busy(); running {
			t.Fatalf("%v still runs", p)
		}
		if err := run(t.Context(), e, Warm, "last"); err != nil {
			t.Error(err)
		}
	})
}

func TestTheTurnEndsWithTheLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := NewEndpoint(&fake{}, "http://fake")
		for range e.Stream(t.Context(), Typing, Request{}) {
			if p, running := e.Busy(); !running || p != Typing {
				t.Errorf("%v, %v", p, running)
			}
			break
		}
		if _, running := e.Busy(); running {
			t.Error("it runs after the loop")
		}
		func() {
			defer func() { _ = recover() }()
			for range e.Stream(t.Context(), Typing, Request{}) {
				panic("in the loop")
			}
		}()
		if _, running := e.Busy(); running {
			t.Error("it runs after a panic in the loop")
		}
	})
}

func TestErrors(t *testing.T) {
	e := &Error{Kind: NotFound, Message: `model "x" is not installed`, Next: `run "ollama pull x"`, Err: context.Canceled}
	if e.Error() != `model "x" is not installed: run "ollama pull x"` || !errors.Is(e, context.Canceled) || !IsKind(e, NotFound) || IsKind(e, Busy) {
		t.Error(e)
	}
	if got := (&Error{Message: "m"}).Error(); got != "m" {
		t.Error(got)
	}
	names := []string{Failed.String(), Unreachable.String(), NotFound.String(), NoInsert.String(), Busy.String(), Cut.String(), Refused.String(), TooLong.String(), Kind(99).String()}
	want := []string{"failed", "unreachable", "not found", "no insert", "busy", "cut", "refused", "too long", "kind 99"}
	if d := cmp.Diff(want, names); d != "" {
		t.Error(d)
	}
}
