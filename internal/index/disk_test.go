package index

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func all(string) bool { return true }

// kept is an index whose folder is a place on disk.
func (d *desk) attach() string {
	d.t.Helper()
	err := d.Attach(root, all)
	if err != nil {
		return err.Error()
	}
	return ""
}

// shop is what stands in the folder.
func (d *desk) shop() {
	d.t.Helper()
	d.put("cart/cart.go", cart)
	d.put("pay/settle.go", "package pay\n\nfunc settleInvoice(invoice Invoice) error {\n\treturn ledger.Book(invoice)\n}\n")
}

// knows checks that all is there that shop has put.
func (d *desk) knows() {
	d.t.Helper()
	d.want(fmt.Sprint(d.Files()), "2")
	d.want(declared(d.Declarations(context.Background(), []string{"Total"}, Prefer{})), "cart/cart.go:func (c *Cart) Total() Money")
	windows := d.ask("book(invoice)", WindowQuery{})
	d.want(foundWindows(windows), "pay/settle.go:1-5")
	if len(windows) > 0 {
		d.want(windows[0].Text, "package pay\n\nfunc settleInvoice(invoice Invoice) error {\n\treturn ledger.Book(invoice)\n}\n")
	}
}

func (d *desk) flush() {
	d.t.Helper()
	if err := d.Flush(); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) end() {
	d.t.Helper()
	if err := d.Close(); err != nil {
		d.t.Error(err)
	}
}

// databases are the files of an index's folder, by their ends.
func databases(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(found) == 0 {
		t.Fatalf("nothing in %s: %v", dir, err)
	}
	return found
}

func TestWhatWasReadIsThereAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	d := newDesk(t, Options{Dir: dir})
	d.want(d.attach(), "")
	d.shop()
	d.knows() // before it is written
	if err := d.Flush(); err != nil {
		t.Fatal(err)
	}
	d.knows() // from the disk
	d.end()

	for _, path := range append(databases(t, dir), dir) {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	d = newDesk(t, Options{Dir: dir})
	d.want(d.attach(), "")
	d.knows()
	f := file("cart/cart.go", cart)
	d.want(fmt.Sprint(d.Same(f.Path, f.Size, f.ModTime), d.Same(f.Path, f.Size+1, f.ModTime)), "true false")
	d.Remove(f.Path)
	d.end()

	d = newDesk(t, Options{Dir: dir})
	d.attach()
	d.want(fmt.Sprint(d.Files()), "1")
	d.put("cart/cart.go", cart)
	d.knows()
}

func TestOpenTextIsNotWritten(t *testing.T) {
	dir := t.TempDir()
	d := newDesk(t, Options{Dir: dir})
	d.attach()
	d.shop()
	typed := file("cart/cart.go", cart+"\nfunc halfWritten() {}\n")
	typed.ModTime = File{}.ModTime
	if err := d.Put(context.Background(), typed); err != nil {
		t.Fatal(err)
	}
	d.want(declared(d.Declarations(context.Background(), []string{"halfWritten"}, Prefer{})), "cart/cart.go:func halfWritten()")
	d.end()
	d = newDesk(t, Options{Dir: dir})
	d.attach()
	d.knows()
}

func TestAnIndexThatIsOfNoUseIsMadeAnew(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, path string)
		told  string
	}{
		"no database at all": {func(t *testing.T, path string) { overwrite(t, path, 0, []byte(strings.Repeat("nonsense", 1000))) }, "it is damaged"},
		"damaged inside":     {func(t *testing.T, path string) { overwrite(t, path, 4096, bytes.Repeat([]byte{0xa5}, 16384)) }, "it is damaged"},
		"cut off":            {func(t *testing.T, path string) { os.Truncate(path, 9000) }, "it is damaged"},
		"empty":              {func(t *testing.T, path string) { os.Truncate(path, 0) }, ""},
		"another format":     {func(t *testing.T, path string) { overwrite(t, path, 60, []byte{0, 0, 9, 9}) }, "it was made by another version of Sopro"},
		"another program's":  {func(t *testing.T, path string) { overwrite(t, path, 68, []byte{1, 2, 3, 4}) }, "it was made by another version of Sopro"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			d := newDesk(t, Options{Dir: dir})
			d.attach()
			d.shop()
			d.end()
			c.spoil(t, filepath.Join(dir, storeName(root)))
			d = newDesk(t, Options{Dir: dir})
			if got := d.attach(); !strings.HasSuffix(got, c.told) || (got == "") != (c.told == "") {
				t.Errorf("told %q, want %q", got, c.told)
			}
			d.shop()
			d.knows()
			d.end()
			d = newDesk(t, Options{Dir: dir})
			d.want(d.attach(), "")
			d.knows()
		})
	}
}

func overwrite(t *testing.T, path string, at int64, with []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err == nil {
		_, err = f.WriteAt(with, at)
		f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnotherVersionBeginsAnew(t *testing.T) {
	dir := t.TempDir()
	d := newDesk(t, Options{Dir: dir, Version: "1"})
	d.attach()
	d.shop()
	d.end()
	d = newDesk(t, Options{Dir: dir, Version: "2"})
	d.want(d.attach(), "the index of shop is made anew: it was made by another version of Sopro")
	d.want(fmt.Sprint(d.Files()), "0")
	d.shop()
	d.knows()
}

func TestTwoServersOnOneWorkspace(t *testing.T) {
	dir := t.TempDir()
	first := newDesk(t, Options{Dir: dir})
	first.attach()
	first.shop()
	first.flush()
	second := newDesk(t, Options{Dir: dir})
	second.want(second.attach(), "")
	second.knows()
	second.put("second.go", "package second\n\nfunc onlyHere() {}\n")
	first.put("first.go", "package first\n\nfunc onlyThere() {}\n")
	second.Remove(root + "/pay/settle.go")
	second.want(fmt.Sprint(first.Files(), second.Files()), "3 2")
	second.end()
	first.Remove(root + "/first.go")
	first.knows()
	first.end()
	third := newDesk(t, Options{Dir: dir})
	third.attach()
	third.knows()
}

// TestATextThatIsGone checks that the second program does not tell the text of
// one file as that of another, when the first has taken it off the disk.
func TestATextThatIsGone(t *testing.T) {
	dir := t.TempDir()
	first := newDesk(t, Options{Dir: dir})
	first.attach()
	first.shop()
	first.flush()
	first.put("pay/ready.go", "package pay\n\nvar ready = receivable(1)\n") // written last: the next one would have its number
	first.flush()
	second := newDesk(t, Options{Dir: dir})
	second.attach()
	second.want(foundWindows(second.ask("receivable", WindowQuery{})), "pay/ready.go:1-3")
	first.Remove(root + "/pay/ready.go")
	if err := first.Prune(); err != nil {
		t.Fatal(err)
	}
	first.put("pay/private.go", "package pay\n\nvar wages = map[string]int{}\n")
	first.flush()
	second.want(foundWindows(second.ask("receivable", WindowQuery{})), "")
	second.want(foundWindows(second.ask("book(invoice)", WindowQuery{})), "pay/settle.go:1-5")
}

// TestSomebodyHoldsItForAWhile checks that what a backup kept from being
// written is written when the backup is over.
func TestSomebodyHoldsItForAWhile(t *testing.T) {
	dir := t.TempDir()
	d := newDesk(t, Options{Dir: dir})
	d.attach()
	release := holding(t, dir, "BEGIN IMMEDIATE")
	d.shop()
	d.want(fmt.Sprint(d.Flush()), "<nil>")
	d.knows()
	release()
	d.end()
	d = newDesk(t, Options{Dir: dir})
	d.want(d.attach(), "")
	d.knows()
}

func TestWithoutTheDisk(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, dir string){
		"the folder is a file": func(t *testing.T, dir string) { os.WriteFile(dir, nil, 0o600) },
		"the database is a folder": func(t *testing.T, dir string) {
			os.MkdirAll(filepath.Join(dir, storeName(root)), 0o700)
		},
		"another program holds it": func(t *testing.T, dir string) {
			d := newDesk(t, Options{Dir: dir})
			d.attach()
			if _, err := d.stores[root].db.Exec("PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE x (y); BEGIN EXCLUSIVE"); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "index")
			spoil(t, dir)
			d := newDesk(t, Options{Dir: dir})
			if told := d.attach(); !strings.HasPrefix(told, "the index of shop is kept in memory only: ") {
				t.Errorf("told %q", told)
			}
			d.shop()
			d.knows()
		})
	}
}

func TestTheDiskBecomesFull(t *testing.T) {
	dir := t.TempDir()
	d := newDesk(t, Options{Dir: dir})
	d.attach()
	d.shop()
	d.flush()
	d.stores[root].db.SetMaxOpenConns(1) // the bound below is a connection's own
	if _, err := d.stores[root].db.Exec("PRAGMA max_page_count = 1"); err != nil {
		t.Fatal(err)
	}
	d.put("large.go", "package large\n"+strings.Repeat("var large = 1\n", 10_000))
	err := d.Flush()
	d.want(fmt.Sprint(err), "the index on disk is not kept up: the disk is full")
	d.want(fmt.Sprint(d.Files()), "3")
	d.want(foundWindows(d.ask("large", WindowQuery{Limit: 1})), "large.go:9981-10001")
	d.put("more.go", "package more\n\nfunc afterwards() {}\n")
	d.want(declared(d.Declarations(context.Background(), []string{"afterwards"}, Prefer{})), "more.go:func afterwards()")
	d.want(fmt.Sprint(d.Flush()), "<nil>") // told once
	d.Remove(root + "/large.go")
	d.Remove(root + "/more.go")
	d.knows()
}
