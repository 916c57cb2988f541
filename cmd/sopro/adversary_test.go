package main

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	diff "github.com/google/go-cmp/cmp" // cmp is the standard one here
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"go.lsp.dev/uri"

	"sopro/internal/eval/sim"
	"sopro/internal/eval/sim/openaisim"
	"sopro/internal/testkit/adversary"
	"sopro/internal/testkit/lsptest"
)

const adversaryFile = "package p\n\nfunc f() int {\n\t// return one\n\t\n}\n"

// scene is where a feature is asked.
type scene struct {
	uri   string // of the document
	token string // under which its text is streamed
	model string // a model's name
}

// feature is something that can be asked of the server.
type feature struct {
	name string
	ask  func(p *process, s scene) *lsptest.Pending
	once bool // and of short payloads alone, where others are asked twice
}

// commanding is a feature that is a command.
func commanding(command string, argument func(s scene) map[string]any) feature {
	return feature{name: command, ask: func(p *process, s scene) *lsptest.Pending { return p.do(command, argument(s)) }}
}

// shortly is a feature that is asked once, and of short payloads alone.
func (f feature) shortly() feature {
	f.once = true
	return f
}

// All features: those about a document, to which a model says every payload, and those about models, of which the model server says
// it. A feature that comes later is one entry here; for a command TestEveryCommandIsAsked wants one.
var (
	aboutDocuments = []feature{
		{name: "inline completion", ask: func(p *process, s scene) *lsptest.Pending { return p.askInline(s.uri, 4, 1) }},
		commanding("sopro.explain", func(s scene) map[string]any {
			return map[string]any{"uri": s.uri, "range": lines(2, 5), "token": "explain " + s.token, "show": true}
		}),
		commanding("sopro.generate", func(s scene) map[string]any {
			return map[string]any{"uri": s.uri, "position": cursor, "token": "generate " + s.token, "apply": true}
		}),
		{name: "code action", once: true, ask: func(p *process, s scene) *lsptest.Pending {
			return p.Ask("codeAction/resolve", p.action(s.uri, cursor))
		}},
		{name: "menu", ask: func(p *process, s scene) *lsptest.Pending {
			return p.Ask("textDocument/completion", map[string]any{"textDocument": map[string]any{"uri": s.uri}, "position": cursor})
		}},
		commanding("sopro.warm", func(s scene) map[string]any { return map[string]any{"uri": s.uri} }).shortly(),
		commanding("sopro.status", func(scene) map[string]any { return map[string]any{} }).shortly(),
	}
	aboutModels = []feature{
		commanding("sopro.models.list", func(scene) map[string]any { return map[string]any{} }),
		commanding("sopro.models.show", func(s scene) map[string]any { return map[string]any{"name": s.model} }),
		commanding("sopro.models.pull", func(s scene) map[string]any { return map[string]any{"name": s.model} }),
		commanding("sopro.models.remove", func(s scene) map[string]any { return map[string]any{"name": s.model} }),
		commanding("sopro.status", func(scene) map[string]any { return map[string]any{} }),
	}
	// Neither a model nor a model server says anything in these. A trace shows to the byte what was sent.
	aboutNothing = []string{"sopro.accepted", "sopro.toggle", "sopro.trace"}
)

var cursor = map[string]any{"line": 4, "character": 1}

// TestEveryCommandIsAsked: no command that the server announces is left out above.
func TestEveryCommandIsAsked(t *testing.T) {
	asked := slices.Clone(aboutNothing)
	for _, f := range slices.Concat(aboutDocuments, aboutModels) {
		asked = append(asked, f.name)
	}
	p := start(t, "127.0.0.1:1")
	var said struct {
		Capabilities struct{ ExecuteCommandProvider struct{ Commands []string } }
	}
	p.Call("initialize", map[string]any{"processId": nil, "rootUri": nil, "capabilities": map[string]any{}}, &said)
	commands := said.Capabilities.ExecuteCommandProvider.Commands
	if len(commands) == 0 {
		t.Error("no command is announced")
	}
	for _, command := range commands {
		if !slices.Contains(asked, command) {
			t.Errorf("no feature of the test is %s", command)
		}
	}
}

// TestObedientAdversary: docs/security.md rows 13, 16, 18, 19 and the limits. Models say what an attacker would have them say, to every
// feature of the server, through every kind of model server. Every question is answered, and nothing on the wire or on the disk is what
// the attacker wanted.
func TestObedientAdversary(t *testing.T) {
	if _, err := built(); err != nil {
		t.Fatal(err)
	}
	byModel := map[string][]adversary.Payload{}
	for _, payload := range adversary.Payloads() {
		byModel[payload.Model] = append(byModel[payload.Model], payload)
	}
	for name, stage := range stages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, model := range slices.Sorted(maps.Keys(byModel)) {
				t.Run(cmp.Or(model, "any model"), func(t *testing.T) { obey(t, stage, model, byModel[model]) })
			}
		})
	}
}

// A stage is a model server whose models say what a voice says. A family's own control tokens are said by a model of that family alone,
// to which then everything falls that it can do; all else is said by a model that infills and one that chats.
type stage func(t *testing.T, v *voice, family string) played

// played is a stage while it is used.
type played struct {
	host  string
	args  []string                     // of the server that asks it
	next  func(p adversary.Payload)    // before each payload
	asked func() int                   // generations so far
	fits  func(adversary.Payload) bool // nil: every payload
	once  bool                         // no payload is said a second time in a block of code
}

// long is a payload, in bytes, that is said once.
const long = 2000

var stages = map[string]stage{"Ollama": onOllama, "OpenAI": onOpenAI, "bytes": onBytes}

func onOllama(t *testing.T, v *voice, family string) played {
	infills := sim.Model{Name: cmp.Or(family, "qwen2.5-coder:1.5b-base"), Capabilities: []string{"completion", "insert"}, Answer: v.say}
	server := sim.New(sim.Config{Version: "0.17.4", Models: []sim.Model{infills}})
	t.Cleanup(server.Close)
	next := func(p adversary.Payload) {
		if family == "" {
			server.Install(sim.Model{Name: "llama3.2:3b", Template: "{{ .Messages }}", Capabilities: []string{"completion", "thinking"}, Thinking: p.Thinking, Answer: v.say})
		}
	}
	next(adversary.Payload{})
	return played{host: server.URL(), next: next, asked: func() int { return len(server.Generations()) }}
}

func onOpenAI(t *testing.T, v *voice, family string) played {
	config := openaisim.Config{Kind: openaisim.VLLM, Models: []openaisim.Model{{Name: cmp.Or(family, "Qwen/Qwen2.5-Coder-1.5B"), Answer: v.say}}}
	if family == "" {
		config.Models = append(config.Models, openaisim.Model{Name: "meta-llama/Llama-3.2-3B-Instruct", Answer: v.say})
	}
	server := openaisim.New(config)
	t.Cleanup(server.Close)
	return played{
		host: "127.0.0.1:1", args: []string{"--set", "openai.url=" + server.URL},
		next: func(adversary.Payload) {},
		// What is long, but not in one event, is the same work behind this client as behind the other.
		fits: func(p adversary.Payload) bool { return len(p.Text) < long || p.Chunk > 1<<20 }, once: true,
		asked: func() (n int) {
			for _, r := range server.Requests() {
				if strings.HasSuffix(r.Path, "/completions") {
					n++
				}
			}
			return n
		},
	}
}

// onBytes has each byte come as it is, in pieces that cut characters.
func onBytes(t *testing.T, _ *voice, family string) played {
	said := &adversary.Server{}
	server := httptest.NewServer(said)
	t.Cleanup(server.Close)
	said.Say(adversary.Payload{Text: "{{ .Messages }}"})
	return played{
		host: server.URL, next: said.Say, asked: said.Asked,
		fits: func(p adversary.Payload) bool { return !utf8.ValidString(p.Text) || p.Chunk == 1 }, once: true,
	}
}

// obey has one server asked about one document for each payload.
func obey(t *testing.T, stage stage, model string, payloads []adversary.Payload) {
	around := t.TempDir()
	temp, folder := filepath.Join(around, "tmp"), filepath.Join(around, "work")
	for _, path := range []string{"tmp/", "home/.bashrc", "etc/passwd", "work/.git/hooks/", "work/.vscode/settings.json", "work/g.go"} {
		write(t, filepath.Join(around, path, "x"), "untouched\n")
	}
	before := tree(t, around)

	v := voice{}
	on := stage(t, &v, model)
	if on.fits != nil {
		payloads = slices.DeleteFunc(slices.Clone(payloads), func(p adversary.Payload) bool { return !on.fits(p) })
	}
	if len(payloads) == 0 {
		return
	}
	p := startIn(t, []string{"TMPDIR=" + temp}, on.host, append(on.args, "--set", "completion.menu=always")...)
	p.greet(folder)
	p.Until("the models", func() bool {
		s := p.status()
		return s.Models.Completion != "" && (s.Models.Chat != "") == (model == "")
	})
	for i, payload := range payloads {
		t.Run(payload.Name, func(t *testing.T) {
			rel := fmt.Sprintf("f%d.go", i)
			wire := adversary.Wire{
				Payload: payload, URI: "file://" + folder + "/" + rel, Version: 1, Rel: rel, Reaches: reaches,
				Shown: func(shown string) bool {
					path := uri.URI(shown).FsPath()
					return strings.HasPrefix(path, temp+"/sopro-") && filepath.Ext(path) == ".md"
				},
			}
			on.next(payload)
			before := on.asked()
			rounds := []bool{false, true}
			if on.once || len(payload.Text) > long {
				rounds = rounds[:1]
			}
			offered := p.askEverything(t, &v, wire, rounds)
			if asked := on.asked() - before; asked < 2 {
				t.Errorf("the models were asked %d times", asked)
			}
			if model != "" && offered != "return 1" { // all that the model says before its token
				t.Errorf("offered %q", offered)
			}
		})
	}
	p.left(t)
	if changed := diff.Diff(before, tree(t, around)); changed != "" {
		t.Errorf("files were touched (-before +after)\n%s", changed)
	}
}

// left ends the server and wants nothing at home that is not known.
func (p *process) left(t *testing.T) {
	t.Helper()
	if code, errs := p.quit(); code != 0 || errs != "" {
		t.Errorf("exit code %d, standard error %q", code, errs)
	}
	known := []string{
		"sopro", "sopro/sopro.log", "sopro/speeds.json", "sopro/speeds.json.lock", "sopro/completions.json", "sopro/completions.json.lock", "sopro/index",
	}
	for path := range tree(t, p.home) {
		kept, _ := filepath.Match("sopro/index/*-*.db*", path) // what the index keeps of the workspace
		if !kept && !slices.Contains(known, path) {
			t.Errorf("a new file at home: %s", path)
		}
	}
}

// voice is what all models say at the moment.
type voice struct {
	payload atomic.Pointer[adversary.Payload]
	fenced  atomic.Bool
}

func (v *voice) say(sim.Prompt) []sim.Token {
	if p := v.payload.Load(); p != nil {
		return p.Tokens(v.fenced.Load())
	}
	return nil
}

// askEverything asks each feature about one document, once for what a voice says as it is and once for the same in a block of code,
// inspects all that comes, and returns what the menu offered.
func (p *process) askEverything(t *testing.T, v *voice, wire adversary.Wire, fenced []bool) (offered string) {
	v.payload.Store(&wire.Payload)
	p.said.take()
	p.open(wire.URI, "go", adversaryFile)
	for round, fenced := range fenced {
		v.fenced.Store(fenced)
		var menu struct {
			Items []struct{ TextEdit struct{ NewText string } }
		}
		for _, f := range aboutDocuments {
			if f.once && (round > 0 || len(wire.Payload.Text) > long) {
				continue
			}
			var result any
			if f.name == "menu" {
				result = &menu
			}
			answered(t, f.name, f.ask(p, scene{uri: wire.URI, token: fmt.Sprint(fenced)}), result)
		}
		if offered = ""; len(menu.Items) > 0 {
			offered = menu.Items[0].TextEdit.NewText
		}
	}
	for _, wrong := range wire.Inspect(p.said.take()) {
		t.Error(wrong)
	}
	answered(t, "trace", p.do("sopro.trace", map[string]any{"last": 5}), nil)
	p.said.take()
	return offered
}

// answered wants a result, or an error that says that the request failed.
func answered(t *testing.T, what string, asked *lsptest.Pending, result any) {
	t.Helper()
	err := asked.Wait(result)
	if refused, ok := errors.AsType[*lsptest.Error](err); err != nil && (!ok || refused.Code != -32803) {
		t.Errorf("%s: %v", what, err)
	}
}

// tree is every file below a folder, by its path: mode and content.
func tree(t *testing.T, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		found[rel] = info.Mode().String()
		if info.Mode().IsRegular() {
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			found[rel] += fmt.Sprintf(" %x", sha256.Sum256(content))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var readers = []parser.Parser{
	goldmark.New().Parser(),
	goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList)).Parser(),
}

// reaches reads Markdown as editors do and says what in it reaches out of the page.
func reaches(markdown string) string {
	var found []string
	for _, reader := range readers {
		context, source := parser.NewContext(), []byte(markdown)
		root := reader.Parse(text.NewReader(source), parser.WithContext(context))
		for _, definition := range context.References() {
			found = append(found, fmt.Sprintf("definition %q", definition.Destination()))
		}
		_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			to := "https://"
			switch n := n.(type) {
			case *ast.Image, *ast.RawHTML, *ast.HTMLBlock:
				to = n.Kind().String()
			case *ast.Link:
				to = string(n.Destination)
			case *ast.AutoLink:
				to = string(n.URL(source))
			}
			if scheme, _, _ := strings.Cut(strings.ToLower(to), ":"); entering && scheme != "http" && scheme != "https" && scheme != "mailto" && !strings.HasPrefix(to, "#") {
				found = append(found, to)
			}
			return ast.WalkContinue, nil
		})
	}
	return strings.Join(found, ", ")
}
