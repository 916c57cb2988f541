package typing

import (
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// How people type: medians of the gap before a key in milliseconds, log-normal, and how they read what is shown.
const (
	gapInWord  = 135.0
	gapAtToken = 240.0
	gapAtLine  = 900.0
	gapSpread  = 0.5 // standard deviation of the logarithm
	gapTails   = 2.5 // deviations at which it is cut

	notice  = 350 * time.Millisecond // to see a ghost and decide
	readOne = 8 * time.Millisecond   // a character
	minGain = 2                      // keys that one key to accept must stand for
)

// key is one key of a text: the offset behind what it puts in. The indentation after a line end is the editor's.
type key struct {
	start, end int
	median     float64 // of the gap before it
}

// keysOf are the keys that a text takes without any help.
func keysOf(text string) []key {
	var keys []key
	before := kindNone
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		end := at + size
		if r == '\n' {
			end += len(text[end:]) - len(strings.TrimLeft(text[end:], " \t"))
		}
		kind := kindOf(r)
		keys = append(keys, key{start: at, end: end, median: gap(before, kind)})
		before, at = kind, end
	}
	return keys
}

// kind is what pauses depend on.
type kind uint8

const (
	kindNone kind = iota // the beginning
	kindLine
	kindBlank
	kindWord
	kindMark
)

func kindOf(r rune) kind {
	switch {
	case r == '\n':
		return kindLine
	case unicode.IsSpace(r):
		return kindBlank
	case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
		return kindWord
	}
	return kindMark
}

func gap(before, kind kind) float64 {
	switch {
	case before == kindNone || before == kindLine:
		return gapAtLine
	case kind == before || kind == kindBlank:
		return gapInWord
	}
	return gapAtToken
}

// tempo is the factor that makes the gaps of a text so many keys a second on average.
func tempo(keys []key, perSecond float64) float64 {
	sum := 0.0
	for _, k := range keys {
		sum += k.median
	}
	mean := sum / float64(len(keys)) * math.Exp(gapSpread*gapSpread/2)
	return 1000 / perSecond / mean
}

// acceptance is how much of a ghost one key takes.
type acceptance uint8

const (
	acceptNothing acceptance = iota
	acceptWord
	acceptLine
	acceptAll
)

// accepts is the most that a typist can take with one key of a ghost of which the first right bytes are what they want to
// write: all, else the first line, else the first word, and how many bytes that is. No part below least is taken.
func accepts(ghost string, right int, least acceptance) (acceptance, int) {
	for _, try := range []struct {
		what acceptance
		size int
	}{{acceptAll, len(ghost)}, {acceptLine, firstLine(ghost)}, {acceptWord, firstWord(ghost)}} {
		if least <= try.what && 0 < try.size && try.size <= right && len(keysOf(ghost[:try.size])) >= minGain {
			return try.what, try.size
		}
	}
	return acceptNothing, 0
}

// firstLine is the length of a ghost's first line that says something, 0 where it is the only one.
func firstLine(ghost string) int {
	lead := len(ghost) - len(strings.TrimLeft(ghost, "\n\t "))
	if i := strings.IndexByte(ghost[lead:], '\n'); i >= 0 {
		return lead + i
	}
	return 0
}

// firstWord is the length of a ghost's first word, or its first marks, with the blanks before them.
func firstWord(ghost string) int {
	lead := len(ghost) - len(strings.TrimLeft(ghost, "\n\t "))
	at, first := lead, kindNone
	for i, r := range ghost[lead:] {
		k := kindOf(r)
		if first == kindNone {
			first = k
		}
		if k != first {
			return lead + i
		}
		at = lead + i + utf8.RuneLen(r)
	}
	return at
}

// common is the length of what two texts begin with alike.
func common(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
