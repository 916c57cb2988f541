package workspace

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Program looks for a program by name in the folders that a PATH names absolutely, and returns its absolute path, "" where there
// is none. What lies in a workspace at one of the roots, also by a link, is passed over and returned as inside: a workspace starts no
// program (docs/security.md row 12).
func Program(path, name string, roots ...string) (found, inside string) {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	for _, folder := range filepath.SplitList(path) {
		if !filepath.IsAbs(folder) {
			continue // "." and "bin" would be of the workspace
		}
		file := filepath.Join(folder, name)
		info, err := os.Stat(file)
		if err != nil || !executable(info) {
			continue
		}
		real, err := filepath.EvalSymlinks(file)
		if err != nil || slices.ContainsFunc(roots, func(root string) bool { return liesIn(real, root) || liesIn(file, root) }) {
			inside = file
			continue
		}
		return file, inside
	}
	return "", inside
}

func executable(info fs.FileInfo) bool {
	return info.Mode().IsRegular() && (runtime.GOOS == "windows" || info.Mode().Perm()&0o111 != 0)
}

// liesIn reports whether a path lies in a folder, links of the folder resolved too.
func liesIn(path, folder string) bool {
	folders := []string{folder}
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		folders = append(folders, real)
	}
	for _, f := range folders {
		if rel, err := filepath.Rel(f, path); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return true
		}
	}
	return false
}
