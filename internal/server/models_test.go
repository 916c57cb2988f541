package server_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sopro/internal/catalog"
	"sopro/internal/config"
	"sopro/internal/eval/sim"
	"sopro/internal/server"
)

const barClient = `{"textDocument":{"inlineCompletion":{}},"window":{"workDoneProgress":true},"experimental":{"sopro":true}}`

// stocked connects an editor to a server whose Ollama can pull starcoder2:3b, in two layers.
func stocked(t *testing.T, c sim.Config) (*sim.Server, *editor) {
	t.Helper()
	digest := func(d string) string { return "sha256:" + strings.Repeat(d, 64) }
	star := sim.Model{Name: "starcoder2:3b", Family: "starcoder2", Template: "{{ .Prompt }}", Size: 1_700_000_000, Answer: sim.Say("2")}
	c.Library = []sim.Pullable{{Model: star, Layers: []sim.Layer{{Digest: digest("a"), Size: 1_600_000_000}, {Digest: digest("b"), Size: 400_000_000}}}}
	ollama := sim.New(c)
	t.Cleanup(ollama.Close)
	e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
	e.initialize(barClient)
	return ollama, e
}

// requestCommand runs a command without waiting for its answer.
func (e *editor) requestCommand(name, argument string) int {
	e.t.Helper()
	return e.request("workspace/executeCommand", fmt.Sprintf(`{"command":%q,"arguments":[%s]}`, name, argument))
}

// agree answers the question that a command asks, which must be this one.
func (e *editor) agree(question, answer string) {
	e.t.Helper()
	asked := e.await(`{"method":"window/showMessageRequest"}`)
	want(e.t, asked, fmt.Sprintf(`{"params":{"type":3,"message":%q}}`, question))
	if answer == "" {
		e.refuse(asked)
		return
	}
	e.reply(asked, answer)
}

const downloadStar = "Download the model starcoder2:3b from ollama.com and install it?"

// The models, with what each can do and has, on every version of Ollama.
func TestModelsList(t *testing.T) {
	for _, version := range []string{"0.6.8", "0.17.4", "0.30.1"} {
		chat := sim.Model{Name: "llama3.2:3b", Template: "{{ range .Messages }}<|im_start|>{{ end }}"}
		_, e := stocked(t, sim.Config{Version: version, Models: []sim.Model{coderModel("1"), chat, {Name: "nomic-embed-text", Family: "nomic-bert", Capabilities: []string{"embedding"}}}})
		want(t, e.command("sopro.models.list", `{}`), `{"result":{"models":[
			{"name":"llama3.2:3b","roles":["completion","chat"],"mode":"chat","size":1000000000,"quantization":"Q4_K_M","parameterSize":"1.5B","context":32768,"loaded":"!","speed":"!"},
			{"name":"nomic-embed-text:latest","roles":["embedding"],"chosen":[],"mode":"none"},
			{"name":"qwen2.5-coder:1.5b","family":"qwen2.5-coder","roles":"*","mode":"raw","layout":"qwen2.5-coder","order":"prefix first","capabilities":"*","why":"*"}],"prompt":"!"}}`)
		want(t, e.command("sopro.models.list", `{"name":"llama3.2:3b"}`), `{"result":{"models":[{"name":"llama3.2:3b"}]}}`)
		e.open(goFile, "go", "package a\n\nvar x = ")
		want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8)), `{"result":{"items":[{"insertText":"1"}]}}`)
		want(t, e.command("sopro.models.show", `{"name":"qwen2.5-coder:1.5b"}`), `{"result":{"models":[{"name":"qwen2.5-coder:1.5b","loaded":{"size":"*","until":"*"}}],"prompt":{"raw":true,"prompt":"*"}}}`)
		want(t, e.command("sopro.models.show", `{"name":"llama3.2:3b"}`), `{"result":{"prompt":{"raw":false,"messages":[{"role":"system"},{"role":"user"}]}}}`)
		want(t, e.command("sopro.models.show", `{"name":"gone:1b"}`), `{"error":{"code":-32803,"message":"the model \"gone:1b\" is not installed: \"sopro models list\" shows what is"}}`)
	}
}

// A pull asks a person about the exact name, shows bytes, and then the model is there, in the status too.
func TestModelsPull(t *testing.T) {
	ollama, e := stocked(t, sim.Config{})
	e.await(`{"method":"sopro/status","params":{"kind":"builtin"}}`)
	id := e.requestCommand("sopro.models.pull", `{"name":"starcoder2:3b"}`)
	e.agree(downloadStar, `{"title":"Download"}`)
	create := e.await(`{"method":"window/workDoneProgress/create"}`)
	e.reply(create, `null`)
	e.await(`{"method":"$/progress","params":{"value":{"kind":"begin","title":"Sopro downloads starcoder2:3b","cancellable":true,"percentage":0}}}`)
	e.await(`{"method":"$/progress","params":{"value":{"kind":"report","message":"800 MB of 1.6 GB","percentage":50}}}`)
	e.await(`{"method":"$/progress","params":{"value":{"kind":"report","message":"1.8 GB of 2.0 GB","percentage":100}}}`)
	e.await(`{"method":"$/progress","params":{"value":{"kind":"end"}}}`)
	want(t, e.answer(id), `{"result":{"models":[{"name":"starcoder2:3b","roles":["completion"],"chosen":["completion"],"order":"suffix first","license":"BigCode OpenRAIL-M","limits":"*"}]}}`)
	e.await(`{"method":"sopro/status","params":{"kind":"ok","model":"starcoder2:3b"}}`)
	e.await(`{"method":"window/showMessage","params":{"type":3,"message":"starcoder2:3b is installed and used for completion"}}`)
	e.open(goFile, "go", "package a\n\nvar x = ")
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8)), `{"result":{"items":[{"insertText":"2"}]}}`)
	if n := pulls(ollama); n != 1 {
		t.Errorf("pulled %d times", n)
	}
}

// What was chosen stays in use when a better model comes, and who pulled it is told.
func TestModelsPullBesideAnother(t *testing.T) {
	_, e := stocked(t, sim.Config{Models: []sim.Model{coderModel("1")}})
	e.await(`{"method":"sopro/status","params":{"kind":"ok","model":"qwen2.5-coder:1.5b"}}`)
	id := e.requestCommand("sopro.models.pull", `{"name":"starcoder2:3b"}`)
	e.agree(downloadStar, `{"title":"Download"}`)
	e.refuse(e.await(`{"method":"window/workDoneProgress/create"}`)) // an editor without a bar
	want(t, e.answer(id), `{"result":{"models":[{"name":"qwen2.5-coder:1.5b","chosen":["completion","chat"]},{"name":"starcoder2:3b","roles":["completion"],"chosen":[]}]}}`)
	e.await(`{"method":"window/showMessage","params":{"message":"starcoder2:3b is installed; what was chosen before stays in use until Sopro starts again, or until you name another in models.completion or models.chat"}}`)
	want(t, e.command("sopro.status", `{}`), `{"result":{"kind":"ok","models":{"completion":"qwen2.5-coder:1.5b"}}}`)
}

// A server that says its version and nothing more: who asks for its models can cancel that, while the server is looked at too.
func TestModelsOfASilentServer(t *testing.T) {
	ollama := sim.New(sim.Config{Models: []sim.Model{coderModel("1")}, Faults: []sim.Fault{{Kind: sim.Hang, Path: "/api/tags", Times: -1}}})
	t.Cleanup(ollama.Close)
	e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
	e.initialize(barClient)
	if err := ollama.Until(t.Context(), func(all []sim.Request) bool {
		return slices.ContainsFunc(all, func(r sim.Request) bool { return r.Path == "/api/tags" })
	}); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"sopro.models.list", "sopro.models.show"} {
		id := e.requestCommand(command, `{"name":"qwen2.5-coder:1.5b"}`)
		e.notify("$/cancelRequest", map[string]int{"id": id})
		want(t, e.answer(id), `{"error":{"code":-32800}}`)
	}
}

func pulls(s *sim.Server) (n int) {
	for _, r := range s.Requests() {
		if r.Path == "/api/pull" || r.Path == "/api/delete" {
			n++
		}
	}
	return n
}

// Nothing is pulled or removed that nobody agreed to, or whose name is none (docs/security.md row 7).
func TestModelsNobodyAgreedTo(t *testing.T) {
	ollama, e := stocked(t, sim.Config{Models: []sim.Model{coderModel("1")}})
	const declined, cannotAsk = -32802, -32803
	for answer, says := range map[string]string{
		"null": "nobody agreed to it", `{"title":"Cancel"}`: "nobody agreed to it", `{"title":"download"}`: "nobody agreed to it", `{}`: "nobody agreed to it",
		"": `the editor cannot ask you whether you want it: use \"sopro models\" on a terminal`, `"Download"`: `the editor cannot ask you whether you want it: use \"sopro models\" on a terminal`,
	} {
		code := cannotAsk
		if says == "nobody agreed to it" {
			code = declined
		}
		id := e.requestCommand("sopro.models.pull", `{"name":"starcoder2:3b"}`)
		e.agree(downloadStar, answer)
		want(t, e.answer(id), fmt.Sprintf(`{"error":{"code":%d,"message":"starcoder2:3b was not pulled: %s"}}`, code, says))
		id = e.requestCommand("sopro.models.remove", `{"name":"QWEN2.5-coder:1.5b"}`)
		e.agree("Remove the model qwen2.5-coder:1.5b (1.0 GB) from this machine? It is used for completion and chat.", answer)
		want(t, e.answer(id), fmt.Sprintf(`{"error":{"code":%d,"message":"qwen2.5-coder:1.5b was not removed: %s"}}`, code, says))
	}
	for _, name := range []string{"", "a b", "modèle:3b", "qwen2.5-\u0441oder", "a\u202eb", "registry.example:5000/a/b", "127.0.0.1:80/a", "../x", "https://x/y", "a\x1b[2J"} {
		for _, command := range []string{"sopro.models.pull", "sopro.models.remove"} {
			want(t, e.command(command, map[string]string{"name": name}), `{"error":{"code":-32803,"message":"*"}}`)
		}
	}
	e.never(`{"method":"window/showMessageRequest"}`)
	id := e.requestCommand("sopro.models.pull", `{"name":"starcoder2:3b"}`)
	e.await(`{"method":"window/showMessageRequest"}`)
	e.notify("$/cancelRequest", map[string]int{"id": id})
	want(t, e.answer(id), `{"error":{"code":-32800}}`)
	if n := pulls(ollama); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// A pull that is stopped on its bar says how it goes on, and does.
func TestModelsPullIsStopped(t *testing.T) {
	hold := make(chan struct{})
	ollama := sim.New(sim.Config{Library: []sim.Pullable{{Model: sim.Model{Name: "starcoder2:3b", Family: "starcoder2", Size: 1_600_000_000}, Hold: hold}}})
	defer ollama.Close()
	e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
	e.initialize(barClient)
	begin := func() (int, string) {
		id := e.requestCommand("sopro.models.pull", `{"name":"starcoder2:3b"}`)
		e.agree(downloadStar, `{"title":"Download"}`)
		create := e.await(`{"method":"window/workDoneProgress/create"}`)
		e.reply(create, `null`)
		return id, field(t, create, "params", "token")
	}
	id, token := begin()
	e.await(`{"method":"$/progress","params":{"value":{"kind":"report","message":"800 MB of 1.6 GB","percentage":50}}}`)
	e.notify("window/workDoneProgress/cancel", map[string]string{"token": token})
	want(t, e.answer(id), `{"error":{"code":-32803,"message":"the download of starcoder2:3b was stopped: pull it again: it goes on where it was"}}`)
	e.await(`{"method":"$/progress","params":{"value":{"kind":"end"}}}`)
	if err := ollama.Until(t.Context(), func(all []sim.Request) bool {
		for _, r := range all {
			if r.Path == "/api/pull" {
				return r.Finished && r.Aborted
			}
		}
		return false
	}); err != nil {
		t.Fatal(err)
	}
	close(hold)
	id, _ = begin()
	e.await(`{"method":"$/progress","params":{"value":{"kind":"report","message":"800 MB of 1.6 GB","percentage":50}}}`)
	want(t, e.answer(id), `{"result":{"models":[{"name":"starcoder2:3b"}]}}`)
}

// Nobody is asked about a model that would be refused afterwards, by its tag or by what the server says of it, or while no server
// answers.
func TestModelsPullRefusedUnasked(t *testing.T) {
	alias := sim.Model{Name: "alias:latest", Remote: true}
	for _, c := range []struct {
		name, says string
		faults     []sim.Fault
	}{
		{"qwen3-coder:480b-cloud", "does not run on this machine", nil},
		{"alias", "does not run on this machine", nil},
		{"starcoder2:3b", "Ollama failed: broken", []sim.Fault{{Kind: sim.Failed, Path: "/api/tags", Text: "broken", Times: -1}}},
	} {
		ollama, e := stocked(t, sim.Config{Version: "0.17.4", Models: []sim.Model{alias}, Faults: c.faults})
		id := e.requestCommand("sopro.models.pull", fmt.Sprintf(`{"name":%q}`, c.name))
		if answer := e.answer(id); !strings.Contains(answer, c.says) || !strings.Contains(answer, "-32803") {
			t.Errorf("%s: %s, want %q", c.name, answer, c.says)
		}
		e.never(`{"method":"window/showMessageRequest"}`)
		if n := pulls(ollama); n != 0 {
			t.Errorf("%s: pulled %d times", c.name, n)
		}
	}
}

// What goes wrong while pulling is said in words.
func TestModelsPullFails(t *testing.T) {
	for says, f := range map[string]sim.Fault{
		"the disk is full: starcoder2:3b could not be pulled: free some space and pull it again; what has come is kept": {Kind: sim.ErrorLine, After: 3, Text: "write /x: no space left on device"},
		"the download of starcoder2:3b was cut off: pull it again: it goes on where it stopped":                         {Kind: sim.Cut, After: 5},
	} {
		f.Path = "/api/pull"
		_, e := stocked(t, sim.Config{Faults: []sim.Fault{f}})
		id := e.requestCommand("sopro.models.pull", `{"name":"starcoder2:3b"}`)
		e.agree(downloadStar, `{"title":"Download"}`)
		e.reply(e.await(`{"method":"window/workDoneProgress/create"}`), `null`)
		want(t, e.answer(id), fmt.Sprintf(`{"error":{"code":-32803,"message":%q}}`, says))
		e.await(`{"method":"$/progress","params":{"value":{"kind":"end"}}}`)
		want(t, e.command("sopro.models.list", `{}`), `{"result":{"models":[]}}`)
	}
}

// A model that is removed while it is used: the status says so at once, another takes over, and one that was removed by someone
// else is noticed when it is asked.
func TestModelsRemovedWhileInUse(t *testing.T) {
	small := coderModel("0")
	small.Name, small.Parameters = "qwen2.5-coder:0.5b", 5e8
	ollama, e := stocked(t, sim.Config{Models: []sim.Model{coderModel("1"), small}})
	other := connect(t, options{build: ollamaBuild(t, ollama.URL())})
	other.initialize(soproClient)
	for _, e := range []*editor{e, other} {
		e.open(goFile, "go", "package a\n\nvar x = ")
		e.await(`{"method":"sopro/status","params":{"kind":"ok","model":"qwen2.5-coder:1.5b"}}`)
		want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8)), `{"result":{"items":[{"insertText":"1"}]}}`)
	}
	id := e.requestCommand("sopro.models.remove", `{"name":"qwen2.5-coder:1.5b"}`)
	e.agree("Remove the model qwen2.5-coder:1.5b (1.0 GB) from this machine? It is used for completion and chat.", `{"title":"Remove"}`)
	want(t, e.answer(id), `{"result":{"models":[{"name":"qwen2.5-coder:0.5b","chosen":["completion","chat"]}]}}`)
	e.await(`{"method":"sopro/status","params":{"kind":"ok","model":"qwen2.5-coder:0.5b"}}`)
	e.change(goFile, 2, "2:4-2:5", "name")
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 11)), `{"result":{"items":[{"insertText":"0"}]}}`)

	other.change(goFile, 2, "2:4-2:5", "name") // the other server does not know yet, and asks for the one that is gone
	other.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 11))
	other.await(`{"method":"sopro/status","params":{"kind":"ok","model":"qwen2.5-coder:0.5b"}}`)
	other.change(goFile, 3, "2:4-2:8", "third")
	want(t, other.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 12)), `{"result":{"items":[{"insertText":"0"}]}}`)

	ollama.Remove("qwen2.5-coder:0.5b") // the last one, by somebody else
	e.change(goFile, 3, "2:4-2:8", "more")
	e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 11))
	e.await(`{"method":"sopro/status","params":{"kind":"builtin","model":"","message":"*"}}`)
}

// A model that is pulled anew while it answers goes on answering.
func TestModelsPulledAnewWhileInUse(t *testing.T) {
	word := make(chan struct{})
	m := coderModel("")
	m.Answer = func(sim.Prompt) []sim.Token {
		return []sim.Token{{Text: "1", Prob: 1}, {Text: "2\n", Prob: 1, After: word}}
	}
	newer := coderModel("3")
	newer.Digest = strings.Repeat("f", 64)
	ollama := sim.New(sim.Config{Models: []sim.Model{m}, Library: []sim.Pullable{{Model: newer}}})
	defer ollama.Close()
	e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
	e.initialize(soproClient)
	e.open(goFile, "go", "package a\n\nvar x = ")
	e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
	e.finished(ollama, 1) // the load
	completion := e.request("textDocument/inlineCompletion", inlineParams(goFile, 2, 8))
	if err := ollama.Until(t.Context(), func(all []sim.Request) bool { return len(ollamaRunning(all)) > 0 }); err != nil {
		t.Fatal(err)
	}
	id := e.requestCommand("sopro.models.pull", `{"name":"qwen2.5-coder:1.5b"}`)
	e.agree("Download the model qwen2.5-coder:1.5b from ollama.com and install it?", `{"title":"Download"}`)
	want(t, e.answer(id), `{"result":{"models":[{"name":"qwen2.5-coder:1.5b","chosen":["completion","chat"]}]}}`)
	e.await(`{"method":"window/showMessage","params":{"message":"qwen2.5-coder:1.5b is installed and used for completion and chat"}}`)
	close(word)
	want(t, e.answer(completion), `{"result":{"items":[{"insertText":"12"}]}}`)
	e.change(goFile, 2, "2:4-2:5", "name")
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 11)), `{"result":{"items":[{"insertText":"3"}]}}`)
}

func ollamaRunning(all []sim.Request) (out []sim.Request) {
	for _, r := range all {
		if r.Path == "/api/generate" && r.Running {
			out = append(out, r)
		}
	}
	return out
}

// With no model to ask, and with no Ollama, the commands say so.
func TestModelsWithoutOllama(t *testing.T) {
	e := connect(t, options{})
	e.initialize(plainClient)
	gone := connect(t, options{build: ollamaBuild(t, "http://127.0.0.1:1")})
	gone.initialize(plainClient)
	for _, command := range []string{"list", "show", "remove", "pull"} {
		want(t, e.command("sopro.models."+command, `{"name":"a:b"}`), `{"error":{"code":-32803,"message":"no model can be asked: see sopro.status"}}`)
		if command == "pull" {
			continue
		}
		want(t, gone.command("sopro.models."+command, `{"name":"a:b"}`), `{"error":{"code":-32803,"message":"Ollama is not running at http://127.0.0.1:1: start it with \"ollama serve\""}}`)
	}
}

// How fast a model was is known to the next server.
func TestSpeedsOutliveTheServer(t *testing.T) {
	ollama := sim.New(sim.Config{Models: []sim.Model{coderModel("a + b + c + d\n")}, Speed: sim.Speed{Prompt: 20000, Generation: 500}})
	defer ollama.Close()
	path := filepath.Join(t.TempDir(), "sopro", "speeds.json")
	serve := func() *editor {
		build := ollamaBuild(t, ollama.URL())
		e := connect(t, options{build: func(c config.Settings, former *server.Engines) (*server.Engines, error) {
			engines, err := build(c, former)
			if former == nil {
				engines.Catalog.Remembering(catalog.OpenSpeeds(path, ollama.URL()))
			}
			return engines, err
		}})
		e.initialize(soproClient)
		e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
		return e
	}
	e := serve()
	want(t, e.command("sopro.models.list", `{}`), `{"result":{"models":[{"speed":"!"}]}}`)
	e.open(goFile, "go", "package a\n\nvar x = ")
	want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8)), `{"result":{"items":[{"insertText":"a + b + c + d"}]}}`)
	e.until(func() bool {
		return match(`{"result":{"tokensPerSecond":"*"}}`, e.command("sopro.status", `{}`)) == nil
	})
	e.conn.Close()
	e.until(func() bool { _, err := os.Stat(path); return err == nil })
	want(t, serve().command("sopro.models.list", `{}`), `{"result":{"models":[{"speed":{"generation":"*"}}]}}`)
}
