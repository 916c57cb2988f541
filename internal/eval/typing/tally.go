package typing

import (
	"slices"
	"strings"
	"time"

	"sopro/internal/complete"
)

// tally is what is counted while one trace is typed.
type tally struct {
	keys     int // that the text takes without help
	typed    int
	accepts  int // keys that accept
	accepted int // keys that were saved by them, and those that it took

	lost [reasons]int // keys that were typed, by why nothing was accepted in their place

	stops, soon int             // changes after which the typist did nothing for 50 ms and the model would have been right, and something right was there
	waits       []time.Duration // until right text was there
	waiting     bool
	since       time.Duration

	lit, litRight int // keys that were typed where something had been shown on the line and the model would have been right, and those with something right before them

	ghosts, fullyRight int // distinct ones, as first shown
	wrongChars         int // shown
	flickers           int

	unanswered, errors int
	requests, aborted  int
	evaluated          int

	prompts, foretold, off int // as the server's
	busy, took             time.Duration
}

// reason is why a key was typed.
type reason uint8

const (
	modelWrong      reason = iota // the model, asked here, errs at once: no policy could have shown anything
	reading                       // what would be accepted is shown, and not yet read
	short                         // what is shown is right, and too short to be worth a key
	wrongShown                    // what is shown is wrong, though the model knows better by now
	notAsked                      // the editor has not asked yet
	heldBack                      // asked, and no request is on its way
	behind                        // the request waits behind a prompt that nobody wants any more
	evaluatesPrompt               // the prompt is being evaluated
	generates                     // the model is speaking, and nothing is shown yet
	gated                         // answered with nothing: the model was not sure enough of its first token
	nothing                       // answered with nothing for another reason
	reasons
)

// reasonNames are the names in reports.
var reasonNames = [reasons]string{
	"model wrong", "reading", "right, no gain", "wrong ghost", "not asked yet", "held back", "behind another prompt", "prompt", "generating", "gated", "nothing shown",
}

// reason is why the key that is about to be pressed is typed.
func (s *session) reason() reason {
	what, _ := s.takes()
	switch {
	case what != acceptNothing:
		return reading
	case s.errs():
		return modelWrong
	case s.ghost.text != "" && s.ghost.right > 0:
		return short
	case s.ghost.text != "":
		return wrongShown
	case s.asked == 0 || s.toAsk != nil && s.toAsk.do != nil && s.toAsk.at >= s.now:
		return notAsked
	case !s.open && s.why == complete.Gated:
		return gated
	case !s.open:
		return nothing
	}
	live := s.server.wanted()
	switch {
	case live == nil:
		return heldBack
	case live.stage == queued:
		return behind
	case live.stage == evaluating:
		return evaluatesPrompt
	}
	return generates
}

// errs reports whether it is known that the model, asked here, would err at once.
func (s *session) errs() bool { return s.author != nil && s.author.wrong(s.at) }

// foreseen reports whether a model that was asked in time, and so for what stood there earlier, is right about what is typed now.
func (s *session) foreseen() bool {
	if s.author == nil {
		return true
	}
	asked := 0
	for _, p := range slices.Backward(s.stood) {
		if asked = p.at; p.since+askAfter+s.config.FirstToken <= s.now {
			break
		}
		asked = 0
	}
	return s.author.right(asked) > s.at
}

// pressed is called before a key.
func (t *tally) pressed(s *session) {
	if s.lit && s.foreseen() {
		t.lit++
		if s.helps() {
			t.litRight++
		}
	}
}

// changed is called after each change of the text.
func (t *tally) changed(s *session) {
	if s.at < len(s.trace.Text) && !s.errs() {
		at := s.at
		s.after(soonEnough, func() {
			if s.at == at {
				t.stops++
				if s.helps() {
					t.soon++
				}
			}
		})
	}
	t.looked(s)
	if !t.waiting && !s.helps() && s.at < len(s.trace.Text) && !s.errs() {
		t.waiting, t.since = true, s.now
	}
}

// soonEnough is what a person takes for at once.
const soonEnough = 50 * time.Millisecond

// helps reports whether what is shown begins with a right word.
func (s *session) helps() bool {
	return s.ghost.text != "" && s.ghost.right >= firstWord(s.ghost.text)
}

// looked is called when what is shown may have become right.
func (t *tally) looked(s *session) {
	if t.waiting && s.helps() {
		t.waits = append(t.waits, s.now-t.since)
		t.waiting = false
	}
}

// shown is called when an answer takes the place of what is shown.
func (t *tally) shown(s *session, was, is ghost) {
	first, _, _ := strings.Cut(was.text, "\n")
	line, _, _ := strings.Cut(is.text, "\n")
	if was.text != "" && !strings.HasPrefix(line, first) {
		t.flickers++
	}
	switch {
	case is.text == "" || strings.HasPrefix(was.text, is.text):
	case was.text != "" && strings.HasPrefix(is.text, was.text):
		t.wrongChars += len(is.text) - max(is.right, len(was.text))
	default:
		t.ghosts++
		if is.right == len(is.text) {
			t.fullyRight++
		}
		t.wrongChars += len(is.text) - is.right
	}
}

// finish counts what the end leaves open.
func (t *tally) finish(s *session) {
	if t.waiting {
		t.waits = append(t.waits, s.now-t.since)
	}
	t.unanswered = s.owed
	if s.open {
		t.unanswered-- // the last one: its answer would be for a text that is typed
	}
	t.evaluated, t.busy, t.took = s.server.evaluated, s.server.busy, s.now
	t.prompts, t.foretold, t.off = s.server.prompts, s.server.foretold, s.server.off
	if j := s.server.runs; j != nil {
		t.busy += s.now - j.began
	}
}

// add adds another trace's counts.
func (t *tally) add(o *tally) {
	mine, theirs := t.counts(), o.counts()
	for i, n := range theirs {
		*mine[i] += *n
	}
	for i, n := range o.lost {
		t.lost[i] += n
	}
	t.waits = append(t.waits, o.waits...)
	t.busy += o.busy
	t.took += o.took
}

// counts are the plain numbers.
func (t *tally) counts() []*int {
	return []*int{
		&t.keys, &t.typed, &t.accepts, &t.accepted, &t.stops, &t.soon, &t.lit, &t.litRight, &t.ghosts, &t.fullyRight, &t.wrongChars, &t.flickers,
		&t.unanswered, &t.errors, &t.requests, &t.aborted, &t.evaluated, &t.prompts, &t.foretold, &t.off,
	}
}

// quantile is a value of the waits, in whole milliseconds.
func (t *tally) quantile(q float64) int {
	if len(t.waits) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(t.waits))
	return int(sorted[int(q*float64(len(sorted)-1))].Milliseconds())
}
