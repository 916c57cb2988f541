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
	roots := f.walked()
	f.attach(roots)
	seen := map[string]bool{}
	asked := f.asked
	f.asked = nil
	again := false
	for _, root := range roots {
		again = f.walkFolder(ctx, root, seen) || again
	}
	again = f.feedLater(ctx) || again
	if ctx.Err() != nil {
		return
	}
	f.dropUnseen(roots, seen)
	f.setAside()
	f.pass(asked)
	f.settle()
	if again {
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
	o := walkOptions(f.s.settings.load())
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

// walkFolder feeds the files of a folder that were not seen yet.
func (f *feeding) walkFolder(ctx context.Context, root string, seen map[string]bool) (again bool) {
	o := walkOptions(f.s.settings.load())
	walking := o
	walking.Near = f.s.documents.folders
	for file, err := range workspace.Walk(ctx, root, walking) {
		if err != nil {
			f.walkEnded(root, err)
			break
		}
		if !seen[file.Path] {
			seen[file.Path] = true
			f.addFile(root, file, o)
		}
		again = f.errandsDone() || again
	}
	return again
}

func (f *feeding) walkEnded(root string, err error) {
	if !errors.Is(err, context.Canceled) {
		f.s.log.Info("workspace", "folder", root, "walk", err)
	}
}

// feedLater feeds the built-in engine with what the index had from the disk: its turn comes when the walk is over.
func (f *feeding) feedLater(ctx context.Context) (again bool) {
	o := walkOptions(f.s.settings.load())
	for _, path := range f.later {
		if ctx.Err() != nil {
			break
		}
		if file, ok := f.known[path]; ok && !f.isOpen(path) {
			if text, err := workspace.Read(file.root, file.File, o); err == nil {
				f.builtin.Add(path, languageOf(path, text), text)
			}
		}
		again = f.errandsDone() || again
	}
	f.later = nil
	return again
}

// dropUnseen forgets what the walk did not yield, also what the index has from the disk; open texts are judged on their own.
func (f *feeding) dropUnseen(roots []string, seen map[string]bool) {
	for path := range f.known {
		if !seen[path] {
			f.drop(path)
		}
	}
	if f.index == nil {
		return
	}
	for _, root := range roots {
		for _, path := range f.index.Paths(root) {
			if !seen[path] && !f.isOpen(path) {
				f.index.Remove(path)
			}
		}
	}
}

// settle has the index write what waits; what was shut out since the last walk leaves the disk.
func (f *feeding) settle() {
	if f.index == nil {
		return
	}
	if o := walkOptions(f.s.settings.load()); !reflect.DeepEqual(o, f.rules) {
		f.rules = o
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
