package ngram

import (
	"path"
	"strings"
)

const (
	// maxBefore and maxAfter bound the text around the cursor that is cut into
	// tokens: 12 of them are the context, 4 tell the place.
	maxBefore = 1 << 10
	maxAfter  = 256

	// maxAhead is how many tokens after the cursor tell it from other places.
	maxAhead = 4

	// maxSteps bounds the tokens of an answer.
	maxSteps = 24

	// minShown is the shortest text worth a person's glance.
	minShown = 2
)

// Query is a cursor in a document.
type Query struct {
	Path       string // as given to Add
	LanguageID string // as given to Add
	Before     string // text up to the cursor, the last 1 KiB is enough
	After      string // the rest of the line, and a few lines more
}

// Answer is what to insert at the cursor.
type Answer struct {
	Text       string  // on one line; no line end
	Confidence float64 // the probability that Text is right as a whole
}

// Complete continues the line at the cursor, from what the files say that were
// added, ending where the line or certainty ends. ok is false where nothing is
// sure enough.
func (m *Model) Complete(q Query) (answer Answer, ok bool) {
	a := m.askers.Get().(*asker)
	defer func() {
		a.release()
		m.askers.Put(a)
	}()
	a.query, a.dir, a.segments, a.gate = q, path.Dir(q.Path), *m.segments.Load(), m.options.Gate
	after := q.After[:min(len(q.After), maxAfter)]
	rest, _, _ := strings.Cut(after, "\n")
	text := q.Before
	if len(text) > maxBefore {
		text = text[len(text)-maxBefore:]
		text = text[strings.IndexByte(text, '\n')+1:] // a whole line, for its indentation
	}
	a.lookAhead(after)
	s := scan(text, indentation(text))
	if s.open >= 0 { // in a string, which may be one we know
		if answer, ok = a.run(text[:s.open], text[s.open:], rest); ok {
			return answer, true
		}
	}
	begun := len(text)
	for begun > 0 && isWord(text[begun-1]) {
		begun--
	}
	return a.run(text[:begun], text[begun:], rest)
}

// lookAhead notes what stands after the cursor: the next tokens, and the next
// line that is not blank.
func (a *asker) lookAhead(after string) {
	a.ahead = a.ahead[:0]
	for _, id := range scan(after, 0).ids {
		if !newline(id) && len(a.ahead) < maxAhead {
			a.ahead = append(a.ahead, id)
		}
	}
	_, below, _ := strings.Cut(after, "\n")
	line, _, _ := strings.Cut(strings.TrimLeft(below, " \t\r\n"), "\n")
	a.below = strings.TrimRight(line, " \t\r")
}

// run completes after before and the begun token, in front of rest.
func (a *asker) run(before, begun, rest string) (Answer, bool) {
	s := scan(before, indentation(before))
	a.context = append(a.context[:0], none)
	a.context = append(a.context, s.ids...)
	a.begun = begun
	w := newWriter(before, begun, rest)
	for range maxSteps {
		a.predict()
		c, second := a.best()
		if c == nil {
			break
		}
		sure := w.confidence * certainty(a.signs(c, second))
		if sure < a.gate || !w.write(c, a.begun) {
			break
		}
		if w.confidence = sure; w.joined {
			break
		}
		a.context = append(a.context, c.id)
		a.begun = ""
	}
	line := before[strings.LastIndexByte(before, '\n')+1:] + begun + w.text.String()
	if strings.TrimSpace(line) == a.below { // what is there already, one line down
		return Answer{}, false
	}
	return w.answer()
}

// release lets go of the texts and files that a request refers to.
func (a *asker) release() {
	clear(a.found[:cap(a.found)])
	a.query, a.segments, a.begun, a.below = Query{}, nil, "", ""
}
