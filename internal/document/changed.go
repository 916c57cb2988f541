package document

import "unicode/utf8"

// Changed is what differs between an older text and this one: the bytes in was
// became the bytes in is, and all before and after them is equal. Where equal
// texts meet, the least such spans are found, moved as far down as they go; no
// rune is cut. It costs the height of the trees where s came from old by edits,
// because what both share is not looked at, and a comparison of the texts else.
func (s *Snapshot) Changed(old *Snapshot) (was, is Span) {
	least := min(old.Len(), s.Len())
	head := shared(old.root, s.root, false)
	for head > 0 && head < least && !utf8.RuneStart(s.root.byteAt(head)) {
		head--
	}
	tail := min(shared(old.root, s.root, true), least-head)
	for tail > 0 && !utf8.RuneStart(s.root.byteAt(s.Len()-tail)) {
		tail--
	}
	return Span{head, old.Len() - tail}, Span{head, s.Len() - tail}
}

// shared is the number of bytes that two trees have in common at their start,
// or at their end.
func shared(a, b *node, fromEnd bool) int {
	x, y := walker{fromEnd: fromEnd}, walker{fromEnd: fromEnd}
	x.push(a)
	y.push(b)
	n := 0
	for !x.done() && !y.done() {
		if x.rest == "" && y.rest == "" && x.top() == y.top() {
			n += x.pop().sum.bytes
			y.pop()
			continue
		}
		// Of two different trees the higher is opened, so that the walks meet
		// at what they share. In the middle of a leaf there is no choice.
		switch {
		case x.rest == "" && (y.rest != "" || x.top().height >= y.top().height):
			x.open()
		case y.rest == "":
			y.open()
		default:
			size := min(len(x.rest), len(y.rest))
			same := common(x.take(size), y.take(size), fromEnd)
			if n += same; same < size {
				return n
			}
		}
	}
	return n
}

// walker walks a tree's subtrees in order, or backwards.
type walker struct {
	fromEnd bool
	stack   []*node
	rest    string // what is left of the leaf that was opened last
}

func (w *walker) done() bool { return w.rest == "" && len(w.stack) == 0 }

func (w *walker) top() *node { return w.stack[len(w.stack)-1] }

func (w *walker) push(n *node) {
	if n != nil {
		w.stack = append(w.stack, n)
	}
}

func (w *walker) pop() *node {
	n := w.top()
	w.stack = w.stack[:len(w.stack)-1]
	return n
}

// open puts what the next subtree is made of in its place.
func (w *walker) open() {
	n := w.pop()
	switch {
	case n.left == nil:
		w.rest = n.text
	case w.fromEnd:
		w.push(n.left)
		w.push(n.right)
	default:
		w.push(n.right)
		w.push(n.left)
	}
}

// take takes bytes off the leaf that was opened last.
func (w *walker) take(size int) string {
	cut := size
	if w.fromEnd {
		cut = len(w.rest) - size
	}
	first, last := w.rest[:cut], w.rest[cut:]
	if w.fromEnd {
		w.rest = first
		return last
	}
	w.rest = last
	return first
}

// common is the number of equal bytes at the start or the end of two texts of
// one length.
func common(a, b string, fromEnd bool) int {
	if a == b {
		return len(a)
	}
	n := 0
	if fromEnd {
		for a[len(a)-1-n] == b[len(b)-1-n] {
			n++
		}
		return n
	}
	for a[n] == b[n] {
		n++
	}
	return n
}
