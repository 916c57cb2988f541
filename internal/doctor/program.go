package doctor

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"

	"sopro/internal/workspace"
)

// Program is Ollama's program on this machine.
type Program struct {
	Path    string // absolute; "" where PATH has none
	Version string // as it says; "" where it does not
	Inside  string // one in the workspace that PATH leads to, which was not started
}

// FindProgram looks for ollama in the folders that a PATH names absolutely, and asks what it finds for its version. What lies in
// the workspace, also by a link, is not started (docs/security.md row 12).
func FindProgram(ctx context.Context, path, root string) Program {
	file, inside := workspace.Program(path, "ollama", root)
	p := Program{Inside: inside}
	if file != "" {
		p.Path, p.Version = file, askVersion(ctx, file)
	}
	return p
}

var versionNumber = regexp.MustCompile(`version(?: is)? v?(\d+\.\d+\.\d+[0-9A-Za-z.+-]*)`)

// askVersion runs the program in the root of the file system with an environment of its own: it would ask the server that
// OLLAMA_HOST names, which may be another machine, so it is sent to a port where nobody listens and tells its own version.
func askVersion(ctx context.Context, path string) string {
	c := exec.CommandContext(ctx, path, "--version")
	c.Dir = filepath.VolumeName(path) + string(filepath.Separator)
	c.Env = []string{"OLLAMA_HOST=127.0.0.1:1", "PATH=", "HOME=" + os.Getenv("HOME"), "USERPROFILE=" + os.Getenv("USERPROFILE"), "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}
	var out head
	c.Stdout, c.Stderr = &out, &out
	c.WaitDelay = soon // a child of it that keeps the pipe open is not waited for
	if c.Run() != nil {
		return ""
	}
	if m := versionNumber.FindSubmatch(out); m != nil {
		return string(m[1])
	}
	return ""
}

// head keeps the first kilobyte.
type head []byte

func (h *head) Write(p []byte) (int, error) {
	*h = append(*h, p[:min(len(p), 1<<10-len(*h))]...)
	return len(p), nil
}
