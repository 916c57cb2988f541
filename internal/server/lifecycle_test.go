package server_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sopro/internal/config"
	"sopro/internal/server"
)

// TestEditorDies checks that the server follows an editor that died while something else holds its pipe open.
func TestEditorDies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lives atomic.Bool
		lives.Store(true)
		e := connect(t, options{alive: func(pid int) bool { return pid == 4711 && lives.Load() }})
		want(t, e.call("initialize", `{"processId":4711,"rootUri":null,"capabilities":{}}`), `{"result":{}}`)
		time.Sleep(time.Hour)
		want(t, e.command("sopro.status", `{}`), `{"result":{}}`)
		lives.Store(false)
		e.exit(1)
	})
}

// TestEditorElsewhere checks that an editor whose process is not seen from here, behind a container's wall, is served.
func TestEditorElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := connect(t, options{alive: func(int) bool { return false }})
		e.call("initialize", `{"processId":4711,"rootUri":null,"capabilities":{}}`)
		time.Sleep(time.Hour)
		want(t, e.command("sopro.status", `{}`), `{"result":{}}`)
	})
}

// TestEditorHangsUp checks the end of input: in the middle of a message, and while a model thinks.
func TestEditorHangsUp(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*editor)
	}{
		{"at once", func(*editor) {}},
		{"in a header", func(e *editor) { e.write("Content-Le") }},
		{"in a message", func(e *editor) { e.write("Content-Length: 100\r\n\r\n{") }},
		{"while a model thinks", func(e *editor) {
			e.open(goFile, "go", "package a\n\nvar x = ")
			e.request("textDocument/inlineCompletion", inlineParams(goFile, 2, 8))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newScript("1")
			m.hold = make(chan struct{})
			e := connect(t, options{build: m.build})
			e.initialize(plainClient)
			c.do(e)
			e.conn.Close()
			e.exit(1)
		})
	}
}

// TestHangUpAfterShutdown checks that an editor that closes the pipe in place of exit has been polite enough.
func TestHangUpAfterShutdown(t *testing.T) {
	e := connect(t, options{})
	e.initialize(plainClient)
	e.call("shutdown", `null`)
	e.conn.Close()
	e.exit(0)
}

// TestRegistration checks what is asked of a client that announces things dynamically.
func TestRegistration(t *testing.T) {
	e := connect(t, options{})
	e.initialize(`{"workspace":{"configuration":true,"didChangeConfiguration":{"dynamicRegistration":true},"didChangeWatchedFiles":{"dynamicRegistration":true}}}`)
	m := e.await(`{"method":"client/registerCapability"}`)
	want(t, m, `{"params":{"registrations":[
		{"method":"workspace/didChangeConfiguration","registerOptions":{"section":"sopro"}},
		{"method":"workspace/didChangeWatchedFiles","registerOptions":{"watchers":[{"globPattern":"**/*"}]}}]}}`)
	e.reply(m, `null`)
	m = e.await(`{"method":"workspace/configuration"}`)
	want(t, m, `{"params":{"items":[{"section":"sopro"}]}}`)
	e.reply(m, `[null]`)
}

// TestRefusedRegistration checks that a client that answers none of our questions is served.
func TestRefusedRegistration(t *testing.T) {
	e := connect(t, options{})
	e.initialize(`{"workspace":{"configuration":true,"didChangeWatchedFiles":{"dynamicRegistration":true}}}`)
	e.refuse(e.await(`{"method":"client/registerCapability"}`))
	e.refuse(e.await(`{"method":"workspace/configuration"}`))
	want(t, e.command("sopro.status", `{}`), `{"result":{}}`)
}

// TestOnlyWhatIsWanted checks that a client that announces nothing is asked nothing and told nothing of ours.
func TestOnlyWhatIsWanted(t *testing.T) {
	e := connect(t, options{build: newScript("1").build})
	e.initialize(`{}`)
	e.open(goFile, "go", "package a\n\nvar x = ")
	e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8))
	e.command("sopro.toggle", `{}`)
	e.never(`{"method":"*"}`)
}

// TestSettingsAreLive checks all ways in which an editor tells its settings.
func TestSettingsAreLive(t *testing.T) {
	var gate atomic.Value
	build := func(c config.Settings, _ *server.Engines) (*server.Engines, error) {
		gate.Store(c.Completion.Gate)
		return &server.Engines{}, nil
	}
	e := connect(t, options{build: build})
	e.initialize(`{"workspace":{"configuration":true}}`, `"initializationOptions":{"completion":{"gate":0.1}}`)
	is := func(gated float64) {
		t.Helper()
		e.command("sopro.status", `{}`)
		if got := gate.Load(); got != gated {
			t.Errorf("the gate is %v, want %v", got, gated)
		}
	}
	is(0.1)
	pulled := func(answer string, gated float64) {
		t.Helper()
		e.reply(e.await(`{"method":"workspace/configuration"}`), answer)
		e.until(func() bool { return gate.Load() == gated })
	}
	pulled(`[{"completion":{"gate":0.2}}]`, 0.2)
	e.notify("workspace/didChangeConfiguration", `{"settings":null}`)
	pulled(`[{"completion":{"gate":0.3}}]`, 0.3)
	e.notify("workspace/didChangeConfiguration", `{"settings":{"sopro":{"completion":{"gate":0.4}}}}`)
	is(0.4)
	pulled(`[{"completion":{"gate":0.5}}]`, 0.5)
	e.notify("workspace/didChangeConfiguration", `{"settings":{"sopro":{}}}`)
	is(0.7)
	pulled(`[{}]`, 0.7)
}

// TestWhoseSettings checks which of the settings that an editor sends are taken for ours; the rest leaves ours as they were.
func TestWhoseSettings(t *testing.T) {
	for _, c := range []struct {
		sent string
		gate float64
	}{
		{`{"sopro":{"completion":{"gate":0.2}}}`, 0.2},
		{`{"completion":{"gate":0.2}}`, 0.2},
		{`{"completion.gate":0.2}`, 0.2},
		{`{"enabled":true}`, 0.7},
		{`{"sopro":{}}`, 0.7},
		{`{"sopro":null}`, 0.1},
		{`{"python":{"completion":{"gate":0.2}}}`, 0.1},
		{`{}`, 0.1},
		{`null`, 0.1},
	} {
		t.Run(c.sent, func(t *testing.T) {
			var gate atomic.Value
			e := connect(t, options{build: gates(&gate)})
			e.initialize(`{}`, `"initializationOptions":{"completion":{"gate":0.1}}`)
			e.notify("workspace/didChangeConfiguration", `{"settings":`+c.sent+`}`)
			e.never(`{"method":"window/showMessage"}`)
			if got := gate.Load(); got != c.gate {
				t.Errorf("the gate is %v, want %v", got, c.gate)
			}
		})
	}
}

// TestProblemsOfSettings checks that each mistake is said once, with where it stands, and that the rest applies.
func TestProblemsOfSettings(t *testing.T) {
	var gate atomic.Value
	build := func(c config.Settings, _ *server.Engines) (*server.Engines, error) {
		gate.Store(c.Completion.Gate)
		if c.Ollama.URL != "" {
			t.Errorf("a protected key counts: %s", c.Ollama.URL)
		}
		return &server.Engines{}, nil
	}
	root := t.TempDir()
	writeFile(t, root, ".sopro.toml", "[ollama]\nurl = \"http://evil.example\"\n")
	e := connect(t, options{build: build})
	params := `{"processId":null,"rootUri":` + asJSON(t, has("file://"+root)) + `,"capabilities":{},"initializationOptions":{"completion":{"gate":0.2,"maxTokens":"many"},"colour":"red","ollama":{"url":"http://evil.example"}}}`
	want(t, e.call("initialize", params), `{"result":{}}`)
	e.notify("initialized", `{}`)
	m := e.await(`{"method":"window/showMessage"}`)
	for _, part := range []string{".sopro.toml", "ollama.url", "client", "completion.maxTokens", "colour"} {
		if !strings.Contains(m, part) {
			t.Errorf("%q is not in %s", part, m)
		}
	}
	e.notify("workspace/didChangeConfiguration", `{"settings":{"sopro":{"completion":{"gate":0.3},"colour":"red"}}}`)
	e.never(`{"method":"window/showMessage"}`)
	if gate.Load() != 0.3 {
		t.Errorf("the gate is %v", gate.Load())
	}
	writeFile(t, root, ".sopro.toml", "[completion]\ngate = 0.4\nsize = 1\n")
	e.notify("workspace/didChangeWatchedFiles", `{"changes":[{"uri":`+asJSON(t, has("file://"+root+"/.sopro.toml"))+`,"type":2}]}`)
	want(t, e.await(`{"method":"window/showMessage"}`), `{"params":{"type":2}}`)
}

func has(s string) *string { return &s }

// TestOneBreath checks that all that was asked before exit is answered, also by a client that waits for nothing: shutdown, and
// a completion that a model still thinks about.
func TestOneBreath(t *testing.T) {
	for range 100 {
		m := newScript("1")
		m.hold = make(chan struct{})
		e := connect(t, options{build: m.build})
		e.initialize(plainClient)
		e.open(goFile, "go", "package a\n\nvar x = ")
		var breath strings.Builder
		for _, message := range []string{
			`{"jsonrpc":"2.0","id":"model","method":"textDocument/inlineCompletion","params":` + inlineParams(goFile, 2, 8) + `}`,
			`{"jsonrpc":"2.0","id":"unknown","method":"test/unknown"}`,
			`{"jsonrpc":"2.0","id":"down","method":"shutdown"}`,
			`{"jsonrpc":"2.0","method":"exit"}`,
		} {
			fmt.Fprintf(&breath, "Content-Length: %d\r\n\r\n%s", len(message), message)
		}
		e.write(breath.String())
		e.await(`{"id":"model"}`)
		e.await(`{"id":"unknown","error":{"code":-32601}}`)
		e.await(`{"id":"down","result":null}`)
		e.exit(0)
	}
}
