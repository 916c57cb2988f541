package complete

import "strings"

// scan reads code for its brackets and strings, with no grammar: enough to tell whether a closer belongs to the code or to
// a string. Its zero value stands outside of any string.
type scan struct {
	quote   string // the quote that ends the string it stands in, "" outside
	open    int    // brackets left open
	surplus int    // brackets closed that were not opened here
}

// read goes on over text. A quote that the language would need and that never ends, as in prose, opens nothing.
func (s *scan) read(text string) {
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case s.quote != "":
			i = s.inString(text, i)
		case c == '"' || c == '`' || c == '\'':
			i = s.opens(text, i)
		case c == '(' || c == '[' || c == '{':
			s.open++
		case c == ')' || c == ']' || c == '}':
			if s.open > 0 {
				s.open--
			} else {
				s.surplus++
			}
		}
	}
}

// inString returns the last byte of the step from i.
func (s *scan) inString(text string, i int) int {
	switch {
	case text[i] == '\\' && s.quote != "`":
		return i + 1
	case strings.HasPrefix(text[i:], s.quote):
		i += len(s.quote) - 1
		s.quote = ""
	case text[i] == '\n' && len(s.quote) == 1 && s.quote != "`":
		s.quote = "" // it was none, or is not closed yet
	}
	return i
}

func (s *scan) opens(text string, i int) int {
	c := text[i : i+1]
	if c != "`" && strings.HasPrefix(text[i:], c+c+c) {
		s.quote = c + c + c
		return i + 2
	}
	line, _, _ := strings.Cut(text[i+1:], "\n")
	if c == "'" && !strings.Contains(line, c) {
		return i // an apostrophe, a lifetime
	}
	s.quote = c
	return i
}

// scanTo is the scan of the cursor's line left of the cursor, with its brackets forgotten: whether the cursor stands in a
// string.
func (s *sight) scanTo() scan {
	var at scan
	at.read(s.line())
	return scan{quote: at.quote}
}
