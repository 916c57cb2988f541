package history

import (
	"slices"

	"sopro/internal/document"
	"sopro/internal/patch"
)

const (
	// maxChangeBytes bounds one side of a change. More is a file pasted or formatted anew, of which a diff tells nothing.
	maxChangeBytes = 2 << 10

	// togetherLines is how far from a change another one belongs to it.
	togetherLines = 3

	// aroundLines is how much of what stayed is shown above and below a change.
	aroundLines = 2
)

// Change is one that was made lately.
type Change struct {
	File
	Diff  string        // hunks of a unified diff
	Lines [2]int        // first and last, from 0, of what is there now or was when the file was closed
	Span  document.Span // the same in bytes; empty in a file that is not open
}

// change is what has become of some lines.
type change struct {
	local  string
	old    string        // whole lines, as they were
	is     document.Span // whole lines, as they are
	frozen bool          // the file is closed; is has its place in the text that it was closed with, and what follows is filled in
	diff   string
	lines  [2]int
}

// change notes what differs between the text that is known of a file and a newer one.
func (h *History) change(v *visited, text *document.Snapshot) {
	was, is := text.Changed(v.text)
	if was.Empty() && is.Empty() {
		return
	}
	was, is = wholeLines(v.text, text, was, is)
	grown := is.Len() - was.Len()
	made := &change{local: v.Local, old: v.text.Slice(was), is: was}
	var near []*change
	h.changes = slices.DeleteFunc(h.changes, func(c *change) bool {
		if c.local != v.Local || c.frozen {
			return false
		}
		if together(v.text, c.is, was) {
			near = append(near, c)
			return true
		}
		if c.is.Start >= was.End {
			c.is.Start, c.is.End = c.is.Start+grown, c.is.End+grown
		}
		return false
	})
	made.take(v.text, near)
	made.is.End += grown
	if len(made.old) > maxChangeBytes || made.is.Len() > maxChangeBytes || made.old == text.Slice(made.is) {
		return
	}
	h.changes = append(h.changes, made)
	if over := len(h.changes) - maxChanges; over > 0 {
		h.changes = slices.Delete(h.changes, 0, over)
	}
}

// take makes one change of c, which is about to be made, and of those near it in the text that it is made in.
func (c *change) take(text *document.Snapshot, near []*change) {
	if len(near) == 0 {
		return
	}
	slices.SortFunc(near, func(a, b *change) int { return a.is.Start - b.is.Start })
	all := document.Span{Start: min(c.is.Start, near[0].is.Start), End: max(c.is.End, near[len(near)-1].is.End)}
	c.old, c.is = "", all
	at := all.Start
	for _, n := range near {
		c.old += text.Slice(document.Span{Start: at, End: n.is.Start}) + n.old
		at = n.is.End
	}
	c.old += text.Slice(document.Span{Start: at, End: all.End})
}

// together says whether two places in a text are so near that what happens there is one change.
func together(text *document.Snapshot, a, b document.Span) bool {
	return text.LineAt(b.Start) <= text.LineAt(a.End)+togetherLines && text.LineAt(a.Start) <= text.LineAt(b.End)+togetherLines
}

// wholeLines widens what differs between two texts to lines that are whole in both.
func wholeLines(old, text *document.Snapshot, was, is document.Span) (document.Span, document.Span) {
	start := min(old.LineStart(old.LineAt(was.Start)), text.LineStart(text.LineAt(is.Start)))
	below := min(old.Len()-old.LineStart(old.LineAt(was.End)+1), text.Len()-text.LineStart(text.LineAt(is.End)+1))
	return document.Span{Start: start, End: old.Len() - below}, document.Span{Start: start, End: text.Len() - below}
}

// freeze writes the change down, as its file's text goes away.
func (c *change) freeze(v *visited) {
	if !c.frozen {
		c.diff, c.lines = c.print(v.text)
		c.frozen = true
	}
}

// reopen has the changes of a file live on in the text that it is opened with now. One that reads otherwise there, with the lines
// around it, is forgotten: the file was changed meanwhile, and a diff would tell of lines that are no more.
func (h *History) reopen(v *visited, text *document.Snapshot) {
	h.changes = slices.DeleteFunc(h.changes, func(c *change) bool {
		if c.local != v.Local || !c.frozen {
			return false
		}
		diff, lines := "", [2]int{}
		if c.is.End <= text.Len() {
			diff, lines = c.print(text)
		}
		c.frozen = false
		return diff != c.diff || lines != c.lines
	})
}

// print is the change as a diff, "" where nothing changed in the end.
func (c *change) print(text *document.Snapshot) (diff string, lines [2]int) {
	first, last := text.LineAt(c.is.Start), text.LineAt(max(c.is.End-1, c.is.Start))
	top := text.LineStart(max(first-aroundLines, 0))
	above := text.Slice(document.Span{Start: top, End: c.is.Start})
	below := text.Slice(document.Span{Start: c.is.End, End: text.LineStart(text.LineAt(c.is.End) + aroundLines)})
	diff, err := patch.Hunks(above+c.old+below, above+text.Slice(c.is)+below, text.LineAt(top))
	if err != nil {
		return "", [2]int{first, last}
	}
	return diff, [2]int{first, last}
}

// Changes is what was changed lately, the last first.
func (h *History) Changes() []Change {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []Change
	for _, c := range slices.Backward(h.changes) {
		v := h.files[c.local]
		made := Change{File: v.File, Diff: c.diff, Lines: c.lines}
		if !c.frozen {
			made.Span = c.is
			made.Diff, made.Lines = c.print(v.text)
		}
		if made.Diff != "" {
			out = append(out, made)
		}
	}
	return out
}
