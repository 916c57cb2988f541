//go:build editors

// Package editors holds the tests of the editors that have no client of their own: each is the real program in a terminal, is
// configured with what README.md says, and is used as a person would, by its keys.
//
// Goals: what README.md says is true; what counts is the file on disk and what stands on the screen.
//
// Non-goals: VS Code and Neovim, whose tests are in their folders; what the server decides, which has tests of its own.
package editors

import (
	"strings"
	"testing"
)

// editor is one of them as a person uses it.
type editor interface {
	// start opens main.go, and comes back when the editor reads keys.
	start()
	// typeAt types text behind the end of a line, less a number of characters.
	typeAt(line, less int, text string)
	// complete asks for a completion there and takes the first, whose label is to be seen nowhere else.
	complete(label string)
	explain(from, to int)
	generate(line int)
	undo()
	// revive has the server started again, where the editor does not do it by itself.
	revive()
	save()
}

var editors = map[string]func(*desk) editor{
	"Helix": func(d *desk) editor { return &helix{desk: d} },
	"Emacs": func(d *desk) editor { return &emacs{d} },
	"Vim":   func(d *desk) editor { return &vim{d} },
}

const (
	added     = "package calc\n\nfunc add(a, b int) int {\n\t\n}\n"
	completed = "package calc\n\nfunc add(a, b int) int {\n\treturn a + b\n}\n"
	commented = "package calc\n\n// sub tira b de a: 日本 🎉\n"
	generated = "package calc\n\n// sub tira b de a: 日本 🎉\nfunc sub(a, b int) int {\n\treturn a - b\n}\n"
)

// What the model says, by the text before the hole and by the last message; the first that matches.
var (
	fills = []rule{
		{`func most.*\n\t$`, "if a > b {\n\t\treturn a\n\t}"},
		{`two\(\) int \{\s*$`, "return 2"},
		{`int \{\s*$`, "return a + b"},
		{`\tret$`, "urn a + b"},
		{`日本", $`, "count"},
	}
	chats = []rule{
		{`Explain`, "It **adds** two numbers.\n\n- 日本\n"},
		{``, "```go\nfunc sub(a, b int) int {\n\treturn a - b\n}\n```"},
	}
)

// noServer is the story in which the model server is gone before the editor starts.
const noServer = "no model server, and nobody is disturbed"

// stories are what happens in each editor, with a model that is simulated.
var stories = []struct {
	name string
	file string
	tell func(d *desk, e editor)
}{
	{"a completion of the menu is taken", added, func(d *desk, e editor) {
		e.typeAt(4, 0, "")
		e.complete("return a + b")
		e.save()
		d.wantFile(completed)
	}},
	{"behind wide characters, before a bracket", "package calc\n\nfunc f() {\n\tshow(\"é🎉日本\", )\n}\n", func(d *desk, e editor) {
		e.typeAt(4, 1, "")
		e.complete("count")
		e.save()
		d.wantFile("package calc\n\nfunc f() {\n\tshow(\"é🎉日本\", count)\n}\n")
	}},
	{"a word that is begun", added, func(d *desk, e editor) {
		e.typeAt(4, 0, "ret")
		e.complete("return a + b")
		e.save()
		d.wantFile(completed)
	}},
	{"several lines, as they are", strings.Replace(added, "add", "most", 1), func(d *desk, e editor) {
		e.typeAt(4, 0, "")
		e.complete("if a > b {")
		e.save()
		block := "if a > b {\n\t\treturn a\n\t}"
		if _, oneLine := e.(*vim); oneLine { // whose menu knows no line ends, as README.md has it configured
			block = "if a > b {"
		}
		d.wantFile("package calc\n\nfunc most(a, b int) int {\n\t" + block + "\n}\n")
	}},
	{"a selection is explained", completed, func(d *desk, e editor) {
		e.explain(3, 5)
		d.wantScreen("It **adds** two numbers.", "- 日本")
		d.wantFile(completed)
	}},
	{"code from a comment, taken back by one undo", commented, func(d *desk, e editor) {
		e.generate(3)
		d.wantScreen("return a - b")
		e.save()
		d.wantFile(generated)
		e.undo()
		d.wantScreenWithout("return a - b")
		e.save()
		d.wantFile(commented)
	}},
	{"the server dies and the editor does not", added, func(d *desk, e editor) {
		e.typeAt(4, 0, "")
		e.complete("return a + b")
		d.killServer()
		e.typeAt(5, 0, " // more")
		e.revive()
		e.save()
		d.wantFile(strings.TrimSuffix(completed, "\n") + " // more\n")
		e.typeAt(5, 0, "\n\nfunc two() int {")
		e.complete("return 2")
		d.wantScreen("func two() int {return 2")
	}},
	{noServer, added, func(d *desk, e editor) {
		for _, line := range []string{"x := 1", "y := 2", "z := 3"} {
			e.typeAt(4, 0, " "+line+";")
		}
		e.save()
		d.wantFile(strings.Replace(added, "\t\n", "\t x := 1; y := 2; z := 3;\n", 1))
		if n := strings.Count(d.said(), `"window/showMessage"`); n > 1 {
			d.t.Errorf("the server popped up %d messages:\n%s", n, d.said())
		}
	}},
}

func TestStories(t *testing.T) {
	for name, make := range editors {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, story := range stories {
				t.Run(story.name, func(t *testing.T) {
					d := newDesk(t, name, run(t, "sim"))
					d.control("/fill", map[string]any{"rules": fills})
					d.control("/chat", map[string]any{"rules": chats})
					d.write(story.file)
					if story.name == noServer {
						d.control("/stop", map[string]any{})
					}
					e := make(d)
					e.start()
					d.listens(1)
					story.tell(d, e)
				})
			}
		})
	}
}
