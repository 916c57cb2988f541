package learn

import "testing"

func TestHidden(t *testing.T) {
	for _, c := range []struct {
		taken, seen int
		want        bool
	}{
		{0, 0, false}, {0, 1, false}, {0, 64, false}, {0, 65, true}, {1, 65, false}, {1, 109, false}, {1, 110, true},
		{4, 100, false}, {8, 400, true}, {16, 400, false}, {200, 400, false},
	} {
		if got := (count{Seen: c.seen, Taken: c.taken}).hidden(); got != c.want {
			t.Errorf("%d of %d taken: hidden %t", c.taken, c.seen, got)
		}
	}
}

// What is almost never taken is hidden, but for every twentieth; when that is taken, the kind comes back.
func TestHides(t *testing.T) {
	b := NewBook("")
	k := Kind{Model: "m", Language: "go", Place: LineEnd, Text: "x", Sure: 0.75}
	taken := func(n int) {
		b.count(someday, "m", "go", func(r *record) { r.Buckets[k.Bucket()] = count{Seen: 1, Taken: n} })
		sync1(t, b)
	}
	if b.Hides(k) {
		t.Error("hidden before anything is known")
	}
	for range 100 {
		taken(0)
	}
	other := k
	other.Sure = 0.99
	for i := 1; i <= 3*tryEvery; i++ {
		if got, want := b.Hides(k), i%tryEvery != 0; got != want || b.Hides(other) {
			t.Errorf("the %dth: hidden %t", i, got)
		}
	}
	n := 0
	for ; b.Hides(k) || b.tried["m\x00go\x00"+k.Bucket()]%tryEvery == 0; n++ {
		if taken(1); n > 10 {
			t.Fatal("it never comes back")
		}
	}
	if n != 1 {
		t.Errorf("back after %d were taken", n)
	}
}

// verdictsOf are n completions a level, of which so many in a hundred came right.
func verdictsOf(n int, shares ...int) verdicts {
	var v verdicts
	for i := range Gates {
		share := shares[min(i, len(shares)-1)]
		v.Right[i] = n * share / 100
		v.Wrong[i] = n - v.Right[i]
	}
	return v
}

func TestCalibrated(t *testing.T) {
	rising := []int{60, 64, 68, 72, 76, 80, 85, 91, 95, 98}
	for _, c := range []struct {
		name string
		gate float64
		v    verdicts
		want float64
	}{
		{"nothing is known", 0.7, verdicts{}, 0},
		{"too little is known", 0.7, verdictsOf(99, 100), 0},
		{"all right: one step down", 0.7, verdictsOf(100, 100), 0.65},
		{"at the lowest", 0.5, verdictsOf(100, 100), 0.5},
		{"too many wrong: one step up", 0.7, verdictsOf(200, rising...), 0.75},
		{"there", 0.85, verdictsOf(200, rising...), 0.85},
		{"down again", 0.95, verdictsOf(200, rising...), 0.90},
		{"none is right enough: towards the highest", 0.7, verdictsOf(200, 50), 0.75},
		{"at the highest", 0.95, verdictsOf(200, 50), 0.95},
		{"a gate between two", 0.72, verdictsOf(100, 90), 0.65},
	} {
		if got := calibrated(c.gate, c.v); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// A gate moves when a hundred more were judged, and stays where nine of ten are right.
func TestTheGateMovesSlowly(t *testing.T) {
	b := NewBook("")
	rising := []int{60, 64, 68, 72, 76, 80, 85, 91, 95, 98}
	var path []float64
	for range 10 {
		b.count(someday, "m", "go", func(r *record) {
			r.add(&record{Gates: verdictsOf(50, rising...), Judged: 50})
		})
		sync1(t, b)
		path = append(path, b.Gate("m", "go"))
	}
	want := []float64{0, 0.75, 0.75, 0.80, 0.80, 0.85, 0.85, 0.85, 0.85, 0.85}
	for i := range want {
		if path[i] != want[i] {
			t.Fatalf("moved %v, want %v", path, want)
		}
	}
	if b.Gate("m", "python") != 0 || b.Gate("other", "go") != 0 {
		t.Error("one language's gate is another's")
	}
}
