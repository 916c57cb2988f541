//go:build editors

package editors

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait, so that a test that would hang fails with words. No test depends on its length.
const patience = time.Minute

// desk is where one editor is used: a home of its own, a folder with one file, a terminal, and a model server.
type desk struct {
	t        *testing.T
	page     page // what README.md says of this editor
	home     string
	file     string
	server   *server
	terminal *terminal
}

// wrapper starts the server as the editor wants it started, and writes down what it says.
const wrapper = "#!/bin/sh\n'%s' \"$@\" | tee -a '%s'\n"

func newDesk(t *testing.T, editor string, s *server) *desk {
	t.Helper()
	d := &desk{t: t, page: readPage(t, editor), home: t.TempDir(), server: s}
	d.file = d.path("ws/main.go")
	d.put("bin/sopro", fmt.Sprintf(wrapper, built.sopro, d.path("said")))
	if err := os.Chmod(d.path("bin/sopro"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(d.path("ws/.git"), 0o755); err != nil {
		t.Fatal(err)
	}
	d.put("said", "")
	d.terminal = newTerminal(d, []string{
		"PATH=" + d.path("bin") + ":" + os.Getenv("PATH"), "HOME=" + d.home, "TMPDIR=" + d.home, "TERM=screen-256color", "LANG=C.UTF-8",
		"XDG_CONFIG_HOME=" + d.path(".config"), "XDG_STATE_HOME=" + d.path(".state"), "XDG_CACHE_HOME=" + d.path(".cache"),
		"SOPRO_OLLAMA_URL=" + s.URL,
	})
	t.Cleanup(d.leave)
	return d
}

func (d *desk) path(name string) string { return filepath.Join(d.home, name) }

// put writes a file of the home.
func (d *desk) put(name, text string) {
	d.t.Helper()
	if err := os.MkdirAll(filepath.Dir(d.path(name)), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(d.path(name), []byte(text), 0o644); err != nil {
		d.t.Fatal(err)
	}
}

// write writes the file that is edited.
func (d *desk) write(text string) { d.put("ws/main.go", text) }

func (d *desk) control(path string, body any) { d.server.control(d.t, path, body) }

// until waits for something, and fails with what is to be seen if it does not come.
func (d *desk) until(what string, right func() bool) {
	d.t.Helper()
	for deadline := time.Now().Add(patience); !right(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			d.t.Fatalf("never came: %s; the screen:\n%s\nthe end of what the server said:\n%s", what, d.terminal.screen(), d.said()[max(0, len(d.said())-3000):])
		}
	}
}

// said is all that the server has written.
func (d *desk) said() string {
	text, err := os.ReadFile(d.path("said"))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(text)
}

// listens waits until the server has begun that many times.
func (d *desk) listens(times int) {
	d.t.Helper()
	d.until("the answer to initialize", func() bool { return strings.Count(d.said(), `"capabilities"`) >= times })
}

func (d *desk) wantFile(want string) {
	d.t.Helper()
	got := ""
	d.until(fmt.Sprintf("the file %q", want), func() bool {
		text, err := os.ReadFile(d.file)
		if err == nil && string(text) != got {
			got = string(text)
			d.t.Logf("the file is %q", got)
		}
		return got == want
	})
}

func (d *desk) wantScreen(texts ...string) {
	d.t.Helper()
	for _, text := range texts {
		d.until(fmt.Sprintf("%q on the screen", text), func() bool { return strings.Contains(d.terminal.screen(), text) })
	}
}

func (d *desk) wantScreenWithout(text string) {
	d.t.Helper()
	d.until(fmt.Sprintf("a screen without %q", text), func() bool { return !strings.Contains(d.terminal.screen(), text) })
}

// processes are those that run at this desk, by the programs that they run.
func (d *desk) processes() map[int]string {
	all, _ := filepath.Glob("/proc/[0-9]*")
	running := map[int]string{}
	for _, process := range all {
		environ, err := os.ReadFile(process + "/environ")
		if err != nil || !strings.Contains(string(environ), "HOME="+d.home+"\x00") {
			continue
		}
		program, err := os.Readlink(process + "/exe")
		if err != nil {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(process)); err == nil {
			running[pid] = program
		}
	}
	return running
}

// servers are the processes of the server that this desk's editor has started.
func (d *desk) servers() (pids []int) {
	for pid, program := range d.processes() {
		if program == built.sopro {
			pids = append(pids, pid)
		}
	}
	return pids
}

// killServer kills it, as running out of memory would.
func (d *desk) killServer() {
	d.t.Helper()
	pids := d.servers()
	if len(pids) != 1 {
		d.t.Fatalf("%d servers run", len(pids))
	}
	if err := syscall.Kill(pids[0], syscall.SIGKILL); err != nil {
		d.t.Fatal(err)
	}
	d.until("the end of the server", func() bool {
		return !slices.Contains(d.servers(), pids[0])
	})
}

// leave ends the editor; nothing of it stays behind. An Emacs that is told to end first saves what is not saved, beside the file.
func (d *desk) leave() {
	if d.t.Failed() {
		d.t.Logf("the screen:\n%s", d.terminal.screen())
	}
	if strings.Contains(d.said(), "left out a setting") {
		d.t.Errorf("README.md has a setting that is none:\n%s", d.said())
	}
	d.terminal.end()
	d.until("the end of all that was started", func() bool { return len(d.processes()) == 0 })
}
