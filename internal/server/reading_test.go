package server_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// below are the files of the index in a folder.
func (x *indexed) below(folder string) (all []string) {
	for _, path := range x.Paths(filepath.Dir(folder)) {
		if strings.HasPrefix(path, folder+"/") {
			all = append(all, path)
		}
	}
	return all
}

// done says whether all has been read.
func (x *indexed) done() bool {
	return match(`{"result":{"index":{"done":true}}}`, x.command("sopro.status", `{}`)) == nil
}

const ignoreCustomers = `{"privacy":{"ignore":["customers/**"]}}`

// TestAFolderThatIsDeletedLeavesTheIndex checks what editors tell of it: the folder, not its files; in a workspace behind a link too.
func TestAFolderThatIsDeletedLeavesTheIndex(t *testing.T) {
	root := place(t, map[string]string{"a.go": "package a\n", "sub/b.go": "package sub\n\nfunc below() {}\n", "sub/deep/c.go": "package deep\n"})
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(root, link); err != nil {
		t.Fatal(err)
	}
	x := indexes(t, "", link)
	x.has(root, "a.go", "sub/b.go", "sub/deep/c.go")
	if err := os.RemoveAll(filepath.Join(root, "sub")); err != nil {
		t.Fatal(err)
	}
	x.notify("workspace/didChangeWatchedFiles", fmt.Sprintf(`{"changes":[{"uri":%q,"type":3}]}`, "file://"+link+"/sub"))
	x.until(func() bool { return slices.Equal(x.Paths(root), []string{filepath.Join(root, "a.go")}) })
	x.declares("below", "")
}

// TestWhatIsShutOutDuringAWalkIsNotReadAnyMore shuts out a folder that the walk has not come to yet. The walk is held up meanwhile
// by a folder that another part of the program is still attaching.
func TestWhatIsShutOutDuringAWalkIsNotReadAnyMore(t *testing.T) {
	slow := place(t, map[string]string{"s.go": "package s\n"})
	files := map[string]string{}
	for i := range 400 {
		files[fmt.Sprintf("a/f%d.go", i)] = "package a\n"
	}
	for i := range 20 {
		files[fmt.Sprintf("customers/f%d.go", i)] = fmt.Sprintf("package customers\n\nvar tenant%d = \"Rosenkranz\"\n", i)
	}
	root, dir := place(t, files), t.TempDir()
	x := indexes(t, dir, slow)
	x.has(slow, "s.go")
	x.Index.Close()

	x = indexes(t, dir, root)
	x.until(func() bool { return x.Files() > 0 })
	held, release := make(chan bool), make(chan bool)
	go x.Attach(slow, func(string) bool {
		close(held)
		<-release
		return true
	})
	<-held
	x.notify("workspace/didChangeConfiguration", `{"settings":{"sopro":`+ignoreCustomers+`}}`)
	x.command("sopro.status", `{}`)
	close(release)
	x.until(func() bool {
		if shown := x.below(filepath.Join(root, "customers")); len(shown) > 0 {
			t.Fatalf("after it was shut out the index has %q", shown)
		}
		return x.done()
	})
	keptNowhere(t, dir, "Rosenkranz")
}

// keptNowhere checks that no file of the index has a text, while it is open too.
func keptNowhere(t *testing.T, dir, text string) {
	t.Helper()
	all, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(all) == 0 {
		t.Error("no index is kept")
	}
	for _, path := range all {
		if has, err := os.ReadFile(path); err != nil || strings.Contains(string(has), text) {
			t.Errorf("%s has it (%v)", filepath.Base(path), err)
		}
	}
}

// TestNothingIsReadBeforeTheSettingsAreKnown checks an editor that tells its settings when it is asked, and one that never does.
func TestNothingIsReadBeforeTheSettingsAreKnown(t *testing.T) {
	const keepsSettings = `{"workspace":{"configuration":true}}`
	root := place(t, map[string]string{"a.go": "package a\n", "customers/b.go": "package customers\n\nvar tenants = \"Rosenkranz\"\n"})
	t.Run("asked", func(t *testing.T) {
		dir := t.TempDir()
		x := indexesFor(t, keepsSettings, dir, root)
		asked := x.await(`{"method":"workspace/configuration"}`)
		for range 50 {
			if x.done() || x.Files() > 0 {
				t.Fatalf("it has read %q", x.Paths(root))
			}
		}
		x.reply(asked, "["+ignoreCustomers+"]")
		x.has(root, "a.go")
		keptNowhere(t, dir, "Rosenkranz")
	})
	t.Run("silent", func(t *testing.T) {
		e := feedsFor(t, keepsSettings, repository(t), options{wait: soon})
		e.await(`{"method":"workspace/configuration"}`)
		e.files(2)
	})
}

// TestWhatComesAndGoesCausesNoWalk checks git's own files, and one that an editor writes beside another for a moment.
func TestWhatComesAndGoesCausesNoWalk(t *testing.T) {
	root := repository(t)
	synctest.Test(t, func(t *testing.T) {
		e := feeds(t, root)
		e.files(2)
		writeFile(t, root, "b.txt", "nobody tells\n")
		e.created(filepath.Join(root, ".4913.swp"))
		e.created(writeFile(t, root, ".git/index.lock", "1"))
		time.Sleep(time.Minute)
		e.files(2)
		e.created(writeFile(t, root, ".git/info/exclude", "*.tmp\n"))
		time.Sleep(time.Minute)
		e.files(3)
	})
}

// TestAFolderThatIsAwayKeepsItsFiles checks a disk that is not there for a moment: another walk does not empty the index.
func TestAFolderThatIsAwayKeepsItsFiles(t *testing.T) {
	base := place(t, map[string]string{"share/a.go": "package a\n\nfunc shared() {}\n", "here/b.go": "package b\n"})
	share, here := filepath.Join(base, "share"), filepath.Join(base, "here")
	x := indexes(t, "", share, here)
	x.has(base, "share/a.go", "here/b.go")
	if err := os.Rename(share, share+".away"); err != nil {
		t.Fatal(err)
	}
	x.created(writeFile(t, here, "c.go", "package b\n\nfunc walked() {}\n"))
	x.until(func() bool { return len(x.Paths(here)) == 2 && x.done() })
	x.created(writeFile(t, here, "d.go", "package b\n")) // what the walk before was for is over when the next one begins
	x.until(func() bool { return len(x.Paths(here)) == 3 && x.done() })
	x.declares("shared", "a.go")
}
