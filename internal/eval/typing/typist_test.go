package typing

import (
	"math"
	"testing"
	"time"
)

func TestWhatOneKeyAccepts(t *testing.T) {
	for _, c := range []struct {
		name, ghost string
		right       int
		least       acceptance
		want        string
	}{
		{"all that is right", "a + b\n\treturn", 14, acceptWord, "a + b\n\treturn"},
		{"the right line of two", "a + b\n\treturn x", 14, acceptWord, "a + b"},
		{"the right word of a line", "alpha + beta", 8, acceptWord, "alpha"},
		{"a word with the blank before it", " alpha + beta", 8, acceptWord, " alpha"},
		{"marks", "()) x", 4, acceptWord, "())"},
		{"half a word is none", "alpha", 3, acceptWord, ""},
		{"one character is not worth a key", "x", 1, acceptWord, ""},
		{"nor is a line end with its indentation", "\n\t\t", 3, acceptWord, ""},
		{"a line behind an accepted one", "\n\tx()\n\ty()", 6, acceptWord, "\n\tx()"},
		{"no words where lines are taken", "alpha + beta", 8, acceptLine, ""},
		{"nothing", "", 0, acceptWord, ""},
	} {
		if _, n := accepts(c.ghost, c.right, c.least); c.ghost[:n] != c.want {
			t.Errorf("%s: %q", c.name, c.ghost[:n])
		}
	}
}

func TestKeysAndTheirTempo(t *testing.T) {
	text := "if é {\n\t\tx := 日本\n\n\ty()\n}"
	keys := keysOf(text)
	at := 0
	for _, k := range keys {
		if k.start != at {
			t.Fatalf("a key at %d, the one before ends at %d", k.start, at)
		}
		at = k.end
	}
	if at != len(text) || len(keys) != 21 {
		t.Errorf("%d keys to %d of %d", len(keys), at, len(text))
	}
	for _, want := range []float64{3, 5, 7} {
		var sum time.Duration
		n := 0
		for _, trace := range own(t) {
			keys, d := keysOf(trace.Text), newDice(1, trace.Name())
			factor := tempo(keys, want)
			for _, k := range keys {
				sum += d.logNormal(k.median*factor, k.start)
				n++
			}
		}
		if got := float64(n) / sum.Seconds(); math.Abs(got-want) > want/10 {
			t.Errorf("%.2f keys a second instead of %v", got, want)
		}
	}
}
