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

	sight *sight   // from the hole, without its tree
	stops []string // the family's own tokens
	text  strings.Builder
	marks []mark // one a token, ascending
	warm  bool   // evaluates the prompt and says nothing

	state    generationState
	natural  bool      // the model ended it, not we and not the limit
	loading  bool      // the model was not loaded when this was sent
	unwanted bool      // to be ended as soon as the model is loaded
	wantedAt time.Time // of the last request that it could answer
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
	hole.tree = nil
	g := &generation{id: id, offset: s.offset, sight: &hole}
	g.before = s.near[max(0, len(s.near)-keyBytes):]
	g.after = s.ahead[:min(len(s.ahead), keyAhead)]
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
	if !g.agreesAfter(s.ahead) {
		return 0, false
	}
	if k := s.offset - g.offset; g.agreesBefore(s, k) {
		return k, true
	}
	for k := min(lookBack, s.offset, len(s.near)); k >= 0; k-- {
		if g.agreesBefore(s, k) {
			return k, true
		}
	}
	return 0, false
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
	rest := near[:len(near)-typed]
	if g.head && s.offset-typed != len(g.before) {
		return false
	}
	if !g.head && len(rest) < len(g.before) { // typed so much that the key has left what is read
		return strings.HasSuffix(g.before, rest)
	}
	return strings.HasSuffix(rest, g.before)
}

// agreesAfter tolerates the closers that an editor wrote by itself: after "(" the
// text continues with ")" and then as before.
func (g *generation) agreesAfter(ahead string) bool {
	for range 4 {
		if ahead == g.after || len(g.after) == keyAhead && strings.HasPrefix(ahead, g.after) {
			return true
		}
		if ahead == "" || !strings.ContainsRune(")]}\"'`>", rune(ahead[0])) {
			return false
		}
		ahead = ahead[1:]
	}
	return false
}

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

// exhausted reports whether nothing that may still come would ever be shown: the
// text loops, or has left the block, or has reached what stands below the cursor. Its
// text is cut there and it counts as ended by the model. Only a token that ends a
// line, or makes one too long, is worth the look.
func (g *generation) exhausted(token string) bool {
	if !strings.Contains(token, "\n") && g.text.Len() < longLine {
		return false
	}
	d := &draft{sight: g.sight, text: g.text.String()}
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

// longLine is a length in bytes that a generation without a line end seldom has.
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
