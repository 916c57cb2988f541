package holes

import (
	"maps"
	"math"
	"slices"
	"time"
)

// sum adds up the results that figures are made of.
type sum struct {
	covered, names, found, other, otherFound, declared, declaredFound, otherCovered, tokens, late int

	line, newline share
	took, next    []time.Duration
}

func (s *sum) add(r result) {
	found := func(names []string) (n int) {
		for _, name := range names {
			if !r.missing.Has(name) {
				n++
			}
		}
		return n
	}
	s.names, s.found = s.names+len(r.hole.names()), s.found+found(r.hole.names())
	s.other, s.otherFound = s.other+len(r.hole.Other), s.otherFound+found(r.hole.Other)
	s.declared, s.declaredFound = s.declared+len(r.hole.Declared), s.declaredFound+found(r.hole.Declared)
	if r.took > patience {
		s.late++
	}
	if len(r.missing) == 0 {
		s.covered++
		if len(r.hole.Other) > 0 {
			s.otherCovered++
		}
	}
	s.tokens += r.tokens
	s.line.sum, s.line.n = s.line.sum+r.line.sum, s.line.n+r.line.n
	s.newline.sum, s.newline.n = s.newline.sum+r.newline.sum, s.newline.n+r.newline.n
	s.took, s.next = append(s.took, r.took), append(s.next, r.next...)
}

// patience is how long an editor's request waits for a context; what is found by then is sent.
const patience = 15 * time.Millisecond

// figures sums up.
func figures(of []result) (f Figures) {
	var s sum
	for _, r := range of {
		s.add(r)
		if len(r.hole.Other) > 0 {
			f.OtherHoles++
		}
		if len(r.hole.Declared) > 0 {
			f.Elsewhere++
		}
	}
	slices.Sort(s.took)
	slices.Sort(s.next)
	f.Holes = len(of)
	f.Covered, f.Names = percent(float64(s.covered), f.Holes), percent(float64(s.found), s.names)
	f.Other, f.Declared = percent(float64(s.otherFound), s.other), percent(float64(s.declaredFound), s.declared)
	f.Late = percent(float64(s.late), f.Holes)
	f.OtherCovered = percent(float64(s.otherCovered), f.OtherHoles)
	f.KeptLine, f.KeptNewline = percent(s.line.sum, s.line.n), percent(s.newline.sum, s.newline.n)
	f.Tokens = s.tokens / max(f.Holes, 1)
	f.P50, f.P99 = quantile(s.took, .5), quantile(s.took, .99)
	f.NextP50, f.NextP99 = quantile(s.next, .5), quantile(s.next, .99)
	return f
}

// sources is what each source brought, in the order of their names.
func sources(of []result) (all []Source) {
	by := map[string]*Source{}
	for _, r := range of {
		has := map[string]Words{}
		for _, s := range r.shown {
			if by[s.Source] == nil {
				by[s.Source] = &Source{Source: s.Source}
			}
			by[s.Source].Snippets++
			by[s.Source].Tokens += float64(s.Tokens)
			has[s.Source] = WordsOf(append(slices.Collect(maps.Keys(has[s.Source])), s.Text)...)
		}
		for _, name := range r.hole.Other {
			var who []string
			for source, words := range has {
				if words.Has(name) {
					who = append(who, source)
					by[source].Names++
				}
			}
			if len(who) == 1 {
				by[who[0]].Alone++
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		s := by[name]
		s.Snippets, s.Tokens = ratio(s.Snippets, len(of)), ratio(s.Tokens, len(of))
		all = append(all, *s)
	}
	return all
}

// quantile is of sorted times, in milliseconds.
func quantile(sorted []time.Duration, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
	return round(float64(at) / float64(time.Millisecond))
}

func percent(n float64, of int) float64 { return ratio(100*n, of) }

func ratio(n float64, of int) float64 {
	if of == 0 {
		return 0
	}
	return round(n / float64(of))
}

func round(x float64) float64 { return math.Round(x*1000) / 1000 }
