//go:build editors

package editors

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

type helix struct {
	*desk
	inWord bool // the menu comes by itself there
}

func (e *helix) start() {
	e.put(".config/helix/languages.toml", e.page["toml"])
	e.terminal.run(tool("bin/hx"), "-v", e.file)
	e.wantScreen("NOR")
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
	e.terminal.text(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	e.inWord = unicode.IsLetter(last)
}

func (e *helix) complete(label string) {
	if !e.inWord {
		e.terminal.press("C-x")
	}
	e.wantScreen(label)
	e.terminal.press("Tab", "Enter")
	e.normal()
}

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
	e.listens(2)
}

func (e *helix) save() { e.command("w") }
