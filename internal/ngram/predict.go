package ngram

import "strings"

// sampled is how many occurrences of one context are looked at in a segment;
// more are counted by their share. Where a word is begun already, few of them
// fit, and more are looked at.
const (
	sampled      = 64
	sampledBegun = 256
)

// enough is the weight of evidence at which shorter contexts are not asked
// any more: they would count for less than a hundredth.
const enough = 96

// Weights of an occurrence by where it is: what was written in this file or
// beside it repeats itself far more than what was written elsewhere. Measured:
// see BenchmarkHeldOut.
const (
	inFile      = 4.0
	inDirectory = 1.5
	elsewhere   = 1.0
	foreign     = 0.1 // in a file of another language
)

// candidate is a token that may come next.
type candidate struct {
	id     uint32
	fits   bool    // it begins with what is typed of it
	count  float64 // weight of its occurrences so far
	p      float64
	source *file // an occurrence to take text and spacing from: the one with
	token  int   // the longest context, in the nearest file
	level  int
	near   float64
}

// asker is one request's working memory.
type asker struct {
	query    Query
	dir      string
	segments []*segment
	gate     float64
	context  []uint32 // the tokens before, the last one last
	begun    string   // what is typed of the next token already
	ahead    []uint32 // the tokens after the cursor, to know its own place in the file
	below    string   // the next line that is not blank, trimmed
	found    []candidate
	where    map[uint32]int // candidate by id
	ranges   [][order + 1][2]int
}

// predict fills found with what came next after the longest contexts that
// agree with ours, and their probabilities.
func (a *asker) predict() {
	a.found = a.found[:0]
	clear(a.where)
	longest := a.lookUp()
	total, left := 0.0, 1.0 // left is the probability that is not given away yet
	for n := longest; n >= 1 && total < enough; n-- {
		news := a.count(n)
		if news == 0 {
			continue
		}
		total += news
		held := float64(len(a.found)) * doubt(n)
		for i := range a.found {
			c := &a.found[i]
			c.p += left * c.count / (total + held)
		}
		left *= held / (total + held)
	}
	if a.begun != "" {
		a.settle(left)
	}
}

// doubt is the weight, for each different token seen after a context of n
// tokens, of that none of them comes next.
func doubt(n int) float64 { return doubts[min(n, len(doubts)-1)] }

var doubts = []float64{1, 1.5, 1.0, 0.7, 0.5, 0.4, 0.3, 0.25, 0.2, 0.18, 0.16, 0.14, 0.12}

// novelty is the share of what is not given away that a new word takes which
// happens to begin as this one, for each character that is typed.
const novelty = 0.35

// settle makes the probabilities ones under the condition that the token
// begins with what is typed.
func (a *asker) settle(left float64) {
	sum := left
	for range min(len(a.begun), 8) {
		sum *= novelty
	}
	for _, c := range a.found {
		if c.fits {
			sum += c.p
		}
	}
	for i := range a.found {
		a.found[i].p /= sum
	}
}

// lookUp finds, in each segment, the range of places for every length of
// context, and returns the longest that is found anywhere.
func (a *asker) lookUp() int {
	longest := 0
	a.ranges = a.ranges[:0]
	for _, s := range a.segments {
		var r [order + 1][2]int
		lo, hi := 0, len(s.places)
		for n := 1; n <= min(order, len(a.context)); n++ {
			if lo, hi = s.narrow(lo, hi, n, a.context[len(a.context)-n]); lo == hi {
				break
			}
			r[n] = [2]int{lo, hi}
			longest = max(longest, n)
		}
		a.ranges = append(a.ranges, r)
	}
	return longest
}

// count adds what follows the contexts that agree with ours in n tokens and
// no more, and returns its weight.
func (a *asker) count(n int) float64 {
	total := 0.0
	for i, s := range a.segments {
		outer := a.ranges[i][n]
		inner := [2]int{outer[0], outer[0]}
		if n < order && a.ranges[i][n+1][0] < a.ranges[i][n+1][1] {
			inner = a.ranges[i][n+1]
		}
		size := outer[1] - outer[0] - (inner[1] - inner[0])
		if size <= 0 {
			continue
		}
		limit := sampled
		if a.begun != "" {
			limit = sampledBegun
		}
		step := max(1, (size+limit-1)/limit)
		for k := 0; k < size; k += step {
			p := outer[0] + k
			if p >= inner[0] {
				p += inner[1] - inner[0]
			}
			total += a.occurrence(s, s.places[p], n, float64(min(step, size-k)))
		}
	}
	return total
}

// occurrence adds one place, standing for several, and returns its weight.
func (a *asker) occurrence(s *segment, p place, n int, several float64) float64 {
	f, i := s.files[p.file()], p.token()
	if f.gone.Load() {
		return 0
	}
	id := f.ids[i]
	near := elsewhere
	switch {
	case f.path == a.query.Path:
		near = inFile
		if a.here(f, i) {
			return 0
		}
	case f.dir == a.dir:
		near = inDirectory
	}
	if f.language != a.query.LanguageID {
		near *= foreign
	}
	weight := near * several
	if newline(id) {
		id = same // where a line ends, its successor's indentation does not matter
	}
	k, ok := a.where[id]
	if !ok {
		k = len(a.found)
		fits := a.begun == "" || id >= words && strings.HasPrefix(f.word(i), a.begun)
		a.found = append(a.found, candidate{id: id, fits: fits})
		a.where[id] = k
	}
	c := &a.found[k]
	c.count += weight
	if c.source == nil || n > c.level || n == c.level && near > c.near {
		c.source, c.token, c.level, c.near = f, i, n, near
	}
	return weight
}

// here reports whether token i of the document's own earlier text is the very
// place of the cursor: it would foretell what stands after it already.
func (a *asker) here(f *file, i int) bool {
	if a.begun != "" {
		if f.ids[i] < words || f.word(i) != a.begun {
			return false
		}
		i++
	}
	for _, id := range a.ahead {
		for i < len(f.ids) && newline(f.ids[i]) {
			i++
		}
		if i == len(f.ids) || f.ids[i] != id {
			return false
		}
		i++
	}
	return len(a.ahead) > 0 || i == len(f.ids)
}

// best is the most probable candidate, and the probability of the next.
func (a *asker) best() (best *candidate, second float64) {
	for i := range a.found {
		c := &a.found[i]
		switch {
		case !c.fits:
		case best == nil || c.p > best.p:
			if best != nil {
				second = best.p
			}
			best = c
		default:
			second = max(second, c.p)
		}
	}
	return best, second
}
