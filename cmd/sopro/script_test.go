package main

import (
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"sopro/internal/eval/sim"
)

// The command line is tested by scripts: testdata/script/*.txtar. A script that begins an Ollama has the simulated one,
// with the models that it names.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sopro": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			// Nothing of the person who runs the tests is looked at, and no Ollama is there.
			for _, v := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"} {
				e.Setenv(v, e.WorkDir+"/home")
			}
			e.Setenv("OLLAMA_HOST", "127.0.0.1:1")
			e.Setenv("NO_COLOR", "1")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"ollama": begin},
	})
}

// models are the simulated ones: what each fills into a hole, and says in a chat.
var models = map[string]sim.Model{
	"qwen2.5-coder:1.5b-base": {
		Name: "qwen2.5-coder:1.5b-base", Family: "qwen2", Capabilities: []string{"completion", "insert"},
		Answer: sim.Say("return a + b\n}\n"),
	},
	"llama3.2:3b": {
		Name: "llama3.2:3b", Family: "llama", Capabilities: []string{"completion"}, Template: "{{ .Messages }}",
		Answer: func(p sim.Prompt) []sim.Token {
			if strings.Contains(p.Messages[0].Content, "explain") {
				return sim.Tokens("It adds two numbers. ![leak](http://evil.example/x)\x1b[31m")
			}
			return sim.Tokens("```go\nfunc sub(a, b int) int {\n    return a - b\n}\n```\n")
		},
	},
}

// begin: ollama MODEL… starts the simulated server with these models, where the script's OLLAMA_HOST points.
func begin(ts *testscript.TestScript, neg bool, args []string) {
	config := sim.Config{Version: "0.17.4"}
	for _, name := range args {
		m, ok := models[name]
		if !ok || neg {
			ts.Fatalf("no such model: %s", name)
		}
		config.Models = append(config.Models, m)
	}
	server := sim.New(config)
	ts.Defer(server.Close)
	ts.Setenv("OLLAMA_HOST", server.URL())
	ts.Check(os.MkdirAll(ts.MkAbs(".git"), 0o755)) // the script's folder is a repository
}
