package server

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.lsp.dev/uri"

	"sopro/internal/ngram"
)

// TestFoldersShareTheBound checks that many folders are read no further than one, that none is without for one that is huge, and that what the small
// ones leave the others have, wherever they stand.
func TestFoldersShareTheBound(t *testing.T) {
	for _, c := range []struct {
		story string
		bound share
		sizes []int // files of 5 bytes; below 0, of as many that are not read
		want  string
	}{
		{"three", share{9, 1 << 20}, []int{20, 1, 20}, "[3 1 5]"},
		{"all of them huge", share{50, 1 << 20}, []int{90, 90, 90, 90, 90}, "[10 10 10 10 10]"},
		{"the first is huge", share{50, 1 << 20}, []int{90, 1, 2, 1, 1}, "[45 1 2 1 1]"},
		{"the last is huge", share{50, 1 << 20}, []int{1, 2, 1, 1, 90}, "[1 2 1 1 45]"},
		{"two are huge", share{50, 1 << 20}, []int{90, 90, 1, 1, 1}, "[23 24 1 1 1]"},
		{"one is huge and one large", share{50, 1 << 20}, []int{90, 14, 1, 1, 1}, "[33 14 1 1 1]"},
		{"what is left is not worth another walk", share{50, 1 << 20}, []int{90, 90, 90, 90, 8}, "[10 10 10 10 8]"},
		{"one is full of what is not read", share{10, 1 << 20}, []int{-200, 3}, "[0 3]"},
		{"in bytes", share{1000, 250}, []int{90, 1, 1, 1, 1}, "[46 1 1 1 1]"},
	} {
		t.Run(c.story, func(t *testing.T) {
			s := New(Parts{})
			f := &feeding{s: s, builtin: ngram.New(ngram.Options{}), known: map[string]knownFile{}, open: map[uri.URI]string{}, aside: map[string]uri.URI{}}
			w := &walk{rules: f.rules(), seen: map[string]bool{}, cut: map[string]bool{}, left: c.bound}
			var roots []string
			for _, size := range c.sizes {
				root := resolved(t.TempDir())
				text := "text\n"
				if size < 0 {
					text, size = "\x00", -size
				}
				for n := range size {
					if err := os.WriteFile(filepath.Join(root, fmt.Sprintf("%d.txt", n)), []byte(text), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				roots = append(roots, root)
			}
			f.walkFolders(t.Context(), w, roots)
			got := make([]int, len(roots))
			for path := range w.seen {
				for i, root := range roots {
					if filepath.Dir(path) == root {
						got[i]++
					}
				}
			}
			if fmt.Sprint(got) != c.want {
				t.Errorf("of %v files %v are read, want %s", c.sizes, got, c.want)
			}
		})
	}
}
