package model

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSpeeds(t *testing.T) {
	long, other := strings.Repeat("a", 4000), strings.Repeat("b", 4000)
	type seen struct {
		prompt string
		stats  Stats
	}
	st := func(tokens int, prompt time.Duration, made int, generation time.Duration) Stats {
		return Stats{PromptTokens: tokens, PromptTime: prompt, Tokens: made, GenerationTime: generation}
	}
	for _, c := range []struct {
		name string
		seen []seen
		want Speed
	}{
		{"nothing", nil, Speed{}},
		{"a cold prompt", []seen{{long, st(1000, 2*time.Second, 30, time.Second)}}, Speed{500, 30}},
		{"from the cache of another program", []seen{{long, st(1000, 3*time.Millisecond, 30, time.Second)}}, Speed{0, 30}},
		{"the same again", []seen{{long, st(1000, 2*time.Second, 30, time.Second)}, {long, st(1000, 3*time.Millisecond, 0, 0)}}, Speed{500, 30}},
		{"the same again, slowly", []seen{{long, st(1000, 2*time.Second, 30, time.Second)}, {long + "x", st(1001, 100*time.Millisecond, 0, 0)}}, Speed{500, 30}},
		{"a new half", []seen{{long, st(1000, 2*time.Second, 30, time.Second)}, {long + other, st(2000, 2*time.Second, 30, time.Second)}}, Speed{500, 30}},
		{"getting faster", []seen{{long, st(1000, 2*time.Second, 30, time.Second)}, {other, st(1000, time.Second, 60, time.Second)}}, Speed{650, 39}},
		{"said by the server", []seen{{long, Stats{Evaluated: 10, PromptTime: 10 * time.Millisecond}}}, Speed{1000, 0}},
		{"too short an answer", []seen{{long, st(1000, 2*time.Second, 2, time.Microsecond)}}, Speed{500, 0}},
		{"no statistics", []seen{{long, Stats{}}}, Speed{}},
	} {
		s := speeds{known: map[string]*learnt{}}
		for _, o := range c.seen {
			s.observe("m", o.prompt, o.stats)
		}
		if d := cmp.Diff(c.want, s.of("m"), cmp.Transformer("round", func(f float64) string { return fmt.Sprintf("%.3f", f) })); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if s.of("another") != (Speed{}) {
			t.Errorf("%s: another model has a speed", c.name)
		}
	}
}

func TestTrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{takes: 2 * time.Second, version: "1"}
		e := NewEndpoint(f, "http://fake")
		shown := []Shown{{Source: "file", Path: "a.go", Tokens: 3}}
		for range e.Stream(t.Context(), Typing, Request{Model: "m", Prompt: "prompt", Snippets: shown, PromptTokens: 9, FreshTokens: 4}) {
			if tr := e.Trace(0); len(tr) != 1 || tr[0].Took != 0 || tr[0].Status != 200 {
				t.Errorf("while it runs: %+v", tr)
			}
		}
		for range 3 {
			if _, err := e.Version(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		got := e.Trace(0)
		want := []Traced{
			{ID: 1, Method: "POST", Path: "/api/generate", Body: []byte("prompt"), Snippets: shown, Tokens: 9, Fresh: 4, Status: 200, Took: 2 * time.Second},
			{ID: 4, Method: "GET", Path: "/api/version"},
		}
		for i := range got {
			got[i].At = time.Time{}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		if last := e.Trace(1); len(last) != 1 || last[0].ID != 4 {
			t.Errorf("%+v", last)
		}
	})
}

func TestTheTraceIsBounded(t *testing.T) {
	r := ring{max: 1000}
	for range 100 {
		r.add(Traced{Path: "/a", Body: make([]byte, 300)})
	}
	if got := r.last(0); len(got) != 3 || got[2].ID != 100 || r.bytes != 900 {
		t.Errorf("%d entries, %d bytes", len(got), r.bytes)
	}
	if r.add(Traced{Path: "/a", Body: make([]byte, 1001)}); r.bytes != 900 {
		t.Errorf("%d bytes with a body over the bound", r.bytes)
	}
	for i := range 2 * maxTraced {
		r.add(Traced{Path: fmt.Sprint("/", i)})
	}
	if got := len(r.last(0)); got != maxTraced {
		t.Errorf("%d entries, want %d", got, maxTraced)
	}
}

// What is asked every few seconds does not push out what was sent.
func TestSignsOfLifeStandOnce(t *testing.T) {
	r := ring{max: 1000}
	r.add(Traced{Path: "/generate", Body: []byte("{}")})
	for range 50 {
		r.add(Traced{Path: "/version"})
		r.add(Traced{Path: "/tags"})
	}
	var paths []string
	for _, entry := range r.last(0) {
		paths = append(paths, entry.Path)
	}
	if got := strings.Join(paths, " "); got != "/generate /version /tags" {
		t.Errorf("traced %s", got)
	}
}

func BenchmarkQueue(b *testing.B) {
	e := NewEndpoint(&fake{}, "http://fake")
	for b.Loop() {
		if e.queue.acquire(b.Context(), Typing) == nil {
			e.queue.release()
		}
	}
}

// What a server would have to evaluate is what its last prompt did not begin with.
func TestFresh(t *testing.T) {
	s := speeds{known: map[string]*learnt{}}
	s.observe("m", "abcd", Stats{})
	for prompt, want := range map[string]float64{"abcd": 0, "abcdefgh": 0.5, "abxx": 0.5, "x": 1, "ab": 0, "": 1} {
		if got := s.fresh("m", prompt); got != want {
			t.Errorf("%q: %v of it is new, want %v", prompt, got, want)
		}
	}
	if s.fresh("another", "abcd") != 1 {
		t.Error("another model has a cache of its own")
	}
}
