package syntax

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"sopro/internal/document"
)

// What tree-sitter allocates is not in Go's heap: one forgotten Close shows only in
// the process (31 MB with, 1.4 GB without after 200 parses of such a file).
func TestMemoryStaysFlat(t *testing.T) {
	text := large()
	text = text[:len(text)/4]
	tracker, s := open(t, "go", text)
	round := func() {
		s = insert(t, tracker, s, len(s.String())/2, "\nx(")
		wait(t, tracker)
		v := tracker.View()
		defer v.Close()
		poke(t, v, document.Span{Start: s.Len() / 2, End: s.Len() / 2}, "y := 1\nz(")
		once := parseOnce(t.Context(), v.Language(), s, patient)
		defer once.Close()
		once.Declarations()
		whole, e := s.Splice(document.Span{Start: 0, End: s.Len()}, text)
		tracker.Update(whole, []document.Edit{e})
		s = whole
	}
	for range 10 {
		round()
	}
	before := resident(t)
	for range 30 {
		round()
	}
	if grown := resident(t) - before; grown > 40<<20 {
		t.Errorf("grew by %d MB", grown>>20)
	}
}

// resident is the memory that the process has, in bytes.
func resident(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(status, []byte("VmRSS:"))
	var kilobytes int
	if _, err := fmt.Sscan(strings.TrimSpace(string(rest[:min(len(rest), 40)])), &kilobytes); err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}
