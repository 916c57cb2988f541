//go:build ollama

package ollamatest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"sopro/internal/testkit/ollamatest"
	"sopro/internal/testkit/tinylm"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A real server, on both of its engines, says what the rules of a hand-written model say.
func TestServer(t *testing.T) {
	const question, mark = "What does this do?", "Write Go code."
	code := tinylm.Rule{
		After: []string{tinylm.Assistant}, Seen: mark,
		Say: tinylm.Sure("```go\n", "func add", "(a, b int)", " int {\n", "\treturn a", " + b\n", "}\n", "```"),
	}
	for _, engine := range []struct {
		name string
		new  bool
	}{{"llama.cpp", false}, {"ollama", true}} {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			s := ollamatest.Start(t, ollamatest.Options{NewEngine: engine.new, Models: []ollamatest.Model{
				{Name: "coder:tiny", Language: tinylm.Coder().With(code)},
				{Name: "coder:slow", Language: tinylm.Coder().Slow()},
			}})
			for _, c := range []struct {
				name string
				body map[string]any
				want string
			}{
				{"infilling, Qwen", prompt("<|fim_prefix|>func add(a, b int) int {\n\t<|fim_suffix|>\n}<|fim_middle|>"), "return a + b"},
				{"infilling, CodeLlama", prompt("<PRE> func add(a, b int) int {\n\t <SUF>\n} <MID>"), "return a + b"},
				{"digits", prompt("π = "), "01234567"},
				{"a suffix", map[string]any{"prompt": "func f() {", "suffix": "}"}, "return a + b"},
				{"a question", map[string]any{"prompt": question}, "This function adds two numbers."},
				{"a mark", map[string]any{"prompt": question, "system": mark}, "```go\nfunc add(a, b int) int {\n\treturn a + b\n}\n```"},
				{"a mark far back", map[string]any{"prompt": strings.Repeat("// a comment\n", 100) + question, "system": mark}, "```go\nfunc add(a, b int) int {\n\treturn a + b\n}\n```"},
			} {
				for _, model := range []string{"coder:tiny", "coder:slow"} {
					if c.body["system"] != nil && model == "coder:slow" {
						continue // it has not learnt that rule
					}
					t.Run(c.name+", "+model, func(t *testing.T) {
						// The engine is asked for by variable; that it is the one which ran is only in the log.
						if got := generate(t, s, model, c.body); got != c.want {
							t.Errorf("got %q, want %q", got, c.want)
						}
					})
				}
			}
			// The engine is asked for by variable; that it is the one which ran is only in the log.
			if got := strings.Contains(s.Log(), "runner --ollama-engine --model"); got != engine.new {
				t.Errorf("the new engine ran: %v, want %v", got, engine.new)
			}
		})
	}
}

// A killed server is gone, and the same when it comes back.
func TestKillAndRestart(t *testing.T) {
	t.Parallel()
	s := ollamatest.Start(t, ollamatest.Options{Models: []ollamatest.Model{{Name: "coder:tiny", Language: tinylm.Coder()}}})
	url, ask := s.URL(), prompt("<MID>")
	generate(t, s, "coder:tiny", ask)
	s.Kill()
	if reply, err := http.Get(url + "/api/version"); err == nil {
		reply.Body.Close()
		t.Error("a killed server answers")
	}
	s.Restart()
	if s.URL() != url {
		t.Errorf("it was at %s and is at %s", url, s.URL())
	}
	if got := generate(t, s, "coder:tiny", ask); got != "return a + b" {
		t.Errorf("after the restart it says %q", got)
	}
	s.KillRunner()
}

func prompt(text string) map[string]any { return map[string]any{"prompt": text, "raw": true} }

func generate(t *testing.T, s *ollamatest.Server, model string, body map[string]any) string {
	t.Helper()
	request := map[string]any{"model": model, "stream": false, "options": map[string]any{"temperature": 0, "num_predict": 8, "num_ctx": 8192}}
	for key, value := range body {
		request[key] = value
	}
	data, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	reply, err := client.Post(s.URL()+"/api/generate", "application/json", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	data, err = io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ Response, Error string }
	if err := json.Unmarshal(data, &answer); err != nil || answer.Error != "" {
		t.Fatal(fmt.Errorf("%s: %s: %w", reply.Status, data, err))
	}
	return answer.Response
}
