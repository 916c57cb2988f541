package index

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Which windows help to write the line at the cursor? Those that speak of the
// same things. A window scores by BM25 over the terms of the query:
//
//	Σ over t in query   weight(t) · idf(t) · tf · (k1 + 1) / (tf + k1 · (1 − b + b · length / mean))
//
// so a term counts more the fewer windows have it, and again and again less the
// more often a window has it; windows near to the file that is written, or of
// files that it imports, count more (nearness.go). The rarest terms are
// counted first: the common ones have the long lists, and say the least.
const (
	k1 = 1.2
	b  = 0.75

	// maxHits bounds what one query counts, at some 3 ns each. The terms that
	// are left over are in every tenth window or more of a million lines.
	maxHits = 400_000
)

// Weighted is a term of a query and what it counts.
type Weighted struct {
	Term   Term
	Weight float64
}

// WindowQuery asks for windows.
type WindowQuery struct {
	Terms    []Weighted // each once
	From     string     // path of the file that is written; near windows count more
	Without  string     // path of the file whose windows are left out, mostly the same
	Language string     // languageId; windows in others count less; "": alike
	Imports  []string   // paths of files that the file imports
	Limit    int        // windows at most; 0: 16
}

// Window is some lines of a file that a query found.
type Window struct {
	Path, Rel string
	Language  string
	Lines     [2]int // first and last, from 0
	Text      string // whole lines, masked
	Score     float64
}

// found is a window on its way to become a Window.
type found struct {
	window
	score float64
}

// Windows are the windows that are most like the query, best first. It takes
// 1 ms on a million lines; when ctx ends, it is what was counted so far.
func (x *Index) Windows(ctx context.Context, q WindowQuery) []Window {
	limit := q.Limit
	if limit <= 0 {
		limit = 16
	}
	best := x.best(ctx, q, limit)
	windows := make([]Window, 0, len(best))
	for _, f := range best {
		text, ok := x.text(f.file, int(f.start), int(f.size))
		if !ok || ctx.Err() != nil {
			continue
		}
		windows = append(windows, Window{
			Path: f.file.path, Rel: f.file.rel, Language: f.file.language, Score: f.score,
			Lines: [2]int{int(f.line), int(f.line) + int(f.lines) - 1}, Text: text,
		})
	}
	return windows
}

// best are the windows with the highest scores.
func (x *Index) best(ctx context.Context, q WindowQuery, limit int) []found {
	x.mu.RLock()
	defer x.mu.RUnlock()
	lists := x.lists(q.Terms)
	near := newNearness(q.From, q.Language, q.Imports)
	var best []found
	for n, s := range x.segments {
		scores := x.scratch(len(s.windows))
		for _, l := range lists {
			if ctx.Err() != nil {
				break
			}
			l.score(s, n, scores)
		}
		for i, score := range scores {
			if score == 0 || len(best) == limit && float64(score)*importedBoost <= best[limit-1].score {
				continue
			}
			w := &s.windows[i]
			if w.file.gone || w.file.path == q.Without {
				continue
			}
			best = insert(best, found{*w, float64(score) * near.of(w.file)}, limit)
		}
		x.scores.Put(&scores)
	}
	return best
}

// insert puts f into the best so far, in their order.
func insert(best []found, f found, limit int) []found {
	if len(best) == limit && f.score <= best[limit-1].score {
		return best
	}
	at := len(best)
	for at > 0 && best[at-1].score < f.score {
		at--
	}
	return slices.Insert(best, at, f)[:min(len(best)+1, limit)]
}

// list is the hits of a term of the query, in all segments.
type list struct {
	hits   [][]hit // by segment
	count  int
	weight float64 // with the idf
}

// lists are the lists to be counted, the shortest first, to maxHits in all;
// the caller holds the lock.
func (x *Index) lists(terms []Weighted) []list {
	all := make([]list, 0, len(terms))
	for _, t := range terms {
		l := list{hits: make([][]hit, len(x.segments)), weight: t.Weight}
		for i, s := range x.segments {
			l.hits[i] = s.list(t.Term)
			l.count += len(l.hits[i])
		}
		if l.count > 0 {
			l.weight *= x.rarity(l.count)
			all = append(all, l)
		}
	}
	slices.SortStableFunc(all, func(a, b list) int { return cmp.Compare(a.count, b.count) })
	total := 0
	for i, l := range all {
		if total += l.count; total > maxHits && i > 0 {
			return all[:i]
		}
	}
	return all
}

// score adds what a term says of each window of a segment.
func (l *list) score(s *segment, segment int, scores []float32) {
	top, rest := float32(l.weight*(k1+1)), float32(k1*(1-b))
	lengths := s.lengths[:len(scores)]
	for _, h := range l.hits[segment] {
		w, tf := h.window(), float32(h.count())
		scores[w] += top * tf / (tf + rest + lengths[w])
	}
}

// rarity is the idf of a term that so many windows have.
func (x *Index) rarity(count int) float64 {
	n := float64(x.windows + x.left)
	return math.Log(1 + (n-float64(count)+0.5)/(float64(count)+0.5))
}

// Rarity is how much each term says, as Windows counts it: its idf over the
// windows of the workspace. A term that no window has is the rarest.
func (x *Index) Rarity(terms []Term) []float64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	all := make([]float64, len(terms))
	for i, t := range terms {
		count := 0
		for _, s := range x.segments {
			count += len(s.list(t))
		}
		all[i] = x.rarity(count)
	}
	return all
}

// scratch is memory to count scores in, all 0.
func (x *Index) scratch(n int) []float32 {
	if s, ok := x.scores.Get().(*[]float32); ok && cap(*s) >= n {
		clear((*s)[:n])
		return (*s)[:n]
	}
	return make([]float32, n)
}
