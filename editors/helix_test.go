//go:build editors

package editors

import (
	"fmt"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"
)

type helix struct {
	*desk
	inWord   bool // the menu comes by itself there
	answered int  // so many answers about completions had come before what was asked last
}

func (e *helix) start() {
	e.put(".config/helix/languages.toml", e.page["toml"])
	e.terminal.run(tool("bin/hx"), "-v", e.file) // so that it keeps a log of what it sends
	e.wantScreen("NOR")
	e.opened(1)
}

// opened waits until Helix has told that many servers of the file. Before that it knows no server that could be asked, and a key
// that asks one says so and is lost.
func (e *helix) opened(times int) {
	e.until("textDocument/didOpen", func() bool {
		log, err := os.ReadFile(e.path(".cache/helix/helix.log"))
		return err == nil && strings.Count(string(log), `"method":"textDocument/didOpen"`) >= times
	})
}

// command types a command of normal mode.
func (e *helix) command(text string) {
	e.normal()
	e.terminal.text(":" + text + "\n")
}

// normal leaves insert mode. What followed an Escape at once would be a key with Alt.
func (e *helix) normal() {
	if strings.Contains(e.terminal.screen(), " INS ") {
		e.terminal.press("Escape")
	}
	e.wantScreen(" NOR ")
}

func (e *helix) typeAt(line, less int, text string) {
	e.normal()
	e.terminal.text(fmt.Sprintf("%dggA", line))
	e.wantScreen(" INS ")
	for range less {
		e.terminal.press("Left")
	}
	e.answered = len(e.answers())
	e.terminal.text(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	e.inWord = unicode.IsLetter(last)
}

// complete closes the menu and asks again when another answer has come, as that of the built-in engine while the model is loaded: Helix
// asks nothing while it shows one.
func (e *helix) complete(label string) {
	if !e.inWord {
		e.answered = len(e.answers())
		e.terminal.press("C-x")
	}
	e.until(fmt.Sprintf("%q on the screen", label), func() bool {
		if all := e.answers(); len(all) > e.answered {
			e.answered = len(all)
			if !strings.Contains(all[len(all)-1], label) {
				e.terminal.press("C-c", "C-x")
			}
		}
		return strings.Contains(e.terminal.screen(), label)
	})
	e.terminal.press("Tab", "Enter")
	e.normal()
}

// answers are those that the server has given about completions.
func (e *helix) answers() []string { return strings.Split(e.said(), `"isIncomplete"`)[1:] }

func (e *helix) action(title string) {
	e.terminal.press("Space", "a")
	e.wantScreen(title)
	e.terminal.press("Enter")
}

func (e *helix) explain(from, to int) {
	e.normal()
	e.terminal.text(fmt.Sprintf("%dgg%dx", from, to-from+1))
	e.action("Sopro: explain")
}

func (e *helix) generate(line int) {
	e.normal()
	e.terminal.text(fmt.Sprintf("%dgg", line))
	e.action("Sopro: generate code from this comment")
}

func (e *helix) undo() {
	e.normal()
	e.terminal.text("u")
}

func (e *helix) revive() {
	e.command("lsp-restart sopro")
	e.opened(2)
}

// save waits until Helix knows that it has saved: it takes a file that is newer than it knows for another program's, and does not write.
func (e *helix) save() {
	e.command("w")
	e.wantScreenWithout("[+]")
}
