package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sopro/internal/config"
	"sopro/internal/eval/sim"
	"sopro/internal/model"
	"sopro/internal/server"
)

const soproClient = `{"textDocument":{"inlineCompletion":{}},"experimental":{"sopro":true}}`

// TestOllamaComesAndGoes checks that Ollama's absence costs one message with the remedy, a status, and nothing else, and that
// it is used as soon as it is there.
func TestOllamaComesAndGoes(t *testing.T) {
	ollama := sim.New(sim.Config{Models: []sim.Model{coderModel("1")}})
	defer ollama.Close()
	ollama.Stop()
	e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
	e.initialize(soproClient)
	e.open(goFile, "go", "package a\n\nvar x = ")

	want(t, e.await(`{"method":"window/showMessage"}`), fmt.Sprintf(`{"params":{"type":2,"message":"Ollama is not running at %s: start it with \"ollama serve\""}}`, ollama.URL()))
	absent := fmt.Sprintf(`"kind":"builtin","message":"Ollama is not running at %s"`, ollama.URL())
	e.await(`{"method":"sopro/status","params":{` + absent + `}}`)
	want(t, e.command("sopro.status", `{}`), fmt.Sprintf(`{"result":{%s,"engine":"built-in","ollama":{"url":%q,"reachable":false}}}`, absent, ollama.URL()))
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8)), `{"result":{"items":"*"}}`)

	if err := ollama.Start(); err != nil {
		t.Fatal(err)
	}
	e.await(`{"method":"sopro/status","params":{"kind":"ok","model":"qwen2.5-coder:1.5b","message":""}}`)
	e.until(func() bool { // the model is loaded for the open document
		return match(`{"result":{"kind":"ok","engine":"model","ollama":{"reachable":true,"version":"0.30.1"},"models":{"completion":"qwen2.5-coder:1.5b","chat":"*"}}}`, e.command("sopro.status", `{}`)) == nil
	})
	e.change(goFile, 2, "2:4-2:5", "name")
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 11)), `{"result":{"items":[{"insertText":"1"}]}}`)

	ollama.Stop()
	e.await(`{"method":"sopro/status","params":{` + absent + `}}`)
	e.change(goFile, 3, "2:4-2:8", "other")
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 12)), `{"result":{"items":"*"}}`)
	e.never(`{"method":"window/showMessage"}`)
}

// TestLookingAtTheModels checks that an Ollama that is there and has not said yet what it has is being looked for, and not at fault.
func TestLookingAtTheModels(t *testing.T) {
	hold := make(chan struct{})
	ollama := sim.New(sim.Config{Models: []sim.Model{coderModel("1")}, Faults: []sim.Fault{{Kind: sim.Hang, Path: "/api/tags", Until: hold}}})
	defer ollama.Close()
	e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
	e.initialize(soproClient)
	looking := fmt.Sprintf(`"kind":"loading","message":"Looking for Ollama at %s"`, ollama.URL())
	e.until(func() bool {
		return match(`{"result":{"ollama":{"reachable":true}}}`, e.command("sopro.status", `{}`)) == nil
	})
	want(t, e.command("sopro.status", `{}`), `{"result":{`+looking+`,"ollama":{"reachable":true}}}`)
	close(hold)
	want(t, e.await(`{"method":"sopro/status"}`), `{"params":{`+looking+`}}`)
	want(t, e.await(`{"method":"sopro/status"}`), `{"params":{"kind":"ok","model":"qwen2.5-coder:1.5b"}}`)
}

// TestNoModelThatInfills checks that a missing model is said once, with what to do, and is noticed when it is installed.
func TestNoModelThatInfills(t *testing.T) {
	ollama := sim.New(sim.Config{})
	defer ollama.Close()
	e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
	e.initialize(soproClient)
	m := e.await(`{"method":"window/showMessage"}`)
	if !strings.Contains(m, "ollama pull") {
		t.Errorf("no next step in %s", m)
	}
	e.await(`{"method":"sopro/status","params":{"kind":"builtin"}}`)
	ollama.Install(coderModel("1"))
	e.await(`{"method":"sopro/status","params":{"kind":"ok","model":"qwen2.5-coder:1.5b"}}`)
	e.never(`{"method":"window/showMessage"}`)
}

// TestAModelThatFails checks that a model that fails every time is said once, with the next step, stays in the status, together
// with who answers meanwhile, and is back in use with its first answer.
func TestAModelThatFails(t *testing.T) {
	ollama := sim.New(sim.Config{Models: []sim.Model{coderModel("1")}})
	defer ollama.Close()
	e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
	e.initialize(soproClient)
	e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
	ollama.Fail(sim.Fault{Kind: sim.Failed, Text: "model requires more system memory", Times: -1})
	e.open(goFile, "go", "package a\n\nvar x = ")

	const failed = `Ollama failed: model requires more system memory`
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8)), `{"result":{"items":"*"}}`)
	want(t, e.await(`{"method":"window/showMessage"}`), `{"params":{"type":2,"message":"qwen2.5-coder:1.5b does not complete: `+failed+`: its log may say more; a smaller model may do: choose one with models.completion"}}`)
	const warning = `"kind":"warning","message":"` + failed + `; the built-in engine answers"`
	e.await(`{"method":"sopro/status","params":{` + warning + `}}`)
	for version := 2; version < 5; version++ {
		e.change(goFile, version, "2:4-2:5", "y")
		want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8)), `{"result":{"items":"*"}}`)
		want(t, e.command("sopro.status", `{}`), `{"result":{`+warning+`,"engine":"built-in","models":{"completion":"qwen2.5-coder:1.5b"}}}`)
	}
	e.never(`{"method":"window/showMessage"}`)

	ollama.Heal()
	e.change(goFile, 5, "2:4-2:5", "z")
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8)), `{"result":{"items":[{"insertText":"1"}]}}`)
	e.await(`{"method":"sopro/status","params":{"kind":"ok","message":""}}`)
	want(t, e.command("sopro.status", `{}`), `{"result":{"kind":"ok","engine":"model"}}`)
	e.never(`{"method":"window/showMessage"}`)
}

// TestTrace checks that every byte that went to the model can be seen.
func TestTrace(t *testing.T) {
	ollama := sim.New(sim.Config{Models: []sim.Model{coderModel("1")}})
	defer ollama.Close()
	e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
	e.initialize(soproClient)
	e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
	e.open(goFile, "go", "package a\n\nvar x = ")
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8)), `{"result":{"items":[{"insertText":"1"}]}}`)
	want(t, e.command("sopro.trace", `{"last":1}`), `{"result":{"requests":[{"id":"*","at":"*","method":"POST","path":"/api/generate","status":"*","ms":"*","snippets":"*","promptTokens":"*","freshTokens":"*","body":{"model":"qwen2.5-coder:1.5b","prompt":"*"}}]}}`)
	trace := e.command("sopro.trace", `{}`)
	for _, sent := range ollama.Generations() {
		if !strings.Contains(trace, string(sent.Body)) {
			t.Errorf("sent %s\ntrace %s", sent.Body, trace)
		}
	}
}

// TestTraceTellsWhy checks that of each snippet in a prompt it can be seen which lines it shows, and why.
func TestTraceTellsWhy(t *testing.T) {
	ollama := sim.New(sim.Config{Models: []sim.Model{coderModel("1")}})
	defer ollama.Close()
	e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
	e.initialize(soproClient)
	e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
	far := "package a\n\nfunc settle() {\n\tbook := openLedger(customer, invoice)\n\tbook.enterInvoice(customer, invoice, deadline)\n}\n"
	text := far + strings.Repeat("\n// nothing is said here of anything that matters to anybody\n", 300) + "\nfunc settleAll() {\n\tbook := openLedger(customer, invoice)\n\t"
	e.open(goFile, "go", text)
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, strings.Count(text, "\n"), 1)), `{"result":{"items":[{"insertText":"1"}]}}`)
	var told struct {
		Result struct {
			Requests []struct {
				Snippets []struct {
					Source, Path, Why string
					Range             [2]int
					Lines             [][2]int
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(e.command("sopro.trace", `{"last":1}`)), &told); err != nil {
		t.Fatal(err)
	}
	shown := told.Result.Requests[0].Snippets[0]
	first, last := shown.Lines[0], shown.Lines[len(shown.Lines)-1]
	if shown.Source != "file" || shown.Path != "a.go" || !strings.Contains(shown.Why, "enterInvoice") || first[0] < 3 || last[1] < 5 || shown.Range != [2]int{first[0], last[1]} {
		t.Errorf("%+v", shown)
	}
}

// TestBusy checks that the status says so when a completion takes a while, and when it is over.
func TestBusy(t *testing.T) {
	go1 := make(chan struct{})
	slow := coderModel("")
	slow.Answer = func(p sim.Prompt) []sim.Token {
		if strings.Contains(p.Text, "var x = <") {
			return []sim.Token{{Text: "1", After: go1}}
		}
		return sim.Tokens("1")
	}
	ollama := sim.New(sim.Config{Models: []sim.Model{slow}})
	defer ollama.Close()
	e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
	e.initialize(soproClient)
	e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
	e.open(goFile, "go", "package a\n\nvar w = ")
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8)), `{"result":{"items":"*"}}`) // the model is in memory now
	e.change(goFile, 2, "2:4-2:5", "x")
	id := e.request("textDocument/inlineCompletion", inlineParams(goFile, 2, 8))
	e.await(`{"method":"sopro/status","params":{"kind":"busy"}}`)
	e.kept = nil // what was said before
	close(go1)
	want(t, e.answer(id), `{"result":{"items":"*"}}`)
	e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
}

// living is a model server without models that counts its signs of life.
type living struct {
	model.Backend
	asked, ended atomic.Int32
}

func (l *living) Version(ctx context.Context) (string, error) {
	l.asked.Add(1)
	select {
	case <-time.After(time.Second):
		return "1", nil
	case <-ctx.Done():
		l.ended.Add(1)
		return "", ctx.Err()
	}
}

// TestEnginesShareAnEndpoint checks that its health is watched once, and on, while a setting is changed again and again.
func TestEnginesShareAnEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		backend := &living{}
		shared := model.NewEndpoint(backend, "http://fake")
		e := connect(t, options{build: func(config.Settings, *server.Engines) (*server.Engines, error) {
			return &server.Engines{Endpoint: shared}, nil
		}})
		e.initialize(soproClient)
		for i := range 10 {
			time.Sleep(6 * time.Second)
			e.notify("workspace/didChangeConfiguration", fmt.Sprintf(`{"settings":{"sopro":{"completion":{"maxTokens":%d}}}}`, 20+i))
			want(t, e.command("sopro.status", `{}`), `{"result":{"kind":"ok"}}`)
		}
		synctest.Wait()
		if asked, ended := backend.asked.Load(), backend.ended.Load(); asked != 11 || ended != 0 {
			t.Errorf("%d signs of life in a minute, %d of them given up", asked, ended) // one takes a second, and the next comes five later
		}
	})
}

// TestRefusalPasses checks that the status tells of a document that is not completed as long as there is one, and that it does
// not hide what is graver.
func TestRefusalPasses(t *testing.T) {
	const customers = "file:///w/customers/a.go"
	shutOut := `{"settings":{"sopro":{"privacy":{"ignore":["**/customers/**"]}}}}`
	for _, c := range []struct {
		name      string
		meanwhile func(*editor, *sim.Server)
		then      string
	}{
		{"closed", func(e *editor, _ *sim.Server) {
			e.notify("textDocument/didClose", fmt.Sprintf(`{"textDocument":{"uri":%q}}`, customers))
		}, `"kind":"ok"`},
		{"another is closed", func(e *editor, _ *sim.Server) {
			e.notify("textDocument/didClose", fmt.Sprintf(`{"textDocument":{"uri":%q}}`, goFile))
		}, `"kind":"warning"`},
		{"allowed", func(e *editor, _ *sim.Server) {
			e.notify("workspace/didChangeConfiguration", `{"settings":{"sopro":{}}}`)
		}, `"kind":"ok"`},
		{"Ollama goes", func(e *editor, ollama *sim.Server) { ollama.Stop() }, `"kind":"builtin"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			ollama := sim.New(sim.Config{Models: []sim.Model{coderModel("1")}})
			defer ollama.Close()
			e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
			e.initialize(soproClient)
			e.notify("workspace/didChangeConfiguration", shutOut)
			e.open(goFile, "go", "package a\n")
			e.open(customers, "go", "package a\n")
			e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
			e.call("textDocument/inlineCompletion", inlineParams(customers, 1, 0))
			e.await(`{"method":"sopro/status","params":{"kind":"warning"}}`)
			c.meanwhile(e, ollama)
			e.until(func() bool { return match(`{"result":{`+c.then+`}}`, e.command("sopro.status", `{}`)) == nil })
			if c.then != `"kind":"warning"` {
				e.await(`{"method":"sopro/status","params":{` + c.then + `}}`)
			}
		})
	}
}
