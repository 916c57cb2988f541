// Package commits reads what was typed into a repository: the lines that its commits added.
//
// A repository is hostile until shown otherwise, and git obeys the repository that it runs in: its configuration can name
// programs for a pager, a diff, a filter, a hook, a monitor of files. So git is found by an absolute path outside of the
// repository, is told each time to run none of these, speaks to no network and asks nobody. It is asked where the repository's
// own folder is, and from there, with no work tree to look at, for two things alone: the list of commits and the differences that
// a commit made (docs/security.md row 11).
package commits

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"sopro/internal/clean"
	"sopro/internal/patch"
	"sopro/internal/workspace"
)

// Repository is one on disk, with or without a work tree.
type Repository struct {
	git, root string
	folder    string        // git's own, absolute: .git or a bare repository
	within    time.Duration // how long one call may take
}

// slowest is how long git may take for one call: a repository can make it wait for ever.
const slowest = 20 * time.Second

// Open finds git for a repository, neither in that nor in the workspace that this is called in. path is the PATH to look in.
func Open(ctx context.Context, root, path string) (*Repository, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(root); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s is no folder: name a git repository", root)
	}
	roots := []string{root, workspace.Root(root)}
	if here, err := os.Getwd(); err == nil {
		roots = append(roots, workspace.Root(here))
	}
	git, inside := workspace.Program(path, "git", roots...)
	switch {
	case git == "" && inside != "":
		return nil, fmt.Errorf("git was found only in the repository itself, at %s: that one is not run", inside)
	case git == "":
		return nil, errors.New("git is not installed: it reads the commits")
	}
	r := &Repository{git: git, root: root, within: slowest}
	folder, err := r.run(ctx, root, "rev-parse", "--absolute-git-dir")
	if err != nil {
		return nil, err
	}
	r.folder = strings.TrimSuffix(string(folder), "\n")
	return r, nil
}

// guards go before every command: nothing that the repository names is run, and a diff is written as we read it.
var guards = []string{
	"-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "diff.suppressBlankEmpty=false", "--no-pager", "--no-optional-locks",
}

// Commits are the newest commits that are no merges, at most so many, the newest first.
func (r *Repository) Commits(ctx context.Context, most int) ([]string, error) {
	out, err := r.read(ctx, "rev-list", "--no-merges", fmt.Sprintf("--max-count=%d", most), "HEAD", "--")
	if err != nil {
		return nil, err
	}
	return strings.Fields(string(out)), nil
}

// Versions are the files that a commit changed. One whose differences weigh more than maxDiff has none: nobody typed them.
func (r *Repository) Versions(ctx context.Context, commit string) ([]patch.Version, error) {
	out, err := r.read(ctx, "diff-tree", "-p", "--no-ext-diff", "--no-textconv", "--no-commit-id", "--unified=1000000", commit, "--")
	if err != nil || len(out) > maxDiff {
		return nil, err
	}
	return patch.Versions(out)
}

// read runs git where git itself lies, which stands for the work tree: that of the repository is not looked at.
func (r *Repository) read(ctx context.Context, args ...string) ([]byte, error) {
	here := filepath.Dir(r.git)
	return r.run(ctx, here, append([]string{"--git-dir=" + r.folder, "--work-tree=" + here}, args...)...)
}

// maxDiff is what one commit may say, in bytes: files are shown whole.
const maxDiff = 4 << 20

func (r *Repository) run(parent context.Context, folder string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(parent, r.within)
	defer cancel()
	c := exec.CommandContext(ctx, r.git, append(guards[:len(guards):len(guards)], args...)...)
	c.Dir, c.WaitDelay = folder, time.Second
	c.Env = []string{
		"GIT_ALLOW_PROTOCOL=", "GIT_NO_LAZY_FETCH=1", "GIT_TERMINAL_PROMPT=0", "PATH=", "LC_ALL=C",
		"HOME=" + os.Getenv("HOME"), "XDG_CONFIG_HOME=" + os.Getenv("XDG_CONFIG_HOME"), // the person's own configuration is trusted
		"USERPROFILE=" + os.Getenv("USERPROFILE"), "SYSTEMROOT=" + os.Getenv("SYSTEMROOT"),
	}
	var errs lastWords
	c.Stderr = &errs
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("git cannot be run: %w", err)
	}
	said, readErr := io.ReadAll(io.LimitReader(out, maxDiff+1))
	if len(said) > maxDiff {
		cancel() // the rest is not read
		_ = c.Wait()
		return said, nil
	}
	if err := c.Wait(); err != nil {
		switch {
		case parent.Err() != nil:
			return nil, parent.Err()
		case ctx.Err() != nil:
			return nil, fmt.Errorf("git was not done with %s after %v", r.root, r.within)
		}
		return nil, fmt.Errorf("git in %s: %s", r.root, errs.line())
	}
	return said, readErr
}

// lastWords keep the end of what is written to them: git says last why it fails.
type lastWords []byte

const mostWords = 4 << 10

func (w *lastWords) Write(text []byte) (int, error) {
	*w = append(*w, text...)
	*w = append((*w)[:0], (*w)[max(0, len(*w)-mostWords):]...)
	return len(text), nil
}

// line is the last one, in words that somebody can act on where git has none.
func (w lastWords) line() string {
	text := bytes.TrimSpace(w)
	if bytes.Contains(text, []byte("promisor")) {
		return "the clone is a partial one, without the older files: \"git fetch --refetch --no-filter\" fetches the whole history"
	}
	return clean.Message(string(text[bytes.LastIndexByte(text, '\n')+1:]))
}
