package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

const twoRules = `{"rules": [{"when": "add\\([^\n]*\\{\\s*$", "text": "return a + b", "prob": 0.5}, {"when": "sub", "text": "a - b"}]}`

// Rules go by the text before the hole, not by other files, what follows, or the system's message.
func TestRules(t *testing.T) {
	r := start(t, "sim")
	r.wantFill("func add(a, b int) {\n\t", "")
	r.set("/fill", twoRules)
	r.wantFill("func add(a, b int) {\n\t", "return a + b")
	r.wantFill("sub of add(a) {", "return a + b")
	r.wantFill("sub", "a - b")
	r.wantFill("func other() {", "")
	_, stream := r.ask(http.MethodPost, r.url+"/api/generate", strings.Replace(filling("add() {"), `"raw"`, `"logprobs": true, "raw"`, 1))
	if !strings.Contains(stream, `"logprob":-0.69314`) {
		t.Errorf("a token of probability 0.5 is told as %s", stream)
	}

	r.set("/chat", `{"rules": [{"when": "secret", "text": "wrong"}, {"when": "(?i)explain", "text": "It adds two numbers."}]}`)
	_, stream = r.ask(http.MethodPost, r.url+"/api/chat", chatting("Explain this."))
	if got, done := say(stream); got != "It adds two numbers." || !done {
		t.Errorf("in a chat it says %q, done %v", got, done)
	}
}

func TestPayloads(t *testing.T) {
	r := start(t, "sim")
	for _, kind := range []string{"markdown", "hidden", "broken", "elsewhere", "orders", "floods", "thoughts", "controls"} {
		_, text := r.ask(http.MethodGet, r.control+"/payloads?kind="+kind, "")
		var all []payload
		if err := json.Unmarshal([]byte(text), &all); err != nil || len(all) == 0 || all[0].Name == "" || !slices.ContainsFunc(all, func(p payload) bool { return p.Text != "" }) {
			t.Errorf("%s: %v: %.100s", kind, err, text)
		}
	}
	r.set("/fill", `{"rules": [{"when": "", "payload": "bidi override"}]}`)
	r.wantFill("x", "return 1 // \u202e } ;0 nruter\n")
}

func TestHoldAndRelease(t *testing.T) {
	r := start(t, "sim")
	r.set("/fill", twoRules)
	r.set("/hold", `{"after": 1}`)
	rest := r.begin("add() {", "return")
	r.set("/release", `{}`)
	if got := rest(); got != " a + b" {
		t.Errorf("released, it goes on with %q", got)
	}
	r.wantFill("add() {", "return a + b")
}

// Each fault, what a client sees of it, and that the one after it is well.
func TestFaults(t *testing.T) {
	r := start(t, "sim")
	r.set("/fill", twoRules)
	for _, c := range []struct {
		fault  string
		status int
		has    string
	}{
		{`{"kind": "cut", "after": 1}`, 200, `"return"`},
		{`{"kind": "noDone", "after": 1}`, 200, `"return"`},
		{`{"kind": "errorLine", "after": 0, "text": "out of memory"}`, 200, `"out of memory"`},
		{`{"kind": "garbage"}`, 200, "It works!"},
		{`{"kind": "missing"}`, 404, "not found"},
		{`{"kind": "failed", "text": "broken"}`, 500, `"broken"`},
		{`{"kind": "busy"}`, 503, "busy"},
	} {
		r.set("/fault", c.fault)
		status, text := r.ask(http.MethodPost, r.url+"/api/generate", filling("add() {"))
		if status != c.status || !strings.Contains(text, c.has) || strings.Contains(text, `"done":true`) {
			t.Errorf("%s: %d %s", c.fault, status, text)
		}
		r.wantFill("add() {", "return a + b")
	}
	r.set("/fault", `{"kind": "busy", "times": -1, "path": "/api/tags"}`)
	for range 2 {
		if status, _ := r.ask(http.MethodGet, r.url+"/api/tags", ""); status != 503 {
			t.Errorf("status %d before it is healed", status)
		}
	}
	r.set("/heal", `{}`)
	if status, _ := r.ask(http.MethodGet, r.url+"/api/tags", ""); status != 200 {
		t.Errorf("status %d after it was healed", status)
	}
}

// What hangs goes on when it is healed.
func TestHang(t *testing.T) {
	r := start(t, "sim")
	r.set("/fill", twoRules)
	r.set("/fault", `{"kind": "hang"}`)
	answer := make(chan string)
	go func() {
		text, _ := r.fill("add() {")
		answer <- text
	}()
	for len(r.seen()) == 0 { // it has come
	}
	select {
	case text := <-answer:
		t.Errorf("it answered %q", text)
	default:
	}
	r.set("/heal", `{}`)
	if text := <-answer; text != "return a + b" {
		t.Errorf("healed, it says %q", text)
	}
}

func TestStopAndStart(t *testing.T) {
	r := start(t, "sim")
	r.set("/fill", twoRules)
	r.set("/hold", `{"after": 1}`)
	rest := r.begin("add() {", "return")
	r.set("/stop", `{}`)
	if got := rest(); got != "" {
		t.Errorf("after its end it says %q", got)
	}
	if status, _ := r.ask(http.MethodGet, r.url+"/api/version", ""); status != 0 {
		t.Errorf("stopped, it answers %d", status)
	}
	r.set("/start", `{}`)
	r.set("/release", `{}`)
	r.wantFill("add() {", "return a + b")
}

// Loading and each token take the time they are told to, as the server itself counts it.
func TestPaceAndLoad(t *testing.T) {
	r := start(t, "sim")
	r.set("/fill", twoRules)
	told := func() (load, generation int64) {
		_, stream := r.ask(http.MethodPost, r.url+"/api/generate", filling("add() {"))
		for line := range strings.Lines(stream) {
			var last struct {
				Load int64 `json:"load_duration"`
				Eval int64 `json:"eval_duration"`
			}
			if err := json.Unmarshal([]byte(line), &last); err != nil {
				t.Fatal(err)
			}
			load, generation = last.Load, last.Eval
		}
		return load, generation
	}
	const ms = 1_000_000
	r.set("/pace", `{"msPerToken": 2}`)
	r.set("/load", `{"ms": 30}`)
	if load, generation := told(); load != 30*ms || generation != 6*2*ms {
		t.Errorf("loaded in %d ns, 5 tokens and the end made in %d ns", load, generation)
	}
	r.set("/pace", `{"msPerToken": 0}`)
	if load, generation := told(); load >= 30*ms || generation >= ms {
		t.Errorf("loaded again in %d ns, generated at once in %d ns", load, generation)
	}
}

func TestLibrary(t *testing.T) {
	r := start(t, "sim", "--empty", "--version", "0.13.0")
	if _, text := r.ask(http.MethodGet, r.url+"/api/version", ""); !strings.Contains(text, "0.13.0") {
		t.Errorf("the version is %s", text)
	}
	installed := func() (n int) {
		_, text := r.ask(http.MethodGet, r.url+"/api/tags", "")
		return strings.Count(text, `"digest"`)
	}
	pull := func(name string) string {
		_, text := r.ask(http.MethodPost, r.url+"/api/pull", encoded(map[string]string{"model": name}))
		return text
	}
	if n := installed(); n != 0 {
		t.Errorf("%d models are installed", n)
	}
	for n, name := range []string{infiller, talker} {
		if text := pull(name); !strings.Contains(text, "success") || installed() != n+1 {
			t.Errorf("pulled %s: %s", name, text)
		}
	}

	r.set("/library", `{"models": [{"name": "starcoder2:3b", "bytes": 4000, "hold": true}]}`)
	if text := pull(talker); !strings.Contains(text, "does not exist") {
		t.Errorf("pulled what the library does not have: %s", text)
	}
	pulled := make(chan string)
	go func() { pulled <- pull("starcoder2:3b") }()
	for !r.has("/api/pull", 4) {
	}
	r.set("/release", `{}`)
	if text := <-pulled; !strings.Contains(text, `"total":4000`) || !strings.Contains(text, "success") {
		t.Errorf("released, it pulled %s", text)
	}
}

func TestRequestsAndForget(t *testing.T) {
	r := start(t, "sim")
	r.set("/fill", twoRules)
	r.wantFill("add() {", "return a + b")
	seen := r.seen()
	if len(seen) != 1 || seen[0].Method != "POST" || seen[0].Path != "/api/generate" || seen[0].Status != 200 || seen[0].Aborted ||
		!strings.Contains(seen[0].Body, "fim_middle") {
		t.Errorf("saw %+v", seen)
	}
	r.set("/forget", `{}`)
	if seen := r.seen(); len(seen) != 0 {
		t.Errorf("after it forgot them it saw %+v", seen)
	}
}

// seen are the requests so far.
func (r *rig) seen() (all []request) {
	r.t.Helper()
	_, text := r.ask(http.MethodGet, r.control+"/requests", "")
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		r.t.Fatal(err)
	}
	return all
}

// has reports whether n requests for a path have come.
func (r *rig) has(path string, n int) bool {
	r.t.Helper()
	for _, seen := range r.seen() {
		if seen.Path == path {
			n--
		}
	}
	return n <= 0
}

// What the controls do not understand they say.
func TestWrong(t *testing.T) {
	r := start(t, "sim")
	for _, c := range [][2]string{
		{"/fill", `{"rules": [{"when": "("}]}`}, {"/fill", `{"rules": [{"payload": "none"}]}`}, {"/fill", "no JSON"},
		{"/fault", `{"kind": "none"}`}, {"/pace", `{"msPerToken": "a"}`}, {"/start", `{}`},
	} {
		if status, text := r.ask(http.MethodPost, r.control+c[0], c[1]); status != http.StatusBadRequest || !strings.Contains(text, `"error"`) {
			t.Errorf("%s %s: %d %s", c[0], c[1], status, text)
		}
	}
	if status, _ := r.ask(http.MethodGet, r.control+"/payloads?kind=none", ""); status != http.StatusBadRequest {
		t.Errorf("payloads of no kind: %d", status)
	}
}
