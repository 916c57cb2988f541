package main

import (
	"bytes"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"sopro/internal/testkit/adversary"
)

// TestStrangeModelServer: docs/security.md rows 7, 18 and 19. A model server says each payload of its models, in the lines of a download
// and in its errors, to an editor and to a terminal whose person agrees to everything.
func TestStrangeModelServer(t *testing.T) {
	commands := [][]string{ // one for each payload, in turn
		{"models", "list"}, {"models", "show", adversary.Honest}, {"models", "pull", adversary.Honest, "--yes"}, {"models", "rm", adversary.Honest, "--yes"},
		{"models", "list", "--json"}, {"models", "show", adversary.Honest, "--json"}, {"models", "pull", adversary.Honest, "--yes", "--json"},
	}
	for name, set := range map[string]string{"Ollama": "ollama.url=", "OpenAI": "openai.url="} {
		t.Run(name, func(t *testing.T) {
			said := &adversary.Server{}
			said.Say(adversary.Payload{})
			server := httptest.NewServer(said)
			defer server.Close()
			set += server.URL
			p := start(t, "127.0.0.1:1", "--set", set)
			p.greet(t.TempDir())
			for i, payload := range adversary.Payloads() {
				if payload.Model != "" || len(payload.Text) > long && i%2 == 0 {
					continue // a family's tokens are words like any in a name, and what is long is cut
				}
				said.Say(payload)
				payload.Never = nil // what a server calls its models may be read
				wire := adversary.Wire{Payload: payload, Reaches: reaches, Words: true, Shown: func(string) bool { return false }}
				model := adversary.Honest
				if i%4 == 0 {
					model = payload.Text[:min(len(payload.Text), 4096)]
				}
				for _, f := range aboutModels {
					answered(t, f.name, f.ask(p, scene{model: model}), nil)
				}
				for _, wrong := range wire.Inspect(p.said.take()) {
					t.Errorf("%s: %s", payload.Name, wrong)
				}
				args := commands[i%len(commands)]
				var out, errs bytes.Buffer
				run(t.Context(), append(slices.Clip(args), "--set", set), strings.NewReader(""), &out, &errs)
				if out.Len()+errs.Len() == 0 {
					t.Errorf("%s: %q says nothing", payload.Name, args)
				}
				for _, wrong := range append(adversary.Printed(out.String()), adversary.Printed(errs.String())...) {
					t.Errorf("%s: %q: %s", payload.Name, args, wrong)
				}
			}
			p.left(t)
		})
	}
}
