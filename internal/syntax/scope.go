package syntax

import (
	"slices"
	"strings"

	sitter "github.com/smacker/go-tree-sitter"

	"sopro/internal/document"
)

// Scope is a part of the text that surrounds a position.
type Scope struct {
	Kind string // as of a Declaration; closure: a function without a name; block
	Name string // empty for closures and blocks
	Span document.Span
	Body document.Span // where its statements or members stand, with the brackets if it has some
}

// Scopes is what surrounds off, the innermost first: declarations with a body,
// functions without a name, blocks. The file itself is not among them.
func (v *View) Scopes(off int) (scopes []Scope) {
	v.read(func(p parsed) { scopes = p.scopes(off) })
	return scopes
}

func (p parsed) scopes(off int) []Scope {
	var outer []Scope // the outermost first
	kind := ""        // of the last with a name
	at, column := p.anchor(off)
	for _, n := range p.path(at)[1:] {
		s := p.span(n)
		if at < s.Start || column >= 0 && len(indent(p.text.Line(p.text.LineAt(s.Start)))) >= column {
			continue
		}
		scope, ok := p.scope(n, s)
		if !ok || len(outer) > 0 && outer[len(outer)-1].Body == scope.Body {
			continue // the block of the function around it
		}
		if scope.Name != "" {
			scope.Kind = within(scope.Kind, kind)
			kind = scope.Kind
		}
		outer = append(outer, scope)
	}
	slices.Reverse(outer)
	return outer
}

// anchor is the byte whose scopes are those of the cursor at off. Where indentation
// makes the blocks, a line belongs to what stands before it and is indented less
// than the column; -1: no matter.
func (p parsed) anchor(off int) (at, column int) {
	if !p.grammar.spec.indent {
		return off, -1
	}
	before := p.before(off)
	if strings.TrimLeft(before, " \t") != "" {
		return off - 1, -1
	}
	for at = off; at < p.text.Len() && (p.at(at) == ' ' || p.at(at) == '\t'); at++ {
		before += " "
	}
	if at < p.text.Len() && p.at(at) != '\n' && p.at(at) != '\r' {
		return at, -1
	}
	for at = off - 1; at > 0 && blank(p.at(at)); at-- {
	}
	return at, len(before)
}

// indent is the white space at the start of a line.
func indent(line string) string { return line[:len(line)-len(strings.TrimLeft(line, " \t"))] }

// scope is n as a scope. What the query says of it comes first: a kind of node may
// declare something only in some places.
func (p parsed) scope(n *sitter.Node, s document.Span) (scope Scope, ok bool) {
	c := p.grammar.class(n)
	if c&namedNode != 0 {
		if f, ok := p.declared(n); ok {
			return Scope{Kind: f.kind, Name: p.text.Slice(f.name), Span: f.span, Body: f.body}, true
		}
	}
	if c&closureNode != 0 {
		return Scope{Kind: "closure", Span: s, Body: p.body(n, s)}, true
	}
	return Scope{Kind: "block", Span: s, Body: s}, c&blockNode != 0
}

// declared is what n itself declares. Matches come in the order of the text, so
// the first that is of another node ends the search.
func (p parsed) declared(n *sitter.Node) (f found, ok bool) {
	s := p.span(n)
	p.query(n, func(g found) bool {
		if g.span.End != s.End || g.span.Start > s.Start {
			return false
		}
		if !g.body.Empty() && (!ok || g.order < f.order) {
			f, ok = g, true
		}
		return true
	})
	return f, ok
}

// body is the last child of n that is a list, else all of n.
func (p parsed) body(n *sitter.Node, s document.Span) document.Span {
	for i := int(n.NamedChildCount()) - 1; i >= 0; i-- {
		if child := n.NamedChild(i); p.grammar.class(child)&listNode != 0 {
			return p.span(child)
		}
	}
	return s
}
