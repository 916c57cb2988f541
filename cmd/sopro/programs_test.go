//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoProgramOfAWorkspaceIsStarted: docs/security.md row 12. A workspace brings programs along by the names that Sopro or its friends
// could look for, the folder stands on PATH in every spelling, and it is where everything is asked.
func TestNoProgramOfAWorkspaceIsStarted(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, ".git", "HEAD"), "ref: refs/heads/main\n")
	write(t, filepath.Join(folder, ".git", "config"), "[core]\n\tfsmonitor = ./git\n\tpager = ./git\n\tsshCommand = ./git\n")
	write(t, filepath.Join(folder, "f.go"), hostileFile)
	marker := filepath.Join(t.TempDir(), "started")
	for _, name := range []string{"ollama", "git", "sopro", "sh", "bash", "nvidia-smi", "gopls", "sysctl", "xdg-open", "bin/ollama", ".git/hooks/post-checkout"} {
		path := filepath.Join(folder, name)
		write(t, path, "#!/bin/sh\necho \"$0 $*\" >> '"+marker+"'\necho 'ollama version is 0.17.4'\n")
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := exec.Command(filepath.Join(folder, "ollama"), "by the test").Run(); err != nil {
		t.Fatal(err)
	}
	if started, err := os.ReadFile(marker); err != nil || !strings.Contains(string(started), "by the test") {
		t.Fatalf("a program that starts is not seen: %q, %v", started, err)
	}
	if err := os.Remove(marker); err != nil {
		t.Fatal(err)
	}

	host := leakyOllama(t).URL()
	if _, err := built(); err != nil { // with the PATH that finds go
		t.Fatal(err)
	}
	t.Setenv("PATH", strings.Join([]string{".", "", folder, "bin", "./bin", folder + "/bin", folder + "/../" + filepath.Base(folder), os.Getenv("PATH")}, ":"))
	t.Chdir(folder)
	for _, host := range []string{host, "127.0.0.1:1"} {
		for _, args := range [][]string{
			{"doctor"}, {"doctor", "--bundle", filepath.Join(t.TempDir(), "bundle")}, {"complete", "f.go:5:2"}, {"explain", "f.go:4-5"}, {"generate", "f.go:3"},
			{"try", "f.go:5:2"}, {"models", "list"}, {"models", "pull", "x", "--yes"}, {"version"},
		} {
			command(t, folder, host, args...)
		}
	}
	p := start(t, host)
	p.greet(folder)
	uri := "file://" + folder + "/f.go"
	p.open(uri, "go", hostileFile)
	p.Until("the models", func() bool { return p.status().Models.Completion != "" })
	p.inline(t, uri, 4, 1)
	for _, f := range append(aboutDocuments, aboutModels...) {
		answered(t, f.name, f.ask(p, scene{uri: uri, token: "t", model: "llama3.2:3b"}), nil)
	}
	p.quit()
	if started, err := os.ReadFile(marker); err == nil {
		t.Errorf("started:\n%s", started)
	}
}
