package document

import (
	"strings"
	"unicode/utf8"
)

// summary is what a piece of text adds to every count that a place in the text
// can be named by. Summaries form a monoid under plus with the zero value as
// its unit, which is what lets a tree of pieces be searched by any of them.
type summary struct {
	bytes int
	lines int // line ends in LSP's sense: \r\n, \n or a lone \r
	rows  int // line ends in tree-sitter's sense: \n
	utf16 int // UTF-16 code units
	runes int

	// A \r\n that is cut in two counts once in each half; these tell.
	startsLF, endsCR bool
}

// plus is the summary of a's text followed by b's.
func (a summary) plus(b summary) summary {
	switch {
	case a.bytes == 0:
		return b
	case b.bytes == 0:
		return a
	}
	lines := a.lines + b.lines
	if a.endsCR && b.startsLF {
		lines--
	}
	return summary{
		bytes:    a.bytes + b.bytes,
		lines:    lines,
		rows:     a.rows + b.rows,
		utf16:    a.utf16 + b.utf16,
		runes:    a.runes + b.runes,
		startsLF: a.startsLF,
		endsCR:   b.endsCR,
	}
}

// ascii says that the text has one byte a rune, so that offsets need no count.
func (a summary) ascii() bool { return a.runes == a.bytes }

// units is the text's length in units of an encoding.
func (a summary) units(enc Encoding) int {
	switch enc {
	case UTF8:
		return a.bytes
	case UTF32:
		return a.runes
	default:
		return a.utf16
	}
}

// summarise counts a text. The common text, ASCII without \r, is counted with
// vector instructions only: this runs for each typed character.
func summarise(text string) summary {
	if text == "" {
		return summary{}
	}
	s := summary{
		bytes:    len(text),
		rows:     strings.Count(text, "\n"),
		utf16:    len(text),
		runes:    len(text),
		startsLF: text[0] == '\n',
		endsCR:   text[len(text)-1] == '\r',
	}
	s.lines = s.rows
	if strings.IndexByte(text, '\r') >= 0 {
		s.lines += strings.Count(text, "\r") - strings.Count(text, "\r\n")
	}
	if !isASCII(text) {
		s.runes = utf8.RuneCountInString(text)
		s.utf16 = utf16Len(text)
	}
	return s
}

// isASCII looks at eight bytes at a time.
func isASCII(text string) bool {
	i := 0
	for ; i+8 <= len(text); i += 8 {
		w := text[i : i+8]
		if (w[0]|w[1]|w[2]|w[3]|w[4]|w[5]|w[6]|w[7])&utf8.RuneSelf != 0 {
			return false
		}
	}
	for ; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// utf16Len counts the UTF-16 units of valid UTF-8: each rune is one, each rune
// of four bytes two.
func utf16Len(text string) int {
	n := 0
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case b < 0x80 || 0xC0 <= b && b < 0xF0:
			n++
		case b >= 0xF0:
			n += 2
		}
	}
	return n
}

// width is a rune's length in units of an encoding.
func width(r rune, enc Encoding) int {
	switch {
	case enc == UTF8:
		return utf8.RuneLen(r)
	case enc == UTF16 && r >= 0x10000:
		return 2
	default:
		return 1
	}
}

// afterUnits is the offset in text of the rune that holds its unit u, or the
// text's length.
func afterUnits(text string, enc Encoding, u int) int {
	for i, r := range text {
		if u -= width(r, enc); u < 0 {
			return i
		}
	}
	return len(text)
}

// afterRow is the offset in text after its k-th \n, k from 1; the text has it.
func afterRow(text string, k int) int {
	off := 0
	for ; k > 0; k-- {
		off += strings.IndexByte(text[off:], '\n') + 1
	}
	return off
}

// afterLine is the offset in text after its k-th line end in LSP's sense, k
// from 1; the text has it. A \r at the end of the text counts as a line end.
func afterLine(text string, k int) int {
	off := 0
	for ; k > 0; k-- {
		off += strings.IndexAny(text[off:], "\r\n") + 1
		if text[off-1] == '\r' && off < len(text) && text[off] == '\n' {
			off++
		}
	}
	return off
}
