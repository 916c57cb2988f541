package syntax

import (
	"time"

	sitter "github.com/smacker/go-tree-sitter"

	"sopro/internal/document"
)

// Stepwise keeps the tree of one text up to date on its caller's goroutine, however long that takes: it is a Tracker for what
// must come out the same on every machine, such as a simulation. It is not safe for concurrent use.
type Stepwise struct {
	language *Language
	text     *document.Snapshot
	tree     *sitter.Tree // nil: none
}

// unhurried lets a View take its time, so that what it answers does not depend on the machine.
var unhurried = budgets{whole: time.Hour, typing: time.Hour, asking: time.Hour}

// NewStepwise parses s. The caller closes it.
func NewStepwise(l *Language, s *document.Snapshot) *Stepwise {
	w := &Stepwise{language: l, text: s}
	w.parse(nil)
	return w
}

// Update parses a newer text, given the edits that led to it.
func (w *Stepwise) Update(s *document.Snapshot, edits []document.Edit) {
	w.text = s
	if w.tree == nil {
		return
	}
	for _, e := range edits {
		edit(w.tree, e)
	}
	w.parse(w.tree)
}

// Rest parses from scratch where the tree has an error, as a Tracker does when typing rests.
func (w *Stepwise) Rest() {
	if w.tree != nil && w.tree.RootNode().HasError() {
		w.parse(nil)
	}
}

func (w *Stepwise) parse(old *sitter.Tree) {
	if !w.language.HasGrammar() || w.text.Len() > maxBytes {
		return
	}
	tree, err := w.language.grammar().parse(old, w.text, unhurried.typing, never)
	if err != nil {
		return
	}
	w.Close()
	w.tree = tree
}

// View is the newest text with its tree. The caller closes it.
func (w *Stepwise) View() *View {
	v := &View{language: w.language, text: w.text, budgets: unhurried}
	if w.tree != nil {
		v.tree, v.fresh = w.tree.Copy(), true
	}
	return v
}

// Close frees the tree. Views that were handed out stay valid.
func (w *Stepwise) Close() {
	if w.tree != nil {
		w.tree.Close()
		w.tree = nil
	}
}
