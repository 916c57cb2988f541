package holes

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"sopro/internal/syntax"
	"sopro/internal/workspace"
)

// Repository is the source files of one folder, and what they know.
type Repository struct {
	Name  string
	Root  string
	Files []File // in the order of the walk

	known   map[string]map[string]int // how many files have a name, by language and name
	windows map[string]*windows       // by language
}

// File is one of them.
type File struct {
	workspace.File
	Language string
	Text     string

	words words
}

// Read reads the folder as Sopro reads a workspace: what git ignores, secret and binary files, and those that o leaves out,
// are not there.
func Read(ctx context.Context, root string, o workspace.Options) (*Repository, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	r := &Repository{Name: filepath.Base(root), Root: root}
	for f, err := range workspace.Walk(ctx, root, o) {
		if errors.Is(err, workspace.ErrLimit) {
			break // what is there counts
		}
		if err != nil {
			return nil, err
		}
		if text, err := workspace.Read(root, f, o); err == nil {
			r.add(File{File: f, Text: text})
		}
	}
	if len(r.Files) == 0 {
		return nil, fmt.Errorf("%s has no source files that can be parsed: name the folder of a project, and of a bare repository a clone", root)
	}
	r.learn()
	return r, nil
}

// add takes a file in if it is source code.
func (r *Repository) add(f File) {
	first, _, _ := strings.Cut(f.Text, "\n")
	f.Language = syntax.Detect("", f.Rel, first).ID()
	if related[f.Language] != "" && !strings.Contains(f.Text, "\r") {
		f.words = wordsOf(f.Text)
		r.Files = append(r.Files, f)
	}
}

// learn counts who knows what.
func (r *Repository) learn() {
	r.known, r.windows = map[string]map[string]int{}, map[string]*windows{}
	for i := range r.Files {
		f := &r.Files[i]
		kin := related[f.Language]
		if r.known[kin] == nil {
			r.known[kin], r.windows[kin] = map[string]int{}, &windows{with: map[string][]int{}}
		}
		for name := range f.words {
			r.known[kin][name]++
		}
		r.windows[kin].cut(f)
	}
}

// knows reports whether another file than f has a name.
func (r *Repository) knows(f *File, name string) bool {
	n := r.known[related[f.Language]][name]
	if f.words.has(name) {
		n--
	}
	return n > 0
}

// knowing are the files besides a hole's own that have a name, at most so many, in the order of the walk.
func (r *Repository) knowing(h *Hole, name string, most int) (paths []string) {
	for i := range r.Files {
		f := &r.Files[i]
		if len(paths) < most && f != h.file && related[f.Language] == related[h.Language] && f.words.has(name) {
			paths = append(paths, f.Rel)
		}
	}
	return paths
}
