package server_test

import (
	"fmt"
	"strings"
	"testing"

	"sopro/internal/eval/sim"
)

// generated asks for code from the comment of the document.
func (e *editor) generated(more string) int {
	e.t.Helper()
	id := e.request("workspace/executeCommand", fmt.Sprintf(`{"command":"sopro.generate","arguments":[{"uri":%q,"position":{"line":2,"character":5}%s}]}`, spaced, more))
	e.withBar()
	return id
}

const added = "```go\nfunc add(a, b int) int {\n\treturn a + b\n}\n```"

// TestGenerate checks the edit, its version, and the diff.
func TestGenerate(t *testing.T) {
	e, _ := assisted(t, added)
	answer := e.answer(e.generated(""))
	want(t, answer, fmt.Sprintf(`{"result":{"text":"*","diff":"*","applied":"!","edit":{"changes":"!","documentChanges":[{"textDocument":{"uri":%q,"version":1},"edits":"*"}]}}}`, spaced))
	diff := field(t, answer, "result", "diff")
	if !strings.HasPrefix(diff, "--- a/with space.go\n+++ b/with space.go\n") || !strings.Contains(diff, "\n+func add(a, b int) int {\n") {
		t.Errorf("the diff is\n%s", diff)
	}
	e.never(`{"method":"workspace/applyEdit"}`)
}

// TestGenerateTellsItsPlace checks that an editor hears where the code will go before there is any.
func TestGenerateTellsItsPlace(t *testing.T) {
	more := make(chan struct{})
	e, _ := assisted(t, "", sim.Token{Text: added, After: more})
	id := e.generated(`,"token":"t"`)
	m := e.await(`{"method":"$/progress","params":{"token":"t"}}`)
	want(t, m, `{"params":{"value":{"comment":`+rangeJSON("2:0-2:33")+`,"text":"!"}}}`)
	close(more)
	want(t, e.answer(id), `{"result":{"edit":{"documentChanges":[{"edits":[{"range":`+rangeJSON("2:33-2:33")+`}]}]}}}`)
}

// TestGenerateAndApply checks that the editor makes the edit, or says that it does not.
func TestGenerateAndApply(t *testing.T) {
	for _, applied := range []string{"true", "false"} {
		e, _ := assisted(t, added)
		id := e.generated(`,"apply":true`)
		m := e.await(`{"method":"workspace/applyEdit"}`)
		want(t, m, fmt.Sprintf(`{"params":{"edit":{"documentChanges":[{"textDocument":{"uri":%q,"version":1}}]}}}`, spaced))
		e.reply(m, `{"applied":`+applied+`}`)
		want(t, e.answer(id), `{"result":{"applied":`+applied+`}}`)
	}
}

// TestGenerateOntoAnotherVersion checks that code is never put into a text that the model did not read.
func TestGenerateOntoAnotherVersion(t *testing.T) {
	for name, meanwhile := range map[string]func(*editor){
		"changed": func(e *editor) { e.change(spaced, 2, "0:9-0:9", "b") },
		"closed":  func(e *editor) { e.notify("textDocument/didClose", fmt.Sprintf(`{"textDocument":{"uri":%q}}`, spaced)) },
		"opened again": func(e *editor) {
			e.notify("textDocument/didClose", fmt.Sprintf(`{"textDocument":{"uri":%q}}`, spaced))
			e.open(spaced, "go", "package another\n")
		},
		"opened twice": func(e *editor) { e.open(spaced, "go", "package another\n") },
	} {
		t.Run(name, func(t *testing.T) {
			more := make(chan struct{})
			e, ollama := assisted(t, "", sim.Token{Text: added, After: more})
			id := e.generated(`,"apply":true`)
			if err := ollama.Until(t.Context(), func([]sim.Request) bool { return len(chats(ollama)) == 1 }); err != nil {
				t.Fatal(err)
			}
			meanwhile(e)
			e.call("test/isAnybodyThere", `{}`)
			close(more)
			want(t, e.answer(id), `{"error":{"code":-32801}}`)
			e.never(`{"method":"workspace/applyEdit"}`)
		})
	}
}
