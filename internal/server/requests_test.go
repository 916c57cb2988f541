package server_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"sopro/internal/config"
	"sopro/internal/server"
)

const goFile = "file:///w/a.go"

// TestCancel checks that a cancelled request is answered at once and its generation serves the next one.
func TestCancel(t *testing.T) {
	m := newScript("1")
	m.hold = make(chan struct{})
	e := connect(t, options{build: m.build})
	e.initialize(plainClient)
	e.open(goFile, "go", "package a\n\nvar x = ")
	id := e.request("textDocument/inlineCompletion", inlineParams(goFile, 2, 8))
	m.next(t)
	e.notify("$/cancelRequest", fmt.Sprintf(`{"id":%d}`, id))
	want(t, e.answer(id), `{"error":{"code":-32800},"result":"!"}`)
	again := e.request("textDocument/inlineCompletion", inlineParams(goFile, 2, 8))
	close(m.hold)
	want(t, e.answer(again), `{"result":{"items":[{"insertText":"1"}]}}`)
	if n := m.times(); n != 1 {
		t.Errorf("the model was asked %d times", n)
	}
}

// TestCancelByName checks ids that are strings, and one that nobody has.
func TestCancelByName(t *testing.T) {
	m := newScript("1")
	m.hold = make(chan struct{})
	e := connect(t, options{build: m.build})
	e.initialize(plainClient)
	e.open(goFile, "go", "package a\n\nvar x = ")
	e.send(`{"jsonrpc":"2.0","id":"one","method":"textDocument/inlineCompletion","params":` + inlineParams(goFile, 2, 8) + `}`)
	m.next(t)
	e.notify("$/cancelRequest", `{"id":"another"}`)
	e.notify("$/cancelRequest", `{"id":"one"}`)
	want(t, e.await(`{"id":"one"}`), `{"error":{"code":-32800}}`)
}

// TestSuperseded checks that a request that a newer change or request has overtaken is answered null: Neovim shows late
// answers, hides the ghost at an empty one and logs an error.
func TestSuperseded(t *testing.T) {
	for _, c := range []struct {
		name  string
		newer func(*editor)
	}{
		{"by a change", func(e *editor) { e.change(goFile, 2, "2:8-2:8", "z") }},
		{"by a request", func(e *editor) { e.request("textDocument/inlineCompletion", inlineParams(goFile, 0, 9)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newScript("1")
			m.hold = make(chan struct{})
			e := connect(t, options{build: m.build})
			e.initialize(plainClient)
			e.open(goFile, "go", "package a\n\nvar x = ")
			id := e.request("textDocument/inlineCompletion", inlineParams(goFile, 2, 8))
			m.next(t)
			c.newer(e)
			answer := e.answer(id)
			want(t, answer, `{"error":"!"}`)
			if !strings.Contains(answer, `"result":null`) {
				t.Errorf("answered %s", answer)
			}
			close(m.hold)
		})
	}
}

// TestNoModel checks that a model that fails is no error of the request.
func TestNoModel(t *testing.T) {
	broken := func(config.Settings, *server.Engines) (*server.Engines, error) {
		return nil, errors.New("the address http://evil.example is not on this machine: set privacy.allowRemote = true")
	}
	e := connect(t, options{build: broken})
	e.initialize(plainClient)
	want(t, e.await(`{"method":"window/showMessage"}`), `{"params":{"type":1,"message":"the address http://evil.example is not on this machine: set privacy.allowRemote = true"}}`)
	e.open(goFile, "go", "package a\n\nvar x = ")
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8)), `{"result":{"items":[]}}`)
	want(t, e.command("sopro.explain", `{"uri":"file:///w/a.go","range":`+rangeJSON("0:0-2:0")+`}`), `{"error":{"code":-32803,"message":"*"}}`)
	want(t, e.command("sopro.status", `{}`), `{"result":{"kind":"error","engine":"none","message":"the address http://evil.example is not on this machine: set privacy.allowRemote = true"}}`)
	e.notify("workspace/didChangeConfiguration", `{"settings":{"sopro":{"completion":{"gate":0}}}}`)
	e.never(`{"method":"window/showMessage"}`)
}

// TestPanic checks that a mistake of ours costs one answer, in a request and in a notification.
func TestPanic(t *testing.T) {
	built := 0
	e := connect(t, options{build: func(config.Settings, *server.Engines) (*server.Engines, error) {
		if built++; built > 1 {
			panic("a mistake")
		}
		return &server.Engines{}, nil
	}})
	e.initialize(plainClient)
	want(t, e.command("sopro.toggle", `{}`), `{"error":{"code":-32603,"message":"*"}}`)
	e.notify("workspace/didChangeConfiguration", `{"settings":{}}`)
	want(t, e.command("sopro.status", `{}`), `{"result":{"server":{"version":"1.2.3"}}}`)
	if built != 3 {
		t.Errorf("built %d times", built)
	}
}

// TestMenu checks the fallback for editors that complete in a menu only.
func TestMenu(t *testing.T) {
	for _, c := range []struct {
		name, text      string
		line, character int
		say, want       string
	}{
		{"in a word", "package a\n\nvar x = fmt.Pri", 2, 15, "ntln(1)",
			`[{"label":"Println(1)","filterText":"Pri","textEdit":{"range":{"start":{"line":2,"character":12},"end":{"line":2,"character":15}},"newText":"Println(1)"},
				"documentation":"!","command":{"command":"sopro.accepted"}}]`},
		{"after a space", "package a\n\nvar x = ", 2, 8, "1",
			`[{"label":"1","filterText":"","textEdit":{"range":{"start":{"line":2,"character":8},"end":{"line":2,"character":8}},"newText":"1"}}]`},
		{"nothing to say", "package a\n\nvar x = ", 2, 8, "", `[]`},
		{"past the end", "package a\n", 9, 9, "1", `[]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newScript(c.say)
			e := connect(t, options{build: m.build})
			e.initialize(`{}`)
			e.open(goFile, "go", c.text)
			answer := e.call("textDocument/completion", fmt.Sprintf(`{"textDocument":{"uri":%q},"position":{"line":%d,"character":%d}}`, goFile, c.line, c.character))
			want(t, answer, `{"result":{"isIncomplete":true,"items":`+c.want+`}}`)
		})
	}
}

// TestMenuOfManyLines checks that a menu shows the first line and keeps the rest beside it.
func TestMenuOfManyLines(t *testing.T) {
	m := newScript("{\n\treturn 1\n}\n")
	e := connect(t, options{build: m.build})
	e.initialize(`{}`, `"initializationOptions":{"completion":{"multiline":"always"}}`)
	e.open(goFile, "go", "package a\n\nfunc one() int ")
	answer := e.call("textDocument/completion", fmt.Sprintf(`{"textDocument":{"uri":%q},"position":{"line":2,"character":15}}`, goFile))
	want(t, answer, `{"result":{"items":[{"label":"{","documentation":"\treturn 1\n}","textEdit":{"newText":"{\n\treturn 1\n}"}}]}}`)
}

// TestMenuOfBlankLines checks that an item has a label whatever it begins with, and is inserted as it is where an editor can.
func TestMenuOfBlankLines(t *testing.T) {
	for _, c := range []struct{ client, mode string }{
		{`{}`, `"!"`},
		{`{"textDocument":{"completion":{"completionItem":{"insertTextModeSupport":{"valueSet":[2]}}}}}`, `"!"`},
		{`{"textDocument":{"completion":{"completionItem":{"insertTextModeSupport":{"valueSet":[1,2]}}}}}`, `1`},
	} {
		t.Run(c.client, func(t *testing.T) {
			e := connect(t, options{build: newScript("\n\treturn 1\n}\n").build})
			e.initialize(c.client, `"initializationOptions":{"completion":{"multiline":"always"}}`)
			e.open(goFile, "go", "package a\n\nfunc one() int {")
			answer := e.call("textDocument/completion", fmt.Sprintf(`{"textDocument":{"uri":%q},"position":{"line":2,"character":16}}`, goFile))
			want(t, answer, `{"result":{"items":[{"label":"return 1","documentation":"}","insertTextMode":`+c.mode+`,"textEdit":{"newText":"\n\treturn 1\n}"}}]}}`)
		})
	}
}

// TestAccepted checks that what was inserted is counted once, and that any id is answered.
func TestAccepted(t *testing.T) {
	e := connect(t, options{build: newScript("1").build})
	e.initialize(plainClient)
	e.open(goFile, "go", "package a\n\nvar x = ")
	answer := e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8))
	id := strings.Split(strings.Split(answer, `"id":"`)[1], `"`)[0]
	for range 2 {
		want(t, e.command("sopro.accepted", fmt.Sprintf(`{"id":%q}`, id)), `{"result":null}`)
	}
	want(t, e.command("sopro.accepted", `{"id":"unknown"}`), `{"result":null}`)
	want(t, e.command("sopro.status", `{}`), `{"result":{"accepted":1}}`)
}

// TestToggle checks the switch, its scopes, and that it outlives new settings.
func TestToggle(t *testing.T) {
	m := newScript("1")
	e := connect(t, options{build: m.build})
	e.initialize(plainClient)
	e.open(goFile, "go", "package a\n\nvar x = ")
	completes := func(yes bool) {
		t.Helper()
		items := map[bool]string{true: `[{"insertText":"1"}]`, false: `[]`}[yes]
		want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8)), `{"result":{"items":`+items+`}}`)
	}
	completes(true)
	want(t, e.command("sopro.toggle", `{}`), `{"result":{"enabled":false,"scope":"all"}}`)
	completes(false)
	want(t, e.command("sopro.status", `{}`), `{"result":{"kind":"disabled"}}`)
	e.notify("workspace/didChangeConfiguration", `{"settings":{"sopro":{"completion":{"enabled":true}}}}`)
	completes(false)
	want(t, e.command("sopro.toggle", `{"enabled":true,"scope":"workspace"}`), `{"result":{"enabled":true,"scope":"workspace"}}`)
	completes(true)
	want(t, e.command("sopro.toggle", `{"scope":"language","language":"go"}`), `{"result":{"enabled":false,"scope":"language"}}`)
	completes(false)
	want(t, e.command("sopro.toggle", `{"scope":"language","language":"go"}`), `{"result":{"enabled":true,"scope":"language"}}`)
	completes(true)
	want(t, e.command("sopro.toggle", `{"scope":"language"}`), `{"error":{"code":-32602}}`)
	want(t, e.command("sopro.toggle", `{"scope":"galaxy"}`), `{"error":{"code":-32602}}`)
}

// TestManualTrigger checks that a person who wants to press a key is left alone until then.
func TestManualTrigger(t *testing.T) {
	e := connect(t, options{build: newScript("1").build, flags: []string{"completion.trigger=manual"}})
	e.initialize(plainClient)
	e.open(goFile, "go", "package a\n\nvar x = ")
	params := inlineParams(goFile, 2, 8)
	want(t, e.call("textDocument/inlineCompletion", params), `{"result":{"items":[]}}`)
	want(t, e.call("textDocument/inlineCompletion", strings.Replace(params, `"triggerKind":2`, `"triggerKind":1`, 1)), `{"result":{"items":[{"insertText":"1"}]}}`)
}

// TestWarm checks that a model is asked to read ahead and to say nothing.
func TestWarm(t *testing.T) {
	m := newScript("1")
	e := connect(t, options{build: m.build})
	e.initialize(plainClient)
	want(t, e.command("sopro.warm", `{}`), `{"result":{"started":false}}`)
	e.open(goFile, "go", "package a\n\nvar x = ")
	want(t, e.command("sopro.warm", `{"uri":"file:///w/a.go","position":{"line":2,"character":8}}`), `{"result":{"started":true}}`)
	if r := m.next(t); r.MaxTokens != 0 || !strings.Contains(r.Prompt, "var x = ") {
		t.Errorf("asked %+v", r)
	}
}
