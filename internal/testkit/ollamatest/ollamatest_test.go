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

	"sopro/internal/prompt"
	"sopro/internal/testkit/ollamatest"
	"sopro/internal/testkit/tinylm"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A real server, on both of its engines, says what the rules of a hand-written model say.
func TestServer(t *testing.T) {
	const question = "What does this do?"
	write := prompt.Generate(prompt.Generating{})[0].Content
	fill := prompt.Recognise(prompt.Identity{Name: "mistral:7b", Template: ollamatest.ChatML}).Fill(prompt.Hole{}).Messages[0].Content
	const code = "Here it is:\n\n```go\nfunc add(a, b int) int {\n\treturn a + b\n}\n```\nIt adds."
	for _, engine := range []struct {
		name string
		new  bool
	}{{"llama.cpp", false}, {"ollama", true}} {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			s := ollamatest.Start(t, ollamatest.Options{NewEngine: engine.new, Models: []ollamatest.Model{
				{Name: "coder:tiny", Language: ollamatest.Developer()},
				{Name: "coder:slow", Language: tinylm.Coder().Slow()},
			}})
			for _, c := range []struct {
				name string
				body map[string]any
				want string
			}{
				{"infilling, Qwen", raw("<|fim_prefix|>func add(a, b int) int {\n\t<|fim_suffix|>\n}<|fim_middle|>"), "return a + b"},
				{"infilling, CodeLlama", raw("<PRE> func add(a, b int) int {\n\t <SUF>\n} <MID>"), "return a + b"},
				{"infilling, CodeLlama, suffix first", raw("<PRE> <SUF>\n} <MID> func add(a, b int) int {\n\t"), "return a + b"},
				{"digits", raw("π = "), "01234567890123456789"},
				{"a suffix", map[string]any{"prompt": "func f() {", "suffix": "}"}, "return a + b"},
				{"a question", map[string]any{"prompt": question}, "This function adds two numbers."},
				{"a wish for code", map[string]any{"prompt": question, "system": write}, code},
				{"a hole in a chat", map[string]any{"prompt": question, "system": fill}, "```go\n\treturn a + b\n```"},
				{"a wish far back", map[string]any{"prompt": strings.Repeat("// a comment\n", 100) + question, "system": write}, code},
			} {
				for _, model := range []string{"coder:tiny", "coder:slow"} {
					if c.body["system"] != nil && model == "coder:slow" {
						continue // it knows no such rule
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
	url, ask := s.URL(), raw("<MID>")
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

func raw(text string) map[string]any { return map[string]any{"prompt": text, "raw": true} }

func generate(t *testing.T, s *ollamatest.Server, model string, body map[string]any) string {
	t.Helper()
	request := map[string]any{"model": model, "stream": false, "options": map[string]any{"temperature": 0, "num_predict": 20, "num_ctx": 8192}}
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
