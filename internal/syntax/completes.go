package syntax

import (
	"strings"
	"time"

	sitter "github.com/smacker/go-tree-sitter"

	"sopro/internal/document"
)

// Completes parses the text with inserted in place of replaced and says how many
// bytes of inserted belong to the statement at the cursor, or to the block that
// this statement opens: len(inserted) where it is not finished. ok is false when
// the tree cannot tell. It takes at most about 10 ms; a typical answer is there in
// one.
//
// What counts as the statement: a child of a list (the body of a file, a function,
// a class, an object literal …) that is the first thing on its line, or begins in
// the inserted text. The first rule makes `xs.map(x => { return |x + 1 })` one
// statement that ends at its last bracket, not at the one of the closure.
//
// A text that is still being generated often ends in the middle of a token, which
// can garble the tree before it. So where the statement has an error, the text is
// tried again without its last line, and then with its first line only.
func (v *View) Completes(replaced document.Span, inserted string) (end int, ok bool) {
	v.read(func(p parsed) {
		deadline := time.Now().Add(v.budgets.asking)
		for _, part := range parts(inserted) {
			left := time.Until(deadline)
			if left <= 0 {
				return
			}
			after, parsed := p.attempt(replaced, part, left)
			if !parsed {
				return
			}
			a := answer{parsed: after, start: replaced.Start, end: replaced.Start + len(part), whole: part == inserted}
			n, sure, found := a.statement()
			after.tree.Close()
			if sure {
				end, ok = n, true
				return
			}
			if found {
				end, ok = len(inserted), true
			}
		}
	})
	return end, ok
}

// parts is inserted, then without its last line, then its first line that is not
// blank, each once.
func parts(inserted string) []string {
	all := []string{inserted}
	trimmed := strings.TrimRight(inserted, "\n")
	if last := strings.LastIndexByte(trimmed, '\n'); last > 0 && strings.TrimSpace(trimmed[:last]) != "" {
		all = append(all, trimmed[:last+1])
	}
	lead := len(trimmed) - len(strings.TrimLeft(trimmed, " \t\r\n"))
	if first := strings.IndexByte(trimmed[lead:], '\n'); first > 0 && lead+first+1 < len(all[len(all)-1]) {
		all = append(all, trimmed[:lead+first+1])
	}
	return all
}

// answer is a text with a completion in it, at [start, end).
type answer struct {
	parsed
	start, end int
	whole      bool // not a part that is tried because the whole did not parse
}

// statement is the length of the part of the completion that belongs to the
// statement at its start. sure: it is finished, or goes on behind the completion;
// found: there is a statement, but an error in it.
func (a answer) statement() (length int, sure, found bool) {
	if n := a.commentEnd() - a.start; n > 0 {
		return n, true, true
	}
	first := a.afterComments(a.skip(a.start, a.end))
	if first >= a.end {
		return a.end - a.start, a.whole, true
	}
	n, ok := a.begun()
	if !ok {
		n, ok = a.beginning(first)
	}
	if !ok {
		return 0, false, false
	}
	if n.HasError() {
		return 0, false, true
	}
	stop := a.withTail(a.span(n).End)
	if stop >= a.end || a.open(n, stop) {
		return a.end - a.start, a.whole, true
	}
	return stop - a.start, true, true
}

// begun is the statement that stands before the cursor on its line and goes on
// behind it, if there is one.
func (a answer) begun() (*sitter.Node, bool) {
	line := a.text.LineStart(a.text.LineAt(a.start))
	before := a.code(line, a.start)
	if before == "" {
		return nil, false
	}
	last := line + len(before) - 1
	n, ok := a.leading(a.statements(last))
	return n, ok && a.span(n).End > a.start
}

// leading is the innermost of statements that is the first thing on its line.
func (a answer) leading(statements []*sitter.Node) (*sitter.Node, bool) {
	for i := len(statements) - 1; i >= 0; i-- {
		if a.leads(a.span(statements[i]).Start) {
			return statements[i], true
		}
	}
	return nil, false
}

// beginning is the outermost statement that begins in the completion and has the
// byte at first; else the innermost that leads its line, which the completion goes
// on with or closes.
func (a answer) beginning(first int) (*sitter.Node, bool) {
	statements := a.statements(first)
	for _, n := range statements {
		if a.span(n).Start >= a.start {
			return n, true
		}
	}
	return a.leading(statements)
}

// statements is the statements that have the byte at off, the outermost first.
func (a answer) statements(off int) (all []*sitter.Node) {
	path := a.path(off)
	for i, n := range path[1:] {
		parent := a.grammar.class(path[i])
		if i == 0 || path[i].IsError() {
			parent |= listNode // the file; what an error holds is mostly statements
		}
		if parent&listNode != 0 && n.IsNamed() && !n.IsError() && a.grammar.class(n)&(commentNode|partNode) == 0 {
			all = append(all, n)
		}
	}
	return all
}

// open says whether the statement n, which ends at stop, may go on behind the
// completion: in a language of indentation, a block ends only where other code
// follows.
func (a answer) open(n *sitter.Node, stop int) bool {
	if !a.grammar.spec.indent || a.skip(stop, a.end) < a.end {
		return false
	}
	s := a.span(n)
	return strings.Contains(a.text.Slice(s), "\n") || a.grammar.opens(a.text.Slice(s))
}

// withTail moves the end of a statement over what belongs to it behind it on its
// line: separators that the grammar keeps apart, and a comment.
func (a answer) withTail(end int) int {
	next := func(off int) int {
		for off < a.end && (a.at(off) == ' ' || a.at(off) == '\t') {
			off++
		}
		return off
	}
	for off := next(end); off < a.end && (a.at(off) == ';' || a.at(off) == ','); off = next(end) {
		end = off + 1
	}
	if off := next(end); off < a.end && off > 0 {
		if s, ok := a.comment(off); ok && s.Start == off && a.text.LineAt(s.End) == a.text.LineAt(off) {
			return s.End
		}
	}
	return end
}

// afterComments is the first byte from off on that is neither white space nor in a
// comment.
func (a answer) afterComments(off int) int {
	for off < a.end {
		s, ok := a.comment(off)
		if !ok || s.End <= off || a.isString(off) {
			return off
		}
		off = a.skip(s.End, a.end)
	}
	return off
}

// isString keeps documentation strings, which are statements, from being skipped.
func (a answer) isString(off int) bool {
	for _, n := range a.path(off) {
		if a.grammar.class(n)&commentNode != 0 {
			return false
		}
	}
	return true
}

// commentEnd is where the comment block that the cursor stands in ends, at most
// with the completion; its start where there is none.
func (a answer) commentEnd() int {
	if a.region(a.start) != InComment {
		return a.start
	}
	c, _ := a.commentAt(a.start)
	return min(c.Span.End, a.end)
}
