package server

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"go.lsp.dev/uri"

	"sopro/internal/index"
	"sopro/internal/ngram"
	"sopro/internal/workspace"
)

// feeder gives the index and the built-in engine what they may read: the workspace, as its walk yields it, and the open texts
// once typing rests. One goroutine does all of it, a file at a time, and looks for errands between two files, so that what is
// being edited never waits for the walk.
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
	index   *index.Index
	known   map[string]knownFile // what the walk yielded, by path
	settled workspace.Options    // the rules by which the disk was last cleared of what they shut out
	staged  map[string]time.Time // when git last wrote what is checked out, by folder
	later   []string             // files that the index has from the disk, and the built-in engine has not
	roots   map[string]bool      // folders that the index has from the disk
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
	s.files.put(func(f *feeding) {
		f.passed = nil
		f.shutOut()
	}, true)
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
		f.meet(s.engines.load())
		if f.errandsDone() {
			f.walkAll(ctx)
		}
	}
}

// meet notices that another engine is to be fed, from the beginning.
func (f *feeding) meet(e *Engines) {
	if f.builtin == e.Builtin && f.index == e.Index && f.known != nil {
		return
	}
	f.builtin, f.index = e.Builtin, e.Index
	f.known, f.later, f.roots = map[string]knownFile{}, nil, map[string]bool{}
	f.open, f.aside = map[uri.URI]string{}, map[string]uri.URI{}
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

// drop forgets a file.
func (f *feeding) drop(path string) {
	delete(f.known, path)
	f.take(path)
}

// take takes a text out.
func (f *feeding) take(name string) {
	if f.builtin != nil {
		f.builtin.Remove(name)
	}
	if f.index != nil {
		f.index.Remove(name)
	}
}

// addOpen feeds an open text under the name that the walk has for its file, by the walk's rules.
func (f *feeding) addOpen(doc sight) {
	if doc.refused != "" {
		return
	}
	_, fed := f.open[doc.uri]
	if int64(doc.text.Len()) > f.s.settings.load().Index.MaxFileBytes {
		if fed {
			delete(f.open, doc.uri)
			f.take(doc.local)
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
	f.feedText(doc)
}

// feedText gives both what an editor shows. What is no file of this machine, an earlier version in git for example, is not what
// the workspace declares.
func (f *feeding) feedText(doc sight) {
	id, text := language(doc.text).ID(), doc.text.String()
	if f.index != nil && doc.place.Path != "" {
		file := index.File{Path: doc.local, Rel: doc.place.Rel, Language: id, Text: text}
		if known, ok := f.known[doc.local]; ok {
			file.Rel, file.Root = known.Rel, known.root
		} else if doc.place.Root != "" {
			file.Root = resolved(doc.place.Root)
		}
		f.index.Put(f.s.ctx, file)
	}
	if f.builtin != nil {
		f.builtin.Add(doc.local, id, text)
	}
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
			f.take(name)
			f.aside[name] = u
		}
	}
}

// resolved is a path without symbolic links, as the walk yields it; of what is not on disk, the nearest folder's that is.
func resolved(path string) string {
	real, err := filepath.EvalSymlinks(path)
	if err == nil {
		return real
	}
	if dir := filepath.Dir(path); dir != path {
		return filepath.Join(resolved(dir), filepath.Base(path))
	}
	return path
}

// feedOpen feeds the text of an open document.
func (s *Server) feedOpen(u uri.URI) {
	s.errand(func(f *feeding) {
		if doc, ok := s.documents.look(u); ok {
			f.addOpen(doc)
		}
		if !s.client.registersWatch {
			f.lookAtGit()
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
	file, ok := f.known[path]
	info, err := os.Lstat(path)
	if !ok || err != nil {
		f.drop(path)
		return
	}
	file.Size, file.ModTime = info.Size(), info.ModTime()
	f.known[path] = file
	f.read(path, f.rules())
}
