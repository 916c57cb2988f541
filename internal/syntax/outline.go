package syntax

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"time"

	sitter "github.com/smacker/go-tree-sitter"

	"sopro/internal/document"
)

// background is the budgets of a parse that nobody waits for, and outlineTime that of the walk over its tree. A file of 1 MiB of common code takes
// 0.1 s and 30 ms; on a machine with twenty programs at work one of 370 KB took over a second, and what is left out then stays unknown.
var background = budgets{whole: 10 * time.Second, typing: usual.typing, asking: usual.asking}

const outlineTime = 2 * time.Second

// maxAfterImports is how many nodes behind the last import, or at the start, another one is looked for.
const maxAfterImports = 300

// Outline is what a text declares and imports, for the reader of another file. It parses the text, at most for ten seconds, and frees the tree:
// 3 MB/s on one core. Without a grammar, without time, or when ctx ends, it is what was found so far.
func Outline(ctx context.Context, l *Language, text *document.Snapshot) ([]Symbol, []Import) {
	v := parseOnce(ctx, l.spokenIn(text), text, background)
	defer v.Close()
	return v.outline(ctx)
}

// plusPlus is what a header of C++ has and one of C has not, at the start of a line.
var plusPlus = regexp.MustCompile(`(?m)^[ \t]*(?:template[ \t]*<|namespace[ \t]+\w+|using[ \t]+\w+|(?:class|struct)[ \t]+\w+[ \t]+(?:final[ \t]+)?:|class[ \t]+\w+[ \t]*\{|(?:public|private|protected):)`)

// headerBytes is how much of a header is looked at for that.
const headerBytes = 64 << 10

// spokenIn is C++ for a text of C++ that is taken for C by its name: both call their headers .h.
func (l *Language) spokenIn(text *document.Snapshot) *Language {
	if l.id == "c" && plusPlus.MatchString(text.Slice(document.Span{End: min(headerBytes, text.Len())})) {
		return byID("cpp")
	}
	return l
}

// Symbols is what the text declares for other files, in its order.
func (v *View) Symbols() []Symbol {
	all, _ := v.outline(context.Background())
	return all
}

// Imports is what the text says it needs of others, in its order. Where imports stand at the top, as nearly everywhere, it reads no further than
// a little behind the last: 0.1 ms.
func (v *View) Imports() (imports []Import) {
	v.read(func(p parsed) {
		w := outliner{ctx: context.Background(), deadline: time.Now().Add(outlineTime), atTop: true}
		w.top(p)
		imports = w.imports
	})
	return imports
}

// top walks over the top of a file, which is read as far as needed: its root may have a thousand children.
func (w *outliner) top(p parsed) {
	root := p.tree.RootNode()
	w.matcher = matcher{parsed: p, cursor: sitter.NewTreeCursor(root), known: map[*sitter.Node]children{}}
	defer w.cursor.Close()
	statements := sitter.NewTreeCursor(root)
	defer statements.Close()
	for ok := statements.GoToFirstChild(); ok && !w.late(); ok = statements.GoToNextSibling() {
		n := statements.CurrentNode()
		w.visit(child{node: n, symbol: n.Symbol()}, 1)
	}
}

func (v *View) outline(ctx context.Context) (symbols []Symbol, imports []Import) {
	v.read(func(p parsed) {
		w := outliner{ctx: ctx, deadline: time.Now().Add(outlineTime)}
		w.file(p)
		slices.SortStableFunc(w.imports, func(a, b Import) int { return cmp.Compare(a.Span.Start, b.Span.Start) }) // pieces come last
		imports = w.imports
		symbols = p.symbols(slices.DeleteFunc(w.found, w.isImport))
	})
	return symbols, imports
}

// isImport says whether what was found is only a name here for what is declared elsewhere.
func (w *outliner) isImport(f found) bool {
	i, _ := slices.BinarySearchFunc(w.imports, f.name.Start, func(i Import, off int) int { return cmp.Compare(i.Span.End, off+1) })
	return i < len(w.imports) && w.imports[i].Span.Contains(f.name.Start)
}

// outliner walks over what lies outside of the bodies of functions.
type outliner struct {
	matcher
	ctx      context.Context
	deadline time.Time
	patterns map[sitter.Symbol][]*pattern // by the kind of node that they begin with; none at the top
	broken   []document.Span              // what is left out at the outermost level
	visited  int
	atTop    bool // imports are wanted, and nothing else
	over     bool // the time

	found   []found
	imports []Import
}

// tree walks over p, but for the nodes at the outermost level that lie in broken stretches.
func (w *outliner) tree(p parsed, broken []document.Span) {
	root := p.tree.RootNode()
	w.matcher = matcher{parsed: p, cursor: sitter.NewTreeCursor(root), known: map[*sitter.Node]children{}}
	defer w.cursor.Close()
	w.patterns, w.broken = p.grammar.outline(), broken
	w.visit(child{node: root, symbol: root.Symbol()}, 0)
}

// closed is the kinds of node that are not entered.
const closed = commentNode | stringNode | closureNode | valueNode

func (w *outliner) visit(c child, depth int) {
	class := w.grammar.classOf(c.symbol)
	if class&closed != 0 || depth > maxDepth || w.late() {
		return
	}
	if class&importNode != 0 {
		span := w.span(c.node)
		imports := w.grammar.spec.imports.read(w.text.Slice(span))
		for _, i := range imports {
			i.Span = span
			w.imports = append(w.imports, i)
		}
		if len(imports) > 0 {
			w.visited = 0
			return // what it names is declared elsewhere
		}
	}
	clear(w.known)
	if w.atTop && class&namedNode != 0 {
		return
	}
	memory := len(w.memory)
	body := -1 // where that of a function begins
	for _, p := range w.patterns[c.symbol] {
		for _, way := range w.match(p, c.node) {
			if f := w.take(p, way); f.span.Start <= int(c.node.EndByte()) && isFunction[f.kind] && !f.body.Empty() {
				body = f.body.Start
			}
		}
	}
	for _, c := range w.namedOf(c.node) {
		if c.named && (body < 0 || int(c.node.StartByte()) != body) && !(depth == 0 && w.isBroken(c)) {
			w.visit(c, depth+1)
		}
	}
	w.memory = w.memory[:memory]
}

func (w *outliner) isBroken(c child) bool {
	return len(w.broken) > 0 && touches(w.broken, document.Span{Start: int(c.node.StartByte()), End: int(c.node.EndByte())})
}

// late says whether the time is over, or the top of the file.
func (w *outliner) late() bool {
	w.visited++
	if w.atTop && w.visited > maxAfterImports {
		return true
	}
	if w.visited%256 == 0 {
		w.over = w.over || w.ctx.Err() != nil || time.Now().After(w.deadline)
	}
	return w.over
}

// take keeps what a match found; one without a name gives the body of what another found.
func (w *outliner) take(p *pattern, way []captured) found {
	f := w.parsed.found(p.order, way)
	switch {
	case f.span.Empty(), f.kind == "macro" && f.name.End == f.span.End: // the guard of a header
	case !f.name.Empty():
		w.found = append(w.found, f)
	default:
		for i := len(w.found) - 1; i >= 0; i-- {
			if w.found[i].span == f.span {
				w.found[i].body = f.body
				return w.found[i]
			}
		}
	}
	return f
}

// isFunction names the kinds whose bodies declare nothing for other files.
var isFunction = map[string]bool{"function": true, "method": true, "constructor": true, "macro": true, "property": true}
