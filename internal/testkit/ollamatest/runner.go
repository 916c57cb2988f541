package ollamatest

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// KillRunner kills the processes that run the server's models, as running out of memory would, and fails the test if
// there are none. It reads /proc, so it is for Linux only.
func (s *Server) KillRunner() {
	s.t.Helper()
	killed := 0
	for _, pid := range s.Runners() {
		if syscall.Kill(pid, syscall.SIGKILL) == nil {
			killed++
		}
	}
	if killed == 0 {
		s.t.Fatal("no model is running that could be killed")
	}
}

// Runners returns the ids of the processes that run the server's models, one for each model in memory; when a model
// is loaded again, its process is another. It reads /proc too.
func (s *Process) Runners() []int {
	var pids []int
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		arguments, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(arguments, []byte("\x00--model\x00")) {
			continue
		}
		pid, err := strconv.Atoi(strings.Split(file, "/")[2])
		if err != nil {
			continue
		}
		if group, err := syscall.Getpgid(pid); err == nil && group == s.process.Process.Pid {
			pids = append(pids, pid)
		}
	}
	return pids
}
