package index

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"sopro/internal/syntax"
)

// Bounds of what imports lead to.
const (
	maxResolved  = 200 // files of one file's imports
	maxOfPackage = 40  // files that one import stands for: a folder of Go, a package of Java
	maxUp        = 40  // folders above a file
	maxThrough   = 3   // files that pass on what others declare: an index.ts, an __init__.py, a lib.rs
)

// Imports are the paths of the files that a file imports, in the order of its imports.
func (x *Index) Imports(ctx context.Context, path string) []string {
	e := shelf{x, ctx}.entry(path)
	if e == nil {
		return nil
	}
	return x.Resolve(ctx, path, e.language, imports(e.imports))
}

// Resolve are the paths of the files that imports of the file from lead to, whether it is in the index or not. When ctx ends, it is what was
// found so far.
func (x *Index) Resolve(ctx context.Context, from, language string, imports []syntax.Import) []string {
	return resolver{shelf{x, ctx}}.all(ctx, from, language, imports)
}

// tree is what the resolving of imports asks of an index. Paths are absolute.
type tree interface {
	has(path string) bool
	folder(path string) []string           // the files of a folder
	named(base, end string) []string       // the files of a name whose paths end so, in order
	module(base, name string) string       // the file of this base that describes the package of a name; "": none
	imports(path string) []syntax.Import   // of a file
	manifest(path string) (manifest, bool) // of a file that describes a package
}

// shelf is an index as a tree, for one question. It is locked for a moment for each answer.
type shelf struct {
	x   *Index
	ctx context.Context
}

func (s shelf) entry(path string) *entry {
	s.x.mu.RLock()
	defer s.x.mu.RUnlock()
	return s.x.files[path]
}

func (s shelf) has(path string) bool { return s.entry(path) != nil }

func (s shelf) folder(path string) []string {
	s.x.mu.RLock()
	defer s.x.mu.RUnlock()
	return paths(s.x.folders[path])
}

// named copies only what fits: a project has thousands of __init__.py, and each import of a library asks for them.
func (s shelf) named(base, end string) (all []string) {
	s.x.mu.RLock()
	defer s.x.mu.RUnlock()
	for _, e := range s.x.bases[base] {
		if strings.HasSuffix(e.path, end) {
			all = append(all, e.path)
		}
	}
	return all
}

func paths(entries []*entry) []string {
	all := make([]string, len(entries))
	for i, e := range entries {
		all[i] = e.path
	}
	return all
}

func (s shelf) imports(path string) []syntax.Import {
	if e := s.entry(path); e != nil {
		return imports(e.imports)
	}
	return nil
}

func (s shelf) manifest(path string) (manifest, bool) {
	e := s.entry(path)
	if e == nil {
		return manifest{}, false
	}
	return s.x.packages.of(path, e.key, func() (string, bool) { return s.x.text(e, 0, maxText) })
}

// resolver finds the files that imports stand for. It goes by how the languages and their usual tools lay out a project; what it does not find
// is of a library, or generated.
type resolver struct{ tree }

// resolve finds the files of one import in a file of a language. Those of a kin language count too.
func (r resolver) resolve(from, language string, i syntax.Import) []string {
	switch kin(language) {
	case "go":
		return r.goPackage(from, i.Path)
	case "python":
		return r.python(from, i)
	case "javascript":
		return r.script(from, i.Path)
	case "rust":
		return r.rust(from, i.Path)
	case "java":
		return r.java(from, i)
	case "csharp":
		return r.csharp(from, i.Path)
	case "php":
		return r.php(from, i)
	case "c":
		return r.include(from, strings.Trim(i.Path, "<>"))
	case "ruby":
		return r.ruby(from, i.Path)
	case "lua":
		path := strings.ReplaceAll(i.Path, ".", "/")
		return r.firstOf(r.ending(from, path+".lua"), r.ending(from, path+"/init.lua"))
	case "proto":
		return r.ending(from, i.Path)
	}
	return nil
}

// all finds the files of all imports of a file, each once, without the file itself.
func (r resolver) all(ctx context.Context, from, language string, imports []syntax.Import) []string {
	var all []string
	seen := map[string]bool{from: true}
	for _, i := range imports {
		if ctx.Err() != nil {
			break
		}
		found := r.resolve(from, language, i)
		found = append(found, r.through(found, language, i.Names, 0)...)
		for _, path := range found[:min(len(found), maxOfPackage)] {
			if !seen[path] && len(all) < maxResolved {
				seen[path] = true
				all = append(all, path)
			}
		}
	}
	return all
}

// through finds the files behind those that only pass on what others declare, as far as they say that they pass on one of the names.
func (r resolver) through(paths []string, language string, names []string, depth int) (all []string) {
	if depth == maxThrough || len(names) == 0 || len(paths) > maxThrough {
		return nil
	}
	for _, path := range paths {
		if !passesOn(path) {
			continue
		}
		for _, i := range r.imports(path) {
			if slices.Contains(i.Names, "*") || slices.ContainsFunc(names, func(name string) bool { return name == "*" || slices.Contains(i.Names, name) }) {
				found := r.resolve(path, language, i)
				all = append(all, found...)
				all = append(all, r.through(found, language, names, depth+1)...)
			}
			if len(all) >= maxOfPackage {
				return all
			}
		}
	}
	return all
}

// passesOn says whether a file of this name mostly passes on what others declare.
func passesOn(path string) bool {
	switch stem(path) {
	case "__init__", "index", "mod", "lib", "main":
		return true
	}
	return false
}

// stem is the name of a file without its folder and what follows the first dot.
func stem(path string) string {
	base, _, _ := strings.Cut(filepath.Base(path), ".")
	return base
}

// up yields the folder of a file and those above it.
func up(from string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for folder, n := filepath.Dir(from), 0; n < maxUp && yield(folder) && filepath.Dir(folder) != folder; n++ {
			folder = filepath.Dir(folder)
		}
	}
}

// first is the first of files that there is.
func (r resolver) first(candidates ...string) []string {
	for _, path := range candidates {
		if r.has(path) {
			return []string{path}
		}
	}
	return nil
}

// firstOf is the first answer that is one.
func (r resolver) firstOf(answers ...[]string) []string {
	for _, a := range answers {
		if len(a) > 0 {
			return a
		}
	}
	return nil
}

// source is the files of a folder that end so.
func (r resolver) source(folder string, endings ...string) (all []string) {
	for _, path := range r.folder(folder) {
		if slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(path, e) }) && len(all) < maxOfPackage {
			all = append(all, path)
		}
	}
	return all
}

// ending is the files whose paths end with relative, which has slashes: those that are the fewest steps away, at most three.
func (r resolver) ending(from, relative string) []string {
	relative = filepath.FromSlash(strings.Trim(relative, "/"))
	if relative == "" {
		return nil
	}
	var near []string
	least := 0
	for _, path := range r.named(filepath.Base(relative), string(filepath.Separator)+relative) {
		if path != from {
			switch n := steps(filepath.Dir(path), filepath.Dir(from)); {
			case len(near) == 0 || n < least:
				near, least = []string{path}, n
			case n == least && len(near) < 3:
				near = append(near, path)
			}
		}
	}
	return near
}

// join is a folder and a path with slashes behind it.
func join(folder, relative string) string { return filepath.Join(folder, filepath.FromSlash(relative)) }
