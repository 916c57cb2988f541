package syntax

import (
	"strings"
	"time"

	sitter "github.com/smacker/go-tree-sitter"

	"sopro/internal/document"
)

// maxDepth bounds every descent into a tree. Code that people write stays below
// 100; 100,000 nested brackets parse without trouble and would otherwise be walked.
const maxDepth = 512

// parsed is a text with a tree, for one goroutine at a time. The tree may be of an
// earlier text with its ranges shifted, so what it says of a place is checked
// against the text where that is cheap.
type parsed struct {
	grammar *grammar
	text    *document.Snapshot
	tree    *sitter.Tree
}

// path is the nodes that contain the byte at off, the root first.
func (p parsed) path(off int) []*sitter.Node {
	root := p.tree.RootNode()
	nodes := []*sitter.Node{root}
	cursor := sitter.NewTreeCursor(root)
	defer cursor.Close()
	for len(nodes) < maxDepth && cursor.GoToFirstChildForByte(uint32(max(off, 0))) >= 0 {
		n := cursor.CurrentNode()
		for int(n.EndByte()) <= off && cursor.GoToNextSibling() {
			n = cursor.CurrentNode()
		}
		if off < int(n.StartByte()) || int(n.EndByte()) <= off {
			break
		}
		nodes = append(nodes, n)
	}
	return nodes
}

// span is the range of n without the white space that some grammars put at its
// ends, within the text.
func (p parsed) span(n *sitter.Node) document.Span {
	s := document.Span{Start: min(int(n.StartByte()), p.text.Len()), End: min(int(n.EndByte()), p.text.Len())}
	s.Start = p.skip(s.Start, s.End)
	for s.End > s.Start && blank(p.at(s.End-1)) {
		s.End--
	}
	return s
}

// skip is the offset of the first byte from off on that is no white space, at
// most end.
func (p parsed) skip(off, end int) int {
	for off < end && blank(p.at(off)) {
		off++
	}
	return off
}

// at is the byte at off, 0 outside of the text.
func (p parsed) at(off int) byte {
	if b := p.text.Slice(document.Span{Start: off, End: off + 1}); b != "" {
		return b[0]
	}
	return 0
}

func blank(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

// before is the text of off's line before it.
func (p parsed) before(off int) string {
	return p.text.Slice(document.Span{Start: p.text.LineStart(p.text.LineAt(off)), End: off})
}

// leads says whether nothing but white space stands before off in its line.
func (p parsed) leads(off int) bool { return strings.TrimLeft(p.before(off), " \t") == "" }

// splice is the text with inserted in place of replaced, parsed within budget from
// what is known. The tree of the answer is the caller's to close.
func (p parsed) splice(replaced document.Span, inserted string, budget time.Duration) (parsed, bool) {
	text, e := p.text.Splice(replaced, inserted)
	return p.reparse(text, budget, e)
}

// reparse is a newer text, parsed within budget from what is known and the edits
// that led to it. The tree of the answer is the caller's to close.
func (p parsed) reparse(text *document.Snapshot, budget time.Duration, edits ...document.Edit) (parsed, bool) {
	if text.Len() > maxBytes {
		return parsed{}, false
	}
	old := p.tree.Copy()
	defer old.Close()
	for _, e := range edits {
		edit(old, e)
	}
	tree, err := p.grammar.parse(old, text, budget, never)
	if err != nil {
		return parsed{}, false
	}
	return parsed{p.grammar, text, tree}, true
}
