// Package clean holds back what must not pass from a model, or from a repository through a model, to a person: control
// characters that a terminal obeys, characters that nobody sees, and Markdown that reaches out of the page.
//
// Goals: every function is total (any bytes in, valid UTF-8 out) and idempotent; the streams give the same text as the function
// over the whole, wherever the chunks are cut; code inside Markdown stays as it is.
//
// Non-goals: no opinion about what the text says, no HTML sanitising (HTML does not pass at all), no rendering.
package clean

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Control removes what a terminal could obey: C0 except newline and tab, DEL, and C1. Bytes that are not UTF-8 become U+FFFD, since
// some terminals read a bare 0x9B as C1.
func Control(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}

// Stream is Control for text that arrives in chunks, which may be cut inside a character. Its zero value is ready.
type Stream struct{ tail string }

// Push returns what is certain so far.
func (s *Stream) Push(chunk string) string {
	text := s.tail + chunk
	cut := len(text)
	for i := 1; i < utf8.UTFMax && i <= len(text); i++ {
		if at := len(text) - i; utf8.RuneStart(text[at]) {
			if !utf8.FullRuneInString(text[at:]) {
				cut = at
			}
			break
		}
	}
	s.tail = text[cut:]
	return Control(text[:cut])
}

// Flush returns the rest. The stream is then as new.
func (s *Stream) Flush() string {
	rest := Control(s.tail)
	s.tail = ""
	return rest
}

// Foreign returns the first character of added that hides what it does and that existing does not have already: bidi controls,
// zero-width characters, tags (U+E0000 to U+E007F) and their kin, control characters other than newline and tab. An edit that brings
// one in is refused; a file that is written in a script that needs them keeps them.
func Foreign(added, existing string) (rune, bool) {
	for _, r := range added {
		if hides(r) && !strings.ContainsRune(existing, r) {
			return r, true
		}
	}
	return 0, false
}

func hides(r rune) bool {
	return r != '\n' && r != '\t' && unicode.IsControl(r) || unicode.Is(invisible, r) || r == zeroWidthNonJoiner || r == zeroWidthJoiner
}

// The joiners are invisible too, but Persian, Indic scripts and emoji are spelled with them: prose keeps them.
const (
	zeroWidthNonJoiner = '\u200C'
	zeroWidthJoiner    = '\u200D'
)

// invisible are the characters that take no room, steer the direction of text, or carry hidden text.
var invisible = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x00AD, 0x00AD, 1}, // soft hyphen
		{0x061C, 0x061C, 1}, // Arabic letter mark
		{0x115F, 0x1160, 1}, // fillers of Hangul jamo
		{0x180E, 0x180E, 1}, // Mongolian vowel separator
		{0x200B, 0x200B, 1}, // zero-width space
		{0x200E, 0x200F, 1}, // left-to-right and right-to-left mark
		{0x2028, 0x202E, 1}, // line and paragraph separator, bidi embeddings and overrides
		{0x2060, 0x206F, 1}, // word joiner, invisible operators, bidi isolates, deprecated format characters
		{0x3164, 0x3164, 1}, // filler of Hangul, a letter that shows nothing
		{0xFEFF, 0xFEFF, 1}, // byte order mark
		{0xFFA0, 0xFFA0, 1}, // its half-width form
		{0xFFF9, 0xFFFB, 1}, // interlinear annotation
	},
	R32: []unicode.Range32{
		{0x1BCA0, 0x1BCA3, 1}, // controls of shorthand
		{0x1D173, 0x1D17A, 1}, // controls of musical notation
		{0xE0000, 0xE007F, 1}, // tags
		{0xE0100, 0xE01EF, 1}, // variation selectors that no common font uses: a channel for hidden bytes
	},
}

const maxMessage = 500 // characters

// Message makes one plain line for people of whatever an error says: at most 500 characters, none of them control characters or
// invisible, and no link: VS Code makes one of [text](command:…) in a message, and a click on it runs the command.
func Message(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(invisible, r):
			return -1
		}
		return r
	}, s)
	runes := []rune(strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "](", "] ("))
	if len(runes) > maxMessage {
		return strings.TrimRight(string(runes[:maxMessage-1]), " ") + "…"
	}
	return string(runes)
}
