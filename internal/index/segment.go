package index

import (
	"cmp"
	"slices"
)

// segment is the windows of some files and which terms they have, the terms
// in order:
//
//	terms   17      42           97
//	starts  0       2            5     6
//	hits    w0 w3   w0 w1 w3     w2
//
// It does not change once it is made. A file that is replaced or taken out
// leaves its windows behind; they are passed over, and left out when segments
// are merged.
type segment struct {
	windows []window
	terms   []Term
	starts  []uint32 // of each term's hits; one more than terms
	hits    []hit
	mean    float64   // terms in a window
	lengths []float32 // of windows, as scores count them; side by side, since a query reads them here and there
}

// hit is a window of a segment that has a term, and how often: the number of
// the window times 64, and the count up to 63.
type hit uint32

const (
	countBits = 6
	maxCount  = 1<<countBits - 1
)

func (h hit) window() int { return int(h >> countBits) }
func (h hit) count() int  { return int(h & maxCount) }

// newSegment is the segment of one file.
func newSegment(file *entry, cuts []cutting) *segment {
	s := &segment{windows: make([]window, len(cuts))}
	size := 0
	for i, c := range cuts {
		s.windows[i] = c.window
		s.windows[i].file = file
		size += len(c.counts)
	}
	pairs := make([]uint64, 0, size)
	for i, c := range cuts {
		pairs = c.pairs(pairs, i)
	}
	s.fill(sortByTerm(pairs))
	return s
}

// pairs appends a pair of a term and a hit for each term of a window.
func (c *cutting) pairs(all []uint64, number int) []uint64 {
	for _, count := range c.counts {
		all = append(all, uint64(count.Term)<<32|uint64(number<<countBits|min(int(count.N), maxCount)))
	}
	return all
}

// sortByTerm sorts pairs of which those with the same term are in order
// already, and returns them; it may use other memory. Many are sorted digit by
// digit: the three and a half million pairs of a million lines take 60 ms
// instead of 300.
func sortByTerm(pairs []uint64) []uint64 {
	const digitBits, few = 11, 1 << 14
	if len(pairs) < few {
		slices.Sort(pairs)
		return pairs
	}
	other := make([]uint64, len(pairs))
	for shift := 32; shift < 64; shift += digitBits {
		var ends [1 << digitBits]int
		for _, p := range pairs {
			ends[p>>shift&(1<<digitBits-1)]++
		}
		at := 0
		for i, n := range ends {
			ends[i], at = at, at+n
		}
		for _, p := range pairs {
			d := p >> shift & (1<<digitBits - 1)
			other[ends[d]] = p
			ends[d]++
		}
		pairs, other = other, pairs
	}
	return pairs
}

// fill makes the lists of pairs of a term and a hit, which are sorted.
func (s *segment) fill(pairs []uint64) {
	s.hits = make([]hit, len(pairs))
	for i, p := range pairs {
		s.add(Term(p>>32), i)
		s.hits[i] = hit(p)
	}
	s.close()
}

// add begins the list of a term at hits[at], unless it has begun.
func (s *segment) add(t Term, at int) {
	if n := len(s.terms); n == 0 || s.terms[n-1] != t {
		s.terms, s.starts = append(s.terms, t), append(s.starts, uint32(at))
	}
}

// close ends the last list and counts.
func (s *segment) close() {
	s.terms, s.starts = slices.Clip(s.terms), slices.Clip(append(s.starts, uint32(len(s.hits))))
	total := 0
	for i := range s.windows {
		total += int(s.windows[i].total)
	}
	s.mean = float64(total) / float64(max(len(s.windows), 1))
	s.lengths = make([]float32, len(s.windows))
	slope := float32(k1 * b / s.mean)
	for i := range s.windows {
		s.lengths[i] = slope * float32(s.windows[i].total)
	}
}

// list is the hits of a term.
func (s *segment) list(t Term) []hit {
	i, found := slices.BinarySearch(s.terms, t)
	if !found {
		return nil
	}
	return s.hits[s.starts[i]:s.starts[i+1]]
}

// merge is one segment of two, without the windows of files that are gone.
func merge(a, b *segment) *segment {
	s := &segment{}
	number := [2][]hit{s.take(a), s.take(b)} // of a window in s, by that in a and b; gone: none
	s.hits = make([]hit, 0, len(a.hits)+len(b.hits))
	s.terms = make([]Term, 0, len(a.terms)+len(b.terms)/2)
	s.starts = make([]uint32, 0, cap(s.terms)+1)
	for i, j := 0, 0; i < len(a.terms) || j < len(b.terms); {
		order := -1
		if i == len(a.terms) {
			order = 1
		} else if j < len(b.terms) {
			order = cmp.Compare(a.terms[i], b.terms[j])
		}
		if order <= 0 {
			s.copy(a, i, number[0])
			i++
		}
		if order >= 0 {
			s.copy(b, j, number[1])
			j++
		}
	}
	s.hits = slices.Clip(s.hits)
	s.close()
	return s
}

const gone = ^hit(0)

// take appends the windows of another segment that are still of a file, and
// says which number each has got, as a hit without a count.
func (s *segment) take(from *segment) []hit {
	number := make([]hit, len(from.windows))
	for i, w := range from.windows {
		if w.file.gone {
			number[i] = gone
			continue
		}
		number[i] = hit(len(s.windows) << countBits)
		s.windows = append(s.windows, w)
	}
	return number
}

// copy appends the list of a term of another segment.
func (s *segment) copy(from *segment, term int, number []hit) {
	at := len(s.hits)
	for _, h := range from.hits[from.starts[term]:from.starts[term+1]] {
		if to := number[h.window()]; to != gone {
			s.hits = append(s.hits, to|h&maxCount)
		}
	}
	if len(s.hits) > at {
		s.add(from.terms[term], at)
	}
}
