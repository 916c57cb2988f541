package gather

import (
	"strings"

	"sopro/internal/syntax"
)

// name is an identifier in some text. Letter case counts: the model has to write it as it is.
type name struct {
	hash uint32
	text string
}

const (
	fnvStart = 2166136261
	fnvPrime = 16777619
)

// names yields the identifiers of code, each time they come: of two bytes or more, not those in comments and strings. It goes
// by the text alone, line by line, since a piece of a file has no tree: in the middle of a long comment it is told by its words
// following one another as they do in a language that people speak.
func names(text string, l *syntax.Language, yield func(name)) {
	var words []word
	for line := range strings.Lines(text) {
		if trimmed := strings.TrimLeft(line, " \t"); strings.HasPrefix(trimmed, "* ") || strings.HasPrefix(trimmed, "/*") {
			continue
		}
		words = wordsOf(words[:0], line[:min(len(line), maxNamedLine)], l.LineComment(), l.ID() == "rust")
		for i := 0; i < len(words); {
			n := 1
			for i+n < len(words) && words[i+n].spaced {
				n++
			}
			if !prose(words[i : i+n]) {
				for _, w := range words[i : i+n] {
					if len(w.text) > 1 && !w.keyword {
						yield(w.name)
					}
				}
			}
			i += n
		}
	}
}

// maxNamedLine bounds how much of one line is read, in bytes: what is longer is data.
const maxNamedLine = 400

// word is a name on its line.
type word struct {
	name
	keyword bool
	plain   bool // of small letters alone, but for the first
	spaced  bool // one space, and no more than a comma or a full stop, stands between the one before and it
}

// prose says whether words that follow one another are a sentence rather than code: three without a keyword between, or four
// with some, all spelled as in a book.
func prose(chain []word) bool {
	longest, run, others := 0, 0, 0
	for _, w := range chain {
		switch {
		case w.keyword:
			run = 0
		case !w.plain:
			return false
		default:
			run++
			others++
			longest = max(longest, run)
		}
	}
	return longest >= 3 || others >= 4
}

// wordsOf appends the words of a line of code. Where there are lifetimes, not every ' begins a string.
func wordsOf(words []word, line, comment string, lifetimes bool) []word {
	end := -1 // of the last word
	for i := 0; i < len(line); {
		switch c := line[i]; {
		case comment != "" && c == comment[0] && strings.HasPrefix(line[i:], comment):
			return words
		case c == '"' || c == '\'' || c == '`':
			i += 1 + quoted(line[i:], lifetimes)
		case wordStart(c):
			from, hash, plain := i, uint32(fnvStart), true
			for ; i < len(line) && (wordStart(line[i]) || digit(line[i])); i++ {
				hash = (hash ^ uint32(line[i])) * fnvPrime
				plain = plain && ('a' <= line[i] && line[i] <= 'z' || i == from && line[i] != '_')
			}
			if text := line[from:i]; len(text) <= maxName && strings.ContainsFunc(text, latin) {
				words = append(words, word{name{hash, text}, syntax.IsKeyword(text), plain, spaced(line, end, from)})
				end = i
			}
		default:
			i++
			for digit(c) && i < len(line) && (wordStart(line[i]) || digit(line[i])) {
				i++ // a number with its letters
			}
		}
	}
	return words
}

// quoted is how many bytes follow a quote in its string, the closing one included; 0 where it closes nowhere.
func quoted(text string, lifetimes bool) int {
	end := strings.IndexByte(text[1:], text[0])
	if text[0] == '\'' && (end > 40 || lifetimes && end > 1 && text[1] != '\\') {
		return 0
	}
	return end + 1
}

// spaced says whether between two words of a line there is what is between words of a sentence.
func spaced(line string, end, from int) bool {
	if end < 0 || end >= from {
		return false
	}
	between := line[end:from]
	return between == " " || between == ", " || between == ". "
}

func latin(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

// maxName is the longest identifier that counts, in bytes.
const maxName = 64

func wordStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// distinct is the names of a text, each once.
func distinct(text string, l *syntax.Language) []name {
	var all []name
	seen := make(map[uint32]bool, 32)
	names(text, l, func(n name) {
		if !seen[n.hash] {
			seen[n.hash] = true
			all = append(all, n)
		}
	})
	return all
}
