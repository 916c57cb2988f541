package typing

import (
	"hash/fnv"
	"math"
	"time"
)

// dice is chance that depends on nothing but the seed, the trace and the place: whatever a policy does, it meets the same
// typist and the same mistakes of the model.
type dice struct{ seed uint64 }

func newDice(seed int, name string) dice {
	h := fnv.New64a()
	h.Write([]byte(name))
	return dice{h.Sum64() ^ uint64(seed)*0x9e3779b97f4a7c15}
}

// What is thrown for.
const (
	forGap uint64 = iota
	forGapToo
	forWrong
	forBand
	forProb
	forDetour
	forName
)

// throw is a number of all bits, by what for and where.
func (d dice) throw(what uint64, place int) uint64 {
	x := d.seed + what*0xbf58476d1ce4e5b9 + uint64(place)*0x94d049bb133111eb
	for range 2 { // the mixer of splitmix64
		x ^= x >> 30
		x *= 0xbf58476d1ce4e5b9
		x ^= x >> 27
		x *= 0x94d049bb133111eb
		x ^= x >> 31
	}
	return x
}

// unit is a number from 0 up to 1.
func (d dice) unit(what uint64, place int) float64 {
	return float64(d.throw(what, place)>>11) / (1 << 53)
}

// logNormal is a time around a median, rounded to milliseconds so that machines which round differently agree.
func (d dice) logNormal(median float64, place int) time.Duration {
	u := max(d.unit(forGap, place), 1e-12)
	normal := math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*d.unit(forGapToo, place))
	ms := median * math.Exp(gapSpread*max(-gapTails, min(normal, gapTails)))
	return time.Duration(max(ms, 1)) * time.Millisecond
}
