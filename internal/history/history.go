// Package history remembers what a person did a moment ago: which files they opened, looked at and changed, and what they
// changed in them, as small diffs.
//
// Goals: who renames a thing here is about to rename it there, so the last changes belong into a prompt, a few lines each;
// what is typed at one place is one change, however many keys it took; a key costs microseconds.
//
// Non-goals: it keeps nothing on disk and nothing for long, undoes nothing, and reads no file. Which files may be
// remembered is its caller's to say: a secret file must never be told to it (docs/security.md row 8).
package history

import (
	"cmp"
	"slices"
	"sync"

	"sopro/internal/document"
)

// The bounds of what is remembered. A prompt has room for two or three changes; 16 leave some to choose from.
const (
	maxFiles   = 64
	maxChanges = 16
)

// File is a file that a person has to do with. Local names it for good, Rel is its path as a model sees it.
type File struct{ Local, Rel string }

// How is what a person did with a file, the least telling first.
type How uint8

const (
	Opened How = iota
	Viewed
	Edited
)

// Visit is a file and the most telling of what was done with it lately.
type Visit struct {
	File
	How How
}

// History is safe for concurrent use.
type History struct {
	mu      sync.Mutex
	now     int // counts what happens; nothing here needs a clock
	files   map[string]*visited
	changes []*change // in the order in which they were last typed at
}

// visited is a file that is remembered.
type visited struct {
	File
	text *document.Snapshot // nil while it is not open
	at   int
	how  How
}

// New returns a History of nothing.
func New() *History { return &History{files: map[string]*visited{}} }

// Opened notes that a document was opened.
func (h *History) Opened(f File, text *document.Snapshot) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := h.visit(f, Opened)
	h.reopen(v, text)
	v.text = text
	h.thin()
}

// Viewed notes that a person looks at a file.
func (h *History) Viewed(f File) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.visit(f, Viewed)
	h.thin()
}

// Changed notes the newer text of a document. One that was not open before is opened.
func (h *History) Changed(f File, text *document.Snapshot) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := h.visit(f, Edited)
	if v.text != nil {
		h.change(v, text)
	} else {
		h.reopen(v, text)
	}
	v.text = text
	h.thin()
}

// Closed notes that a document was closed. What was changed in it stays.
func (h *History) Closed(local string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := h.files[local]
	if v == nil || v.text == nil {
		return
	}
	for _, c := range h.changes {
		if c.local == local {
			c.freeze(v)
		}
	}
	h.changes = slices.DeleteFunc(h.changes, func(c *change) bool { return c.frozen && c.diff == "" })
	v.text = nil
}

// Forget forgets a file and all that was changed in it: it has become one that no model may see.
func (h *History) Forget(local string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forget(local)
}

func (h *History) forget(local string) {
	delete(h.files, local)
	h.changes = slices.DeleteFunc(h.changes, func(c *change) bool { return c.local == local })
}

// visit moves a file to the front. What it was opened for stays the more telling thing for a while.
func (h *History) visit(f File, how How) *visited {
	h.now++
	v := h.files[f.Local]
	if v == nil {
		v = &visited{how: how}
		h.files[f.Local] = v
	}
	v.File, v.at, v.how = f, h.now, max(v.how, how)
	return v
}

// thin forgets the files that nothing happened to for longest; of open ones only what was done with them.
func (h *History) thin() {
	for len(h.files) > maxFiles {
		oldest := ""
		for local, v := range h.files {
			if oldest == "" || v.at < h.files[oldest].at {
				oldest = local
			}
		}
		h.forget(oldest)
	}
}

// Recent is at most n files, what happened last first.
func (h *History) Recent(n int) []Visit {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]*visited, 0, len(h.files))
	for _, v := range h.files {
		all = append(all, v)
	}
	slices.SortFunc(all, func(a, b *visited) int { return cmp.Compare(b.at, a.at) })
	var out []Visit
	for _, v := range all[:min(n, len(all))] {
		out = append(out, Visit{v.File, v.how})
	}
	return out
}
