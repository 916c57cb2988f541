package catalog

import (
	"strings"
	"testing"

	"sopro/internal/model"
	"sopro/internal/prompt"
)

// TestServed: the models of a server that was started with them. Of each only a name is known, and perhaps what was loaded.
func TestServed(t *testing.T) {
	mine := prompt.Own(prompt.Family{Name: "mine", Names: "^team-coder", PrefixFirst: "<p>{p}<s>{s}<m>"})
	serve := func(name, origin string, capabilities ...string) stored {
		return stored{
			model.Installed{Name: name, Digest: name},
			model.Details{Origin: origin, ContextLength: 6000, Capabilities: append([]string{"completion"}, capabilities...)},
		}
	}
	for _, c := range []struct {
		name             string
		models           []stored
		wanted           string
		completion, chat string // model and how it is asked, or the error
	}{
		{"a family by its name", []stored{serve("Qwen/Qwen2.5-Coder-7B", "")}, "", "Qwen/Qwen2.5-Coder-7B raw 6000", "no chat model is served"},
		{"tuned for chat", []stored{serve("Qwen/Qwen2.5-Coder-7B-Instruct", "")}, "", "Qwen/Qwen2.5-Coder-7B-Instruct raw 6000", "Qwen/Qwen2.5-Coder-7B-Instruct raw 6000"},
		{"a family by the file", []stored{serve("gpt-4o", "starcoder2-3b-Q8_0.gguf")}, "", "gpt-4o raw 6000", "no chat model is served"},
		{"a base model that Ollama would have tuned", []stored{serve("codellama/CodeLlama-7b-hf", "")}, "", "codellama/CodeLlama-7b-hf raw 6000", "no chat model is served"},
		{"of my own", []stored{serve("us/Team-Coder-3B", "")}, "", "us/Team-Coder-3B raw 6000", "no chat model is served"},
		{"the server infills", []stored{serve("alias", "", "insert")}, "", "alias suffix 6000", "no chat model is served"},
		{"nothing known", []stored{serve("alias", "")}, "", "no model can infill: start the model server with one", "no chat model is served"},
		{"another is named", []stored{serve("Qwen/Qwen2.5-Coder-7B", "")}, "gone", `does not serve the model "gone" of models.completion: start it with that model`, "no chat"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cat := New(&shelf{models: c.models}, Preferences{Completion: c.wanted, ContextTokens: 1536, Served: true, Families: []prompt.Family{mine}}, 0)
			if _, err := cat.Completion(); err == nil || strings.Contains(err.Error(), "Ollama") {
				t.Errorf("before the first look: %v", err)
			}
			if err := cat.Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
			check := func(role, want string, choice Choice, err error) {
				got := choice.Model + " " + choice.Asking.Mode.String()
				if choice.Options.NumCtx == 6000 {
					got += " 6000"
				}
				if err != nil {
					got = err.Error()
				}
				if !strings.HasPrefix(got, want) && !strings.Contains(got, want) || strings.Contains(got, "llama pull") {
					t.Errorf("%s: %s, want %s", role, got, want)
				}
			}
			choice, err := cat.Completion()
			check("completion", c.completion, choice, err)
			choice, err = cat.Chat()
			check("chat", c.chat, choice, err)
		})
	}
}
