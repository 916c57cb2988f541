package clean

import "strings"

// fence is an open code fence in the form that is put out.
type fence struct {
	opening string // its first line; two lines where a list marker stood before the fence
	prefix  string // what stands before each of its lines: block quotes, at most three columns between and after them
	quotes  int
	column  int // the original indentation after the last block quote
	mark    byte
	length  int
}

const maxIndent = 3 // columns; what is indented further is no fence

// openFence reads a line that opens a fence, behind whatever block quotes and list markers.
func openFence(line string) (*fence, bool) {
	f := &fence{}
	rest, column, markers := line, 0, 0 // column since the last block quote; markers: the end of the last list marker
	for {
		width, n := indentation(rest, column)
		column += width
		rest = rest[n:]
		if strings.HasPrefix(rest, ">") {
			f.quotes++
			f.prefix += spaces(min(column, maxIndent)) + "> "
			rest, column = unquote(rest), 0
			continue
		}
		n = listMarker(rest)
		if n == 0 {
			break
		}
		rest, column = rest[n:], column+n
		markers = len(line) - len(rest)
	}
	length := len(rest) - len(strings.TrimLeft(rest, rest[:min(1, len(rest))]))
	if length < 3 || rest[0] != '`' && rest[0] != '~' || rest[0] == '`' && strings.Contains(rest[length:], "`") {
		return nil, false
	}
	f.mark, f.length, f.column = rest[0], length, column
	f.prefix += spaces(min(column, maxIndent))
	f.opening = f.prefix + rest
	if markers > 0 {
		f.opening = line[:markers] + "\n" + f.opening
	}
	return f, true
}

// undecidedFence reports whether the rest of the line can still make a fence of it, or decides what its marks are.
func undecidedFence(start string) bool {
	marks := len(start) - len(strings.TrimLeft(start, start[:1]))
	return (start[0] == '`' || start[0] == '~') && (marks == len(start) || marks >= 3)
}

// codeStart looks at the first characters of a line inside a fence.
func (m *MarkdownStream) codeStart(line string, whole bool) {
	f := m.fence
	if !whole && strings.Trim(line, blanks+">"+string(f.mark)) == "" {
		return
	}
	rest := line
	for range f.quotes {
		rest = strings.TrimLeft(rest, blanks)
		if !strings.HasPrefix(rest, ">") { // the block quote ends, and the fence with it
			m.fence = nil
			m.textStart(line, whole)
			return
		}
		rest = unquote(rest)
	}
	width, n := indentation(rest, 0)
	switch marks := strings.TrimRight(rest[n:], blanks); {
	case width-f.column <= maxIndent && len(marks) >= f.length && strings.Trim(marks, string(f.mark)) == "":
		m.fence = nil
		m.take(len(line), f.prefix+marks)
	case f.prefix == "", f.quotes == 0 && marks == "":
		m.take(len(line), line)
	default:
		m.take(len(line), f.prefix+outdent(rest, f.column))
	}
	m.place = inCode
}

// outdent removes blanks worth the given columns, as far as there are some; what is left of a tab becomes spaces.
func outdent(s string, columns int) string {
	for column := 0; column < columns; s = s[1:] {
		width, n := indentation(s[:min(1, len(s))], column)
		if n == 0 {
			break
		}
		if column += width; column > columns {
			return spaces(column-columns) + s[1:]
		}
	}
	return s
}

// listMarker returns the bytes of the list marker that s begins with, or 0. A blank must follow it.
func listMarker(s string) int {
	n := 0
	if s != "" && strings.IndexByte("-+*", s[0]) >= 0 {
		n = 1
	} else {
		for n < len(s) && n < 9 && '0' <= s[n] && s[n] <= '9' {
			n++
		}
		if n == 0 || n == len(s) || s[n] != '.' && s[n] != ')' {
			return 0
		}
		n++
	}
	if n == len(s) || s[n] != ' ' && s[n] != '\t' {
		return 0
	}
	return n
}

// unquote removes a block quote's mark and the one space that belongs to it.
func unquote(s string) string { return strings.TrimPrefix(s[1:], " ") }

// indentation measures leading blanks: in columns, with tab stops at every fourth counted from column, and in bytes.
func indentation(s string, column int) (width, bytes int) {
	for bytes < len(s) {
		switch s[bytes] {
		case ' ':
			width++
		case '\t':
			width += 4 - (column+width)%4
		default:
			return width, bytes
		}
		bytes++
	}
	return width, bytes
}

func spaces(n int) string { return strings.Repeat(" ", n) }
