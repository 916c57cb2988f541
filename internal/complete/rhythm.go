package complete

import (
	"slices"
	"time"
)

// rhythm is how somebody types: the gaps between the last keys. Its zero value is a person nobody has seen type yet.
type rhythm struct {
	gaps [rhythmKeys]time.Duration // of keys in a run
	seen int                       // gaps so far
}

const (
	rhythmKeys  = 24
	rhythmUsual = 180 * time.Millisecond // of somebody unknown
	rhythmBreak = time.Second            // a gap that is no part of a rhythm
)

// key takes the gap before a key.
func (r *rhythm) key(gap time.Duration) {
	if gap < rhythmBreak {
		r.gaps[r.seen%rhythmKeys] = gap
		r.seen++
	}
}

// gap is the usual one.
func (r *rhythm) gap() time.Duration {
	if r.seen < rhythmKeys/2 {
		return rhythmUsual
	}
	gaps := r.gaps
	known := gaps[:min(r.seen, rhythmKeys)]
	slices.Sort(known)
	return known[len(known)/2]
}
