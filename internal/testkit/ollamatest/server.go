// Package ollamatest runs a real Ollama for tests, with models written by package tinylm.
//
// Goals: a server of the test's own (its home, its port, its models), on either engine, that can be killed and started
// again; nothing left behind, also when the test binary itself is killed; its log shown when the test fails. Start is for
// tests, Run for a program that tests start.
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

// A Process is a running Ollama. Its methods are not safe for concurrent use.
type Process struct {
	program string
	folder  string // its home, models and log
	port    string
	environ []string
	client  *http.Client

	process *exec.Cmd
	leash   io.Closer // the write end of the keeper's standard input
}

// Run runs the program as a server that keeps all it has in folder. The caller owns the folder, and calls Kill.
func Run(program, folder string, o Options) (*Process, error) {
	s := &Process{
		program: program,
		folder:  folder,
		client:  &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
	}
	s.environ = []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + folder,
		"TMPDIR=" + folder,
		"OLLAMA_MODELS=" + filepath.Join(folder, "models"),
		"OLLAMA_NOPRUNE=1",
		"OLLAMA_NO_CLOUD=1",
		"CUDA_VISIBLE_DEVICES=-1", // the same arithmetic on every machine
	}
	if o.NewEngine {
		s.environ = append(s.environ, "OLLAMA_NEW_ENGINE=1")
	}
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
		return nil, fmt.Errorf("%w; the end of ollama's log:\n%s", err, s.tail())
	}
	for _, m := range o.Models {
		if err := s.Import(m); err != nil {
			defer s.Kill()
			return nil, fmt.Errorf("%w; the end of ollama's log:\n%s", err, s.tail())
		}
	}
	return s, nil
}

// Find returns the path of the real Ollama that `.ci/ollama` puts into the repository around a folder.
func Find(folder string) (string, error) {
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			break
		}
		if folder == filepath.Dir(folder) {
			return "", errors.New("this runs outside of the repository")
		}
		folder = filepath.Dir(folder)
	}
	program := filepath.Join(folder, ".tools", "ollama", "ollama")
	if _, err := os.Stat(program); err != nil {
		return "", fmt.Errorf("%w: run .ci/ollama once, or `make test`, which does", err)
	}
	return program, nil
}

// URL is the server's address. It stays the same over Kill and Restart.
func (s *Process) URL() string { return "http://" + s.Address() }

// Address is the server's host and port, as OLLAMA_HOST takes them.
func (s *Process) Address() string { return "127.0.0.1:" + s.port }

// Kill ends the server and its runners at once, as a crash would.
func (s *Process) Kill() {
	if s.process == nil {
		return
	}
	s.leash.Close()
	s.process.Wait() // "killed" is no news
	s.process = nil
}

// Log is all that the server has printed.
func (s *Process) Log() string {
	b, err := os.ReadFile(s.logFile())
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func (s *Process) logFile() string { return filepath.Join(s.folder, "log") }

// keeper is the shell that runs the server. Its standard input is a pipe whose other end only this program holds:
// when that is closed, on purpose or because the program is gone, the keeper kills its process group, which the server
// and its runners are in.
const keeper = `"$0" serve </dev/null & cat; kill -KILL 0`

func (s *Process) run() error {
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
func (s *Process) wait() error {
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

// tail is the end of the log.
func (s *Process) tail() string {
	lines := strings.Split(strings.TrimSpace(s.Log()), "\n")
	return strings.Join(lines[max(0, len(lines)-40):], "\n")
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
