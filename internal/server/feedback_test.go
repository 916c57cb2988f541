package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// items are the items of an answer, as an editor would send them back.
func items(t *testing.T, answer string) []json.RawMessage {
	t.Helper()
	var m struct {
		Result struct{ Items []json.RawMessage }
	}
	if err := json.Unmarshal([]byte(answer), &m); err != nil {
		t.Fatal(err)
	}
	return m.Result.Items
}

// TestAcceptedInPart checks that an item counts once, whatever is taken of it and how often, and that what makes no sense counts for
// nothing and harms nothing.
func TestAcceptedInPart(t *testing.T) {
	const part = `{"item":%s,"acceptedLength":1}`
	for _, c := range []struct {
		name     string
		sent     []string // %s is the item
		full     bool     // the command of the item is run afterwards
		accepted int
	}{
		{"shown", []string{`didShowCompletion {"item":%s}`}, false, 0},
		{"in part", []string{`didPartiallyAcceptCompletion ` + part}, false, 1},
		{"in part, and more", []string{`didPartiallyAcceptCompletion ` + part, `didPartiallyAcceptCompletion {"item":%s,"acceptedLength":2}`}, false, 1},
		{"in part, and then all", []string{`didShowCompletion {"item":%s}`, `didPartiallyAcceptCompletion ` + part}, true, 1},
		{"all", nil, true, 1},
		{"no length", []string{`didPartiallyAcceptCompletion {"item":%s}`}, false, 0},
		{"nothing of it", []string{`didPartiallyAcceptCompletion {"item":%s,"acceptedLength":0}`, `didPartiallyAcceptCompletion {"item":%s,"acceptedLength":-1}`}, false, 0},
		{"a length that is none", []string{`didPartiallyAcceptCompletion {"item":%s,"acceptedLength":"all"}`}, false, 0},
		{"no item", []string{`didPartiallyAcceptCompletion {"acceptedLength":1}`, `didShowCompletion {}`, `didShowCompletion []`, `didShowCompletion null`}, false, 0},
		{"an item of another server", []string{`didPartiallyAcceptCompletion {"item":{"insertText":"x","command":{"command":"other.accepted","arguments":[{"id":"c1"}]}},"acceptedLength":1}`}, false, 0},
		{"an item that was never shown", []string{`didPartiallyAcceptCompletion {"item":{"command":{"command":"sopro.accepted","arguments":[{"id":"c0"}]}},"acceptedLength":1}`}, false, 0},
		{"arguments of another shape", []string{`didPartiallyAcceptCompletion {"item":{"command":{"command":"sopro.accepted","arguments":["c1"]}},"acceptedLength":1}`}, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := connect(t, options{build: newScript("1").build})
			e.initialize(plainClient)
			e.open(goFile, "go", "package a\n\nvar x = ")
			shown := items(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8)))
			if len(shown) != 1 {
				t.Fatalf("shown %s", shown)
			}
			for _, sent := range c.sent {
				method, params, _ := strings.Cut(sent, " ")
				e.notify("textDocument/"+method, strings.ReplaceAll(params, "%s", string(shown[0])))
			}
			if c.full {
				var item struct{ Command json.RawMessage }
				if err := json.Unmarshal(shown[0], &item); err != nil {
					t.Fatal(err)
				}
				want(t, e.call("workspace/executeCommand", string(item.Command)), `{"result":null}`)
			}
			want(t, e.command("sopro.status", `{}`), fmt.Sprintf(`{"result":{"accepted":%d}}`, c.accepted))
			if e.never(`{"method":"*"}`); len(e.kept) > 0 {
				t.Errorf("the editor was told %s", e.kept)
			}
		})
	}
}

// TestFocus checks that the status tells of the document that a person looks at.
func TestFocus(t *testing.T) {
	e := connect(t, options{build: newScript("1").build})
	e.initialize(soproClient)
	e.open("file:///w/.env", "dotenv", "TOKEN=")
	e.open(goFile, "go", "package a\n")
	kind := func(focus, kind string) {
		t.Helper()
		e.notify("textDocument/didFocus", focus)
		want(t, e.command("sopro.status", `{}`), `{"result":{"kind":"`+kind+`"}}`)
	}
	kind(`{}`, "error") // there is no model in this test
	kind(`{"textDocument":{"uri":"file:///w/.env"}}`, "warning")
	kind(`{"textDocument":{"uri":"file:///w/closed.go"}}`, "warning")
	kind(`{"textDocument":null}`, "warning")
	kind(`{"textDocument":{"uri":7}}`, "warning")
	kind(`{"textDocument":{"uri":"file:///w/a.go"}}`, "error")
}
