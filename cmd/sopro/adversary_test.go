package main

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	diff "github.com/google/go-cmp/cmp" // cmp is the standard one here
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"go.lsp.dev/uri"

	"sopro/internal/eval/sim"
	"sopro/internal/testkit/adversary"
	"sopro/internal/testkit/lsptest"
)

const adversaryFile = "package p\n\nfunc f() int {\n\t// return one\n\t\n}\n"

// TestObedientAdversary: docs/security.md rows 13, 16, 18, 19 and the limits. Models say what an attacker would have them say, to every
// feature of the server. Every question is answered, and nothing on the wire or on the disk is what the attacker wanted.
func TestObedientAdversary(t *testing.T) {
	if _, err := built(); err != nil {
		t.Fatal(err)
	}
	byModel := map[string][]adversary.Payload{}
	for _, payload := range adversary.Payloads() {
		byModel[payload.Model] = append(byModel[payload.Model], payload)
	}
	for _, model := range slices.Sorted(maps.Keys(byModel)) {
		t.Run(cmp.Or(model, "any model"), func(t *testing.T) { obey(t, model, byModel[model]) })
	}
}

// models are the simulated ones that say what v says. A family's own control tokens are said by a model of that family alone, to which
// then everything falls that it can do; all else is said by a model that infills and one that chats.
func (v *voice) models(family string) []sim.Model {
	infills := sim.Model{Name: family, Capabilities: []string{"completion", "insert"}, Answer: v.say}
	if family != "" {
		return []sim.Model{infills}
	}
	infills.Name = "qwen2.5-coder:1.5b-base"
	return []sim.Model{infills, v.chats("")}
}

func (v *voice) chats(thinking string) sim.Model {
	return sim.Model{Name: "llama3.2:3b", Template: "{{ .Messages }}", Capabilities: []string{"completion", "thinking"}, Thinking: thinking, Answer: v.say}
}

// obey has one server asked about one document for each payload.
func obey(t *testing.T, model string, payloads []adversary.Payload) {
	around := t.TempDir()
	temp, folder := filepath.Join(around, "tmp"), filepath.Join(around, "work")
	t.Setenv("TMPDIR", temp)
	for _, path := range []string{"tmp/", "home/.bashrc", "etc/passwd", "work/.git/hooks/", "work/.vscode/settings.json", "work/g.go"} {
		write(t, filepath.Join(around, path, "x"), "untouched\n")
	}
	before := tree(t, around)

	v := voice{}
	server := sim.New(sim.Config{Version: "0.17.4", Models: v.models(model)})
	defer server.Close()
	p := start(t, server.URL(), "--set", "completion.menu=always")
	p.greet(folder)
	p.Until("the models", func() bool {
		s := p.status()
		return s.Models.Completion != "" && (s.Models.Chat != "") == (model == "")
	})
	for i, payload := range payloads {
		t.Run(payload.Name, func(t *testing.T) {
			if model == "" {
				server.Install(v.chats(payload.Thinking))
			}
			rel := fmt.Sprintf("f%d.go", i)
			wire := adversary.Wire{
				Payload: payload, URI: "file://" + folder + "/" + rel, Version: 1, Rel: rel, Reaches: reaches,
				Shown: func(shown string) bool {
					path := uri.URI(shown).FsPath()
					return strings.HasPrefix(path, temp+"/sopro-") && filepath.Ext(path) == ".md"
				},
			}
			before := len(server.Generations())
			offered := p.askEverything(t, &v, wire)
			if asked := len(server.Generations()) - before; asked < 2 {
				t.Errorf("the models were asked %d times", asked)
			}
			if model != "" && offered != "return 1" { // all that the model says before its token
				t.Errorf("offered %q", offered)
			}
		})
	}
	if code, errs := p.quit(); code != 0 || errs != "" {
		t.Errorf("exit code %d, standard error %q", code, errs)
	}
	if changed := diff.Diff(before, tree(t, around)); changed != "" {
		t.Errorf("files were touched (-before +after)\n%s", changed)
	}
	known := []string{"sopro", "sopro/sopro.log", "sopro/speeds.json"}
	for path := range tree(t, p.home) {
		if !slices.Contains(known, path) {
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

// askEverything asks each feature about one document, inspects all that comes, and returns what the menu offered.
func (p *process) askEverything(t *testing.T, v *voice, wire adversary.Wire) (offered string) {
	v.payload.Store(&wire.Payload)
	p.said.take()
	p.open(wire.URI, "go", adversaryFile)
	document := map[string]any{"uri": wire.URI}
	cursor := map[string]any{"line": 4, "character": 1}
	for _, fenced := range []bool{false, true} {
		v.fenced.Store(fenced)
		for name, asked := range map[string]*lsptest.Pending{
			"inline completion": p.askInline(wire.URI, 4, 1),
			"explain":           p.do("sopro.explain", map[string]any{"uri": wire.URI, "range": lines(2, 5), "token": fmt.Sprint("explain ", fenced), "show": true}),
			"generate":          p.do("sopro.generate", map[string]any{"uri": wire.URI, "position": cursor, "token": fmt.Sprint("generate ", fenced), "apply": true}),
		} {
			answered(t, name, asked, nil)
		}
	}
	var menu struct {
		Items []struct{ TextEdit struct{ NewText string } }
	}
	answered(t, "menu", p.Ask("textDocument/completion", map[string]any{"textDocument": document, "position": cursor}), &menu)
	answered(t, "status", p.do("sopro.status", map[string]any{}), nil)
	for _, wrong := range wire.Inspect(p.said.take()) {
		t.Error(wrong)
	}
	// A trace shows what was sent to the model to the byte, also what the model itself said before.
	answered(t, "trace", p.do("sopro.trace", map[string]any{"last": 5}), nil)
	p.said.take()
	if len(menu.Items) == 0 {
		return ""
	}
	return menu.Items[0].TextEdit.NewText
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
