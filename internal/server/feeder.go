package server

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.lsp.dev/uri"

	"sopro/internal/ngram"
	"sopro/internal/syntax"
	"sopro/internal/workspace"
)

// feeder gives the built-in engine what it may read: the workspace, as its walk yields it, and the open texts once typing
// rests. One goroutine does all of it, a file at a time, and looks for errands between two files, so that what is being
// edited never waits for the walk.
type feeder struct {
	once    sync.Once
	mu      sync.Mutex
	errands []func(*feeding)
	walk    bool          // the folders must be walked
	wake    chan struct{} // holds one token while there may be something to do
	settled *time.Timer   // fires when the file system has been quiet; nil until it was not
	first   time.Time     // the first report that no walk has served; zero: none
	walking bool
	walked  time.Time   // the end of the last walk
	done    atomic.Bool // the folders have been walked
}

// feeding is what the goroutine knows.
type feeding struct {
	s       *Server
	builtin *ngram.Model
	known   map[string]knownFile // what the walk yielded, by path
	open    map[uri.URI]string   // the name under which an open text was fed
	aside   map[string]uri.URI   // open texts that only a walk lets in, by name
	asked   map[string]bool      // unknown files that the next walk is to look for
	passed  map[string]bool      // those that a walk did not yield, and need not again
}

// knownFile is a file and the folder that it was found in.
type knownFile struct {
	workspace.File
	root string
}

func (s *Server) startFeeding() {
	s.files.once.Do(func() {
		s.files.mu.Lock()
		s.files.wake = make(chan struct{}, 1)
		s.files.mu.Unlock()
		s.refeed()
		s.spawn(func() { s.feed(s.ctx) })
	})
}

// refeed has the folders walked again, at once.
func (s *Server) refeed() {
	s.files.done.Store(false)
	s.files.put(func(f *feeding) { f.passed = nil }, true)
}

// errand is done by the goroutine, soon.
func (s *Server) errand(do func(*feeding)) { s.files.put(do, false) }

// put never blocks. Before the feeding has begun it keeps nothing: the first walk sees everything.
func (f *feeder) put(do func(*feeding), walk bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.wake == nil {
		return
	}
	f.walk = f.walk || walk
	if do != nil {
		f.errands = append(f.errands, do)
	}
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *feeder) take() (errands []func(*feeding), walk bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	errands, walk = f.errands, f.walk
	f.errands, f.walk = nil, false
	if walk {
		f.first, f.walking = time.Time{}, true
	}
	return errands, walk
}

// feed is the goroutine.
func (s *Server) feed(ctx context.Context) {
	f := &feeding{s: s}
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.files.wake:
		}
		f.meet(s.engines.load().Builtin)
		if f.errandsDone() {
			f.walkAll(ctx)
		}
	}
}

// meet notices that another engine is to be fed, from the beginning.
func (f *feeding) meet(m *ngram.Model) {
	if f.builtin == m && f.known != nil {
		return
	}
	f.builtin, f.known, f.open, f.aside = m, map[string]knownFile{}, map[uri.URI]string{}, map[string]uri.URI{}
	if m == nil {
		return
	}
	for _, doc := range f.s.documents.all() {
		f.addOpen(doc)
	}
}

// errandsDone runs what waits and reports whether a walk is due.
func (f *feeding) errandsDone() bool {
	errands, walk := f.s.files.take()
	for _, do := range errands {
		do(f)
	}
	return walk
}

// walkAll feeds what is new or changed in the folders and takes out what is gone. A walk that becomes due meanwhile begins
// after this one.
func (f *feeding) walkAll(ctx context.Context) {
	defer f.s.files.rest()
	if f.builtin == nil {
		f.s.files.done.Store(true)
		return
	}
	o := walkOptions(f.s.settings.load())
	seen := map[string]bool{}
	again := false
	asked := f.asked
	f.asked = nil
	for _, root := range f.s.folders.all() {
		for file, err := range workspace.Walk(ctx, root, o) {
			if err != nil {
				f.walkEnded(root, err)
				break
			}
			seen[file.Path] = true
			f.addFile(root, file, o)
			again = f.errandsDone() || again
		}
	}
	if ctx.Err() != nil {
		return
	}
	for path := range f.known {
		if !seen[path] {
			f.drop(path)
		}
	}
	f.setAside()
	f.pass(asked)
	if again {
		f.s.files.put(nil, true)
		return
	}
	f.s.files.done.Store(true)
	f.s.postStatus()
}

func (f *feeding) walkEnded(root string, err error) {
	if !errors.Is(err, context.Canceled) {
		f.s.log.Info("workspace", "folder", root, "walk", err)
	}
}

// addFile reads a file unless it is as it was.
func (f *feeding) addFile(root string, file workspace.File, o workspace.Options) {
	if was, ok := f.known[file.Path]; ok && was.Size == file.Size && was.ModTime.Equal(file.ModTime) {
		return
	}
	f.known[file.Path] = knownFile{file, root}
	f.read(file.Path, o)
}

// read feeds a known file, unless it is open: then what the editor shows counts.
func (f *feeding) read(path string, o workspace.Options) {
	if doc, open := f.s.documents.look(f.aside[path]); open {
		f.addOpen(doc)
	}
	for _, name := range f.open {
		if name == path {
			return
		}
	}
	file := f.known[path]
	text, err := workspace.Read(file.root, file.File, o)
	if err != nil {
		f.drop(path)
		return
	}
	first, _, _ := strings.Cut(text, "\n")
	f.builtin.Add(path, syntax.Detect("", path, first).ID(), text)
}

func (f *feeding) drop(path string) {
	delete(f.known, path)
	if f.builtin != nil {
		f.builtin.Remove(path)
	}
}

// addOpen feeds an open text under the name that the walk has for its file, by the walk's rules.
func (f *feeding) addOpen(doc sight) {
	if f.builtin == nil || doc.refused != "" {
		return
	}
	_, fed := f.open[doc.uri]
	if int64(doc.text.Len()) > f.s.settings.load().Index.MaxFileBytes {
		if fed {
			delete(f.open, doc.uri)
			f.builtin.Remove(doc.local)
		}
		return
	}
	if !f.admits(doc) {
		if f.s.files.done.Load() {
			f.unknown(doc.local)
		}
		if !fed {
			f.aside[doc.local] = doc.uri
			return
		}
	}
	delete(f.aside, doc.local)
	f.open[doc.uri] = doc.local
	f.builtin.Add(doc.local, language(doc.text).ID(), doc.text.String())
}

// admits says whether an open text may be fed: a file in the workspace if the walk yields it, since only a walk knows which
// files git ignores, or while it is not on disk.
func (f *feeding) admits(doc sight) bool {
	if _, ok := f.known[doc.local]; ok || doc.place.Root == "" {
		return true
	}
	_, err := os.Lstat(doc.local)
	return errors.Is(err, fs.ErrNotExist)
}

// setAside takes out what was fed before it was on disk, where a walk has not yielded it since.
func (f *feeding) setAside() {
	for u, name := range f.open {
		if doc, open := f.s.documents.look(u); open && !f.admits(doc) {
			delete(f.open, u)
			f.builtin.Remove(name)
			f.aside[name] = u
		}
	}
}

// resolved is a path without symbolic links, as the walk yields it; of a file that is not on disk, its folder's.
func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	if folder, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		return filepath.Join(folder, filepath.Base(path))
	}
	return path
}

// feedOpen feeds the text of an open document.
func (s *Server) feedOpen(u uri.URI) {
	s.errand(func(f *feeding) {
		if doc, ok := s.documents.look(u); ok {
			f.addOpen(doc)
		}
	})
}

// feedClosed lets the file on disk count again, where the walk yields it.
func (s *Server) feedClosed(u uri.URI) {
	s.errand(func(f *feeding) {
		if doc, open := s.documents.look(u); open && doc.refused == "" {
			return
		}
		maps.DeleteFunc(f.aside, func(_ string, aside uri.URI) bool { return aside == u })
		name, fed := f.open[u]
		if !fed {
			return
		}
		delete(f.open, u)
		f.fresh(name)
	})
}

// fresh feeds what the disk has of a file now, and forgets one that the walk does not yield.
func (f *feeding) fresh(path string) {
	if _, ok := f.known[path]; !ok {
		f.drop(path)
		return
	}
	f.read(path, walkOptions(f.s.settings.load()))
}
