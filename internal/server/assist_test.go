package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sopro/internal/eval/sim"
)

const (
	assistClient = `{"textDocument":{"inlineCompletion":{},"codeAction":{"dataSupport":true,"resolveSupport":{"properties":["edit"]},"codeActionLiteralSupport":{"codeActionKind":{"valueSet":["source"]}}}},
		"workspace":{"applyEdit":true,"workspaceEdit":{"documentChanges":true}},"window":{"workDoneProgress":true,"showDocument":{"support":true}},"experimental":{"sopro":true}}`
	commented = "package a\n\n// add returns the sum of a and b\n\nfunc main() {}\n"
	spaced    = "file:///w/with space.go" // an editor's own spelling, which is not the canonical one
)

// assisted is an editor with a document, and a model that says this.
func assisted(t *testing.T, says string, tokens ...sim.Token) (*editor, *sim.Server) {
	t.Helper()
	chat := coderModel(says)
	if len(tokens) > 0 {
		chat.Answer = func(sim.Prompt) []sim.Token { return tokens }
	}
	ollama := sim.New(sim.Config{Models: []sim.Model{chat}})
	t.Cleanup(ollama.Close)
	e := connect(t, options{build: ollamaBuild(t, ollama.URL()), dir: t.TempDir()})
	e.initialize(assistClient)
	e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
	e.open(spaced, "go", commented)
	return e, ollama
}

// chats are the requests in words. A model may also have been asked to read ahead, when nobody typed for a while.
func chats(ollama *sim.Server) (sent []sim.Request) {
	for _, r := range ollama.Generations() {
		if r.Path == "/api/chat" {
			sent = append(sent, r)
		}
	}
	return sent
}

// withBar answers the request for a progress bar and returns its token.
func (e *editor) withBar() string {
	e.t.Helper()
	m := e.await(`{"method":"window/workDoneProgress/create"}`)
	e.reply(m, `null`)
	return strings.Split(strings.Split(m, `"token":"`)[1], `"`)[0]
}

// TestModelFails checks that a model's failure is said in a plain sentence with the next step, in at most 500 characters.
func TestModelFails(t *testing.T) {
	e, ollama := assisted(t, "")
	ollama.Fail(sim.Fault{Kind: sim.Failed, Times: -1, Text: "cuda \x1b[31m" + strings.Repeat("error ", 500)})
	for _, command := range []string{
		fmt.Sprintf(`{"command":"sopro.explain","workDoneToken":1,"arguments":[{"uri":%q,"range":%s}]}`, spaced, rangeJSON("2:0-4:0")),
		fmt.Sprintf(`{"command":"sopro.generate","workDoneToken":2,"arguments":[{"uri":%q,"position":{"line":2,"character":5}}]}`, spaced),
	} {
		answer := e.call("workspace/executeCommand", command)
		want(t, answer, `{"error":{"code":-32803,"message":"*"}}`)
		if message := field(t, answer, "error", "message"); len([]rune(message)) > 500 || strings.ContainsAny(message, "\x1b\n") {
			t.Errorf("the message is %q", message)
		}
	}
}

// TestMessagesArePlain has files whose names are no names: docs/security.md row 18. Whatever says something of them says one plain line.
func TestMessagesArePlain(t *testing.T) {
	e, _ := assisted(t, "no")
	strange := "file:///w/%1b%5b31m%0aevil%e2%80%ae" + strings.Repeat("a", 600)
	plain := func(what, message string) {
		t.Helper()
		if len([]rune(message)) > 500 || strings.ContainsAny(message, "\x1b\n\u202e") || !strings.Contains(message, "evil") {
			t.Errorf("%s says %q", what, message)
		}
	}
	e.open(strange+".env", "dotenv", "# a token\nTOKEN=1\n")
	for _, command := range []string{"explain", "generate"} {
		answer := e.command("sopro."+command, fmt.Sprintf(`{"uri":%q,"position":{"line":0,"character":3},"range":%s}`, strange+".env", rangeJSON("0:0-1:0")))
		plain(command, field(t, answer, "error", "message"))
	}
	e.call("textDocument/inlineCompletion", inlineParams(strange+".env", 1, 0))
	plain("the status", field(t, e.command("sopro.status", `{}`), "result", "message"))
	e.open(strange+".bin", "plaintext", "\x00")
	plain("a message", field(t, e.await(`{"method":"window/showMessage"}`), "params", "message"))
}

// TestWhatCannotBeAsked checks documents that are not open, or whose text goes to no model.
func TestWhatCannotBeAsked(t *testing.T) {
	e, ollama := assisted(t, "no")
	e.open("file:///w/.env", "dotenv", "# a token\nTOKEN=1\n")
	for _, uri := range []string{"file:///w/closed.go", "file:///w/.env"} {
		for _, command := range []string{"explain", "generate"} {
			want(t, e.command("sopro."+command, fmt.Sprintf(`{"uri":%q,"position":{"line":0,"character":3},"range":%s}`, uri, rangeJSON("0:0-1:0"))), `{"error":{"code":-32803,"message":"*"}}`)
		}
		want(t, e.call("textDocument/codeAction", fmt.Sprintf(`{"textDocument":{"uri":%q},"range":%s,"context":{"diagnostics":[]}}`, uri, rangeJSON("0:0-1:0"))), `{"result":[]}`)
	}
	if sent := chats(ollama); len(sent) > 0 {
		t.Errorf("sent %s", sent[0].Body)
	}
}

// TestSparseCapabilities checks that an editor may name a feature and say nothing more of it.
func TestSparseCapabilities(t *testing.T) {
	e := connect(t, options{})
	answer := e.initialize(`{"general":{},"workspace":{},"window":{},"textDocument":{"completion":{},"codeAction":{},"inlineCompletion":{}}}`)
	want(t, answer, `{"result":{"capabilities":{"positionEncoding":"utf-16"}}}`)
}

// TestAskedBeforeTheModelsAreKnown checks that who asks just after the start is answered, and not told that nothing is known yet.
func TestAskedBeforeTheModelsAreKnown(t *testing.T) {
	for _, c := range []struct{ says, method, params, want string }{
		{added, "workspace/executeCommand", fmt.Sprintf(`{"command":"sopro.explain","arguments":[{"uri":%q,"range":%s}]}`, spaced, rangeJSON("0:0-0:9")), `{"result":{"markdown":"*"}}`},
		{added, "workspace/executeCommand", fmt.Sprintf(`{"command":"sopro.generate","arguments":[{"uri":%q,"position":{"line":2,"character":3}}]}`, spaced), `{"result":{"text":"*"}}`},
		{"1 + 2", "textDocument/completion", fmt.Sprintf(`{"textDocument":{"uri":%q},"position":{"line":2,"character":8},"context":{"triggerKind":1}}`, goFile), `{"result":{"items":[{"label":"1 + 2"}]}}`},
		{"1 + 2", "textDocument/inlineCompletion", inlineParams(goFile, 2, 8), `{"result":{"items":[{"insertText":"1 + 2"}]}}`},
	} {
		t.Run(c.want, func(t *testing.T) {
			hold := make(chan struct{})
			ollama := sim.New(sim.Config{Models: []sim.Model{coderModel(c.says)}, Faults: []sim.Fault{{Kind: sim.Hang, Path: "/api/tags", Until: hold}}})
			t.Cleanup(ollama.Close)
			e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
			e.initialize(`{}`)
			e.open(spaced, "go", commented)
			e.open(goFile, "go", "package a\n\nvar x = ")
			if err := ollama.Until(t.Context(), func(all []sim.Request) bool {
				return slices.ContainsFunc(all, func(r sim.Request) bool { return r.Path == "/api/tags" })
			}); err != nil {
				t.Fatal(err)
			}
			former := e.request(c.method, c.params)
			id := e.request(c.method, c.params)
			if strings.HasPrefix(c.method, "textDocument") { // the newer takes the place of the older at once, and waits on
				want(t, e.answer(former), `{"result":null}`)
			}
			close(hold)
			want(t, e.answer(id), c.want)
		})
	}
}

// TestOldEditors checks what a client gets that knows neither code action literals, progress, nor documents to show.
func TestOldEditors(t *testing.T) {
	ollama := sim.New(sim.Config{Models: []sim.Model{coderModel(added)}})
	defer ollama.Close()
	e := connect(t, options{build: ollamaBuild(t, ollama.URL()), dir: t.TempDir()})
	e.initialize(`{"experimental":{"sopro":true}}`)
	e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
	e.open(spaced, "go", commented)
	e.until(func() bool {
		answer := e.call("textDocument/codeAction", fmt.Sprintf(`{"textDocument":{"uri":%q},"range":%s,"context":{"diagnostics":[]}}`, spaced, rangeJSON("2:0-2:9")))
		return match(`{"result":[{"title":"Sopro: explain","command":"sopro.explain","arguments":"*"},
			{"title":"Sopro: generate code from this comment","command":"sopro.generate","arguments":[{"apply":true}]}]}`, answer) == nil
	})
	want(t, e.command("sopro.explain", fmt.Sprintf(`{"uri":%q,"range":%s,"show":true}`, spaced, rangeJSON("2:0-4:0"))), `{"result":{"markdown":"*"}}`)
	want(t, e.await(`{"method":"window/showMessage"}`), `{"params":{"type":3}}`)
	want(t, e.command("sopro.generate", fmt.Sprintf(`{"uri":%q,"position":{"line":2,"character":5},"apply":true}`, spaced)), `{"result":{"applied":false}}`)
}
