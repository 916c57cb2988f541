package document

// Searches of the tree by each of its counts. All take time of the tree's
// height and one leaf, and all take an empty tree.

// before is the summary of the text before off, taken by itself: a \r right
// before off counts as a line end even where a \n follows.
func (n *node) before(off int) summary {
	var sum summary
	if n == nil || off <= 0 {
		return sum
	}
	for n.left != nil {
		if size := n.left.sum.bytes; off < size {
			n = n.left
		} else {
			sum = sum.plus(n.left.sum)
			off -= size
			n = n.right
		}
	}
	if off >= len(n.text) {
		return sum.plus(n.sum)
	}
	return sum.plus(summarise(n.text[:off]))
}

// byteAt is the byte at off; off lies in the text.
func (n *node) byteAt(off int) byte {
	leaf, start := n.leafAt(off)
	return leaf.text[off-start]
}

// lineEnds is the number of line ends in LSP's sense that are complete at off:
// the \n of a \r\n belongs to its \r.
func (n *node) lineEnds(off int) int {
	sum := n.before(off)
	if sum.endsCR && off < n.sum.bytes && n.byteAt(off) == '\n' {
		return sum.lines - 1
	}
	return sum.lines
}

// afterLine is the offset after the k-th line end in LSP's sense, k from 1,
// or the text's length.
func (n *node) afterLine(k int) int {
	if k > n.total().lines {
		return n.total().bytes
	}
	off := 0
	for n.left != nil {
		lines := n.left.sum.lines
		if n.left.sum.endsCR && n.right.sum.startsLF {
			lines-- // the last line end on the left is completed on the right
		}
		if k <= lines {
			n = n.left
		} else {
			k -= lines
			off += n.left.sum.bytes
			n = n.right
		}
	}
	if n.sum.lines == n.sum.rows { // no lone \r
		return off + afterRow(n.text, k)
	}
	return off + afterLine(n.text, k)
}

// afterRow is the offset after the k-th \n, k from 1, or the text's length.
func (n *node) afterRow(k int) int {
	if k > n.total().rows {
		return n.total().bytes
	}
	off := 0
	for n.left != nil {
		if rows := n.left.sum.rows; k <= rows {
			n = n.left
		} else {
			k -= rows
			off += n.left.sum.bytes
			n = n.right
		}
	}
	return off + afterRow(n.text, k)
}

// afterUnits is the offset of the rune that holds unit u of the text, or the
// text's length.
func (n *node) afterUnits(enc Encoding, u int) int {
	if u >= n.total().units(enc) {
		return n.total().bytes
	}
	off := 0
	for n.left != nil {
		if units := n.left.sum.units(enc); u < units {
			n = n.left
		} else {
			u -= units
			off += n.left.sum.bytes
			n = n.right
		}
	}
	if n.sum.ascii() {
		return off + u
	}
	return off + afterUnits(n.text, enc, u)
}

// runeStart is the start of the rune that off lies in.
func (n *node) runeStart(off int) int {
	if n.total().ascii() {
		return off
	}
	return n.afterUnits(UTF8, off)
}
