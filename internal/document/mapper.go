package document

// A place in a text is written in these notations. Whoever holds one and wants
// another comes here.
//
//   - offset: bytes from the start of the text. Everything inside works in it.
//   - LSP position: line and character from 0. Lines end at \n, \r\n or a lone
//     \r; the character is counted from the line's start in units that client
//     and server agreed on: UTF-16 code units, bytes (UTF-8) or runes (UTF-32).
//   - tree-sitter point: row and column from 0. Rows end at \n only; the column
//     is in bytes, and a \r is a byte of its row.
//   - compilers and the command line: line and column from 1, the column in
//     bytes. It is the LSP position in UTF-8 plus one each.

// Encoding is the unit that the characters of LSP positions are counted in.
// The zero value is LSP's default.
type Encoding uint8

// The encodings of LSP.
const (
	UTF16 Encoding = iota
	UTF8
	UTF32
)

// String is the encoding's name in LSP.
func (e Encoding) String() string {
	switch e {
	case UTF8:
		return "utf-8"
	case UTF32:
		return "utf-32"
	default:
		return "utf-16"
	}
}

// Position is a place in LSP's notation. Its character is in units of an
// Encoding that travels apart from it.
type Position struct{ Line, Character int }

// Range is a half-open range in LSP's notation.
type Range struct{ Start, End Position }

// Point is a place in tree-sitter's notation.
type Point struct{ Row, Column int }

// Mapper converts between offsets in one snapshot and LSP positions in one
// encoding. It is a small value, safe for concurrent use.
type Mapper struct {
	text *Snapshot
	enc  Encoding
}

// Mapper converts positions in enc.
func (s *Snapshot) Mapper(enc Encoding) Mapper { return Mapper{text: s, enc: enc} }

// Offset is the offset of a position. As LSP has it, a character past the
// line's end means the line's end; a line past the last one means the end of
// the text. A position inside a surrogate pair or a rune means its start.
func (m Mapper) Offset(p Position) int {
	off, _ := m.Exact(p)
	return off
}

// Exact is Offset; ok is false where the line or the character lies past the
// end and so was moved.
func (m Mapper) Exact(p Position) (off int, ok bool) {
	switch {
	case p.Line < 0:
		return 0, false
	case p.Line >= m.text.LineCount():
		return m.text.Len(), false
	}
	start, end := m.text.line(p.Line)
	switch {
	case p.Character < 0:
		return start, false
	case p.Character > end-start: // no unit is less than a byte
		return end, false
	}
	root := m.text.root
	if root.total().ascii() {
		return start + p.Character, true
	}
	unit := root.before(start).units(m.enc) + p.Character
	if unit > root.before(end).units(m.enc) {
		return end, false
	}
	return root.afterUnits(m.enc, unit), true
}

// Position is the position of an offset, which is clamped to the text. An
// offset inside a rune means its start; one inside a \r\n the line's end.
func (m Mapper) Position(off int) Position {
	root := m.text.root
	off = root.runeStart(m.text.clamp(off))
	line := m.text.LineAt(off)
	start := m.text.LineStart(line)
	if off > start && off < m.text.Len() && root.byteAt(off-1) == '\r' && root.byteAt(off) == '\n' {
		off--
	}
	if root.total().ascii() {
		return Position{line, off - start}
	}
	return Position{line, root.before(off).units(m.enc) - root.before(start).units(m.enc)}
}

// Span is the offsets of a range, each as Offset has it.
func (m Mapper) Span(r Range) Span { return Span{m.Offset(r.Start), m.Offset(r.End)} }

// Range is the positions of a span, each as Position has it.
func (m Mapper) Range(s Span) Range { return Range{m.Position(s.Start), m.Position(s.End)} }

// LineStart is the offset of the first byte of a line, counted from 0 as LSP
// does. Lines outside the text are clamped: 0, or the text's length.
func (s *Snapshot) LineStart(line int) int {
	if line <= 0 {
		return 0
	}
	return s.root.afterLine(line)
}

// LineEnd is the offset before a line's line end. Lines outside the text are
// clamped: 0, or the text's length.
func (s *Snapshot) LineEnd(line int) int {
	if line < 0 {
		return 0
	}
	_, end := s.line(line)
	return end
}

// Line is a line's text without its line end, "" outside the text.
func (s *Snapshot) Line(line int) string {
	if line < 0 {
		return ""
	}
	start, end := s.line(line)
	return s.Slice(Span{start, end})
}

// LineAt is the line that off, clamped to the text, lies in. The bytes of a
// line end belong to the line that they end.
func (s *Snapshot) LineAt(off int) int { return s.root.lineEnds(s.clamp(off)) }

// Point is the place of off, clamped to the text, in tree-sitter's notation.
func (s *Snapshot) Point(off int) Point {
	off = s.clamp(off)
	row := s.root.before(off).rows
	if row == 0 {
		return Point{0, off}
	}
	return Point{row, off - s.root.afterRow(row)}
}

// line is the bounds of a line without its line end.
func (s *Snapshot) line(line int) (start, end int) {
	start = s.LineStart(line)
	if line+1 >= s.LineCount() {
		return start, s.Len()
	}
	end = s.LineStart(line+1) - 1
	if end > start && s.root.byteAt(end) == '\n' && s.root.byteAt(end-1) == '\r' {
		end--
	}
	return start, end
}

// advance is the point that p becomes when text is written at it.
func (p Point) advance(sum summary, text string) Point {
	if sum.rows == 0 {
		return Point{p.Row, p.Column + len(text)}
	}
	return Point{p.Row + sum.rows, len(text) - afterRow(text, sum.rows)}
}
