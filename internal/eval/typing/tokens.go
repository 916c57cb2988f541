package typing

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// pieceLetters is the longest piece of a word. With it, code has 3.2 to 4 bytes a token, as the vocabularies of code models
// make of it (TestTokensWeighWhatTheyShould).
const pieceLetters = 10

// tokens cuts a text as a model's vocabulary would, near enough: a line end with the indentation behind it, a digit and a
// control word are a token each; a word is cut at its humps, at underscores and at pieceLetters; a blank belongs to what
// follows, and so does a dot or a parenthesis before a word; other marks are one token with those beside them. The pieces spell the text.
func tokens(text string) []string {
	all := make([]string, 0, len(text)/3)
	for text != "" {
		n := tokenAt(text)
		all = append(all, text[:n])
		text = text[n:]
	}
	return all
}

// tokenAt is the length of the token that text begins with.
func tokenAt(text string) int {
	blanks := len(text) - len(strings.TrimLeft(text, " \t"))
	switch {
	case text[0] == '\n':
		return 1 + len(text[1:]) - len(strings.TrimLeft(text[1:], " \t"))
	case blanks == len(text) || blanks > 0 && text[blanks] == '\n':
		return blanks
	case blanks > 1:
		return blanks - 1
	}
	return blanks + solidAt(text[blanks:])
}

// solidAt is the length of the token that text, which begins with no blank, begins with.
func solidAt(text string) int {
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case r >= utf8.RuneSelf || unicode.IsDigit(r):
		return size
	case letter(text[0]):
		return wordPiece(text)
	case (r == '.' || r == '(') && len(text) > 1 && letter(text[1]):
		return 1 + wordPiece(text[1:])
	}
	if n := controlWord(text); n > 0 {
		return n
	}
	n := 1
	for n < 3 && n < len(text) && strings.IndexByte(marks, text[n-1]) >= 0 && strings.IndexByte(marks, text[n]) >= 0 {
		n++
	}
	return n
}

// marks are the characters of which up to three in a row are one token.
const marks = "(){}[]:=!<>&|/*+-.,;\"'`"

func letter(c byte) bool { return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func upper(c byte) bool { return 'A' <= c && c <= 'Z' }

// wordPiece is the length of the first piece of a word.
func wordPiece(text string) int {
	n := 1
	for n < len(text) && n < pieceLetters && letter(text[n]) {
		if text[n] == '_' || upper(text[n]) && !upper(text[n-1]) {
			break
		}
		n++
	}
	return n
}

// controlWord is the length of a family's own token such as <|fim_prefix|> or <fim_prefix>, 0 where there is none.
func controlWord(text string) int {
	if !strings.HasPrefix(text, "<|") && !strings.HasPrefix(text, "<fim_") {
		return 0
	}
	end := strings.IndexByte(text[:min(len(text), 24)], '>')
	return end + 1
}

// boundaries are the ends of the tokens of a text, ascending.
func boundaries(text string) []int {
	var ends []int
	end := 0
	for _, t := range tokens(text) {
		end += len(t)
		ends = append(ends, end)
	}
	return ends
}
