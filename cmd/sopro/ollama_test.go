//go:build ollama

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sopro/internal/testkit/lsptest"
	"sopro/internal/testkit/ollamatest"
	"sopro/internal/testkit/tinylm"
)

// These tests start the built program as an editor does and let it talk to a real Ollama, whose models are written by hand: see
// package tinylm for what they say.

const goFile = "package main\n\n// add returns the sum of a and b\nfunc add(a, b int) int {\n\t\n}\n"

// engines are Ollama's two ways to run a model.
func engines(t *testing.T, test func(t *testing.T, newEngine bool)) {
	for name, newEngine := range map[string]bool{"llama.cpp": false, "own engine": true} {
		t.Run(name, func(t *testing.T) { test(t, newEngine) })
	}
}

func ollamaWith(t *testing.T, newEngine bool, models ...ollamatest.Model) *ollamatest.Server {
	return ollamatest.Start(t, ollamatest.Options{NewEngine: newEngine, Models: models})
}

var (
	infiller  = ollamatest.Model{Name: "qwen2.5-coder:0.5b-base", Language: tinylm.Coder(), Template: ollamatest.Plain}
	unknown   = ollamatest.Model{Name: "mystery:latest", Language: tinylm.Coder(), Template: ollamatest.Infill}
	developer = ollamatest.Model{Name: "llama3.2:latest", Language: ollamatest.Developer(), Template: ollamatest.ChatML}
	talker    = ollamatest.Model{Name: "llama3.2:latest", Language: endless.Slow(), Template: ollamatest.ChatML}
)

// endless is a model that goes on until it is stopped.
var endless = tinylm.Model{Rules: []tinylm.Rule{{
	After: []string{tinylm.Assistant}, Say: tinylm.Sure("first this ", "then that "), Forever: true,
}}}

// completes and chats are the roles that a session waits for.
func completes(s status) bool { return s.Models.Completion != "" }
func chats(s status) bool     { return s.Models.Chat != "" }

// session is an editor with goFile open, when the models of some roles are known.
func session(t testing.TB, server *ollamatest.Server, known ...func(status) bool) (p *process, uri string) {
	t.Helper()
	folder := t.TempDir()
	uri = "file://" + folder + "/add.go"
	p = start(t, server.Address())
	p.greet(folder)
	p.open(uri, "go", goFile)
	p.Until("the models", func() bool {
		s := p.status()
		return !slices.ContainsFunc(known, func(k func(status) bool) bool { return !k(s) })
	})
	return p, uri
}

// The whole way of an editor, from initialize to exit.
func TestEditorSession(t *testing.T) {
	engines(t, func(t *testing.T, newEngine bool) {
		server := ollamaWith(t, newEngine, infiller, developer)
		p, uri := session(t, server, completes, chats)
		if got := p.inline(t, uri, 4, 1); got != "return a + b" {
			t.Errorf("completed with %q", got)
		}
		if s := p.status(); s.Engine != "model" || s.Models.Completion != infiller.Name || s.Models.Chat != developer.Name {
			t.Errorf("status %+v", s)
		}
		t.Run("explain", func(t *testing.T) { sessionExplain(t, p, uri) })
		t.Run("generate", func(t *testing.T) { sessionGenerate(t, p, uri) })
		if code, errs := p.quit(); code != 0 || errs != "" {
			t.Errorf("exit code %d, standard error %q", code, errs)
		}
	})
}

// An explanation arrives in pieces that add up to the result.
func sessionExplain(t *testing.T, p *process, uri string) {
	var result struct{ Markdown string }
	if err := p.do("sopro.explain", map[string]any{"uri": uri, "range": lines(3, 6), "token": "e1"}).Wait(&result); err != nil {
		t.Fatal(err)
	}
	streamed := ""
	for _, raw := range p.Received("$/progress") {
		var progress struct {
			Token any
			Value struct {
				Text  string
				Reset bool
			}
		}
		if json.Unmarshal(raw, &progress) == nil && progress.Token == "e1" {
			if progress.Value.Reset {
				streamed = ""
			}
			streamed += progress.Value.Text
		}
	}
	if result.Markdown != "This function adds two numbers." || streamed != result.Markdown {
		t.Errorf("explained %q, streamed %q", result.Markdown, streamed)
	}
}

// Code from a comment comes as an edit of the version that was read.
func sessionGenerate(t *testing.T, p *process, uri string) {
	p.Notify("textDocument/didChange", map[string]any{
		"textDocument":   map[string]any{"uri": uri, "version": 2},
		"contentChanges": []any{map[string]any{"text": "package main\n\n// add returns the sum of a and b\n"}},
	})
	var result struct {
		Text, Diff string
		Applied    bool
		Edit       struct {
			DocumentChanges []struct {
				TextDocument struct {
					URI     string
					Version int
				}
			}
		}
	}
	err := p.do("sopro.generate", map[string]any{"uri": uri, "position": map[string]any{"line": 2, "character": 3}, "apply": true}).Wait(&result)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(result.Diff, "+func add(a, b int) int {\n+\treturn a + b\n+}") || !result.Applied {
		t.Errorf("applied %v:\n%s", result.Applied, result.Diff)
	}
	if c := result.Edit.DocumentChanges; len(c) != 1 || c[0].TextDocument.URI != uri || c[0].TextDocument.Version != 2 {
		t.Errorf("edit %+v", result.Edit)
	}
}

// A model of an unknown family whose template infills is asked by Ollama's own suffix.
func TestSuffix(t *testing.T) {
	engines(t, func(t *testing.T, newEngine bool) {
		server := ollamaWith(t, newEngine, unknown)
		p, uri := session(t, server, completes)
		if got := p.inline(t, uri, 4, 1); got != "return a + b" {
			t.Errorf("completed with %q", got)
		}
		var trace struct {
			Requests []struct {
				Path string
				Body json.RawMessage
			}
		}
		p.Call("workspace/executeCommand", map[string]any{"command": "sopro.trace", "arguments": []any{map[string]any{}}}, &trace)
		found := false
		for _, r := range trace.Requests {
			found = found || strings.HasSuffix(r.Path, "/api/generate") && bytes.Contains(r.Body, []byte(`"suffix"`)) && !bytes.Contains(r.Body, []byte(`"raw":true`))
		}
		if !found {
			t.Errorf("the trace has no request with a suffix: %+v", trace.Requests)
		}
	})
}

// A model that would go on for ever is ended by cancelling, and its slot is free: the next question is answered.
func TestCancelFreesTheSlot(t *testing.T) {
	server := ollamaWith(t, false, infiller, talker)
	p, uri := session(t, server, completes, chats)
	explain := p.do("sopro.explain", map[string]any{"uri": uri, "range": lines(3, 6), "token": "t"})
	p.Until("the first words", func() bool { return len(p.Received("$/progress")) > 2 })
	explain.Cancel()
	var refused *lsptest.Error
	if err := explain.Wait(nil); !errors.As(err, &refused) || refused.Code != -32800 {
		t.Errorf("cancelled: %v", err)
	}
	if got := p.inline(t, uri, 4, 1); got != "return a + b" {
		t.Errorf("then completed with %q", got)
	}
}

// A runner that dies is an error in words; the next question finds a new one.
func TestKilledRunner(t *testing.T) {
	server := ollamaWith(t, false, talker)
	p, uri := session(t, server, chats)
	for range 2 {
		before := len(p.Received("$/progress"))
		explain := p.do("sopro.explain", map[string]any{"uri": uri, "range": lines(3, 6), "token": "t"})
		p.Until("words", func() bool { return len(p.Received("$/progress")) > before+2 })
		server.KillRunner()
		var failed *lsptest.Error
		if err := explain.Wait(nil); !errors.As(err, &failed) || failed.Code != -32803 || failed.Message == "" || len(failed.Message) > 500 {
			t.Errorf("the runner was killed: %v", err)
		}
	}
}

// Ollama goes away and comes back: one message, the built-in engine meanwhile, and no restart of ours.
func TestOllamaGoesAndComesBack(t *testing.T) {
	server := ollamaWith(t, false, infiller)
	p, uri := session(t, server, completes)
	told := len(p.Received("window/showMessage"))
	server.Kill()
	p.inline(t, uri, 4, 0)
	p.Until("the status to tell", func() bool { return strings.HasPrefix(p.status().Message, "Ollama is not running at") })
	for range 5 {
		p.inline(t, uri, 4, 0)
	}
	if messages := p.Received("window/showMessage"); len(messages) > told+1 {
		t.Errorf("told %d times: %s", len(messages)-told, messages)
	}
	server.Restart()
	p.Until("recovery", func() bool { return p.status().Ollama.Reachable })
	if got := p.inline(t, uri, 4, 1); got != "return a + b" {
		t.Errorf("completed with %q", got)
	}
}

// How long after a cancelled answer the next one begins, from the same model and so the same slot: the slot must be free within
// 100 ms.
func BenchmarkSlotFreed(b *testing.B) {
	server := ollamatest.Start(b, ollamatest.Options{Models: []ollamatest.Model{talker}})
	p, uri := session(b, server, chats)
	asked := 0
	explain := func() *lsptest.Pending {
		asked++
		token := fmt.Sprint("t", asked)
		pending := p.do("sopro.explain", map[string]any{"uri": uri, "range": lines(3, 6), "token": token})
		p.Until("words", func() bool { return p.lastToken() == token })
		return pending
	}
	running := explain()
	for b.Loop() {
		running.Cancel()
		running = explain()
	}
	running.Cancel()
}

// lastToken is the token of the newest piece of text that was streamed.
func (p *process) lastToken() string {
	all := p.Received("$/progress")
	if len(all) == 0 {
		return ""
	}
	var progress struct{ Token any }
	if json.Unmarshal(all[len(all)-1], &progress) != nil {
		return ""
	}
	return fmt.Sprint(progress.Token)
}
