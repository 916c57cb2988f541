package complete

import (
	"testing"
	"time"
)

func TestRhythm(t *testing.T) {
	for _, c := range []struct {
		name string
		gaps []int // milliseconds
		want int
	}{
		{"of somebody unknown", []int{90, 100}, 180},
		{"of a steady typist", []int{90, 100, 110, 90, 100, 110, 90, 100, 110, 90, 100, 110}, 100},
		{"pauses are no part of it", []int{90, 100, 110, 90, 5000, 100, 110, 90, 100, 110, 3000, 90, 100, 110}, 100},
		{"the last keys count", append(repeat(400, 30), repeat(100, 24)...), 100},
	} {
		var r rhythm
		for _, ms := range c.gaps {
			r.key(time.Duration(ms) * time.Millisecond)
		}
		if got := r.gap().Milliseconds(); got != int64(c.want) {
			t.Errorf("%s: a key takes %d ms, want %d", c.name, got, c.want)
		}
	}
}

func repeat(ms, times int) (all []int) {
	for range times {
		all = append(all, ms)
	}
	return all
}

// A model that is slower to its first token than a person to the next keys is asked at once: what is typed until then joins it.
func TestNothingIsPutOffForASlowModel(t *testing.T) {
	s := newStage(t)
	for range rhythmLeast {
		s.policy.first.add(600 * time.Millisecond)
	}
	s.play(`
		0   edit                =>
		100 edit                =>
		101 ask 1 "ret█\n"      => send 1
		200 edit                => null 1
		201 ask 2 "retu█\n"     =>
		701 say 1 "urn x\n"     => item 2 "rn x"
	`)
}
