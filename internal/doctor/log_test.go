package doctor_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sopro/internal/doctor"
)

func TestLog(t *testing.T) {
	for _, c := range []struct {
		story string
		make  func(t *testing.T, path string) // what is there before
		want  string
	}{
		{"none yet", func(*testing.T, string) {}, "ok log: there is no log yet; it will be ~/state/sopro.log -> "},
		{"as it should be", func(t *testing.T, path string) { put(t, path, "a log\n", 0o600) },
			"ok log: the log is ~/state/sopro.log, 6 bytes, readable by you alone -> "},
		{"open to others", func(t *testing.T, path string) { put(t, path, "a log\n", 0o644) },
			`warning log: the log ~/state/sopro.log can be read by others (mode 0644) -> run "chmod 600" on it; Sopro writes none while it cannot close it`},
		{"a folder", func(t *testing.T, path string) { put(t, filepath.Join(path, "x"), "", 0o600) },
			"warning log: the log ~/state/sopro.log cannot be looked at: it is not a file -> set log.file to a file that you may write"},
		{"a file where its folder should be", func(t *testing.T, path string) { put(t, filepath.Dir(path), "", 0o600) },
			"warning log: no log can be written: the folder of ~/state/sopro.log is not one -> set log.file to a file in a folder of yours"},
	} {
		t.Run(c.story, func(t *testing.T) {
			m := build(t, machine{})
			c.make(t, m.Log)
			r, err := doctor.Examine(t.Context(), m, doctor.Watcher{})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(lines(m, r, []string{"log"}), "\n"); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func put(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}
