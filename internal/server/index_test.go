package server_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sopro/internal/config"
	"sopro/internal/index"
	"sopro/internal/ngram"
	"sopro/internal/server"
)

// indexed is an editor whose server has an index, in folders.
type indexed struct {
	*editor
	*index.Index
	builtin *ngram.Model
}

// indexes opens folders; a kept index is at dir, "" for one in memory.
func indexes(t *testing.T, dir string, roots ...string) *indexed {
	t.Helper()
	return indexesFor(t, plainClient, dir, roots...)
}

// indexesFor is indexes in an editor with these capabilities.
func indexesFor(t *testing.T, capabilities, dir string, roots ...string) *indexed {
	t.Helper()
	x := &indexed{Index: index.Open(index.Options{Dir: dir}), builtin: ngram.New(ngram.Options{})}
	t.Cleanup(func() { x.Index.Close() }) // when the server has ended
	x.editor = connect(t, options{flags: []string{"index.maxFileBytes=1000000"}, build: func(config.Settings, *server.Engines) (*server.Engines, error) {
		return &server.Engines{Builtin: x.builtin, Index: x.Index}, nil
	}})
	var folders []string
	for _, root := range roots {
		folders = append(folders, fmt.Sprintf(`{"uri":%q,"name":"w"}`, "file://"+root))
	}
	x.initialize(capabilities, `"workspaceFolders":[`+strings.Join(folders, ",")+`]`)
	return x
}

// has waits until the index has been built and checks which files are in it, relative to base.
func (x *indexed) has(base string, want ...string) {
	x.t.Helper()
	slices.Sort(want)
	var got []string
	defer func() {
		if !slices.Equal(got, want) {
			x.t.Logf("the index has %q, want %q", got, want)
		}
	}()
	x.until(func() bool {
		got = nil
		for _, dir := range foldersBelow(base) {
			for _, path := range x.Folder(dir) {
				rel, _ := filepath.Rel(base, path)
				got = append(got, rel)
			}
		}
		slices.Sort(got)
		return slices.Equal(got, want) && strings.Contains(x.command("sopro.status", `{}`), fmt.Sprintf(`"index":{"files":%d,"done":true}`, x.Files()))
	})
}

func foldersBelow(base string) []string {
	var all []string
	filepath.WalkDir(base, func(path string, e os.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			all = append(all, path)
		}
		return nil
	})
	return all
}

// declares checks where a name is declared.
func (x *indexed) declares(name, want string) {
	x.t.Helper()
	x.until(func() bool {
		var got []string
		for _, s := range x.Declarations(context.Background(), []string{name}, index.Prefer{}) {
			got = append(got, s.Rel)
		}
		return strings.Join(got, " ") == want
	})
}

func place(t *testing.T, files map[string]string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		writeFile(t, root, name, text)
	}
	return root
}

func TestIndexFollowsTheWorkspace(t *testing.T) {
	root := place(t, map[string]string{".git/HEAD": "ref", "a.go": "package a\n\nfunc onDisk() {}\n", "sub/b.go": "package sub\n\nfunc below() {}\n"})
	x := indexes(t, "", root)
	x.has(root, "a.go", "sub/b.go")
	a := "file://" + root + "/a.go"

	x.open(a, "go", "package a\n\nfunc typed() {}\n")
	x.save(a)
	x.declares("typed", "a.go") // open text wins over the disk
	x.declares("onDisk", "")
	writeFile(t, root, "a.go", "package a\n\nfunc changed() {}\n")
	x.created(filepath.Join(root, "a.go"))
	x.declares("typed", "a.go")
	x.notify("textDocument/didClose", fmt.Sprintf(`{"textDocument":{"uri":%q}}`, a))
	x.declares("changed", "a.go")
	x.declares("typed", "")

	writeFile(t, root, "sub/b.go", "package sub\n\nfunc another() {}\n") // another branch
	writeFile(t, root, "sub/c.go", "package sub\n\nfunc third() {}\n")
	os.Remove(filepath.Join(root, "a.go"))
	x.notify("workspace/didChangeWatchedFiles", fmt.Sprintf(`{"changes":[{"uri":%q,"type":3},{"uri":%q,"type":2},{"uri":%q,"type":1}]}`,
		a, "file://"+root+"/sub/b.go", "file://"+root+"/sub/c.go"))
	x.has(root, "sub/b.go", "sub/c.go")
	x.declares("below", "")
	x.declares("another", "sub/b.go")
	x.declares("changed", "")

	if err := os.Rename(filepath.Join(root, "sub/c.go"), filepath.Join(root, "d.go")); err != nil {
		t.Fatal(err)
	}
	x.notify("workspace/didChangeWatchedFiles", fmt.Sprintf(`{"changes":[{"uri":%q,"type":3},{"uri":%q,"type":1}]}`, "file://"+root+"/sub/c.go", "file://"+root+"/d.go"))
	x.has(root, "d.go", "sub/b.go")
	x.declares("third", "d.go")
}

// TestIndexIsThereAtTheNextStart checks that a file that has not changed comes from the disk, that what was done meanwhile
// counts, and that the built-in engine learns all the same.
func TestIndexIsThereAtTheNextStart(t *testing.T) {
	root := place(t, map[string]string{"a.go": "package a\n\nfunc first() {}\n", "b.go": "package a\n\nfunc second() {}\n", "c.go": "package a\n\nfunc third() {}\n"})
	dir := filepath.Join(t.TempDir(), "index")
	x := indexes(t, dir, root)
	x.has(root, "a.go", "b.go", "c.go")
	if err := x.Index.Close(); err != nil {
		t.Fatal(err)
	}
	os.Remove(filepath.Join(root, "b.go"))
	writeFile(t, root, "c.go", "package a\n\nfunc changedMeanwhile() {}\n")
	again := index.Open(index.Options{Dir: dir})
	if err := again.Attach(root, func(string) bool { return true }); err != nil {
		t.Fatal(err)
	}
	if n := again.Files(); n != 3 {
		t.Errorf("%d files from the disk, want 3", n)
	}
	again.Close()
	x = indexes(t, dir, root)
	x.has(root, "a.go", "c.go")
	x.declares("first", "a.go")
	x.declares("second", "")
	x.declares("third", "")
	x.declares("changedMeanwhile", "c.go")
	x.until(func() bool { return x.builtin.Files() == 2 })
}

// TestIndexStands checks workspaces as they come.
func TestIndexStands(t *testing.T) {
	const code = "package x\n"
	for name, c := range map[string]struct {
		files map[string]string
		more  func(t *testing.T, root string)
		want  []string
	}{
		"node_modules without .gitignore": {files: map[string]string{"main.js": "x()", "node_modules/y/index.js": "y()", "web/node_modules/z.js": "z()"}, want: []string{"main.js"}},
		"a submodule": {
			files: map[string]string{".git/HEAD": "ref", "a.go": code, "lib/.git": "gitdir: ../.git/modules/lib", "lib/b.go": code, "lib/.gitignore": "out\n", "lib/out/c.go": code},
			want:  []string{"a.go", "lib/.gitignore", "lib/b.go"},
		},
		"a loop of links": {
			files: map[string]string{"a.go": code, "sub/b.go": code},
			more:  func(t *testing.T, root string) { os.Symlink("..", filepath.Join(root, "sub/up")) },
			want:  []string{"a.go", "sub/b.go"},
		},
		"a log of 2 GB": {
			files: map[string]string{"a.go": code, "server.log": "x"},
			more:  func(t *testing.T, root string) { os.Truncate(filepath.Join(root, "server.log"), 2<<30) },
			want:  []string{"a.go"},
		},
		"no permission": {
			files: map[string]string{"a.go": code, "b.go": code, "closed/c.go": code},
			more: func(t *testing.T, root string) {
				if os.Getuid() == 0 {
					os.Remove(filepath.Join(root, "b.go")) // who may read all cannot be kept out: what is not there takes its place
					os.Symlink("nowhere", filepath.Join(root, "b.go"))
					os.RemoveAll(filepath.Join(root, "closed"))
					return
				}
				os.Chmod(filepath.Join(root, "b.go"), 0)
				os.Chmod(filepath.Join(root, "closed"), 0)
				t.Cleanup(func() { os.Chmod(filepath.Join(root, "closed"), 0o700) })
			},
			want: []string{"a.go"},
		},
		"a home directory": {
			files: map[string]string{".bashrc": "x", ".config/app/key.txt": "x", ".mozilla/places.js": "x", ".ssh/id_rsa": "x", "work/main.go": code, "Downloads/photo.jpg": "\xff\xd8\x00"},
			want:  []string{".bashrc", "work/main.go"},
		},
		"secrets and what nobody wrote": {
			files: map[string]string{
				"a.go": code, ".env": "KEY=1", "deploy.pem": "x", "x.pb.go": code, "gen.go": "// Code generated by stringer; DO NOT EDIT.\n\n" + code, "app.min.js": "x()",
				"packed.js": "var a=1;" + strings.Repeat("b(a);", 2000),
			},
			want: []string{"a.go"},
		},
		"nothing": {},
	} {
		t.Run(name, func(t *testing.T) {
			root := place(t, c.files)
			if c.more != nil {
				c.more(t, root)
			}
			x := indexes(t, filepath.Join(t.TempDir(), "index"), root)
			x.has(root, c.want...)
		})
	}
}

func TestIndexOfManyFolders(t *testing.T) {
	base := place(t, map[string]string{"one/a.go": "package a\n", "two/b.go": "package b\n", "three/c.go": "package c\n", "four/d.go": "package d\n", "four/inner/e.go": "package e\n", "six/f.go": "package f\n"})
	at := func(name string) string { return filepath.Join(base, name) }
	x := indexes(t, t.TempDir(), at("one"), at("two"), at("three"), at("four"), at("four/inner"))
	x.has(base, "one/a.go", "two/b.go", "three/c.go", "four/d.go", "four/inner/e.go")
	if got := x.Paths(at("four/inner")); len(got) != 1 {
		t.Errorf("the inner folder has %q", got)
	}
	x.notify("workspace/didChangeWorkspaceFolders", fmt.Sprintf(`{"event":{"added":[{"uri":%q,"name":"six"}],"removed":[{"uri":%q,"name":"two"},{"uri":%q,"name":"inner"}]}}`,
		"file://"+at("six"), "file://"+at("two"), "file://"+at("four/inner")))
	x.has(base, "one/a.go", "three/c.go", "four/d.go", "four/inner/e.go", "six/f.go")
}

func TestIndexWithoutWorkspace(t *testing.T) {
	root := place(t, map[string]string{"a.go": "package a\n"})
	x := indexes(t, t.TempDir())
	x.open("file://"+root+"/a.go", "go", "package a\n\nfunc alone() {}\n")
	x.save("file://" + root + "/a.go")
	x.declares("alone", "a.go")
	x.open("git:/"+root+"/a.go?old", "go", "package a\n\nfunc ofYesterday() {}\n")
	x.save("git:/" + root + "/a.go?old")
	x.has(root, "a.go")
	x.declares("ofYesterday", "")
}

func TestWhatIsShutOutLeavesTheIndex(t *testing.T) {
	root := place(t, map[string]string{"a.go": "package a\n", "customers/b.go": "package customers\n\nvar tenants = \"Rosenkranz\"\n"})
	dir := filepath.Join(t.TempDir(), "index")
	x := indexes(t, dir, root)
	x.has(root, "a.go", "customers/b.go")
	x.notify("workspace/didChangeConfiguration", `{"settings":{"sopro":{"privacy":{"ignore":["customers/**"]}}}}`)
	x.has(root, "a.go")
	if err := x.Index.Close(); err != nil {
		t.Fatal(err)
	}
	all, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, path := range all {
		if text, err := os.ReadFile(path); err != nil || strings.Contains(string(text), "Rosenkranz") {
			t.Errorf("%s still has it (%v)", path, err)
		}
	}
}

func TestWithoutTheDiskThereIsOneMessage(t *testing.T) {
	root := place(t, map[string]string{"a.go": "package a\n"})
	other := place(t, map[string]string{"b.go": "package b\n"})
	dir := filepath.Join(t.TempDir(), "index")
	writeFile(t, filepath.Dir(dir), "index", "a file stands where the folder should")
	x := indexes(t, dir, root, other)
	x.has(root, "a.go")
	x.has(other, "b.go")
	told := x.await(`{"method":"window/showMessage"}`)
	if !strings.Contains(told, "reads the workspace anew at each start") {
		t.Errorf("told %s", told)
	}
	x.never(`{"method":"window/showMessage"}`)
}

// TestReadingThatTakesLongShowsProgress checks the editor's bar: the index is held up here by a folder that another part of the
// program is still attaching.
func TestReadingThatTakesLongShowsProgress(t *testing.T) {
	slow, root := place(t, map[string]string{"s.go": "package s\n"}), place(t, map[string]string{"a.go": "package a\n"})
	dir := t.TempDir()
	x := indexes(t, dir, slow)
	x.has(slow, "s.go")
	x.Index.Close()

	x = &indexed{Index: index.Open(index.Options{Dir: dir}), builtin: ngram.New(ngram.Options{})}
	t.Cleanup(func() { x.Index.Close() })
	held, release := make(chan bool), make(chan bool)
	go x.Attach(slow, func(string) bool {
		close(held)
		<-release
		return true
	})
	<-held
	x.editor = connect(t, options{build: func(config.Settings, *server.Engines) (*server.Engines, error) {
		return &server.Engines{Builtin: x.builtin, Index: x.Index}, nil
	}})
	x.initialize(barClient, `"workspaceFolders":[{"uri":`+asJSON(t, has("file://"+root))+`,"name":"w"}]`)
	x.reply(x.await(`{"method":"window/workDoneProgress/create"}`), `null`)
	x.await(`{"method":"$/progress","params":{"value":{"kind":"begin","title":"Reading the workspace"}}}`)
	x.await(`{"method":"$/progress","params":{"value":{"kind":"report","message":"0 files"}}}`)
	close(release)
	x.await(`{"method":"$/progress","params":{"value":{"kind":"end"}}}`)
	x.has(root, "a.go")
}

// TestAnotherBranchIsSeenWithoutReports checks an editor that does not tell of files: git does.
func TestAnotherBranchIsSeenWithoutReports(t *testing.T) {
	root := place(t, map[string]string{".git/HEAD": "ref", ".git/index": "1", "a.go": "package a\n", "b.go": "package a\n\nfunc ofMain() {}\n"})
	x := indexes(t, "", root)
	x.has(root, "a.go", "b.go")
	x.open("file://"+root+"/a.go", "go", "package a\n\nfunc typed() {}\n")
	x.save("file://" + root + "/a.go")
	x.declares("typed", "a.go")
	writeFile(t, root, "b.go", "package a\n\nfunc ofTheBranch() {}\n")
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(root, ".git/index"), later, later); err != nil {
		t.Fatal(err)
	}
	x.save("file://" + root + "/a.go")
	x.declares("ofTheBranch", "b.go")
	x.declares("ofMain", "")
}
