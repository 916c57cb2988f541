package syntax

import (
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
		return document.Span{}, false
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
// it takes two parses of at most 10 ms each.
func (v *View) Breaks(replaced document.Span, inserted string) (breaks bool) {
	v.readFresh(func(p parsed) {
		if p.tree.RootNode().HasError() {
			return
		}
		after, ok := p.splice(replaced, inserted, askingBudget)
		if !ok {
			return
		}
		defer after.tree.Close()
		breaks = after.tree.RootNode().HasError()
	})
	return breaks
}
