package workspace

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func TestWalkIsBreadthFirst(t *testing.T) {
	expectWalk(t, map[string]string{"a/deep/er/x.go": "x", "a/y.go": "y", "b/z.go": "z", "main.go": "m"},
		"main.go", "a/y.go", "b/z.go", "a/deep/er/x.go")
}

func TestWalkPassesOver(t *testing.T) {
	repo := func(files map[string]string) map[string]string {
		files[".git/HEAD"] = "ref: refs/heads/main"
		files["main.go"] = "package main"
		return files
	}
	for name, files := range map[string]map[string]string{
		"git's own folder":         {".git/config": "[core]", ".git/hooks/x.sh": "x"},
		"a submodule's .git":       {"lib/.git": "gitdir: ../.git/modules/lib"},
		"node_modules":             {"node_modules/x/index.js": "x", "web/node_modules/y.js": "y"},
		"caches that say so":       {"target/CACHEDIR.TAG": "Signature", "target/x.rs": "x"},
		"virtual environments":     {"env/pyvenv.cfg": "home", "env/lib/x.py": "x"},
		"vendored modules":         {"vendor/modules.txt": "# x", "vendor/x/x.go": "x"},
		"binary files":             {"a.out": "\x7fELF\x00\x00", "late": strings.Repeat("a", sniffBytes-1) + "\x00"},
		"large files":              {"big.txt": strings.Repeat("a", DefaultMaxFileBytes+1)},
		"secret files":             {".env": "KEY=1", "deploy/server.pem": "-----", "home/.aws/credentials": "x", "home/.ssh/config": "x", "ID_RSA": "x"},
		"a link to a file outside": {"passwd.txt": "-> /etc/passwd"},
		"a link to a file inside":  {"again.go": "-> main.go"},
		"a link to a secret":       {".env": "KEY=1", "harmless.go": "-> .env"},
		"a link to a folder":       {"etc": "-> /etc"},
		"a loop":                   {"sub/loop": "-> ..", "sub/self": "-> self"},
		"a device by a link":       {"zero.go": "-> /dev/zero"},
		"ignored files":            {".gitignore": "*.log\n/.gitignore\n", "a.log": "x", "b/c.log": "x"},
		"what an exclude names":    {".git/info/exclude": "notes.md\n", "notes.md": "x"},
		"an ignored parent":        {"out/.gitignore": "!*\n", "out/x.go": "x", ".gitignore": "out/\n.gitignore"},
	} {
		t.Run(name, func(t *testing.T) { expectWalk(t, repo(files), "main.go") })
	}
}

func TestWalkYields(t *testing.T) {
	for want, files := range map[string]map[string]string{
		"vendor/contract.go":       nil, // a package that is called so
		"token/token.go":           nil,
		".github/workflows/ci.yml": nil, // a hidden folder of a repository
		"far.txt":                  {"far.txt": strings.Repeat("a", sniffBytes) + "\x00"},
		"empty.py":                 {"empty.py": ""},
		"häuser und brücken.go":    nil,
		"max.txt":                  {"max.txt": strings.Repeat("a", DefaultMaxFileBytes)},
		"x.go":                     {"x.go": "x", "sub/.gitignore": "/x.go\n"},
		"long.go":                  {"long.go": "x", ".gitignore": "long.go\n" + strings.Repeat("#", maxIgnoreBytes)}, // rules past their bound
		"linked.go":                {"linked.go": "x", ".gitignore": "-> rules", "rules": "linked.go"},                // git does not follow them either
	} {
		t.Run(want, func(t *testing.T) {
			root := tree(t, map[string]string{".git/HEAD": "x", want: "x"})
			for name := range files {
				os.Remove(filepath.Join(root, name))
			}
			grow(t, root, files)
			got, err := walk(t, root, Options{})
			must(t, err)
			if !slices.Contains(got, want) {
				t.Errorf("walked %q, without %q", got, want)
			}
		})
	}
}

func TestWalkOutsideRepositoriesLeavesHiddenFolders(t *testing.T) {
	expectWalk(t, map[string]string{".bashrc": "x", ".config/app/x.toml": "x", ".mozilla/history.js": "x", "src/main.go": "x"},
		".bashrc", "src/main.go")
}

func TestWalkOfAFolderAlone(t *testing.T) {
	root := tree(t, map[string]string{"main.go": "x", "b.log": "x", ".gitignore": "*.log\n", "sub/c.go": "x"})
	got, err := walk(t, root, Options{Flat: true})
	must(t, err)
	if want := []string{".gitignore", "main.go"}; !slices.Equal(got, want) {
		t.Errorf("walked %q, want %q", got, want)
	}
}

func TestWalkHonoursRulesAboveTheRoot(t *testing.T) {
	root := tree(t, map[string]string{
		".git/info/exclude": "*.tmp", ".gitignore": "*.log\n/sub/gen\n!sub/keep.log", "sub/.gitignore": "local.go",
		"sub/gen/x.go": "x", "sub/keep.log": "x", "sub/a.log": "x", "sub/a.tmp": "x", "sub/local.go": "x", "sub/main.go": "x",
	})
	got, err := walk(t, filepath.Join(root, "sub"), Options{})
	must(t, err)
	if want := []string{".gitignore", "keep.log", "main.go"}; !slices.Equal(got, want) {
		t.Errorf("walked %q, want %q", got, want)
	}
}

func TestWalkGlobsOfTheUser(t *testing.T) {
	root := tree(t, map[string]string{"a.sql": "x", "db/b.sql": "x", "private/k/x.go": "x", "src/private.go": "x", "src/gen/y.go": "x", "main.go": "x"})
	got, err := walk(t, root, Options{Ignore: []string{"*.sql", "private/**", "/src/gen/", "[broken"}})
	must(t, err)
	if want := []string{"main.go", "src/private.go"}; !slices.Equal(got, want) {
		t.Errorf("walked %q, want %q", got, want)
	}
}

func TestWalkLivesThrough(t *testing.T) {
	t.Run("FIFOs and sockets", func(t *testing.T) {
		root := tree(t, map[string]string{"main.go": "x"})
		must(t, syscall.Mkfifo(filepath.Join(root, "pipe.go"), 0o644))
		must(t, syscall.Mkfifo(filepath.Join(root, ".gitignore"), 0o644))
		got, err := walk(t, root, Options{})
		must(t, err)
		if !slices.Equal(got, []string{"main.go"}) {
			t.Errorf("walked %q", got)
		}
	})
	t.Run("files that vanish meanwhile", func(t *testing.T) {
		root := tree(t, map[string]string{"a.go": "x", "b.go": "x", "sub/c.go": "x", "d.go": "x"})
		var got []string
		for f, err := range Walk(context.Background(), root, Options{}) {
			must(t, err)
			got = append(got, f.Rel)
			must(t, os.RemoveAll(filepath.Join(root, "b.go")))
			must(t, os.RemoveAll(filepath.Join(root, "sub")))
		}
		if want := []string{"a.go", "d.go"}; !slices.Equal(got, want) {
			t.Errorf("walked %q, want %q", got, want)
		}
	})
	t.Run("a folder exchanged for a link out of the root", func(t *testing.T) {
		root := tree(t, map[string]string{"a.go": "x", "sub/c.go": "x"})
		outside := tree(t, map[string]string{"stolen.go": "x"})
		for f, err := range Walk(context.Background(), root, Options{}) {
			must(t, err)
			if f.Rel != "a.go" {
				t.Errorf("walked %q", f.Rel)
			}
			must(t, os.RemoveAll(filepath.Join(root, "sub")))
			must(t, os.Symlink(outside, filepath.Join(root, "sub")))
		}
	})
	t.Run("a root that is a link", func(t *testing.T) {
		root := tree(t, map[string]string{"main.go": "x"})
		link := filepath.Join(t.TempDir(), "link")
		must(t, os.Symlink(root, link))
		n := 0
		for f, err := range Walk(context.Background(), link, Options{}) {
			must(t, err)
			if n++; f.Path != filepath.Join(root, "main.go") {
				t.Errorf("path %s is not resolved", f.Path)
			}
		}
		if n != 1 {
			t.Errorf("%d files", n)
		}
	})
	t.Run("a root that is not there", func(t *testing.T) {
		if _, err := walk(t, filepath.Join(t.TempDir(), "none"), Options{}); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("no permission", func(t *testing.T) {
		root := tree(t, map[string]string{"closed/x.go": "x", "shut.go": "x", "z/main.go": "x"})
		must(t, os.Chmod(filepath.Join(root, "closed"), 0))
		must(t, os.Chmod(filepath.Join(root, "shut.go"), 0))
		t.Cleanup(func() { os.Chmod(filepath.Join(root, "closed"), 0o755) })
		got, err := walk(t, root, Options{})
		must(t, err)
		want := []string{"z/main.go"}
		if os.Geteuid() == 0 { // nothing is shut to root
			want = []string{"shut.go", "closed/x.go", "z/main.go"}
		}
		if !slices.Equal(got, want) {
			t.Errorf("walked %q, want %q", got, want)
		}
	})
}

func TestWalkIsBounded(t *testing.T) {
	root := t.TempDir()
	for i := range 40 {
		dir := filepath.Join(root, fmt.Sprintf("d%02d", i))
		must(t, os.Mkdir(dir, 0o755))
		for j := range 25 {
			must(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%d.go", j)), []byte("x"), 0o644))
		}
	}
	t.Run("by files", func(t *testing.T) {
		got, err := walk(t, root, Options{MaxFiles: 120})
		if len(got) != 120 || !errors.Is(err, ErrLimit) {
			t.Errorf("%d files, error %v", len(got), err)
		}
	})
	t.Run("not where all fits", func(t *testing.T) {
		got, err := walk(t, root, Options{MaxFiles: 1000})
		if len(got) != 1000 || err != nil {
			t.Errorf("%d files, error %v", len(got), err)
		}
	})
	t.Run("by entries that are no files", func(t *testing.T) {
		links := t.TempDir()
		for i := range 60 {
			must(t, os.Symlink("nowhere", filepath.Join(links, fmt.Sprint(i))))
		}
		if got, err := walk(t, links, Options{MaxFiles: 5}); len(got) != 0 || !errors.Is(err, ErrLimit) {
			t.Errorf("%d files, error %v", len(got), err)
		}
	})
	t.Run("by the context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var last error
		n := 0
		for _, err := range Walk(ctx, root, Options{}) {
			if n++; n == 10 {
				cancel()
			}
			last = err
		}
		if n != 11 || !errors.Is(last, context.Canceled) {
			t.Errorf("%d steps, error %v", n, last)
		}
	})
	t.Run("by a consumer that has enough", func(t *testing.T) {
		n := 0
		for range Walk(context.Background(), root, Options{}) {
			if n++; n == 3 {
				break
			}
		}
		if n != 3 {
			t.Errorf("%d steps", n)
		}
	})
}

func BenchmarkWalk(b *testing.B) {
	root := b.TempDir()
	for i := range 20 {
		dir := filepath.Join(root, fmt.Sprint(i))
		if err := os.Mkdir(dir, 0o755); err != nil {
			b.Fatal(err)
		}
		for j := range 50 {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%d.go", j)), []byte("package x\n"), 0o644); err != nil {
				b.Fatal(err)
			}
		}
	}
	n := 0
	for b.Loop() {
		for range Walk(context.Background(), root, Options{}) {
			n++
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/file")
}
