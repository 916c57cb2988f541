package complete

import (
	"strings"
	"time"
)

// generation is what a model has said at one hole, while it is said and later.
//
// Whether it still answers a newer text is decided by looking at that text
// alone: it agrees when the text before the cursor ends with what stood before
// the hole, followed by a beginning of what was generated, and what stood after
// the hole still stands after the cursor. So type-through, backspace, undo and the
// acceptance of a word, a line or the whole need no bookkeeping of their own.
type generation struct {
	id     int
	offset int    // of the hole, in the text it was asked for: a hint only
	before string // the last keyBytes before the hole
	after  string // the first keyAhead after it
	head   bool   // nothing stands before `before`

	sight   *sight   // from the hole, without its tree
	model   string   // that says it
	stops   []string // the family's own tokens
	text    strings.Builder
	marks   []mark  // one a token, ascending
	warm    bool    // evaluates the prompt and says nothing
	load    bool    // does not even that: loads the model
	warming *Warmed // what it is a slice of; nil: none
	manual  bool    // asked for by key
	doubt   bool    // the one before it was wrong
	ahead   bool    // asked for before anybody did
	joined  bool    // … and somebody does
	seed    int     // of its chance; 0: it has none
	heard   bool    // with a seed: what it says is among the suggestions

	hidden map[string]bool // by kind of completion: whether it is almost never accepted, once that was asked

	state    generationState
	natural  bool      // the model ended it, not we and not the limit
	loading  bool      // the model was not loaded when this was sent
	leftAt   time.Time // when the last one left that asked for it: it ends as soon as it speaks; zero: somebody may still want it
	wantedAt time.Time // when a request last waited for it or was answered from it
	sentAt   time.Time
	firstAt  time.Time // when its first token came; zero: not yet
	wholeAt  time.Time // when its first line was whole; zero: not yet
}

type generationState uint8

const (
	running generationState = iota
	ending                  // its connection is being closed
	done                    // nothing more will come
)

// mark is the end of a token in the generated text and how sure the model was of
// it; prob is 1 where the server does not say.
type mark struct {
	end  int
	prob float64
}

func newGeneration(id int, s *sight) *generation {
	hole := *s
	hole.tree, hole.plain = nil, nil
	g := &generation{id: id, offset: s.offset, sight: &hole}
	g.before = strings.Clone(s.near[max(0, len(s.near)-keyBytes):])
	g.after = strings.Clone(s.ahead[:min(len(s.ahead), keyAhead)])
	g.head = len(g.before) == s.offset
	return g
}

func (g *generation) add(text string, prob float64) {
	g.text.WriteString(text)
	g.marks = append(g.marks, mark{g.text.Len(), prob})
}

// lookBack is how many typed bytes are searched for when the cursor's distance
// from the hole does not tell, because text above it has changed.
const lookBack = 128

// agrees reports whether what is seen from a cursor continues this generation, and
// how many bytes have been typed since its hole. Typed may exceed what was generated
// so far, as long as the generation is not over.
func (g *generation) agrees(s *sight) (typed int, ok bool) {
	if k := s.offset - g.offset; g.agreesAt(s, k) {
		return k, true
	}
	for k := min(lookBack, s.offset, len(s.near)); k >= 0; k-- {
		if g.agreesAt(s, k) {
			return k, true
		}
	}
	return g.agreesFormatted(s)
}

// agreesFormatted is agrees where a formatter has gone over what was typed or accepted since.
func (g *generation) agreesFormatted(s *sight) (typed int, ok bool) {
	k := s.offset - g.offset
	if k <= 0 || k > len(s.near) {
		return 0, false
	}
	text := s.near[len(s.near)-k:]
	if !g.stands(s, k) || !g.agreesAfter(s.ahead, text) {
		return 0, false
	}
	return formatted(g.text.String(), text)
}

func (g *generation) agreesAt(s *sight, typed int) bool {
	return g.agreesBefore(s, typed) && g.agreesAfter(s.ahead, s.near[len(s.near)-typed:])
}

func (g *generation) agreesBefore(s *sight, typed int) bool {
	if typed < 0 || typed > len(s.near) {
		return false
	}
	near, said := s.near, g.text.String()
	text := near[len(near)-typed:]
	if typed > len(said) {
		if g.state != running || !strings.HasPrefix(text, said) {
			return false
		}
	} else if !strings.HasPrefix(said, text) {
		return false
	}
	return g.stands(s, typed)
}

// stands reports whether what stood before the hole stands so many bytes before the cursor.
func (g *generation) stands(s *sight, typed int) bool {
	near := s.near
	rest := near[:len(near)-typed]
	if g.head && s.offset-typed != len(g.before) {
		return false
	}
	if len(rest) < len(g.before) && len(near) < s.offset { // typed so much that the key has left what is read
		return strings.HasSuffix(g.before, rest)
	}
	return strings.HasSuffix(rest, g.before)
}

// agreesAfter compares what stands after the cursor with what stood after the hole. Two differences are an editor's work:
// a closer that it wrote for an opener that was typed, and one that it took away again, or that an item stood for, because
// the same was typed.
func (g *generation) agreesAfter(ahead, typed string) bool {
	whole := len(g.after) < keyAhead // up to the end of the text
	same := func(ahead, after string) bool {
		return ahead == after || !whole && strings.HasPrefix(ahead, after)
	}
	for n := 0; n <= maxPairs && n <= len(ahead); n++ {
		if n > 0 && !isCloser(ahead[n-1]) {
			break
		}
		if same(ahead[n:], g.after) {
			return true
		}
	}
	for n := 1; n <= maxPairs && n <= len(g.after); n++ {
		if c := g.after[n-1]; !isCloser(c) || strings.IndexByte(typed, c) < 0 {
			break
		}
		if same(ahead, g.after[n:]) {
			return true
		}
	}
	return false
}

// refuted reports whether what was said last on the cursor's line is not what was typed there.
func (s *session) refuted(at *sight) bool {
	g := s.current
	if g != nil && g.unasked() {
		g = nil
	}
	for i := len(s.kept) - 1; g == nil && i >= 0; i-- {
		if !s.kept[i].unasked() {
			g = s.kept[i]
		}
	}
	if g == nil || g.offset >= at.offset || at.offset-g.offset > len(at.near) {
		return false
	}
	said, typed := g.text.String(), at.near[len(at.near)-(at.offset-g.offset):]
	return !strings.Contains(typed, "\n") && !strings.HasPrefix(typed, said) && !strings.HasPrefix(said, typed)
}

// maxPairs is how many closers may have come or gone.
const maxPairs = 3

func isCloser(c byte) bool { return strings.IndexByte(")]}\"'`>", c) >= 0 }

// rest is what was generated beyond the typed bytes, with its marks. A token of
// which a part is typed is as good as confirmed.
func (g *generation) rest(typed int) (string, []mark) {
	said := g.text.String()
	if typed >= len(said) {
		return "", nil
	}
	var marks []mark
	begin := 0
	for _, m := range g.marks {
		if m.end > typed {
			prob := m.prob
			if begin < typed {
				prob = 1
			}
			marks = append(marks, mark{m.end - typed, prob})
		}
		begin = m.end
	}
	return said[typed:], marks
}

// exhausted reports whether nothing that may still come would ever be shown: the text loops, or has left the block, or
// has reached what stands below the cursor. Its text is cut there and it counts as ended by the model. Only a token that
// ends a line, or stands in a very long one, is worth the look.
func (g *generation) exhausted(token string) bool {
	said := g.text.String()
	if !strings.Contains(token, "\n") && len(said)-lastLineEnd(said) < longLine {
		return false
	}
	d := &draft{sight: g.sight, text: said}
	cutLoop(d)
	cutDedent(d)
	cutEcho(d)
	if !d.settled {
		return false
	}
	g.truncate(len(d.text))
	g.natural = true
	return true
}

// longLine is a length in bytes that a line seldom has.
const longLine = 160

// keepWholeLines forgets a last line that was cut off in its middle, where there are
// whole ones before it, and reports whether there are.
func (g *generation) keepWholeLines() bool {
	said := g.text.String()
	end := lastLineEnd(said)
	if blank(said[:end]) {
		return false
	}
	g.truncate(end)
	return true
}

// truncate keeps the first n bytes.
func (g *generation) truncate(n int) {
	said := g.text.String()[:n]
	g.text.Reset()
	g.text.WriteString(said)
	for i, m := range g.marks {
		if m.end >= n {
			g.marks[i].end = n
			g.marks = g.marks[:i+1]
			return
		}
	}
}
