package workspace

import (
	"container/heap"
	"slices"
	"strings"
)

// queue is the folders that wait to be read. Those that somebody works in come
// first, and those on the way to them; then the nearest, by the steps up and
// down the tree; where nobody works anywhere, those with the fewest steps from
// the root. Of folders that are alike, the one that came first.
type queue struct {
	waiting []waiting
	near    []string // relative to the root, with slashes
	told    []string // near as it was told last
	count   int
}

// waiting is a folder in the queue.
type waiting struct {
	folder
	steps int // from the nearest folder that somebody works in; -1: on the way there
	order int
}

func (q *queue) empty() bool { return len(q.waiting) == 0 }

func (q *queue) push(f folder) {
	q.count++
	heap.Push((*byNearness)(q), waiting{f, q.steps(f.rel), q.count})
}

func (q *queue) pop() folder { return heap.Pop((*byNearness)(q)).(waiting).folder }

// lookAt arranges the queue anew where other folders are near than before.
func (q *queue) lookAt(root string, near []string) {
	if slices.Equal(near, q.told) {
		return
	}
	q.told, q.near = slices.Clone(near), nil
	for _, dir := range near {
		if rel, ok := within(root, dir); ok {
			q.near = append(q.near, rel)
		}
	}
	for i, w := range q.waiting {
		q.waiting[i].steps = q.steps(w.rel)
	}
	heap.Init((*byNearness)(q))
}

func (q *queue) steps(rel string) int {
	if len(q.near) == 0 {
		return depth(rel)
	}
	least := 1 << 30
	for _, near := range q.near {
		if rel == "." || rel == near || strings.HasPrefix(near, rel+"/") {
			return -1
		}
		least = min(least, apart(rel, near))
	}
	return least
}

// apart is how many steps one folder is from another.
func apart(a, b string) int {
	shared, i := 0, 0
	for ; i < len(a) && i < len(b) && a[i] == b[i]; i++ {
		if a[i] == '/' {
			shared++
		}
	}
	if (i == len(a) || a[i] == '/') && (i == len(b) || b[i] == '/') && i > 0 {
		shared++
	}
	return depth(a) + depth(b) - 2*shared
}

// depth is how many steps a folder is below the root.
func depth(rel string) int {
	if rel == "." {
		return 0
	}
	return 1 + strings.Count(rel, "/")
}

// byNearness is the queue as container/heap sees it.
type byNearness queue

func (h *byNearness) Len() int { return len(h.waiting) }

func (h *byNearness) Less(i, j int) bool {
	a, b := &h.waiting[i], &h.waiting[j]
	return a.steps < b.steps || a.steps == b.steps && a.order < b.order
}

func (h *byNearness) Swap(i, j int) { h.waiting[i], h.waiting[j] = h.waiting[j], h.waiting[i] }

func (h *byNearness) Push(x any) { h.waiting = append(h.waiting, x.(waiting)) }

func (h *byNearness) Pop() any {
	n := len(h.waiting) - 1
	last := h.waiting[n]
	h.waiting[n] = waiting{}
	h.waiting = h.waiting[:n]
	return last
}
