package holes

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sopro/internal/document"
	"sopro/internal/index"
	"sopro/internal/syntax"
	"sopro/internal/workspace"
)

// Repository is the source files of one folder, and what they know.
type Repository struct {
	Name  string
	Root  string
	Files []File // in the order of the walk

	texts []index.File    // all that is text, as the index wants it, but for where it lies
	kin   map[string]*kin // by related
}

// File is one of them.
type File struct {
	workspace.File
	Language string
	Text     string

	words    Words
	declares Words
}

// Read reads the folder as Sopro reads a workspace: what git ignores, secret and binary files, and those that o leaves out,
// are not there.
func Read(ctx context.Context, root string, o workspace.Options) (*Repository, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(root); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s is no folder: name that of a project", root)
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
			r.add(ctx, f, text)
		}
	}
	if len(r.Files) == 0 {
		return nil, fmt.Errorf("%s has no source files: name the folder of a project, and of a bare repository a clone", root)
	}
	r.learn()
	return r, nil
}

// add takes a file in, for the index and, if it is source code, as one of Files.
func (r *Repository) add(ctx context.Context, file workspace.File, text string) {
	first, _, _ := strings.Cut(text, "\n")
	language := syntax.Detect("", file.Rel, first)
	r.texts = append(r.texts, index.File{
		Rel: file.Rel, Language: language.ID(), Text: text, Size: file.Size, ModTime: file.ModTime,
	})
	if related[language.ID()] == "" || strings.Contains(text, "\r") {
		return
	}
	f := File{File: file, Language: language.ID(), Text: text, words: WordsOf(text), declares: Words{}}
	declared, _ := syntax.Outline(ctx, language, document.New("", f.Language, 0, text))
	for _, d := range declared {
		f.declares[d.Name] = struct{}{}
	}
	r.Files = append(r.Files, f)
}

// Index is the workspace as the product would know it, in memory, with paths below root. Of the files in instead, by their paths in the
// repository, it has that text. The caller closes it.
func (r *Repository) Index(ctx context.Context, root string, instead map[string]string) (*index.Index, error) {
	x := index.Open(index.Options{})
	put := func(f index.File) error {
		f.Root, f.Path = root, filepath.Join(root, filepath.FromSlash(f.Rel))
		return x.Put(ctx, f)
	}
	for _, f := range r.texts {
		if _, ok := instead[f.Rel]; ok {
			continue
		}
		if err := put(f); err != nil {
			x.Close()
			return nil, err
		}
	}
	for _, rel := range slices.Sorted(maps.Keys(instead)) {
		text := instead[rel]
		first, _, _ := strings.Cut(text, "\n")
		if err := put(index.File{Rel: rel, Language: syntax.Detect("", rel, first).ID(), Text: text}); err != nil {
			x.Close()
			return nil, err
		}
	}
	return x, nil
}

// kin is the files whose names count for each other.
type kin struct {
	has, declares map[string]int // how many files have and declare a name
	windows       windows
}

// learn counts who knows what.
func (r *Repository) learn() {
	r.kin = map[string]*kin{}
	for i := range r.Files {
		f := &r.Files[i]
		k := r.kin[related[f.Language]]
		if k == nil {
			k = &kin{map[string]int{}, map[string]int{}, windows{with: map[string][]int{}}}
			r.kin[related[f.Language]] = k
		}
		for name := range f.words {
			k.has[name]++
		}
		for name := range f.declares {
			k.declares[name]++
		}
		k.windows.cut(f)
	}
}

// knows reports whether another file than f has a name, and whether another declares it.
func (r *Repository) knows(f *File, name string) (has, declares bool) {
	k := r.kin[related[f.Language]]
	return without(k.has[name], f.words.Has(name)) > 0, without(k.declares[name], f.declares.Has(name)) > 0
}

// without is a number without f's own.
func without(n int, own bool) int {
	if own {
		return n - 1
	}
	return n
}

// having are the files besides a hole's own that have a name, at most so many: those that declare it first.
func (r *Repository) having(h *Hole, name string, most int) []string {
	var declare, mention []string
	for i := range r.Files {
		f := &r.Files[i]
		switch {
		case f == h.file || related[f.Language] != related[h.Language] || !f.words.Has(name):
		case f.declares.Has(name):
			declare = append(declare, f.Rel)
		default:
			mention = append(mention, f.Rel)
		}
	}
	all := append(declare, mention...)
	return all[:min(len(all), most)]
}
