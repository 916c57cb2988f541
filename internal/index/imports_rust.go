package index

import (
	"path/filepath"
	"strings"
)

// rust is the file of the module that a path leads into: crate, self, super, the name of a crate of the workspace, or that of a module beside
// the file.
func (r resolver) rust(from, path string) []string {
	parts := strings.Split(path, "::")
	folder := rustFolder(from)
	switch parts[0] {
	case "crate":
		return r.rustCrate(r.crateOf(from), parts[1:])
	case "self":
		return r.rustModule(folder, parts[1:])
	case "super":
		for len(parts) > 0 && parts[0] == "super" {
			folder, parts = filepath.Dir(folder), parts[1:]
		}
		return r.rustModule(folder, parts)
	}
	if found := r.rustInner(folder, parts); len(found) > 0 {
		return found
	}
	if file := r.module("Cargo.toml", parts[0]); file != "" {
		return r.rustCrate(filepath.Join(filepath.Dir(file), "src"), parts[1:])
	}
	return nil
}

// crateOf is the folder of the root of the crate that a file is of: src below the nearest Cargo.toml.
func (r resolver) crateOf(from string) string {
	for folder := range up(from) {
		if r.has(filepath.Join(folder, "Cargo.toml")) {
			return filepath.Join(folder, "src")
		}
	}
	return filepath.Dir(from)
}

// rustFolder is where the modules in a file lie: beside the root of a crate, as each file of some folders is, else in a folder of the file's name.
func rustFolder(path string) string {
	folder := filepath.Dir(path)
	switch filepath.Base(path) {
	case "mod.rs", "lib.rs", "main.rs", "build.rs":
		return folder
	}
	switch filepath.Base(folder) {
	case "tests", "examples", "benches", "bin":
		return folder
	}
	return strings.TrimSuffix(path, ".rs")
}

// rustCrate is the file of a path in a crate; what its root declares itself stands there.
func (r resolver) rustCrate(folder string, parts []string) []string {
	return r.firstOf(r.rustInner(folder, parts), r.first(filepath.Join(folder, "lib.rs"), filepath.Join(folder, "main.rs")))
}

// rustModule is the file of a path in the module of a folder; what that declares itself stands in its own file.
func (r resolver) rustModule(folder string, parts []string) []string {
	return r.firstOf(r.rustInner(folder, parts),
		r.first(folder+".rs", filepath.Join(folder, "mod.rs"), filepath.Join(folder, "lib.rs"), filepath.Join(folder, "main.rs")))
}

// rustInner is the file of the innermost module of a path that has one.
func (r resolver) rustInner(folder string, parts []string) (found []string) {
	for _, part := range parts {
		folder = filepath.Join(folder, part)
		inner := r.first(folder+".rs", filepath.Join(folder, "mod.rs"))
		if len(inner) == 0 {
			return found
		}
		found = inner
	}
	return found
}
