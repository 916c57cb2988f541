package patch

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/natefinch/atomic"
)

// Why a file is not written.
var (
	ErrOutside   = errors.New("outside the folder that may be written")
	ErrProtected = errors.New("it can run programs or change settings, so it is only edited by hand")
	ErrChanged   = errors.New("changed since it was read: run the command again")
	ErrKind      = errors.New("no regular file that may be written")
)

// Write puts after into the file at path, absolute or relative to root. The
// file that symbolic links lead to is written, and only if it lies inside root,
// still holds what was read, and is no place of [Protected]. It is replaced in
// one step: readers see the old text or the new one. Its mode is kept.
func Write(root, path string, read, after []byte) error {
	real, err := resolve(root, path)
	if err != nil {
		return fmt.Errorf("patch: %s: %w", path, err)
	}
	info, err := os.Lstat(real)
	if err != nil {
		return fmt.Errorf("patch: %w", err)
	}
	// Looked at before it is read: reading a FIFO would wait for ever.
	if !info.Mode().IsRegular() || info.Mode().Perm()&0o200 == 0 {
		return fmt.Errorf("patch: %s: %w", path, ErrKind)
	}
	if info.Size() != int64(len(read)) { // a file that grew to gigabytes is not read
		return fmt.Errorf("patch: %s: %w", path, ErrChanged)
	}
	now, err := os.ReadFile(real)
	if err != nil {
		return fmt.Errorf("patch: %w", err)
	}
	if !bytes.Equal(now, read) {
		return fmt.Errorf("patch: %s: %w", path, ErrChanged)
	}
	if err := atomic.WriteFile(real, bytes.NewReader(after)); err != nil {
		return fmt.Errorf("patch: writing %s: %w", path, err)
	}
	return nil
}

// resolve is the file that path leads to. Both the name that was asked for and
// the one it leads to have to be fit: a link must not open what a name may not.
func resolve(root, path string) (string, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(root, path)
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	realRoot, err := filepath.EvalSymlinks(root)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(realRoot, real)
	if err != nil || !filepath.IsLocal(rel) {
		return "", ErrOutside
	}
	if Protected(rel) || named(root, path) {
		return "", ErrProtected
	}
	return real, nil
}

// named says whether the name that was asked for is protected. It may reach
// into root by another way, and then its own folders say nothing.
func named(root, path string) bool {
	rel, err := filepath.Rel(root, filepath.Clean(path))
	return err == nil && filepath.IsLocal(rel) && Protected(rel)
}

// Protected says whether a path inside a repository, at any depth, is one of the
// places by which it runs programs or changes an editor's settings: what a model
// wrote goes there only with a person's explicit confirmation
// (docs/security.md row 14). Names are compared as the most lenient file
// systems do, which ignore case, invisible characters and dots at the end.
func Protected(rel string) bool {
	parts := strings.Split(filepath.ToSlash(rel), "/")
	for i := range parts {
		parts[i] = lenient(parts[i])
	}
	for i, part := range parts {
		switch part {
		case ".git", "git~1", ".vscode", ".zed", ".helix", ".envrc", ".nvim.lua", ".nvimrc", ".exrc", ".sopro.toml":
			return true
		case "workflows":
			if slices.Contains(parts[:i], ".github") {
				return true
			}
		}
	}
	return false
}

// lenient is a file name without what some file system does not look at.
func lenient(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return folded(r)
	}, name)
	return strings.TrimRight(name, ". ")
}

// folded is the least of the letters that differ from r in case only, in lower
// case: ſ and S become s.
func folded(r rune) rune {
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	return unicode.ToLower(least)
}
