package server

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.lsp.dev/protocol"
)

// A checkout of another branch reports thousands of files, a build never stops: the folders are walked again when the file
// system has been quiet for settleFiles, at the latest settleAtMost after the first report, and walkPause after the last walk
// at the soonest.
const (
	settleFiles  = 2 * time.Second
	settleAtMost = 10 * time.Second
	walkPause    = 3 * time.Second
)

// maxPassed bounds what is remembered of files that a walk does not yield.
const maxPassed = 1 << 16

// didChangeWatchedFiles: what the walk has yielded is read again; for what it has not, it is repeated when the file system is
// quiet, since only a walk knows which files git ignores.
func (s *Server) didChangeWatchedFiles(p *protocol.DidChangeWatchedFilesParams) error {
	var changed []string
	for _, change := range p.Changes {
		path := filePath(change.URI)
		if path == "" || ofGit(path) && !ignores(path) {
			continue
		}
		if filepath.Base(path) == ".sopro.toml" {
			s.reload()
		}
		changed = append(changed, path)
	}
	s.errand(func(f *feeding) { f.changed(changed) })
	return nil
}

// changed looks at paths that something has happened to, whatever an editor says that it was: it may be otherwise by now.
func (f *feeding) changed(paths []string) {
	gone := map[string]bool{}
	for _, path := range paths {
		name := resolved(path)
		_, err := os.Lstat(name)
		if ignores(name) {
			f.passed = nil
			f.s.files.later()
		}
		if _, ok := f.known[name]; ok {
			f.fresh(name)
		} else if err == nil {
			f.unknown(name)
		} else {
			gone[name] = true
		}
	}
	if len(gone) > 0 {
		f.freshBelow(gone)
	}
}

// freshBelow looks at what is known in folders that are gone: editors tell of the folder alone.
func (f *feeding) freshBelow(gone map[string]bool) {
	for path := range f.known {
		for dir := filepath.Dir(path); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
			if gone[dir] {
				f.fresh(path)
				break
			}
		}
	}
}

// ofGit says whether a file is git's own. It makes and removes some at every command.
func ofGit(path string) bool {
	return strings.Contains(filepath.ToSlash(path), "/.git/")
}

// ignores says whether a file tells git what to ignore.
func ignores(path string) bool {
	return filepath.Base(path) == ".gitignore" || strings.HasSuffix(filepath.ToSlash(path), ".git/info/exclude")
}

// later has the folders walked when nothing more has been reported for a while, or too much.
func (f *feeder) later() {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	if f.first.IsZero() {
		f.first = now
	}
	wait := min(settleFiles, f.first.Add(settleAtMost).Sub(now))
	wait = max(wait, f.walked.Add(walkPause).Sub(now), 0)
	if f.settled == nil {
		f.settled = time.AfterFunc(wait, f.quiet)
		return
	}
	f.settled.Reset(wait)
}

// quiet has the folders walked, after a pause if they are just being.
func (f *feeder) quiet() {
	f.mu.Lock()
	walking := f.walking
	if walking {
		f.settled.Reset(walkPause)
	}
	f.mu.Unlock()
	if !walking {
		f.put(nil, true)
	}
}

// rest notes the end of a walk.
func (f *feeder) rest() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.walking, f.walked = false, time.Now()
}

// close ends the wait for quiet.
func (f *feeder) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.settled != nil {
		f.settled.Stop()
	}
}

// pass remembers which of the files that were asked for the walk has not yielded.
func (f *feeding) pass(asked map[string]bool) {
	if f.passed == nil || len(f.passed) > maxPassed {
		f.passed = map[string]bool{}
	}
	for path := range asked {
		_, yielded := f.known[path]
		if info, err := os.Lstat(path); err == nil && !info.IsDir() && !yielded {
			f.passed[path] = true
		}
	}
}

// unknown has the folders walked for a file, unless a walk has passed it over already.
func (f *feeding) unknown(path string) {
	if f.passed[path] {
		return
	}
	if f.asked == nil {
		f.asked = map[string]bool{}
	}
	f.asked[path] = true
	f.s.files.later()
}

// lookAtGit has the folders walked when git has checked something out. It stands in for an editor that does not report changes of files.
func (f *feeding) lookAtGit() {
	for _, root := range f.s.folders.all() {
		info, err := os.Lstat(filepath.Join(root, ".git", "index"))
		if err != nil {
			continue
		}
		was, looked := f.staged[root]
		if looked && !was.Equal(info.ModTime()) {
			f.s.files.later()
		}
		if f.staged == nil {
			f.staged = map[string]time.Time{}
		}
		f.staged[root] = info.ModTime()
	}
}
