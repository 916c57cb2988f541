package server_test

import (
	"fmt"
	"strings"
	"testing"

	"sopro/internal/eval/sim"
)

// TestLookAhead checks that what follows a completion is asked for while it stands there, that it is there without another question when
// it is accepted, and that it ends with what it was asked for, at the token that the model is at.
func TestLookAhead(t *testing.T) {
	text := "package a\n\n" + strings.Repeat("// Words that take the model a while to read.\n", 40) + "\nvar x = f()\n"
	const line, at = 43, 10
	for _, c := range []struct {
		name string
		then func(*editor)
		ends bool // the model is stopped
	}{
		{"accepted", func(e *editor) {
			e.change(goFile, 2, fmt.Sprintf("%d:%d-%d:%d", line, at, line, at), "alpha")
			want(e.t, e.call("textDocument/inlineCompletion", inlineParams(goFile, line, at+5)), `{"result":{"items":[{"insertText":", beta"}]}}`)
		}, false},
		{"contradicted", func(e *editor) {
			e.change(goFile, 2, fmt.Sprintf("%d:%d-%d:%d", line, at, line, at), "x")
			e.request("textDocument/inlineCompletion", inlineParams(goFile, line, at+1))
		}, true},
		{"closed", func(e *editor) {
			e.notify("textDocument/didClose", fmt.Sprintf(`{"textDocument":{"uri":%q}}`, goFile))
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			never := make(chan struct{})
			model := coderModel("")
			model.Answer = func(p sim.Prompt) []sim.Token {
				switch {
				case strings.Contains(p.Text, "f(alpha<|fim_suffix|>") && c.ends:
					return []sim.Token{{Text: ", b"}, {Text: "eta", After: never}}
				case strings.Contains(p.Text, "f(alpha<|fim_suffix|>"):
					return sim.Tokens(", beta")
				}
				return sim.Tokens("alpha")
			}
			ollama := sim.New(sim.Config{Models: []sim.Model{model}, Speed: sim.Speed{Prompt: 2000}})
			defer ollama.Close()
			e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
			e.initialize(soproClient)
			e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
			e.open(goFile, "go", text)
			want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, line, at)), `{"result":{"items":[{"insertText":"alpha"}]}}`)
			ahead := func(r sim.Request) bool { return strings.Contains(string(r.Body), `f(alpha`) }
			said := func(sent []sim.Request) bool {
				last := sent[len(sent)-1]
				return ahead(last) && (last.Finished || c.ends && last.Tokens == 1)
			}
			if err := ollama.Until(t.Context(), said); err != nil {
				t.Fatal(err)
			}
			c.then(e)
			ended := func(sent []sim.Request) bool {
				for _, r := range sent {
					if ahead(r) {
						return r.Finished
					}
				}
				return false
			}
			if err := ollama.Until(t.Context(), ended); err != nil {
				t.Fatal(err)
			}
			asked := 0
			for _, r := range ollama.Generations() {
				if ahead(r) {
					if asked++; r.Aborted != c.ends || c.ends && r.Tokens != 1 {
						t.Errorf("aborted: %t, after %d tokens", r.Aborted, r.Tokens)
					}
				}
			}
			if asked != 1 {
				t.Errorf("asked %d times", asked)
			}
		})
	}
}
