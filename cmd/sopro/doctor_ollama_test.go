//go:build ollama

package main

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"sopro/internal/doctor"
	"sopro/internal/testkit/ollamatest"
)

// The doctor finds nothing at fault with a real Ollama and models that were written by hand, on both of its engines, and the last
// step is a hole that the model filled.
func TestDoctor(t *testing.T) {
	engines(t, func(t *testing.T, newEngine bool) {
		server := ollamaWith(t, newEngine, infiller, developer)
		folder := t.TempDir()
		write(t, filepath.Join(folder, "add.go"), goFile)
		out, errs := command(t, folder, server.Address(), "doctor", "--json")
		var r doctor.Report
		if err := json.Unmarshal([]byte(out), &r); err != nil || errs != "" {
			t.Fatalf("%v: %s%s", err, out, errs)
		}
		state := map[string]doctor.State{}
		for _, s := range r.Steps {
			state[s.Name] = s.State
		}
		for _, name := range []string{"server", "version", "bound", "models", "completion", "chat", "context", "memory", "load", "hole"} {
			if state[name] != doctor.OK {
				t.Errorf("%s is %q:\n%s", name, state[name], out)
			}
		}
		if last := r.Steps[len(r.Steps)-1]; !r.OK || last.Name != "hole" {
			t.Errorf("ok %v, the last step %+v", r.OK, last)
		}
	})
}

// A real program says its version in words of its own, and is not led to another server by the environment.
func TestDoctorFindsTheProgram(t *testing.T) {
	program := ollamatest.Program(t)
	found := doctor.FindProgram(t.Context(), filepath.Dir(program), t.TempDir())
	if found.Path != program || found.Version == "" {
		t.Errorf("%+v", found)
	}
}
