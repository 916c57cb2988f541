package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// An editor hands on what stands in its settings, as --set: what is wrong with it is told once, and its server starts.
func TestWrongSettingOfAnEditor(t *testing.T) {
	p := start(t, "127.0.0.1:1", "--set", "nope=1")
	p.greet(t.TempDir())
	var told []string
	p.Until("a warning", func() bool {
		told = nil
		for _, params := range p.Received("window/showMessage") {
			var m struct{ Message string }
			if json.Unmarshal(params, &m) == nil && strings.Contains(m.Message, "--set: nope: not known") {
				told = append(told, m.Message)
			}
		}
		return len(told) > 0
	})
	p.status()
	if code, errs := p.quit(); len(told) != 1 || code != exitDone || errs != "" {
		t.Errorf("told %q, exit code %d, %q", told, code, errs)
	}
}
