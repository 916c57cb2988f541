package ngram

import (
	"path"
	"strings"
	"sync"
)

const (
	// maxBefore bounds the text before the cursor that is looked at: the
	// context is 12 tokens, and a line of them must be whole.
	maxBefore = 2 << 10

	// maxAhead is how many tokens after the cursor tell it from other places.
	maxAhead = 4

	// maxSteps bounds the tokens of an answer.
	maxSteps = 40

	// minShown is the shortest text worth a person's glance.
	minShown = 2
)

// Query is a cursor in a document.
type Query struct {
	Path       string // as given to Add
	LanguageID string // as given to Add
	Before     string // text up to the cursor, the last 2 KiB are enough
	After      string // the rest of the line, and a few lines more
}

// Answer is what to insert at the cursor.
type Answer struct {
	Text       string  // on one line; no line end
	Confidence float64 // the probability that Text is right as a whole
}

var askers = sync.Pool{New: func() any { return &asker{where: map[uint32]int{}} }}

// Complete continues the line at the cursor, from what the files say that were
// added, ending where the line or certainty ends. ok is false where nothing is
// sure enough.
func (m *Model) Complete(q Query) (answer Answer, ok bool) {
	a := askers.Get().(*asker)
	defer askers.Put(a)
	a.query, a.dir, a.segments = q, path.Dir(q.Path), *m.segments.Load()
	rest, _, _ := strings.Cut(q.After, "\n")
	text := q.Before
	if len(text) > maxBefore {
		text = text[len(text)-maxBefore:]
		text = text[strings.IndexByte(text, '\n')+1:]
	}
	if rest != "" && text != "" && isWord(rest[0]) && isWord(text[len(text)-1]) {
		return Answer{}, false // inside a word
	}
	s := scan(text, indentation(text))
	ahead := scan(q.After, 0)
	a.ahead = a.ahead[:0]
	for _, id := range ahead.ids {
		if !newline(id) && len(a.ahead) < maxAhead {
			a.ahead = append(a.ahead, id)
		}
	}
	if s.open >= 0 && s.off-s.open > 1 { // in a string, which may be one we know
		if answer, ok = a.run(text[:s.open], text[s.open:], rest, m.options.Gate); ok {
			return answer, true
		}
	}
	begun := len(text)
	for begun > 0 && isWord(text[begun-1]) {
		begun--
	}
	return a.run(text[:begun], text[begun:], rest, m.options.Gate)
}

// run completes after before and the begun token, in front of rest.
func (a *asker) run(before, begun, rest string, gate float64) (Answer, bool) {
	s := scan(before, indentation(before))
	a.context = append(a.context[:0], none)
	a.context = append(a.context, s.ids...)
	a.begun = begun
	w := writer{rest: strings.TrimSpace(rest), confidence: 1}
	w.stop = firstWord(w.rest)
	w.spaced = begun == "" && (before == "" || strings.HasSuffix(before, " ") || strings.HasSuffix(before, "\t") || strings.HasSuffix(before, "\n"))
	for range maxSteps {
		a.predict()
		c := a.best()
		if c == nil || w.confidence*c.p < gate || !w.write(c, a.begun) {
			if c != nil && w.joined {
				w.confidence *= c.p
			}
			break
		}
		w.confidence *= c.p
		a.context = append(a.context, c.id)
		a.begun = ""
	}
	return w.answer()
}

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
	depth      int    // brackets that the answer opened and has not closed
	joined     bool   // the answer leads to what stands after the cursor
	confidence float64
}

// write appends a token, unless it ends the answer.
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
		word = word[len(begun):]
		gap = ""
	case w.spaced:
		gap = ""
	case len(gap) > 1: // alignment, which depends on the lines around
		gap = " "
	}
	w.spaced = false
	if begun == "" {
		w.depth += nesting(word)
		if w.depth < 0 {
			w.depth = 0
		}
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
