package syntax

import (
	"context"
	"sync"

	sitter "github.com/smacker/go-tree-sitter"

	"sopro/internal/document"
)

// View is a text with what is known of its syntax at one moment. Its methods may
// be called from several goroutines and wait for each other. Without a grammar or
// a tree, and after Close, each answers its zero value.
type View struct {
	language *Language
	text     *document.Snapshot
	budgets  budgets

	mu           sync.Mutex
	tree         *sitter.Tree // nil: none, or closed
	fresh        bool         // tree is of text, not of an earlier one
	declarations []Declaration
	declared     bool
}

// Parse parses a text once, for callers that have no open document. It takes at
// most a second; a text that takes longer, is too long or has no grammar, or a
// context that ends, gives a View without a tree. The caller closes it.
func Parse(ctx context.Context, l *Language, s *document.Snapshot) *View {
	return parseOnce(ctx, l, s, usual)
}

// Bare is a View without a tree, for what goes by the text alone. It need not be closed.
func Bare(l *Language, s *document.Snapshot) *View {
	return &View{language: l, text: s, budgets: usual}
}

func parseOnce(ctx context.Context, l *Language, s *document.Snapshot, b budgets) *View {
	v := &View{language: l, text: s, budgets: b}
	if !l.HasGrammar() || s.Len() > maxBytes {
		return v
	}
	stop := func() bool { return ctx.Err() != nil }
	if tree, err := l.grammar().parse(nil, s, b.whole, stop); err == nil {
		v.tree, v.fresh = tree, true
	}
	return v
}

// With is a View of the text that e made of this one's. What was known is shifted by the edit, until something is asked that needs a
// parse. The caller closes both.
func (v *View) With(text *document.Snapshot, e document.Edit) *View {
	v.mu.Lock()
	defer v.mu.Unlock()
	with := &View{language: v.language, text: text, budgets: v.budgets}
	if v.tree != nil {
		with.tree = v.tree.Copy()
		edit(with.tree, e)
	}
	return with
}

// Text is the text that offsets refer to.
func (v *View) Text() *document.Snapshot { return v.text }

// Language is the language that the text was read as.
func (v *View) Language() *Language { return v.language }

// HasTree says whether there is a tree to answer from.
func (v *View) HasTree() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.tree != nil
}

// Fresh says whether the tree was made of this text. If not, it was made of an
// earlier one and its ranges were shifted by the edits since.
func (v *View) Fresh() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.tree != nil && v.fresh
}

// Close frees the tree.
func (v *View) Close() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.tree != nil {
		v.tree.Close()
		v.tree = nil
	}
}

// read runs f on the text and its tree, under the lock.
func (v *View) read(f func(p parsed)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.tree != nil {
		f(parsed{v.language.grammar(), v.text, v.tree})
	}
}

// readFresh is read with a tree that was made of this text: one more parse, at
// most v.budgets.asking, if there is none yet.
func (v *View) readFresh(f func(p parsed)) {
	v.read(func(p parsed) {
		if !v.fresh {
			now, ok := p.reparse(p.text, v.budgets.asking)
			if !ok {
				return
			}
			v.tree.Close()
			v.tree, v.fresh, v.declared = now.tree, true, false
			p = now
		}
		f(p)
	})
}
