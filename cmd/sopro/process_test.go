package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sopro/internal/testkit/lsptest"
)

// built is the program as `make build` makes it, built once for all tests that need a process of their own.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "sopro-test")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "sopro")
	out, err := exec.Command("go", "build", "-buildvcs=false", "-ldflags", "-s -w", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// process is a running `sopro lsp` with an editor at its pipes.
type process struct {
	*lsptest.Editor
	command *exec.Cmd
	in      io.WriteCloser
	errs    bytes.Buffer
	home    string
}

// start runs `sopro lsp` with a home of its own and the Ollama at host.
func start(t testing.TB, host string, args ...string) *process {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{home: t.TempDir()}
	p.command = exec.Command(path, append([]string{"lsp"}, args...)...)
	p.command.Env = append(os.Environ(), "OLLAMA_HOST="+host, "HOME="+p.home,
		"XDG_CONFIG_HOME="+p.home, "XDG_STATE_HOME="+p.home, "XDG_CACHE_HOME="+p.home)
	p.command.Stderr = &p.errs
	p.in, err = p.command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.in.Close()
		p.command.Process.Kill()
		p.command.Wait()
	})
	p.Editor = lsptest.New(t, out, p.in)
	return p
}

// greet does what an editor does first, for a workspace folder.
func (p *process) greet(folder string) {
	p.Call("initialize", map[string]any{
		"processId": os.Getpid(), "rootUri": "file://" + folder,
		"workspaceFolders": []any{map[string]any{"uri": "file://" + folder, "name": "w"}},
		"capabilities": map[string]any{
			"general":      map[string]any{"positionEncodings": []string{"utf-8", "utf-16"}},
			"textDocument": map[string]any{"inlineCompletion": map[string]any{}},
			"workspace":    map[string]any{"applyEdit": true, "workspaceEdit": map[string]any{"documentChanges": true}},
			"window":       map[string]any{"workDoneProgress": true, "showMessage": map[string]any{}},
			"experimental": map[string]any{"sopro": true},
		},
	}, nil)
	p.Notify("initialized", map[string]any{})
}

// open opens a document.
func (p *process) open(uri, language, text string) {
	p.Notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": uri, "languageId": language, "version": 1, "text": text,
	}})
}

// quit ends the server as the protocol wants it, and returns its exit code and what it wrote to standard error.
func (p *process) quit() (code int, errs string) {
	p.Call("shutdown", nil, nil)
	p.Notify("exit", nil)
	p.command.Wait()
	return p.command.ProcessState.ExitCode(), p.errs.String()
}

// command runs one of Sopro's commands.
func (p *process) do(command string, argument any) *lsptest.Pending {
	return p.Ask("workspace/executeCommand", map[string]any{"command": command, "arguments": []any{argument}})
}

// How long an editor waits for a server, process start included: at most 30 ms.
func BenchmarkInitialize(b *testing.B) {
	if _, err := built(); err != nil {
		b.Fatal(err)
	}
	folder := b.TempDir()
	for b.Loop() {
		p := start(b, "127.0.0.1:1")
		p.Call("initialize", map[string]any{"processId": nil, "rootUri": "file://" + folder, "capabilities": map[string]any{}}, nil)
		b.StopTimer()
		p.in.Close()
		p.command.Wait()
		b.StartTimer()
	}
}

// source is Go code of so many lines that does not repeat itself in names.
func source(lines int) string {
	var b strings.Builder
	b.WriteString("package p\n")
	for i := 0; strings.Count(b.String(), "\n") < lines; i++ {
		fmt.Fprintf(&b, "\n// handle%d answers the request that client%d sent.\nfunc handle%d(ctx context.Context, client%d *Client) (*Reply, error) {\n\tif err := client%d.open(ctx); err != nil {\n\t\treturn nil, fmt.Errorf(\"opening %d: %%w\", err)\n\t}\n\treturn client%d.reply(ctx, %d)\n}\n", i, i, i, i, i, i, i, i)
	}
	return b.String()
}
