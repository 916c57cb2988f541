package clean

import (
	"regexp"
	"strings"
)

// text goes through live text until the end of the line, or until what it cannot decide without more of it.
func (m *MarkdownStream) text(line string, whole bool) {
	for line != "" {
		n := strings.IndexAny(line, "\\`<!]")
		if n < 0 {
			n = len(line)
		}
		if n > 0 {
			m.pass(line[:n])
		} else if n = m.special(line, whole); n == 0 {
			return
		}
		line = line[n:]
	}
}

// pass puts out text as it is.
func (m *MarkdownStream) pass(s string) {
	m.take(len(s), s)
	m.note(s)
}

// defuse puts out text whose first character has got, or has already, a backslash before it. n bytes are taken for it.
func (m *MarkdownStream) defuse(n int, out string) {
	if m.bare {
		out = " " + out
	}
	m.take(n, out)
	m.note(out)
}

// note remembers whether a bare link runs on at the end of s.
func (m *MarkdownStream) note(s string) {
	if at := strings.LastIndexAny(s, blanks); at >= 0 {
		m.word, m.bare, s = "", false, s[at+1:]
	}
	m.word += s
	m.bare = m.bare || strings.Contains(m.word, "://") || strings.Contains(strings.ToLower(m.word), "www.")
	m.word = m.word[max(0, len(m.word)-len("www")):]
}

// special deals with the character at the start of line that may mean something, and returns how many bytes it took: 0 for not
// decided. whole: the line ends where it ends.
func (m *MarkdownStream) special(line string, whole bool) int {
	if len(line) == 1 && !whole {
		return 0
	}
	next := byte(' ')
	if len(line) > 1 {
		next = line[1]
	}
	switch line[0] {
	case '\\':
		return m.backslash(line, next, whole)
	case '`':
		return m.backticks(line, whole)
	case '<':
		return m.angle(line, next, whole)
	case '!':
		if next == '[' {
			m.defuse(1, `\!`)
			return 1
		}
	case ']':
		if next == '(' {
			return m.link(line, whole)
		}
	}
	m.pass(line[:1])
	return 1
}

const punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

// backslash passes an escape as the pair that it is. Backticks after an escaped one are escaped too: readers differ in whether they
// begin a run.
func (m *MarkdownStream) backslash(line string, next byte, whole bool) int {
	switch {
	case next == '`':
		n := 1 + run(line[1:])
		if n == len(line) && !whole {
			return 0
		}
		m.defuse(n, strings.Repeat("\\`", n-1))
		return n
	case strings.IndexByte("<![", next) >= 0:
		m.defuse(2, line[:2])
		return 2
	case strings.IndexByte(punctuation, next) >= 0:
		m.pass(line[:2])
		return 2
	}
	if atEnd := len(line) == 1; atEnd && !strings.HasSuffix(m.word, `\`) {
		m.pass(line) // a line break
	} else if atEnd || next == ' ' || next == '\t' {
		m.take(1, `\\`) // some readers let it escape the first character of the next line
		m.note(`\\`)
	} else {
		m.pass(line[:1])
	}
	return 1
}

// backticks passes a code span that begins and ends on this line; backticks without a partner become text.
func (m *MarkdownStream) backticks(line string, whole bool) int {
	n := run(line)
	end := partner(line, n)
	if !whole && (end < 0 || end == len(line)) {
		return 0
	}
	if end < 0 || m.bare || m.table && hasBorder(line[n:end-n]) {
		m.defuse(n, strings.Repeat("\\`", n))
		return n
	}
	m.risky = m.risky || hasBorder(line[n:end-n])
	m.take(end, line[:end])
	m.note("`")
	return end
}

// run counts the backticks that s begins with.
func run(s string) int { return len(s) - len(strings.TrimLeft(s, "`")) }

// partner returns where the code span ends that the first n backticks of the line begin, or -1.
func partner(line string, n int) int {
	for at := n; at < len(line); {
		skip := strings.IndexByte(line[at:], '`')
		if skip < 0 {
			return -1
		}
		at += skip
		length := run(line[at:])
		at += length
		if length == n {
			return at
		}
	}
	return -1
}

// hasBorder reports whether a table would be cut inside the code. Only with exactly one backslash before it does every reader leave
// a "|" alone.
func hasBorder(code string) bool {
	for i := range len(code) {
		if code[i] == '|' && (i == 0 || code[i-1] != '\\' || i > 1 && code[i-2] == '\\') {
			return true
		}
	}
	return false
}

// webLink is a link in angle brackets in which nothing can mean anything else.
var (
	webLink      = regexp.MustCompile(`^<(?i:https?)://[A-Za-z0-9._~:/?#@$&'*+,;=%-]+>`)
	startWebLink = regexp.MustCompile(`^<(?i:h|ht|htt|https?|https?:|https?:/|https?://[A-Za-z0-9._~:/?#@$&'*+,;=%-]*)$`)
)

func (m *MarkdownStream) angle(line string, next byte, whole bool) int {
	letter := 'a' <= next|0x20 && next|0x20 <= 'z'
	if !letter && strings.IndexByte("/!?", next) < 0 {
		m.pass(line[:1])
		return 1
	}
	if link := webLink.FindString(line); link != "" {
		m.take(len(link), link)
		m.note(" ") // ">" has ended it
		return len(link)
	}
	if !whole && startWebLink.MatchString(line) {
		return 0
	}
	m.defuse(1, `\<`)
	return 1
}

// link passes "](" before a good destination. The scheme must be spelled out: an entity or a backslash in it is not good.
func (m *MarkdownStream) link(line string, whole bool) int {
	good, undecided := goodDestination(strings.TrimLeft(line[2:], blanks))
	switch {
	case good:
		m.pass(line[:2])
	case undecided && !whole:
		return 0
	default:
		m.take(2, `]\(`)
		m.note("](")
	}
	return 2
}

// goodDestination reports whether a link to what s begins with may pass, and if not, whether more of s could make it so.
func goodDestination(s string) (good, undecided bool) {
	if strings.HasPrefix(s, "<") {
		return webLink.MatchString(s), s == "<" || startWebLink.MatchString(s)
	}
	schemes := []string{"http://", "https://", "mailto:", "#"}
	s = strings.ToLower(s[:min(len(s), len("https://"))])
	for _, scheme := range schemes {
		good = good || strings.HasPrefix(s, scheme)
		undecided = undecided || strings.HasPrefix(scheme, s)
	}
	return good, undecided
}
