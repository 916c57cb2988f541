package workspace

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tree builds a folder from names and contents; a name that ends in "/" is an
// empty folder, a content that begins with "-> " a symbolic link.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	grow(t, root, files)
	return root
}

func grow(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if strings.HasSuffix(name, "/") {
			must(t, os.MkdirAll(path, 0o755))
			continue
		}
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		if target, link := strings.CutPrefix(text, "-> "); link {
			must(t, os.Symlink(target, path))
			continue
		}
		must(t, os.WriteFile(path, []byte(text), 0o644))
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// walk lists what a walk yields, in its order, and its error.
func walk(t *testing.T, root string, o Options) ([]string, error) {
	t.Helper()
	var list []string
	for f, err := range Walk(context.Background(), root, o) {
		if err != nil {
			return list, err
		}
		if f.Path != filepath.Join(root, filepath.FromSlash(f.Rel)) {
			t.Errorf("path %s does not lie at %s in %s", f.Path, f.Rel, root)
		}
		list = append(list, f.Rel)
	}
	return list, nil
}

// expectWalk builds a tree and checks what a walk of it yields, in order.
func expectWalk(t *testing.T, files map[string]string, want ...string) {
	t.Helper()
	got, err := walk(t, tree(t, files), Options{})
	must(t, err)
	if !slices.Equal(got, want) {
		t.Errorf("walked %q, want %q", got, want)
	}
}
