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
	if file, rest := r.packageOf("go.mod", path); file != "" {
		return r.goFiles(join(filepath.Dir(file), rest))
	}
	return nil
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
