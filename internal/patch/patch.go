// Package patch holds changes to a text: what differs between two texts, how it
// is shown to people and tools as a unified diff, and how it reaches a file.
//
// Goals: a diff that git and patch accept as it is, whatever the line ends; no
// write outside the folder that it was meant for, onto a text other than the
// one that was read, or into the files by which a repository runs programs.
//
// Non-goals: it does not decide whether a change is good, and it never merges:
// what does not fit is refused.
package patch

import (
	"fmt"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"sopro/internal/document"
)

// Edit is one replacement. Span is in bytes of the text that was read.
type Edit struct {
	Span document.Span
	New  string
}

// Between is what turns before into after: edits of whole lines, sorted, with a
// line that stays between any two of them.
func Between(before, after string) []Edit {
	if before == after {
		return nil
	}
	lines := udiff.Lines(before, after)
	edits := make([]Edit, len(lines))
	for i, e := range lines {
		edits[i] = Edit{Span: document.Span{Start: e.Start, End: e.End}, New: e.New}
	}
	return edits
}

// Apply makes the edits, whose spans are all in text as it is given. Edits that
// are out of order, overlap or leave the text are an error, and nothing is
// guessed.
func Apply(text string, edits []Edit) (string, error) {
	var b strings.Builder
	done := 0
	for i, e := range edits {
		switch {
		case e.Span.Start < 0 || e.Span.End < e.Span.Start || e.Span.End > len(text):
			return "", fmt.Errorf("patch: edit %d at %d to %d is outside the text of %d bytes", i, e.Span.Start, e.Span.End, len(text))
		case e.Span.Start < done:
			return "", fmt.Errorf("patch: edit %d at %d overlaps the one before it", i, e.Span.Start)
		}
		b.WriteString(text[done:e.Span.Start])
		b.WriteString(e.New)
		done = e.Span.End
	}
	b.WriteString(text[done:])
	return b.String(), nil
}
