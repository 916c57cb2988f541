package clean

import (
	"strings"
	"unicode"
)

// Markdown returns the text with everything defused that would reach out of the page: images, raw HTML, reference definitions, and
// links other than to http, https, mailto and a place in the same text. Code stays as it is.
//
// # How
//
// Parsing Markdown as the reader's program does is hopeless: there are many such programs, and each disagreement about where code
// ends is a hole. So nothing is guessed; the text is rewritten until it can be read in one way only, line by line:
//
//   - A backtick that finds no partner on its own line gets a backslash. No code span then crosses a line, whatever is a paragraph.
//   - A code fence stands on a line of its own, indented by three columns at most, and all its lines are indented at least as
//     far. A fence can so not end with a list item; it ends where the text says, or with the block quote around it.
//   - In live text "<" before a letter, "!" before "[", "(" after "]" and "[" at the start of a definition get a backslash, unless what
//     follows is known to be good.
//   - Table cells are cut at "|" even inside code spans. Below a table's delimiter row a code span with a "|" in it counts as
//     text, and a row above which such a span stands is no delimiter row.
//   - Bare links swallow what is written next to them, backslashes too: a space is put between.
//
// The price is small: a code span that runs over two lines shows its backticks, a fence deep inside nested lists moves out to the left.
func Markdown(s string) string {
	var m MarkdownStream
	return m.Push(s) + m.Flush()
}

// MarkdownStream is Markdown for text that arrives in chunks. It holds back only what is not decided yet, mostly less than a
// word; code spans and the first characters of a line wait for their end. Its zero value is ready.
type MarkdownStream struct {
	control Stream
	cr      bool            // the last byte was a carriage return
	fresh   strings.Builder // not looked at yet
	pending string          // not decided yet
	retry   int             // bytes of fresh that make another look worth it
	out     strings.Builder

	fence   *fence // open at the start of the next line
	place   place  // where pending begins
	word    string // the last bytes of the word that stands before pending
	bare    bool   // in that word a bare link has begun
	table   bool   // this line may be a row of a table
	risky   bool   // this line has a code span with a cell border in it
	wasRisk bool   // so had the line before
}

// place is where in a line the stream stands.
type place uint8

const (
	lineStart place = iota
	inText
	inCode // of a fence
)

// Push returns what is certain so far.
func (m *MarkdownStream) Push(chunk string) string {
	m.fresh.WriteString(m.plain(chunk))
	if m.fresh.Len() < m.retry && !strings.ContainsAny(chunk, "\r\n") {
		return ""
	}
	out := m.run(false)
	m.retry = len(m.pending) / 64 // so that a long undecided line does not cost its square
	return out
}

// Flush returns the rest. The stream is then as new.
func (m *MarkdownStream) Flush() string {
	m.fresh.WriteString(m.visible(m.control.Flush()))
	out := m.run(true)
	*m = MarkdownStream{}
	return out
}

// plain makes every line end a newline, then removes control characters and what is invisible.
func (m *MarkdownStream) plain(chunk string) string {
	var b strings.Builder
	for i := range len(chunk) {
		switch c := chunk[i]; {
		case c == '\r':
			b.WriteByte('\n')
		case c == '\n' && m.cr:
		default:
			b.WriteByte(c)
		}
		m.cr = chunk[i] == '\r'
	}
	return m.visible(m.control.Push(b.String()))
}

func (*MarkdownStream) visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(invisible, r) {
			return -1
		}
		return r
	}, s)
}

// run decides as much as can be decided; everything when the text ends here.
func (m *MarkdownStream) run(final bool) string {
	m.pending += m.fresh.String()
	m.fresh.Reset()
	for m.pending != "" {
		line, _, ended := strings.Cut(m.pending, "\n")
		length, place := len(m.pending), m.place
		switch whole := ended || final; {
		case place == lineStart && m.fence != nil:
			m.codeStart(line, whole)
		case place == lineStart:
			m.textStart(line, whole)
		case line == "":
			m.endLine()
		case place == inText:
			m.text(line, whole)
		default:
			m.take(len(line), line)
		}
		if len(m.pending) == length && m.place == place {
			break
		}
	}
	out := m.out.String()
	m.out.Reset()
	return out
}

// take removes n bytes from what is pending and puts out what they became.
func (m *MarkdownStream) take(n int, out string) {
	m.pending = m.pending[n:]
	m.out.WriteString(out)
}

func (m *MarkdownStream) endLine() {
	m.take(1, "\n")
	m.place, m.word, m.bare = lineStart, "", false
	m.wasRisk, m.risky = m.risky, false
}

const (
	blanks = " \t"
	// opening characters can stand before the text of a line: block quotes, list markers, borders and rules of tables.
	opening = blanks + ">*+-.):|0123456789"
)

// textStart looks at the first characters of a live line. What it cannot decide yet stays pending.
func (m *MarkdownStream) textStart(line string, whole bool) {
	start := strings.TrimLeft(line, opening)
	head := line[:len(line)-len(start)]
	if start == "" {
		if whole {
			m.rule(line)
		}
		return
	}
	if f, ok := openFence(line); ok {
		if whole {
			m.fence, m.place = f, inCode
			m.take(len(line), f.opening)
		}
		return
	}
	switch label := closing(start); {
	case undecidedFence(start) && !whole:
		return
	case strings.HasPrefix(start, "~~~"): // no fence to us: to nobody, then
		m.take(len(head)+1, head+`\~`)
	case start[0] != '[':
		m.take(len(head), head)
	case !whole && (label < 0 || label+1 == len(start)):
		return
	case label < 0 || strings.HasPrefix(start[label+1:], ":"):
		m.take(len(head)+1, head+`\[`)
	default:
		m.take(len(head), head)
	}
	m.place = inText
	m.note(head)
}

// rule is a line without text: blank, a rule, or the delimiter row of a table.
func (m *MarkdownStream) rule(line string) {
	length := len(line)
	switch {
	case strings.Trim(line, blanks) == "":
		m.table = false
	case strings.Contains(line, "|") && strings.Contains(line, "-"):
		if m.table = !m.wasRisk; m.wasRisk {
			line = strings.Replace(line, "-", `\-`, 1)
		}
	}
	m.place = inCode // nothing more of this line is live
	m.take(length, line)
}

// closing returns where the first "]" without a backslash stands, or -1.
func closing(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case ']':
			return i
		}
	}
	return -1
}
