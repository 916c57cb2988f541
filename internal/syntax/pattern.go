package syntax

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	sitter "github.com/smacker/go-tree-sitter"
)

// pattern is a pattern of a query, read by us to be tried on one node. Tree-sitter's own matching always walks all that lies below a node,
// and takes as long for a file as its parse; what another file needs of this one lies outside of the bodies.
//
// It has what our queries use of the language of queries: nodes, fields, tokens, _, anchors, captures, #match? and #eq?.
type pattern struct {
	symbols  []bool // by symbol; nil: any named node
	field    string // that it must stand in, "": any
	anchored bool   // no named node between it and the child before it, or the start
	closed   bool   // no named node behind its last child
	captures []string
	children []*pattern
	fields   bool // one of them must stand in a field
	tests    []test
	order    int // of the outermost one in its file
}

// test is a predicate: a capture whose text must match.
type test struct {
	capture string
	text    *regexp.Regexp
}

// captured is a node with the name that a pattern gives it.
type captured struct {
	name string
	node *sitter.Node
}

// child is a node as its parent has it.
type child struct {
	node   *sitter.Node
	symbol sitter.Symbol
	named  bool
	field  string // "" also where nobody asked
}

// matcher tries patterns on nodes of one tree. Whatever it asks of the tree crosses over to C, which takes longer than the answer,
// so it asks for no more than it needs.
type matcher struct {
	parsed
	cursor *sitter.TreeCursor
	known  map[*sitter.Node]children // of the node at hand
	memory []child                   // of all children that are known
}

// children is those of a node, with their fields or without.
type children struct {
	all    []child
	fields bool
}

// childrenOf is the children of n.
func (m *matcher) childrenOf(n *sitter.Node, fields bool) []child {
	if known, ok := m.known[n]; ok && (known.fields || !fields) {
		return known.all
	}
	from := len(m.memory)
	m.cursor.Reset(n)
	for ok := m.cursor.GoToFirstChild(); ok; ok = m.cursor.GoToNextSibling() {
		node := m.cursor.CurrentNode()
		c := child{node: node, symbol: node.Symbol()}
		c.named = m.grammar.named(c.symbol)
		if fields {
			c.field = m.cursor.CurrentFieldName()
		}
		m.memory = append(m.memory, c)
	}
	all := m.memory[from:len(m.memory):len(m.memory)]
	m.known[n] = children{all, fields}
	return all
}

// fewChildren is how many are asked for one by one: each time tree-sitter counts from the first.
const fewChildren = 16

// namedOf is the children of n that have a name. Most nodes outside of bodies have no more than a few, and no pattern.
func (m *matcher) namedOf(n *sitter.Node) []child {
	if _, ok := m.known[n]; ok {
		return m.childrenOf(n, false)
	}
	count := int(n.NamedChildCount())
	if count > fewChildren {
		return m.childrenOf(n, false)
	}
	from := len(m.memory)
	for i := range count {
		node := n.NamedChild(i)
		m.memory = append(m.memory, child{node: node, symbol: node.Symbol(), named: true})
	}
	return m.memory[from:len(m.memory):len(m.memory)]
}

// match is every way in which p fits n, of whose kind it is: the captures, the outer ones first.
func (m *matcher) match(p *pattern, n *sitter.Node) (ways [][]captured) {
	ways = [][]captured{nil}
	if len(p.children) > 0 {
		ways = m.sequence(p, p.children, m.childrenOf(n, p.fields))
	}
	for _, name := range slices.Backward(p.captures) {
		for i, way := range ways {
			ways[i] = append([]captured{{name, n}}, way...)
		}
	}
	return slices.DeleteFunc(ways, func(way []captured) bool { return !m.passes(p.tests, way) })
}

// sequence is every way in which patterns fit some of the children of a node, in their order.
func (m *matcher) sequence(outer *pattern, patterns []*pattern, children []child) (ways [][]captured) {
	if len(patterns) == 0 {
		if outer.closed && slices.ContainsFunc(children, func(c child) bool { return c.named }) {
			return nil
		}
		return [][]captured{nil}
	}
	p := patterns[0]
	for i, c := range children {
		if p.fits(c) {
			if heads := m.match(p, c.node); len(heads) > 0 {
				for _, tail := range m.sequence(outer, patterns[1:], children[i+1:]) {
					for _, head := range heads {
						ways = append(ways, slices.Concat(head, tail))
					}
				}
			}
		}
		if p.anchored && c.named {
			break
		}
	}
	return ways
}

func (p *pattern) fits(c child) bool {
	if p.field != "" && p.field != c.field {
		return false
	}
	if p.symbols == nil {
		return c.named
	}
	return int(c.symbol) < len(p.symbols) && p.symbols[c.symbol]
}

func (m *matcher) passes(tests []test, way []captured) bool {
	for _, t := range tests {
		for _, c := range way {
			if c.name == t.capture && !t.text.MatchString(m.text.Slice(m.span(c.node))) {
				return false
			}
		}
	}
	return true
}

// patterns are the patterns of a query by the kind of node that they begin with.
func (g *grammar) patterns(source string) map[sitter.Symbol][]*pattern {
	r := patternReader{grammar: g, tokens: patternToken.FindAllString(source, -1)}
	all := map[sitter.Symbol][]*pattern{}
	for order := 0; len(r.tokens) > 0; order++ {
		p := r.pattern()
		p.order = order
		for s, is := range p.symbols {
			if is {
				all[sitter.Symbol(s)] = append(all[sitter.Symbol(s)], p)
			}
		}
	}
	return all
}

var patternToken = regexp.MustCompile(`"(?:\\.|[^"\\])*"|[()]|@[\w.]+|#?[\w?!]+:?|\.`)

// patternReader reads patterns. A query is part of the program, so a mistake in one panics; the tests read all of them.
type patternReader struct {
	grammar *grammar
	tokens  []string
}

func (r *patternReader) next() string {
	if len(r.tokens) == 0 {
		panic(fmt.Sprintf("syntax: %s: a pattern does not end", r.grammar.spec.queries))
	}
	token := r.tokens[0]
	r.tokens = r.tokens[1:]
	return token
}

// pattern reads a token, a _ or a node with its children.
func (r *patternReader) pattern() *pattern {
	p := &pattern{}
	token := r.next()
	switch {
	case strings.HasPrefix(token, `"`):
		p.symbols = r.symbols(strings.Trim(token, `"`), sitter.SymbolTypeAnonymous)
	case token == "(":
		if name := r.next(); name != "_" {
			p.symbols = r.symbols(name, sitter.SymbolTypeRegular)
		}
		r.inside(p)
	default:
		panic(fmt.Sprintf("syntax: %s: %q begins no pattern", r.grammar.spec.queries, token))
	}
	for len(r.tokens) > 0 && strings.HasPrefix(r.tokens[0], "@") {
		p.captures = append(p.captures, r.next()[1:])
	}
	return p
}

// inside reads what stands between the name of a node and its bracket.
func (r *patternReader) inside(p *pattern) {
	field, anchored := "", false
	for {
		switch token := r.tokens[0]; {
		case token == ")":
			r.next()
			p.closed = anchored
			return
		case token == ".":
			r.next()
			anchored = true
		case strings.HasSuffix(token, ":"):
			field = strings.TrimSuffix(r.next(), ":")
		case token == "(" && strings.HasPrefix(r.tokens[1], "#"):
			p.tests = append(p.tests, r.test())
		default:
			inner := r.pattern()
			inner.field, inner.anchored = field, anchored
			p.children = append(p.children, inner)
			p.fields = p.fields || field != ""
			field, anchored = "", false
		}
	}
}

// test reads a predicate: its bracket, name, capture, text, bracket.
func (r *patternReader) test() test {
	r.next()
	name, capture, text := r.next(), r.next(), strings.Trim(r.next(), `"`)
	r.next()
	if name == "#eq?" {
		text = "^" + regexp.QuoteMeta(text) + "$"
	} else if name != "#match?" {
		panic(fmt.Sprintf("syntax: %s: no predicate %s", r.grammar.spec.queries, name))
	}
	return test{strings.TrimPrefix(capture, "@"), regexp.MustCompile(text)}
}

// symbols is the symbols that bear a name: several do where the grammar has aliases.
func (r *patternReader) symbols(name string, of sitter.SymbolType) []bool {
	l, found := r.grammar.language, false
	all := make([]bool, l.SymbolCount())
	for i := range all {
		if l.SymbolType(sitter.Symbol(i)) == of && l.SymbolName(sitter.Symbol(i)) == name {
			all[i], found = true, true
		}
	}
	if !found {
		panic(fmt.Sprintf("syntax: %s has no node %q", r.grammar.spec.queries, name))
	}
	return all
}
