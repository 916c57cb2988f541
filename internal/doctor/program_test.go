package doctor_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"sopro/internal/doctor"
)

// Ollama's program is found by absolute folders of PATH, outside of the workspace alone, and asked for nothing but its version.
func TestFindProgram(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // the programs of the story are shell scripts
	}
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	work := filepath.Join(top, "work")
	program := func(path, script string, mode os.FileMode) {
		path = filepath.Join(top, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	const tells = `/bin/echo "Warning: could not connect to $OLLAMA_HOST"; /bin/echo "client version is 0.17.4"`
	marker := filepath.Join(top, "started")
	program("good/ollama", tells, 0o755)
	program("records/ollama", `/bin/echo "$0 $* in $PWD" > `+marker+`; /bin/echo version is 0.1.2`, 0o755)
	program("mute/ollama", "exit 3", 0o755)
	program("endless/ollama", "i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo version version; done; echo 9.9.9", 0o755)
	program("plain/ollama", tells, 0o644)
	program("folder/ollama/x", "", 0o755)
	program("work/bin/ollama", "/bin/echo bad > "+marker, 0o755)
	for _, link := range []struct{ to, at string }{{"work/bin/ollama", "linked/ollama"}, {"work", "alias"}} {
		at := filepath.Join(top, link.at)
		os.MkdirAll(filepath.Dir(at), 0o755)
		if err := os.Symlink(filepath.Join(top, link.to), at); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(work)
	for _, c := range []struct {
		story, path                       string
		wantPath, wantVersion, wantInside string
	}{
		{"found", "TOP/none:TOP/good", "TOP/good/ollama", "0.17.4", ""},
		{"nowhere", "TOP/none", "", "", ""},
		{"no PATH", "", "", "", ""},
		{"the first one", "TOP/mute:TOP/good", "TOP/mute/ollama", "", ""},
		{"says much", "TOP/endless", "TOP/endless/ollama", "", ""},
		{"not executable, a folder", "TOP/plain:TOP/folder:TOP/good", "TOP/good/ollama", "0.17.4", ""},
		{"relative folders", "bin:.:./bin:", "", "", ""},
		{"in the workspace", "TOP/work/bin:TOP/good", "TOP/good/ollama", "0.17.4", "TOP/work/bin/ollama"},
		{"in the workspace by a link", "TOP/linked", "", "", "TOP/linked/ollama"},
		{"in the workspace by another name", "TOP/alias/bin", "", "", "TOP/alias/bin/ollama"},
	} {
		t.Run(c.story, func(t *testing.T) {
			at := func(s string) string { return strings.ReplaceAll(s, "TOP", top) }
			want := doctor.Program{Path: at(c.wantPath), Version: c.wantVersion, Inside: at(c.wantInside)}
			if got := doctor.FindProgram(t.Context(), at(c.path), work); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
	if text, err := os.ReadFile(marker); err == nil {
		t.Errorf("what lies in the workspace was started: %s", text)
	}
	doctor.FindProgram(t.Context(), filepath.Join(top, "records"), work)
	if text, err := os.ReadFile(marker); err != nil || string(text) != top+"/records/ollama --version in /\n" {
		t.Errorf("started as %q, %v", text, err)
	}
}
