//go:build ollama

package main

import (
	"net/http"
	"os"
	"testing"
)

// A real server answers in each role, and is gone with all that it wrote when the one who started it is.
func TestOllama(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	r := start(t, "ollama")
	r.wantFill("func add(a, b int) int {\n\t", "return a + b")
	_, stream := r.ask(http.MethodPost, r.url+"/api/chat", chatting("What does this do?"))
	if got, done := say(stream); got != "This function adds two numbers." || !done {
		t.Errorf("in a chat it says %q, done %v", got, done)
	}
	r.leave()
	if status, _ := r.ask(http.MethodGet, r.url+"/api/version", ""); status != 0 {
		t.Errorf("left, it answers %d", status)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
		t.Errorf("it left %v (%v)", left, err)
	}
}
