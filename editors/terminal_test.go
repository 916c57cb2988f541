//go:build editors

package editors

import (
	"os/exec"
	"strings"
)

// terminal is one in which an editor runs, by a tmux of its own.
type terminal struct {
	desk    *desk
	environ []string
}

func newTerminal(d *desk, environ []string) *terminal { return &terminal{d, environ} }

// tmux runs one command of it.
func (t *terminal) tmux(arguments ...string) (string, error) {
	// The path of its socket must be short.
	c := exec.Command(tool("bin/tmux"), append([]string{"-f", "/dev/null", "-u", "-S", t.desk.path("tmux")}, arguments...)...)
	c.Env = t.environ
	c.Dir = t.desk.path("ws")
	out, err := c.CombinedOutput()
	return string(out), err
}

// run starts a program, on a screen of 100 columns and 40 lines.
func (t *terminal) run(program string, arguments ...string) {
	t.desk.t.Helper()
	command := append([]string{"new-session", "-d", "-x", "100", "-y", "40", program}, arguments...)
	if out, err := t.tmux(command...); err != nil {
		t.desk.t.Fatalf("tmux: %v: %s", err, out)
	}
}

// press sends keys, in tmux's notation: Enter, C-x, M-x.
func (t *terminal) press(keys ...string) {
	t.desk.t.Helper()
	if out, err := t.tmux(append([]string{"send-keys"}, keys...)...); err != nil {
		t.desk.t.Fatalf("tmux: %v: %s", err, out)
	}
}

// text types text as it is; a line end is the key Enter.
func (t *terminal) text(text string) {
	t.desk.t.Helper()
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			t.press("Enter")
		}
		if line != "" {
			t.press("-l", strings.TrimSuffix(line, ";")+strings.Repeat(`\;`, len(line)-len(strings.TrimSuffix(line, ";")))) // a last ; is tmux's own
		}
	}
}

// screen is what is to be seen.
func (t *terminal) screen() string {
	out, _ := t.tmux("capture-pane", "-p") // when it has ended, there is nothing to be seen
	return out
}

func (t *terminal) end() { _, _ = t.tmux("kill-server") }
