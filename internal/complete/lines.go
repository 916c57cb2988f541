package complete

import (
	"strings"
	"unicode"
)

// textLine is one line of a generated text.
type textLine struct {
	start int    // byte offset
	text  string // without its line end
	whole bool   // its line end has been generated
}

// splitLines cuts text at its line ends.
func splitLines(text string) []textLine {
	var lines []textLine
	for start := 0; ; {
		i := strings.IndexByte(text[start:], '\n')
		if i < 0 {
			return append(lines, textLine{start, text[start:], false})
		}
		lines = append(lines, textLine{start, strings.TrimSuffix(text[start:start+i], "\r"), true})
		start += i + 1
	}
}

// firstLine is the end of the first line that is not blank, its line end apart, and
// whether that line end has been generated.
func firstLine(text string) (end int, whole bool) {
	for _, l := range splitLines(text) {
		if !blank(l.text) {
			return l.start + len(l.text), l.whole
		}
	}
	return len(text), false
}

// lastLineEnd is the offset behind the last line end of text, 0 where there is none.
func lastLineEnd(text string) int { return strings.LastIndexByte(text, '\n') + 1 }

func isWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) // a mark belongs to the letter before it
}
