package typing

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sopro/internal/complete"
	"sopro/internal/document"
)

// scripted is a policy that answers each request with what a story says, and writes down what it is told.
type scripted struct {
	*session
	answer func(s *scripted, n int) (text string, after time.Duration)
	log    []string
	n      int // requests
}

func (p *scripted) note(what string)      { p.log = append(p.log, what) }
func (p *scripted) said() string          { return strings.Join(p.log, ", ") }
func (p *scripted) opened()               { p.note("opened") }
func (p *scripted) edited(version int32)  { p.note(fmt.Sprint("edited ", version)) }
func (p *scripted) cancelled(id int)      { p.note(fmt.Sprint("cancelled ", id)) }
func (p *scripted) accepted(string, bool) { p.note("accepted") }
func (p *scripted) close()                {}

func (p *scripted) ask(id int, r complete.Request) {
	r.View.Close()
	p.note(fmt.Sprintf("asked %d after %d", id, (p.now - p.changed).Milliseconds()))
	text, after := p.answer(p, p.n)
	p.n++
	p.after(after, func() {
		reply := complete.Reply{}
		if text != "" {
			reply.Items = []complete.Item{{ID: fmt.Sprint(id), Text: text, Replace: document.Span{Start: r.Offset, End: r.Offset}}}
		}
		p.answered(id, reply, "")
	})
}

// rest is what is still to be typed.
func (p *scripted) rest() string { return p.trace.Text[p.at:] }

func perform(editor Editor, text string, answer func(*scripted, int) (string, time.Duration)) *scripted {
	c := usual()
	c.Editor = editor
	s := newSession(Trace{Path: "a.go", Language: "go", Before: "package a\n\n", Text: text, After: "\n"}, c)
	p := &scripted{session: s, answer: answer}
	s.play(p)
	return p
}

const typed = "var first = second + third\nvar fourth = fifth"

// VS Code asks 40 ms after a change, and the next change first cancels that; Neovim asks at once and cancels nothing.
func TestTheEditorAsks(t *testing.T) {
	never := func(*scripted, int) (string, time.Duration) { return "", time.Hour }
	for editor, want := range map[Editor]string{
		VSCode: "opened, edited 2, asked 1 after 40, cancelled 1, edited 3, asked 2 after 40, cancelled 2, edited 4",
		Neovim: "opened, edited 2, asked 1 after 0, edited 3, asked 2 after 0, edited 4",
	} {
		if got := perform(editor, typed, never).said(); !strings.HasPrefix(got, want) {
			t.Errorf("%s\n got %.200s\nwant %s", editor, got, want)
		}
	}
}

// Who takes nothing types every key, with the completion in sight.
func TestATypistWhoTypesOn(t *testing.T) {
	c := usual()
	c.Accepts = Never
	r, err := Run(t.Context(), own(t)[:1], c)
	if err != nil || r.Saved != 0 || r.Soon < 20 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestWhatTheTypistDoes(t *testing.T) {
	for _, c := range []struct {
		name   string
		editor Editor
		answer func(*scripted, int) (string, time.Duration)
		want   func(*tally) bool
	}{
		{"what is right is read and taken, and typed until then", VSCode,
			func(p *scripted, _ int) (string, time.Duration) { return p.rest(), 0 },
			func(y *tally) bool {
				return y.accepts == 1 && y.typed > 1 && y.typed+y.accepted == y.keys && y.ghosts == 1 && y.fullyRight == 1 &&
					y.wrongChars == 0 && y.flickers == 0 && y.soon == y.stops && y.lost[reading] == y.typed-1 && y.lost[notAsked] == 1
			}},
		{"what is wrong is ignored", VSCode,
			func(*scripted, int) (string, time.Duration) { return "?", 0 },
			func(y *tally) bool {
				return y.accepts == 0 && y.typed == y.keys && y.fullyRight == 0 && y.ghosts == y.wrongChars && y.ghosts > 10 && y.soon == 0
			}},
		{"of two lines the right one is taken", VSCode,
			func(p *scripted, _ int) (string, time.Duration) {
				line, _, _ := strings.Cut(p.rest(), "\n")
				return line + "\n?", 0
			},
			func(y *tally) bool {
				return y.accepts == 2 && y.typed < y.keys/2 && y.fullyRight == 0 && y.typed+y.accepted == y.keys
			}},
		{"of a line without its end the words are taken", VSCode,
			func(p *scripted, _ int) (string, time.Duration) {
				return strings.TrimSuffix(p.rest(), "fifth") + "?", 0
			},
			func(y *tally) bool { return y.accepts > 2 && y.typed < y.keys && y.typed+y.accepted == y.keys }},
		{"what comes and goes flickers", VSCode,
			func(p *scripted, n int) (string, time.Duration) {
				if n%2 == 1 {
					return "", 0
				}
				return p.rest(), 0
			},
			func(y *tally) bool { return y.flickers > 5 }},
		{"what grows does not, and is read on", VSCode,
			func(p *scripted, n int) (string, time.Duration) { return p.rest()[:min(n+3, len(p.rest()))], 0 },
			func(y *tally) bool { return y.flickers == 0 && y.accepts > 0 && y.wrongChars == 0 }},
		{"an answer that was cancelled is not shown", VSCode,
			func(p *scripted, _ int) (string, time.Duration) { return p.rest(), 2 * time.Second },
			func(y *tally) bool { return y.ghosts == 0 && y.typed == y.keys && len(y.waits) == 1 }},
		{"nor one that is late", Neovim,
			func(p *scripted, _ int) (string, time.Duration) { return p.rest(), 2 * time.Second },
			func(y *tally) bool { return y.ghosts == 0 && y.typed == y.keys }},
	} {
		t.Run(c.name, func(t *testing.T) {
			if y := perform(c.editor, typed, c.answer).tally; !c.want(y) {
				t.Errorf("%+v", *y)
			}
		})
	}
}
