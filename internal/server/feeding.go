package server

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"sopro/internal/index"
	"sopro/internal/syntax"
	"sopro/internal/workspace"
)

// rules are what may be read now.
func (f *feeding) rules() workspace.Options { return f.s.walkOptions(f.s.settings.load()) }

// walk is one over all folders.
type walk struct {
	rules workspace.Options // in force when it began
	seen  map[string]bool
	cut   map[string]bool // folders of which it is not known what is gone, since they could not be walked to the end
	again bool            // another one became due meanwhile
	left  share           // what the folders may have still; together they are bounded as one is
}

// share is how much of a folder is read.
type share struct {
	files int
	bytes int64
}

func (s share) part(n int) share       { return share{s.files / n, s.bytes / int64(n)} }
func (s share) plus(o share) share     { return share{s.files + o.files, s.bytes + o.bytes} }
func (s share) minus(o share) share    { return share{s.files - o.files, s.bytes - o.bytes} }
func (s share) covers(part share) bool { return s.files >= part.files && s.bytes >= part.bytes }

// walkAll feeds what is new or changed in the folders and takes out what is gone. A walk that becomes due meanwhile begins
// after this one.
func (f *feeding) walkAll(ctx context.Context) {
	defer f.s.files.rest()
	if f.builtin == nil && f.index == nil {
		f.s.files.done.Store(true)
		return
	}
	f.staged = nil
	f.lookAtGit()
	end := f.s.showIndexing(f.index)
	defer end()
	w := &walk{rules: f.rules(), seen: map[string]bool{}, cut: map[string]bool{}, left: share{workspace.DefaultMaxFiles, workspace.DefaultMaxBytes}}
	roots := f.walked()
	f.attach(roots)
	asked := f.asked
	f.asked = nil
	f.walkFolders(ctx, w, roots)
	if ctx.Err() != nil {
		return
	}
	f.feedLater(ctx, w)
	f.dropUnseen(w, roots)
	f.setAside()
	f.pass(asked)
	f.settle()
	if w.again {
		f.s.files.put(nil, true)
		return
	}
	f.s.files.done.Store(true)
	f.s.postStatus()
}

// walked are the folders to walk, without links, the inner ones first: a file belongs to the innermost.
func (f *feeding) walked() []string {
	var roots []string
	for _, root := range f.s.folders.all() {
		roots = append(roots, resolved(root))
	}
	slices.SortFunc(roots, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return slices.Compact(roots)
}

// attach has the index bring back what the disk has of folders that are new, and let go of those that are no longer there.
func (f *feeding) attach(roots []string) {
	if f.index == nil {
		return
	}
	o := f.rules()
	for root := range f.roots {
		if !slices.Contains(roots, root) {
			delete(f.roots, root)
			f.tellDisk(f.index.Detach(root))
		}
	}
	for path, file := range f.known {
		if !slices.Contains(roots, file.root) { // to be read again if an outer folder has it
			f.known[path] = knownFile{root: file.root}
		}
	}
	for _, root := range roots {
		if !f.roots[root] {
			f.roots[root] = true
			f.tellDisk(f.index.Attach(root, func(rel string) bool { return o.Admits(root, rel) }))
		}
	}
}

// tellDisk tells the person once that the index is not kept; that it is made anew mends itself.
func (f *feeding) tellDisk(err error) {
	switch {
	case err == nil:
	case errors.Is(err, index.ErrAnew):
		f.s.log.Info("index", "state", err)
	default:
		f.s.log.Warn("index", "state", err)
		f.s.tell("index on disk", protocol.MessageTypeWarning, "Sopro works, but reads the workspace anew at each start: "+err.Error())
	}
}

// walkFolders feeds the files of the folders, each its part of what may be read, so that none is without for one that is huge. What small ones leave
// is for those that had more: they are walked once more while it is a tenth of all at least, which costs a look at each file that they had.
func (f *feeding) walkFolders(ctx context.Context, w *walk, roots []string) {
	whole := w.left
	had := map[string]share{}
	for len(roots) > 0 && w.left.covers(whole.part(worthWalking)) {
		var short []string
		for i, root := range roots {
			used, more := f.walkFolder(ctx, w, root, w.left.part(len(roots)-i).plus(had[root]))
			if more && used != had[root] { // else it is full of what is not read
				short = append(short, root)
			}
			w.left = w.left.minus(used.minus(had[root]))
			had[root] = used
		}
		roots = short
	}
}

// worthWalking is the part of all that may be read for which folders are walked once more.
const worthWalking = 10

// walkFolder feeds the files of a folder that were not seen yet, as many as its part allows. It returns how much was read, and whether there is more. Where
// other files may be read than when the walk began, it ends: the next one begins anew.
func (f *feeding) walkFolder(ctx context.Context, w *walk, root string, part share) (used share, more bool) {
	o := w.rules
	o.Near = f.s.documents.folders
	o.MaxFiles, o.MaxBytes = part.files, part.bytes
	for file, err := range workspace.Walk(ctx, root, o) {
		if err != nil {
			more = errors.Is(err, workspace.ErrLimit)
			w.cut[root] = !more
			f.walkEnded(root, err)
			return used, more
		}
		if !reflect.DeepEqual(w.rules, f.rules()) {
			w.cut[root], w.again = true, true
			return used, false
		}
		used = used.plus(share{1, file.Size})
		if !w.seen[file.Path] {
			w.seen[file.Path] = true
			f.addFile(root, file, w.rules)
		}
		w.again = f.errandsDone() || w.again
	}
	return used, false
}

func (f *feeding) walkEnded(root string, err error) {
	if !errors.Is(err, context.Canceled) {
		f.s.log.Info("workspace", "folder", root, "walk", err)
	}
}

// feedLater feeds the built-in engine with what the index had from the disk: its turn comes when the walk is over.
func (f *feeding) feedLater(ctx context.Context, w *walk) {
	for _, path := range f.later {
		if ctx.Err() != nil {
			break
		}
		if file, ok := f.known[path]; ok && !f.isOpen(path) {
			if text, err := workspace.Read(file.root, file.File, f.rules()); err == nil {
				f.builtin.Add(path, languageOf(path, text), text)
			}
		}
		w.again = f.errandsDone() || w.again
	}
	f.later = nil
}

// dropUnseen forgets what the walk did not yield, also what the index has from the disk; open texts are judged on their own. Of a
// folder that is away, on a disk that is not there for example, nothing is forgotten.
func (f *feeding) dropUnseen(w *walk, roots []string) {
	for path, file := range f.known {
		if !w.seen[path] && !w.cut[file.root] {
			f.drop(path)
		}
	}
	if f.index == nil {
		return
	}
	for _, root := range roots {
		for _, path := range f.index.Paths(root) {
			if !w.seen[path] && !w.cut[root] && !f.isOpen(path) {
				f.index.Remove(path)
			}
		}
	}
}

// shutOut takes out at once what may not be read any more, also while a walk goes on. Open texts are judged on their own.
func (f *feeding) shutOut() {
	o := f.rules()
	if len(f.known) == 0 && len(f.roots) == 0 || reflect.DeepEqual(o, f.settled) {
		return
	}
	for path, file := range f.known {
		if !o.Admits(file.root, file.Rel) && !f.isOpen(path) {
			f.drop(path)
		}
	}
	if f.index == nil {
		return
	}
	for root := range f.roots {
		for _, path := range f.index.Paths(root) {
			rel, err := filepath.Rel(root, path)
			if (err != nil || !o.Admits(root, filepath.ToSlash(rel))) && !f.isOpen(path) {
				f.index.Remove(path)
			}
		}
	}
	f.settle()
}

// settle has the index write what waits; what was shut out since the last walk leaves the disk.
func (f *feeding) settle() {
	if f.index == nil {
		return
	}
	if o := f.rules(); !reflect.DeepEqual(o, f.settled) {
		f.settled = o
		f.tellDisk(f.index.Prune())
	}
	f.tellDisk(f.index.Flush())
}

// addFile reads a file unless it is as it was.
func (f *feeding) addFile(root string, file workspace.File, o workspace.Options) {
	if was, ok := f.known[file.Path]; ok && was.root == root && was.Size == file.Size && was.ModTime.Equal(file.ModTime) {
		return
	}
	f.known[file.Path] = knownFile{file, root}
	if f.index != nil && f.builtin != nil && f.index.Same(file.Path, file.Size, file.ModTime) {
		f.later = append(f.later, file.Path)
		return
	}
	f.read(file.Path, o)
}

// read feeds a known file, unless it is open: then what the editor shows counts.
func (f *feeding) read(path string, o workspace.Options) {
	if doc, open := f.s.documents.look(f.aside[path]); open {
		f.addOpen(doc)
	}
	if f.isOpen(path) {
		return
	}
	file := f.known[path]
	text, err := workspace.Read(file.root, file.File, o)
	if err != nil {
		f.drop(path)
		return
	}
	id := languageOf(path, text)
	if f.index != nil {
		f.index.Put(f.s.ctx, index.File{Path: path, Rel: file.Rel, Root: file.root, Language: id, Text: text, Size: file.Size, ModTime: file.ModTime})
	}
	if f.builtin != nil {
		f.builtin.Add(path, id, text)
	}
}

// isOpen says whether the text of a file is fed from an editor.
func (f *feeding) isOpen(path string) bool {
	for _, name := range f.open {
		if name == path {
			return true
		}
	}
	return false
}

// languageOf is the languageId of a file by its name and first line.
func languageOf(path, text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return syntax.Detect("", path, first).ID()
}

// folders are those that hold the open documents, without links, in order.
func (d *documents) folders() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []string
	for _, doc := range d.open {
		if doc.place.Path != "" {
			all = append(all, filepath.Dir(doc.local))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
