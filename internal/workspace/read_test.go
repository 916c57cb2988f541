package workspace

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func TestRead(t *testing.T) {
	root := tree(t, map[string]string{"src/main.go": "package main\r\n\t// ü\n"})
	got, err := Read(root, File{Rel: "src/main.go"}, Options{})
	if err != nil || got != "package main\r\n\t// ü\n" {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestReadRefuses(t *testing.T) {
	outside := tree(t, map[string]string{"stolen.go": "stolen"})
	root := tree(t, map[string]string{
		"main.go": "x", ".env": "KEY=1", "harmless.go": "-> .env", "out.go": "-> " + outside + "/stolen.go", "out": "-> " + outside,
		"in": "-> sub", "sub/x.go": "x", "bin": "\x00", "latin1.txt": "M\xfcller", "big.txt": strings.Repeat("a", 101), "dump.sql": "x",
		"zero": "-> /dev/zero", "loop": "-> loop", "folder/": "",
	})
	must(t, syscall.Mkfifo(filepath.Join(root, "pipe.go"), 0o644))
	for rel, why := range map[string]string{
		".env": "secret", "harmless.go": "symbolic link", "out.go": "symbolic link", "out/stolen.go": "symbolic link", "in/x.go": "symbolic link",
		"../" + filepath.Base(outside) + "/stolen.go": "not inside", outside + "/stolen.go": "not inside", "": "not inside", "..": "not inside",
		"bin": "binary", "latin1.txt": "UTF-8", "big.txt": "larger than 100 bytes", "dump.sql": "privacy.ignore", "zero": "symbolic link",
		"pipe.go": "plain file", "folder": "plain file",
	} {
		t.Run(rel, func(t *testing.T) {
			got, err := Read(root, File{Rel: rel}, Options{MaxFileBytes: 100, Ignore: []string{"*.sql"}})
			var refused *Refused
			if got != "" || !errors.As(err, &refused) || !strings.Contains(refused.Error(), why) {
				t.Errorf("read %q, %v; want a refusal for %q", got, err, why)
			}
		})
	}
	for _, rel := range []string{"gone.go", "loop"} {
		if got, err := Read(root, File{Rel: rel}, Options{}); got != "" || err == nil {
			t.Errorf("read %s: %q, %v", rel, got, err)
		}
	}
}

// TestReadEndless reads a file that another process would have to stop writing:
// one of the kernel's that claims to be empty and is not.
func TestReadEndless(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Logf("no /proc on this system: %v", err)
		return
	}
	_, err := Read("/proc/self", File{Rel: "status"}, Options{MaxFileBytes: 16})
	var refused *Refused
	if !errors.As(err, &refused) {
		t.Errorf("error %v", err)
	}
}

// TestReadIsBounded reads a file that is far larger than its bound: no more of it is held than the bound.
func TestReadIsBounded(t *testing.T) {
	root := tree(t, map[string]string{"big.txt": ""})
	must(t, os.Truncate(filepath.Join(root, "big.txt"), 64<<20))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Read(root, File{Rel: "big.txt"}, Options{MaxFileBytes: 16})
	runtime.ReadMemStats(&after)
	var refused *Refused
	if !errors.As(err, &refused) {
		t.Errorf("error %v", err)
	}
	if held := after.TotalAlloc - before.TotalAlloc; held > 1<<20 {
		t.Errorf("%d bytes were held", held)
	}
}

// Rules without an end count as none, and are not read to theirs.
func TestIgnoreFileIsBounded(t *testing.T) {
	root := tree(t, map[string]string{".git/HEAD": "x", "a.go": "x", ".gitignore": "a.go\n"})
	must(t, os.Truncate(filepath.Join(root, ".gitignore"), 256<<20)) // it takes no place on the disk
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, err := walk(t, root, Options{})
	runtime.ReadMemStats(&after)
	must(t, err)
	if !slices.Contains(got, "a.go") {
		t.Errorf("walked %q", got)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 24<<20 {
		t.Errorf("it took %d MiB", grown>>20)
	}
}

func TestRoot(t *testing.T) {
	repo := tree(t, map[string]string{".git/HEAD": "x", "a/b/c.go": "x"})
	linked := tree(t, map[string]string{".git": "gitdir: /elsewhere", "a/x.go": "x"})
	loose := tree(t, map[string]string{"a/x.go": "x"})
	for path, want := range map[string]string{
		repo + "/a/b/c.go": repo, repo + "/a": repo, repo + "/a/new/file.go": repo, linked + "/a/x.go": linked, loose + "/a/x.go": loose + "/a", loose: loose,
	} {
		if got := Root(path); got != want {
			t.Errorf("Root(%s) = %s, want %s", path, got, want)
		}
	}
}
