package complete

import (
	"slices"
	"time"
)

// rhythm is the usual one of the last times that something took: between keys, or to a model's first token.
type rhythm struct {
	last [rhythmOf]time.Duration
	seen int
}

const (
	rhythmOf    = 24
	rhythmLeast = 6 // times that tell something
	gapUnknown  = 180 * time.Millisecond
	gapAtMost   = time.Second // a longer one is no part of typing
)

func (r *rhythm) add(took time.Duration) {
	r.last[r.seen%rhythmOf] = took
	r.seen++
}

// key adds the gap before a key.
func (r *rhythm) key(gap time.Duration) {
	if gap < gapAtMost {
		r.add(gap)
	}
}

// median is 0 where too little is known.
func (r *rhythm) median() time.Duration {
	if r.seen < rhythmLeast {
		return 0
	}
	last := r.last // a copy
	known := last[:min(r.seen, rhythmOf)]
	slices.Sort(known)
	return known[len(known)/2]
}

// gap is the usual one between keys.
func (r *rhythm) gap() time.Duration {
	if gap := r.median(); gap > 0 {
		return gap
	}
	return gapUnknown
}
