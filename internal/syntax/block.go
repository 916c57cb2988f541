package syntax

import (
	"strings"

	"sopro/internal/document"
)

// maxLinesUp bounds how far up the line that opens a block is looked for.
const maxLinesUp = 20

// WantsBlock says whether a text of several lines belongs at off: the last code
// before it opens a block, and nothing but closers follows on the line. Blank
// lines and comments between the two do not count.
func (v *View) WantsBlock(off int) (wants bool) {
	v.read(func(p parsed) { wants = p.wantsBlock(off) })
	return wants
}

func (p parsed) wantsBlock(off int) bool {
	if off < 0 || off > p.text.Len() || p.region(off) != Code {
		return false
	}
	line := p.text.LineAt(off)
	after := p.code(off, p.text.LineEnd(line))
	if strings.Trim(after, " \t)]};,") != "" && strings.TrimSpace(after) != "end" {
		return false
	}
	code := p.code(p.text.LineStart(line), off)
	for up := 1; code == "" && up <= maxLinesUp && up <= line; up++ {
		code = p.code(p.text.LineStart(line-up), p.text.LineEnd(line-up))
	}
	return code != "" && p.grammar.opens(code)
}

// code is the text from start to end without comments and white space at its end.
func (p parsed) code(start, end int) string {
	for {
		text := strings.TrimRight(p.text.Slice(document.Span{Start: start, End: end}), " \t\r\n")
		end = start + len(text)
		if strings.TrimLeft(text, " \t") == "" {
			return ""
		}
		comment := -1
		for _, n := range p.path(end - 1) {
			if p.grammar.class(n)&commentNode != 0 {
				comment = p.span(n).Start
				break
			}
		}
		if comment < 0 {
			return text
		}
		if comment <= start {
			return ""
		}
		end = comment
	}
}

// opens says whether a line of code opens a block at its end.
func (g *grammar) opens(code string) bool {
	return g.spec.opener != "" && g.opener.MatchString(code)
}
