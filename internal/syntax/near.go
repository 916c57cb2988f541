package syntax

import (
	"cmp"
	"slices"
	"strings"

	"sopro/internal/document"
)

// The roles of a name near a place.
const (
	RoleCall      = "call"      // it is called, or made
	RoleMember    = "member"    // it stands behind a dot, an arrow or two colons
	RoleType      = "type"      // it is the type of a variable or a field that is used near the place, or makes its value
	RoleSignature = "signature" // it stands in the head of a function or a type around the place
	RoleName      = "name"      // anything else
)

// Near is a name near a place, whose declaration may be needed there.
type Near struct {
	Name     string
	Of       string // of a member, what stands before it; of the type of a variable or a field, that
	Role     string
	Distance int // in lines, from where it is used
}

// Bounds of what NamesNear looks at and says.
const (
	maxNear     = 96
	maxIn       = 400 // lines
	linesBefore = 120 // in which the variables are declared that are used near a place
	linesOfType = 150 // from the start of a type, in which its fields are declared

	// maxSearch is how many bytes before the place, and at the start of the file, are searched for the type of a method's receiver. Nearly all
	// files are shorter; all of one of 12,000 lines would take 0.2 ms.
	maxSearch = 32 << 10
)

// NamesNear is the names around off that code there may need the declarations of, the nearest first, each once for what it stands behind.
// It reads so many lines above the place and half as many below, the heads of what is around it, and the lines that declare the variables, and
// the fields of the type around the place, which those lines use. Without a tree it goes by the text alone. 0.2 ms in a file of 12,000 lines.
func (v *View) NamesNear(off int, lines int) []Near {
	off = min(max(off, 0), v.text.Len())
	n := newNamer(v.language, v.text, v.text.LineAt(off), lines)
	n.uses(lines)
	v.read(func(p parsed) { n.heads(p, off) })
	n.variables()
	slices.SortStableFunc(n.names, func(a, b Near) int { return cmp.Compare(a.Distance, b.Distance) })
	return n.names[:min(len(n.names), maxNear)]
}

// NamesIn is the names in the lines of a piece of code, as NamesNear has them, the last ones first, each at no distance. Of more than maxIn
// lines the first count.
func (v *View) NamesIn(code document.Span) []Near {
	first, last := v.text.LineAt(code.Start), v.text.LineAt(max(code.Start, code.End-1))
	last = min(last, first+maxIn)
	n := newNamer(v.language, v.text, last, last-first)
	for line := last; line >= first; line-- {
		n.lineNames(line)
	}
	v.read(func(p parsed) { n.heads(p, code.Start) })
	n.variables()
	for i := range n.names {
		n.names[i].Distance = 0
	}
	return n.names[:min(len(n.names), maxNear)]
}

// namer collects names.
type namer struct {
	language *Language
	text     *document.Snapshot
	line     int // of the place
	first    int // of the lines that are read
	lines    [][]word
	start    int // the line of the outermost function around the place, else first

	around []document.Span // the types around the place, as far as their fields are declared there
	holder string          // the type of a Go method's receiver
	wanted map[string]int  // what is used near the place, and how far away
	names  []Near
	seen   map[[2]string]int // where in names
}

func newNamer(l *Language, text *document.Snapshot, line, lines int) *namer {
	n := &namer{language: l, text: text, line: line, seen: map[[2]string]int{}, wanted: map[string]int{}}
	n.first = max(0, line-max(lines, linesBefore))
	n.start = n.first
	n.lines = n.read(n.first, line+lines/2)
	return n
}

// read is the words of some lines.
func (n *namer) read(first, last int) (all [][]word) {
	last = min(last, n.text.LineCount()-1)
	if last < first {
		return nil
	}
	text := n.text.Slice(document.Span{Start: n.text.LineStart(first), End: n.text.LineEnd(last)})
	for line := range strings.SplitSeq(text, "\n") {
		all = append(all, n.language.words(line))
	}
	return all
}

// add takes a name; where it was there already, the nearer one stays, and the role that says more.
func (n *namer) add(name Near) {
	if len(name.Name) < 2 || keywords[name.Name] {
		return
	}
	key := [2]string{name.Name, name.Of}
	if i, ok := n.seen[key]; ok {
		known := &n.names[i]
		known.Distance = min(known.Distance, name.Distance)
		if known.Role == RoleName || name.Role == RoleSignature {
			known.Role = name.Role
		}
		return
	}
	n.seen[key] = len(n.names)
	n.names = append(n.names, name)
}

// uses takes the names on the lines around the place, from the nearest on.
func (n *namer) uses(lines int) {
	n.lineNames(n.line)
	for d := 1; d <= lines; d++ {
		n.lineNames(n.line - d)
		if d <= lines/2 {
			n.lineNames(n.line + d)
		}
	}
}

func (n *namer) lineNames(line int) {
	if line < n.first || line-n.first >= len(n.lines) {
		return
	}
	distance := max(n.line-line, line-n.line)
	for _, w := range n.lines[line-n.first] {
		n.add(Near{Name: w.text, Of: w.of, Role: w.role, Distance: distance})
		for _, used := range []string{w.text, w.of} {
			if _, ok := n.wanted[used]; !ok {
				n.wanted[used] = distance
			}
		}
	}
}

// heads takes the names in the heads of the functions and types around the place.
func (n *namer) heads(p parsed, off int) {
	for _, s := range p.scopes(off) {
		if s.Kind == "block" || s.Body.Start <= s.Span.Start {
			continue
		}
		head := p.text.Slice(document.Span{Start: s.Span.Start, End: min(s.Body.Start, s.Span.Start+maxLineBytes)})
		line := p.text.LineAt(s.Span.Start)
		for _, w := range n.language.words(strings.ReplaceAll(head, "\n", " ")) {
			if w.text != s.Name {
				n.add(Near{Name: w.text, Of: w.of, Role: RoleSignature, Distance: min(n.line-line, 1)})
			}
		}
		switch m := receiver.FindStringSubmatch(head); {
		case m != nil:
			n.holder = m[1]
			n.start = max(n.first, line)
		case hasMembers[s.Kind]:
			n.around = append(n.around, document.Span{Start: s.Body.Start, End: s.Span.End})
		case len(n.around) == 0:
			n.start = max(n.first, line)
		}
	}
	if n.holder != "" {
		what := "\ntype " + n.holder + " struct {\n"
		at := find(p.text, document.Span{Start: max(0, off-maxSearch), End: off}, what)
		if at < 0 {
			at = find(p.text, document.Span{End: maxSearch}, what)
		}
		if at >= 0 {
			n.around = append(n.around, document.Span{Start: p.text.LineStart(p.text.LineAt(at) + 2), End: p.text.Len()})
		}
	}
}

// variables takes, for each thing that is used near the place, the types on the line above that declares it, or on that of a field.
func (n *namer) variables() {
	for line := min(n.line, n.first+len(n.lines)-1); line >= n.start; line-- {
		n.types(typings(n.lines[line-n.first], false, false))
	}
	for _, s := range n.around {
		first := n.text.LineAt(s.Start)
		for i, words := range n.read(first, min(first+linesOfType, n.text.LineAt(s.End))) {
			if n.holder != "" && len(words) == 0 && strings.HasPrefix(n.text.Line(first+i), "}") {
				break
			}
			n.types(typings(words, true, n.holder != ""))
		}
	}
}

// types takes the types of what is wanted, and wants it no more.
func (n *namer) types(all []typing) {
	for _, t := range all {
		distance, ok := n.wanted[t.name]
		if !ok {
			continue
		}
		delete(n.wanted, t.name)
		for _, w := range t.by {
			n.add(Near{Name: w.text, Of: t.name, Role: RoleType, Distance: distance})
		}
	}
}

// find is where a part of a text has what, -1 if nowhere.
func find(text *document.Snapshot, in document.Span, what string) int {
	if i := strings.Index(text.Slice(in), what); i >= 0 {
		return max(in.Start, 0) + i
	}
	return -1
}
