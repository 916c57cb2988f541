package document

import (
	"errors"
	"fmt"
	"strings"
)

// ErrVersion is returned for a change to an older version than the snapshot's:
// it was made to a text that is gone, and applying it would garble this one.
var ErrVersion = errors.New("document: change for an older version")

// Change is one change as an editor sends it: Text in the place of Range, or of
// the whole text where Range is nil.
type Change struct {
	Range *Range
	Text  string
}

// Edit is a change that was made, in the notations that a parser wants. The
// start and the old end are places in the text before it, the new end is one in
// the text after it.
type Edit struct {
	Start, OldEnd, NewEnd                int
	StartPoint, OldEndPoint, NewEndPoint Point
}

// Apply makes the changes in order, each on the text that the one before it
// left, and returns the new text and what was done. It makes all or none: an
// inverted range is an error, and so is a version below the snapshot's
// (ErrVersion). A range past the end of a line or of the text is clamped. The
// snapshot itself stays as it is.
func (s *Snapshot) Apply(version int32, enc Encoding, changes []Change) (*Snapshot, []Edit, error) {
	if version < s.version {
		return nil, nil, fmt.Errorf("%w: %d, the text is at %d", ErrVersion, version, s.version)
	}
	next := s.with(version, s.root)
	edits := make([]Edit, 0, len(changes))
	for _, c := range changes {
		span := Span{0, next.Len()}
		if c.Range != nil {
			r := *c.Range
			if r.End.Line < r.Start.Line || r.End.Line == r.Start.Line && r.End.Character < r.Start.Character {
				return nil, nil, fmt.Errorf("document: the range %d:%d to %d:%d is inverted",
					r.Start.Line, r.Start.Character, r.End.Line, r.End.Character)
			}
			m := next.Mapper(enc)
			span.Start = m.Offset(r.Start)
			if span.End = span.Start; r.End != r.Start {
				span.End = m.Offset(r.End)
			}
		}
		root, edit := next.edited(span, c.Text)
		next.root = root // next is not handed out yet
		edits = append(edits, edit)
	}
	return next, edits, nil
}

// Splice is the text with other text in the place of span: what a completion
// would make of it. The span is clamped to the text and to starts of runes; URI
// and version stay.
func (s *Snapshot) Splice(span Span, text string) (*Snapshot, Edit) {
	start, end := s.clamp(span.Start), s.clamp(max(span.Start, span.End))
	root, edit := s.edited(Span{s.root.runeStart(start), s.root.runeStart(end)}, text)
	return s.with(s.version, root), edit
}

// edited makes one edit whose span lies in the text and cuts no rune.
func (s *Snapshot) edited(span Span, text string) (*node, Edit) {
	text = valid(strings.Clone(text))
	e := Edit{Start: span.Start, OldEnd: span.End, NewEnd: span.Start + len(text)}
	e.StartPoint = s.Point(e.Start)
	if e.OldEndPoint = e.StartPoint; e.OldEnd != e.Start {
		e.OldEndPoint = s.Point(e.OldEnd)
	}
	e.NewEndPoint = e.StartPoint.advance(summarise(text), text)
	return s.root.splice(e.Start, e.OldEnd, text), e
}
