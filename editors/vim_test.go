//go:build editors

package editors

import (
	"fmt"
	"strings"
	"testing"
)

type vim struct{ *desk }

// before makes an ordinary Vim: without files of its own beside those that are edited, its Tab inserts tabs.
const before = "set nocompatible noswapfile nobackup viminfo= encoding=utf-8\nfiletype plugin on\n" +
	"set runtimepath^=%s\nset packpath=\nlet g:ale_linters = {'go': ['sopro']}\nruntime! plugin/**/*.vim\n"

func (e *vim) start() {
	e.put("vimrc", fmt.Sprintf(before, tool("ale"))+e.page["vim"])
	e.terminal.run(tool("bin/vim"), "-u", e.path("vimrc"), e.file)
	e.wantScreen("package calc")
}

func (e *vim) normal() { e.terminal.press("C-\\", "C-n") }

func (e *vim) command(text string) {
	e.normal()
	e.terminal.text(":" + text + "\n")
}

func (e *vim) typeAt(line, less int, text string) {
	e.command(fmt.Sprint(line))
	e.terminal.text("A")
	e.wantScreen("-- INSERT --")
	for range less {
		e.terminal.press("Left")
	}
	e.terminal.text(text)
}

func (e *vim) complete(label string) {
	e.terminal.press("C-l")
	e.wantScreen(label)
	e.terminal.press("C-y")
}

func (e *vim) explain(from, to int) { e.command(fmt.Sprintf("%d,%dSoproExplain", from, to)) }

func (e *vim) generate(line int) {
	e.command(fmt.Sprint(line))
	e.command("SoproGenerate")
}

func (e *vim) undo() { e.command("undo") }

// revive does nothing: ALE starts it when it is needed.
func (e *vim) revive() {}

func (e *vim) save() { e.command("silent write") }

// TestVimAsksASlowServer asks while the server has not begun to answer, when ALE has yet to open the file there.
func TestVimAsksASlowServer(t *testing.T) {
	d := newDesk(t, "Vim", run(t, "sim"))
	d.control("/chat", map[string]any{"rules": chats})
	d.write(completed)
	d.put("bin/sopro", fmt.Sprintf("#!/bin/sh\n'%s' \"$@\" | { until [ -e '%s' ]; do sleep 0.01; done; tee -a '%s'; }\n",
		built.sopro, d.path("begun"), d.path("said")))
	begin := func() { d.put("begun", "") }
	defer begin() // so that nothing waits for it when the test fails before
	e := &vim{d}
	e.start()
	e.typeAt(5, 0, "\n\nfunc one() int { // unsaved")
	e.explain(3, 5)
	e.typeAt(7, 0, ", typed after asking")
	d.wantScreen("// unsaved, typed after asking")
	begin()
	d.wantScreen("It **adds** two numbers.")
	if strings.Contains(d.said(), `"window/showMessage"`) {
		t.Errorf("the server had something to say:\n%s", d.said())
	}
}
