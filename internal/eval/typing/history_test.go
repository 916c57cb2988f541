package typing

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sopro/internal/eval/commits"
)

// TestCommitsThatCannotBeRead: they are passed over, and told only where none can be.
func TestCommitsThatCannotBeRead(t *testing.T) {
	root := t.TempDir()
	git := func(args ...string) string {
		t.Helper()
		c := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@b"}, args...)...)
		c.Dir = root
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	git("init", "-q")
	const lines = "\nfunc g(values []int) int {\n\treturn len(values)\n}\n"
	for _, name := range []string{"a.go", "b.go"} {
		for _, text := range []string{"package a\n", "package a\n" + lines} {
			if err := os.WriteFile(filepath.Join(root, name), []byte("// "+name+"\n"+text+"\nvar x = 1\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			git("add", ".")
			git("commit", "-q", "--no-verify", "-m", name)
		}
	}
	repository, err := commits.Open(t.Context(), root, os.Getenv("PATH"))
	if err != nil {
		t.Fatal(err)
	}
	h := History{Name: "r", Repository: repository}
	for i, name := range []string{"a.go", "b.go"} {
		object := git("rev-parse", "HEAD:"+name)
		if err := os.Remove(filepath.Join(root, ".git", "objects", object[:2], object[2:])); err != nil {
			t.Fatal(err)
		}
		traces, err := h.Cut(t.Context(), 10, 1)
		if want := 1 - i; len(traces) != want || (err == nil) != (want > 0) {
			t.Errorf("without %s: %d traces, %v", name, len(traces), err)
		}
	}
}
