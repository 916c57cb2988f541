package learn

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sopro/internal/document"
)

// shown is one completion on its way from the screen to what became of it.
type shown struct {
	kind Kind
	said string // what the model said, also what the gate has hidden of it
	cuts Cuts
	head int // bytes of said that were shown; 0: none
	over int // bytes right of the cursor that it stands for

	place    int // where it begins in the document
	extent   int // bytes that have been typed or taken since
	agreed   int // bytes of said that stand at place
	at       time.Time
	onScreen bool      // the client says so
	lost     time.Time // when what was typed ceased to agree; zero: it agrees
	gone     bool      // it cannot be followed any more

	judged   [Levels]bool
	counted  bool      // among record.Judged
	told     bool      // its command was run
	taken    bool      // a person took some of it
	finished bool      // and counted, as one of the next two if it was not taken
	refused  bool      //
	byHand   bool      //
	span     *accepted // what was taken; nil: nothing yet
}

func newShown(now time.Time, i Item) *shown {
	extent := i.Offset - i.Replace.Start
	return &shown{
		kind: i.Kind, said: i.Said, cuts: i.Cuts, head: len(i.Shown), at: now,
		place: i.Replace.Start, extent: extent, agreed: extent, over: i.Replace.End - i.Offset,
	}
}

const (
	// seenFor is how long a completion is on the screen before a person is said to have seen it (Meta's and GitHub's measure).
	seenFor = 750 * time.Millisecond
	// typoFor is how long what was typed may disagree and be taken back: a slip of the finger is no verdict on a model.
	typoFor = 5 * time.Second
	// closers that an editor may have added behind what was typed.
	maxPairs = 3
)

// move follows the place through an edit.
func (s *shown) move(c change) (touched bool) {
	switch {
	case c.was.End <= s.place && c.was.Start < s.place:
		s.place += c.grown()
	case c.was.Start > s.place+s.extent:
	case c.was.Start < s.place:
		s.gone = true
	default:
		s.extent += c.grown()
		s.gone = s.gone || s.extent < 0
		return true
	}
	return false
}

// look compares what stands at the place with what was said.
func (s *shown) look(text *document.Snapshot, now time.Time) {
	there := text.Slice(document.Span{Start: s.place, End: s.place + max(len(s.said), s.extent)})
	s.agreed = common(s.said, there)
	switch {
	case s.agreed >= s.extent:
		ahead := there[s.extent:s.agreed]
		if !closing(ahead) {
			s.agreed = s.extent // the document goes on like that by chance
		}
		s.lost = time.Time{}
	case closing(there[s.agreed:min(s.extent, len(there))]):
		s.lost = time.Time{} // typed up to agreed; the editor has closed what was opened
	case s.lost.IsZero():
		s.lost = now
	}
}

// pairs are what editors put for one key.
var pairs = []string{"()", "[]", "{}", "<>", `""`, "''", "``"}

// closing reports whether a text is a few closing brackets or quotes, or nothing.
func closing(text string) bool {
	return len(text) <= maxPairs && strings.Trim(text, ")]}>\"'`") == ""
}

// follows reports whether a completion at an offset goes on where this one has been typed or taken to.
func (s *shown) follows(offset int, said string) bool {
	if s.gone || !s.lost.IsZero() || s.over > 0 {
		return false
	}
	if at := s.place + s.agreed; offset != at && offset != s.place+s.extent {
		return false
	}
	rest := s.said[min(offset-s.place, len(s.said)):]
	return strings.HasPrefix(rest, said) || strings.HasPrefix(said, rest)
}

// part is how much of a completion one edit has put in.
type part uint8

const (
	typed part = iota // as much as fingers do, or nothing
	some              // a word, a line
	whole
)

// put judges an edit that brought the text which stands from before to agreed. Fingers bring one character at a time; an editor may
// send a few of them together, but seldom a word to its end.
func (s *shown) put(before int) part {
	if before > s.agreed || s.agreed > s.head || !s.lost.IsZero() {
		return typed
	}
	piece := s.said[before:s.agreed]
	n := utf8.RuneCountInString(piece)
	switch {
	case n < 2 || strings.TrimSpace(piece) == "" || slices.Contains(pairs, piece):
		return typed
	case s.agreed == s.head && (before == 0 || n > 2):
		return whole
	case n > 2 && s.atEdge(s.agreed):
		return some
	}
	return typed
}

// atEdge reports whether a word or a line ends at an offset of what was said.
func (s *shown) atEdge(at int) bool {
	left, _ := utf8.DecodeLastRuneInString(s.said[:at])
	right, _ := utf8.DecodeRuneInString(s.said[at:])
	word := func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	return !word(left) || !word(right)
}
