//go:build unix

package commits_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"sopro/internal/eval/commits"
)

// TestFilesThatNeverEnd: what git would read in the work tree is not looked at; where it hangs in its own folder, it is ended.
func TestFilesThatNeverEnd(t *testing.T) {
	r := newRepository(t)
	fifo := func(name string) {
		if err := syscall.Mkfifo(filepath.Join(r.root, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	fifo(".gitattributes")
	r.git("config", "core.worktree", r.root)
	if got := r.added(); got != addedLines {
		t.Errorf("added %q", got)
	}
	reader, err := commits.Open(t.Context(), r.root, os.Getenv("PATH"))
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(filepath.Join(r.root, ".git/info/attributes"))
	fifo(".git/info/attributes")
	if _, err := reader.Within(200*time.Millisecond).Versions(t.Context(), r.head()); err == nil || !strings.Contains(err.Error(), "was not done") {
		t.Errorf("error %v", err)
	}
}
