package syntax

import (
	"embed"
	"fmt"
	"regexp"
	"strings"
	"sync"

	sitter "github.com/smacker/go-tree-sitter"
)

// One file a language, declarations.scm. A pattern begins at the start of a line,
// so that the kinds of node that declare something can be read off the text. The
// captures: @name, @body (what a signature leaves out), @opens (the first token of
// such a body, where the grammar has no node for the whole), @keyword (only for a
// predicate), and the declaration itself, named for its kind. Earlier patterns win
// where two name the same thing. A pattern without a @name gives the body of what
// an earlier one found: Swift's functions in one pattern take 14 s to compile.
//
//go:embed queries
var queries embed.FS

// class is what a kind of node means to us, as a bit set.
type class uint16

const (
	commentNode class = 1 << iota // a comment
	stringNode                    // a string, with its quotes
	holeNode                      // code inside a string: an interpolation
	listNode                      // its named children are statements, members or entries
	partNode                      // a child of a list that is no statement of its own
	blockNode                     // a block of statements: a scope
	headerNode                    // at the start of a file: the rest needs it
	closureNode                   // a function without a name
	namedNode                     // a declaration with a body: a scope with a name
	innerNode                     // an error at the outermost level, though the grammar has a place for it there
	importNode                    // says what a file needs of others
	valueNode                     // an expression in which nothing is declared that another file sees
)

// grammar is what a language needs once it parses. It is immutable but for the
// parsers that rest in its pool.
type grammar struct {
	language *sitter.Language
	classes  []class // by symbol
	regular  []bool  // by symbol: it has a name, and is no token
	opener   *regexp.Regexp
	spec     *kinds
	source   []byte // of the query
	query    func() *query
	outline  func() map[sitter.Symbol][]*pattern

	lineMarkers  []string
	blockMarkers [2]string
	parsers      parsers
}

// load builds a grammar. A query or a kind that the grammar does not know is a
// mistake in the embedded tables, which the tests find, so it panics.
func load(l *Language) *grammar {
	k := l.kinds
	g := &grammar{language: k.grammar(), spec: k, opener: regexp.MustCompile(k.opener), parsers: newParsers(), blockMarkers: l.block}
	for _, marker := range append([]string{l.comment}, l.comments...) {
		if marker != "" {
			g.lineMarkers = append(g.lineMarkers, marker)
		}
	}
	source, err := queries.ReadFile("queries/" + k.queries + "/declarations.scm")
	if err != nil {
		panic("syntax: " + err.Error())
	}
	g.source = source
	g.query = sync.OnceValue(g.compile)
	g.outline = sync.OnceValue(func() map[sitter.Symbol][]*pattern { return g.patterns(membersOf(k.queries) + string(source)) })
	g.classify(map[class]string{
		commentNode: k.comments,
		stringNode:  k.strings,
		holeNode:    k.holes,
		listNode:    k.lists,
		partNode:    k.parts,
		blockNode:   k.blocks,
		headerNode:  k.header,
		closureNode: k.closures,
		innerNode:   k.inner,
		importNode:  k.imports.nodes,
		valueNode:   k.values,
		namedNode:   strings.Join(bodied(string(source)), " "),
	})
	return g
}

// membersOf is the patterns of members.scm, which some languages have beside declarations.scm: what a type consists of, for other files.
// Declarations, which a person reads as the outline of a file, go without.
func membersOf(folder string) string {
	source, err := queries.ReadFile("queries/" + folder + "/members.scm")
	if err != nil {
		return "" // there is none
	}
	return string(source) + "\n"
}

// query is a compiled query.
type query struct {
	*sitter.Query
	captures []string // by index
	filtered bool     // it has predicates
}

// compile compiles the query, which takes up to 130 ms: not before it is asked for.
func (g *grammar) compile() *query {
	compiled, err := sitter.NewQuery(g.source, g.language)
	if err != nil {
		panic(fmt.Sprintf("syntax: %s: %v", g.spec.queries, err))
	}
	q := &query{Query: compiled, filtered: strings.Contains(string(g.source), "(#")}
	for i := range compiled.CaptureCount() {
		q.captures = append(q.captures, compiled.CaptureNameForId(i))
	}
	return q
}

// classify fills the table from symbols to classes. Several symbols may bear one
// name: aliases.
func (g *grammar) classify(names map[class]string) {
	byName := map[string]class{}
	for c, list := range names {
		for _, name := range strings.Fields(list) {
			byName[name] |= c
		}
	}
	g.classes = make([]class, g.language.SymbolCount())
	g.regular = make([]bool, len(g.classes))
	found := map[string]bool{}
	for i := range g.classes {
		if g.language.SymbolType(sitter.Symbol(i)) != sitter.SymbolTypeRegular {
			continue
		}
		name := g.language.SymbolName(sitter.Symbol(i))
		g.classes[i], g.regular[i], found[name] = byName[name], true, true
	}
	for name := range byName {
		if !found[name] {
			panic(fmt.Sprintf("syntax: %s has no node %q", g.spec.queries, name))
		}
	}
}

// class is what n means; an error and an unnamed token mean nothing.
func (g *grammar) class(n *sitter.Node) class { return g.classOf(n.Symbol()) }

func (g *grammar) classOf(s sitter.Symbol) class {
	if int(s) < len(g.classes) {
		return g.classes[s]
	}
	return 0
}

// named says whether nodes of a symbol have a name, as errors do.
func (g *grammar) named(s sitter.Symbol) bool {
	return int(s) >= len(g.regular) || g.regular[s]
}

// bodied names the kinds of node whose patterns in a query capture a body.
func bodied(query string) []string {
	var kinds []string
	for pattern := range strings.SplitSeq("\n"+query, "\n(") {
		if strings.Contains(pattern, "@body") || strings.Contains(pattern, "@opens") {
			kinds = append(kinds, pattern[:strings.IndexAny(pattern, " \n)")])
		}
	}
	return kinds
}
