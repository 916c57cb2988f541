package ngram

import (
	"path"
	"slices"
	"sync/atomic"
)

// order is the longest context, in tokens, that is told apart.
const order = 12

// file is one file's tokens, immutable but for gone.
type file struct {
	tokens
	path, dir, language string
	gone                atomic.Bool // removed or replaced; what still refers to it passes over it
}

func newFile(name, language, text string) *file {
	f := &file{tokens: tokenise(text), path: name, dir: path.Dir(name), language: language}
	f.ids, f.at = slices.Clip(slices.Clone(f.ids)), slices.Clip(slices.Clone(f.at))
	return f
}

// bytes is what the file costs in memory, about.
func (f *file) bytes() int { return len(f.text) + 8*len(f.ids) + 256 }

// place is an occurrence: token (20 bits) of file (12 bits) in a segment.
type place uint32

func at(file, token int) place { return place(file<<20 | token) }

func (p place) file() int  { return int(p >> 20) }
func (p place) token() int { return int(p & (1<<20 - 1)) }

// maxFiles is how many files a segment can tell apart.
const maxFiles = 1 << 12

// segment is an immutable index over some files: all their tokens, sorted by
// what stands before them, nearest first.
type segment struct {
	files  []*file
	places []place
}

// before is the token that stands n before i, none before the first.
func (t *tokens) before(i, n int) uint32 {
	if i < n {
		return none
	}
	return t.ids[i-n]
}

// compare orders two tokens by their contexts from the depth given.
func compare(a *file, i int, b *file, j int, depth int) int {
	for n := depth; n <= order; n++ {
		x, y := a.before(i, n), b.before(j, n)
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		case x == none:
			return 0
		}
	}
	return 0
}

// index sorts one file's tokens. The nearest two tokens before each decide
// nearly always, so they are put side by side as one number.
func index(f *file) *segment {
	type entry struct {
		near uint64
		at   int32
	}
	entries := make([]entry, len(f.ids))
	for i := range f.ids {
		entries[i] = entry{uint64(f.before(i, 1))<<32 | uint64(f.before(i, 2)), int32(i)}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		if a.near != b.near {
			if a.near < b.near {
				return -1
			}
			return 1
		}
		return compare(f, int(a.at), f, int(b.at), 3)
	})
	s := &segment{files: []*file{f}, places: make([]place, len(entries))}
	for i, e := range entries {
		s.places[i] = at(0, int(e.at))
	}
	return s
}

// live counts the tokens of files that still count.
func (s *segment) live() int {
	n := 0
	for _, f := range s.files {
		if !f.gone.Load() {
			n += len(f.ids)
		}
	}
	return n
}

// merge makes one segment of two, in one pass, and leaves out what is gone.
// The files keep their tokens; only the order of places is new.
func merge(a, b *segment) *segment {
	out := &segment{places: make([]place, 0, a.live()+b.live())}
	ra, rb := out.adopt(a), out.adopt(b)
	i, j := 0, 0
	for i < len(a.places) || j < len(b.places) {
		if i < len(a.places) && ra[a.places[i].file()] < 0 {
			i++
			continue
		}
		if j < len(b.places) && rb[b.places[j].file()] < 0 {
			j++
			continue
		}
		if j == len(b.places) || i < len(a.places) && a.less(b, i, j) {
			out.places = append(out.places, at(ra[a.places[i].file()], a.places[i].token()))
			i++
		} else {
			out.places = append(out.places, at(rb[b.places[j].file()], b.places[j].token()))
			j++
		}
	}
	return out
}

// less compares place i of s with place j of t.
func (s *segment) less(t *segment, i, j int) bool {
	p, q := s.places[i], t.places[j]
	return compare(s.files[p.file()], p.token(), t.files[q.file()], q.token(), 1) <= 0
}

// adopt takes over the files of s that still count and returns the number of
// each, -1 for what is gone. A file that goes while segments merge is still in
// one of them: the caller asks once.
func (s *segment) adopt(from *segment) []int {
	numbers := make([]int, len(from.files))
	for i, f := range from.files {
		numbers[i] = -1
		if !f.gone.Load() {
			numbers[i] = len(s.files)
			s.files = append(s.files, f)
		}
	}
	return numbers
}

// narrow returns the part of places[lo:hi], whose contexts agree up to n-1
// tokens, in which the n-th token before is id.
func (s *segment) narrow(lo, hi, n int, id uint32) (int, int) {
	key := func(i int) uint32 {
		p := s.places[i]
		return s.files[p.file()].before(p.token(), n)
	}
	end := hi
	for lo < hi {
		m := int(uint(lo+hi) >> 1)
		if key(m) < id {
			lo = m + 1
		} else {
			hi = m
		}
	}
	hi = end
	for from := lo; from < hi; {
		m := int(uint(from+hi) >> 1)
		if key(m) <= id {
			from = m + 1
		} else {
			hi = m
		}
	}
	return lo, hi
}
