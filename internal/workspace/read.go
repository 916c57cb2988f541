package workspace

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"unicode/utf8"
)

// nonBlocking keeps an open from waiting for a FIFO's other end, should one
// stand where a file stood a moment ago.
const nonBlocking = syscall.O_NONBLOCK

// openRegular opens a plain file, in root or, without one, on the disk. It
// looks before it opens and makes sure that what it opened is what it saw: a
// link, a FIFO or a device that is put there in between is refused.
func openRegular(root *os.Root, name string) (*os.File, error) {
	lstat, open := os.Lstat, os.OpenFile
	if root != nil {
		lstat, open = root.Lstat, root.OpenFile
	}
	seen, err := lstat(name)
	if err != nil {
		return nil, err
	}
	if !seen.Mode().IsRegular() {
		return nil, &Refused{Rel: name, Why: "is not a plain file"}
	}
	f, err := open(name, os.O_RDONLY|nonBlocking, 0)
	if err != nil {
		return nil, err
	}
	opened, err := f.Stat()
	if err == nil && !(opened.Mode().IsRegular() && os.SameFile(seen, opened)) {
		err = &Refused{Rel: name, Why: "was exchanged while it was opened"}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Read returns the text of a file that Walk yielded. Time has passed since,
// so every rule but git's is asked again: the file still lies in root with no link on its way,
// is plain, not secret, not globbed out, within its size, text, and valid
// UTF-8. A file that grows without end is read to the bound and refused. The
// error is a [*Refused] where a rule says no.
func Read(root string, f File, o Options) (string, error) {
	path, r, err := openRoot(root)
	if err != nil {
		return "", err
	}
	defer r.Close()
	rel := filepath.ToSlash(filepath.Clean(filepath.FromSlash(f.Rel)))
	refuse := func(why string) (string, error) { return "", &Refused{Rel: rel, Why: why} }
	if !fs.ValidPath(rel) || rel == "." {
		return refuse("is not inside the folder")
	}
	full := filepath.Join(path, filepath.FromSlash(rel))
	resolved, err := filepath.EvalSymlinks(full)
	switch {
	case err != nil:
		return "", err
	case resolved != full:
		return refuse("is reached through a symbolic link")
	case Secret(full):
		return refuse("is a secret file by its name")
	case globbed(o.Ignore, rel):
		return refuse(shutOut)
	}
	file, err := openRegular(r, rel)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, o.maxFileBytes()+1))
	switch {
	case err != nil:
		return "", err
	case int64(len(text)) > o.maxFileBytes():
		return refuse(o.tooLarge())
	case binary(text):
		return refuse("is binary")
	case !utf8.Valid(text):
		return refuse("is not UTF-8")
	}
	return string(text), nil
}

// binary is git's rule.
func binary(text []byte) bool {
	return bytes.IndexByte(text[:min(len(text), sniffBytes)], 0) >= 0
}

// within reports whether path lies in dir, both clean, and where.
func within(dir, path string) (rel string, ok bool) {
	rel, err := filepath.Rel(dir, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}
