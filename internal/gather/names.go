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

// names yields the identifiers of code, each time they come: of two bytes or more, not those in comments at the end of a
// line or on lines of their own, nor those in strings. It goes by the text alone, line by line, since a piece of a file
// has no tree: what stands in the middle of a long comment counts as code.
func names(text string, l *syntax.Language, yield func(name)) {
	for line := range strings.Lines(text) {
		if trimmed := strings.TrimLeft(line, " \t"); !strings.HasPrefix(trimmed, "* ") && !strings.HasPrefix(trimmed, "/*") {
			namesInLine(line[:min(len(line), maxNamedLine)], l.LineComment(), yield)
		}
	}
}

// maxNamedLine bounds how much of one line is read, in bytes: what is longer is data.
const maxNamedLine = 400

func namesInLine(line, comment string, yield func(name)) {
	for i := 0; i < len(line); {
		switch c := line[i]; {
		case comment != "" && c == comment[0] && strings.HasPrefix(line[i:], comment):
			return
		case c == '"' || c == '\'' || c == '`':
			end := strings.IndexByte(line[i+1:], c)
			if end < 0 || c == '\'' && end > 40 { // a lifetime, an apostrophe
				end = -1
			}
			i += end + 2
		case wordStart(c):
			from, hash := i, uint32(fnvStart)
			for ; i < len(line) && (wordStart(line[i]) || digit(line[i])); i++ {
				hash = (hash ^ uint32(line[i])) * fnvPrime
			}
			if i-from > 1 && i-from <= maxName && !syntax.IsKeyword(line[from:i]) {
				yield(name{hash, line[from:i]})
			}
		default:
			i++
			for digit(c) && i < len(line) && (wordStart(line[i]) || digit(line[i])) {
				i++ // a number with its letters
			}
		}
	}
}

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
