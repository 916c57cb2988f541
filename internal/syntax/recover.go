package syntax

import (
	"slices"
	"strings"
	"time"

	sitter "github.com/smacker/go-tree-sitter"

	"sopro/internal/document"
)

// pieceTime bounds the parse of one piece of a broken file.
const pieceTime = 50 * time.Millisecond

// file walks over a whole file. Where it does not parse, tree-sitter may take all that follows for one error: of a file of TypeScript of 2,700
// lines, with a call signature that the grammar does not know, a third was left. So what is broken is parsed again in pieces, each alone, that
// begin where something at the outermost level does by its looks.
func (w *outliner) file(p parsed) {
	var broken []document.Span
	if p.tree.RootNode().HasError() {
		broken = p.broken()
	}
	w.tree(p, broken)
	for _, piece := range broken {
		if w.late() {
			return
		}
		if alone, ok := p.alone(p.text, piece, pieceTime); ok {
			w.tree(alone, nil)
			alone.tree.Close()
		}
	}
}

// broken is the pieces of a file that lie where more than one does not parse.
func (p parsed) broken() (all []document.Span) {
	root := p.tree.RootNode()
	pieces := p.pieces()
	if root.IsError() {
		return pieces
	}
	cursor := sitter.NewTreeCursor(root)
	defer cursor.Close()
	for ok := cursor.GoToFirstChild(); ok; ok = cursor.GoToNextSibling() {
		n := cursor.CurrentNode()
		if !n.HasError() {
			continue
		}
		in := document.Span{Start: int(n.StartByte()), End: int(n.EndByte())}
		first, _ := slices.BinarySearchFunc(pieces, in.Start, func(s document.Span, off int) int { return s.End - off - 1 })
		last := first
		for last < len(pieces) && pieces[last].Start < in.End {
			last++
		}
		if last-first > 1 || n.IsError() {
			for _, s := range pieces[first:last] {
				if len(all) == 0 || all[len(all)-1].Start < s.Start {
					all = append(all, s)
				}
			}
		}
	}
	return all
}

// pieces cuts the text before each line that begins at the margin with a letter and follows a line that is blank, a comment, or closes something.
func (p parsed) pieces() (all []document.Span) {
	off, start, after := 0, 0, false
	for line := range strings.Lines(p.text.String()) {
		if after && off > start && isLetter(line[0]) {
			all = append(all, document.Span{Start: start, End: off})
			start = off
		}
		trimmed := strings.TrimSpace(line)
		after = trimmed == "" || strings.IndexByte("})];", line[0]) >= 0 || p.grammar.opensLine(trimmed) || p.grammar.closesBlock(trimmed)
		off += len(line)
	}
	return append(all, document.Span{Start: start, End: off})
}

func isLetter(b byte) bool {
	return b == '_' || b == '@' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// touches says whether one of spans, which are in order, has a part of in.
func touches(spans []document.Span, in document.Span) bool {
	i, _ := slices.BinarySearchFunc(spans, in.Start, func(s document.Span, off int) int { return s.End - off - 1 })
	return i < len(spans) && spans[i].Start < in.End
}
