package gather

import (
	"math"
)

// Which names will be needed at the hole? Every source has a guess, and all guesses are added up, as in the relevance models of
// information retrieval (Lavrenko and Croft, SIGIR 2001): a name counts for as much as the texts that have it are like the
// lines around the cursor,
//
//	want(name) = Σ over texts with it   weight of the source · (score / best score)²
//
// and a text is worth the names that it brings and the model does not see yet. So one measure serves windows and
// declarations alike, a name is not paid for twice, and what agrees with several sources comes first. (At 1,536 tokens on
// six repositories: windows chosen by their scores alone cover 64 % of holes, names chosen so 77.)
const (
	wantWindow   = 0.30 // a name in the window most like the hole
	wantShared   = 0.15 // a line of such a window that speaks of what stands around the cursor
	wantNear     = 0.02 // a name in the file not far from the cursor, by the logarithm of how often
	wantDeclared = 0.15 // a name in the declaration of a name near the cursor
	wantMember   = 1.00 // a member of a type near the cursor, shared by all its members
	wantAsked    = 0.30 // a member of what stands before a dot at the cursor
	wantOutline  = 0.04 // a declaration of a file that has to do with this one, less where it declares many
	wantHeader   = 0.05 // a name in an import of the file

	wantUndeclared = 2 // a name that the file uses and nobody declares, shared by all
)

// wanted is a name that may be needed, and how much.
type wanted struct {
	name
	weight float64
	window int // the last window that wanted it
}

// want says that a name may be needed.
func (h *hole) want(n name, weight float64) {
	if h.seen[n.hash] {
		return
	}
	w := h.wanted[n.hash]
	if w == nil {
		w = &wanted{name: n}
		h.wanted[n.hash] = w
	}
	w.weight += weight
}

// wantOnce wants a name for a window, however often the window has it.
func (h *hole) wantOnce(n name, weight float64, window int) {
	if w := h.wanted[n.hash]; w == nil || w.window != window {
		h.want(n, weight)
		if w := h.wanted[n.hash]; w != nil {
			w.window = window
		}
	}
}

// spread is the weight of each of so many names that a thing declares.
func spread(weight float64, n int) float64 { return weight / (1 + math.Log1p(float64(n))) }
