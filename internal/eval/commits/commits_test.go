package commits_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sopro/internal/eval/commits"
)

// repository is one of two commits, the second of which adds a function, made by git itself.
type repository struct {
	t    *testing.T
	root string
}

func newRepository(t *testing.T) repository {
	r := repository{t, t.TempDir()}
	r.git("init", "-q")
	r.write("a.go", "package a\n\nfunc f() {}\n")
	r.git("add", ".")
	r.commit("first")
	r.write("a.go", "package a\n\nfunc f() {}\n\nfunc g() {\n\tf()\n}\n")
	r.commit("second")
	return r
}

func (r repository) git(args ...string) {
	r.t.Helper()
	c := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@b"}, args...)...)
	c.Dir = r.root
	if out, err := c.CombinedOutput(); err != nil {
		r.t.Fatalf("git %v: %v: %s", args, err, out)
	}
}

func (r repository) commit(message string) { r.git("commit", "-q", "-a", "--no-verify", "-m", message) }

func (r repository) write(name, text string) {
	r.t.Helper()
	path := filepath.Join(r.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		r.t.Fatal(err)
	}
}

// added is what all commits added, the newest first.
func (r repository) added() string {
	r.t.Helper()
	reader, err := commits.Open(r.root, os.Getenv("PATH"))
	if err != nil {
		r.t.Fatal(err)
	}
	all, err := reader.Commits(r.t.Context(), 10)
	if err != nil {
		r.t.Fatal(err)
	}
	var said []string
	for _, commit := range all {
		versions, err := reader.Versions(r.t.Context(), commit)
		if err != nil {
			r.t.Fatal(err)
		}
		for _, v := range versions {
			for _, span := range v.Added {
				said = append(said, v.After[span.Start:span.End])
			}
		}
	}
	return strings.Join(said, "|")
}

const addedLines = "\nfunc g() {\n\tf()\n}\n"

func TestWhatCommitsAdded(t *testing.T) {
	if got := newRepository(t).added(); got != addedLines {
		t.Errorf("added %q", got)
	}
}

// TestAHostileRepository is docs/security.md row 11: what the repository's configuration names is run by git when it is
// called plainly, and not by us.
func TestAHostileRepository(t *testing.T) {
	r := newRepository(t)
	fired := filepath.Join(t.TempDir(), "fired")
	trap := filepath.Join(r.root, "trap")
	r.write("trap", "#!/bin/sh\necho fired >> "+fired+"\ncat \"$1\" 2>/dev/null\n")
	r.write(".gitattributes", "*.go diff=evil\n")
	r.write(".git/info/attributes", "*.go diff=evil\n")
	for _, key := range []string{"diff.evil.textconv", "diff.evil.command", "diff.external", "core.fsmonitor", "core.pager", "core.sshCommand"} {
		r.git("config", key, trap)
	}
	r.git("config", "core.hooksPath", r.root)
	for _, plainly := range [][]string{{"log", "-p", "--ext-diff"}, {"show", "--textconv"}, {"status"}} {
		os.Remove(fired)
		c := exec.Command("git", plainly...)
		c.Dir = r.root
		_ = c.Run()
		if _, err := os.Stat(fired); err != nil {
			t.Errorf("git %v does not fire: the trap is no trap", plainly)
		}
	}
	os.Remove(fired)
	if got := r.added(); got != addedLines {
		t.Errorf("added %q", got)
	}
	if _, err := os.Stat(fired); err == nil {
		t.Error("a program that the repository names was started")
	}
}

func TestWhatIsNoRepository(t *testing.T) {
	folder := t.TempDir()
	reader, err := commits.Open(folder, os.Getenv("PATH"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reader.Commits(t.Context(), 1); err == nil || !strings.Contains(err.Error(), "not a git repository") {
		t.Errorf("error %v", err)
	}
	for _, c := range []struct{ root, path, want string }{
		{filepath.Join(folder, "none"), os.Getenv("PATH"), "is no folder"},
		{folder, "", "git is not installed"},
		{folder, "bin:.", "git is not installed"},
	} {
		if _, err := commits.Open(c.root, c.path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q in %q: %v", c.path, c.root, err)
		}
	}
	r := newRepository(t)
	r.write("bin/git", "#!/bin/sh\n")
	if _, err := commits.Open(r.root, filepath.Join(r.root, "bin")); err == nil || !strings.Contains(err.Error(), "that one is not run") {
		t.Errorf("git of the repository: %v", err)
	}
}

func TestItEndsWithItsContext(t *testing.T) {
	reader, err := commits.Open(newRepository(t).root, os.Getenv("PATH"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := reader.Commits(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
