package workspace

import "strings"

// pairs are, after each letter, the letters that often follow it: 190 of the
// 676 pairs make up 88 % of the letter pairs in the words of Go's standard
// library, the C headers and Python's library of a Linux system, and 28 % of
// those in random letters. Names of any language people write code in come
// out near the first figure, keys near the second.
var pairs = [26]string{
	"bcdgilmnprstu", "aeilou", "aehiklortu", "adeios", "acdefglmnprstvx", "aefioru", "ehins", "aeiot", "abcdefglmnoprstvz",
	"", "e", "adeilostuy", "aeiop", "acdefgiostu", "cdilmnoprstuvw", "aeloprtuy", "u", "acdeimnorstuy",
	"acehilopstu", "acehioprstuy", "bceilmnprst", "aei", "ai", "t", "p", "e",
}

// Bounds of random, chosen by measurement over the distinct runs of 20
// characters or more in Go's standard library against generated keys: see
// TestRandomAgainstSource.
const (
	naturalPairs = 0.52 // share of common pairs from which a run reads as words
	digitsOnly   = 0.85 // share of digits above which a run is a number or a date
	minDistinct  = 9    // different characters that a key has at least
)

// random reports whether a run of key characters reads as drawn at random. It
// looks at neighbours: pairs of letters count as natural or not, a change
// between letter and digit is unnatural, a change from lower to upper case is
// how names are put together and does not count, nor do digits beside digits
// or separators. Entropy alone cannot tell: a name of 30 letters has more
// bits a letter than a hexadecimal key.
func random(s string) bool {
	if strings.Count(s, "-") >= 4 {
		s = uuid.ReplaceAllString(s, "")
	}
	if len(s) < minSecret {
		return false
	}
	var natural, counted, digits, steps, joints int
	for i := range len(s) {
		switch {
		case digit(s[i]):
			digits++
		case strings.IndexByte("_-/", s[i]) >= 0:
			joints++
		}
		if i == 0 {
			continue
		}
		a, b := s[i-1], s[i]
		if b == a+1 || b == a {
			steps++ // "0123456789", "====": alphabets and padding
		}
		switch {
		case letter(a) && letter(b):
			if lower(a) && !lower(b) {
				continue
			}
			counted++
			if strings.IndexByte(pairs[(a|0x20)-'a'], b|0x20) >= 0 {
				natural++
			}
		case letter(a) && digit(b), digit(a) && letter(b):
			counted++
		}
	}
	switch {
	case float64(digits) > digitsOnly*float64(len(s)), distinct(s) < minDistinct, steps*3 > len(s):
		return false
	case joints*9 > len(s): // names put together: x86_avx512_mask_cmp; in base64 each joint is one of 64
		return false
	case counted < 8: // separators and digits nearly everywhere: a date, a table, a version
		return false
	}
	return float64(natural) < naturalPairs*float64(counted)
}

// distinct counts the different characters of s.
func distinct(s string) int {
	var seen [256]bool
	n := 0
	for i := range len(s) {
		if !seen[s[i]] {
			seen[s[i]] = true
			n++
		}
	}
	return n
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func lower(c byte) bool  { return 'a' <= c && c <= 'z' }
func digit(c byte) bool  { return '0' <= c && c <= '9' }
