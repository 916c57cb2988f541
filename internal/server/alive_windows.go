package server

import "os"

// alive reports whether a process lives: on Windows one that does not cannot be found.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	return p.Release() == nil
}
