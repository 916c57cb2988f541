package ollama

import (
	"context"
	"testing"

	"sopro/internal/eval/sim"
	"sopro/internal/model"
)

// TestOllamaDiesAndComesBack: an endpoint before a server that dies in the middle of an answer, stays away, and is found
// again without a restart of anything.
func TestOllamaDiesAndComesBack(t *testing.T) {
	never := make(chan struct{})
	s, c := simulated(t, sim.Config{Version: "0.17.4", Models: []sim.Model{
		{Name: "m", Answer: func(sim.Prompt) []sim.Token { return []sim.Token{{Text: "a"}, {Text: "b", After: never}} }},
		{Name: "n", Answer: sim.Say("here again")},
	}})
	e := model.NewEndpoint(c, c.URL())
	ctx, stop := context.WithCancel(t.Context())
	watched := make(chan struct{})
	go func() { e.Run(ctx); close(watched) }()
	t.Cleanup(func() { stop(); <-watched })

	until := func(right func(model.State) bool) {
		for {
			changed := e.Changed()
			if right(e.State()) {
				return
			}
			<-changed
		}
	}
	until(func(s model.State) bool { return s.Reachable && s.Version == "0.17.4" })
	var last error
	for chunk, err := range e.Stream(t.Context(), model.Typing, ask("m", "x")) {
		if last = err; chunk.Text == "a" {
			s.Stop()
		}
	}
	if !model.IsKind(last, model.Cut) {
		t.Errorf("the stream that was cut: %v", last)
	}
	until(func(s model.State) bool { return !s.Reachable && model.IsKind(s.Err, model.Unreachable) })
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	until(func(s model.State) bool { return s.Reachable })
	text := ""
	for chunk, err := range e.Stream(t.Context(), model.Typing, ask("n", "x")) {
		if text += chunk.Text; err != nil {
			t.Error(err)
		}
	}
	if text != "here again" {
		t.Errorf("%q", text)
	}
	trace := e.Trace(0)
	_, path, body := Body(ask("n", "x"))
	for i := len(trace) - 1; ; i-- {
		if trace[i].Path == path {
			if string(trace[i].Body) != string(body) || trace[i].Status != 200 {
				t.Errorf("traced %s, status %d", trace[i].Body, trace[i].Status)
			}
			break
		}
	}
}
