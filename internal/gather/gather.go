// Package gather chooses what a model sees of the code around a hole, within a budget
// of tokens.
package gather

import (
	"context"

	"sopro/internal/document"
)

// Query asks for the context of one hole.
type Query struct {
	Text        *document.Snapshot
	Offset      int              // bytes
	Budget      int              // tokens, for prefix, suffix and snippets together
	Estimate    func(string) int // tokens of a text
	SuffixFirst bool             // the model reads the suffix before the prefix
	Path        string           // of the file, as the model sees it
}

// Snippet is a piece of another place.
type Snippet struct {
	Source, Path, Text string
	Lines              [2]int // first and last, 0-based
	Score              float64
	Tokens             int
}

// Context is what the model sees.
type Context struct {
	Prefix, Suffix string
	Snippets       []Snippet
	Tokens         int // of all of it, estimated
}

// Anchor is what stays between two holes of one document. Its zero value is ready. It is
// not safe for concurrent use.
type Anchor struct {
	start int // of the window, bytes
}

// Gather returns the context for a hole.
func (a *Anchor) Gather(_ context.Context, q Query) Context {
	before := q.Text.Slice(document.Span{Start: a.from(q), End: q.Offset})
	after := q.Text.Slice(document.Span{Start: q.Offset, End: q.Text.LineEnd(min(q.Text.LineAt(q.Offset)+12, q.Text.LineCount()-1))})
	return Context{Prefix: before, Suffix: after, Tokens: q.Estimate(before) + q.Estimate(after)}
}

// from anchors the window's start: it moves only when the window would be too large.
func (a *Anchor) from(q Query) int {
	size := q.Budget * 3
	if q.Offset < a.start || q.Offset-a.start > size {
		a.start = q.Text.LineStart(q.Text.LineAt(max(0, q.Offset-size/2)))
	}
	return a.start
}
