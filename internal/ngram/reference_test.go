package ngram

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path"
	"strings"
	"testing"
)

// reference computes what predict computes, from the texts themselves: every
// token of every file is compared with the context, and the estimate is built
// from the shortest context up, as Witten and Bell write it.
func reference(texts files, q Query, context []uint32) map[uint32]float64 {
	type seen struct {
		id     uint32
		level  int
		weight float64
	}
	var all []seen
	for name, text := range texts {
		f := tokenise(text)
		weight := elsewhere
		switch {
		case name == q.Path:
			weight = inFile
		case path.Dir(name) == path.Dir(q.Path):
			weight = inDirectory
		}
		for i, id := range f.ids {
			level := 0
			for level < order && level < len(context) && f.before(i, level+1) == context[len(context)-1-level] {
				level++
				if f.before(i, level) == none {
					break
				}
			}
			if newline(id) {
				id = same
			}
			if level > 0 {
				all = append(all, seen{id, level, weight})
			}
		}
	}
	total := func(from int) (counts map[uint32]float64, sum float64) {
		counts = map[uint32]float64{}
		for _, s := range all {
			if s.level >= from {
				counts[s.id] += s.weight
				sum += s.weight
			}
		}
		return counts, sum
	}
	lowest := 1
	for n := order; n >= 1; n-- { // predict stops where evidence suffices
		if _, sum := total(n); sum >= enough {
			lowest = n
			break
		}
	}
	p := map[uint32]float64{}
	_, last := total(order + 1)
	levels := []int{}
	for n := order; n >= lowest; n-- {
		if _, sum := total(n); sum > last {
			levels, last = append(levels, n), sum
		}
	}
	for i := len(levels) - 1; i >= 0; i-- {
		counts, sum := total(levels[i])
		held := float64(len(counts)) * doubt(levels[i])
		next := map[uint32]float64{}
		for _, s := range all {
			next[s.id] = (counts[s.id] + held*p[s.id]) / (sum + held)
		}
		p = next
	}
	return p
}

func TestPredictEqualsReference(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		var b strings.Builder
		for range r.IntN(60) {
			b.WriteString([]string{"a ", "b ", "c ", "( ", ") ", "\n", "\n\t", "d "}[r.IntN(8)])
		}
		return b.String()
	}
	for round := range 150 {
		m, texts := New(Options{}), files{}
		for range r.IntN(25) {
			name := fmt.Sprintf("%c/%c", 'p'+r.IntN(2), 'a'+r.IntN(5))
			if r.IntN(4) == 0 {
				m.Remove(name)
				delete(texts, name)
				continue
			}
			texts[name] = text()
			m.Add(name, "x", texts[name])
		}
		for range 20 {
			a := &asker{where: map[uint32]int{}, segments: *m.segments.Load(), ahead: []uint32{words}}
			a.query, a.dir = Query{Path: "p/a", LanguageID: "x"}, "p"
			a.context = append([]uint32{none}, tokenise(text()).ids...)
			a.predict()
			want := reference(texts, a.query, a.context)
			if len(want) < len(a.found) {
				t.Fatalf("round %d: %d candidates, want %d", round, len(a.found), len(want))
			}
			for _, c := range a.found {
				if math.Abs(c.p-want[c.id]) > 1e-9 {
					t.Fatalf("round %d: token %d has %f, want %f", round, c.id, c.p, want[c.id])
				}
			}
		}
	}
}
