package syntax

import (
	"time"

	sitter "github.com/smacker/go-tree-sitter"

	"sopro/internal/document"
)

// FirstError is where the text stops parsing: the first stretch that the grammar
// has no place for, or the place where something is missing, then an empty span.
func (v *View) FirstError() (where document.Span, ok bool) {
	v.read(func(p parsed) { where, ok = p.firstError() })
	return where, ok
}

func (p parsed) firstError() (document.Span, bool) {
	n := p.tree.RootNode()
	if !n.HasError() {
		return p.misplaced(document.Span{End: p.text.Len()})
	}
	cursor := sitter.NewTreeCursor(n)
	defer cursor.Close()
	for range maxDepth {
		if n.IsError() && n.StartByte() > 0 || n.IsMissing() || !cursor.GoToFirstChild() {
			break
		}
		for n = cursor.CurrentNode(); !n.HasError() && !n.IsMissing() && cursor.GoToNextSibling(); {
			n = cursor.CurrentNode()
		}
	}
	return p.span(n), true
}

// Breaks says whether the text parsed without an error and does not any more with
// inserted in place of replaced. It says false when it cannot tell, or not soon:
// it takes at most three parses of 10 ms each.
func (v *View) Breaks(replaced document.Span, inserted string) (breaks bool) {
	v.readFresh(func(p parsed) {
		breaks = !p.tree.RootNode().HasError() && p.breaks(replaced, inserted, v.budgets.asking)
	})
	return breaks
}

func (p parsed) breaks(replaced document.Span, inserted string, budget time.Duration) bool {
	after, ok := p.attempt(replaced, inserted, budget)
	if !ok {
		return false
	}
	defer after.tree.Close()
	if _, misplaced := after.misplaced(document.Span{Start: replaced.Start, End: replaced.Start + len(inserted)}); misplaced {
		return true
	}
	if !after.tree.RootNode().HasError() {
		return false
	}
	// A part may have an error only because it stands alone. Then it had it before.
	before, ok := p.attempt(replaced, p.text.Slice(replaced), budget)
	if !ok {
		return false
	}
	defer before.tree.Close()
	if !before.tree.RootNode().HasError() {
		return true
	}
	whole, ok := p.splice(replaced, inserted, budget)
	if !ok {
		return false
	}
	defer whole.tree.Close()
	return whole.tree.RootNode().HasError()
}

// misplaced finds a node at the outermost level and in a part of the text that the language does not take there, though
// the grammar does: a Go statement outside of a function.
func (p parsed) misplaced(within document.Span) (document.Span, bool) {
	if p.grammar.spec.inner == "" {
		return document.Span{}, false
	}
	cursor := sitter.NewTreeCursor(p.tree.RootNode())
	defer cursor.Close()
	if cursor.GoToFirstChildForByte(uint32(within.Start)) < 0 {
		return document.Span{}, false
	}
	for {
		n := cursor.CurrentNode()
		switch {
		case int(n.StartByte()) >= within.End:
			return document.Span{}, false
		case p.grammar.class(n)&innerNode != 0 && int(n.StartByte()) >= within.Start:
			return p.span(n), true
		case !cursor.GoToNextSibling():
			return document.Span{}, false
		}
	}
}
