package ngram

import (
	"strings"
	"unicode/utf8"

	"sopro/internal/workspace"
)

// Tokens are identified by a 32-bit hash of their text, which spares a table
// of words, its memory and its lock. Two words that collide (among 100,000
// different ones, about one pair does) are taken for one in a context; what is
// shown is read from the source text and never wrong by it. Small numbers are
// tokens that have no text.
const (
	none    uint32 = iota // before the first token of a file
	barrier               // a secret, or what is too long for a token: never proposed
	same                  // a new line, indented as the one above
	deeper                // a new line, indented deeper
	outer                 // a new line, indented less
	words                 // the first id of a token with a text
)

const (
	// maxString is the length up to which a string is one token. Keys, paths
	// and format strings come back whole; prose comes back in words.
	maxString = 40

	// maxToken is the longest token; tokens keep their length in a byte.
	maxToken = 255

	// maxText bounds what is read of one file: offsets have 24 bits.
	maxText = 1 << 24

	// maxTokens bounds the tokens of one file: positions have 20 bits.
	maxTokens = 1 << 20
)

// newline reports whether id ends a line.
func newline(id uint32) bool { return id >= same && id <= outer }

// tokens is a text cut up. Blank space between tokens is none; it is read
// from the text where a token is proposed. Blank lines are one new line.
type tokens struct {
	text string
	ids  []uint32
	at   []uint32 // offset<<8 | length; a new line has its offset and length 0
}

func (t *tokens) span(i int) (start, end int) {
	start = int(t.at[i] >> 8)
	return start, start + int(t.at[i]&0xff)
}

func (t *tokens) word(i int) string {
	start, end := t.span(i)
	return t.text[start:end]
}

// gap is the blank space before token i, on its line.
func (t *tokens) gap(i int) string {
	start, _ := t.span(i)
	from := 0
	if i > 0 && !newline(t.ids[i-1]) {
		_, from = t.span(i - 1)
	} else {
		from = strings.LastIndexByte(t.text[:start], '\n') + 1
	}
	return t.text[from:start]
}

// scanner cuts a text.
type scanner struct {
	tokens
	off    int
	indent int // width of the current line's indentation
	open   int // where a string begins that the text does not end, or -1
}

// tokenise cuts text by rules that fit most languages: words (letters, digits,
// _ and $), numbers, strings of up to maxString bytes, operators by longest
// match, single brackets, new lines with the direction of their indentation.
func tokenise(text string) tokens {
	s := scan(text, indentation(text))
	return s.tokens
}

// scan is tokenise with the indentation of the first line and what a cursor at
// the end needs to know.
func scan(text string, indent int) scanner {
	if len(text) > maxText {
		text = text[:maxText]
	}
	s := scanner{tokens: tokens{text: text}, indent: indent, open: -1}
	s.ids = make([]uint32, 0, len(text)/4+8)
	s.at = make([]uint32, 0, len(text)/4+8)
	for s.off < len(s.text) && len(s.ids) < maxTokens {
		s.next()
	}
	return s
}

// next takes one token or the blank space before it.
func (s *scanner) next() {
	c := s.text[s.off]
	switch {
	case c == '\n':
		s.line()
	case c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v':
		s.off++
	case isWord(c):
		s.name()
	case c == '"' || c == '`' || c == '\'':
		s.quote(c)
	case c == '[' && strings.HasPrefix(s.text[s.off:], workspace.Masked):
		s.emit(len(workspace.Masked), barrier)
	default:
		s.take(operator(s.text[s.off:]))
	}
}

// line takes a line end and all blank lines after it.
func (s *scanner) line() {
	start, last := s.off, s.off
	for i := s.off; i < len(s.text); i++ {
		switch s.text[i] {
		case '\n':
			last = i
			continue
		case ' ', '\t', '\r':
			continue
		}
		break
	}
	s.off = last + 1
	width := indentation(s.text[s.off:])
	id := same
	switch {
	case width > s.indent:
		id = deeper
	case width < s.indent:
		id = outer
	}
	s.indent = width
	s.ids = append(s.ids, id)
	s.at = append(s.at, uint32(start)<<8)
}

func (s *scanner) name() {
	end := s.off
	for end < len(s.text) && isWord(s.text[end]) {
		end++
	}
	s.take(end - s.off)
}

// quote takes a string, or the quote alone where none ends on this line and
// soon. A ' after a word is an apostrophe.
func (s *scanner) quote(q byte) {
	if q == '\'' && s.off > 0 && isWord(s.text[s.off-1]) {
		s.take(1)
		return
	}
	for i := s.off + 1; i < len(s.text) && i-s.off < maxString; i++ {
		switch s.text[i] {
		case '\\':
			if i+1 < len(s.text) && s.text[i+1] != '\n' {
				i++
			}
		case q:
			if s.barred(s.text[s.off : i+1]) {
				s.emit(i+1-s.off, barrier)
				return
			}
			s.take(i + 1 - s.off)
			return
		case '\n':
			s.take(1)
			return
		}
	}
	if s.open < 0 && len(s.text)-s.off < maxString {
		s.open = s.off
	}
	s.take(1)
}

// barred reports whether a string holds what was masked.
func (s *scanner) barred(text string) bool { return strings.Contains(text, workspace.Masked) }

// take emits the next n bytes as a token with a text.
func (s *scanner) take(n int) {
	text := s.text[s.off : s.off+n]
	if n > maxToken || workspace.HasSecret(text) {
		s.emit(n, barrier)
		return
	}
	s.emit(n, identify(text))
}

func (s *scanner) emit(n int, id uint32) {
	s.ids = append(s.ids, id)
	s.at = append(s.at, uint32(s.off)<<8|uint32(min(n, maxToken)))
	s.off += n
}

// identify hashes a token's text (FNV-1a, then mixed so that the top bits
// differ as well).
func identify(text string) uint32 {
	h := uint32(2166136261)
	for i := range len(text) {
		h = (h ^ uint32(text[i])) * 16777619
	}
	h ^= h >> 15
	h *= 0x2c1b3c6d
	h ^= h >> 12
	if h < words {
		h += words
	}
	return h
}

// isWord reports whether c may stand in a name or a number. Bytes above ASCII
// count: letters of all scripts do, and signs among them are rare in code.
func isWord(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_' || c == '$' || c >= utf8.RuneSelf
}

// indentation is the width of the blank space at the start of a line, a tab
// counting 4. Only comparisons within one file are made of it.
func indentation(text string) int {
	width := 0
	for i := range len(text) {
		switch text[i] {
		case ' ':
			width++
		case '\t':
			width += 4
		default:
			return width
		}
	}
	return width
}

// operators of more than one character, the longer ones first.
var operators = []string{
	"...", "<<=", ">>=", "===", "!==", "**=", "&&=", "||=", "??=", "<=>", "//=", "&^=", "..=",
	":=", "==", "!=", "<=", ">=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "->", "=>", "<-", "::",
	"?.", "??", "**", "..", "//", "/*", "*/", "|>", "&^", "=~", "!~", "#[", "</", "/>",
}

// operator returns the length of the sign that text begins with. Brackets
// stand alone, so that nesting can be counted.
func operator(text string) int {
	if len(text) > 1 && strings.IndexByte("()[]{},;", text[0]) < 0 && strings.IndexByte("=&|+-<>:.?*/~[^", text[1]) >= 0 {
		for _, op := range operators {
			if strings.HasPrefix(text, op) {
				return len(op)
			}
		}
	}
	if text[0] < utf8.RuneSelf {
		return 1
	}
	_, size := utf8.DecodeRuneInString(text)
	return size
}

// nesting returns +1 for an opening and -1 for a closing bracket.
func nesting(word string) int {
	if len(word) == 1 {
		switch word[0] {
		case '(', '[', '{':
			return 1
		case ')', ']', '}':
			return -1
		}
	}
	return 0
}
