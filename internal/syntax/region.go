package syntax

import (
	"strings"

	sitter "github.com/smacker/go-tree-sitter"

	"sopro/internal/document"
)

// Region is what a position lies in.
type Region uint8

// The regions. Code is also the answer when nothing is known.
const (
	Code Region = iota
	InComment
	InString
)

func (r Region) String() string { return [...]string{"code", "comment", "string"}[r] }

// Region is what the cursor at off stands in. At the end of a line comment it is
// still in the comment: what is typed there belongs to it. Right after a closing
// quote it is no longer in the string, in an interpolation it is in code.
func (v *View) Region(off int) (r Region) {
	v.read(func(p parsed) { r = p.region(off) })
	return r
}

func (p parsed) region(off int) Region {
	if off <= 0 || off > p.text.Len() {
		return Code
	}
	path := p.path(off - 1) // start < off <= end
	broken := false
	for i := len(path) - 1; i >= 0; i-- {
		n := path[i]
		inside := off < int(n.EndByte())
		c := p.grammar.class(n)
		switch {
		case c&commentNode != 0 && p.inComment(n, off):
			return InComment
		case c&stringNode != 0 && inside && off > p.span(n).Start:
			return InString
		case c&holeNode != 0 && (inside || p.bare(n)):
			return Code
		}
		broken = broken || n.IsError()
	}
	if broken && openQuote(p.before(off), p.grammar.spec.quotes) {
		return InString // not closed yet, so the grammar has no string
	}
	return Code
}

// bare says whether the interpolation n is without its brackets: then the cursor
// at its end is still in it.
func (p parsed) bare(n *sitter.Node) bool {
	return strings.IndexByte("$#{\\", p.at(int(n.StartByte()))) < 0
}

// inComment says whether the cursor at off, after the start of the comment n and
// at most at its end, is in it. An older tree may have stretched a line comment
// over what was typed on the next line.
func (p parsed) inComment(n *sitter.Node, off int) bool {
	s := p.span(n)
	if off <= s.Start {
		return false
	}
	text := p.text.Slice(document.Span{Start: s.Start, End: max(s.End, off)})
	if p.grammar.opensBlock(text) {
		return off < s.End
	}
	return !strings.Contains(text[:off-s.Start], "\n")
}

// openQuote says whether a string that began in line is open at its end. quotes are
// the characters that begin strings on one line; a backslash escapes.
func openQuote(line, quotes string) bool {
	open := byte(0)
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\':
			i++
		case open == 0 && strings.IndexByte(quotes, c) >= 0:
			open = c
		case c == open:
			open = 0
		}
	}
	return open != 0
}
