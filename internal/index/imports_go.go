package index

import (
	"path/filepath"
	"slices"
	"strings"
)

// goPackage is the files of a package: in the module that the file is of, in another module of the workspace, in vendor.
func (r resolver) goPackage(from, path string) []string {
	for folder := range up(from) {
		if m, ok := r.manifest(filepath.Join(folder, "go.mod")); ok {
			if rest, ok := below(path, m.module); ok {
				return r.goFiles(join(folder, rest))
			}
			if found := r.goFiles(join(folder, "vendor/"+path)); len(found) > 0 {
				return found
			}
		}
	}
	longest, at := "", ""
	for _, file := range r.named("go.mod") {
		if m, ok := r.manifest(file); ok {
			if rest, ok := below(path, m.module); ok && len(m.module) > len(longest) {
				longest, at = m.module, join(filepath.Dir(file), rest)
			}
		}
	}
	if longest == "" {
		return nil
	}
	return r.goFiles(at)
}

func (r resolver) goFiles(folder string) []string {
	return slices.DeleteFunc(r.source(folder, ".go"), func(path string) bool { return strings.HasSuffix(path, "_test.go") })
}

// below is what of a path stands behind a prefix that ends where a part of the path does.
func below(path, prefix string) (rest string, ok bool) {
	if path == prefix {
		return "", true
	}
	rest, ok = strings.CutPrefix(path, prefix+"/")
	return rest, ok && prefix != ""
}
