package server

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"sopro/internal/ngram"
	"sopro/internal/syntax"
	"sopro/internal/workspace"
)

// settleFiles is how long the file system must have been quiet before the folders are walked again: a checkout of another
// branch reports thousands of files.
const settleFiles = 2 * time.Second

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
	done    atomic.Bool   // the folders have been walked
}

// feeding is what the goroutine knows.
type feeding struct {
	s       *Server
	builtin *ngram.Model
	known   map[string]knownFile // what the walk yielded, by path
	open    map[uri.URI]string   // the name under which an open text was fed
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
	s.files.put(nil, true)
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
	f.builtin, f.known, f.open = m, map[string]knownFile{}, map[uri.URI]string{}
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
	if f.builtin == nil {
		f.s.files.done.Store(true)
		return
	}
	o := walkOptions(f.s.settings.load())
	seen := map[string]bool{}
	again := false
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

// addOpen feeds an open text under the name that the walk has for its file.
func (f *feeding) addOpen(doc sight) {
	if f.builtin == nil || doc.refused != "" {
		return
	}
	name := string(doc.uri)
	if doc.place.Path != "" {
		name = resolved(doc.place.Path)
	}
	f.open[doc.uri] = name
	f.builtin.Add(name, language(doc.text).ID(), doc.text.String())
}

// resolved is a path without symbolic links, as the walk yields it.
func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
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
		name, fed := f.open[u]
		if doc, open := s.documents.look(u); !fed || open && doc.refused == "" {
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

// didChangeWatchedFiles: what the walk has yielded is read again; for what it has not, it is repeated when the file system is
// quiet, since only a walk knows which files git ignores.
func (s *Server) didChangeWatchedFiles(p *protocol.DidChangeWatchedFilesParams) error {
	for _, change := range p.Changes {
		path := filePath(change.URI)
		if path == "" {
			continue
		}
		if filepath.Base(path) == ".sopro.toml" {
			s.reload()
		}
		gone := change.Type == protocol.FileChangeTypeDeleted
		s.errand(func(f *feeding) {
			name := resolved(path)
			if gone {
				name = path
			}
			if _, ok := f.known[name]; ok {
				f.fresh(name)
			} else if !gone {
				s.files.later(settleFiles)
			}
		})
	}
	return nil
}

// later has the folders walked once nothing more has been reported for a while.
func (f *feeder) later(wait time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.settled == nil {
		f.settled = time.AfterFunc(wait, func() { f.put(nil, true) })
		return
	}
	f.settled.Reset(wait)
}

// close ends the wait for quiet.
func (f *feeder) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.settled != nil {
		f.settled.Stop()
	}
}
