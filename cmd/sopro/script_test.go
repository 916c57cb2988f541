package main

import (
	"context"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"sopro/internal/eval/sim"
	"sopro/internal/eval/sim/openaisim"
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
			e.Values[simulated{}] = new(*sim.Server)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"ollama": begin, "served": serve, "pullfails": pullFails, "interrupted": interrupted},
	})
}

// simulated is the key of a script's server.
type simulated struct{}

func serverOf(ts *testscript.TestScript) *sim.Server { return *ts.Value(simulated{}).(**sim.Server) }

// pullFails: pullfails LINE TEXT makes the next pull fail after so many lines; without a text its stream is cut.
func pullFails(ts *testscript.TestScript, _ bool, args []string) {
	after, err := strconv.Atoi(args[0])
	ts.Check(err)
	f := sim.Fault{Kind: sim.Cut, Path: "/api/pull", After: after}
	if len(args) > 1 {
		f.Kind, f.Text = sim.ErrorLine, args[1]
	}
	serverOf(ts).Fail(f)
}

// interrupted: interrupted NAME pulls the model that stops in the middle, interrupts the program there, and wants it to say how to go on.
func interrupted(ts *testscript.TestScript, _ bool, args []string) {
	program, err := exec.LookPath("sopro")
	ts.Check(err)
	cmd := exec.Command(program, "models", "pull", args[0], "--yes")
	cmd.Env = os.Environ()
	for _, v := range []string{"OLLAMA_HOST", "HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"} {
		cmd.Env = append(cmd.Env, v+"="+ts.Getenv(v))
	}
	var errs strings.Builder
	cmd.Stderr = &errs
	before := len(serverOf(ts).Requests())
	ts.Check(cmd.Start())
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	ts.Check(serverOf(ts).Until(ctx, func(all []sim.Request) bool { return len(all) > before && all[len(all)-1].Path == "/api/pull" }))
	ts.Check(cmd.Process.Signal(os.Interrupt))
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitBroken || !strings.Contains(errs.String(), `"sopro models pull `+args[0]+`" goes on where it was`) {
		ts.Fatalf("exit code %d, said %q", code, errs.String())
	}
}

// pullables are what the simulated server can pull. The last of them comes to its half and no further.
var pullables = []sim.Pullable{
	{Model: models["qwen2.5-coder:1.5b-base"]},
	{Model: sim.Model{Name: "starcoder2:3b", Family: "starcoder2", Template: "{{ .Prompt }}"}},
	{Model: sim.Model{Name: "endless:1b"}, Hold: make(chan struct{})},
}

// serve: served KIND NAME KEY starts a simulated OpenAI-compatible server with one model, which wants a key unless KEY is "".
// The script's SERVED is its address.
func serve(ts *testscript.TestScript, _ bool, args []string) {
	kind := map[string]openaisim.Kind{"llama.cpp": openaisim.LlamaCpp, "vLLM": openaisim.VLLM, "SGLang": openaisim.SGLang, "another": openaisim.Other}
	server := openaisim.New(openaisim.Config{Kind: kind[args[0]], Key: args[2], Models: []openaisim.Model{{Name: args[1], Answer: sim.Say("return a + b\n}\n")}}})
	ts.Defer(server.Close)
	ts.Setenv("SERVED", server.URL)
	ts.Check(os.MkdirAll(ts.MkAbs(".git"), 0o755)) // the script's folder is a repository
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

// begin: ollama [measured] MODEL… starts the simulated server with these models, where the script's OLLAMA_HOST points.
func begin(ts *testscript.TestScript, neg bool, args []string) {
	config := sim.Config{Version: "0.17.4", Library: pullables}
	if len(args) > 0 && args[0] == "measured" { // it takes time, so that its speed can be seen
		config.Speed, args = sim.Speed{Prompt: 20000, Generation: 200}, args[1:]
	}
	for _, name := range args {
		m, ok := models[name]
		if !ok || neg {
			ts.Fatalf("no such model: %s", name)
		}
		config.Models = append(config.Models, m)
	}
	server := sim.New(config)
	*ts.Value(simulated{}).(**sim.Server) = server
	ts.Defer(server.Close)
	ts.Setenv("OLLAMA_HOST", server.URL())
	ts.Check(os.MkdirAll(ts.MkAbs(".git"), 0o755)) // the script's folder is a repository
}
