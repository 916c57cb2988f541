package learn

import "sopro/internal/document"

// change is one edit: the bytes in was became those up to end.
type change struct {
	was document.Span
	end int
}

// grown is by how much the text has become longer.
func (c change) grown() int { return c.end - c.was.End }

// maxCompared is how much replaced text is compared byte by byte. An editor that sends the whole document is found out by the ropes.
const maxCompared = 64 << 10

// changes are the edits between two texts. One that replaces text is narrowed to what it changed: editors replace a word to add to it.
func changes(was, now *document.Snapshot, edits []document.Edit) []change {
	if len(edits) != 1 {
		all := make([]change, 0, len(edits))
		for _, e := range edits {
			all = append(all, change{document.Span{Start: e.Start, End: e.OldEnd}, e.NewEnd})
		}
		return all
	}
	e := edits[0]
	c := change{document.Span{Start: e.Start, End: e.OldEnd}, e.NewEnd}
	if c.was.Empty() {
		return []change{c}
	}
	if c.was.Len() > maxCompared {
		old, new := now.Changed(was)
		return []change{{old, new.End}}
	}
	old, new := was.Slice(c.was), now.Slice(document.Span{Start: c.was.Start, End: c.end})
	head := common(old, new)
	old, new = old[head:], new[head:]
	tail := 0
	for tail < len(old) && tail < len(new) && old[len(old)-1-tail] == new[len(new)-1-tail] {
		tail++
	}
	return []change{{document.Span{Start: c.was.Start + head, End: c.was.End - tail}, c.end - tail}}
}

// common is how many bytes two texts begin with in common.
func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
