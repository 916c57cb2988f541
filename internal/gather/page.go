package gather

import (
	"strings"

	"sopro/internal/document"
	"sopro/internal/index"
)

// page is a file as the hole found it. Every round of the competition looks at the same lines, most of them many times, so
// what is known of a line is kept: without that choosing took a third longer.
type page struct {
	hole    *hole
	own     bool // it is the file with the hole
	text    string
	starts  []int  // of its lines in text, and its end
	rows    []*row // nil: not looked at yet
	outline []index.Symbol
	heads   []heading // of outline
}

// row is a line of a page.
type row struct {
	text   string // with its end; "" where it cannot be shown
	read   bool   // what follows is known
	names  []name // each once
	tokens int
}

// heading is where the head of a declaration ends.
type heading struct {
	read bool
	last int
	ok   bool
}

// page is that of a file.
func (h *hole) page(local string) *page {
	p := h.pages[local]
	if p == nil {
		p = &page{hole: h, own: local == h.Local, outline: h.outlineOf(local)}
		p.heads = make([]heading, len(p.outline))
		if p.own {
			p.rows = make([]*row, h.Text.LineCount())
		} else if x := h.Sources.Index; x != nil {
			p.text = x.Text(local)
			p.starts = make([]int, 0, strings.Count(p.text, "\n")+2)
			off := 0
			for line := range strings.Lines(p.text) {
				p.starts = append(p.starts, off)
				off += len(line)
			}
			p.rows = make([]*row, len(p.starts))
			p.starts = append(p.starts, off)
		}
		h.pages[local] = p
	}
	return p
}

// outlineOf is what a file declares, as the index knows it.
func (h *hole) outlineOf(local string) []index.Symbol {
	all, ok := h.outlines[local]
	if !ok && h.Sources.Index != nil {
		all = h.Sources.Index.Outline(h.ctx, local)
		h.outlines[local] = all
	}
	return all
}

// span is where a line of the file with the hole stands.
func (p *page) span(line int) document.Span {
	return document.Span{Start: p.hole.Text.LineStart(line), End: p.hole.Text.LineStart(line + 1)}
}

// line is a line with its end; "" where there is none, and for what cannot be shown.
func (p *page) line(i int) string {
	if i < 0 || i >= len(p.rows) {
		return ""
	}
	return p.row(i).text
}

func (p *page) row(i int) *row {
	if p.rows[i] == nil {
		p.rows[i] = &row{text: p.shownLine(i)}
	}
	return p.rows[i]
}

// shownLine reads a line.
func (p *page) shownLine(i int) string {
	text := ""
	if !p.own {
		text = p.text[p.starts[i]:p.starts[i+1]]
	} else if span := p.span(i); span.Len() <= maxNamedLine && !overlap(span, p.hole.window) {
		text = p.hole.Text.Slice(span)
	}
	if text == "" || len(text) > maxNamedLine {
		return ""
	}
	if !strings.HasSuffix(text, "\n") && !strings.HasSuffix(text, "\r") {
		text += "\n"
	}
	return text
}

// blank says whether a line has nothing to show.
func (p *page) blank(i int) bool { return strings.TrimSpace(p.line(i)) == "" }

// read is a line of which the names and the tokens are known.
func (p *page) read(i int) *row {
	r := p.row(i)
	if !r.read {
		r.read, r.names, r.tokens = true, distinct(r.text, p.hole.language), p.hole.Estimate(r.text)
	}
	return r
}

// head is the last line of the head of the declaration i. An index may be some keys behind an open file: then it is not there.
func (p *page) head(i int) (last int, ok bool) {
	h := &p.heads[i]
	if !h.read {
		h.read = true
		h.last, h.ok = p.headOf(&p.outline[i])
	}
	return h.last, h.ok
}

func (p *page) headOf(d *index.Symbol) (last int, ok bool) {
	signature, _, _ := strings.Cut(d.Signature, "\n")
	size := 0
	for last = d.Lines[0]; last <= d.Lines[1] && last < d.Lines[0]+maxHead; last++ {
		line := p.line(last)
		if line == "" {
			break
		}
		ok = ok || strings.Contains(line, d.Name)
		for word := range strings.FieldsSeq(line) {
			size += len(word) + 1
		}
		if size > len(signature) {
			return last, ok
		}
	}
	return last - 1, ok && last > d.Lines[0]
}
