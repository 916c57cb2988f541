package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a running one, and what a test in another language would do with it.
type rig struct {
	t            *testing.T
	client       *http.Client
	url, control string
	leave        func() // closes its standard input and waits
}

func start(t *testing.T, args ...string) *rig {
	t.Helper()
	in, leash := io.Pipe()
	out, ready := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(context.Background(), args, in, ready)
		ready.CloseWithError(io.ErrUnexpectedEOF)
		ended <- err
	}()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("rig %v: %v: %v", args, err, <-ended)
	}
	var told struct{ URL, Control string }
	if err := json.Unmarshal(line, &told); err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}, url: told.URL, control: told.Control}
	left := false
	r.leave = func() {
		if left {
			return
		}
		left = true
		leash.Close()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(r.leave)
	return r
}

// ask returns the status, 0 where there is no answer, and what came of the body.
func (r *rig) ask(method, url, body string) (int, string) {
	r.t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	reply, err := r.client.Do(request)
	if err != nil {
		return 0, ""
	}
	defer reply.Body.Close()
	text, _ := io.ReadAll(reply.Body) // a cut is one of the answers
	return reply.StatusCode, string(text)
}

// set is a POST to the controls, which must take it.
func (r *rig) set(path, body string) {
	r.t.Helper()
	if status, text := r.ask(http.MethodPost, r.control+path, body); status != http.StatusOK || strings.TrimSpace(text) != "{}" {
		r.t.Fatalf("%s %s: %d %s", path, body, status, text)
	}
}

// say is what a stream said, and whether it ended well.
func say(stream string) (text string, done bool) {
	for line := range strings.Lines(stream) {
		var piece struct {
			Response string
			Message  struct{ Content string }
			Done     bool
		}
		if json.Unmarshal([]byte(line), &piece) == nil {
			text, done = text+piece.Response+piece.Message.Content, piece.Done
		}
	}
	return text, done
}

const infiller, talker = "qwen2.5-coder:1.5b-base", "qwen2.5-coder:7b"

// filling is the request that fills a hole.
func filling(before string) string {
	return encoded(map[string]any{
		"model": infiller, "raw": true,
		"prompt": "<|file_sep|>b.go\nfunc other() {\n<|file_sep|>a.go\n<|fim_prefix|>" + before + "<|fim_suffix|>\n}\n<|fim_middle|>",
	})
}

func chatting(last string) string {
	return encoded(map[string]any{"model": talker, "messages": []map[string]string{
		{"role": "system", "content": "func secret()"}, {"role": "user", "content": last},
	}})
}

func encoded(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// fill is what a hole is filled with.
func (r *rig) fill(before string) (string, bool) {
	r.t.Helper()
	_, stream := r.ask(http.MethodPost, r.url+"/api/generate", filling(before))
	return say(stream)
}

func (r *rig) wantFill(before, want string) {
	r.t.Helper()
	if got, done := r.fill(before); got != want || !done {
		r.t.Errorf("after %q comes %q, done %v; want %q", before, got, done, want)
	}
}

// begin fills a hole and waits for the words that come first; the rest comes from the function.
func (r *rig) begin(before, want string) (rest func() string) {
	r.t.Helper()
	reply, err := r.client.Post(r.url+"/api/generate", "application/json", strings.NewReader(filling(before)))
	if err != nil {
		r.t.Fatal(err)
	}
	lines := bufio.NewReader(reply.Body)
	for got := ""; got != want; {
		line, err := lines.ReadString('\n')
		if err != nil {
			r.t.Fatalf("%q, then %v", got, err)
		}
		piece, _ := say(line)
		if got += piece; !strings.HasPrefix(want, got) {
			r.t.Fatalf("%q, want %q", got, want)
		}
	}
	return func() string {
		defer reply.Body.Close()
		var all bytes.Buffer
		_, _ = all.ReadFrom(lines)
		text, _ := say(all.String())
		return text
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"other"}, {"sim", "--unknown"}} {
		if err := run(t.Context(), args, strings.NewReader(""), io.Discard); err == nil {
			t.Errorf("rig %v did not fail", args)
		}
	}
}

// A context that ends, as by a signal, ends it as well as its standard input does.
func TestSignal(t *testing.T) {
	in, leash := io.Pipe()
	defer leash.Close()
	ctx, cancel := context.WithCancel(t.Context())
	out, ready := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"sim"}, in, ready) }()
	if _, err := bufio.NewReader(out).ReadBytes('\n'); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
