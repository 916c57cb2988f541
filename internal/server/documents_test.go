package server_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"sopro/internal/model"
)

// TestEncodings checks that positions mean what the negotiated encoding says, on the way in and on the way out.
func TestEncodings(t *testing.T) {
	for _, c := range []struct {
		offered   string
		character int // of the end of line 0 after "é😀x" before "("
	}{
		{`["utf-8"]`, 7}, {`["utf-32"]`, 3}, {`["utf-16"]`, 4}, {`[]`, 4}, {`["utf-16","utf-8"]`, 7},
	} {
		t.Run(c.offered, func(t *testing.T) {
			m := newScript("1)")
			e := connect(t, options{build: m.build})
			e.initialize(`{"textDocument":{"inlineCompletion":{}},"general":{"positionEncodings":` + c.offered + `}}`)
			e.open("untitled:a", "lua", "é😀x\r\nend\r\n")
			e.change("untitled:a", 2, fmt.Sprintf("0:%d-0:%d", c.character, c.character), "(")
			answer := e.call("textDocument/inlineCompletion", inlineParams("untitled:a", 0, c.character+1))
			want(t, answer, fmt.Sprintf(`{"result":{"items":[{"insertText":"1)","range":{"start":{"line":0,"character":%d},"end":{"line":0,"character":%d}},
				"command":{"title":"*","command":"sopro.accepted","arguments":[{"id":"*"}]}}]}}`, c.character+1, c.character+1))
			if asked := m.next(t).Prompt; !strings.Contains(asked, "é😀x(") {
				t.Errorf("asked %q", asked)
			}
		})
	}
}

// TestEachDocumentIsTold checks that what goes wrong with a file is told also where another of its name has had it, and once.
func TestEachDocumentIsTold(t *testing.T) {
	e := connect(t, options{build: newScript("1").build})
	e.initialize(plainClient)
	for _, uri := range []string{"file:///w/a/main.go", "file:///w/b/main.go"} {
		e.open(uri, "go", "package a\n")
		for range 2 {
			e.change(uri, 2, "0:5-0:1", "x")
		}
	}
	for range 2 {
		want(t, e.await(`{"method":"window/showMessage"}`), `{"params":{"type":2}}`)
	}
	e.call("textDocument/inlineCompletion", inlineParams("file:///w/a/main.go", 0, 0))
	e.never(`{"method":"window/showMessage"}`)
}

// TestURIs checks that a document is whatever the editor calls one.
func TestURIs(t *testing.T) {
	for _, uri := range []string{
		"file:///w/a.go", "untitled:Untitled-1", "git:/w/a.go?%7B%22ref%22%3A%22~%22%7D", "file:///w/with%20space.go",
		"vscode-remote://ssh-remote%2Bhost/w/a.go", "vscode-notebook-cell:/w/a.ipynb#W0sZmlsZQ%3D%3D", "file:///c%3A/w/a.go", "zipfile:///a.zip::b.go",
	} {
		t.Run(uri, func(t *testing.T) {
			e := connect(t, options{build: newScript("1").build})
			e.initialize(plainClient)
			e.open(uri, "go", "package a\n\nvar x = \n")
			want(t, e.call("textDocument/inlineCompletion", inlineParams(uri, 2, 8)), `{"result":{"items":[{"insertText":"1"}]}}`)
			e.notify("textDocument/didClose", fmt.Sprintf(`{"textDocument":{"uri":%q}}`, uri))
			want(t, e.call("textDocument/inlineCompletion", inlineParams(uri, 2, 8)), `{"result":{"items":[]}}`)
		})
	}
}

// TestChangesInOrder checks that 10,000 typed characters arrive in the order of the wire, and that a request sees exactly
// those that were sent before it.
func TestChangesInOrder(t *testing.T) {
	m := newScript("")
	e := connect(t, options{build: m.build})
	e.initialize(plainClient)
	e.open("file:///w/a.txt", "plaintext", "")
	var typed strings.Builder
	for i := range 10_000 {
		c := string(rune('a' + i%26))
		e.change("file:///w/a.txt", i+2, fmt.Sprintf("0:%d-0:%d", i, i), c)
		typed.WriteString(c)
		if i%2500 == 2499 {
			id := e.request("textDocument/inlineCompletion", inlineParams("file:///w/a.txt", 0, i+1))
			asked := m.next(t).Prompt
			e.answer(id)
			if tail := typed.String()[typed.Len()-500:]; !strings.Contains(asked, tail+"<") {
				t.Fatalf("after %d changes the model was asked\n%q", i+1, asked)
			}
		}
	}
}

// TestOlderVersion checks that a change for a text that is gone costs one message and no text.
func TestOlderVersion(t *testing.T) {
	m := newScript("1")
	e := connect(t, options{build: m.build})
	e.initialize(plainClient)
	e.open("file:///w/a.go", "go", "package a\n\nvar x = \n")
	e.change("file:///w/a.go", 9, "2:4-2:5", "name")
	e.change("file:///w/a.go", 7, "2:4-2:8", "lost")
	e.change("file:///w/a.go", 8, "2:4-2:8", "lost")
	e.change("file:///w/a.go", 10, "2:8-1:0", "an inverted range")
	want(t, e.await(`{"method":"window/showMessage"}`), `{"params":{"type":2,"message":"*"}}`)
	e.call("textDocument/inlineCompletion", inlineParams("file:///w/a.go", 2, 11))
	if asked := m.next(t).Prompt; !strings.Contains(asked, "var name = ") {
		t.Errorf("asked %q", asked)
	}
	e.never(`{"method":"window/showMessage"}`)
}

// TestWhatIsNotCompleted checks what gets no completion, and who is told why.
func TestWhatIsNotCompleted(t *testing.T) {
	for _, c := range []struct{ name, uri, text, message string }{
		{"huge", "file:///w/huge.go", strings.Repeat("var x = 1\n", 5_000_000), "huge.go has 47 MiB: Sopro completes files of up to 8 MiB"},
		{"binary", "file:///w/a.bin", "MZ\x00\x01\x02", "a.bin is a binary file: Sopro completes text"},
		{"secret", "file:///w/.env", "TOKEN=", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newScript("1")
			e := connect(t, options{build: m.build})
			e.initialize(plainClient)
			e.open(c.uri, "go", c.text)
			e.change(c.uri, 2, "0:1-0:1", "y")
			want(t, e.call("textDocument/inlineCompletion", inlineParams(c.uri, 0, 2)), `{"result":{"items":[]}}`)
			status := e.command("sopro.status", `{}`)
			want(t, status, `{"result":{"kind":"warning","message":"*"}}`)
			if c.message != "" {
				want(t, e.await(`{"method":"window/showMessage"}`), fmt.Sprintf(`{"params":{"type":3,"message":%q}}`, c.message))
				want(t, status, fmt.Sprintf(`{"result":{"message":%q}}`, c.message))
			}
			e.open(c.uri, "go", c.text[:min(len(c.text), 9<<20)])
			e.never(`{"method":"window/showMessage"}`)
			if m.times() > 0 {
				t.Error("the model was asked")
			}
			e.open("file:///w/a.go", "go", "x")
			want(t, e.call("textDocument/inlineCompletion", inlineParams("file:///w/a.go", 0, 1)), `{"result":{"items":[{"insertText":"1"}]}}`)
			want(t, e.command("sopro.status", `{}`), `{"result":{"message":"No model is configured"}}`)
		})
	}
}

// TestInvalidUTF8 checks that bytes that are no text become U+FFFD and nothing worse.
func TestInvalidUTF8(t *testing.T) {
	m := newScript("1")
	e := connect(t, options{build: m.build})
	e.initialize(plainClient)
	e.send("{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":\"file:///w/a.go\",\"languageId\":\"go\",\"version\":1,\"text\":\"a\xff\xfeb\"}}}")
	e.change("file:///w/a.go", 2, "0:4-0:4", `c\ud800`)
	e.send(`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///w/a.go","version":3},"contentChanges":[{"range":` + rangeJSON("0:0-0:0") + `,"text":"\ud800x"}]}}`)
	e.call("textDocument/inlineCompletion", inlineParams("file:///w/a.go", 0, 1))
	if asked := m.next(t).Prompt; !strings.Contains(asked, "\ufffd") {
		t.Errorf("asked %q", asked)
	}
}

// TestDeepJSON checks that 100,000 nested brackets are refused, and that they are no trouble as text.
func TestDeepJSON(t *testing.T) {
	e := connect(t, options{build: newScript("1").build})
	e.initialize(plainClient)
	deep := strings.Repeat("[", 100_000)
	e.send(`{"jsonrpc":"2.0","id":5,"method":"initialize","params":` + deep + strings.Repeat("]", 100_000) + `}`)
	want(t, e.recv(), `{"id":null,"error":{"code":-32600}}`)
	e.open("file:///w/a.json", "json", deep)
	want(t, e.call("textDocument/inlineCompletion", inlineParams("file:///w/a.json", 0, 5)), `{"id":"*"}`)
}

// TestTooLong checks that a message of ten times the limit is refused without being held.
func TestTooLong(t *testing.T) {
	e := connect(t, options{})
	e.initialize(plainClient)
	const size = 10 * 64 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	e.write(fmt.Sprintf("Content-Length: %d\r\n\r\n", size))
	block := strings.Repeat("x", 1<<20)
	for range size >> 20 {
		e.write(block)
	}
	want(t, e.recv(), `{"id":null,"error":{"code":-32600}}`)
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc - size; grown > 16<<20 { // write itself makes a copy of each block
		t.Errorf("it took %d MiB", grown>>20)
	}
	want(t, e.call("test/unknown", `{}`), `{"error":{"code":-32601}}`)
}

// TestPositions checks what is asked outside the text, and outside any document.
func TestPositions(t *testing.T) {
	m := &script{say: func(model.Request) string { return "1" }, begun: make(chan model.Request, 99)}
	e := connect(t, options{build: m.build})
	e.initialize(plainClient)
	e.open("file:///w/a.go", "go", "package a\n\nvar x = ")
	for _, c := range []struct {
		uri             string
		line, character int
		items           string
	}{
		{"file:///w/a.go", 2, 8, `[{"insertText":"1"}]`},
		{"file:///w/a.go", 2, 9, `[]`},
		{"file:///w/a.go", 3, 0, `[]`},
		{"file:///w/a.go", 2147483647, 2147483647, `[]`},
		{"file:///w/b.go", 0, 0, `[]`},
	} {
		want(t, e.call("textDocument/inlineCompletion", inlineParams(c.uri, c.line, c.character)), `{"result":{"items":`+c.items+`}}`)
	}
}
