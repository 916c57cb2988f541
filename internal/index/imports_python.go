package index

import (
	"path/filepath"
	"strings"

	"sopro/internal/syntax"
)

// python is the module that an import names, and the modules among the names that it takes from it. Relative ones begin at the package of the
// file; absolute ones at a folder above it, at src or lib there, or anywhere in the workspace.
func (r resolver) python(from string, i syntax.Import) []string {
	path := strings.TrimLeft(i.Path, ".")
	relative := strings.ReplaceAll(path, ".", "/")
	if dots := len(i.Path) - len(path); dots > 0 {
		folder := filepath.Dir(from)
		for range dots - 1 {
			folder = filepath.Dir(folder)
		}
		return r.pythonModule(join(folder, relative), i.Names)
	}
	for folder := range up(from) {
		for _, under := range []string{"", "src/", "lib/"} {
			if found := r.pythonModule(join(folder, under+relative), i.Names); len(found) > 0 {
				return found
			}
		}
	}
	if !strings.Contains(relative, "/") {
		return nil // a name alone is mostly of a library
	}
	return r.firstOf(r.ending(from, relative+".py"), r.ending(from, relative+"/__init__.py"))
}

// pythonModule is the files of the module at a path without its ending, and of the modules of these names in it.
func (r resolver) pythonModule(path string, names []string) []string {
	found := r.first(path+".py", path+".pyi", filepath.Join(path, "__init__.py"), filepath.Join(path, "__init__.pyi"))
	for _, name := range names {
		inner := filepath.Join(path, name)
		found = append(found, r.first(inner+".py", filepath.Join(inner, "__init__.py"))...)
	}
	return found
}
