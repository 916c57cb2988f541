package config

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestAFileOfSettingsWithoutEnd: what a repository brings along is read up to its bound and no further.
func TestAFileOfSettingsWithoutEnd(t *testing.T) {
	root := t.TempDir()
	path := filepath.Join(root, ".sopro.toml")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 256<<20); err != nil { // it takes no place on the disk
		t.Fatal(err)
	}
	loader := &Loader{Env: func(string) string { return "" }}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, problems := loader.Load([]string{root}, nil, nil)
	runtime.ReadMemStats(&after)
	if len(problems) != 1 || !strings.Contains(problems[0].String(), "larger than 64 KiB") {
		t.Errorf("%v", problems)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 16<<20 {
		t.Errorf("it took %d MiB", grown>>20)
	}
}
