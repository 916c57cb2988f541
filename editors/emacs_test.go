//go:build editors

package editors

import (
	"fmt"
	"strings"
)

type emacs struct{ *desk }

// goMode stands for the mode of the package go-mode, which does not come with Emacs; and nothing is compiled for a test.
const goMode = `(setq native-comp-jit-compilation nil inhibit-startup-screen t make-backup-files nil)
(define-derived-mode go-mode prog-mode "Go" (setq-local comment-start "// ") (setq indent-tabs-mode t))
(add-to-list 'auto-mode-alist '("\\.go\\'" . go-mode))
`

func (e *emacs) start() {
	e.put(".emacs.d/init.el", goMode+e.page["elisp"])
	e.terminal.run(tool("bin/emacs"), "-nw", e.file)
	e.wantScreen("[eglot:") // in the mode line: what the echo area says of it another message may take away at once
}

// run runs a command by its name.
func (e *emacs) run(name string) {
	e.terminal.press("M-x")
	e.terminal.text(name + "\n")
}

// goTo goes to the end of a line.
func (e *emacs) goTo(line int) {
	e.terminal.press("M-g", "g")
	e.terminal.text(fmt.Sprintf("%d\n", line))
	e.terminal.press("C-e")
}

func (e *emacs) typeAt(line, less int, text string) {
	e.goTo(line)
	for range less {
		e.terminal.press("Left")
	}
	for i, part := range strings.Split(text, "\n") {
		if i > 0 {
			e.terminal.press("C-q", "C-j") // Enter would indent
		}
		if part != "" {
			e.terminal.text(part)
		}
	}
}

// complete takes the only one at once, as Emacs does.
func (e *emacs) complete(label string) {
	e.terminal.press("C-M-i")
	e.wantScreen(label)
}

func (e *emacs) explain(from, to int) {
	e.goTo(from)
	e.terminal.press("C-a", "C-Space")
	e.goTo(to)
	e.run("eglot-code-actions")
	e.wantScreen("Pick an action (default Sopro: explain)")
	e.terminal.press("Enter")
}

func (e *emacs) generate(line int) {
	e.goTo(line)
	e.run("eglot-code-action-rewrite")
}

func (e *emacs) undo() { e.terminal.press("C-_") }

// revive waits: eglot starts it again.
func (e *emacs) revive() { e.listens(2) }

func (e *emacs) save() { e.terminal.press("C-x", "C-s") }
