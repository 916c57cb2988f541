package main

import (
	"bytes"
	"encoding/json"
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

// builtPath tells where the program is, in a test process that cannot build one.
const builtPath = "SOPRO_TEST_BUILT"

// built is the program as `make build` makes it, built once for all tests that need a process of their own.
var built = sync.OnceValues(func() (string, error) {
	if path := os.Getenv(builtPath); path != "" {
		return path, nil
	}
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
	t       testing.TB
	command *exec.Cmd
	in      io.WriteCloser
	errs    bytes.Buffer
	home    string
	said    transcript
}

// transcript keeps all that a process has said.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *transcript) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

// take returns the messages that came to their end since the last call.
func (s *transcript) take() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Clone(s.text.Next(whole(s.text.Bytes())))
}

// whole is the length of the messages in sent that have come to their end; all of it where it is no LSP. A pipe gives out what is
// there, which may end in the middle of one.
func whole(sent []byte) (n int) {
	for {
		head, body, ok := bytes.Cut(sent[n:], []byte("\r\n\r\n"))
		if !ok {
			return n
		}
		size := 0
		if _, err := fmt.Sscanf(string(head), "Content-Length: %d", &size); err != nil {
			return len(sent)
		}
		if size > len(body) {
			return n
		}
		n += len(head) + 4 + size
	}
}

// start runs `sopro lsp` with a home of its own and the Ollama at host.
func start(t testing.TB, host string, args ...string) *process {
	t.Helper()
	return startIn(t, nil, host, args...)
}

// startIn is start with more in the environment.
func startIn(t testing.TB, environ []string, host string, args ...string) *process {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, home: t.TempDir()}
	p.command = exec.Command(path, append([]string{"lsp"}, args...)...)
	p.command.Env = append(environment(p.home, host), environ...)
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
		p.expectNoListener(t)
		p.in.Close()
		p.command.Process.Kill()
		p.command.Wait()
	})
	p.Editor = lsptest.New(t, io.TeeReader(out, &p.said), p.in)
	return p
}

// environment is that of the tests, but for the person's own files and Ollama.
func environment(home, host string) []string {
	return append(os.Environ(), "OLLAMA_HOST="+host, "HOME="+home,
		"XDG_CONFIG_HOME="+home, "XDG_STATE_HOME="+home, "XDG_CACHE_HOME="+home)
}

// command runs the program in a folder, with a home of its own and the Ollama at host, and returns what it printed.
func command(t *testing.T, folder, host string, args ...string) (out, errs string) {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	c := exec.Command(path, args...)
	c.Dir, c.Env, c.Stdout, c.Stderr = folder, environment(t.TempDir(), host), &stdout, &stderr
	if err := c.Run(); err != nil && c.ProcessState == nil {
		t.Fatal(err)
	}
	return stdout.String(), stderr.String()
}

// write makes a file and the folders above it.
func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// expectNoListener is docs/security.md row 6: a process that still runs listens on nothing.
func (p *process) expectNoListener(t testing.TB) {
	t.Helper()
	if p.command.ProcessState != nil {
		return
	}
	for _, socket := range listening(t, p.command.Process.Pid) {
		t.Errorf("sopro lsp listens: %s", socket)
	}
}

// greet does what an editor does first, for a workspace folder.
func (p *process) greet(folder string) { p.greetWith(folder, nil, nil) }

// greetWith also gives the server settings: with initialize, and when it asks for them; nil for an editor that keeps none.
func (p *process) greetWith(folder string, settings, asked map[string]any) {
	p.Answer = func(method string, params json.RawMessage) any {
		switch method {
		case "window/showMessageRequest": // a person who agrees
			var question struct{ Actions []map[string]any }
			if json.Unmarshal(params, &question) == nil && len(question.Actions) > 0 {
				return question.Actions[0]
			}
		case "workspace/configuration":
			return []any{asked}
		case "workspace/applyEdit":
			return map[string]any{"applied": true}
		case "window/showDocument":
			return map[string]any{"success": true}
		}
		return nil
	}
	p.Call("initialize", map[string]any{
		"initializationOptions": settings,
		"processId":             os.Getpid(), "rootUri": "file://" + folder,
		"workspaceFolders": []any{map[string]any{"uri": "file://" + folder, "name": "w"}},
		"capabilities": map[string]any{
			"general": map[string]any{"positionEncodings": []string{"utf-8", "utf-16"}},
			"textDocument": map[string]any{"inlineCompletion": map[string]any{}, "codeAction": map[string]any{
				"codeActionLiteralSupport": map[string]any{"codeActionKind": map[string]any{"valueSet": []string{"refactor.rewrite"}}},
				"dataSupport":              true, "resolveSupport": map[string]any{"properties": []string{"edit"}},
			}},
			"workspace": map[string]any{
				"applyEdit": true, "workspaceEdit": map[string]any{"documentChanges": true}, "configuration": asked != nil,
			},
			"window":       map[string]any{"workDoneProgress": true, "showMessage": map[string]any{}, "showDocument": map[string]any{"support": true}},
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
	p.expectNoListener(p.t)
	p.Call("shutdown", nil, nil)
	p.Notify("exit", nil)
	p.command.Wait()
	return p.command.ProcessState.ExitCode(), p.errs.String()
}

// do runs one of Sopro's commands.
func (p *process) do(command string, argument any) *lsptest.Pending {
	return p.Ask("workspace/executeCommand", map[string]any{"command": command, "arguments": []any{argument}})
}

// status is what sopro.status says.
type status struct {
	Index                 struct{ Done bool }
	Kind, Message, Engine string
	Ollama                struct{ Reachable bool }
	Models                struct{ Completion, Chat string }
}

func (p *process) status() (s status) {
	p.Call("workspace/executeCommand", map[string]any{"command": "sopro.status", "arguments": []any{map[string]any{}}}, &s)
	return s
}

type inlineItems struct {
	Items []struct {
		InsertText string
		Range      struct{ Start, End struct{ Line, Character int } }
		Command    struct {
			Command   string
			Arguments []json.RawMessage
		}
	}
}

func (p *process) askInline(uri string, line, character int) *lsptest.Pending {
	return p.Ask("textDocument/inlineCompletion", map[string]any{
		"textDocument": map[string]any{"uri": uri},
		"position":     map[string]any{"line": line, "character": character},
		"context":      map[string]any{"triggerKind": 1},
	})
}

// inline is the text of the one item that is offered, "" for none.
func (p *process) inline(t *testing.T, uri string, line, character int) string {
	t.Helper()
	var list inlineItems
	if err := p.askInline(uri, line, character).Wait(&list); err != nil {
		t.Fatal(err)
	}
	if len(list.Items) == 0 {
		return ""
	}
	return list.Items[0].InsertText
}

func lines(from, to int) map[string]any {
	return map[string]any{
		"start": map[string]any{"line": from, "character": 0},
		"end":   map[string]any{"line": to, "character": 0},
	}
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

// action is the first code action at a position that is to be resolved.
func (p *process) action(uri string, position any) (action map[string]any) {
	var actions []map[string]any
	p.Call("textDocument/codeAction", map[string]any{
		"textDocument": map[string]any{"uri": uri}, "range": map[string]any{"start": position, "end": position},
		"context": map[string]any{"diagnostics": []any{}},
	}, &actions)
	for _, a := range actions {
		if a["data"] != nil {
			return a
		}
	}
	return map[string]any{"title": "none was offered"}
}
