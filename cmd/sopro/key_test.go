//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"sopro/internal/eval/sim/openaisim"
)

const apiKey = "sk-not-a-real-key-0123456789abcdef"

// keyed gives the program a key in the environment, as its owner's own file names it, and returns what args need.
func keyed(t *testing.T, url string) []string {
	t.Setenv("SOPRO_TEST_KEY", apiKey)
	return []string{"--set", "openai.url=" + url, "--set", "openai.apiKeyEnv=SOPRO_TEST_KEY"}
}

// TestTheKey: docs/security.md row 5. The server gets the key, says it again wherever it can, sends us elsewhere and fails, to an editor
// and on the command line: nothing that can be read has the key, and nobody else gets it.
func TestTheKey(t *testing.T) {
	var others atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { others.Add(1) }))
	defer other.Close()
	var mode atomic.Pointer[string]
	mode.Store(new(string))
	server := openaisim.New(openaisim.Config{
		Kind: openaisim.VLLM, Key: apiKey, Models: []openaisim.Model{{Name: "Qwen/Qwen2.5-Coder-1.5B-Instruct"}},
		Answering: func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
			authorization := r.Header.Get("Authorization")
			switch *mode.Load() {
			case "error":
				http.Error(w, fmt.Sprintf(`{"error":{"message":"wrong: %s"}}`, authorization), http.StatusInternalServerError)
			case "stream":
				fmt.Fprintf(w, "data: {\"error\":{\"message\":\"wrong: %s\"}}\n\n", authorization)
			case "refused":
				http.Error(w, authorization, http.StatusUnauthorized)
			case "redirect":
				http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
			default:
				return false
			}
			return true
		},
	})
	defer server.Close()
	args := keyed(t, server.URL)

	folder := t.TempDir()
	write(t, filepath.Join(folder, ".git", "HEAD"), "ref: refs/heads/main\n")
	write(t, filepath.Join(folder, "f.go"), hostileFile)
	uri := "file://" + folder + "/f.go"
	p := start(t, "127.0.0.1:1", append(args, "--set", "log.level=debug")...)
	p.greet(folder)
	p.open(uri, "go", hostileFile)
	p.Until("the models", func() bool { return p.status().Models.Completion != "" })
	read := map[string]string{}
	for _, m := range []string{"", "error", "stream", "refused", "redirect"} {
		mode.Store(&m)
		answered(t, "inline completion", p.askInline(uri, 4, 1), nil)
		for _, f := range aboutModels {
			answered(t, f.name, f.ask(p, scene{uri: uri, model: "Qwen/Qwen2.5-Coder-1.5B-Instruct"}), nil)
		}
		answered(t, "sopro.explain", p.do("sopro.explain", map[string]any{"uri": uri, "range": lines(3, 5), "token": "t"}), nil)
		var trace json.RawMessage
		answered(t, "sopro.trace", p.do("sopro.trace", map[string]any{}), &trace)
		read["the trace, "+m] = string(trace)
		for _, words := range [][]string{
			{"complete", "f.go:5:2"}, {"complete", "f.go:5:2", "--json"}, {"complete", "f.go:5:2", "--dry-run", "--json"}, {"explain", "f.go:4-5"},
			{"models", "list", "--json"}, {"models", "show", "x"}, {"doctor", "--json"}, {"doctor", "--bundle", "bundle" + m},
		} {
			out, errs := command(t, folder, "127.0.0.1:1", append(words, args...)...)
			read[fmt.Sprint(words, m)] = out + errs
		}
		bundle, err := os.ReadFile(filepath.Join(folder, "bundle"+m))
		if err != nil {
			t.Error(err)
		}
		read["the bundle, "+m] = string(bundle)
	}
	read["what the editor got"] = string(p.said.take())
	code, errs := p.quit()
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	read["standard error"] = errs
	for path := range tree(t, p.home) {
		kept, _ := os.ReadFile(filepath.Join(p.home, path)) // a folder has no text
		read[path] = string(kept)
	}
	for where, text := range read {
		if strings.Contains(text, apiKey) {
			t.Errorf("%s has the key: %.300q", where, text[max(0, strings.Index(text, apiKey)-100):])
		}
	}
	if n := others.Load(); n > 0 {
		t.Errorf("another server was asked %d times", n)
	}
	got := 0
	for _, r := range server.Requests() {
		if r.Key == apiKey {
			got++
		}
		if bytes.Contains(r.Body, []byte(apiKey)) {
			t.Errorf("%s has the key in its body", r.Path)
		}
	}
	if got == 0 || len(read["sopro/sopro.log"]) == 0 || !strings.Contains(read["the trace, "], "/v1/completions") {
		t.Errorf("the key was sent %d times, log of %d bytes: nothing was tested", got, len(read["sopro/sopro.log"]))
	}
}
