package server_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"sopro/internal/config"
	"sopro/internal/ngram"
	"sopro/internal/server"
)

// TestWorkspaceFeedsTheBuiltInEngine checks what the built-in engine gets to read: what the walk yields, the open texts, and
// what changes on disk.
func TestWorkspaceFeedsTheBuiltInEngine(t *testing.T) {
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	writeFile(t, root, "a.go", "package a\n\nfunc first() {}\n")
	writeFile(t, root, "sub/b.go", "package sub\n")
	writeFile(t, root, ".env", "TOKEN=1\n")
	writeFile(t, root, "out/c.go", "package out\n")
	writeFile(t, root, "d.bin", "\x00\x01")
	writeFile(t, root, ".gitignore", "/out\n*.log\n")
	builtin := ngram.New(ngram.Options{})
	e := connect(t, options{build: func(config.Settings, *server.Engines) (*server.Engines, error) {
		return &server.Engines{Builtin: builtin}, nil
	}})
	e.initialize(plainClient, `"workspaceFolders":[{"uri":`+asJSON(t, has("file://"+root))+`,"name":"w"}]`)
	files := func(n int) {
		t.Helper()
		e.until(func() bool {
			return match(fmt.Sprintf(`{"result":{"index":{"files":%d,"done":true}}}`, n), e.command("sopro.status", `{}`)) == nil
		})
	}
	uri := func(name string) string { return "file://" + root + "/" + name }
	files(3) // a.go, sub/b.go, .gitignore

	e.open(uri("new.go"), "go", "package a\n")
	e.notify("textDocument/didSave", fmt.Sprintf(`{"textDocument":{"uri":%q}}`, uri("new.go")))
	files(4)
	e.open(uri(".env"), "dotenv", "TOKEN=2\n")
	e.notify("textDocument/didSave", fmt.Sprintf(`{"textDocument":{"uri":%q}}`, uri(".env")))
	e.notify("textDocument/didClose", fmt.Sprintf(`{"textDocument":{"uri":%q}}`, uri("new.go")))
	files(3) // it never was on disk

	writeFile(t, root, "e.go", "package a\n")
	writeFile(t, root, "f.log", "no\n")
	os.Remove(filepath.Join(root, "a.go"))
	e.notify("workspace/didChangeWatchedFiles", fmt.Sprintf(`{"changes":[{"uri":%q,"type":3},{"uri":%q,"type":1},{"uri":%q,"type":1}]}`, uri("a.go"), uri("e.go"), uri("f.log")))
	files(3) // e.go for a.go

	e.notify("workspace/didChangeWorkspaceFolders", fmt.Sprintf(`{"event":{"added":[{"uri":%[1]q,"name":"renamed"}],"removed":[{"uri":%[1]q,"name":"w"}]}}`, "file://"+root))
	files(3)
	e.notify("workspace/didChangeWorkspaceFolders", fmt.Sprintf(`{"event":{"added":[],"removed":[{"uri":%q,"name":"w"}]}}`, "file://"+root))
	files(0)
}

// TestPrivacyIsLive checks that a glob that a person adds takes effect on what is open and on what was read.
func TestPrivacyIsLive(t *testing.T) {
	root := t.TempDir()
	writeFile(t, root, "a.go", "package a\n")
	writeFile(t, root, "customers/b.go", "package customers\n")
	builtin := ngram.New(ngram.Options{})
	m := newScript("1")
	e := connect(t, options{build: func(c config.Settings, former *server.Engines) (*server.Engines, error) {
		engines, err := m.build(c, former)
		engines.Builtin = builtin
		return engines, err
	}})
	e.initialize(plainClient, `"workspaceFolders":[{"uri":`+asJSON(t, has("file://"+root))+`,"name":"w"}]`)
	files := func(n int) {
		t.Helper()
		e.until(func() bool {
			return match(fmt.Sprintf(`{"result":{"index":{"files":%d,"done":true}}}`, n), e.command("sopro.status", `{}`)) == nil
		})
	}
	files(2)
	open := "file://" + root + "/customers/b.go"
	e.open(open, "go", "package customers\n\nvar x = ")
	want(t, e.call("textDocument/inlineCompletion", inlineParams(open, 2, 8)), `{"result":{"items":[{"insertText":"1"}]}}`)
	e.notify("workspace/didChangeConfiguration", `{"settings":{"sopro":{"privacy":{"ignore":["customers/**"]}}}}`)
	want(t, e.call("textDocument/inlineCompletion", inlineParams(open, 2, 8)), `{"result":{"items":[]}}`)
	want(t, e.command("sopro.status", `{}`), `{"result":{"kind":"warning"}}`)
	files(1)
}
