package assist

import (
	"fmt"
	"strings"

	"sopro/internal/clean"
	"sopro/internal/document"
	"sopro/internal/model"
	"sopro/internal/patch"
	"sopro/internal/syntax"
)

// place is where generated code goes: below the comment that asks for it.
type place struct {
	text        *document.Snapshot
	existing    string // the whole of text
	instruction string
	comment     document.Span
	at          int    // the end of the comment's last line
	indent      string // of the code's first line
	eol         string
	unit        string // one level of indentation in this document; "" where it shows none
}

// placeAt finds the comment at or above off and the place below it.
func placeAt(view *syntax.View, off int) (place, error) {
	text := view.Text()
	comment, ok := instructionAt(view, text, off)
	if !ok {
		return place{}, fmt.Errorf("there is no comment at or above line %d: write what you want as a comment, then ask again there", text.LineAt(off)+1)
	}
	p := place{text: text, existing: text.String(), instruction: comment.Text, comment: comment.Span, eol: "\n"}
	if strings.Contains(p.existing, "\r\n") {
		p.eol = "\r\n"
	}
	if p.unit = unitOf(p.existing); p.unit == "" && view.Language().Tabs() {
		p.unit = "\t"
	}
	p.at = text.LineEnd(text.LineAt(comment.Span.End))
	first := text.LineAt(comment.Span.Start)
	p.indent = indentation(text.Line(first))
	before := text.Slice(document.Span{Start: text.LineStart(first), End: comment.Span.Start})
	if opensBlock(before) {
		p.indent += p.unit
	}
	return p, nil
}

// instructionAt finds the comment at or above off that says something: by the tree of view, or, where there is none, by the marker of
// the language.
func instructionAt(view *syntax.View, text *document.Snapshot, off int) (syntax.Comment, bool) {
	comment, ok := view.CommentAt(off)
	if !ok && !view.HasTree() {
		comment, ok = lineComments(text, view.Language().LineComment(), off)
	}
	return comment, ok && strings.TrimSpace(comment.Text) != ""
}

// lineComments finds a block of line comments in a language that is not parsed.
func lineComments(text *document.Snapshot, marker string, off int) (syntax.Comment, bool) {
	isComment := func(line int) bool {
		return marker != "" && line >= 0 && line < text.LineCount() && strings.HasPrefix(strings.TrimSpace(text.Line(line)), marker)
	}
	last := text.LineAt(off)
	if !isComment(last) {
		last--
	}
	if !isComment(last) {
		return syntax.Comment{}, false
	}
	for isComment(last + 1) {
		last++
	}
	first := last
	for isComment(first - 1) {
		first--
	}
	var said []string
	for line := first; line <= last; line++ {
		said = append(said, strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text.Line(line)), marker)))
	}
	start := text.LineStart(first) + len(indentation(text.Line(first)))
	return syntax.Comment{Span: document.Span{Start: start, End: text.LineEnd(last)}, Text: strings.Join(said, "\n")}, true
}

// above is the comment, in whose place nothing else is shown.
func (p place) above() document.Span { return document.Span{Start: p.comment.Start, End: p.at} }

// head is the comment with its whole first line, ended.
func (p place) head() string {
	start := p.text.LineStart(p.text.LineAt(p.comment.Start))
	return unix(p.text.Slice(document.Span{Start: start, End: p.at})) + "\n"
}

// insertion is what is inserted at p.at for the code. A declaration on the left margin keeps a blank line between itself and what
// follows.
func (p place) insertion(code string) string {
	new := p.eol + strings.ReplaceAll(code, "\n", p.eol)
	next := p.text.LineAt(p.at) + 1
	if p.indent == "" && strings.Contains(code, "\n") && next < p.text.LineCount() && strings.TrimSpace(p.text.Line(next)) != "" {
		new += p.eol
	}
	return new
}

// change makes the edit.
func (p place) change(rel, code string) (Change, error) {
	edits := []patch.Edit{{Span: document.Span{Start: p.at, End: p.at}, New: p.insertion(code)}}
	after, err := patch.Apply(p.existing, edits)
	if err != nil {
		return Change{}, err
	}
	if rel == "" {
		rel = "untitled"
	}
	diff, err := patch.Unified(rel, p.existing, after)
	if err != nil {
		return Change{}, err
	}
	return Change{Edits: edits, Text: code, Diff: diff, After: after}, nil
}

// foreign refuses code with characters that hide what it does.
func (p place) foreign(c Choice, code string) error {
	if r, found := clean.Foreign(code, p.existing); found {
		return &model.Error{Kind: model.Refused, Message: fmt.Sprintf("%s wrote the hidden character %U into the code", c.Model, r),
			Next: "nothing was changed; ask again, or choose another model"}
	}
	return nil
}
