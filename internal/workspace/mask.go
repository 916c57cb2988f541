package workspace

import (
	"regexp"
	"strings"
)

// Masked stands where a secret stood.
const Masked = "[secret]"

// minShape is the length of the shortest key with a shape of its own.
const minShape = 15

// minSecret is the length from which a token is judged by its randomness:
// below it, too little is there to tell, and keys are longer.
const minSecret = 20

// pem is a private key, whole even where the end is missing or the line ends
// are written as \n.
var pem = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-[^-])*(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)?`)

// address finds the password in a URL; what stands around it stays.
var address = regexp.MustCompile(`(://[^\s/:@"'<>${}]*:)[^\s/@"'<>${}]{3,}(@)`)

// uuid is an identifier, not a secret, and shows up in ordinary code.
var uuid = regexp.MustCompile(`(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// Mask replaces what looks like a secret in text by "[secret]": known shapes
// of keys, private key blocks, passwords in URLs, and random-looking tokens of
// 20 characters or more (docs/security.md row 9). Hashes and checksums go the same way,
// which costs nothing. The cost is linear in text; the patterns are tried on
// long stretches of key characters alone, a small part of ordinary code.
func Mask(text string) string {
	if strings.Contains(text, "PRIVATE KEY") {
		text = pem.ReplaceAllString(text, Masked)
	}
	if strings.Contains(text, "://") {
		text = address.ReplaceAllString(text, "${1}"+Masked+"${2}")
	}
	var out strings.Builder
	kept := 0 // text[:kept] is in out
	for start := 0; start < len(text); start++ {
		end := start
		for end < len(text) && stretches[text[end]] {
			end++
		}
		if end-start >= minShape {
			if clean := maskStretch(text[start:end]); clean != text[start:end] {
				out.WriteString(text[kept:start])
				out.WriteString(clean)
				kept = end
			}
		}
		start = end
	}
	if kept == 0 {
		return text
	}
	out.WriteString(text[kept:])
	return out.String()
}

// maskStretch masks in a stretch of key characters, dots, colons and percent
// signs: first what has a shape, then what reads as random.
func maskStretch(s string) string {
	if hinted(s) {
		for _, shape := range shapes {
			if strings.Contains(s, shape.hint) {
				s = shape.pattern.ReplaceAllString(s, Masked)
			}
		}
	}
	for start := 0; start < len(s); start++ {
		end := start
		for end < len(s) && keyChar(s[end]) {
			end++
		}
		if clean := maskRun(s[start:end]); clean != s[start:end] {
			s = s[:start] + clean + s[end:]
			end = start + len(clean)
		}
		start = end
	}
	return s
}

// maskRun masks a run of key characters that reads as random, or the parts
// of it that do: "commit/6dcd4ce2…", "key=6dcd4ce2…".
func maskRun(s string) string {
	if random(s) {
		return Masked
	}
	for start := 0; start < len(s); start++ {
		end := start
		for end < len(s) && (letter(s[end]) || digit(s[end])) {
			end++
		}
		if end-start < len(s) && random(s[start:end]) {
			s = s[:start] + Masked + s[end:]
			end = start + len(Masked)
		}
		start = end
	}
	return s
}

// stretches are the bytes of a stretch: those of keys, dots, colons and percent signs. Every byte of a workspace is looked up.
var stretches = func() (all [256]bool) {
	for b := range all {
		all[b] = keyChar(byte(b)) || strings.IndexByte(".:%", byte(b)) >= 0
	}
	return all
}()

// keyChar reports whether c is of base64 in either alphabet, or hexadecimal.
func keyChar(c byte) bool {
	return letter(c) || digit(c) || c == '_' || c == '-' || c == '+' || c == '/' || c == '='
}

// HasSecret reports whether Mask would change token. Tokens shorter than any
// key, which is nearly all, are answered without a look.
func HasSecret(token string) bool {
	return len(token) >= minShape && Mask(token) != token
}
