package server_test

import (
	"fmt"
	"strings"
	"testing"

	"sopro/internal/gather"
	"sopro/internal/history"
)

const writtenFile = "file:///w/written.go"

// prompted is the prompt for a place, asked for the first time in its document.
func prompted(t *testing.T, e *editor, m *script, uri string, line, character int) string {
	t.Helper()
	e.call("textDocument/inlineCompletion", inlineParams(uri, line, character))
	return m.next(t).Prompt
}

// TestChangesAreShown checks that what was changed in one file is shown when another is written, as a diff, and that nothing is of
// files that no model may see.
func TestChangesAreShown(t *testing.T) {
	const was = "package a\n\nfunc settle(customer string) {}\n"
	const shown = "written.go.diff\n@@ -1,3 +1,3 @@\n package a\n \n-func settle(customer string) {}\n+func settleAll(customer string) {}\n"
	for _, c := range []struct {
		name  string
		do    func(e *editor)
		shown bool
	}{
		{"changed", func(e *editor) { e.open(writtenFile, "go", was); e.change(writtenFile, 2, "2:11-2:11", "All") }, true},
		{"changed and closed", func(e *editor) {
			e.open(writtenFile, "go", was)
			e.change(writtenFile, 2, "2:11-2:11", "All")
			e.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": writtenFile}})
		}, true},
		{"opened and looked at alone", func(e *editor) {
			e.open(writtenFile, "go", was)
			e.notify("textDocument/didFocus", map[string]any{"textDocument": map[string]any{"uri": writtenFile}})
		}, false},
		{"a secret file", func(e *editor) {
			e.open("file:///w/.env", "go", was)
			e.change("file:///w/.env", 2, "2:11-2:11", "All")
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newScript("1")
			m.sources = gather.Sources{History: history.New()}
			e := connect(t, options{build: m.build})
			e.initialize(plainClient)
			c.do(e)
			e.open(goFile, "go", "package a\n\nfunc pay(customer string) {\n\tsettle(customer)\n}\n")
			prompt := prompted(t, e, m, goFile, 3, 1)
			if strings.Contains(prompt, shown) != c.shown || !c.shown && strings.Contains(prompt, "settleAll") {
				t.Errorf("prompt\n%s", prompt)
			}
		})
	}
}

// TestDiagnosticsAreShown checks that what other tools say of the line reaches the prompt, whoever tells it.
func TestDiagnosticsAreShown(t *testing.T) {
	const told = `{"range":{"start":{"line":3,"character":1},"end":{"line":3,"character":7}},"severity":1,"message":"undefined:\n settle"}`
	const shown = "// undefined: settle\n"
	diagnostics := func(version, all string) func(e *editor) {
		return func(e *editor) {
			e.notify("sopro/diagnostics", fmt.Sprintf(`{"uri":%q%s,"diagnostics":[%s]}`, goFile, version, all))
		}
	}
	action := func(where, all string) func(e *editor) {
		return func(e *editor) {
			e.call("textDocument/codeAction", fmt.Sprintf(`{"textDocument":{"uri":%q},"range":%s,"context":{"diagnostics":[%s]}}`, goFile, rangeJSON(where), all))
		}
	}
	for _, c := range []struct {
		name  string
		do    []func(e *editor)
		line  int
		shown bool
	}{
		{"told", []func(e *editor){diagnostics(`,"version":1`, told)}, 3, true},
		{"told of no version", []func(e *editor){diagnostics("", told)}, 3, true},
		{"told of another version", []func(e *editor){diagnostics(`,"version":7`, told)}, 3, false},
		{"another line", []func(e *editor){diagnostics("", told)}, 2, false},
		{"mended", []func(e *editor){diagnostics("", told), diagnostics("", "")}, 3, false},
		{"moved down by what was typed above", []func(e *editor){diagnostics("", told), func(e *editor) { e.change(goFile, 2, "1:0-1:0", "\n\n") }}, 5, true},
		{"with a question for code actions", []func(e *editor){action("3:2-3:2", told)}, 3, true},
		{"no more with the next question", []func(e *editor){action("3:2-3:2", told), action("3:2-3:2", "")}, 3, false},
		{"still after a question about another line", []func(e *editor){action("3:2-3:2", told), action("2:2-2:2", "")}, 3, true},
		{"told, and asked for code actions elsewhere on the line", []func(e *editor){diagnostics("", told), action("3:0-3:0", "")}, 3, true},
		{"without a message", []func(e *editor){diagnostics("", strings.Replace(told, `"undefined:\n settle"`, `""`, 1))}, 3, false},
		{"what makes no sense", []func(e *editor){diagnostics("", `7`)}, 3, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newScript("1")
			e := connect(t, options{build: m.build})
			e.initialize(plainClient)
			e.open(goFile, "go", "package a\n\nfunc pay(customer string) {\n\tsettle(customer)\n}\n")
			for _, do := range c.do {
				do(e)
			}
			prompt := prompted(t, e, m, goFile, c.line, 0)
			if strings.Contains(prompt, shown) != c.shown {
				t.Errorf("prompt\n%s", prompt)
			}
		})
	}
}

// TestLateDiagnosticsAreShown checks that what is told of the line while somebody writes there is in the very next prompt, and what
// has been mended no more.
func TestLateDiagnosticsAreShown(t *testing.T) {
	m := newScript("1")
	e := connect(t, options{build: m.build})
	e.initialize(plainClient)
	e.open(goFile, "go", "package a\n\nfunc pay(customer string) {\n\tsettle(customer)\n}\n")
	if prompt := prompted(t, e, m, goFile, 3, 1); strings.Contains(prompt, "undefined") {
		t.Errorf("at first\n%s", prompt)
	}
	e.notify("sopro/diagnostics", fmt.Sprintf(`{"uri":%q,"diagnostics":[{"range":%s,"message":"undefined: settle"}]}`, goFile, rangeJSON("3:1-3:7")))
	e.change(goFile, 2, "3:1-3:1", "x")
	if prompt := prompted(t, e, m, goFile, 3, 2); !strings.Contains(prompt, "// undefined: settle\n") {
		t.Errorf("then\n%s", prompt)
	}
	e.notify("sopro/diagnostics", fmt.Sprintf(`{"uri":%q,"diagnostics":[]}`, goFile))
	e.change(goFile, 3, "3:2-3:2", "y")
	if prompt := prompted(t, e, m, goFile, 3, 3); strings.Contains(prompt, "undefined") {
		t.Errorf("mended\n%s", prompt)
	}
}
