//go:build editors

package editors

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// built are the programs of this repository that the tests use.
var built struct{ sopro, rig string }

func TestMain(m *testing.M) {
	os.Exit(func() int {
		folder, err := os.MkdirTemp("", "editors-")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(folder)
		built.sopro, built.rig = filepath.Join(folder, "sopro"), filepath.Join(folder, "rig")
		build := exec.Command("go", "build", "-trimpath", "-o", folder+"/", "./cmd/sopro", "./internal/testkit/rig")
		build.Dir = ".."
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "%v: %s", err, out)
			return 1
		}
		return m.Run()
	}())
}

// tool is a program that .ci/editors made available.
func tool(name string) string {
	path, err := filepath.Abs(filepath.Join("..", ".tools", "editors", name))
	if err != nil {
		panic(err)
	}
	return path
}

// server is a rig: a model server for the test.
type server struct {
	URL     string
	Control string
}

// run starts one, which is gone when the test is.
func run(t *testing.T, mode string) *server {
	t.Helper()
	rig := exec.Command(built.rig, mode)
	rig.Stderr = os.Stderr
	leash, err := rig.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := rig.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := rig.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { leash.Close(); _ = rig.Wait() })
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("rig %s: %v", mode, err)
	}
	var s server
	if err := json.Unmarshal(line, &s); err != nil {
		t.Fatal(err)
	}
	return &s
}

// rule is what the simulated one says where its expression matches.
type rule struct {
	When string `json:"when"`
	Text string `json:"text"`
}

// control posts to the controls of the simulated one.
func (s *server) control(t *testing.T, path string, body any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := http.Post(s.Control+path, "application/json", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if text, _ := io.ReadAll(reply.Body); reply.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", path, text)
	}
}

// page is what README.md says of one editor: its blocks of code, by their language.
type page map[string]string

var readme = sync.OnceValues(func() (string, error) {
	text, err := os.ReadFile("README.md")
	return string(text), err
})

// readPage takes the blocks from under the editor's heading, so that the page is what is tried.
func readPage(t *testing.T, editor string) page {
	t.Helper()
	text, err := readme()
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(text, "\n## "+editor+"\n")
	if !found {
		t.Fatalf("README.md has nothing about %s", editor)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	p := page{}
	for _, block := range strings.Split(section, "\n```")[1:] {
		if language, code, ok := strings.Cut(block, "\n"); ok && language != "" {
			p[language] = code + "\n"
		}
	}
	return p
}
