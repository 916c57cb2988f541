package learn

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"sopro/internal/document"
)

// accepted is a text that was accepted, while it is followed through the edits.
type accepted struct {
	model, language string
	text            string
	span            document.Span // where it is now, or what has become of it
	at              time.Time
	looked          int // how many of Times have come
}

// maxJudged is how many bytes are compared: the comparison takes the product of the lengths.
const maxJudged = 2000

// standing is how many characters of an accepted text still stand in what has become of it: all, less one for each that was changed
// (edit distance), none where more was changed than there is.
func (a *accepted) standing(now *document.Snapshot) (of, still int) {
	text, left := a.text, now.Slice(a.span)
	of = utf8.RuneCountInString(text)
	if strings.Contains(left, text) {
		return of, of // something may have been put before or behind it
	}
	head := common(text, left)
	text, left = text[head:], left[head:]
	text, left = text[:min(len(text), maxJudged)], left[:min(len(left), maxJudged)]
	return of, max(of-levenshtein.ComputeDistance(text, left), 0)
}

// move follows the span through an edit.
func (a *accepted) move(c change) {
	s, grown := &a.span, c.grown()
	switch {
	case c.was.End <= s.Start && c.was.Start < s.Start, c.was.Empty() && c.was.Start == s.Start:
		s.Start += grown
		s.End += grown
	case c.was.Start >= s.End:
	case c.was.Start <= s.Start && c.was.End >= s.End: // all of it, and more: whatever it was found in is looked through
		s.Start, s.End = c.was.Start, c.end
	case c.was.Start < s.Start:
		s.End += grown
		s.Start = min(c.end, s.End)
	case c.was.End > s.End:
		s.End = min(c.end, s.End)
	default:
		s.End += grown
	}
}
