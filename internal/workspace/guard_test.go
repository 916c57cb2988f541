package workspace

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestGuard(t *testing.T) {
	root := tree(t, map[string]string{".env": "x", "main.go": "x", "harmless.go": "-> .env", "alias.go": "-> main.go", "db/dump.sql": "x", "dump.go": "-> db/dump.sql", "a b/ü.go": "x"})
	g := NewGuard([]string{root}, Options{Ignore: []string{"*.sql", "private/**"}})
	for uri, why := range map[string]string{
		"file://" + root + "/main.go": "", "file://" + root + "/alias.go": "", root + "/main.go": "", "file://" + root + "/a%20b/%C3%BC.go": "", "file://" + root + "/not-yet.go": "",
		"untitled:Untitled-1": "", "untitled:/home/u/new.go": "", "vscode-remote://ssh-remote+host/home/u/main.go": "", "git:/r/main.go.git?%7B%22path%22%3A%22%2Fr%2Fmain.go%22%7D": "",
		"vscode-notebook-cell:/r/x.ipynb#W0": "", "%zz:": "", "": "", "nonsense": "",

		"file://" + root + "/.env": "secrets", "file://" + root + "/%2eENV": "secrets", "FILE://" + root + "/.env": "secrets", root + "/.env": "secrets",
		"file://" + root + "/harmless.go": "link to a file of secrets", "file:///home/u/.aws/credentials": "secrets", "file:///c%3A/Users/u/.ssh/id_rsa": "secrets", `C:\Users\u\.ssh\id_rsa`: "secrets",
		"untitled:.env": "secrets", "untitled:/home/u/.env.local": "secrets", "vscode-remote://wsl+debian/home/u/.npmrc": "secrets", "vscode-remote://x/.e%E2%80%8Bnv": "secrets",
		"git:/r/tls.key.git?%7B%22path%22%3A%22%2Fr%2Ftls.key%22%7D": "secrets", "git:/r/x?%7B%22path%22%3A%22%2Fr%2F.env%22%7D": "secrets", "sftp://host/%zz/.env": "secrets",
		"file://" + root + "/db/dump.sql": "privacy.ignore", "file://" + root + "/dump.go": "privacy.ignore", "file://" + root + "/private/x.go": "privacy.ignore",
		"vscode-remote://host/r/x.sql": "privacy.ignore", "untitled:x.sql": "privacy.ignore",

		"vscode-notebook-cell:" + root + "/a.ipynb#W0sZmlsZQ%3D%3D": "", "vscode-notebook-cell:" + root + "/private/a.ipynb#W0sZmlsZQ%3D%3D": "privacy.ignore",
		"vscode-notebook-cell:" + root + "/harmless.go#W0sZmlsZQ%3D%3D": "link to a file of secrets", "vscode-notebook-cell:" + root + "/dump.go#W1": "link to a file that privacy.ignore",
		"vscode-notebook-cell:/home/u/.aws/a.ipynb#W0sZmlsZQ%3D%3D":                                                  "secrets",
		"git:" + root + "/private/x.go.git?%7B%22path%22%3A%22" + root + "/private/x.go%22%2C%22ref%22%3A%22~%22%7D": "privacy.ignore",
		"git:" + root + "/x?%7B%22path%22%3A%22" + root + "/private/x.go%22%7D":                                      "privacy.ignore",
		"git:" + root + "/main.go?%7B%22path%22%3A%22" + root + "/main.go%22%7D":                                     "", "untitled:" + root + "/private/new.go": "privacy.ignore",
	} {
		ok, got := g.Allowed(uri)
		if ok != (why == "") || !strings.Contains(got, why) || strings.Contains(got, filepath.Dir(root)) {
			t.Errorf("Allowed(%q) = %t, %q; want %q", uri, ok, got, why)
		}
	}
}

func TestLocate(t *testing.T) {
	roots := []string{"/r", "/r/inner/", "/other"}
	for uri, want := range map[string]Place{
		"file:///r/a/b.go":             {"/r/a/b.go", "/r", "a/b.go"},
		"file:///r/inner/b.go":         {"/r/inner/b.go", "/r/inner", "b.go"},
		"file:///r/a%20b/%C3%BC.go":    {"/r/a b/ü.go", "/r", "a b/ü.go"},
		"file:///r/../home/x.go":       {"/home/x.go", "", "x.go"},
		"file:///rest/x.go":            {"/rest/x.go", "", "x.go"},
		"/r/a.go":                      {"/r/a.go", "/r", "a.go"},
		"untitled:Untitled-1":          {"", "", "Untitled-1"},
		"vscode-remote://h/r/a.go":     {"", "", "a.go"},
		"git:/r/a.go?%7B%22%22%3A1%7D": {"", "", "a.go"},
		"file:///r":                    {"/r", "/r", "."},
	} {
		if got := Locate(uri, roots); got != want {
			t.Errorf("Locate(%q) = %+v, want %+v", uri, got, want)
		}
	}
}

func FuzzLocate(f *testing.F) {
	for _, seed := range []string{"file:///r/a", "untitled:", "%", "a:b", "file://", "file://%2", "git:?", "c:/x"} {
		f.Add(seed)
	}
	g := NewGuard([]string{"/r"}, Options{Ignore: []string{"*.sql"}})
	f.Fuzz(func(t *testing.T, uri string) {
		Locate(uri, []string{"/r"})
		if ok, why := g.Allowed(uri); ok != (why == "") {
			t.Errorf("Allowed(%q) = %t, %q", uri, ok, why)
		}
	})
}
