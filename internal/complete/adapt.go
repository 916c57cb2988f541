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
	twice  string  // indentation that stands before the cursor, and that a model may say again
	prob   float64 // of what is held back
}

// newAdapter reads the habits of the text around a hole: those of the cursor's own line and of the one above it
// before all others.
func newAdapter(s *sight) *adapter {
	a := &adapter{width: 4, prob: 1, crlf: strings.Contains(s.near, "\r\n") || strings.Contains(s.ahead, "\r\n")}
	h := habits{}
	for _, text := range []string{s.near, s.ahead} {
		for _, l := range splitLines(text) {
			h.count(l.text)
		}
	}
	a.tabs, a.spaces = h.tabs > h.spaces, h.spaces >= h.tabs && h.spaces > 0
	for _, indent := range []string{indentOf(s.line()), indentOf(s.above())} {
		if indent != "" && indent != " " {
			a.tabs = indent[0] == '\t'
			a.spaces = !a.tabs
			break
		}
	}
	if !a.tabs && !a.spaces {
		a.tabs = syntax.Detect(s.text.LanguageID(), "", "").Tabs()
	}
	if h.narrow > h.spaces/4 {
		a.width = 2
	}
	if a.fresh = blank(s.line()); !continues(s.above()) {
		a.twice = s.line()
	}
	return a
}

// habits counts how lines are indented.
type habits struct {
	tabs, spaces int
	narrow       int // lines that only steps of two explain
}

// count passes over blank lines and the inner lines of block comments, which stand one space off.
func (h *habits) count(line string) {
	indent := indentOf(line)
	switch {
	case blank(line) || indent == "" || strings.HasPrefix(line[len(indent):], "*"):
	case indent[0] == '\t':
		h.tabs++
	case len(indent) > 1:
		h.spaces++
		if len(indent)%4 == 2 {
			h.narrow++
		}
	}
}

// push takes a token and its probability and returns what is known of the adapted text: white space at a line's beginning
// is held back until the line goes on, and so is its probability.
func (a *adapter) push(token string, prob float64) (text string, product float64) {
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
	a.prob *= prob
	if out.Len() == 0 {
		return "", a.prob
	}
	product, a.prob = a.prob, 1
	return out.String(), product
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
