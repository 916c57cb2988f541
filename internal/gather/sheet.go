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
	*page
	shown  map[int]bool // lines
	before map[int]bool // of shown, those that an older snippet shows
	first  picked       // the best of what is shown
	why    reasons
}

// sheet is that of a file.
func (c *competition) sheet(o *candidate) *sheet {
	s := c.sheets[o.local]
	if s == nil {
		s = &sheet{page: c.page(o.local), shown: map[int]bool{}, before: map[int]bool{}}
		c.sheets[o.local] = s
	}
	return s
}

const (
	maxHead  = 6 // lines of the head of a declaration
	minScrap = 2 // lines of what is no declaration, with the head above it: one line alone says little
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
			if head, ok := s.head(i); ok {
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
		if s.outline[i].Lines[0] == from && (o.scrap || o.head) {
			if head, ok := s.head(i); ok {
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
		k.names = append(k.names, s.read(i).names...)
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
