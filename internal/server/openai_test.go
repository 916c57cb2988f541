package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"sopro/internal/config"
	"sopro/internal/eval/sim"
	"sopro/internal/eval/sim/openaisim"
	"sopro/internal/model/openai"
)

// TestAnotherServer: an OpenAI-compatible server that is still loading, then is there. The status is about it, and nobody is
// told of Ollama; what the model is not sure of is not shown; what is typed with the answer is not asked again; the trace has what was sent, and no key.
func TestAnotherServer(t *testing.T) {
	const key = "sk-not-a-real-key"
	var loaded atomic.Bool
	s := openaisim.New(openaisim.Config{
		Kind: openaisim.LlamaCpp, Key: key,
		Models: []openaisim.Model{{Name: "coder", Root: "/models/qwen2.5-coder-1.5b-q8_0.gguf", Context: 8192, Answer: func(sim.Prompt) []sim.Token {
			return append(sim.Tokens("1234 + 5678"), sim.Token{Text: " - 9", Prob: 0.2})
		}}},
		Answering: func(w http.ResponseWriter, _ *http.Request, _ []byte) bool {
			if loaded.Load() {
				return false
			}
			http.Error(w, `{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}`, http.StatusServiceUnavailable)
			return true
		},
	})
	defer s.Close()
	e := connect(t, options{flags: []string{"openai.url=" + s.URL}, build: backendBuild(t, s.URL, func(config.Settings) (client, error) {
		return openai.New(s.URL, openai.Options{Key: key, KeyName: "MY_KEY"})
	})})
	e.initialize(soproClient)
	e.open(goFile, "go", "package a\n\nvar x = ")
	loading := fmt.Sprintf(`"kind":"builtin","message":"the model server at %s is still loading its model"`, s.URL)
	e.await(`{"method":"sopro/status","params":{` + loading + `}}`)
	want(t, e.command("sopro.status", `{}`), fmt.Sprintf(`{"result":{%s,"engine":"built-in","ollama":{"url":"","reachable":false},"openai":{"url":%q,"reachable":false}}}`, loading, s.URL))

	loaded.Store(true)
	e.await(`{"method":"sopro/status","params":{"kind":"ok","model":"coder","message":""}}`)
	want(t, e.command("sopro.status", `{}`), `{"result":{"engine":"model","openai":{"reachable":true,"version":"b6868-1c6f8ef"},"models":{"completion":"coder"}}}`)
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8)), `{"result":{"items":[{"insertText":"1234 + 5678"}]}}`)
	e.change(goFile, 2, "2:8-2:8", "12")
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 10)), `{"result":{"items":[{"insertText":"34 + 5678"}]}}`)
	asked := 0
	for _, r := range s.Requests() {
		if r.Path == "/v1/completions" && strings.Contains(string(r.Body), `"max_tokens":64`) {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times for what was known", asked)
	}
	trace := e.command("sopro.trace", `{}`)
	if sent := s.Last("/v1/completions"); sent.Key != key || !strings.Contains(trace, string(sent.Body)) || strings.Contains(trace, key) {
		t.Errorf("sent %s\ntrace %s", sent.Body, trace)
	}
}
