package server_test

import (
	"fmt"
	"testing"

	"sopro/internal/eval/sim"
)

// TestCodeActions checks what is offered where, and that no model is asked for it.
func TestCodeActions(t *testing.T) {
	explain := `{"title":"Sopro: explain","kind":"source","command":{"command":"sopro.explain","arguments":[{"uri":"file:///w/with space.go","range":"*","show":true}]}}`
	generate := `{"title":"Sopro: generate code from this comment","kind":"refactor.rewrite","data":{"uri":"file:///w/with space.go","version":1},"command":"!","edit":"!"}`
	e, ollama := assisted(t, added)
	for _, c := range []struct{ where, only, want string }{
		{"0:0-0:0", "", `[]`},
		{"0:0-0:9", "", `[` + explain + `]`},
		{"1:0-1:0", "", `[]`},
		{"2:3-2:3", "", `[` + generate + `]`},
		{"3:0-3:0", "", `[` + generate + `]`},
		{"2:0-2:9", "", `[` + explain + `,` + generate + `]`},
		{"2:0-2:9", `,"only":["refactor"]`, `[` + generate + `]`},
		{"2:0-2:9", `,"only":["refactor.rewrite"]`, `[` + generate + `]`},
		{"2:0-2:9", `,"only":["source"]`, `[` + explain + `]`},
		{"2:0-2:9", `,"only":["quickfix","source.fixAll"]`, `[]`},
	} {
		t.Run(c.where+c.only, func(t *testing.T) {
			e.until(func() bool { // the tree that knows comments may still be on its way
				answer := e.call("textDocument/codeAction", fmt.Sprintf(`{"textDocument":{"uri":%q},"range":%s,"context":{"diagnostics":[]%s}}`, spaced, rangeJSON(c.where), c.only))
				return match(`{"result":`+c.want+`}`, answer) == nil
			})
		})
	}
	if sent := chats(ollama); len(sent) > 0 {
		t.Errorf("sent %s", sent[0].Body)
	}
}

// TestCodeActionsWithoutAGrammar checks that code is offered from a comment in a language that is not parsed, where the command finds
// it, and nowhere else.
func TestCodeActionsWithoutAGrammar(t *testing.T) {
	e, _ := assisted(t, added)
	const zig = "file:///w/a.zig"
	e.open(zig, "zig", "// add returns the sum of a and b\n\nconst x = 1; // one\n//\n")
	for where, offered := range map[string]bool{"0:3-0:3": true, "1:0-1:0": true, "2:3-2:3": false, "3:0-3:0": false} {
		want := `[]`
		if offered {
			want = `[{"kind":"refactor.rewrite","data":{"uri":"` + zig + `"}}]`
		}
		answer := e.call("textDocument/codeAction", fmt.Sprintf(`{"textDocument":{"uri":%q},"range":%s,"context":{"diagnostics":[]}}`, zig, rangeJSON(where)))
		if err := match(`{"result":`+want+`}`, answer); err != nil {
			t.Errorf("%s: %v", where, err)
		}
	}
}

// TestResolve checks that the model is asked when a person has chosen, and about the text that they saw.
func TestResolve(t *testing.T) {
	e, _ := assisted(t, added)
	action := fmt.Sprintf(`{"title":"Sopro: generate code from this comment","kind":"refactor.rewrite","data":{"uri":%q,"version":1,"opening":1,"position":{"line":2,"character":3}}}`, spaced)
	id := e.request("codeAction/resolve", action)
	e.withBar()
	want(t, e.answer(id), fmt.Sprintf(`{"result":{"title":"*","data":"*","edit":{"documentChanges":[{"textDocument":{"uri":%q,"version":1},"edits":"*"}]}}}`, spaced))
	e.change(spaced, 2, "0:9-0:9", "b")
	want(t, e.call("codeAction/resolve", action), `{"error":{"code":-32801}}`)
	e.notify("textDocument/didClose", fmt.Sprintf(`{"textDocument":{"uri":%q}}`, spaced))
	e.open(spaced, "go", commented)
	want(t, e.call("codeAction/resolve", action), `{"error":{"code":-32801}}`)
	want(t, e.call("codeAction/resolve", `{"title":"another server's"}`), `{"result":{"title":"another server's"}}`)
	want(t, e.call("codeAction/resolve", `{"title":"wrong","data":"wrong"}`), `{"error":{"code":-32602}}`)
}

// TestEditorsThatStandStill checks that an editor which would freeze while an action is resolved is given a command to run.
func TestEditorsThatStandStill(t *testing.T) {
	for _, name := range []string{"helix", "Eglot"} {
		t.Run(name, func(t *testing.T) {
			ollama := sim.New(sim.Config{Models: []sim.Model{coderModel(added)}})
			t.Cleanup(ollama.Close)
			e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
			e.initialize(assistClient, fmt.Sprintf(`"clientInfo":{"name":%q}`, name))
			e.open(spaced, "go", commented)
			e.until(func() bool { // the tree that knows comments may still be on its way
				answer := e.call("textDocument/codeAction", fmt.Sprintf(`{"textDocument":{"uri":%q},"range":%s,"context":{"diagnostics":[]}}`, spaced, rangeJSON("2:3-2:3")))
				return match(`{"result":[{"kind":"refactor.rewrite","command":{"command":"sopro.generate","arguments":[{"apply":true}]},"data":"!"}]}`, answer) == nil
			})
		})
	}
}
