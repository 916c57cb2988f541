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

func TestWhatBecamePrivateLeavesTheDisk(t *testing.T) {
	dir := t.TempDir()
	d := newDesk(t, Options{Dir: dir})
	d.attach()
	d.shop()
	d.put("customers/list.go", "package customers\n\nvar tenants = []string{\"Rosenkranz\", \"Güldenstern\"}\n")
	d.end()
	if !onDisk(t, dir, "Rosenkranz") {
		t.Fatal("the test sees nothing")
	}
	d = newDesk(t, Options{Dir: dir})
	if err := d.Attach(root, func(rel string) bool { return !strings.HasPrefix(rel, "customers/") }); err != nil {
		t.Fatal(err)
	}
	d.knows()
	d.end()
	if onDisk(t, dir, "Rosenkranz") || onDisk(t, dir, "tenants") {
		t.Error("it is still there")
	}
}

// TestWhatBecomesPrivateLeavesTheDiskAtOnce checks the bytes while the server
// still runs, beside a program that is in the midst of reading.
func TestWhatBecomesPrivateLeavesTheDiskAtOnce(t *testing.T) {
	dir := t.TempDir()
	d := newDesk(t, Options{Dir: dir})
	d.attach()
	d.shop()
	d.put("customers/list.go", "package customers\n\nvar tenants = []string{\"Rosenkranz\"}\n")
	d.put("customers/more.go", "package customers\n\nvar others = []string{\"Güldenstern\"}\n")
	d.flush()
	if !onDisk(t, dir, "Rosenkranz") {
		t.Fatal("the test sees nothing")
	}
	d.Remove(root + "/customers/list.go")
	if err := d.Prune(); err != nil || onDisk(t, dir, "Rosenkranz") {
		t.Errorf("it is still there: %v", err)
	}
	release := reading(t, dir)
	d.Remove(root + "/customers/more.go")
	if err := d.Prune(); err != nil {
		t.Error(err)
	}
	release()
	d.flush()
	if onDisk(t, dir, "Güldenstern") {
		t.Error("it is there although nobody reads any more")
	}
	d.knows()
}

// reading is another program that has begun to read the database.
func reading(t *testing.T, dir string) (release func()) {
	t.Helper()
	return holding(t, dir, "BEGIN; SELECT count(*) FROM files")
}

// holding is another program that has done something with the database and not
// come to an end.
func holding(t *testing.T, dir, statements string) (release func()) {
	t.Helper()
	db, err := connect(filepath.Join(dir, storeName(root)), false)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
	return func() {
		if _, err := db.Exec("ROLLBACK"); err != nil {
			t.Error(err)
		}
		db.Close()
	}
}

// TestSecretsAreNotKept checks the bytes on the disk: a key in an ordinary file
// is in none of them.
func TestSecretsAreNotKept(t *testing.T) {
	dir := t.TempDir()
	d := newDesk(t, Options{Dir: dir})
	d.attach()
	secrets := []string{"AKIA" + "Z3MSJV4WDLRYFB2P", "wJalrXUtnFEMI" + "/K7MDENG/bPxRfiCYzQ8vLw3Tk", "MIIEowIBAAKCAQEAx7Vd"}
	d.put("s3_test.go", fmt.Sprintf("package s3\n\nconst keyOfTheTest = %q\n\nvar secret = %q\n\nconst pem = `-----BEGIN RSA PRIVATE KEY-----\n%s\n-----END RSA PRIVATE KEY-----`\n",
		secrets[0], secrets[1], secrets[2]))
	check := func() {
		t.Helper()
		all := fmt.Sprint(d.ask("key of the test", WindowQuery{}), d.Outline(context.Background(), root+"/s3_test.go"))
		if !strings.Contains(all, "keyOfTheTest") {
			t.Fatal("the file is not there")
		}
		for _, secret := range secrets {
			if strings.Contains(all, secret) || len(d.ask(secret, WindowQuery{})) > 0 {
				t.Errorf("%s is told", secret)
			}
			if onDisk(t, dir, secret) {
				t.Errorf("%s is on the disk", secret)
			}
		}
	}
	check()
	d.flush()
	check()
	if !onDisk(t, dir, "keyOfTheTest") {
		t.Error("the test does not see what is on the disk")
	}
}

// onDisk says whether any file of an index's folder has a text.
func onDisk(t *testing.T, dir, text string) bool {
	t.Helper()
	for _, path := range databases(t, dir) {
		bytesOf, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(bytesOf, []byte(text)) {
			return true
		}
	}
	return false
}
