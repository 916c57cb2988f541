package ollamatest

import (
	"os"
	"testing"
)

// A Server is a running Ollama of a test, which fails when it does.
type Server struct {
	*Process
	t testing.TB
}

// Start runs a server until the test ends, and fails the test if it cannot.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	process, err := Run(Program(t), t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{process, t}
	t.Cleanup(s.end)
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
	program, err := Find(folder)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// Restart runs the server again after Kill, on the same port with the same models.
func (s *Server) Restart() {
	s.t.Helper()
	s.Kill()
	if err := s.run(); err != nil {
		s.t.Fatal(err)
	}
}

func (s *Server) end() {
	s.Kill()
	if s.t.Failed() {
		s.t.Logf("the end of ollama's log:\n%s", s.tail())
	}
}
