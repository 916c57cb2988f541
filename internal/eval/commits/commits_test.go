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

func (r repository) head() string {
	r.t.Helper()
	c := exec.Command("git", "rev-parse", "HEAD")
	c.Dir = r.root
	out, err := c.Output()
	if err != nil {
		r.t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// added is what all commits added, the newest first.
func (r repository) added() string {
	r.t.Helper()
	reader, err := commits.Open(r.t.Context(), r.root, os.Getenv("PATH"))
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
	for _, c := range []struct{ root, path, want string }{
		{folder, os.Getenv("PATH"), "not a git repository"},
		{filepath.Join(folder, "none"), os.Getenv("PATH"), "is no folder"},
		{folder, "", "git is not installed"},
		{folder, "bin:.", "git is not installed"},
	} {
		if _, err := commits.Open(t.Context(), c.root, c.path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q in %q: %v", c.path, c.root, err)
		}
	}
}

// TestGitOfAWorkspace is docs/security.md row 12: neither that of the repository is run nor that of the folder one works in.
func TestGitOfAWorkspace(t *testing.T) {
	r, other := newRepository(t), newRepository(t)
	fired := filepath.Join(t.TempDir(), "fired")
	for _, root := range []string{r.root, other.root} {
		repository{t, root}.write("bin/git", "#!/bin/sh\necho fired >> "+fired+"\n")
		repository{t, root}.write("sub/a.go", "package sub\n")
	}
	for _, c := range []struct{ name, here, root string }{
		{"in the repository itself", other.root, r.root},
		{"above the folder that is named", other.root, filepath.Join(r.root, "sub")},
		{"where one works", r.root, other.root},
		{"above where one works", filepath.Join(r.root, "sub"), other.root},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(c.here)
			bin := filepath.Join(r.root, "bin")
			if _, err := commits.Open(t.Context(), c.root, bin); err == nil || !strings.Contains(err.Error(), "that one is not run") {
				t.Errorf("error %v", err)
			}
			if _, err := commits.Open(t.Context(), c.root, bin+string(filepath.ListSeparator)+os.Getenv("PATH")); err != nil {
				t.Errorf("with another one behind it: %v", err)
			}
			if _, err := os.Stat(fired); err == nil {
				t.Error("it was run")
			}
		})
	}
}

// TestWhereItStands: a folder within, a bare repository and another work tree are read alike.
func TestWhereItStands(t *testing.T) {
	r := newRepository(t)
	r.write("sub/b.go", "package sub\n")
	bare, tree := filepath.Join(t.TempDir(), "bare"), filepath.Join(t.TempDir(), "tree")
	r.git("clone", "-q", "--bare", r.root, bare)
	r.git("worktree", "add", "-q", "--detach", tree)
	for _, root := range []string{filepath.Join(r.root, "sub"), bare, tree} {
		if got := (repository{t, root}).added(); got != addedLines {
			t.Errorf("%s: added %q", root, got)
		}
	}
}

// TestNamesThatMislead: a file that is named as what is asked for.
func TestNamesThatMislead(t *testing.T) {
	r := newRepository(t)
	r.write("HEAD", "no commit\n")
	if got := r.added(); got != addedLines {
		t.Errorf("added %q", got)
	}
}

// TestADiffAsWeReadIt: a person's own configuration changes no line of it.
func TestADiffAsWeReadIt(t *testing.T) {
	r := newRepository(t)
	r.git("config", "diff.suppressBlankEmpty", "true")
	reader, err := commits.Open(t.Context(), r.root, os.Getenv("PATH"))
	if err != nil {
		t.Fatal(err)
	}
	versions, err := reader.Versions(t.Context(), r.head())
	if want, _ := os.ReadFile(filepath.Join(r.root, "a.go")); err != nil || len(versions) != 1 || versions[0].After != string(want) {
		t.Errorf("%v, read %+v", err, versions)
	}
}

// TestALinkIsNoText: what a symbolic link holds is a path.
func TestALinkIsNoText(t *testing.T) {
	r := newRepository(t)
	link := filepath.Join(r.root, "link.go")
	for _, target := range []string{"a", "a\nb\nc"} {
		os.Remove(link)
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
		r.git("add", ".")
		r.commit(target)
	}
	if got := r.added(); got != addedLines {
		t.Errorf("added %q", got)
	}
}

// TestAPartialClone: nothing is fetched, and what is missing is told with what to do.
func TestAPartialClone(t *testing.T) {
	r := newRepository(t)
	r.git("config", "uploadpack.allowFilter", "true")
	clone := repository{t, filepath.Join(t.TempDir(), "clone")}
	r.git("clone", "-q", "--filter=blob:none", "file://"+r.root, clone.root)
	objects := func() string {
		all, _ := filepath.Glob(filepath.Join(clone.root, ".git/objects/*/*"))
		return strings.Join(all, " ")
	}
	before := objects()
	reader, err := commits.Open(t.Context(), clone.root, os.Getenv("PATH"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reader.Versions(t.Context(), r.head()); err == nil || !strings.Contains(err.Error(), "fetches the whole history") {
		t.Errorf("error %v", err)
	}
	if objects() != before {
		t.Error("something was fetched")
	}
}

func TestItEndsWithItsContext(t *testing.T) {
	reader, err := commits.Open(t.Context(), newRepository(t).root, os.Getenv("PATH"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := reader.Commits(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
