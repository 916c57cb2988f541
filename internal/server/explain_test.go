package server_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sopro/internal/eval/sim"
)

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
