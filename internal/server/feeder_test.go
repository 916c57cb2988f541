package server_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sopro/internal/complete"
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

// feeds is an editor with a folder that git and this engine know.
func feeds(t *testing.T, root string, flags ...string) *editor {
	t.Helper()
	return feedsFor(t, plainClient, root, options{flags: flags})
}

// feedsFor is feeds in an editor with these capabilities, and with what else the options say.
func feedsFor(t *testing.T, capabilities, root string, o options) *editor {
	t.Helper()
	builtin := ngram.New(ngram.Options{})
	o.dir, o.build = root, func(config.Settings, *server.Engines) (*server.Engines, error) {
		return &server.Engines{Builtin: builtin}, nil
	}
	e := connect(t, o)
	e.initialize(capabilities, `"workspaceFolders":[{"uri":`+asJSON(t, has("file://"+root))+`,"name":"w"}]`)
	return e
}

// files waits until the built-in engine knows so many.
func (e *editor) files(n int) {
	e.t.Helper()
	status := ""
	e.until(func() bool {
		status = e.command("sopro.status", `{}`)
		return match(fmt.Sprintf(`{"result":{"index":{"files":%d,"done":true}}}`, n), status) == nil
	})
}

func (e *editor) save(uri string) {
	e.t.Helper()
	e.notify("textDocument/didSave", fmt.Sprintf(`{"textDocument":{"uri":%q}}`, uri))
}

func (e *editor) created(path string) {
	e.t.Helper()
	e.notify("workspace/didChangeWatchedFiles", fmt.Sprintf(`{"changes":[{"uri":%q,"type":1}]}`, "file://"+path))
}

// repository is a folder that git ignores /out in, with one file.
func repository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	writeFile(t, root, ".git/HEAD", "ref: refs/heads/main\n")
	writeFile(t, root, ".gitignore", "/out\n")
	writeFile(t, root, "a.txt", "some text\n")
	return root
}

// TestOpenedByTheWalksRules checks that opening a file lets none into the built-in engine that the walk leaves out. (Texts
// without a grammar: parsers are shared, and time is virtual here.)
func TestOpenedByTheWalksRules(t *testing.T) {
	for _, c := range []struct {
		name, file, onDisk, text string
		more                     int // files that become known
	}{
		{"ignored", "out/b.txt", "package out\n", "package out\n", 0},
		{"large", "b.txt", "", "package a\n" + strings.Repeat("var x = 1\n", 1000), 0},
		{"known", "a.txt", "", "package b\n", 0},
		{"not on disk", "b.txt", "", "package a\n", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := repository(t)
			if c.onDisk != "" {
				writeFile(t, root, c.file, c.onDisk)
			}
			synctest.Test(t, func(t *testing.T) {
				e := feeds(t, root, "index.maxFileBytes=4096")
				e.files(2) // a.txt, .gitignore
				e.open("file://"+root+"/"+c.file, "plaintext", c.text)
				e.save("file://" + root + "/" + c.file)
				time.Sleep(time.Minute)
				e.files(2 + c.more)
			})
		})
	}
}

// TestWalkWhileFilesChange checks that a workspace in which something changes at every moment is walked all the same.
func TestWalkWhileFilesChange(t *testing.T) {
	root := repository(t)
	synctest.Test(t, func(t *testing.T) {
		e := feeds(t, root)
		e.files(2)
		writeFile(t, root, "b.go", "package a\n")
		for n := range 15 {
			e.created(writeFile(t, root, fmt.Sprintf("out/%d.log", n), "built\n"))
			time.Sleep(time.Second)
		}
		want(t, e.command("sopro.status", `{}`), `{"result":{"index":{"files":3}}}`)
	})
}

// TestIgnoredFilesCauseNoWalk checks that a file that a walk left out causes no other, until other files are ignored.
func TestIgnoredFilesCauseNoWalk(t *testing.T) {
	root := repository(t)
	synctest.Test(t, func(t *testing.T) {
		e := feeds(t, root)
		e.files(2)
		log := writeFile(t, root, "out/a.log", "built\n")
		e.created(log)
		time.Sleep(time.Minute)
		writeFile(t, root, "b.go", "package a\n") // nobody tells
		e.created(log)
		time.Sleep(time.Minute)
		e.files(2)
		e.created(writeFile(t, root, ".gitignore", "/other\n"))
		time.Sleep(time.Minute)
		e.files(4)
	})
}

// TestLinkedWorkspace checks that a document in a folder that is reached through a link has one name in the built-in engine.
func TestLinkedWorkspace(t *testing.T) {
	root, err := filepath.EvalSymlinks(repository(t))
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(root, link); err != nil {
		t.Fatal(err)
	}
	asked := make(chan string, 99)
	e := connect(t, options{build: func(config.Settings, *server.Engines) (*server.Engines, error) {
		return &server.Engines{Complete: complete.New(complete.Parts{
			Choose:    func() (complete.Choice, error) { return coder(), nil },
			Available: func(string) complete.Availability { return complete.Down },
			Estimate:  func(_, _, text string) int { return len(text)/4 + 1 },
			Observe:   func(string, string, int, int) {},
			Builtin: func(q ngram.Query) (ngram.Answer, bool) {
				asked <- q.Path
				return ngram.Answer{}, false
			},
			Options: complete.Options{Enabled: true, Automatic: true, MaxTokens: 64, ContextTokens: 1024},
		})}, nil
	}})
	e.initialize(plainClient, `"workspaceFolders":[{"uri":`+asJSON(t, has("file://"+link))+`,"name":"w"}]`)
	for _, name := range []string{"a.txt", "new.txt"} {
		uri := "file://" + link + "/" + name
		e.open(uri, "go", "package a\n\nvar x = ")
		e.call("textDocument/inlineCompletion", inlineParams(uri, 2, 8))
		if got, want := <-asked, filepath.Join(root, name); got != want {
			t.Errorf("asked about %s, want %s", got, want)
		}
	}
}
