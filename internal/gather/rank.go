package gather

import (
	"math"
	"slices"

	"sopro/internal/document"
	"sopro/internal/index"
)

// Which parts of the file, and of others, help to write the line at the cursor? Those that speak of the same things. The query
// is the terms of the eight lines around the cursor (measured without a model at 1,536 tokens: 8 lines cover 71.8 % of
// holes, 20 lines 70.0, 60 lines 66.1). A window scores by BM25 over them:
//
//	Σ over t in query   idf(t) · tf · (k1 + 1) / (tf + k1 · (1 − b + b · length / mean))
//
// so a term counts more the fewer windows have it ("func" is worth nothing,
// "settleInvoice" a lot), and again and again less the more often a window has
// it. How rare a term is, the index of the workspace knows better than one file.
//
// The file's windows are looked through whole for each new line, with a bitmap
// that turns away nearly all of their terms: 12,000 lines have about 50,000, which
// takes less than 0.1 ms. An inverted index would be faster to ask and dearer to
// keep through edits.
const (
	k1 = 1.2
	b  = 0.75

	queryAbove = 5 // lines above the cursor's
	queryBelow = 2

	leastShared = 2  // terms that a window shares with the query, to count at all
	shortlist   = 24 // windows that are looked at closely
)

// query is the terms of the lines around the cursor, sorted, each once.
func query(text *document.Snapshot, line int) []index.Term {
	span := document.Span{Start: text.LineStart(line - queryAbove), End: text.LineStart(line + queryBelow + 1)}
	if span.Len() > maxWindowBytes {
		return nil
	}
	found := index.Terms(nil, text.Slice(span))
	slices.Sort(found)
	return slices.Compact(found)
}

// bits is a set of terms that may say yes for one that it does not have: one
// bit for all terms with the same lowest 16 bits, 8 KB in all. A query and what
// a model sees have some hundreds of terms, so that is one time in a hundred.
type bits [1 << 10]uint64

func (s *bits) add(t index.Term)      { s[t>>6&(1<<10-1)] |= 1 << (t & 63) }
func (s *bits) has(t index.Term) bool { return s[t>>6&(1<<10-1)]&(1<<(t&63)) != 0 }

// hit is a term of the query, by its number there, in a window.
type hit struct {
	window, term int32
	n            uint16
}

// scores are the BM25 scores of all windows, 0 for those without enough in
// common with the query. rarity is the idf of each term of the query; nil: that in the file.
func (ix *fileIndex) scores(query []index.Term, rarity []float64) []float64 {
	var in bits
	number := make(map[index.Term]int32, len(query))
	for i, t := range query {
		in.add(t)
		number[t] = int32(i)
	}
	hits := ix.hits[:0]
	with := make([]int, len(query)) // in how many windows each term is
	total := 0
	for w := range ix.windows {
		total += ix.windows[w].total
		for _, c := range ix.windows[w].terms {
			if !in.has(c.Term) {
				continue
			}
			if t, ok := number[c.Term]; ok {
				hits = append(hits, hit{int32(w), t, c.N})
				with[t]++
			}
		}
	}
	ix.hits = hits
	count := float64(len(ix.windows))
	mean := float64(total) / count
	scores := make([]float64, len(ix.windows))
	shared := make([]int, len(ix.windows))
	if rarity == nil {
		rarity = make([]float64, len(query))
		for t, n := range with {
			rarity[t] = math.Log(1 + (count-float64(n)+0.5)/(float64(n)+0.5))
		}
	}
	for _, h := range hits {
		tf := float64(h.n)
		length := float64(ix.windows[h.window].total)
		scores[h.window] += rarity[h.term] * tf * (k1 + 1) / (tf + k1*(1-b+b*length/mean))
		shared[h.window]++
	}
	for w := range scores {
		if shared[w] < leastShared {
			scores[w] = 0
		}
	}
	return scores
}

// best are the windows with the highest scores that lie outside near, best
// first.
func (ix *fileIndex) best(scores []float64, near document.Span) []int {
	best := make([]int, 0, shortlist+1)
	for w, score := range scores {
		if score == 0 || len(best) == shortlist && score <= scores[best[shortlist-1]] || overlap(ix.windows[w].span, near) {
			continue
		}
		at := len(best)
		for at > 0 && scores[best[at-1]] < score {
			at--
		}
		best = slices.Insert(best, at, w)
		best = best[:min(len(best), shortlist)]
	}
	return best
}
