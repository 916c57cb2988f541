package complete

import (
	"strings"

	"sopro/internal/syntax"
)

// adapter turns what a model streams into the document's own spelling: its line
// ends, and its tabs or spaces at the beginning of a line. It works on the stream, so
// that what is kept is what the editor will have typed.
type adapter struct {
	crlf   bool
	tabs   bool // the text indents with tabs, or
	spaces bool // with spaces; neither where it does not indent
	width  int  // columns of one step where spaces indent

	fresh  bool // nothing but white space since the last line end
	indent strings.Builder
	twice  string // indentation that stands before the cursor, and that a model may say again
}

// newAdapter reads the habits of the text around a hole.
func newAdapter(s *sight) *adapter {
	a := &adapter{width: 4, crlf: strings.Contains(s.near, "\r\n") || strings.Contains(s.ahead, "\r\n")}
	tabs, spaces := 0, 0
	count := func(indent string) {
		switch {
		case indent == "":
		case indent[0] == '\t':
			tabs++
		default:
			spaces++
			if len(indent)%4 == 2 {
				a.width = 2
			}
		}
	}
	for _, text := range []string{s.near, s.ahead} {
		for _, l := range splitLines(text) {
			if !blank(l.text) {
				count(indentOf(l.text))
			}
		}
	}
	count(indentOf(s.line()))
	if tabs+spaces == 0 && syntax.Detect(s.text.LanguageID(), "", "").Tabs() {
		tabs = 1
	}
	a.tabs, a.spaces = tabs > spaces, spaces >= tabs && spaces > 0
	if a.fresh = blank(s.line()); !continues(s.above()) {
		a.twice = s.line()
	}
	return a
}

// push takes a token and returns what is known of the adapted text: white space at a
// line's beginning is held back until the line goes on.
func (a *adapter) push(token string) string {
	var out strings.Builder
	for _, c := range token {
		switch {
		case c == '\r':
		case c == '\n':
			a.indent.Reset() // white space before a line end is nobody's wish
			a.fresh, a.twice = true, ""
			if a.crlf {
				out.WriteByte('\r')
			}
			out.WriteByte('\n')
		case a.fresh && (c == ' ' || c == '\t'):
			a.indent.WriteRune(c)
		default:
			if a.fresh {
				out.WriteString(strings.TrimPrefix(a.spell(a.indent.String()), a.twice))
				a.indent.Reset()
				a.fresh, a.twice = false, ""
			}
			out.WriteRune(c)
		}
	}
	return out.String()
}

// spell writes an indentation with the document's own characters. Indentation that
// is all of its kind already stays as it is.
func (a *adapter) spell(indent string) string {
	if a.tabs && !strings.Contains(indent, " ") || a.spaces && !strings.Contains(indent, "\t") || !a.tabs && !a.spaces {
		return indent
	}
	columns := 0
	for _, c := range indent {
		if c == '\t' {
			columns += a.width
		} else {
			columns++
		}
	}
	if !a.tabs {
		return strings.Repeat(" ", columns)
	}
	return strings.Repeat("\t", columns/a.width) + strings.Repeat(" ", columns%a.width)
}
