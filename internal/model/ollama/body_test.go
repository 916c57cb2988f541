package ollama

import (
	"testing"

	"sopro/internal/eval/sim"
	"sopro/internal/model"
)

func TestBody(t *testing.T) {
	full := model.Request{
		Model: "m", Prompt: "<a> & b", Raw: true, Stop: []string{"\n\n"}, MaxTokens: 32, Temperature: 0.2, Seed: 7, Logprobs: true, NoThink: true,
		Options:  model.Options{NumCtx: 4096, NumBatch: 256, NumThread: 4, KeepAlive: "30m"},
		Snippets: []model.Shown{{Source: "file", Path: "/secret", Tokens: 1}}, Language: "go",
	}
	least := model.Request{Model: "m", Prompt: "a", Suffix: "b", MaxTokens: 1, Options: model.Options{NumCtx: 1024}}
	chat := model.Request{Model: "m", Messages: []model.Message{{Role: "user", Content: "q"}}, MaxTokens: 5, Options: model.Options{NumCtx: 1024, KeepAlive: "-1"}}
	warm := model.Request{Model: "m", Prompt: "a", Raw: true, Options: model.Options{NumCtx: 1024}}
	load := model.Request{Model: "m", Options: model.Options{NumCtx: 1024}}
	for _, c := range []struct {
		name, path, body string
		r                model.Request
	}{
		{"all of it", "/api/generate", `{"model":"m","prompt":"<a> & b","raw":true,"stream":true,"think":false,"logprobs":true,"truncate":false,"keep_alive":"30m","options":{"num_ctx":4096,"num_batch":256,"num_thread":4,"num_predict":32,"temperature":0.2,"seed":7,"repeat_penalty":1,"stop":["\n\n"]}}`, full},
		{"the least", "/api/generate", `{"model":"m","prompt":"a","suffix":"b","stream":true,"truncate":false,"options":{"num_ctx":1024,"num_predict":1,"temperature":0,"seed":0,"repeat_penalty":1}}`, least},
		{"a chat", "/api/chat", `{"model":"m","messages":[{"role":"user","content":"q"}],"stream":true,"truncate":false,"keep_alive":-1,"options":{"num_ctx":1024,"num_predict":5,"temperature":0,"seed":0,"repeat_penalty":1}}`, chat},
		{"warm up", "/api/generate", `{"model":"m","prompt":"a","raw":true,"stream":true,"truncate":false,"options":{"num_ctx":1024,"num_predict":1,"temperature":0,"seed":0,"repeat_penalty":1}}`, warm},
		{"load", "/api/generate", `{"model":"m","prompt":"","stream":true,"truncate":false,"options":{"num_ctx":1024,"num_predict":1,"temperature":0,"seed":0,"repeat_penalty":1}}`, load},
	} {
		t.Run(c.name, func(t *testing.T) {
			method, path, body := Body(c.r)
			if method != "POST" || path != c.path || string(body) != c.body {
				t.Errorf("%s %s\n%s, want\n%s", method, path, body, c.body)
			}
		})
	}
}

// TestBodyIsWhatIsSent: what a dry run shows is what a server gets.
func TestBodyIsWhatIsSent(t *testing.T) {
	s, c := simulated(t, sim.Config{Models: []sim.Model{{Name: "m"}}})
	r := ask("m", "a<b")
	if _, _, _, err := collect(c, t.Context(), r); err != nil {
		t.Fatal(err)
	}
	_, path, body := Body(r)
	if got := s.Generations()[0]; got.Path != path || string(got.Body) != string(body) {
		t.Errorf("%s %s, want %s %s", got.Path, got.Body, path, body)
	}
}
