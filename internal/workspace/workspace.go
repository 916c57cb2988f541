// Package workspace reads the folders that a user opened, and decides what
// of them may be read at all.
//
// Goals:
//   - One answer to "may this file be looked at?" for every part that reads
//     files or answers in them: the walk, the built-in engine, the context
//     of a prompt, an open buffer.
//   - A repository is hostile until shown otherwise. Nothing outside the root
//     is opened, nothing that blocks, nothing that does not end.
//   - Secrets stay where they are: files by their name ([Secret]), tokens by
//     their shape and their randomness ([Mask]).
//   - Useful early: the walk begins where somebody works and yields as it goes.
//
// Non-goals: watching for changes (the client tells), knowing languages,
// keeping anything in memory between calls, the excludes of linked worktrees.
package workspace

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const (
	// DefaultMaxFileBytes is the size above which a file is passed over:
	// 1 MiB, beyond which text is generated far more often than written.
	DefaultMaxFileBytes = 1 << 20

	// DefaultMaxFiles bounds a walk; a home directory opened by mistake ends
	// there too. 50,000 files of usual size are more than DefaultMaxBytes.
	DefaultMaxFiles = 50_000

	// DefaultMaxBytes bounds what a walk yields, by the sizes of the files: 64
	// MiB are two million lines, some 200 MB of memory in what reads them.
	DefaultMaxBytes = 64 << 20

	// entriesPerFile bounds what a walk looks at, by what it may yield:
	// folders full of images, caches or links end a walk as well.
	entriesPerFile = 10

	// maxIgnoreBytes bounds a file of ignore rules.
	maxIgnoreBytes = 1 << 20

	// maxRules bounds the rules of one such file: each is tried on each entry
	// below it, at some 100 ns.
	maxRules = 10_000

	// sniffBytes is how far git looks for a NUL to call a file binary.
	sniffBytes = 8000
)

// ErrLimit ends a walk that reached its bound: what was yielded counts, the
// rest of the tree was not looked at.
var ErrLimit = errors.New("the folder has more files than are read; the ones farthest from the open files, or deepest down, are left out")

// Options says what of a workspace is read. The zero value has the defaults.
type Options struct {
	MaxFileBytes int64    // larger files are passed over; 0 means DefaultMaxFileBytes
	Ignore       []string // doublestar globs of the user's (privacy.ignore), on top of the built-in rules
	MaxFiles     int      // a walk yields at most this many; 0 means DefaultMaxFiles
	MaxBytes     int64    // of all files that a walk yields; 0 means DefaultMaxBytes
	GitIgnore    string   // the user's own file of git's ignore rules, see [GitIgnore]; "": none
	Flat         bool     // a walk yields the files of the folder itself, and of none in it

	// Passed is told of the files and folders that a walk passes over because
	// of Ignore, and of the files because of MaxFileBytes, with the reason in
	// the words of [Refused]; nil: nobody is.
	Passed func(rel, why string)

	// Near tells the folders that somebody works in, absolute and without
	// links: a walk begins with them and goes on with what is nearest. It is
	// asked before each folder, since files are opened meanwhile; nil: none.
	Near func() []string
}

func (o Options) maxFileBytes() int64 {
	if o.MaxFileBytes > 0 {
		return o.MaxFileBytes
	}
	return DefaultMaxFileBytes
}

func (o Options) maxFiles() int {
	if o.MaxFiles > 0 {
		return o.MaxFiles
	}
	return DefaultMaxFiles
}

func (o Options) maxBytes() int64 {
	if o.MaxBytes > 0 {
		return o.MaxBytes
	}
	return DefaultMaxBytes
}

// Admits reports whether a file may be read by its path in a folder alone: it
// is not secret, and no glob of the user's shuts it out.
func (o Options) Admits(root, rel string) bool {
	return !Secret(filepath.Join(root, filepath.FromSlash(rel))) && !globbed(o.Ignore, rel)
}

// File is a regular text file that may be read.
type File struct {
	Path    string    // absolute, symbolic links resolved
	Rel     string    // relative to the root, with slashes
	Size    int64     // bytes, when it was looked at
	ModTime time.Time // when it was looked at
}

func (o Options) passed(rel, why string) {
	if o.Passed != nil {
		o.Passed(rel, why)
	}
}

func (o Options) tooLarge() string { return fmt.Sprintf("is larger than %d bytes", o.maxFileBytes()) }

const shutOut = "is shut out by privacy.ignore"

// Refused says why a file is not read.
type Refused struct {
	Rel string // the file, relative to the root
	Why string // in words: "is larger than 1048576 bytes"
}

func (r *Refused) Error() string { return r.Rel + " " + r.Why }

// Root returns the nearest folder at or above path that holds a .git, or, in
// no repository, the folder of the file itself. It is how the command line
// finds the workspace of a file that is named alone.
func Root(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return filepath.Dir(path)
	}
	start := abs
	if info, err := os.Stat(abs); err != nil || !info.IsDir() {
		start = filepath.Dir(abs)
	}
	if top, ok := repository(start); ok {
		return top
	}
	return start
}

// InRepository reports whether a folder is, or lies in, a git repository.
func InRepository(dir string) bool {
	_, ok := repository(dir)
	return ok
}

// repository returns the nearest folder at or above dir that holds a .git.
func repository(dir string) (string, bool) {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}
