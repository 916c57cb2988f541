package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"sopro/internal/eval/sim"
)

// prompts are the prompts that a model server was asked with, and whether it was to answer no more than a token.
func prompts(t *testing.T, sent []sim.Request) (all []string, ahead []bool) {
	t.Helper()
	for _, r := range sent {
		var body struct {
			Prompt  string
			Options struct {
				NumPredict int `json:"num_predict"`
			}
		}
		if r.Path != "/api/generate" {
			continue
		}
		if err := json.Unmarshal(r.Body, &body); err != nil {
			t.Fatal(err)
		}
		all, ahead = append(all, body.Prompt), append(ahead, body.Options.NumPredict == 1)
	}
	return all, ahead
}

// TestReadAhead checks that the model reads what stands before the cursor as soon as the editor tells where that is, beginning by
// beginning, and that a completion finds it read.
func TestReadAhead(t *testing.T) {
	var text strings.Builder
	text.WriteString("package a\n")
	for i := range 200 {
		fmt.Fprintf(&text, "\nvar x%d = %d\n", i, i*i)
	}
	const line = 102
	file := strings.Replace(text.String(), " = 2500\n", " = \n", 1)
	for _, c := range []struct {
		name string
		tell func(*editor)
	}{
		{"the editor's focus", func(e *editor) {
			e.notify("textDocument/didFocus", fmt.Sprintf(`{"textDocument":{"uri":%q},"position":{"line":%d,"character":10}}`, goFile, line))
		}},
		{"the light bulb of VS Code", func(e *editor) {
			e.request("textDocument/codeAction", fmt.Sprintf(`{"textDocument":{"uri":%q},"range":%s,"context":{"diagnostics":[],"triggerKind":2}}`, goFile, rangeJSON(fmt.Sprintf("%d:10-%d:10", line, line))))
		}},
		{"the command", func(e *editor) {
			e.command("sopro.warm", fmt.Sprintf(`{"uri":%q,"position":{"line":%d,"character":10}}`, goFile, line))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ollama := sim.New(sim.Config{Models: []sim.Model{coderModel("2500")}})
			defer ollama.Close()
			e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
			e.initialize(soproClient)
			e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
			e.open(goFile, "go", file)
			e.finished(ollama, 1) // the load
			c.tell(e)
			before := file[:strings.Index(file, " = \n")]
			if err := ollama.Until(t.Context(), func(sent []sim.Request) bool {
				all, _ := prompts(t, sent)
				last := all[len(all)-1]
				return len(last) > 40 && sent[len(sent)-1].Finished && strings.Contains(before[len(before)-200:], last[len(last)-40:])
			}); err != nil {
				t.Fatal(err)
			}
			want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, line, 10)), `{"result":{"items":[{"insertText":"2500"}]}}`)
			all, ahead := prompts(t, ollama.Requests())
			slices := all[1 : len(all)-1]
			if len(slices) < 3 {
				t.Errorf("%d slices", len(slices))
			}
			for i, next := range all[2:] {
				if !strings.HasPrefix(next, all[i+1]) || !ahead[i+1] || ahead[len(ahead)-1] {
					t.Errorf("%q\nis no beginning of\n%q", all[i+1], next)
				}
			}
		})
	}
}
