package typing

import (
	"strings"
	"time"

	"sopro/internal/complete"
	"sopro/internal/document"
	"sopro/internal/syntax"
)

// session is one trace that is typed in an editor: the typist, the editor, the policy and the server, all in virtual time.
type session struct {
	*clock
	config Config
	trace  Trace
	dice   dice
	author *author                // nil: nobody knows where the model errs
	pass   func(done func() bool) // lets time pass
	server *server
	policy policy

	evaluated string // the prompt that the server's cache begins with, as far as a client knows

	text    *document.Snapshot
	tree    *syntax.Stepwise
	changed time.Duration // when the text last changed

	keys  []key
	tempo float64
	beat  time.Duration // between any two keys; 0: as people type
	next  int           // key
	at    int           // bytes of the trace's text that stand in the file
	hand  *plan         // the next key, or the next acceptance
	due   time.Duration // of the next key

	toAsk  *plan // the editor is about to ask
	atRest *plan // the server is about to read ahead
	asked  int   // the newest request
	open   bool  // … has no answer yet
	owed   int   // requests without an answer that nobody has cancelled
	why    string
	ghost  ghost
	lit    bool    // something was shown on the line that is typed
	stood  []place // when the text came to stand where

	tally *tally
}

// place is how much of the trace's text stood in the file from a time on.
type place struct {
	since time.Duration
	at    int
}

// ghost is what is shown.
type ghost struct {
	text  string        // from the cursor on; "": nothing
	id    string        // the item's
	right int           // bytes of it that are what will be typed
	read  time.Duration // when the typist has read it
}

const uri = "file://" + Workspace + "/"

// typeTrace types one trace.
func typeTrace(t Trace, c Config) *tally {
	s := newSession(t, c)
	return s.play(policies[c.Policy](s))
}

func newSession(t Trace, c Config) *session {
	d := newDice(c.Seed, t.Name())
	s := &session{
		clock: &clock{}, config: c, trace: t, dice: d, author: newAuthor(t, d), keys: keysOf(t.Text), tally: &tally{},
		text: document.New(uri+t.Path, t.Language, 1, t.Before+t.After),
	}
	if c.Coupled {
		s.author.couple(t)
	}
	s.server = &server{clock: s.clock, speed: c.Speed, mode: c.Mode, first: c.FirstToken}
	s.pass = func(done func() bool) { s.run(done) }
	s.tempo = tempo(s.keys, c.Keys)
	if c.Steady {
		s.beat = time.Duration(float64(time.Second) / c.Keys)
	}
	s.tally.keys = len(s.keys)
	return s
}

// play types the trace with the help of a policy, which it closes.
func (s *session) play(p policy) *tally {
	s.tree = syntax.NewStepwise(syntax.Detect(s.trace.Language, "", ""), s.text)
	defer s.tree.Close()
	s.policy = p
	defer p.close()
	p.opened()
	s.after(look, s.hesitate)
	s.pass(func() bool { return s.next == len(s.keys) })
	s.tally.finish(s)
	return s.tally
}

// look is how long a file has been open, and looked at, before it is typed into.
const look = 2 * time.Second

// hesitate waits for the time of the next key.
func (s *session) hesitate() {
	if s.next < len(s.keys) {
		k := s.keys[s.next]
		gap := s.beat
		if gap == 0 {
			gap = s.dice.logNormal(k.median*s.tempo, k.start)
		}
		s.due = s.now + gap
		s.hand = s.after(s.due-s.now, s.press)
	}
}

// press is the next key of the text.
func (s *session) press() {
	s.tally.lost[s.reason()]++
	s.tally.pressed(s)
	s.tally.typed++
	s.change(s.keys[s.next].end)
	s.next++
	s.hesitate()
	s.reconsider()
}

// accept takes of the ghost what one key can take.
func (s *session) accept() {
	what, size := s.takes()
	s.tally.accepts++
	before := s.next
	for s.next < len(s.keys) && s.keys[s.next].end <= s.at+size {
		s.next++
	}
	s.tally.accepted += s.next - before
	s.policy.accepted(s.ghost.id, what == acceptAll)
	s.change(s.at + size)
	s.hand.stop()
	s.hesitate()
	s.reconsider()
}

// takes is what one key would take of what is shown.
func (s *session) takes() (acceptance, int) {
	least := acceptWord
	switch s.config.Accepts {
	case ByLine:
		least = acceptLine
	case Never:
		return acceptNothing, 0
	}
	return accepts(s.ghost.text, s.ghost.right, least)
}

// reconsider plans to accept what is shown, if there is time before the next key.
func (s *session) reconsider() {
	what, _ := s.takes()
	if what == acceptNothing || s.next == len(s.keys) {
		return
	}
	when := max(s.ghost.read-s.now, 0)
	if s.changed == s.now && s.now > 0 { // a hand that has just pressed a key needs as long as for any other
		when = max(when, time.Duration(gapInWord*s.tempo)*time.Millisecond)
	}
	if s.hand != nil && s.now+when < s.hand.at {
		s.hand.stop()
		s.hand = s.after(when, s.decide)
	}
}

// decide is the moment to accept; what is shown may have changed since it was planned.
func (s *session) decide() {
	if what, _ := s.takes(); what != acceptNothing && s.ghost.read <= s.now {
		s.accept()
		return
	}
	s.hand = s.after(s.due-s.now, s.press)
	s.reconsider()
}

// change makes the text stand in the file up to an offset, by a key or an acceptance.
func (s *session) change(to int) {
	said := s.trace.Text[s.at:to]
	at := len(s.trace.Before) + s.at
	m := s.text.Mapper(document.UTF8)
	span := m.Range(document.Span{Start: at, End: at})
	next, edits, err := s.text.Apply(s.text.Version()+1, document.UTF8, []document.Change{{Range: &span, Text: said}})
	if err != nil {
		panic(err) // the version grows and the range is in the text
	}
	if s.now-s.changed >= rest {
		s.tree.Rest()
	}
	s.text, s.at, s.changed = next, to, s.now
	s.stood = append(s.stood, place{s.now, to})
	s.tree.Update(next, edits)
	if rest, ok := strings.CutPrefix(s.ghost.text, said); ok && rest != "" {
		s.ghost.text, s.ghost.right = rest, max(0, s.ghost.right-len(said))
	} else {
		s.ghost = ghost{}
	}
	s.lit = s.ghost.text != "" || s.lit && !strings.Contains(said, "\n")
	s.tally.changed(s)
	s.notify()
}

// rest is how long typing rests before a tree with an error is made anew.
const rest = 400 * time.Millisecond

// notify is the editor's work after a change.
func (s *session) notify() {
	s.toAsk.stop()
	if s.open && s.config.Editor == VSCode {
		s.policy.cancelled(s.asked)
		s.open = false
		s.owed--
	}
	s.policy.edited(s.text.Version())
	if s.config.Editor == VSCode {
		s.toAsk = s.after(askAfter, s.ask)
		return
	}
	s.ask()
}

// askAfter is how long VS Code waits after a key before it asks.
const askAfter = 40 * time.Millisecond

func (s *session) ask() {
	if s.next == len(s.keys) && s.at == len(s.trace.Text) {
		return
	}
	s.asked++
	s.open, s.why = true, ""
	s.owed++
	s.policy.ask(s.asked, s.request())
}

// request is one for the text as it is. Who takes it closes its view.
func (s *session) request() complete.Request {
	return complete.Request{
		Text: s.text, View: s.tree.View(), Offset: len(s.trace.Before) + s.at,
		Path: s.trace.Path, Repo: s.trace.Repo, Local: Workspace + "/" + s.trace.Path,
	}
}

// answered is what the policy answers to a request; items for another text than the newest are not shown.
func (s *session) answered(id int, r complete.Reply, why string) {
	s.owed--
	if r.Err != nil {
		s.tally.errors++
	}
	if id != s.asked || !s.open {
		return
	}
	s.open = false
	if r.Superseded {
		return
	}
	shown := ghost{}
	for _, item := range r.Items {
		if item.Replace.Empty() {
			shown = ghost{text: item.Text, id: item.ID, right: common(item.Text, s.trace.Text[s.at:])}
		}
	}
	s.why = why
	s.show(shown)
}

// show draws a ghost in the place of what was shown.
func (s *session) show(g ghost) {
	was := s.ghost
	s.tally.shown(s, was, g)
	switch {
	case g.text == "":
	case was.text == "" || !strings.HasPrefix(g.text, was.text) && !strings.HasPrefix(was.text, g.text):
		g.read = s.now + notice + time.Duration(len(g.text))*readOne
	case len(g.text) > len(was.text):
		g.read = max(was.read, s.now) + time.Duration(len(g.text)-len(was.text))*readOne
	default:
		g.read = was.read
	}
	s.ghost = g
	s.lit = s.lit || g.text != ""
	s.tally.looked(s)
	s.reconsider()
}
