package complete

import "strings"

// scan reads code for its brackets and strings, with no grammar: enough to tell whether a closer belongs to the code or to
// a string. Its zero value stands outside of any string.
type scan struct {
	quote  string // the quote that ends the string it stands in, "" outside
	outer  string // that of the string that it began in, until it leaves that
	braces bool   // it stands in braces within that string
	open   int    // brackets left open
	closed string // what was closed and not opened here: brackets, and the string that it began in
}

// read goes on over text. A quote that the language would need and that never ends, as in prose, opens nothing.
func (s *scan) read(text string) { s.readTo(text, len(text)) }

// readTo goes on over the first end bytes of text; what follows them tells whether a quote there is an apostrophe.
func (s *scan) readTo(text string, end int) {
	for i := 0; i < end; i++ {
		c := text[i]
		switch {
		case s.quote != "":
			i = s.inString(text, i)
		case c == '"' || c == '`' || c == '\'':
			i = s.opens(text, i)
		case c == '(' || c == '[' || c == '{':
			s.open++
		case c == ')' || c == ']' || c == '}':
			s.closes(c)
		}
	}
}

// closes takes a bracket in that closes one.
func (s *scan) closes(c byte) {
	if s.open > 0 {
		s.open--
		return
	}
	s.closed += string(c)
	if s.braces && c == '}' {
		s.quote, s.braces = s.outer, false
	}
}

// inString returns the last byte of the step from i.
func (s *scan) inString(text string, i int) int {
	switch {
	case text[i] == '\\' && s.quote != "`":
		return i + 1
	case strings.HasPrefix(text[i:], s.quote):
		i += len(s.quote) - 1
		if s.outer != "" && !s.braces {
			s.closed, s.outer = s.closed+s.quote, ""
		}
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
// string, or in braces within one, as the tail tells that closes both.
func (s *sight) scanTo() scan {
	var at scan
	line, tail := s.line(), s.tail()
	if strings.HasPrefix(tail, "'") {
		at.readTo(line+"'", len(line))
	} else {
		at.read(line)
	}
	if at.quote != "" && strings.HasPrefix(tail, "}") && strings.LastIndexByte(line, '{') > strings.LastIndex(line, at.quote) {
		return scan{outer: at.quote, braces: true}
	}
	return scan{quote: at.quote, outer: at.quote}
}
