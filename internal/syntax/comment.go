package syntax

import (
	"regexp"
	"strings"

	sitter "github.com/smacker/go-tree-sitter"

	"sopro/internal/document"
)

// maxCommentLines bounds a block of line comments in each direction.
const maxCommentLines = 400

// Comment is a block of comment: consecutive line comments, one block comment, or
// a documentation string where the language has those.
type Comment struct {
	Span   document.Span // from the first marker to the end of the last line
	Text   string        // without markers, lines joined by \n
	Indent string        // the white space before its first line
}

// CommentAt is the comment block at off, or the one that ends on the line above it.
// A comment behind code is one of its own, and only found from its own line.
func (v *View) CommentAt(off int) (c Comment, ok bool) {
	v.read(func(p parsed) { c, ok = p.commentAt(off) })
	return c, ok
}

func (p parsed) commentAt(off int) (Comment, bool) {
	if off < 0 || off > p.text.Len() {
		return Comment{}, false
	}
	line := p.text.LineAt(off)
	for _, at := range []int{off, off - 1} {
		if s, ok := p.comment(at); ok && p.text.LineAt(s.Start) <= line {
			return p.block(s), true
		}
	}
	if s, ok := p.comment(p.skip(p.text.LineStart(line), p.text.LineEnd(line))); ok {
		return p.block(s), true
	}
	if line == 0 {
		return Comment{}, false
	}
	above := strings.TrimRight(p.text.Line(line-1), " \t\r\n")
	if s, ok := p.comment(p.text.LineStart(line-1) + len(above) - 1); ok && above != "" && p.leads(s.Start) {
		return p.block(s), true
	}
	return Comment{}, false
}

// comment is the comment or documentation string that has the byte at off.
func (p parsed) comment(off int) (document.Span, bool) {
	if off < 0 || off >= p.text.Len() {
		return document.Span{}, false
	}
	path := p.path(off)
	for i, n := range path {
		if p.grammar.class(n)&commentNode == 0 && !p.isDocstring(path[:i+1]) {
			continue
		}
		if s := p.span(n); s.Contains(off) && !strings.HasPrefix(p.text.Slice(s), "#!") {
			return s, true
		}
	}
	return document.Span{}, false
}

// isDocstring says whether the last node of path is a string that is the first
// statement of a body, in a language that reads such strings as documentation.
func (p parsed) isDocstring(path []*sitter.Node) bool {
	i := len(path) - 1
	if !p.grammar.spec.docstrings || i < 2 || p.grammar.class(path[i])&stringNode == 0 {
		return false
	}
	statement, body := path[i-1], path[i-2]
	if p.grammar.class(body)&listNode == 0 || statement.NamedChildCount() != 1 {
		return false
	}
	for j := range int(body.NamedChildCount()) {
		if child := body.NamedChild(j); p.grammar.class(child)&commentNode == 0 {
			return child.StartByte() == statement.StartByte()
		}
	}
	return false
}

// block is the comment at s and, if it is a line comment alone on its line, those
// on the lines above and below it.
func (p parsed) block(s document.Span) Comment {
	text := p.text.Slice(s)
	whole := p.grammar.opensBlock(text) || !p.grammar.opensLine(text)
	if !whole && p.leads(s.Start) {
		first, last := p.text.LineAt(s.Start), p.text.LineAt(s.End)
		for n := 0; n < maxCommentLines && p.commentLine(first-1); n++ {
			first--
		}
		for n := 0; n < maxCommentLines && p.commentLine(last+1); n++ {
			last++
		}
		start := p.text.LineStart(first)
		s = document.Span{Start: p.skip(start, p.text.LineEnd(first)), End: p.text.LineEnd(last)}
		s.End = s.Start + len(strings.TrimRight(p.text.Slice(s), " \t\r\n"))
	}
	c := Comment{Span: s, Text: p.grammar.plain(p.text.Slice(s), whole)}
	c.Indent = indent(p.before(s.Start))
	return c
}

// commentLine says whether a line holds a line comment and nothing else.
func (p parsed) commentLine(line int) bool {
	if line < 0 || line >= p.text.LineCount() {
		return false
	}
	start := p.skip(p.text.LineStart(line), p.text.LineEnd(line))
	s, ok := p.comment(start)
	return ok && s.Start == start && p.grammar.opensLine(p.text.Slice(s)) && !p.grammar.opensBlock(p.text.Slice(s))
}

// opensLine says whether text begins with a marker of line comments.
func (g *grammar) opensLine(text string) bool {
	for _, marker := range g.lineMarkers {
		if strings.HasPrefix(text, marker) {
			return true
		}
	}
	return false
}

// opensBlock says whether text begins with the marker of block comments.
func (g *grammar) opensBlock(text string) bool {
	return g.blockMarkers[0] != "" && strings.HasPrefix(text, g.blockMarkers[0])
}

// quoted is a documentation string: its prefix and quotes, the text.
var quoted = regexp.MustCompile(`(?s)^[A-Za-z]{0,2}("""|'''|"|')(.*?)("""|'''|"|')?$`)

// plain is the text of a comment block without its markers.
func (g *grammar) plain(text string, whole bool) string {
	if whole {
		return undecorated(g.unwrapped(text))
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		line = strings.TrimSpace(line)
		for _, marker := range g.lineMarkers {
			if rest, ok := strings.CutPrefix(line, marker); ok {
				line = strings.TrimLeft(rest, "/!#-;") // doc comments, rules
				break
			}
		}
		lines[i] = strings.TrimPrefix(line, " ")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// unwrapped is a block comment or a documentation string without its ends.
func (g *grammar) unwrapped(text string) string {
	if g.opensBlock(text) {
		text = strings.TrimLeft(strings.TrimPrefix(text, g.blockMarkers[0]), "*!")
		text = strings.TrimSuffix(text, g.blockMarkers[1])
		return strings.TrimRight(text, "*")
	}
	if m := quoted.FindStringSubmatch(text); m != nil {
		return m[2]
	}
	return text
}

// undecorated takes the stars before the lines of a block comment away, or else
// the indentation that all its lines but the first have in common.
func undecorated(text string) string {
	lines := strings.Split(text, "\n")
	lines[0] = strings.TrimSpace(lines[0])
	common := ""
	for i, line := range lines[1:] {
		line = strings.TrimRight(line, " \t\r")
		bare := strings.TrimLeft(line, " \t")
		if rest, ok := strings.CutPrefix(bare, "*"); ok {
			line = strings.TrimPrefix(rest, " ")
		} else if indent := line[:len(line)-len(bare)]; bare != "" && (common == "" || len(indent) < len(common)) {
			common = indent
		}
		lines[i+1] = line
	}
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], common)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n \t")
}
