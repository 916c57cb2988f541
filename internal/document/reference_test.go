package document

import (
	"unicode/utf8"
)

// reference is the plain thing that a Snapshot must equal: a slice of bytes and
// scans over all of it. What the two disagree on is wrong in one of them.
type reference struct {
	text  []byte
	split []Span // its lines, nil when they have to be found again
}

func newReference(text string) *reference {
	r := &reference{}
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRuneInString(text[i:])
		if c == utf8.RuneError && size == 1 && i+2 < len(text) && text[i] == 0xED &&
			text[i+1] >= 0xA0 && text[i+1] <= 0xBF && text[i+2] >= 0x80 && text[i+2] <= 0xBF {
			size = 3
		}
		r.text = utf8.AppendRune(r.text, c)
		i += size
	}
	return r
}

// lines are the bounds of each line without its line end.
func (r *reference) lines() []Span {
	if r.split != nil {
		return r.split
	}
	var lines []Span
	start := 0
	for i := 0; i < len(r.text); i++ {
		switch {
		case r.text[i] == '\r' && i+1 < len(r.text) && r.text[i+1] == '\n':
			lines = append(lines, Span{start, i})
			i++
			start = i + 1
		case r.text[i] == '\r' || r.text[i] == '\n':
			lines = append(lines, Span{start, i})
			start = i + 1
		}
	}
	r.split = append(lines, Span{start, len(r.text)})
	return r.split
}

// lineAt is the last line that starts at or before off.
func (r *reference) lineAt(off int) int {
	line := 0
	for i, l := range r.lines() {
		if l.Start <= off {
			line = i
		}
	}
	return line
}

func (r *reference) units(enc Encoding, text []byte) int {
	switch enc {
	case UTF8:
		return len(text)
	case UTF32:
		return len([]rune(string(text)))
	}
	n := 0
	for _, c := range string(text) {
		n++
		if c > 0xFFFF {
			n++
		}
	}
	return n
}

func (r *reference) offset(enc Encoding, p Position) (int, bool) {
	lines := r.lines()
	switch {
	case p.Line < 0:
		return 0, false
	case p.Line >= len(lines):
		return len(r.text), false
	}
	line := lines[p.Line]
	if p.Character < 0 {
		return line.Start, false
	}
	off := line.Start
	for off < line.End {
		_, size := utf8.DecodeRune(r.text[off:])
		if r.units(enc, r.text[line.Start:off+size]) > p.Character {
			return off, true
		}
		off += size
	}
	return off, r.units(enc, r.text[line.Start:off]) == p.Character
}

func (r *reference) runeStart(off int) int {
	off = min(max(off, 0), len(r.text))
	for off < len(r.text) && !utf8.RuneStart(r.text[off]) {
		off--
	}
	return off
}

func (r *reference) position(enc Encoding, off int) Position {
	off = r.runeStart(off)
	i := r.lineAt(off)
	line := r.lines()[i]
	return Position{i, r.units(enc, r.text[line.Start:min(off, line.End)])}
}

func (r *reference) point(off int) Point {
	var p Point
	for _, b := range r.text[:min(max(off, 0), len(r.text))] {
		p.Column++
		if b == '\n' {
			p = Point{p.Row + 1, 0}
		}
	}
	return p
}

func (r *reference) splice(start, end int, text string) Edit {
	text = string(newReference(text).text)
	e := Edit{
		Start: start, OldEnd: end, NewEnd: start + len(text),
		StartPoint: r.point(start), OldEndPoint: r.point(end),
	}
	next := append([]byte{}, r.text[:start]...)
	next = append(next, text...)
	r.text = append(next, r.text[end:]...)
	r.split = nil
	e.NewEndPoint = r.point(e.NewEnd)
	return e
}

func (r *reference) change(enc Encoding, c Change) Edit {
	if c.Range == nil {
		return r.splice(0, len(r.text), c.Text)
	}
	start, _ := r.offset(enc, c.Range.Start)
	end, _ := r.offset(enc, c.Range.End)
	return r.splice(start, end, c.Text)
}
