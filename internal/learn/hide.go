package learn

import "math"

const (
	// hideBelow is the share of acceptance that a bucket must be under, as far as can be told, to be hidden: a person who takes one of
	// 25 has been distracted by 24.
	hideBelow = 0.04
	// confident is how many standard deviations "as far as can be told" are: 95 % of one side. With no acceptance at all a bucket is
	// hidden after 65 showings, with one after 110.
	confident = 1.645
	// tryEvery is how many hidden completions there are for one that is shown all the same, so that a bucket can recover: people,
	// projects and models change.
	tryEvery = 20
)

// hidden reports whether completions of which so many were taken are not worth being shown.
func (c count) hidden() bool { return c.Seen > 0 && mostLikely(c.Taken, c.Seen) < hideBelow }

// mostLikely is the upper end of the interval in which the share of taken among seen lies (Wilson, JASA 22, 1927).
func mostLikely(taken, seen int) float64 {
	n, z := float64(seen), confident
	p := min(float64(taken)/n, 1)
	middle := p + z*z/(2*n)
	spread := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return (middle + spread) / (1 + z*z/n)
}
