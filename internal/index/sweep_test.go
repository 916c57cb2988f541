package index

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

const day = 24 * time.Hour

// databasesOf is a folder of databases of a kilobyte each, by the days since somebody
// has opened them.
func databasesOf(t *testing.T, ages map[string]int, now time.Time) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, days := range ages {
		path := filepath.Join(dir, name+".db")
		if err := os.WriteFile(path, make([]byte, 1024), 0o600); err != nil {
			t.Fatal(err)
		}
		at := now.Add(-time.Duration(days) * day)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// left are the names of the databases in a folder.
func left(t *testing.T, dir string) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*.db"))
	if err != nil {
		t.Fatal(err)
	}
	for i, path := range all {
		all[i] = strings.TrimSuffix(filepath.Base(path), ".db")
	}
	return strings.Join(all, " ")
}

func TestSweep(t *testing.T) {
	now := time.Now()
	ages := map[string]int{"a": 100, "b": 61, "c": 59, "d": 10, "e": 0}
	for name, c := range map[string]struct {
		most int64
		used string // by a program that writes
		want string
	}{
		"old ones go":                {1 << 20, "", "c d e"},
		"but for those in use":       {1 << 20, "a", "a c d e"},
		"of too many the oldest":     {2048, "", "d e"},
		"of too many, one in use":    {2048, "c", "c e"},
		"as many as there may be":    {3072, "", "c d e"},
		"the bound counts bytes":     {3071, "", "d e"},
		"none is left without room":  {0, "", ""},
		"but what is in use remains": {0, "e", "e"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := databasesOf(t, ages, now)
			if c.used != "" {
				lock := flock.New(filepath.Join(dir, c.used+".db.lock"))
				if ok, err := lock.TryLock(); !ok || err != nil {
					t.Fatal(ok, err)
				}
				defer lock.Close()
			}
			sweep(dir, now, c.most)
			if got := left(t, dir); got != c.want {
				t.Errorf("left %q, want %q", got, c.want)
			}
		})
	}
}

// TestAnIndexThatIsUsedStays checks that use counts, not change: a project that
// is read every day and never written is kept.
func TestAnIndexThatIsUsedStays(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, storeName(root))
	d := newDesk(t, Options{Dir: dir})
	d.attach()
	d.shop()
	d.end()
	yesterday := time.Now().Add(-day)
	if err := os.Chtimes(path, yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	d = newDesk(t, Options{Dir: dir})
	d.attach()
	d.end()
	info, err := os.Stat(path)
	if err != nil || !info.ModTime().After(yesterday) {
		t.Errorf("used at %v: %v", info.ModTime(), err)
	}
}
