// Package ollamatest runs a real Ollama for tests, with models written by package tinylm.
//
// Goals: a server of the test's own (its home, its port, its models), on either engine, that can be killed and started
// again; nothing left behind, also when the test binary itself is killed; its log shown when the test fails.
//
// Non-goals: installing Ollama, which is the work of `.ci/ollama`; versions other than that script accepts; machines without
// a POSIX shell.
package ollamatest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// started is how long a server may take until it answers. It takes 50 ms on an idle machine.
const started = time.Minute

// Options say which server is wanted.
type Options struct {
	// NewEngine runs models with Ollama's own engine instead of llama.cpp's.
	NewEngine bool
	// Models are imported before Start returns.
	Models []Model
}

// A Server is a running Ollama. Its methods are not safe for concurrent use.
type Server struct {
	t       testing.TB
	program string
	folder  string // its home, models and log
	port    string
	environ []string
	client  *http.Client

	process *exec.Cmd
	leash   io.Closer // the write end of the keeper's standard input
}

// Start runs a server until the test ends, and fails the test if it cannot.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	s := &Server{
		t:       t,
		program: Program(t),
		folder:  t.TempDir(),
		client:  &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
	}
	s.environ = []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + s.folder,
		"TMPDIR=" + s.folder,
		"OLLAMA_MODELS=" + filepath.Join(s.folder, "models"),
		"OLLAMA_NOPRUNE=1",
		"OLLAMA_NO_CLOUD=1",
		"CUDA_VISIBLE_DEVICES=-1", // the same arithmetic on every machine
	}
	if o.NewEngine {
		s.environ = append(s.environ, "OLLAMA_NEW_ENGINE=1")
	}
	t.Cleanup(s.end)
	var err error
	for range 3 { // somebody else may take the port in between
		if s.port, err = freePort(); err != nil {
			break
		}
		if err = s.run(); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range o.Models {
		if err := s.Import(m); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// Program returns the path of the real Ollama that `.ci/ollama` puts into the repository, and fails the test if it is
// not there.
func Program(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			break
		}
		if folder == filepath.Dir(folder) {
			t.Fatal("this test runs outside of the repository")
		}
		folder = filepath.Dir(folder)
	}
	program := filepath.Join(folder, ".tools", "ollama", "ollama")
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("%v: run .ci/ollama once, or `make test`, which does", err)
	}
	return program
}

// URL is the server's address. It stays the same over Kill and Restart.
func (s *Server) URL() string { return "http://" + s.Address() }

// Address is the server's host and port, as OLLAMA_HOST takes them.
func (s *Server) Address() string { return "127.0.0.1:" + s.port }

// Kill ends the server and its runners at once, as a crash would.
func (s *Server) Kill() {
	if s.process == nil {
		return
	}
	s.leash.Close()
	s.process.Wait() // "killed" is no news
	s.process = nil
}

// Restart runs the server again after Kill, on the same port with the same models.
func (s *Server) Restart() {
	s.t.Helper()
	s.Kill()
	if err := s.run(); err != nil {
		s.t.Fatal(err)
	}
}

// Log is all that the server has printed.
func (s *Server) Log() string {
	b, err := os.ReadFile(s.logFile())
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func (s *Server) logFile() string { return filepath.Join(s.folder, "log") }

// keeper is the shell that runs the server. Its standard input is a pipe whose other end only the test binary holds:
// when that is closed, on purpose or because the binary is gone, the keeper kills its process group, which the server
// and its runners are in.
const keeper = `"$0" serve </dev/null & cat; kill -KILL 0`

func (s *Server) run() error {
	log, err := os.OpenFile(s.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	process := exec.Command("/bin/sh", "-c", keeper, s.program)
	process.Env = append(s.environ, "OLLAMA_HOST="+s.Address())
	process.Dir = s.folder
	process.Stdout, process.Stderr = log, log
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	leash, err := process.StdinPipe()
	if err != nil {
		return err
	}
	if err := process.Start(); err != nil {
		return err
	}
	s.process, s.leash = process, leash
	if err := s.wait(); err != nil {
		s.Kill()
		return err
	}
	return nil
}

// wait returns when the server answers. A port in use is seen in the log, since the keeper lives on.
func (s *Server) wait() error {
	ctx, cancel := context.WithTimeout(context.Background(), started)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+"/api/version", nil)
		if err != nil {
			return err
		}
		reply, err := s.client.Do(request)
		if err == nil {
			return reply.Body.Close()
		}
		if strings.Contains(s.Log(), "address already in use") {
			return errors.New("the port is in use")
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("ollama did not start within %v", started)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (s *Server) end() {
	s.Kill()
	if s.t.Failed() {
		lines := strings.Split(strings.TrimSpace(s.Log()), "\n")
		s.t.Logf("the end of ollama's log:\n%s", strings.Join(lines[max(0, len(lines)-40):], "\n"))
	}
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
