package server_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCells checks that the cells of a notebook are documents of their own, though they share its path: each is completed from its own
// text, in its own language, and closing or changing one leaves the others.
func TestCells(t *testing.T) {
	m := newScript("1")
	e := connect(t, options{build: m.build})
	e.initialize(plainClient)
	const first, second, prose = "vscode-notebook-cell:/w/a.ipynb#W0sZmlsZQ%3D%3D", "vscode-notebook-cell:/w/a.ipynb#W1sZmlsZQ%3D%3D", "vscode-notebook-cell:/w/a.ipynb#W2sZmlsZQ%3D%3D"
	e.open(first, "python", "first = ")
	e.open(second, "python", "second = ")
	e.open(prose, "markdown", "# Title\n")
	completes := func(cell string, line, character int, text, where string) {
		t.Helper()
		want(t, e.call("textDocument/inlineCompletion", inlineParams(cell, line, character)), `{"result":{"items":[{"insertText":"1","range":`+rangeJSON(where)+`}]}}`)
		if asked := m.next(t).Prompt; !strings.Contains(asked, text+"<|fim_suffix|>") {
			t.Errorf("asked %q", asked)
		}
	}
	completes(first, 0, 8, "first = ", "0:8-0:8")
	completes(second, 0, 9, "second = ", "0:9-0:9")
	completes(prose, 1, 0, "# Title\n", "1:0-1:0")
	e.change(first, 2, "0:0-0:5", "other")
	e.notify("textDocument/didClose", fmt.Sprintf(`{"textDocument":{"uri":%q}}`, prose))
	e.change(second, 2, "0:0-0:6", "last")
	completes(first, 0, 8, "other = ", "0:8-0:8")
	completes(second, 0, 7, "last = ", "0:7-0:7")
	want(t, e.call("textDocument/inlineCompletion", inlineParams(prose, 1, 0)), `{"result":{"items":[]}}`)
}

// TestSchemes checks what the guard makes of documents that are not files but show one: the path that they name is judged as the file's.
func TestSchemes(t *testing.T) {
	root := t.TempDir()
	writeFile(t, root, "a.ipynb", "{}")
	writeFile(t, root, "private/a.ipynb", "{}")
	writeFile(t, root, ".env", "TOKEN=1")
	if err := os.Symlink(".env", filepath.Join(root, "link.ipynb")); err != nil {
		t.Fatal(err)
	}
	git := func(name string) string {
		return fmt.Sprintf("git:%[1]s/%[2]s.git?%%7B%%22path%%22%%3A%%22%[1]s/%[2]s%%22%%2C%%22ref%%22%%3A%%22~%%22%%7D", root, name)
	}
	const cell = "#W0sZmlsZQ%3D%3D"
	for _, c := range []struct {
		name, uri string
		completed bool
	}{
		{"a cell", "vscode-notebook-cell:" + root + "/a.ipynb" + cell, true},
		{"a cell of a notebook that is shut out", "vscode-notebook-cell:" + root + "/private/a.ipynb" + cell, false},
		{"a cell of a link to secrets", "vscode-notebook-cell:" + root + "/link.ipynb" + cell, false},
		{"a cell among secrets", "vscode-notebook-cell:/home/u/.ssh/a.ipynb" + cell, false},
		{"a cell of a notebook that was never saved", "vscode-notebook-cell:Untitled-1.ipynb" + strings.Replace(cell, "ZmlsZQ%3D%3D", "dW50aXRsZWQ%3D", 1), true},
		{"the older version of a file", git("a.go"), true},
		{"the older version of a file that is shut out", git("private/a.go"), false},
		{"the older version of secrets", git(".env"), false},
		{"a text without a file", "untitled:Untitled-1", true},
		{"a text that is to become a file", "untitled:" + root + "/new.go", true},
		{"a text that is to become a file that is shut out", "untitled:" + root + "/private/new.go", false},
		{"a text that is to become secrets", "untitled:" + root + "/.env", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newScript("1")
			e := connect(t, options{build: m.build})
			e.initialize(plainClient, `"workspaceFolders":[{"uri":"file://`+root+`","name":"w"}]`, `"initializationOptions":{"privacy":{"ignore":["private/**"]}}`)
			e.open(c.uri, "python", "x = ")
			items := `[]`
			if c.completed {
				items = `[{"insertText":"1","range":` + rangeJSON("0:4-0:4") + `}]`
			}
			want(t, e.call("textDocument/inlineCompletion", inlineParams(c.uri, 0, 4)), `{"result":{"items":`+items+`}}`)
			if asked := m.times(); asked > 0 != c.completed {
				t.Errorf("the model was asked %d times", asked)
			}
		})
	}
}
