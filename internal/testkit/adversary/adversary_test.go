package adversary_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"sopro/internal/eval/sim"
	"sopro/internal/testkit/adversary"
)

func TestPayloads(t *testing.T) {
	names := map[string]bool{}
	for _, p := range adversary.Payloads() {
		id := p.Model + " " + p.Name
		if names[id] || p.Name == "" {
			t.Errorf("%q is there twice", id)
		}
		names[id] = true
		said := text(p.Tokens(false))
		if said != p.Text {
			t.Errorf("%s: says %.100q", id, said)
		}
		fenced := text(p.Tokens(true))
		code := strings.HasPrefix(fenced, "```go\n") && strings.HasSuffix(fenced, "\n```\n")
		if thinks := strings.HasPrefix(p.Text, "<think>"); code == thinks {
			t.Errorf("%s: fenced %.100q", id, fenced)
		}
	}
	if len(names) < 200 {
		t.Errorf("%d payloads", len(names))
	}
}

func text(tokens []sim.Token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.Text)
	}
	return b.String()
}

// TestInspect sends one wrong message at a time, and one right one.
func TestInspect(t *testing.T) {
	w := adversary.Wire{
		Payload: adversary.Payload{Never: []string{"SECRET"}}, URI: "file:///w/f.go", Version: 3, Rel: "f.go",
		Shown: func(uri string) bool { return uri == "file:///tmp/x.md" },
		Reaches: func(markdown string) string {
			if strings.Contains(markdown, "![") {
				return "an image"
			}
			return ""
		},
	}
	notify := func(method string, params any) map[string]any {
		return map[string]any{"method": method, "params": params}
	}
	result := func(v any) map[string]any { return map[string]any{"id": 1, "result": v} }
	edit := func(uri string, version int) any {
		return map[string]any{"documentChanges": []any{map[string]any{"textDocument": map[string]any{"uri": uri, "version": version}}}}
	}
	stream := func(text string) map[string]any {
		return notify("$/progress", map[string]any{"token": "t", "value": map[string]any{"text": text}})
	}
	for _, c := range []struct {
		name     string
		want     string // in what is found; "" for nothing
		messages []any
	}{
		{"text", "", []any{result(map[string]any{"insertText": "日本\n\t🎉"})}},
		{"edit", "", []any{notify("workspace/applyEdit", map[string]any{"edit": edit("file:///w/f.go", 3)})}},
		{"diff", "", []any{result(map[string]any{"diff": "--- a/f.go\n+++ b/f.go\n@@ -1,2 +1,3 @@\n a\n+++ b/x\n b\n\\ No newline at end of file\n"})}},
		{"document", "", []any{notify("window/showDocument", map[string]any{"uri": "file:///tmp/x.md"})}},
		{"joiner in prose", "", []any{stream("a\u200db")}},

		{"unknown method", "method workspace/executeClientCommand", []any{notify("workspace/executeClientCommand", nil)}},
		{"control token", `has "SECRET"`, []any{result("a SECRET")}},
		{"escape", "U+001B", []any{result([]any{"a\x1b[2J"})}},
		{"C1", "U+009B", []any{stream("\u009b")}},
		{"joiner in code", "U+200D", []any{result(map[string]any{"insertText": "a\u200db"})}},
		{"tag", "U+E0041", []any{stream("\U000e0041")}},
		{"long message", "no plain line", []any{notify("window/showMessage", map[string]any{"message": strings.Repeat("a", 501)})}},
		{"message of two lines", "no plain line", []any{map[string]any{"id": 1, "error": map[string]any{"message": "a\nb"}}}},
		{"error without a word", "without a word", []any{map[string]any{"id": 1, "error": map[string]any{"code": 1}}}},
		{"another document", "an edit of", []any{result(edit("file:///w/g.go", 3))}},
		{"another version", "an edit of", []any{result(edit("file:///w/f.go", 2))}},
		{"no version", "without versions", []any{result(map[string]any{"changes": map[string]any{}})}},
		{"no document", "an edit of 0", []any{result(map[string]any{"documentChanges": []any{}})}},
		{"diff of another file", "another file", []any{result(map[string]any{"diff": "--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-a\n+b\n"})}},
		{"diff of two files", "between the hunks", []any{result(map[string]any{"diff": "--- a/f.go\n+++ b/f.go\n@@ -1 +1 @@\n-a\n+b\n--- a/g\n+++ b/g\n@@ -1 +1 @@\n-a\n+b\n"})}},
		{"web page", "shows", []any{notify("window/showDocument", map[string]any{"uri": "http://192.0.2.1"})}},
		{"Markdown", "reaches out", []any{result(map[string]any{"markdown": "![a](b)"})}},
		{"Markdown in two pieces", "reaches out", []any{stream("!"), stream("[a](b)")}},
		{"question", "", []any{notify("window/showMessageRequest", map[string]any{"message": "Download?"})}},
		{"long question", "no plain line", []any{notify("window/showMessageRequest", map[string]any{"message": strings.Repeat("a", 501)})}},
		{"title of two lines", "no plain line", []any{notify("$/progress", map[string]any{"token": "t", "value": map[string]any{"title": "a\nb"}})}},
		{"large message", "bytes", []any{result(strings.Repeat("a", 2<<20))}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sent strings.Builder
			for _, m := range c.messages {
				body, err := json.Marshal(m)
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&sent, "Content-Length: %d\r\n\r\n%s", len(body), body)
			}
			found := strings.Join(w.Inspect([]byte(sent.String())), "\n")
			if (found == "") != (c.want == "") || !strings.Contains(found, c.want) {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
	if found := w.Inspect([]byte("Content-Length: 9\r\n\r\n{}")); len(found) != 1 {
		t.Errorf("a cut message: %q", found)
	}
}

func TestPrinted(t *testing.T) {
	for text, want := range map[string]string{
		"NAME\tSIZE\n日本 🎉\n\ufffd": "", "a\x1b[2J": "U+001B", "a\rb": "U+000D", "\u009b2J": "U+009B", "a\u202eb": "U+202E", "\x9b2J": "U+FFFD",
		strings.Repeat("a", 2<<20): "bytes were printed",
	} {
		found := strings.Join(adversary.Printed(text), "\n")
		if (found == "") != (want == "") || !strings.Contains(found, want) {
			t.Errorf("%.20q: found %q, want %q", text, found, want)
		}
	}
}

// TestServer: whatever it says, it says it in JSON, and in every place.
func TestServer(t *testing.T) {
	var s adversary.Server
	for _, p := range adversary.Payloads() {
		s.Say(p)
		for path, places := range map[string]int{"/api/tags": 8, "/api/show": 12, "/api/ps": 1, "/api/pull": 6, "/api/delete": 1, "/v1/models": 3, "/props": 3} {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
			answer := w.Body.String()
			for line := range strings.Lines(answer) {
				if !json.Valid([]byte(line)) {
					t.Errorf("%s: %s is no JSON: %.200q", p.Name, path, line)
				}
			}
			if p.Name == "command link in angle brackets" && strings.Count(answer, "command:") < places {
				t.Errorf("%s: %d times: %s", path, strings.Count(answer, "command:"), answer)
			}
		}
	}
	s.Say(adversary.Payload{Text: "return \"é\"\n", Chunk: 1})
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("POST", "/api/generate", nil))
	if answer := w.Body.String(); !strings.Contains(answer, "{\"response\":\"\xc3\"") || strings.Count(answer, "\n") != 13 {
		t.Errorf("%q", answer)
	}
}
