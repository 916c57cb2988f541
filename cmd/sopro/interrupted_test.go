package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestInterruptedWhileReading checks that of a workspace that was not read to its end nothing is shown as if it were.
func TestInterruptedWhileReading(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.go")
	if err := os.WriteFile(path, []byte("package a\n\nvar x = \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	for _, more := range [][]string{{"--dry-run", "--model", "codellama:7b-code"}, {"--dry-run", "--model", "codellama:7b-code", "--no-wait"}, nil} {
		var out, errs bytes.Buffer
		args := append([]string{"complete", path + ":3:9", "--set", "ollama.url=http://127.0.0.1:1"}, more...)
		if code := run(ctx, args, strings.NewReader(""), &out, &errs); code != exitBroken || out.Len() > 0 {
			t.Errorf("%q: exit code %d, printed %q", more, code, out.String())
		}
	}
}
