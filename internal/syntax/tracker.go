package syntax

import (
	"context"
	"sync"
	"time"

	sitter "github.com/smacker/go-tree-sitter"

	"sopro/internal/document"
)

const (
	// restAfter is how long nobody types before a tree with an error is made anew:
	// after an error the incremental tree can differ from the one of a full parse.
	restAfter = 400 * time.Millisecond

	// restAtMost caps the doubling of restAfter with each full parse that did not
	// end within its budget.
	restAtMost = time.Minute
)

// Tracker keeps the tree of one open document up to date on a goroutine of its own.
// While it parses, and when a text cannot be parsed within the budget, the last
// good tree serves, its ranges shifted by the edits since. Safe for concurrent use.
type Tracker struct {
	language *Language
	budgets  budgets
	wake     chan struct{} // one token: there is a newer text
	quit     chan struct{}
	done     chan struct{} // closed when the goroutine has ended

	mu      sync.Mutex
	closed  bool
	text    *document.Snapshot // the newest
	tree    *sitter.Tree       // the newest finished, nil: none
	of      *document.Snapshot // what tree was made of
	tried   *document.Snapshot // what was last parsed, or given up
	behind  []document.Edit    // what tree has yet to be told to fit text
	since   []document.Edit    // what came after the text that is being parsed
	settled chan struct{}      // closed while tried is text
}

// NewTracker starts to parse s. The caller closes the tracker.
func NewTracker(l *Language, s *document.Snapshot) *Tracker { return newTracker(l, s, usual) }

func newTracker(l *Language, s *document.Snapshot, b budgets) *Tracker {
	t := &Tracker{
		language: l,
		budgets:  b,
		wake:     make(chan struct{}, 1),
		quit:     make(chan struct{}),
		done:     make(chan struct{}),
		text:     s,
		settled:  make(chan struct{}),
	}
	if !l.HasGrammar() {
		t.tried = s
		close(t.settled)
		close(t.done)
		return t
	}
	t.wake <- struct{}{}
	go func() {
		defer close(t.done)
		(&worker{tracker: t, grammar: l.grammar()}).run()
	}()
	return t
}

// Update hands over a newer text and the edits that led to it, in the order in
// which they were made. It costs microseconds and never waits for a parse.
func (t *Tracker) Update(s *document.Snapshot, edits []document.Edit) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return
	}
	t.text = s
	if !t.language.HasGrammar() {
		t.tried = s
		return
	}
	for _, e := range edits {
		t.since = joined(t.since, e)
		if t.tree != nil {
			t.behind = joined(t.behind, e)
		}
	}
	select {
	case <-t.settled:
		t.settled = make(chan struct{})
	default:
	}
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// joined appends an edit; one that goes on typing where the last one ended is
// joined to it. Only the offsets of the result count: see the package comment.
func joined(edits []document.Edit, e document.Edit) []document.Edit {
	if n := len(edits) - 1; n >= 0 && e.Start == edits[n].NewEnd && e.OldEnd == e.Start {
		edits[n].NewEnd, edits[n].NewEndPoint = e.NewEnd, e.NewEndPoint
		return edits
	}
	return append(edits, e)
}

// View is the newest text with the newest finished tree. It never waits for a
// parse. The caller closes it.
func (t *Tracker) View() *View {
	t.mu.Lock()
	defer t.mu.Unlock()
	v := &View{language: t.language, text: t.text, budgets: t.budgets}
	if tree := t.shifted(); tree != nil {
		v.tree, v.fresh = tree, t.of == t.text
	}
	return v
}

// shifted is a copy of the tree that fits the newest text, or nil. Under the lock.
func (t *Tracker) shifted() *sitter.Tree {
	if t.tree == nil {
		return nil
	}
	for _, e := range t.behind {
		edit(t.tree, e)
	}
	t.behind = nil
	return t.tree.Copy()
}

// Wait returns when the newest text is parsed or given up, when the tracker is
// closed, or with ctx's error.
func (t *Tracker) Wait(ctx context.Context) error {
	for {
		t.mu.Lock()
		settled, there := t.settled, t.tried == t.text
		t.mu.Unlock()
		if there {
			return nil
		}
		select {
		case <-settled:
		case <-t.done:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Close ends the goroutine, waits for it and frees the tree. A parse that runs is
// cut short. Views that were handed out stay valid.
func (t *Tracker) Close() {
	t.mu.Lock()
	if !t.closed {
		t.closed = true
		close(t.quit)
	}
	t.mu.Unlock()
	<-t.done
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.tree != nil {
		t.tree.Close()
		t.tree = nil
	}
}
