package terminal

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func environment(set ...string) func(string) string {
	return func(name string) string {
		for _, s := range set {
			if value, ok := strings.CutPrefix(s, name+"="); ok {
				return value
			}
		}
		return ""
	}
}

// looking is a terminal that somebody looks at, which prints into a buffer.
func looking(colour bool) (*Terminal, *bytes.Buffer) {
	var out bytes.Buffer
	return &Terminal{out: &out, live: true, colour: colour, width: 20}, &out
}

func TestNobodyLooks(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for name, term := range map[string]*Terminal{
		"buffer": New(&bytes.Buffer{}, environment("TERM=xterm")),
		"file":   New(file, environment("TERM=xterm")),
	} {
		if term.Colour() || term.Width() != 80 || term.Ghost("a") != "a" {
			t.Errorf("%s: colour %v, width %d", name, term.Colour(), term.Width())
		}
		stop := term.Wait("thinking")
		stop()
	}
	if info, err := file.Stat(); err != nil || info.Size() != 0 {
		t.Errorf("something was printed: %v, %v", info, err)
	}
}

// TestTerminal opens a real pseudo-terminal.
func TestTerminal(t *testing.T) {
	pty, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer pty.Close()
	for _, c := range []struct {
		env                  []string
		wantColour, wantLive bool
	}{
		{[]string{"TERM=xterm"}, true, true},
		{nil, true, true},
		{[]string{"TERM=dumb"}, false, false},
		{[]string{"TERM=xterm", "NO_COLOR=1"}, false, true},
	} {
		term := New(pty, environment(c.env...))
		if term.Colour() != c.wantColour || term.live != c.wantLive {
			t.Errorf("%v: colour %v, live %v", c.env, term.Colour(), term.live)
		}
	}
}

func TestStyles(t *testing.T) {
	term, _ := looking(true)
	for _, c := range []struct{ got, want string }{
		{term.Ghost("a"), "\x1b[90ma\x1b[0m"},
		{term.Ghost("a\n\n b\n"), "\x1b[90ma\x1b[0m\n\n\x1b[90m b\x1b[0m\n"},
		{term.Ghost(""), ""},
		{term.Bold("a"), "\x1b[1ma\x1b[0m"},
		{term.Dim("a"), "\x1b[2ma\x1b[0m"},
		{term.Red("a"), "\x1b[31ma\x1b[0m"},
		{term.Green("a"), "\x1b[32ma\x1b[0m"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestWait(t *testing.T) {
	for _, c := range []struct {
		name string
		took time.Duration
		want string
	}{
		{"quick", 250 * time.Millisecond, ""},
		{"slow", 450 * time.Millisecond, "\r\x1b[K⠋ thinking very har\r\x1b[K⠙ thinking very har\r\x1b[K"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				term, out := looking(false)
				stop := term.Wait("thinking very hard indeed")
				time.Sleep(c.took)
				stop()
				stop()
				if out.String() != c.want {
					t.Errorf("%q, want %q", out, c.want)
				}
			})
		})
	}
}

// What is going on may change.
func TestWaitFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		term, out := looking(false)
		done := 0
		stop := term.WaitFor(func() string { done++; return fmt.Sprint(done, " of 2") })
		time.Sleep(450 * time.Millisecond)
		stop()
		if want := "\r\x1b[K⠋ 1 of 2\r\x1b[K⠙ 2 of 2\r\x1b[K"; out.String() != want {
			t.Errorf("%q, want %q", out, want)
		}
	})
}

// clean takes the erasing out of a line.
func clean(line string) string {
	return strings.NewReplacer("\x1b[K", "", "\x1b[0K", "", "\x1b[2K", "").Replace(line)
}

// A download is a bar that is gone at its end, or lines where nobody looks.
func TestDownload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		show := func(term *Terminal) {
			bar := term.Download("qwen")
			defer bar.Stop()
			bar.Set(0, 0)
			for _, step := range []struct{ done, total int64 }{{0, 4e8}, {2e8, 4e8}, {4e8, 4e8}, {4e8, 5e8}, {4.5e8, 5e8}, {9e8, 5e8}} {
				bar.Step("pulling")
				bar.Set(step.done, step.total)
				time.Sleep(time.Second)
			}
			bar.Step("success")
		}
		term, out := looking(false)
		show(term)
		for _, part := range []string{"qwen", "200/400 MB", "450/500 MB"} {
			if !strings.Contains(out.String(), part) {
				t.Errorf("no %q in %q", part, out)
			}
		}
		if !strings.HasSuffix(out.String(), eraseLine) {
			t.Errorf("something stays: %q", out)
		}
		wide := &Terminal{out: out, live: true, width: 80}
		out.Reset()
		bar := wide.Download("hf.co/mradermacher/Seed-Coder-8B-Base-GGUF:Q4_K_M")
		bar.Set(1.2e9, 5e9)
		time.Sleep(time.Minute)
		bar.Set(2.5e9, 5e9)
		bar.Stop()
		for _, line := range strings.FieldsFunc(out.String(), func(r rune) bool { return r == '\r' }) {
			if n := utf8.RuneCountInString(clean(line)); n >= 80 || n > 0 && !strings.Contains(line, "-Base-GGUF:Q4_K_M") {
				t.Errorf("%d columns: %q", n, line)
			}
		}
		var log bytes.Buffer
		show(New(&log, environment()))
		if log.String() != "pulling\nsuccess\n" {
			t.Errorf("%q", log.String())
		}
	})
}
