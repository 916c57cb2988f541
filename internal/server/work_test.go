package server_test

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sopro/internal/config"
	"sopro/internal/eval/sim"
	"sopro/internal/model"
	"sopro/internal/server"
)

const loading = `{"method":"sopro/status","params":{"kind":"loading","message":"The model is getting ready"}}`

// TestLoading checks that the status says so while a model is brought into memory, whoever made it, and not while one that is there
// answers.
func TestLoading(t *testing.T) {
	for name, params := range map[string]string{
		"textDocument/inlineCompletion": inlineParams(goFile, 2, 8),
		"sopro.warm":                    fmt.Sprintf(`{"uri":%q,"position":{"line":2,"character":8}}`, goFile),
		"sopro.explain":                 fmt.Sprintf(`{"uri":%q,"range":%s}`, goFile, rangeJSON("0:0-2:8")),
	} {
		t.Run(name, func(t *testing.T) {
			loaded := make(chan struct{})
			cold := coderModel("1")
			cold.Loading = loaded
			ollama := sim.New(sim.Config{Models: []sim.Model{cold}})
			defer ollama.Close()
			e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
			e.initialize(soproClient)
			e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
			e.open(goFile, "go", "package a\n\nvar x = ")
			e.begin(name, params)
			e.await(loading)
			close(loaded)
			e.await(`{"method":"sopro/status","params":{"kind":"ok","message":""}}`)
			e.change(goFile, 2, "2:4-2:5", "y")
			want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8)), `{"result":{"items":[{"insertText":"1"}]}}`)
			e.never(loading)
		})
	}
}

// TestLoadingForNobody checks that the status does not wait for a load that nobody waits for any more.
func TestLoadingForNobody(t *testing.T) {
	loaded := make(chan struct{})
	cold := coderModel("1")
	cold.Name, cold.Loading = "qwen2.5-coder:7b", loaded
	ollama := sim.New(sim.Config{Models: []sim.Model{coderModel("1"), cold}})
	defer ollama.Close()
	defer close(loaded)
	e := connect(t, options{build: ollamaBuild(t, ollama.URL()), flags: []string{"models.chat=" + cold.Name}})
	e.initialize(soproClient)
	e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
	e.open(goFile, "go", "package a\n\nvar x = ")
	e.finished(ollama, 1) // the one that completes is in memory
	kind := func(want string) {
		t.Helper()
		e.until(func() bool { return match(`{"result":{"kind":"`+want+`"}}`, e.command("sopro.status", `{}`)) == nil })
	}
	kind("ok")
	id := e.begin("sopro.explain", fmt.Sprintf(`{"uri":%q,"range":%s}`, goFile, rangeJSON("0:0-2:8")))
	kind("loading")
	e.notify("$/cancelRequest", fmt.Sprintf(`{"id":%d}`, id))
	want(t, e.answer(id), `{"error":{"code":-32800}}`)
	kind("ok")
}

// finished waits until a model server has finished so many generations.
func (e *editor) finished(ollama *sim.Server, n int) {
	e.t.Helper()
	if err := ollama.Until(e.t.Context(), func(sent []sim.Request) bool {
		done := 0
		for _, r := range sent {
			if r.Finished && (r.Path == "/api/generate" || r.Path == "/api/chat") {
				done++
			}
		}
		return done >= n
	}); err != nil {
		e.t.Fatal(err)
	}
}

// begin sends a request, or runs a command under a bar of the editor's.
func (e *editor) begin(name, params string) int {
	e.t.Helper()
	if strings.HasPrefix(name, "sopro.") {
		return e.request("workspace/executeCommand", fmt.Sprintf(`{"command":%q,"workDoneToken":7,"arguments":[%s]}`, name, params))
	}
	return e.request(name, params)
}

// TestLast checks what is told of the generation that was finished last: nothing before there is one, and nothing of one that only
// evaluated a prompt.
func TestLast(t *testing.T) {
	ollama := sim.New(sim.Config{Models: []sim.Model{coderModel("1 + 2")}, Speed: sim.Speed{Generation: 1000}})
	defer ollama.Close()
	e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
	e.initialize(soproClient)
	want(t, e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`), `{"params":{"last":"!"}}`)
	e.open(goFile, "go", "package a\n\n"+strings.Repeat("// What x stands for.\n", 50)+"var x = ")
	want(t, e.command("sopro.warm", fmt.Sprintf(`{"uri":%q,"position":{"line":52,"character":8}}`, goFile)), `{"result":{"started":true}}`)
	e.finished(ollama, 2) // the load, then the prompt
	want(t, e.command("sopro.status", `{}`), `{"result":{"last":"!"}}`)
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 52, 8)), `{"result":{"items":[{"insertText":"1 + 2"}]}}`)
	const figures = `{"promptTokens":"*","cacheHit":"*","tokens":5,"tokensPerSecond":"*","firstTokenMs":"*"}`
	e.await(`{"method":"sopro/status","params":{"kind":"ok","last":` + figures + `}}`)
	want(t, e.command("sopro.status", `{}`), `{"result":{"last":`+figures+`}}`)
}

// TestLastOfWhatSoproEnds checks that figures are told also of a generation that is ended because the rest of it would never be shown,
// of which the model server says nothing.
func TestLastOfWhatSoproEnds(t *testing.T) {
	endless := coderModel("")
	endless.Answer = func(sim.Prompt) []sim.Token {
		return append(sim.Tokens("1\n}\n"), sim.Token{Text: "more", After: make(chan struct{})})
	}
	ollama := sim.New(sim.Config{Models: []sim.Model{endless}})
	defer ollama.Close()
	e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
	e.initialize(soproClient)
	e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
	e.open(goFile, "go", "package a\n\nfunc f() {\n\tx := \n}\n")
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 3, 6)), `{"result":{"items":[{"insertText":"1"}]}}`)
	const figures = `{"promptTokens":"*","cacheHit":"*","tokens":4,"tokensPerSecond":"*","firstTokenMs":"*"}`
	m := e.await(`{"method":"sopro/status","params":{"kind":"ok","last":` + figures + `}}`)
	if strings.Contains(m, `"promptTokens":0`) {
		t.Errorf("the prompt is not estimated: %s", m)
	}
}

// counting is a model server that says at once how many tokens its answers have: one more in each.
type counting struct {
	model.Backend
	said int
}

func (c *counting) Version(context.Context) (string, error) { return "1", nil }

func (c *counting) Stream(context.Context, model.Request) iter.Seq2[model.Chunk, error] {
	return func(yield func(model.Chunk, error) bool) {
		c.said++
		yield(model.Chunk{Text: "x", Done: &model.Stats{PromptTokens: 9, Tokens: c.said}}, nil)
	}
}

// TestFiguresAtMostOnceASecond checks that a quick model does not flood the editor, and that the last figures come.
func TestFiguresAtMostOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		endpoint := model.NewEndpoint(&counting{}, "http://fake")
		e := connect(t, options{build: func(config.Settings, *server.Engines) (*server.Engines, error) {
			return &server.Engines{Endpoint: endpoint}, nil
		}})
		e.initialize(soproClient)
		e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
		time.Sleep(time.Minute)
		const n = 100
		for range n {
			for range endpoint.Stream(t.Context(), model.Typing, model.Request{Model: "m", Prompt: "p", MaxTokens: 9}) {
			}
			time.Sleep(24 * time.Millisecond)
		}
		time.Sleep(time.Minute)
		e.call("test/isAnybodyThere", `{}`)
		var told []string
		for _, m := range e.kept {
			if match(`{"method":"sopro/status","params":{"kind":"ok","last":{}}}`, m) == nil {
				told = append(told, m)
			}
		}
		if len(told) != 4 { // those of 2.4 s, at the beginning and after each second
			t.Fatalf("told %d times: %v", len(told), told)
		}
		want(t, told[len(told)-1], fmt.Sprintf(`{"params":{"last":{"promptTokens":9,"tokens":%d}}}`, n))
	})
}
