// Package gather chooses what a model sees of the code around a hole, within a
// budget of tokens: the text before it, a little of the text after it, and
// snippets from elsewhere.
//
// Goals: the most useful text that fits; a head of the prompt that stays the
// same from one request to the next, because a model evaluates again everything
// after the first byte that differs (measured, 2,000 tokens: 7 ms where five
// are new, 870 ms where the middle changed); an answer in a fraction of a
// millisecond while somebody types on a line, whatever the file weighs, and in
// few when the cursor comes to another (BenchmarkMillionLines).
//
//	window.go   the text around the cursor, and where its ends are anchored
//	source.go   the list of sources: each offers texts and wants names
//	want.go     which names may be needed
//	compete.go  candidates compete for the room by the names that they bring
//	sheet.go    what is shown of one file
//	page.go     what is known of a file's lines while they compete
//	list.go     what was chosen, kept in its place from one hole to the next
//	heed.go     what is said of the line while the cursor stays there
//	declared.go the declarations behind code that somebody asks about
//
// Non-goals: it knows no model, lays nothing out and reads no file; what it shows
// of other files comes masked out of the index.
package gather

import (
	"context"

	"sopro/internal/document"
	"sopro/internal/syntax"
)

// Query asks for the context of one hole.
type Query struct {
	Text        *document.Snapshot
	Offset      int              // of the hole, in bytes
	Budget      int              // tokens for prefix, suffix and snippets together
	Estimate    func(string) int // tokens of a text, never too few
	Suffix      int              // tokens that the text after the hole may have at most; 0: what is best
	SuffixFirst bool             // the model reads the suffix before the prefix
	Path        string           // of the file, as the model sees it

	Local       string       // by which the sources know the file: its path on disk, or its URI
	View        *syntax.View // of Text; nil: the text alone tells
	Sources     Sources      // what is known beside Text
	Diagnostics []Diagnostic // what other tools say of Text
	Without     []string     // sources that are left out, to measure what they are worth
}

// Snippet is a piece of another place.
type Snippet struct {
	Source string // what chose it, see SourceNames
	Path   string
	Text   string   // whole lines
	Lines  [2]int   // first and last of what it is about, from 0: of a file with the hole as it is now, of others when it was chosen
	Runs   [][2]int // of those the lines that Text shows, first and last of each run; nil where it says something of them instead
	Score  float64  // of its source; greater is better
	Tokens int      // of Text, estimated
	Why    string   // which names brought it
}

// Context is what the model sees. A prompt is stable from one hole to the next
// if it puts the snippets, in their order, before the prefix.
type Context struct {
	Prefix, Suffix string
	Snippets       []Snippet // shown in this order: new ones come last
	Tokens         int       // of all texts, estimated; at most the budget
}

// Anchor is what stays between the holes of one document: where the window
// around the cursor starts and ends, and which snippets are shown. Its zero
// value is ready. It belongs to its caller and is not safe for concurrent use;
// it holds on to the last snapshot that it saw.
type Anchor struct {
	text        *document.Snapshot
	budget      int
	asked       int // by Keep
	suffixFirst bool

	cursor mark // of the last hole
	line   mark // the start of the line that it was on
	start  mark // of the window
	end    mark // of the window
	far    fileIndex
	list   list
}

// Keep is the budget that the anchor was last asked with, if that is nearly another one: a window that follows every measurement
// of a machine's speed is evaluated anew each time.
func (a *Anchor) Keep(budget int) int {
	if distance(a.asked, budget) <= a.asked/keepShare {
		return a.asked
	}
	a.asked = budget
	return budget
}

// keepShare is the part of a budget that another one may differ by.
const keepShare = 3

// Gather returns the context for a hole. The window around the hole is always
// there; when ctx ends, snippets are what was found so far.
func (a *Anchor) Gather(ctx context.Context, q Query) Context {
	q.Offset = min(max(q.Offset, 0), q.Text.Len())
	a.follow(q)
	at := a.arrive(q)
	suffix := a.after(q, at)
	before := a.before(q, at, q.near()-suffix.tokens)
	a.choose(ctx, q, at, before, suffix)
	c := Context{Prefix: before.text, Suffix: suffix.text, Tokens: before.tokens + suffix.tokens}
	for _, k := range a.list.kept {
		c.Snippets = append(c.Snippets, k.placed(q.Text))
		c.Tokens += k.Tokens
	}
	return c
}

// Of the budget, the window around the cursor gets nearShare of a hundred and
// snippets the rest (measured without a model at 1,536 tokens on six repositories:
// with 55 two of a hundred names of other files fewer are found, with 60 half a percent of holes fewer is covered). Below fileFirst tokens the
// file comes first: the window gets smallShare, and what snippets there are come
// mostly from the file's far parts.
const (
	fileFirst  = 1000
	nearShare  = 50
	smallShare = 65
	leastShown = 400 // tokens of budget below which the window is all
)

// near is the most tokens that the window may have.
func (q Query) near() int {
	switch {
	case q.Budget < leastShown:
		return max(q.Budget, 0)
	case q.Budget < fileFirst:
		return q.Budget * smallShare / 100
	}
	return q.Budget * nearShare / 100
}

// mark is a place in the document that edits move along. Its zero value marks
// nothing.
type mark struct {
	off int
	set bool
}

// move keeps the mark at its text where was became is. A mark inside what
// changed is lost.
func (m *mark) move(was, is document.Span) {
	switch {
	case m.off <= was.Start:
	case m.off >= was.End:
		m.off += is.End - was.End
	default:
		m.set = false
	}
}

// budgetShare is the part of the budget that it may change by, because what the
// layout adds is estimated better and better, before all starts anew.
const budgetShare = 8

// follow moves everything that is anchored to the query's text.
func (a *Anchor) follow(q Query) {
	if a.text == nil || a.text.URI() != q.Text.URI() || a.suffixFirst != q.SuffixFirst || distance(a.budget, q.Budget) > a.budget/budgetShare {
		*a = Anchor{text: q.Text, asked: a.asked, budget: q.Budget, suffixFirst: q.SuffixFirst}
		return
	}
	if a.text == q.Text {
		return
	}
	was, is := q.Text.Changed(a.text)
	a.text = q.Text
	// What was changed at the cursor was typed or accepted there. A text put in
	// among others like it, say empty lines, is found as far below as its length.
	if was.Start-is.Len() <= a.cursor.off && a.cursor.off <= was.End {
		a.cursor.off = is.End
	} else {
		a.cursor.move(was, is)
	}
	for _, m := range []*mark{&a.line, &a.start, &a.end} {
		m.move(was, is)
	}
	a.far.follow(was, is)
	a.list.follow(was, is)
}

// arrival says how the cursor came to a hole.
type arrival struct {
	line    int
	newLine bool // not the line of the last hole
	jumped  bool // from further away than typing goes
}

// jumpLines is how far the cursor moves before another place is worked on.
const jumpLines = 20

// arrive takes the cursor to the hole.
func (a *Anchor) arrive(q Query) arrival {
	at := arrival{line: q.Text.LineAt(q.Offset)}
	start := q.Text.LineStart(at.line)
	at.newLine = !a.line.set || a.line.off != start
	at.jumped = !a.cursor.set || distance(at.line, q.Text.LineAt(a.cursor.off)) > jumpLines
	a.line = mark{start, true}
	a.cursor = mark{q.Offset, true}
	return at
}

func distance(a, b int) int { return max(a-b, b-a) }
