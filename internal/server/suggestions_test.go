package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"sopro/internal/eval/sim"
)

// TestSuggestions checks that somebody who asks again by key where something is shown gets up to three suggestions, the one that is
// shown first, with no reload of the model; and that each can be accepted.
func TestSuggestions(t *testing.T) {
	for _, c := range []struct {
		name   string
		says   []string
		shown  string // as the answer's items
		sent   int    // questions
		manual bool   // also the first time
	}{
		{"three", []string{"total", "a + b", "sum", "twice"}, `[{"insertText":"total"},{"insertText":"a + b"},{"insertText":"sum"}]`, 3, false},
		{"after a first time by key", []string{"total", "a + b", "sum", "twice"}, `[{"insertText":"total"},{"insertText":"a + b"},{"insertText":"sum"}]`, 3, true},
		{"two that differ", []string{"total", "total", "sum"}, `[{"insertText":"total"},{"insertText":"sum"}]`, 5, false},
		{"a model of one mind", []string{"total"}, `[{"insertText":"total"}]`, 5, false},
		{"as shown", []string{"total", "total\n}\n\nfunc other() {", "sum\n}\n"}, `[{"insertText":"total"},{"insertText":"sum"}]`, 5, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			model := coderModel("")
			model.Answer = sim.Choose(c.says...)
			ollama := sim.New(sim.Config{Models: []sim.Model{model}})
			defer ollama.Close()
			e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
			e.initialize(soproClient)
			e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
			e.open(goFile, "go", "package a\n\nfunc f() int {\n\treturn \n}\n")
			e.finished(ollama, 1) // the load
			byItself := inlineParams(goFile, 3, 8)
			byKey := strings.Replace(byItself, `"triggerKind":2`, `"triggerKind":1`, 1)
			first := byItself
			if c.manual {
				first = byKey
			}
			want(t, e.call("textDocument/inlineCompletion", first), `{"result":{"items":[{"insertText":"total"}]}}`)
			again := e.call("textDocument/inlineCompletion", byKey)
			want(t, again, `{"result":{"items":`+c.shown+`}}`)
			want(t, e.call("textDocument/inlineCompletion", byKey), `{"result":{"items":`+c.shown+`}}`)
			want(t, e.call("textDocument/inlineCompletion", byItself), `{"result":{"items":[{"insertText":"total"}]}}`)
			differ(t, ollama.Generations()[1:], c.sent)
			var reply struct {
				Result struct {
					Items []struct {
						Command struct{ Arguments []json.RawMessage }
					}
				}
			}
			if err := json.Unmarshal([]byte(again), &reply); err != nil {
				t.Fatal(err)
			}
			for _, item := range reply.Result.Items {
				want(t, e.command("sopro.accepted", string(item.Command.Arguments[0])), `{"error":"!"}`)
			}
		})
	}
}

// TestSuggestionsInAMenu checks that who asks again by key, in an editor that only has menus, finds the others there too.
func TestSuggestionsInAMenu(t *testing.T) {
	model := coderModel("")
	model.Answer = sim.Choose("total", "a + b", "sum")
	ollama := sim.New(sim.Config{Models: []sim.Model{model}})
	defer ollama.Close()
	e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
	e.initialize(plainClient, `"initializationOptions":{"completion":{"menu":"always","trigger":"manual"}}`)
	e.open(goFile, "go", "package a\n\nfunc f() int {\n\treturn \n}\n")
	byKey := fmt.Sprintf(`{"textDocument":{"uri":%q},"position":{"line":3,"character":8},"context":{"triggerKind":1}}`, goFile)
	want(t, e.call("textDocument/completion", byKey), `{"result":{"items":[{"label":"total"}]}}`)
	want(t, e.call("textDocument/completion", byKey), `{"result":{"items":[{"label":"total"},{"label":"a + b"},{"label":"sum"}]}}`)
}

// differ checks that questions are equal but for their chance, and that only the first has none.
func differ(t *testing.T, sent []sim.Request, n int) {
	t.Helper()
	if len(sent) != n {
		t.Errorf("%d questions, want %d", len(sent), n)
	}
	type question struct {
		Prompt  string
		Options map[string]any
	}
	var first question
	for i, r := range sent {
		var q question
		if err := json.Unmarshal(r.Body, &q); err != nil {
			t.Fatal(err)
		}
		temperature, seed := 0.4, float64(i)
		if i == 0 {
			first, temperature = q, 0
		}
		if q.Options["temperature"] != temperature || q.Options["seed"] != seed || q.Prompt != first.Prompt || q.Options["num_ctx"] != first.Options["num_ctx"] {
			t.Errorf("question %d: %s", i, r.Body)
		}
	}
}
