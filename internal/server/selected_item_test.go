package server_test

import (
	"fmt"
	"strings"
	"testing"

	"sopro/internal/model"
)

// selectedParams asks at the cursor while an item of the editor's own menu is selected: its text for a range.
func selectedParams(uri string, line, character int, where, text string) string {
	item := fmt.Sprintf(`"triggerKind":2,"selectedCompletionInfo":{"range":%s,"text":%q}`, rangeJSON(where), text)
	return strings.Replace(inlineParams(uri, line, character), `"triggerKind":2`, item, 1)
}

const calling = "package a\n\nfunc f() {\n\tfmt.Pri\n}\n"

// TestSelectedItem checks that what is said while the editor's own menu is open augments the item that is selected there: VS Code
// shows it only where it begins with the item's text and takes away what the item takes away, from the same place on.
func TestSelectedItem(t *testing.T) {
	item := func(text, where string) string {
		return fmt.Sprintf(`[{"insertText":%q,"range":%s,"command":{"command":"sopro.accepted"}}]`, text, rangeJSON(where))
	}
	for _, c := range []struct {
		name, text      string
		line, character int
		where, selected string
		items           string
	}{
		{"none, as null", calling, 3, 8, "", "null", item("(x)", "3:8-3:8")},
		{"none, left out", calling, 3, 8, "", "", item("(x)", "3:8-3:8")},
		{"one that goes on with what was typed", calling, 3, 8, "3:5-3:8", "Println", item("Println(x)", "3:5-3:8")},
		{"one that has another case", calling, 3, 8, "3:5-3:8", "printf", item("printf(x)", "3:5-3:8")},
		{"one of which nothing was typed", "package a\n\nfunc f() {\n\tfmt.\n}\n", 3, 5, "3:5-3:5", "Println", item("Println(x)", "3:5-3:5")},
		{"one that is there already", calling, 3, 8, "3:5-3:8", "Pri", item("Pri(x)", "3:5-3:8")},
		{"one that takes away what stands right of the cursor", calling, 3, 6, "3:5-3:8", "Println", item("Println(x)", "3:5-3:8")},
		{"one behind a character of two units", "package a\n\nfunc f() {\n\tg(\"😀\", Pri\n}\n", 3, 12, "3:9-3:12", "Println", item("Println(x)", "3:9-3:12")},
		{"placeholders of a snippet", calling, 3, 8, "3:5-3:8", "Println($1)", `[]`},
		{"named placeholders of a snippet", calling, 3, 8, "3:5-3:8", "Println(${1:any})", `[]`},
		{"a dollar sign that is none", calling, 3, 8, "3:5-3:8", "$name", item("$name(x)", "3:5-3:8")},
		{"many lines", calling, 3, 8, "3:5-3:8", "Println(\n\t\t", item("Println(\n\t\t(x)", "3:5-3:8")},
		{"a range of more than one line", calling, 3, 8, "2:5-3:8", "Println", `[]`},
		{"a range before the cursor", calling, 3, 8, "3:1-3:4", "Println", `[]`},
		{"a range behind the cursor", calling, 3, 5, "3:6-3:8", "Println", `[]`},
		{"a range on another line", calling, 3, 8, "2:5-2:8", "Println", `[]`},
		{"an inverted range", calling, 3, 8, "3:8-3:5", "Println", `[]`},
		{"a range past the end of its line", calling, 3, 8, "3:5-3:9", "Println", `[]`},
		{"a range past the end of the text", calling, 3, 8, "99:5-99:8", "Println", `[]`},
		{"more than an item inserts", calling, 3, 8, "3:5-3:8", strings.Repeat("P", 5000), `[]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newScript("(x)")
			e := connect(t, options{build: m.build})
			e.initialize(plainClient)
			e.open(goFile, "go", c.text)
			params := inlineParams(goFile, c.line, c.character)
			switch {
			case c.where != "":
				params = selectedParams(goFile, c.line, c.character, c.where, c.selected)
			case c.selected == "null":
				params = strings.Replace(params, `"triggerKind":2`, `"triggerKind":2,"selectedCompletionInfo":null`, 1)
			}
			want(t, e.call("textDocument/inlineCompletion", params), `{"result":{"items":`+c.items+`}}`)
			if c.where != "" && c.items != `[]` {
				if asked := m.next(t).Prompt; !strings.Contains(asked, c.selected+"<|fim_suffix|>") {
					t.Errorf("asked %q", asked)
				}
			}
		})
	}
}

// TestPassingOverItems checks that a generation outlives the menu: it serves the item that it agrees with, waits out the one that it
// does not, and the text again when the menu is closed.
func TestPassingOverItems(t *testing.T) {
	m := newScript("")
	m.say = func(r model.Request) string {
		if strings.Contains(r.Prompt, "fmt.Pri<") {
			return "ntln(x)\n"
		}
		return "(y)\n"
	}
	m.hold = make(chan struct{})
	e := connect(t, options{build: m.build})
	e.initialize(plainClient)
	e.open(goFile, "go", calling)
	first := e.request("textDocument/inlineCompletion", inlineParams(goFile, 3, 8))
	m.next(t)
	other := e.request("textDocument/inlineCompletion", selectedParams(goFile, 3, 8, "3:5-3:8", "Sprint"))
	want(t, e.answer(first), `{"result":null}`)
	agreed := e.request("textDocument/inlineCompletion", selectedParams(goFile, 3, 8, "3:5-3:8", "Println"))
	want(t, e.answer(other), `{"result":null}`)
	close(m.hold)
	want(t, e.answer(agreed), `{"result":{"items":[{"insertText":"Println(x)"}]}}`)
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 3, 8)), `{"result":{"items":[{"insertText":"ntln(x)","range":`+rangeJSON("3:8-3:8")+`}]}}`)
	if n := m.times(); n != 1 {
		t.Errorf("the model was asked %d times", n)
	}
	want(t, e.call("textDocument/inlineCompletion", selectedParams(goFile, 3, 8, "3:5-3:8", "Sprint")), `{"result":{"items":[{"insertText":"Sprint(y)"}]}}`)
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 3, 8)), `{"result":{"items":[{"insertText":"ntln(x)"}]}}`)
	if n := m.times(); n != 2 {
		t.Errorf("the model was asked %d times", n)
	}
}
