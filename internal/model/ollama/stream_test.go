package ollama

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sopro/internal/eval/sim"
	"sopro/internal/model"
	"sopro/internal/model/jsonhttp"
)

// ask is a request that every test begins with.
func ask(name, prompt string) model.Request {
	return model.Request{Model: name, Prompt: prompt, Raw: true, MaxTokens: 64, Logprobs: true, Options: model.Options{NumCtx: 2048}}
}

func client(t *testing.T, url string) *Client {
	t.Helper()
	c, err := New(url, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// simulated runs a simulated Ollama and a client of it.
func simulated(t *testing.T, config sim.Config) (*sim.Server, *Client) {
	t.Helper()
	s := sim.New(config)
	t.Cleanup(s.Close)
	return s, client(t, s.URL())
}

// raw runs a server that answers every generation with a status and a body as they are.
func raw(t *testing.T, status int, body string) *Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return client(t, s.URL)
}

// collect reads a stream to its end: the text, the tokens, the statistics, the error.
func collect(c *Client, ctx context.Context, r model.Request) (text string, tokens []model.Token, done *model.Stats, err error) {
	for chunk, e := range c.Stream(ctx, r) {
		text += chunk.Text
		tokens = append(tokens, chunk.Tokens...)
		if chunk.Done != nil {
			done = chunk.Done
		}
		err = e
	}
	return text, tokens, done, err
}

var versions = []string{"0.6.8", "0.12.11", "0.17.4", "0.30.0", "0.30.1"}

func TestEveryVersionAnswers(t *testing.T) {
	models := []sim.Model{
		{Name: "coder", Capabilities: []string{"completion", "insert"}, Answer: func(p sim.Prompt) []sim.Token { return sim.Tokens("[" + p.Text + "|" + p.Suffix + "]") }},
		{Name: "thinker", Capabilities: []string{"completion", "thinking"}, Thinking: "Hm.", Answer: sim.Say("It adds.")},
	}
	for _, version := range versions {
		_, c := simulated(t, sim.Config{Version: version, Models: models})
		for _, a := range []struct {
			name string
			r    model.Request
			want string
		}{
			{"raw", ask("coder", "a<b>&"), "[a<b>&|]"},
			{"suffix", model.Request{Model: "coder", Prompt: "a", Suffix: "b", MaxTokens: 64, Options: model.Options{NumCtx: 2048}}, "[a|b]"},
			{"only a suffix", model.Request{Model: "coder", Suffix: "b", MaxTokens: 64, Options: model.Options{NumCtx: 2048}}, "[\n|b]"},
			{"chat", model.Request{Model: "coder", Messages: []model.Message{{Role: "system", Content: "s"}, {Role: "user", Content: "q"}}, MaxTokens: 64, Options: model.Options{NumCtx: 2048, KeepAlive: "-1"}}, "[q|]"},
			{"stop", model.Request{Model: "coder", Prompt: "one\n\ntwo", Raw: true, Stop: []string{"\n\n"}, MaxTokens: 64, Options: model.Options{NumCtx: 2048}}, "[one"},
			{"thinking is not text", model.Request{Model: "thinker", Messages: []model.Message{{Role: "user", Content: "q"}}, MaxTokens: 64, NoThink: version == "0.17.4", Options: model.Options{NumCtx: 2048}}, "It adds."},
		} {
			text, _, done, err := collect(c, t.Context(), a.r)
			if version < "0.9" && strings.HasPrefix(text, "<think>") {
				text = text[strings.LastIndexByte(text, '\n')+1:] // such a version knows of no thinking
			}
			if text != a.want || err != nil || done == nil || done.Reason != "stop" {
				t.Errorf("%s, %s: %q, %+v, %v; want %q", version, a.name, text, done, err, a.want)
			}
		}
	}
}

func TestProbabilities(t *testing.T) {
	answer := func(sim.Prompt) []sim.Token {
		return []sim.Token{{Text: "a", Prob: 1}, {Text: "b", Prob: 0.5}, {Text: "\xe2\x82", Prob: 0.8}, {Text: "\xac", Prob: 0.5}, {Text: "\n", Prob: 0.9}, {Text: "\nc", Prob: 0.5}}
	}
	type tokens = []model.Token
	whole := tokens{{Text: "a", Prob: 1, Known: true}, {Text: "b", Prob: 0.5, Known: true}}
	for version, want := range map[string]tokens{
		"0.6.8":  nil,
		"0.17.4": append(whole[:2:2], model.Token{Text: "€", Prob: 0.4, Known: true}),
		"0.30.1": append(whole[:2:2], model.Token{Text: "€", Prob: 0.5, Known: true}), // only the last part is told
	} {
		_, c := simulated(t, sim.Config{Version: version, Models: []sim.Model{{Name: "m", Answer: answer}}})
		r := ask("m", "x")
		r.Stop = []string{"\n\n"}
		text, got, _, err := collect(c, t.Context(), r)
		if text != "ab€" || err != nil {
			t.Fatalf("%s: %q, %v", version, text, err)
		}
		if d := cmp.Diff(want, got, cmp.Transformer("round", func(f float64) string { return fmt.Sprintf("%.3f", f) })); d != "" {
			t.Errorf("%s: %s", version, d)
		}
	}
}

func TestAlign(t *testing.T) {
	known := func(text string, p float64) model.Token { return model.Token{Text: text, Prob: p, Known: true} }
	certain := func(texts ...string) (out []jsonhttp.Logprob) {
		for _, s := range texts {
			out = append(out, jsonhttp.Logprob{Token: s})
		}
		return out
	}
	for _, c := range []struct {
		text string
		from []jsonhttp.Logprob
		want []model.Token
	}{
		{"ab", certain("a", "b"), []model.Token{known("a", 1), known("b", 1)}},
		{"ab", certain("a", "b;", "c"), []model.Token{known("a", 1), known("b", 1)}},
		{"a", certain("a", "", "c"), []model.Token{known("a", 1)}},
		{"xyb", certain("b"), []model.Token{{Text: "xy", Prob: 1}, known("b", 1)}},
		{"€", certain("\ufffd", "\ufffd"), []model.Token{known("€", 1)}},
		{"a", nil, nil},
		{"", certain("a"), nil},
	} {
		if d := cmp.Diff(c.want, jsonhttp.Align(c.text, c.from)); d != "" {
			t.Errorf("%q from %v: %s", c.text, c.from, d)
		}
	}
}

func FuzzAlign(f *testing.F) {
	f.Add("ab", "a", "b", 0.0)
	f.Add("a", "ab", "", 1.0)
	f.Add("xb", "", "b", -3.0)
	f.Add("€", "\ufffd", "\ufffd", -0.1)
	f.Fuzz(func(t *testing.T, text, a, b string, p float64) {
		var spelt strings.Builder
		tokens := jsonhttp.Align(text, []jsonhttp.Logprob{{Token: a, Logprob: p}, {Token: b, Logprob: p}})
		for _, tok := range tokens {
			spelt.WriteString(tok.Text)
			if tok.Prob > 1 || tok.Prob < 0 {
				t.Errorf("probability %v", tok.Prob)
			}
		}
		if text != "" && spelt.String() != text {
			t.Errorf("%q is spelt %q", text, spelt.String())
		}
	})
}

func TestAServerThatCameBackIsAskedAgain(t *testing.T) {
	s, c := simulated(t, sim.Config{Models: []sim.Model{{Name: "m", Answer: sim.Say("hello")}}})
	if _, err := c.Version(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if text, _, _, err := collect(c, t.Context(), ask("m", "x")); text != "hello" || err != nil {
		t.Errorf("%q, %v: the old connection was used", text, err)
	}
}

func TestLeavingTheLoopFreesTheSlot(t *testing.T) {
	never := make(chan struct{})
	s, c := simulated(t, sim.Config{Version: "0.17.4", Models: []sim.Model{
		{Name: "m", Answer: func(sim.Prompt) []sim.Token { return []sim.Token{{Text: "a"}, {Text: "b", After: never}} }},
		{Name: "n", Answer: sim.Say("next")},
	}})
	for _, err := range c.Stream(t.Context(), ask("m", "x")) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if text, _, _, err := collect(c, t.Context(), ask("n", "x")); text != "next" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	if n := len(s.Aborted()); n != 1 {
		t.Errorf("%d aborted, want 1", n)
	}
}

func TestCancelling(t *testing.T) {
	never := make(chan struct{})
	for name, fault := range map[string]sim.Fault{"before headers": {Kind: sim.Hang}, "in the middle": {}} {
		t.Run(name, func(t *testing.T) {
			config := sim.Config{Models: []sim.Model{{Name: "m", Answer: func(sim.Prompt) []sim.Token {
				return []sim.Token{{Text: "a"}, {Text: "b", After: never}}
			}}}}
			if fault.Kind != 0 {
				config.Faults = []sim.Fault{fault}
			}
			s, c := simulated(t, config)
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				_ = s.Until(ctx, func(rs []sim.Request) bool { return len(rs) > 0 && (fault.Kind != 0 || rs[0].Tokens > 0) })
				cancel()
			}()
			if _, _, _, err := collect(c, ctx, ask("m", "x")); err != context.Canceled {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestWarmingUp(t *testing.T) {
	s, c := simulated(t, sim.Config{Version: "0.17.4", Models: []sim.Model{{Name: "m", Answer: sim.Say("talk talk talk")}}})
	prompt := strings.Repeat("word ", 100)
	warm := ask("m", prompt)
	warm.MaxTokens = 0
	text, _, done, err := collect(c, t.Context(), warm)
	if text != "" || err != nil || done == nil || done.Tokens != 0 || done.PromptTokens != sim.Count(prompt) {
		t.Errorf("%q, %+v, %v", text, done, err)
	}
	if _, _, _, err = collect(c, t.Context(), ask("m", prompt)); err != nil {
		t.Error(err)
	}
	rs := s.Generations()
	if rs[0].Evaluated < 100 || rs[0].Tokens != 1 || rs[1].Evaluated != 1 {
		t.Errorf("warming evaluated %d and made %d, the next evaluated %d", rs[0].Evaluated, rs[0].Tokens, rs[1].Evaluated)
	}
	load := warm
	load.Prompt = ""
	if _, _, done, err = collect(c, t.Context(), load); err != nil || done.Reason != "load" {
		t.Errorf("%+v, %v", done, err)
	}
}

// TestConnectionsAreUsedAgain, although a stream's end comes a little after its last line.
func TestConnectionsAreUsedAgain(t *testing.T) {
	addresses := map[string]bool{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		addresses[r.RemoteAddr] = true
		_, _ = io.WriteString(w, `{"response":"a"}`+"\n"+`{"done":true}`+"\n")
		_ = http.NewResponseController(w).Flush()
		time.Sleep(time.Millisecond)
	}))
	defer s.Close()
	c := client(t, s.URL)
	for range 5 {
		if _, _, _, err := collect(c, t.Context(), ask("m", "x")); err != nil {
			t.Fatal(err)
		}
	}
	if len(addresses) != 1 {
		t.Errorf("%d connections for 5 requests", len(addresses))
	}
}

// TestADeadConnectionIsReplaced: a server that was restarted takes a request on an old connection and says nothing.
func TestADeadConnectionIsReplaced(t *testing.T) {
	seen := map[string]bool{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if seen[r.RemoteAddr] {
			if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
				_ = conn.Close()
			}
			return
		}
		seen[r.RemoteAddr] = true
		_, _ = io.WriteString(w, `{"response":"a","done":true}`+"\n")
	}))
	defer s.Close()
	c := client(t, s.URL)
	for range 2 {
		if text, _, _, err := collect(c, t.Context(), ask("m", "x")); text != "a" || err != nil {
			t.Errorf("%q, %v", text, err)
		}
	}
	if len(seen) != 2 {
		t.Errorf("%d connections, want 2", len(seen))
	}
}

func BenchmarkStream(b *testing.B) {
	s := sim.New(sim.Config{Models: []sim.Model{{Name: "m", Answer: sim.Say(strings.Repeat("return a + b\n", 16))}}})
	defer s.Close()
	c, err := New(s.URL(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	r := ask("m", strings.Repeat("word ", 1500))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, _, err := collect(c, b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
}
