package gather

import (
	"slices"
	"strings"

	"sopro/internal/document"
	"sopro/internal/index"
)

// sheet is what is shown of one file: a set of its lines, whatever source chose them, so that no line comes twice and all stand
// in the file's order. Who chooses a line chooses what makes it readable too, see needs.
type sheet struct {
	hole    *hole
	own     bool // it is the file with the hole
	text    string
	starts  []int // of its lines in text, and its end
	outline []index.Symbol
	shown   map[int]bool // lines
	before  map[int]bool // of shown, those that an older snippet shows
	names   map[int][]name
	first   picked // the best of what is shown
	why     reasons
}

// sheet is that of a file.
func (c *competition) sheet(o *candidate) *sheet {
	s := c.sheets[o.local]
	if s == nil {
		s = &sheet{hole: c.hole, own: o.local == c.Local, shown: map[int]bool{}, before: map[int]bool{}, names: map[int][]name{}}
		if x := c.Sources.Index; x != nil {
			s.outline = x.Outline(c.ctx, o.local)
			if !s.own {
				s.text = x.Text(o.local)
			}
		}
		for line := range strings.Lines(s.text) {
			s.starts = append(s.starts, len(line))
		}
		off := 0
		for i, n := range s.starts {
			s.starts[i], off = off, off+n
		}
		s.starts = append(s.starts, off)
		c.sheets[o.local] = s
	}
	return s
}

// span is where a line of the file with the hole stands.
func (s *sheet) span(line int) document.Span {
	return document.Span{Start: s.hole.Text.LineStart(line), End: s.hole.Text.LineStart(line + 1)}
}

// line is a line with its end; "" where there is none, and for what cannot be shown.
func (s *sheet) line(i int) string {
	text := ""
	switch {
	case i < 0:
	case !s.own && i+1 < len(s.starts):
		text = s.text[s.starts[i]:s.starts[i+1]]
	case s.own && i < s.hole.Text.LineCount():
		if span := s.span(i); span.Len() <= maxNamedLine && !overlap(span, s.hole.window) {
			text = s.hole.Text.Slice(span)
		}
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
func (s *sheet) blank(i int) bool { return strings.TrimSpace(s.line(i)) == "" }

// namesOf are the names on a line, each once.
func (s *sheet) namesOf(i int) []name {
	all, ok := s.names[i]
	if !ok {
		all = distinct(s.line(i), s.hole.language)
		s.names[i] = all
	}
	return all
}

const (
	maxHead  = 6 // lines of the head of a declaration
	minScrap = 3 // lines of what is no declaration, with the head above it: one line alone says little
	maxGap   = 2 // lines between two that are shown, which are shown too
)

// needs is the lines that come with a candidate and are not shown yet, in order: its own; of a scrap its neighbours; the heads of
// the functions and types that it stands in, to the closing bracket of a type; and small gaps to what is shown already.
func (s *sheet) needs(o *candidate) []int {
	var all []int
	add := func(from, to int) {
		for i := from; i <= to; i++ {
			if !s.shown[i] && s.line(i) != "" && !slices.Contains(all, i) {
				all = append(all, i)
			}
		}
	}
	from, to, declares := s.extent(o)
	add(from, to)
	if len(all) == 0 {
		return nil
	}
	within := 0
	for i := range s.outline {
		d := &s.outline[i]
		if d.Lines[0] < from && from <= d.Lines[1] && !spaces[d.Kind] {
			if s.before[d.Lines[0]] {
				return nil // its head stands in another snippet
			}
			if head, ok := s.head(d); ok {
				within = 1
				add(d.Lines[0], head)
				s.close(d, head, add)
			}
		} else if d.Lines[0] == from && d.Lines[1] > to && types[d.Kind] {
			s.close(d, to, add)
		}
	}
	if o.scrap && !declares {
		add(s.grown(o, minScrap-within))
	}
	for _, i := range slices.Clone(all) {
		for gap := 1; gap <= maxGap; gap++ {
			if below := i + gap + 1; s.shown[below] || slices.Contains(all, below) {
				add(i+1, below-1)
			}
			if above := i - gap - 1; s.shown[above] || slices.Contains(all, above) {
				add(above+1, i-1)
			}
		}
	}
	slices.Sort(all)
	return all
}

// close adds the line that ends a type, if that is but a bracket.
func (s *sheet) close(d *index.Symbol, head int, add func(from, to int)) {
	if last := d.Lines[1]; types[d.Kind] && last > head && strings.HasPrefix(strings.TrimSpace(s.line(last)), "}") {
		add(last, last)
	}
}

// types are the kinds of which a member is not shown without the head and the end.
var types = map[string]bool{
	"class": true, "struct": true, "interface": true, "trait": true, "enum": true, "impl": true, "object": true, "protocol": true,
	"extension": true, "record": true, "union": true, "annotation": true, "type": true,
}

// spaces are the kinds whose head says nothing of what stands in them.
var spaces = map[string]bool{"namespace": true, "module": true, "package": true}

// extent is the lines of a candidate: where a declaration begins, its head.
func (s *sheet) extent(o *candidate) (from, to int, declares bool) {
	from, to = o.lines[0], o.lines[1]
	for i := range s.outline {
		if d := &s.outline[i]; (o.scrap || o.head) && d.Lines[0] == from {
			if head, ok := s.head(d); ok {
				return from, head, true
			}
		}
	}
	return from, to, o.head
}

// grown is the lines of a scrap with those around it, up to so many: to the next empty ones, and to the ends of its window.
func (s *sheet) grown(o *candidate, lines int) (from, to int) {
	from, to = o.lines[0], o.lines[1]
	for to-from+1 < lines {
		switch {
		case to < o.window[1] && !s.blank(to+1):
			to++
		case from > o.window[0] && !s.blank(from-1):
			from--
		default:
			return from, to
		}
	}
	return from, to
}

// head is the last line of the head of a declaration. An index may be some keys behind an open file: then it is not there.
func (s *sheet) head(d *index.Symbol) (last int, ok bool) {
	signature, _, _ := strings.Cut(d.Signature, "\n")
	size := 0
	for last = d.Lines[0]; last <= d.Lines[1] && last < d.Lines[0]+maxHead; last++ {
		line := s.line(last)
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

// kept is what the sheet has that is new, as a snippet; an empty line stands where something is left out.
func (s *sheet) kept() kept {
	rows := make([]int, 0, len(s.shown))
	for i := range s.shown {
		if !s.before[i] {
			rows = append(rows, i)
		}
	}
	slices.Sort(rows)
	k := kept{lined: true, local: s.first.local, rows: rows}
	k.Snippet = Snippet{Source: s.first.source, Path: s.first.rel, Lines: [2]int{rows[0], rows[len(rows)-1]}, Score: s.first.worth, Why: s.why.String()}
	var text strings.Builder
	for n, i := range rows {
		apart := n > 0 && rows[n-1] != i-1
		if apart {
			text.WriteByte('\n')
		}
		text.WriteString(s.line(i))
		k.names = append(k.names, s.namesOf(i)...)
		if n == 0 || apart {
			k.Runs = append(k.Runs, [2]int{i, i})
		}
		k.Runs[len(k.Runs)-1][1] = i
	}
	if s.own {
		for _, run := range k.Runs {
			k.spans = append(k.spans, document.Span{Start: s.span(run[0]).Start, End: s.span(run[1]).End})
		}
	}
	k.Text = text.String()
	k.Tokens = s.hole.Estimate(k.Text)
	return k
}

// reasons are the names that brought a snippet.
type reasons struct{ declares, has []string }

// mostReasons of each kind are told.
const mostReasons = 6

func (r *reasons) add(list *[]string, name string) {
	if len(*list) < mostReasons && !slices.Contains(*list, name) && !slices.Contains(r.declares, name) {
		*list = append(*list, name)
	}
}

func (r *reasons) String() string {
	var all []string
	if len(r.declares) > 0 {
		all = append(all, "declares "+strings.Join(r.declares, ", "))
	}
	if len(r.has) > 0 {
		all = append(all, "has "+strings.Join(r.has, ", "))
	}
	if len(all) == 0 {
		return "speaks of the same"
	}
	return strings.Join(all, "; ")
}
