package patch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// place makes a repository at repo/ with a neighbour outside/.
func place(t *testing.T) (repo, outside string) {
	t.Helper()
	top := t.TempDir()
	repo, outside = filepath.Join(top, "repo"), filepath.Join(top, "outside")
	for path, text := range map[string]string{
		"repo/main.go":                  "before",
		"repo/lib/lib.go":               "before",
		"repo/.git/config":              "before",
		"repo/.git/hooks/pre-commit":    "before",
		"repo/sub/.GIT/config":          "before",
		"repo/.vscode/settings.json":    "before",
		"repo/.zed/tasks.json":          "before",
		"repo/.helix/config.toml":       "before",
		"repo/.github/workflows/ci.yml": "before",
		"repo/.github/CODEOWNERS":       "before",
		"repo/.envrc":                   "before",
		"repo/lib/.envrc":               "before",
		"repo/.nvim.lua":                "before",
		"repo/.sopro.toml":              "before",
		"repo/.g\u200cit/config":        "before",
		"outside/.bashrc":               "before",
	} {
		path = filepath.Join(top, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{
		"repo/inside.go": "lib/lib.go",
		"repo/out.go":    "../outside/.bashrc",
		"repo/outdir":    outside,
		"repo/hook":      ".git/hooks/pre-commit",
		"repo/loop.go":   "loop.go",
		"repo/.vscode/x": "../lib/lib.go",
		"repo/none.go":   "nothing.go",
		"link":           "repo",
	} {
		if err := os.Symlink(target, filepath.Join(top, link)); err != nil {
			t.Fatal(err)
		}
	}
	return repo, outside
}

func TestWrite(t *testing.T) {
	repo, _ := place(t)
	for path, target := range map[string]string{
		"main.go":                         "main.go",
		filepath.Join(repo, "lib/lib.go"): "lib/lib.go",
		"lib/../main.go":                  "main.go",
		"inside.go":                       "lib/lib.go",
		".github/CODEOWNERS":              ".github/CODEOWNERS",
	} {
		t.Run(path, func(t *testing.T) {
			real := filepath.Join(repo, target)
			read, err := os.ReadFile(real)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(real, 0o754); err != nil {
				t.Fatal(err)
			}
			after := "after " + path
			if err := Write(repo, path, read, []byte(after)); err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(real); err != nil || string(got) != after {
				t.Errorf("%q, %v", got, err)
			}
			if info, err := os.Lstat(real); err != nil || info.Mode() != 0o754 {
				t.Errorf("mode %v, %v", info.Mode(), err)
			}
		})
	}
	if info, err := os.Lstat(filepath.Join(repo, "inside.go")); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Error("the link itself was replaced")
	}
	entries, err := os.ReadDir(repo)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "main.go") && e.Name() != "main.go" {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

func TestWriteThroughLinkedRoot(t *testing.T) {
	repo, _ := place(t)
	link := filepath.Join(filepath.Dir(repo), "link")
	if err := Write(link, filepath.Join(link, "main.go"), []byte("before"), []byte("after")); err != nil {
		t.Error(err)
	}
	if err := Write(link, filepath.Join(repo, "lib/lib.go"), []byte("before"), []byte("after")); err != nil {
		t.Error(err)
	}
}

// The rows 13 to 15 of docs/security.md.
func TestWriteRefuses(t *testing.T) {
	for path, want := range map[string]error{
		"../outside/.bashrc":        ErrOutside,
		"lib/../../outside/.bashrc": ErrOutside,
		"out.go":                    ErrOutside,
		"outdir/.bashrc":            ErrOutside,
		"/ABS/outside/.bashrc":      ErrOutside,

		".git/config":                  ErrProtected,
		"hook":                         ErrProtected,
		".vscode/x":                    ErrProtected,
		"sub/.GIT/config":              ErrProtected,
		".g\u200cit/config":            ErrProtected,
		".vscode/settings.json":        ErrProtected,
		"lib/../.vscode/settings.json": ErrProtected,
		".zed/tasks.json":              ErrProtected,
		".helix/config.toml":           ErrProtected,
		".github/workflows/ci.yml":     ErrProtected,
		".envrc":                       ErrProtected,
		"lib/.envrc":                   ErrProtected,
		".nvim.lua":                    ErrProtected,
		".sopro.toml":                  ErrProtected,

		"lib":         ErrKind,
		"pipe":        ErrKind,
		"readonly.go": ErrKind,
		"edited.go":   ErrChanged,
		"longer.go":   ErrChanged,
		"none.go":     fs.ErrNotExist,
		"nothing.go":  fs.ErrNotExist,
	} {
		t.Run(path, func(t *testing.T) {
			repo, outside := place(t)
			oddities(t, repo)
			path := strings.Replace(path, "/ABS", filepath.Dir(repo), 1)
			if err := Write(repo, path, []byte("before"), []byte("after")); !errors.Is(err, want) {
				t.Errorf("error %v, want %v", err, want)
			}
			for _, dir := range []string{repo, outside} {
				untouched(t, dir)
			}
		})
	}
	repo, _ := place(t)
	if err := Write(repo, "loop.go", []byte("before"), []byte("after")); err == nil {
		t.Error("a link to itself was written")
	}
}

// oddities adds what is no ordinary file, and files that changed since.
func oddities(t *testing.T, repo string) {
	t.Helper()
	if err := syscall.Mkfifo(filepath.Join(repo, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"edited.go": "BEFORE", "longer.go": "before and more", "readonly.go": "before"} {
		if err := os.WriteFile(filepath.Join(repo, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(repo, "readonly.go"), 0o444); err != nil {
		t.Fatal(err)
	}
}

// untouched checks that nothing under dir was written or left behind.
func untouched(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.EqualFold(string(text[:min(6, len(text))]), "before") {
			return err
		}
		t.Errorf("%s holds %q", path, text)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestProtected(t *testing.T) {
	for path, want := range map[string]bool{
		".git":                       true,
		".Git/HEAD":                  true,
		"GIT~1/config":               true,
		".git. /config":              true,
		"a/.github/workflows/x.yml":  true,
		".github/workflowſ/x.yml":    true,
		".github/dependabot.yml":     false,
		"workflows/x.yml":            false,
		".gitignore":                 false,
		"git/x.go":                   false,
		"src/envrc.go":               false,
		"docs/.sopro.toml.md":        false,
		"deep/down/here/.SOPRO.toml": true,
	} {
		if got := Protected(path); got != want {
			t.Errorf("%q: %v", path, got)
		}
	}
}
