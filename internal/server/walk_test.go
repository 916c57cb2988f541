package server

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.lsp.dev/uri"

	"sopro/internal/ngram"
)

// TestFoldersShareTheBound checks that many folders are read no further than one, and that what one leaves the others have.
func TestFoldersShareTheBound(t *testing.T) {
	s := New(Parts{})
	f := &feeding{s: s, builtin: ngram.New(ngram.Options{}), known: map[string]knownFile{}, open: map[uri.URI]string{}, aside: map[string]uri.URI{}}
	w := &walk{rules: f.rules(), seen: map[string]bool{}, cut: map[string]bool{}, files: 9, bytes: 1 << 20}
	sizes := []int{20, 1, 20}
	var got []int
	for i, size := range sizes {
		root := t.TempDir()
		for n := range size {
			if err := os.WriteFile(filepath.Join(root, fmt.Sprintf("%d.txt", n)), []byte("text\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		before := len(w.seen)
		f.walkFolder(t.Context(), w, root, len(sizes)-i)
		got = append(got, len(w.seen)-before)
	}
	if fmt.Sprint(got) != "[3 1 5]" {
		t.Errorf("of %v files %v are read", sizes, got)
	}
}
