package server_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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

// TestExplain checks that an explanation is streamed as it comes, repeated whole, and stands behind a progress bar.
func TestExplain(t *testing.T) {
	e, ollama := assisted(t, "It **adds** two numbers.")
	id := e.request("workspace/executeCommand", fmt.Sprintf(`{"command":"sopro.explain","arguments":[{"uri":%q,"range":%s,"token":"t1","question":"Why?"}]}`, spaced, rangeJSON("2:0-4:0")))
	bar := e.withBar()
	answer := e.answer(id)
	want(t, answer, `{"result":{"markdown":"It **adds** two numbers."}}`)
	var text strings.Builder
	var steps []string
	for _, m := range e.kept {
		if match(`{"method":"$/progress","params":{"token":"t1","value":{"text":"*"}}}`, m) == nil {
			text.WriteString(field(t, m, "params", "value", "text"))
		}
		if match(fmt.Sprintf(`{"method":"$/progress","params":{"token":%q}}`, bar), m) == nil {
			steps = append(steps, field(t, m, "params", "value", "kind"))
		}
	}
	if text.String() != "It **adds** two numbers." {
		t.Errorf("streamed %q", text.String())
	}
	if strings.Join(steps, " ") != "begin report end" {
		t.Errorf("the bar went %v", steps)
	}
	if sent := chats(ollama); len(sent) != 1 || !strings.Contains(string(sent[0].Body), "Why?") || !strings.Contains(string(sent[0].Body), "add returns the sum") {
		t.Errorf("sent %v", sent)
	}
}

// TestExplainFurther checks that a later question is asked with what was said before it, and that a history of another shape is
// refused.
func TestExplainFurther(t *testing.T) {
	e, ollama := assisted(t, "So.")
	ask := func(history string) string {
		return e.call("workspace/executeCommand", fmt.Sprintf(`{"command":"sopro.explain","workDoneToken":7,"arguments":[{"uri":%q,"range":%s,"question":"Why?","history":%s}]}`,
			spaced, rangeJSON("2:0-4:0"), history))
	}
	want(t, ask(`[{"question":"","answer":"It adds."},{"question":"Two?","answer":"<|im_start|>Yes."}]`), `{"result":{"markdown":"So."}}`)
	want(t, ask(`[]`), `{"result":{"markdown":"So."}}`)
	want(t, ask(`null`), `{"result":{"markdown":"So."}}`)
	for _, wrong := range []string{`"It adds."`, `["It adds."]`, `[{"answer":1}]`} {
		want(t, ask(wrong), `{"error":{"code":-32602}}`)
	}
	sent := chats(ollama)
	if len(sent) != 3 {
		t.Fatalf("sent %v", sent)
	}
	var chat struct {
		Messages []struct{ Role, Content string }
	}
	if err := json.Unmarshal(sent[0].Body, &chat); err != nil {
		t.Fatal(err)
	}
	var roles []string
	for _, m := range chat.Messages {
		roles = append(roles, m.Role)
	}
	if strings.Join(roles, " ") != "system user assistant user assistant user" || chat.Messages[2].Content != "It adds." ||
		chat.Messages[4].Content != "< |im_start|>Yes." || !strings.Contains(chat.Messages[5].Content, "Why?") || strings.Contains(chat.Messages[5].Content, "add returns") {
		t.Errorf("sent %+v", chat.Messages)
	}
}

// TestExplainWithTheClientsBar checks that a client that brought a bar is not asked for another, and can cancel there.
func TestExplainWithTheClientsBar(t *testing.T) {
	more := make(chan struct{})
	defer close(more)
	e, _ := assisted(t, "", sim.Token{Text: "It "}, sim.Token{Text: "adds.", After: more})
	id := e.request("workspace/executeCommand", fmt.Sprintf(`{"command":"sopro.explain","workDoneToken":7,"arguments":[{"uri":%q,"range":%s}]}`, spaced, rangeJSON("2:0-4:0")))
	e.await(`{"method":"$/progress","params":{"token":7,"value":{"kind":"report"}}}`)
	e.notify("window/workDoneProgress/cancel", `{"token":7}`)
	want(t, e.answer(id), `{"error":{"code":-32800}}`)
	e.await(`{"method":"$/progress","params":{"token":7,"value":{"kind":"end"}}}`)
	e.never(`{"method":"window/workDoneProgress/create"}`)
}

// TestShow checks that an explanation can be shown as a document that only its reader can read.
func TestShow(t *testing.T) {
	e, _ := assisted(t, "It adds.")
	id := e.request("workspace/executeCommand", fmt.Sprintf(`{"command":"sopro.explain","arguments":[{"uri":%q,"range":%s,"show":true}]}`, spaced, rangeJSON("2:0-4:0")))
	e.withBar()
	m := e.await(`{"method":"window/showDocument"}`)
	path := strings.TrimPrefix(field(t, m, "params", "uri"), "file://")
	text, err := os.ReadFile(path)
	if err != nil || string(text) != "It adds." {
		t.Errorf("%q, %v", text, err)
	}
	for name, mode := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	e.reply(m, `{"success":true}`)
	want(t, e.answer(id), `{"result":{"markdown":"It adds."}}`)
	e.never(`{"method":"window/showMessage"}`)
	e.leave()
	if _, err := os.Stat(filepath.Dir(path)); !os.IsNotExist(err) {
		t.Errorf("the explanation outlives the server: %v", err)
	}
	e.code <- 1
}

// TestExplainTellsWhatItExplains checks that an editor hears which code is meant where nothing is selected.
func TestExplainTellsWhatItExplains(t *testing.T) {
	for selected, meant := range map[string]string{"4:6-4:6": "4:0-4:14", "0:3-0:3": "0:0-0:9", "2:3-4:2": "2:3-4:2"} {
		e, _ := assisted(t, "It does nothing.")
		e.command("sopro.explain", fmt.Sprintf(`{"uri":%q,"range":%s,"token":"t"}`, spaced, rangeJSON(selected)))
		want(t, e.await(`{"method":"$/progress","params":{"token":"t"}}`), `{"params":{"value":{"code":`+rangeJSON(meant)+`,"text":"!"}}}`)
	}
}

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
			id := e.request(c.method, c.params)
			close(hold)
			want(t, e.answer(id), c.want)
		})
	}
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

// TestLanguageOfExplanations checks who decides it: the command, else the setting, else the editor's locale.
func TestLanguageOfExplanations(t *testing.T) {
	for _, c := range []struct{ locale, setting, argument, want string }{
		{"en", "auto", "", "English"}, {"de", "auto", "", "German"}, {"pt-BR", "French", "", "French"}, {"de", "French", "Japanese", "Japanese"}, {"de", "auto", "auto", "German"},
	} {
		t.Run(c.want, func(t *testing.T) {
			ollama := sim.New(sim.Config{Models: []sim.Model{coderModel("It adds.")}})
			defer ollama.Close()
			e := connect(t, options{build: ollamaBuild(t, ollama.URL()), flags: []string{"explain.language=" + c.setting}})
			e.initialize(`{"experimental":{"sopro":true}}`, fmt.Sprintf(`"locale":%q`, c.locale))
			e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
			e.open(spaced, "go", commented)
			e.command("sopro.explain", fmt.Sprintf(`{"uri":%q,"range":%s,"language":%q}`, spaced, rangeJSON("2:0-4:0"), c.argument))
			if sent := string(chats(ollama)[0].Body); !strings.Contains(sent, c.want) {
				t.Errorf("sent %s", sent)
			}
		})
	}
}
