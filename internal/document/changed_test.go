package document

import (
	"math/rand/v2"
	"testing"
)

func TestChanged(t *testing.T) {
	for name, c := range map[string]struct {
		old, new string
		was, is  Span
	}{
		"nothing":            {"abc", "abc", Span{3, 3}, Span{3, 3}},
		"typed":              {"ac", "abc", Span{1, 1}, Span{1, 2}},
		"taken":              {"abc", "ac", Span{1, 2}, Span{1, 1}},
		"replaced":           {"abc", "axyc", Span{1, 2}, Span{1, 3}},
		"typed among equals": {"aa", "aaa", Span{2, 2}, Span{2, 3}},
		"taken among equals": {"aaa", "aa", Span{2, 3}, Span{2, 2}},
		"two places":         {"abcde", "xbcdy", Span{0, 5}, Span{0, 5}},
		"from nothing":       {"", "a", Span{0, 0}, Span{0, 1}},
		"to nothing":         {"a", "", Span{0, 1}, Span{0, 0}},
		"within a rune":      {"aéb", "aèb", Span{1, 3}, Span{1, 3}},
		"rune ends alike":    {"aéb", "aĩb", Span{1, 3}, Span{1, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			was, is := New("u", "l", 0, c.new).Changed(New("u", "l", 0, c.old))
			if was != c.was || is != c.is {
				t.Errorf("%v became %v, want %v and %v", was, is, c.was, c.is)
			}
		})
	}
}

// Snapshots of one lineage say the same about each other as their bare texts.
func TestChangedEqualsPlainComparison(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 3))
	for range 300 {
		s := New("u", "l", 0, randomText(rnd, 8000))
		old := s
		for range 1 + rnd.IntN(4) {
			start := rnd.IntN(s.Len() + 1)
			s, _ = s.Splice(Span{start, start + rnd.IntN(1+[]int{0, 3, 2000}[rnd.IntN(3)])}, randomText(rnd, []int{2, 40, 3000}[rnd.IntN(3)]))
		}
		was, is := s.Changed(old)
		plainWas, plainIs := New("u", "l", 0, s.String()).Changed(New("u", "l", 0, old.String()))
		if was != plainWas || is != plainIs {
			t.Fatalf("%v became %v, the texts alone say %v and %v", was, is, plainWas, plainIs)
		}
		next, _ := old.Splice(was, s.Slice(is))
		if next.String() != s.String() {
			t.Fatalf("%v became %v does not make the one of the other", was, is)
		}
	}
}

func BenchmarkChanged(b *testing.B) {
	old := New("file:///shop.go", "go", 0, source(12_000))
	s, _ := old.Splice(Span{200_000, 200_000}, "x")
	for b.Loop() {
		s.Changed(old)
	}
}
