package server_test

import (
	"context"
	"iter"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sopro/internal/config"
	"sopro/internal/model"
)

// halting is a server with two models that infill; the first question about the better one fails.
type halting struct {
	model.Backend
	mu    sync.Mutex
	asked map[string]int
}

func (h *halting) Version(context.Context) (string, error)         { return "0.17.4", nil }
func (h *halting) Loaded(context.Context) ([]model.Running, error) { return nil, nil }
func (h *halting) Close()                                          {}
func (h *halting) Stream(context.Context, model.Request) iter.Seq2[model.Chunk, error] {
	return func(yield func(model.Chunk, error) bool) { yield(model.Chunk{Done: &model.Stats{}}, nil) }
}

func (h *halting) Models(context.Context) ([]model.Installed, error) {
	return []model.Installed{
		{Name: "qwen2.5-coder:0.5b", Digest: "a", ParameterSize: "0.5B"}, {Name: "qwen2.5-coder:1.5b", Digest: "b", ParameterSize: "1.5B"},
	}, nil
}

func (h *halting) Show(_ context.Context, name string, _ bool) (model.Details, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked[name]++
	if name == "qwen2.5-coder:1.5b" && h.asked[name] == 1 {
		return model.Details{}, &model.Error{Kind: model.Failed, Message: "out of memory"}
	}
	return model.Details{Architecture: "qwen2", Capabilities: []string{"completion", "insert", "tools"}, ContextLength: 32768}, nil
}

// One failed question about the better model costs seconds and not the session; what has been learnt is not asked again.
func TestOneFailedLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &halting{asked: map[string]int{}}
		e := connect(t, options{build: backendBuild(t, "http://here", func(config.Settings) (client, error) { return h, nil })})
		e.initialize(barClient)
		e.await(`{"method":"sopro/status","params":{"kind":"ok","model":"qwen2.5-coder:0.5b"}}`)
		e.await(`{"method":"sopro/status","params":{"kind":"ok","model":"qwen2.5-coder:1.5b"}}`)
		time.Sleep(time.Minute)
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.asked["qwen2.5-coder:0.5b"] != 1 || h.asked["qwen2.5-coder:1.5b"] != 2 {
			t.Errorf("asked %v", h.asked)
		}
	})
}
