package index

import "slices"

// Term is what texts are compared by: the hash of an identifier in lower case,
// or of a word in one (maxRetryCount: max, retry, count). Hashes of 32 bits
// collide once in millions of pairs; a collision costs a little of a ranking.
type Term uint32

// Count is a term and how often a text has it.
type Count struct {
	Term Term
	N    uint16
}

// FNV-1a, as hash/fnv has it, inlined: a cold file is hashed whole.
const (
	fnvStart = 2166136261
	fnvPrime = 16777619
)

// class is what a byte is to a splitter of identifiers.
type class uint8

const (
	other class = iota
	lower       // also what is not ASCII: letters of other scripts
	upper
	digit
	underline
)

// classes is the class of each byte: every byte of a cold file is looked up.
var classes = func() (all [256]class) {
	for b := range all {
		switch {
		case 'a' <= b && b <= 'z' || b >= 0x80:
			all[b] = lower
		case 'A' <= b && b <= 'Z':
			all[b] = upper
		case '0' <= b && b <= '9':
			all[b] = digit
		case b == '_' || b == '$':
			all[b] = underline
		}
	}
	return all
}()

// Terms appends the terms of a text to dst, in order and each time they come:
// every identifier of two bytes or more, and the words of those that have
// several. Numbers are none.
func Terms(dst []Term, text string) []Term {
	for i := 0; i < len(text); {
		c := classes[text[i]]
		if c == other || c == digit {
			for i < len(text) && (c == other && classes[text[i]] == other || c == digit && classes[text[i]] != other) {
				i++ // a number with its letters: 0x1F, 10ms
			}
			continue
		}
		from := i
		for i < len(text) && classes[text[i]] != other {
			i++
		}
		if i-from > 1 {
			dst = identifier(dst, text[from:i])
		}
	}
	return dst
}

// identifier appends a whole identifier and, if it has several, its words.
func identifier(dst []Term, name string) []Term {
	dst = append(dst, hashed(name))
	from := 0
	for i := 1; i <= len(name); i++ {
		if i < len(name) && !cutBefore(name, i) {
			continue
		}
		word := name[from:i]
		if classes[word[0]] == underline {
			word = word[1:]
		}
		if len(word) > 1 && len(word) < len(name) {
			dst = append(dst, hashed(word))
		}
		from = i
	}
	return dst
}

// cutBefore says whether a word begins at the byte i of an identifier, or ends
// there at an underline.
func cutBefore(name string, i int) bool {
	switch classes[name[i]] {
	case underline:
		return true
	case upper: // retryCount; HTTPServer before the S
		return classes[name[i-1]] != upper || i+1 < len(name) && classes[name[i+1]] == lower
	default:
		return false
	}
}

// hashed is the hash of a word in lower case.
func hashed(word string) Term {
	h := uint32(fnvStart)
	for i := range len(word) {
		b := word[i]
		if classes[b] == upper {
			b += 'a' - 'A'
		}
		h = (h ^ uint32(b)) * fnvPrime
	}
	return Term(h)
}

// Tally sorts terms and counts them.
func Tally(all []Term) []Count {
	slices.Sort(all)
	var counts []Count
	for i := 0; i < len(all); {
		n := 1
		for i+n < len(all) && all[i+n] == all[i] {
			n++
		}
		counts = append(counts, Count{all[i], uint16(min(n, 1<<16-1))})
		i += n
	}
	return counts
}
