package index

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestManyPairsAreSortedAsFewAre(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	pairs := make([]uint64, 50_000)
	for i := range pairs {
		pairs[i] = uint64(random.Uint32())<<32>>(i%3*10)&^(1<<32-1) | uint64(i)
	}
	want := slices.Clone(pairs)
	slices.Sort(want)
	if !slices.Equal(sortByTerm(pairs), want) {
		t.Error("not in order")
	}
}

// TestMergedSegmentsAnswerAsOne checks that it does not matter in which
// segments files stand, nor which files once were there.
func TestMergedSegmentsAnswerAsOne(t *testing.T) {
	d, plain := newDesk(t, Options{}), newDesk(t, Options{})
	files := slices.Collect(made(3, 8_000))
	random := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		f := files[random.IntN(len(files))]
		if random.IntN(3) == 0 {
			d.Remove(f.Path)
			continue
		}
		d.put(f.Rel, f.Text+"\nfunc another() {}\n")
		d.put(f.Rel, f.Text)
	}
	for _, f := range files {
		d.put(f.Rel, f.Text)
	}
	for i := len(files) - 1; i >= 0; i-- {
		plain.put(files[i].Rel, files[i].Text)
	}
	plain.left = spareWindows + plain.windows // pretends that much is gone, so that all is merged
	plain.tidy()
	d.left = plain.left + spareWindows + d.windows
	d.tidy()
	if len(d.segments) != 1 || len(plain.segments) != 1 || d.left != 0 {
		t.Fatalf("%d and %d segments, %d windows left over", len(d.segments), len(plain.segments), d.left)
	}
	for range 50 {
		q := near(files[random.IntN(len(files))], random)
		q.Limit = 1 << 20
		got, want := d.scores(q), plain.scores(q)
		if len(got) == 0 || len(got) != len(want) {
			t.Fatalf("%d windows, want %d", len(got), len(want))
		}
		for w, score := range want {
			if diff := got[w] - score; diff > 0.01 || diff < -0.01 {
				t.Fatalf("%s scores %f, want %f", w, got[w], score)
			}
		}
	}
}
