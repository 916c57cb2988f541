package syntax

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	sitter "github.com/smacker/go-tree-sitter"

	"sopro/internal/document"
)

// maxSignature bounds a signature, in bytes: the longest that people write are
// shorter, and a declaration without a body may be a table of a thousand lines.
const maxSignature = 240

// Declaration is something that a file names.
type Declaration struct {
	Name      string
	Kind      string // function, method, class, struct, interface, type, constant, table, heading …
	Signature string // one line, without the body
	Span      document.Span
	NameSpan  document.Span
	Depth     int // how many declarations it stands in
}

// found is a declaration as a query gives it.
type found struct {
	kind       string
	span, name document.Span
	body       document.Span // empty: none
	order      int           // of its pattern
}

// Declarations is what the text declares, in its order. It is a query over the
// whole tree (measured: 48 ms for 12,000 lines, 4 for 1,000), so nothing to do for
// every key; the View remembers it.
func (v *View) Declarations() (all []Declaration) {
	v.read(func(p parsed) {
		if !v.declared {
			v.declarations, v.declared = p.declarations(), true
		}
		all = slices.Clone(v.declarations)
	})
	return all
}

func (p parsed) declarations() []Declaration {
	all := arranged(p.query(p.tree.RootNode(), func(found) bool { return true }))
	out := make([]Declaration, 0, len(all))
	var around []Declaration
	for _, f := range all {
		for n := len(around); n > 0 && (around[n-1].Span.End <= f.span.Start || around[n-1].Span == f.span); n = len(around) {
			around = around[:n-1]
		}
		d := Declaration{
			Name:      p.text.Slice(f.name),
			Kind:      f.kind,
			Signature: p.signature(f),
			Span:      f.span,
			NameSpan:  f.name,
			Depth:     len(around),
		}
		if n := len(around); n > 0 {
			d.Kind = within(d.Kind, around[n-1].Kind)
		}
		out, around = append(out, d), append(around, d)
	}
	return out
}

// arranged is what was found in the order of the text, each name once, an outer declaration before those in it.
func arranged(all []found) []found {
	slices.SortFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.name.Start, b.name.Start), cmp.Compare(a.order, b.order))
	})
	all = slices.CompactFunc(all, func(a, b found) bool { return a.name.Start == b.name.Start })
	slices.SortStableFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.span.Start, b.span.Start), cmp.Compare(b.span.End, a.span.End))
	})
	return all
}

// within is what a declaration of a kind is called in one of the kind outer.
func within(kind, outer string) string {
	if kind == "function" && hasMethods[outer] {
		return "method"
	}
	return kind
}

// hasMethods names the kinds whose functions are methods.
var hasMethods = map[string]bool{
	"class": true, "struct": true, "interface": true, "trait": true, "enum": true, "impl": true,
	"object": true, "protocol": true, "extension": true, "record": true, "union": true,
}

// query runs the declarations query below n and yields what it finds until yield
// says no; what was yielded is returned.
func (p parsed) query(n *sitter.Node, yield func(found) bool) (all []found) {
	q := p.grammar.query()
	cursor := sitter.NewQueryCursor()
	defer cursor.Close()
	cursor.Exec(q.Query, n)
	var source []byte
	if q.filtered {
		source = []byte(p.text.String())
	}
	for {
		match, ok := cursor.NextMatch()
		if !ok {
			return all
		}
		if q.filtered {
			match = cursor.FilterPredicates(match, source)
		}
		f := p.found(int(match.PatternIndex), q.captured(match))
		switch {
		case f.span.Empty():
			continue
		case !f.name.Empty():
			all = append(all, f)
		default:
			i := len(all) - 1
			for i >= 0 && all[i].span != f.span {
				i--
			}
			if i < 0 {
				continue
			}
			all[i].body = f.body
			f = all[i]
		}
		if !yield(f) {
			return all
		}
	}
}

// captured is the captures of a match.
func (q *query) captured(match *sitter.QueryMatch) []captured {
	all := make([]captured, len(match.Captures))
	for i, c := range match.Captures {
		all[i] = captured{q.captures[c.Index], c.Node}
	}
	return all
}

// found reads the captures of a match.
func (p parsed) found(order int, captures []captured) (f found) {
	f.order = order
	opens := -1
	for _, c := range captures {
		s := p.span(c.node)
		switch c.name {
		case "name":
			f.name = s
		case "body":
			f.body = s
		case "opens":
			opens = s.Start
		case "keyword":
		default:
			f.kind, f.span = c.name, p.undocumented(c.node, s)
		}
	}
	if opens >= 0 {
		f.body = document.Span{Start: opens, End: f.span.End}
	}
	if before := strings.TrimLeft(p.before(f.span.Start), " \t"); before != "" && words.MatchString(before) {
		f.span.Start -= len(before)
	}
	return f
}

// undocumented is the span s of n without a comment at its start: some grammars
// put documentation into what it documents.
func (p parsed) undocumented(n *sitter.Node, s document.Span) document.Span {
	if first := n.NamedChild(0); first != nil && p.grammar.class(first)&commentNode != 0 && int(first.StartByte()) <= s.Start {
		s.Start = p.skip(int(first.EndByte()), s.End)
	}
	return s
}

// words is what stands before a declaration on its line and belongs to it: export,
// type, const, pub …
var words = regexp.MustCompile(`^([a-z]+[ \t]+)+$`)

// unopened is a signature without what is left of the body at its end, with a node for that and without.
func unopened(text string) string {
	for _, opening := range []string{"{", "=", " do"} {
		if rest, ok := strings.CutSuffix(text, opening); ok {
			return strings.TrimSuffix(rest, " ")
		}
	}
	return text
}

// signature is the text of a declaration without its body, on one line. Where the
// name stands behind the body, as in C's typedefs, so does what is kept.
func (p parsed) signature(f found) string {
	head, tail := f.span, ""
	if !f.body.Empty() && f.body.Start > f.span.Start {
		head.End = f.body.Start
		if f.name.Start >= f.body.End {
			tail = " " + p.text.Slice(document.Span{Start: f.body.End, End: f.span.End})
		}
	}
	head.End = min(head.End, head.Start+4*maxSignature)
	text := p.grammar.uncommented(p.text.Slice(head)) + tail
	if f.body.Empty() && len(text) > maxSignature {
		text, _, _ = strings.Cut(text, "\n")
	}
	text = strings.Join(strings.Fields(text), " ")
	if f.body.Empty() {
		text = strings.TrimSuffix(text, " end")
	} else {
		text = unopened(text)
	}
	if len(text) > maxSignature {
		text = strings.ToValidUTF8(text[:maxSignature], "") + "…"
	}
	return text
}

// uncommented is text without the lines that hold a comment and nothing else. An attribute of PHP begins like one.
func (g *grammar) uncommented(text string) string {
	if !strings.Contains(text, "\n") {
		return text
	}
	lines := slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool {
		line = strings.TrimSpace(line)
		return g.opensLine(line) && !isAttribute(line)
	})
	return strings.Join(lines, "\n")
}
