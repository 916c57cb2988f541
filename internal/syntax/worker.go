package syntax

import (
	"errors"
	"time"

	sitter "github.com/smacker/go-tree-sitter"

	"sopro/internal/document"
)

// worker is a tracker's goroutine: the only one that parses its document.
type worker struct {
	tracker  *Tracker
	grammar  *grammar
	rest     *time.Timer
	slow     bool // the last reparse did not end in time: only parse at rest
	failures int  // full parses in a row that did not end in time
}

// run parses when there is a newer text, and anew from scratch once typing rests
// if the tree has an error or was not made in time.
func (w *worker) run() {
	w.rest = time.NewTimer(restAtMost)
	w.rest.Stop()
	defer w.rest.Stop()
	for {
		again := false
		select {
		case <-w.tracker.quit:
			return
		case <-w.tracker.wake:
			again = w.slow || w.reparse()
		case <-w.rest.C:
			again = w.parseAnew()
		}
		w.rest.Stop()
		if again {
			w.rest.Reset(min(restAfter<<min(w.failures, 10), restAtMost))
		}
	}
}

// reparse parses the newest text from the last tree, or from nothing if there is
// none. It says whether a parse from scratch should follow.
func (w *worker) reparse() (again bool) {
	text, old := w.begin()
	if old == nil {
		return w.parseFirst(text)
	}
	defer old.Close()
	if text.Len() > maxBytes {
		return w.giveUp(text)
	}
	tree, err := w.grammar.parse(old, text, w.tracker.budgets.typing, w.closing)
	if err != nil {
		w.slow = true
		return true
	}
	again = tree.RootNode().HasError()
	w.finish(text, tree)
	return again
}

// parseFirst parses a text of which there is no tree. It goes on when the text
// changes meanwhile: otherwise there would never be a tree while someone types.
func (w *worker) parseFirst(text *document.Snapshot) (again bool) {
	if text.Len() > maxBytes {
		return w.giveUp(text)
	}
	tree, err := w.grammar.parse(nil, text, w.tracker.budgets.whole, w.closing)
	again = w.settle(text, tree, err)
	w.grammar.query() // compiled here, so that nobody waits for it
	return again
}

// parseAnew parses from scratch, unless a newer text comes meanwhile: that one
// wakes the worker again.
func (w *worker) parseAnew() (again bool) {
	text, old := w.begin()
	if old != nil {
		old.Close()
	}
	if text.Len() > maxBytes {
		return w.giveUp(text)
	}
	tree, err := w.grammar.parse(nil, text, w.tracker.budgets.whole, func() bool { return w.closing() || len(w.tracker.wake) > 0 })
	return w.settle(text, tree, err)
}

// settle takes the outcome of a parse from scratch.
func (w *worker) settle(text *document.Snapshot, tree *sitter.Tree, err error) (again bool) {
	switch {
	case err == nil:
		w.slow, w.failures = false, 0
		w.finish(text, tree)
		return false
	case errors.Is(err, errStopped):
		return w.slow
	default:
		w.slow, w.failures = true, w.failures+1
		w.finish(text, nil)
		return false
	}
}

// giveUp drops the tree of a text that is too long to parse.
func (w *worker) giveUp(text *document.Snapshot) (again bool) {
	t := w.tracker
	t.mu.Lock()
	if t.tree != nil {
		t.tree.Close()
		t.tree, t.of, t.behind = nil, nil, nil
	}
	t.mu.Unlock()
	w.finish(text, nil)
	return false
}

// begin takes the newest text and a copy of the tree that fits it, nil if there is
// none, and starts to note what comes after.
func (w *worker) begin() (*document.Snapshot, *sitter.Tree) {
	t := w.tracker
	t.mu.Lock()
	defer t.mu.Unlock()
	t.since = nil
	return t.text, t.shifted()
}

// finish publishes that text was parsed, to tree, or given up, without one.
func (w *worker) finish(text *document.Snapshot, tree *sitter.Tree) {
	t := w.tracker
	t.mu.Lock()
	defer t.mu.Unlock()
	if tree != nil {
		if t.tree != nil {
			t.tree.Close()
		}
		t.tree, t.of, t.behind = tree, text, t.since
		t.since = nil
	}
	if before := t.tried; text == t.text && before != text {
		close(t.settled)
	}
	t.tried = text
}

// closing is the stop of every parse of a tracker.
func (w *worker) closing() bool {
	select {
	case <-w.tracker.quit:
		return true
	default:
		return false
	}
}
