// Package commits reads what was typed into a repository: the lines that its commits added.
//
// A repository is hostile until shown otherwise, and git obeys the repository that it runs in: its configuration can name
// programs for a pager, a diff, a filter, a hook, a monitor of files. So git is found by an absolute path outside of the
// repository, is told each time to run none of these, speaks to no network and asks nobody, and is asked for two things
// alone, the list of commits and the differences that a commit made (docs/security.md row 11). Nothing touches the work tree.
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

	"sopro/internal/clean"
	"sopro/internal/patch"
	"sopro/internal/workspace"
)

// Repository is one on disk, with or without a work tree.
type Repository struct{ git, root string }

// Open finds git for a repository. path is the PATH to look in.
func Open(root, path string) (*Repository, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(root); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s is no folder: name a git repository", root)
	}
	git, inside := workspace.Program(path, "git", root)
	switch {
	case git != "":
		return &Repository{git: git, root: root}, nil
	case inside != "":
		return nil, fmt.Errorf("git was found only in the repository itself, at %s: that one is not run", inside)
	}
	return nil, errors.New("git is not installed: it reads the commits")
}

// guards go before every command: nothing that the repository names is run.
var guards = []string{"-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-pager", "--no-optional-locks"}

// Commits are the newest commits that are no merges, at most so many, the newest first.
func (r *Repository) Commits(ctx context.Context, most int) ([]string, error) {
	out, err := r.run(ctx, "rev-list", "--no-merges", fmt.Sprintf("--max-count=%d", most), "HEAD")
	if err != nil {
		return nil, err
	}
	return strings.Fields(string(out)), nil
}

// Versions are the files that a commit changed. One whose differences weigh more than maxDiff has none: nobody typed them.
func (r *Repository) Versions(ctx context.Context, commit string) ([]patch.Version, error) {
	out, err := r.run(ctx, "diff-tree", "-p", "--no-ext-diff", "--no-textconv", "--no-commit-id", "--unified=1000000", commit)
	if err != nil || len(out) > maxDiff {
		return nil, err
	}
	return patch.Versions(out)
}

// maxDiff is what one commit may say, in bytes: files are shown whole.
const maxDiff = 4 << 20

func (r *Repository) run(parent context.Context, args ...string) ([]byte, error) {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	c := exec.CommandContext(ctx, r.git, append(guards[:len(guards):len(guards)], args...)...)
	c.Dir = r.root
	c.Env = []string{
		"GIT_ALLOW_PROTOCOL=", "GIT_NO_LAZY_FETCH=1", "GIT_TERMINAL_PROMPT=0", "PATH=", "LC_ALL=C",
		"HOME=" + os.Getenv("HOME"), "XDG_CONFIG_HOME=" + os.Getenv("XDG_CONFIG_HOME"), // the person's own configuration is trusted
		"USERPROFILE=" + os.Getenv("USERPROFILE"), "SYSTEMROOT=" + os.Getenv("SYSTEMROOT"),
	}
	var errs bytes.Buffer
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
		if parent.Err() != nil {
			return nil, parent.Err()
		}
		first, _, _ := strings.Cut(errs.String(), "\n")
		return nil, fmt.Errorf("git %s in %s: %s", args[0], r.root, clean.Message(first))
	}
	return said, readErr
}
