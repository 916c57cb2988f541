// Package terminal is how the command line looks: colours where they are wanted, ghost text in grey, a sign of life while a model
// thinks.
//
// Goals: plain text whenever nobody is looking or colours are unwelcome; nothing left on the screen by what only passed by.
//
// Non-goals: it lays out no pages and asks no questions, and it does not clean what it prints: whoever prints a model's text
// has taken the control characters out before.
package terminal

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// Terminal is where a command prints. Its methods may be used by several goroutines.
type Terminal struct {
	out    io.Writer
	live   bool // somebody looks at it
	colour bool
	width  int

	mu sync.Mutex // guards out
}

// New looks at where out leads and at the environment: colours are used on a terminal, unless NO_COLOR is set (https://no-color.org) or
// TERM says that it cannot.
func New(out io.Writer, env func(string) string) *Terminal {
	t := &Terminal{out: out, width: defaultWidth}
	if file, ok := out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		width, _, err := term.GetSize(int(file.Fd()))
		if err == nil && width > 0 {
			t.width = width
		}
		t.live = env("TERM") != "dumb"
	}
	t.colour = t.live && env("NO_COLOR") == ""
	return t
}

const defaultWidth = 80 // columns, where there is no terminal to ask

// Colour reports whether text may be coloured.
func (t *Terminal) Colour() bool { return t.colour }

// Width is the number of columns when the Terminal was made.
func (t *Terminal) Width() int { return t.width }

// Write prints, so that a Terminal can stand wherever an io.Writer can.
func (t *Terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.out.Write(p)
}

// Ghost is text as an editor shows a completion that is not accepted yet: grey, where there are colours.
func (t *Terminal) Ghost(s string) string { return t.styled("\x1b[90m", s) }

// Bold is text that stands out.
func (t *Terminal) Bold(s string) string { return t.styled("\x1b[1m", s) }

// Dim is text that stands back.
func (t *Terminal) Dim(s string) string { return t.styled("\x1b[2m", s) }

// Red is for what went wrong.
func (t *Terminal) Red(s string) string { return t.styled("\x1b[31m", s) }

// Green is for what is well.
func (t *Terminal) Green(s string) string { return t.styled("\x1b[32m", s) }

const plain = "\x1b[0m"

// styled styles every line for itself: a pager that begins in the middle then still shows the rest right.
func (t *Terminal) styled(style, s string) string {
	if !t.colour || s == "" {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = style + line + plain
		}
	}
	return strings.Join(lines, "\n")
}

const (
	spinnerDelay = 300 * time.Millisecond // what is quicker needs no sign
	spinnerPause = 100 * time.Millisecond
	frames       = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
	eraseLine    = "\r\x1b[K"
)

// Wait shows that something is going on until stop is called, which takes the sign away and returns only then. It is safe to call
// stop more than once. Where nobody looks, Wait prints nothing. Nothing else should be printed meanwhile.
func (t *Terminal) Wait(what string) (stop func()) {
	return t.WaitFor(func() string { return what })
}

// WaitFor is Wait where what is going on changes: it is asked for each picture, on another goroutine.
func (t *Terminal) WaitFor(what func() string) (stop func()) {
	if !t.live {
		return func() {}
	}
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		t.spin(what, quit)
	}()
	return sync.OnceFunc(func() {
		close(quit)
		<-gone
	})
}

func (t *Terminal) spin(what func() string, quit <-chan struct{}) {
	timer := time.NewTimer(spinnerDelay)
	defer timer.Stop()
	signs := []rune(frames)
	for i := 0; ; i++ {
		select {
		case <-quit:
			if i > 0 {
				fmt.Fprint(t, eraseLine)
			}
			return
		case <-timer.C:
			fmt.Fprint(t, eraseLine+t.Dim(string(signs[i%len(signs)])+" "+t.short(what())))
			timer.Reset(spinnerPause)
		}
	}
}

// short is what fits into a line behind a sign: a second line could not be erased.
func (t *Terminal) short(what string) string {
	if runes := []rune(what); len(runes) > t.width-3 {
		return string(runes[:max(t.width-3, 0)])
	}
	return what
}
