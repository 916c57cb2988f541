package learn

// Levels is the number of gates that are compared.
const Levels = 10

// Gates are those that calibration chooses from, ascending.
var Gates = [Levels]float64{0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95}

const (
	wholly = 0.90 // of the completions that a gate lets through, so many are to be right to their end
	// enough judged completions for one step of a gate, and for a gate to be judged itself: 90 % of 100 is 84 to 94 % by chance.
	enough = 100
)

// Cuts tells for each of Gates where a completion would have ended, in bytes; 0: nothing would have been shown.
type Cuts [Levels]int

// verdicts are the completions that each of Gates would have let through: those that came right to their end, and those that the person
// contradicted before.
type verdicts struct {
	Right [Levels]int `json:"right"`
	Wrong [Levels]int `json:"wrong"`
}

// calibrated is the next gate: one step from the present one towards the least that lets nine of ten right ones through, or towards the
// highest where none is seen to. 0 stands for no opinion, and is the answer where there are too few verdicts.
func calibrated(gate float64, v verdicts) float64 {
	at, best := nearest(gate), -1
	judged := false
	for i := range Gates {
		n := v.Right[i] + v.Wrong[i]
		if n < enough {
			continue
		}
		judged = true
		if float64(v.Right[i]) >= wholly*float64(n) {
			best = i
			break
		}
	}
	switch {
	case !judged:
		return 0
	case best < 0:
		best = Levels - 1
	}
	switch {
	case best > at:
		at++
	case best < at:
		at--
	}
	return Gates[at]
}

// nearest is the index of the level that is nearest to a gate.
func nearest(gate float64) int {
	for i := range Gates {
		if i == Levels-1 || gate < (Gates[i]+Gates[i+1])/2 {
			return i
		}
	}
	return Levels - 1
}
