package index

import (
	"math"
	"strings"
)

const (
	// WindowLines is how much of a file is shown as one. Plain windows lose
	// nothing against functions: cutting at functions costs 4 points of exact
	// match (arXiv 2605.04763).
	WindowLines = 20

	// maxWindowBytes keeps tables of data out of the comparison.
	maxWindowBytes = WindowLines * 400
)

// window is some whole lines of a file.
type window struct {
	file  *entry
	start uint32 // in the text, bytes
	size  uint16 // bytes; at most maxWindowBytes
	lines uint16
	line  uint32 // the first, from 0
	total uint16 // terms, each time they come
}

// cutting is a window while its file is being read, with its terms.
type cutting struct {
	window
	counts []Count
}

// cut cuts a text into windows without gaps, each with its terms. What would
// be left over at the end as less than half a window stays with the last.
// Windows without terms and those above maxWindowBytes are left out.
func cut(text string) []cutting {
	var (
		all   []cutting
		terms []Term
		line  int
	)
	for start := 0; start < len(text); {
		end, n := lines(text, start, WindowLines)
		if rest, m := lines(text, end, WindowLines/2); rest == len(text) && m < WindowLines/2 {
			end, n = rest, n+m
		}
		if end-start <= maxWindowBytes {
			terms = Terms(terms[:0], text[start:end])
			if len(terms) > 0 {
				w := window{start: uint32(start), size: uint16(end - start), line: uint32(line), lines: uint16(n), total: uint16(min(len(terms), math.MaxUint16))}
				all = append(all, cutting{w, Tally(terms)})
			}
		}
		start, line = end, line+n
	}
	return all
}

// lines is where n lines from start end, and how many there were.
func lines(text string, start, n int) (end, count int) {
	for end = start; count < n && end < len(text); count++ {
		i := strings.IndexByte(text[end:], '\n')
		if i < 0 {
			return len(text), count + 1
		}
		end += i + 1
	}
	return end, count
}
