package server_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sopro/internal/document"
	"sopro/internal/learn"
	"sopro/internal/syntax"
)

// learning is an editor whose server keeps what it learns in a file.
func learning(t *testing.T, m *script, path string) *editor {
	m.ledger = learn.NewLedger(learn.NewBook(path))
	return connect(t, options{build: m.build, learn: m.ledger})
}

const dayText = "package a\n\nvar x = "

// parsersReady makes the parsers of Go, which outlive a test, outside of the bubbles of synctest.
func parsersReady() {
	text := document.New("file:///a.go", "go", 1, dayText)
	syntax.NewTracker(syntax.Detect("go", "", ""), text).Close()
}

// TestAcceptanceIsSeen checks that an editor which tells nothing is understood by its changes, that what was typed by hand is told
// apart, and that a minute later it is in the file and after five minutes how much still stands.
func TestAcceptanceIsSeen(t *testing.T) {
	parsersReady()
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "state", "completions.json")
		e := learning(t, newScript("sum(1, 2)"), path)
		e.initialize(plainClient)
		e.open(goFile, "go", dayText)
		e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8))
		e.change(goFile, 2, "2:8-2:8", "sum(1, 2)")
		synctest.Wait()
		want(t, e.command("sopro.status", `{}`), `{"result":{"accepted":1,"learnt":{"models":[
			{"model":"qwen2.5-coder:1.5b","language":"go","shown":1,"accepted":1,"typed":0,"characters":9,"standing":"!","gate":0.7}]}}}`)
		time.Sleep(31 * time.Second)
		e.change(goFile, 3, "2:15-2:16", "3") // sum(1, 3)
		time.Sleep(5 * time.Minute)
		want(t, e.command("sopro.status", `{}`), fmt.Sprintf(`{"result":{"learnt":{"file":%q,"models":[{"standing":{"30s":1,"2m":%v,"5m":%v}}]}}}`, path, 8.0/9, 8.0/9))
		raw, err := os.ReadFile(path)
		if err != nil || strings.Contains(string(raw), "sum") {
			t.Errorf("%v: %s", err, raw)
		}
	})
}

// TestLearntOutlivesTheServer checks that the file is written when the server ends, and read by the next.
func TestLearntOutlivesTheServer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "completions.json")
	for run := 1; run <= 2; run++ {
		m := newScript("sum(1, 2)")
		e := learning(t, m, path)
		e.initialize(plainClient)
		e.open(goFile, "go", dayText)
		e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8))
		e.change(goFile, 2, "2:8-2:8", "sum(1, 2)")
		e.until(func() bool { return m.ledger.Count() == 1 })
		e.until(func() bool { // the file is read beside all else
			return match(fmt.Sprintf(`{"result":{"accepted":1,"learnt":{"models":[{"accepted":%d}]}}}`, run), e.command("sopro.status", `{}`)) == nil
		})
		e.call("shutdown", "null")
		e.notify("exit", "null")
		e.exit(0)
	}
}

// TestBrokenLearning checks that a file that is not ours is put aside, with one message.
func TestBrokenLearning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "completions.json")
		if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
		e := learning(t, newScript("1"), path)
		e.initialize(plainClient)
		if m := e.await(`{"method":"window/showMessage","params":{"type":2}}`); !strings.Contains(m, path+".broken") {
			t.Error(m)
		}
		time.Sleep(5 * time.Minute)
		e.never(`{"method":"window/showMessage"}`)
	})
}

// taught is a file in which a model's completions were counted.
func taught(t *testing.T, change func(model map[string]any)) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "completions.json")
	m := map[string]any{"model": "qwen2.5-coder:1.5b", "language": "go", "day": "2026-11-23"}
	change(m)
	raw, err := json.Marshal(map[string]any{"models": []any{m}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSeldomAcceptedIsHidden checks that what is almost never accepted is not shown, but to who asks by key; and that every twentieth is
// shown all the same.
func TestSeldomAcceptedIsHidden(t *testing.T) {
	kind := learn.Kind{Place: learn.LineEnd, Text: "one", Sure: 0.89}
	path := taught(t, func(m map[string]any) {
		m["buckets"] = map[string]any{kind.Bucket(): map[string]int{"seen": 100, "taken": 0}}
	})
	m := newScript("one")
	m.probs = []float64{0.89}
	e := learning(t, m, path)
	e.initialize(plainClient)
	e.until(func() bool { return len(m.ledger.Book().Summaries()) == 1 })
	want(t, e.command("sopro.status", `{}`), fmt.Sprintf(`{"result":{"learnt":{"models":[{"hidden":[%q]}]}}}`, kind.Bucket()))
	shown := 0
	for i := range 40 {
		file := fmt.Sprintf("file:///w/%d.go", i)
		e.open(file, "go", dayText)
		ask := inlineParams(file, 2, 8)
		items := len(items(t, e.call("textDocument/inlineCompletion", ask)))
		if items > 0 && i != 19 && i != 39 {
			t.Errorf("the %dth is shown", i+1)
		}
		shown += items
		want(t, e.call("textDocument/inlineCompletion", strings.Replace(ask, `"triggerKind":2`, `"triggerKind":1`, 1)), `{"result":{"items":[{"insertText":"one"}]}}`)
	}
	if shown != 2 {
		t.Errorf("%d of 40 were shown", shown)
	}
}

// TestLearntGate checks that the gate that was learnt is in use, and that one that somebody has set stands above it.
func TestLearntGate(t *testing.T) {
	for _, c := range []struct {
		story, initialize, want string
		gate                    float64
	}{
		{"nobody has set one", `"initializationOptions":{}`, "sum(a, b)", 0.5},
		{"somebody has set one", `"initializationOptions":{"completion":{"gate":0.71}}`, "sum(a,", 0.71},
	} {
		t.Run(c.story, func(t *testing.T) {
			path := taught(t, func(m map[string]any) { m["gate"] = 0.5 })
			m := newScript("sum(a, b)")
			m.probs = []float64{0.95, 0.8, 1}
			if c.gate == 0.71 {
				m.probs = []float64{0.95, 0.7, 1}
			}
			e := learning(t, m, path)
			e.initialize(plainClient, c.initialize)
			e.until(func() bool { return len(m.ledger.Book().Summaries()) == 1 })
			e.open(goFile, "go", dayText)
			want(t, e.call("textDocument/inlineCompletion", inlineParams(goFile, 2, 8)), fmt.Sprintf(`{"result":{"items":[{"insertText":%q}]}}`, c.want))
			want(t, e.command("sopro.status", `{}`), fmt.Sprintf(`{"result":{"learnt":{"models":[{"gate":%v}]}}}`, c.gate))
		})
	}
}
