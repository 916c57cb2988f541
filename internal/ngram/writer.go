package ngram

import "strings"

// firstWord is the token that a text begins with.
func firstWord(text string) string {
	s := scan(text, 0)
	if len(s.ids) == 0 {
		return ""
	}
	return s.word(0)
}

// writer puts the tokens of an answer together.
type writer struct {
	text       strings.Builder
	rest       string // of the line, after the cursor, trimmed
	stop       string // its first token
	spaced     bool   // blank space stands before the next token already
	margin     bool   // the line is empty so far, without indentation
	depth      int    // brackets that the answer opened and has not closed
	joined     bool   // the answer leads to what stands after the cursor
	confidence float64
}

func newWriter(before, begun, rest string) *writer {
	w := &writer{rest: strings.TrimSpace(rest), confidence: 1}
	w.stop = firstWord(w.rest)
	if begun == "" {
		w.margin = before == "" || strings.HasSuffix(before, "\n")
		w.spaced = w.margin || strings.HasSuffix(before, " ") || strings.HasSuffix(before, "\t")
	}
	return w
}

// write appends a token, or reports that the answer ends before it. An answer
// that has joined what stands after the cursor ends as well.
func (w *writer) write(c *candidate, begun string) bool {
	if c.id < words {
		return false
	}
	word := c.source.word(c.token)
	if begun == "" && w.depth == 0 && word == w.stop {
		w.joined = true
		return false
	}
	gap := c.source.gap(c.token)
	switch {
	case begun != "":
		word, gap = word[len(begun):], ""
		if q := begun[:1]; strings.Contains("\"'`", q) && w.stop != "" && strings.HasPrefix(w.rest, q) {
			word, w.joined = strings.TrimSuffix(word, q), true // the editor has closed the string
		}
	case w.margin && gap != "": // how deep this line must be is not known
		return false
	case w.spaced:
		gap = ""
	case len(gap) > 1: // alignment, which depends on the lines around
		return false
	}
	w.spaced, w.margin = false, false
	if begun == "" {
		w.depth = max(0, w.depth+nesting(word))
	}
	w.text.WriteString(gap)
	w.text.WriteString(word)
	return true
}

func (w *writer) answer() (Answer, bool) {
	text := w.text.String()
	if w.rest != "" && !w.joined && !closers(w.rest) {
		return Answer{}, false
	}
	if len(text) < minShown {
		return Answer{}, false
	}
	return Answer{Text: text, Confidence: w.confidence}, true
}

// closers reports whether a text is what an editor puts there by itself:
// closing brackets and quotes, and the punctuation after them.
func closers(text string) bool {
	return strings.Trim(text, ")]}>\"'`;, :") == ""
}
