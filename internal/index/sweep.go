package index

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/gofrs/flock"
)

const (
	// forgetAfter is how long the index of a folder is kept that nobody opens.
	forgetAfter = 60 * 24 * time.Hour

	// maxKept bounds what all databases take on disk together, in bytes: some
	// twenty-five workspaces of a million lines.
	maxKept = 2 << 30
)

// sweep takes the databases off the disk that nobody has opened for a long
// time, and of the others, while they are more than most bytes, those that
// nobody has opened for the longest.
func sweep(dir string, now time.Time, most int64) {
	var all []fs.FileInfo
	paths, _ := filepath.Glob(filepath.Join(dir, "*.db"))
	for _, path := range paths {
		if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() {
			all = append(all, info)
			most -= info.Size()
		}
	}
	slices.SortFunc(all, func(a, b fs.FileInfo) int {
		return cmp.Or(a.ModTime().Compare(b.ModTime()), cmp.Compare(a.Name(), b.Name()))
	})
	for _, info := range all {
		if now.Sub(info.ModTime()) < forgetAfter && most >= 0 {
			return
		}
		if discard(filepath.Join(dir, info.Name())) {
			most += info.Size()
		}
	}
}

// discard takes a database off the disk unless a program writes it.
func discard(path string) bool {
	s := &store{path: path, lock: flock.New(path+".lock", flock.SetPermissions(0o600))}
	if mine, err := s.lock.TryLock(); err != nil || !mine {
		return false
	}
	s.remove()
	os.Remove(path + ".lock") // while it is held, so that nobody else gets hold of a lock that is no more
	s.lock.Close()
	return true
}
