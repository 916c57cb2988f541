package ngram

import (
	"math"
	"strings"
)

// The estimate of predict is good at saying which token comes next and too
// sure of itself: one occurrence after twelve equal tokens counts for nearly
// everything. Certainty corrects it by logistic regression over what else is
// known of the best candidate. TestCertainty holds it to its word on source
// that it was not fitted to; BenchmarkFit fits the weights anew.
const (
	always    = iota // 1
	estimate         // log odds of predict's estimate
	rival            // log ratio of the second estimate to the first
	level            // tokens of the longest context that supports it, of order
	evidence         // log weight of its occurrences
	choice           // log number of different tokens seen
	fromFile         // its best occurrence is in the same file …
	fromDir          // … or directory
	begunWord        // some of it is typed already …
	begunLen         // … log length of it
	begunText        // … log length of it, where it is a string
	wordKind         // it is a name, a keyword or a number
	textKind         // it is a string of which nothing is typed
	endKind          // it is the end of the line
	lineStart        // it is the first of its line
	signs            // how many there are
)

// weights were fitted to 28,673 places in every tenth file of Go's go/…,
// encoding/… and archive/…, of Python's asyncio, email and unittest, and of
// npm's own sources, each predicted from the rest of its tree.
var weights = [signs]float64{
	always:    -1.305,
	estimate:  0.271,
	rival:     -0.208,
	level:     0.477,
	evidence:  0.237,
	choice:    -0.348,
	fromFile:  0.540,
	fromDir:   0.527,
	begunWord: 0.804,
	begunLen:  0.762,
	begunText: -0.422,
	wordKind:  -0.186,
	textKind:  -0.483,
	endKind:   -0.136,
	lineStart: -0.234,
}

// certainty is the probability that the best candidate is right.
func certainty(x [signs]float64) float64 {
	sum := 0.0
	for i, w := range weights {
		sum += w * x[i]
	}
	return 1 / (1 + math.Exp(-sum))
}

// signs describes the best candidate; second is the estimate of the next best.
func (a *asker) signs(c *candidate, second float64) [signs]float64 {
	p := min(max(c.p, 1e-4), 1-1e-4)
	x := [signs]float64{
		always:    1,
		estimate:  math.Log(p / (1 - p)),
		rival:     math.Log((second + 1e-3) / (c.p + 1e-3)),
		level:     float64(c.level) / order,
		evidence:  math.Log1p(c.count),
		choice:    math.Log(float64(len(a.found))),
		fromFile:  one(c.near == inFile),
		fromDir:   one(c.near == inDirectory),
		begunWord: one(a.begun != ""),
		endKind:   one(newline(c.id)),
		lineStart: one(newline(a.context[len(a.context)-1])),
	}
	if a.begun != "" {
		length := math.Log1p(float64(len(a.begun)))
		if isWord(a.begun[0]) {
			x[begunLen] = length
		} else {
			x[begunText] = length
		}
	}
	if c.id >= words {
		first := c.source.text[c.source.at[c.token]>>8]
		x[wordKind] = one(isWord(first))
		x[textKind] = one(a.begun == "" && strings.IndexByte("\"'`", first) >= 0)
	}
	return x
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
