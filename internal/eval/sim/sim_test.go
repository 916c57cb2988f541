package sim_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sopro/internal/eval/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs a server for the length of the test, and a client whose connections end with it.
func start(t *testing.T, c sim.Config) (*sim.Server, *http.Client) {
	t.Helper()
	s := sim.New(c)
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(func() { client.CloseIdleConnections(); s.Close() })
	return s, client
}

// ask posts a body, or gets where it is empty, and returns the status and the text of the answer.
func ask(t *testing.T, client *http.Client, url, body string) (int, string) {
	t.Helper()
	var resp *http.Response
	var err error
	if body == "" {
		resp, err = client.Get(url)
	} else {
		resp, err = client.Post(url, "application/json", strings.NewReader(body))
	}
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// told reads the answer's lines into the fields that tests look at.
type told struct {
	Response   string
	Message    struct{ Content, Thinking string }
	Thinking   string
	Done       bool
	DoneReason string `json:"done_reason"`
	Count      int    `json:"prompt_eval_count"`
	Logprobs   []struct {
		Token   string
		Logprob float64
	}
}

func lines(t *testing.T, text string) []told {
	t.Helper()
	var out []told
	for in := bufio.NewScanner(strings.NewReader(text)); in.Scan(); {
		var l told
		if err := json.Unmarshal(in.Bytes(), &l); err != nil {
			t.Fatalf("%q: %v", in.Text(), err)
		}
		out = append(out, l)
	}
	return out
}

func text(ls []told) string {
	var b strings.Builder
	for _, l := range ls {
		b.WriteString(l.Response + l.Message.Content)
	}
	return b.String()
}

func TestAnswers(t *testing.T) {
	models := []sim.Model{
		{Name: "coder", Capabilities: []string{"completion", "insert"}, Answer: sim.Say("return a + b\n}\n\nfunc")},
		{Name: "chatter", Capabilities: []string{"completion", "thinking"}, Thinking: "Hm.", Answer: sim.Say("It adds.")},
		{Name: "vectors", Capabilities: []string{"embedding"}},
		{Name: "split", Answer: func(sim.Prompt) []sim.Token { return []sim.Token{{Text: "\xe2\x82"}, {Text: "\xac"}} }},
	}
	for _, c := range []struct {
		name, version, path, body string
		status                    int
		text                      string // of the whole answer, or a part of it where the status is not 200
		reason                    string
	}{
		{"to the end", "0.17.4", "/api/generate", `{"model":"coder","prompt":"x","raw":true}`, 200, "return a + b\n}\n\nfunc", "stop"},
		{"to a stop", "0.17.4", "/api/generate", `{"model":"coder","prompt":"x","options":{"stop":["\n\nfunc"]}}`, 200, "return a + b\n}", "stop"},
		{"to a limit", "0.17.4", "/api/generate", `{"model":"coder","prompt":"x","options":{"num_predict":2}}`, 200, "return a", "length"},
		{"0 is no limit", "0.30.1", "/api/generate", `{"model":"coder","prompt":"x","options":{"num_predict":0}}`, 200, "return a + b\n}\n\nfunc", "stop"},
		{"an empty prompt loads", "0.17.4", "/api/generate", `{"model":"coder","suffix":"y"}`, 200, "", "load"},
		{"in a chat", "0.30.1", "/api/chat", `{"model":"chatter","messages":[{"role":"user","content":"?"}],"think":false}`, 200, "It adds.", "stop"},
		{"thinking apart", "0.17.4", "/api/chat", `{"model":"chatter","messages":[{"role":"user","content":"?"}]}`, 200, "It adds.", "stop"},
		{"thinking inside", "0.6.8", "/api/chat", `{"model":"chatter","messages":[{"role":"user","content":"?"}],"think":false}`, 200, "<think>\nHm.\n</think>\n\nIt adds.", "stop"},
		{"half characters are held back", "0.17.4", "/api/generate", `{"model":"split","prompt":"x"}`, 200, "€", "stop"},
		{"not installed", "0.17.4", "/api/generate", `{"model":"nobody"}`, 404, `{"error":"model 'nobody' not found"}`, ""},
		{"no insert", "0.17.4", "/api/generate", `{"model":"split","prompt":"a","suffix":"b"}`, 400, "does not support insert", ""},
		{"no text", "0.17.4", "/api/generate", `{"model":"vectors","prompt":"a"}`, 400, `\"vectors\" does not support generate`, ""},
		{"no route", "0.17.4", "/api/nothing", `{}`, 404, "404 page not found", ""},
		{"no method", "0.17.4", "/api/generate", ``, 405, "405 method not allowed", ""},
		{"too long", "0.17.4", "/api/generate", `{"model":"coder","prompt":"a b c d e f g h i j k l","truncate":false,"options":{"num_ctx":8}}`, 400, "exceeds the context length", ""},
		{"keep_alive", "0.17.4", "/api/generate", `{"model":"coder","prompt":"x","keep_alive":"-1"}`, 400, "missing unit", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, client := start(t, sim.Config{Version: c.version, Models: models})
			status, body := ask(t, client, s.URL()+c.path, c.body)
			if status != c.status {
				t.Fatalf("status %d, want %d: %s", status, c.status, body)
			}
			if status != 200 {
				if !strings.Contains(body, c.text) {
					t.Errorf("got %q, want %q in it", body, c.text)
				}
				return
			}
			ls := lines(t, body)
			if got := text(ls); got != c.text {
				t.Errorf("got %q, want %q", got, c.text)
			}
			if last := ls[len(ls)-1]; !last.Done || last.DoneReason != c.reason {
				t.Errorf("ends with %+v, want reason %q", last, c.reason)
			}
		})
	}
}

func TestProbabilitiesByVersion(t *testing.T) {
	answer := func(sim.Prompt) []sim.Token { return []sim.Token{{Text: "a", Prob: 1}, {Text: "b", Prob: 0.5}} }
	for version, want := range map[string]int{"0.6.8": 0, "0.12.10": 0, "0.12.11": 2, "0.30.0": 2} {
		s, client := start(t, sim.Config{Version: version, Models: []sim.Model{{Name: "m", Answer: answer}}})
		_, body := ask(t, client, s.URL()+"/api/generate", `{"model":"m","prompt":"x","logprobs":true}`)
		n := 0
		for _, l := range lines(t, body) {
			n += len(l.Logprobs)
		}
		if n != want {
			t.Errorf("%s told %d probabilities, want %d", version, n, want)
		}
	}
}

func TestTheCacheReusesACommonBeginning(t *testing.T) {
	s, client := start(t, sim.Config{Version: "0.17.4", Models: []sim.Model{{Name: "m"}, {Name: "n"}}})
	long := strings.Repeat("word ", 100)
	for _, c := range []struct {
		name, model, prompt, options string
		evaluated                    int
	}{
		{"cold", "m", long, "", 101},
		{"the same", "m", long, "", 1},
		{"more of it", "m", long + "and more", "", 2},
		{"another beginning", "m", "x" + long, "", 101},
		{"another option", "m", "x" + long, `,"num_ctx":512`, 101},
		{"another model", "n", "x" + long, "", 101},
	} {
		_, body := ask(t, client, s.URL()+"/api/generate", `{"model":"`+c.model+`","prompt":"`+c.prompt+`","options":{"num_predict":1`+c.options+`}}`)
		all := s.Generations()
		if got := all[len(all)-1].Evaluated; got != c.evaluated {
			t.Errorf("%s: evaluated %d, want %d (%s)", c.name, got, c.evaluated, body)
		}
	}
}

func TestWhatIsTooLongIsCutInSilence(t *testing.T) {
	for version, want := range map[string]int{"0.6.8": 40, "0.17.4": 40, "0.30.1": 20} {
		s, client := start(t, sim.Config{Version: version, Models: []sim.Model{{Name: "m"}}})
		_, body := ask(t, client, s.URL()+"/api/generate", `{"model":"m","prompt":"`+strings.Repeat("word ", 100)+`","options":{"num_ctx":40}}`)
		ls := lines(t, body)
		if got := ls[len(ls)-1].Count; got != want {
			t.Errorf("%s: %d tokens of the prompt, want %d", version, got, want)
		}
	}
}

func TestFaults(t *testing.T) {
	models := []sim.Model{{Name: "m", Answer: sim.Say("one two three")}}
	for _, c := range []struct {
		name   string
		fault  sim.Fault
		status int
		text   string // somewhere in the answer
		whole  bool   // there is a last line
	}{
		{"no last line", sim.Fault{Kind: sim.NoDone, After: 1}, 200, "one", false},
		{"an error inside", sim.Fault{Kind: sim.ErrorLine, After: 2, Text: "boom"}, 200, `{"error":"boom"}`, false},
		{"repetition", sim.Fault{Kind: sim.Repeat}, 200, " =", false},
		{"garbage", sim.Fault{Kind: sim.Garbage}, 200, "<html>", false},
		{"missing", sim.Fault{Kind: sim.Missing}, 404, "model 'm' not found", false},
		{"failed", sim.Fault{Kind: sim.Failed}, 500, `{"error":"an error`, false},
		{"busy", sim.Fault{Kind: sim.Busy}, 503, "maximum pending requests exceeded", false},
		{"plain", sim.Fault{Kind: sim.Plain, Text: "oops"}, 500, "oops", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, client := start(t, sim.Config{Models: models, Faults: []sim.Fault{c.fault}})
			status, body := ask(t, client, s.URL()+"/api/generate", `{"model":"m","prompt":"x"}`)
			if status != c.status || !strings.Contains(body, c.text) || strings.Contains(body, `"done":true`) != c.whole {
				t.Errorf("%d %s", status, body)
			}
			if status, body = ask(t, client, s.URL()+"/api/generate", `{"model":"m","prompt":"x"}`); status != 200 || !strings.Contains(body, `"done":true`) {
				t.Errorf("the next one failed too: %d %s", status, body)
			}
		})
	}
}

func TestACutStreamIsNoEnd(t *testing.T) {
	s, client := start(t, sim.Config{Models: []sim.Model{{Name: "m", Answer: sim.Say("one two")}}, Faults: []sim.Fault{{Kind: sim.Cut, After: 1}}})
	resp, err := client.Post(s.URL()+"/api/generate", "", strings.NewReader(`{"model":"m","prompt":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err == nil || !strings.Contains(string(body), "one") {
		t.Errorf("%s, %v", body, err)
	}
}

func TestDyingAndComingBack(t *testing.T) {
	never := make(chan struct{})
	s, client := start(t, sim.Config{Models: []sim.Model{{Name: "m", Answer: func(sim.Prompt) []sim.Token {
		return []sim.Token{{Text: "a"}, {Text: "b", After: never}}
	}}}})
	url := s.URL()
	resp, err := client.Post(url+"/api/generate", "", bytes.NewReader([]byte(`{"model":"m","prompt":"x"}`)))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	s.Stop()
	if _, err := io.ReadAll(resp.Body); err == nil {
		t.Error("the stream ended well")
	}
	if _, err := client.Get(url + "/api/version"); err == nil {
		t.Error("a dead server answered")
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if status, body := ask(t, client, url+"/api/version", ""); status != 200 || body != "{\"version\":\"0.30.1\"}\n" {
		t.Errorf("%d %q", status, body)
	}
	if n := len(s.Aborted()); n != 1 {
		t.Errorf("%d aborted, want 1", n)
	}
}

func TestALeavingClientStopsAGenerationAtOnce(t *testing.T) {
	never := make(chan struct{})
	s, client := start(t, sim.Config{Version: "0.17.4", Models: []sim.Model{
		{Name: "slow", Answer: func(sim.Prompt) []sim.Token { return []sim.Token{{Text: "a"}, {Text: "b", After: never}} }},
	}})
	ctx, leave := context.WithCancel(t.Context())
	req, _ := http.NewRequestWithContext(ctx, http.MethodPost, s.URL()+"/api/generate", strings.NewReader(`{"model":"slow","prompt":"x"}`))
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	leave()
	if err := s.Until(t.Context(), func(rs []sim.Request) bool { return rs[0].Finished }); err != nil {
		t.Fatal(err)
	}
	if r := s.Requests()[0]; !r.Aborted || r.Tokens != 1 {
		t.Errorf("%+v", r)
	}
}

func TestALeavingClientAndAPromptEvaluation(t *testing.T) {
	for version, stops := range map[string]bool{"0.17.4": false, "0.30.1": true} {
		s, client := start(t, sim.Config{Version: version, Batch: 100, Poll: time.Millisecond, Speed: sim.Speed{Prompt: 20_000}, Models: []sim.Model{{Name: "m"}}})
		ctx, leave := context.WithCancel(t.Context())
		go func() {
			_ = s.Until(ctx, func(rs []sim.Request) bool { return len(rs) == 1 && rs[0].Evaluated > 0 })
			leave()
		}()
		req, _ := http.NewRequestWithContext(ctx, http.MethodPost, s.URL()+"/api/generate", strings.NewReader(`{"model":"m","prompt":"`+strings.Repeat("word ", 4000)+`","options":{"num_ctx":8192}}`))
		if resp, err := client.Do(req); err == nil {
			_ = resp.Body.Close()
			t.Fatal("it answered")
		}
		if err := s.Until(t.Context(), func(rs []sim.Request) bool { return rs[0].Finished }); err != nil {
			t.Fatal(err)
		}
		if r := s.Requests()[0]; !r.Aborted || stops != (r.Evaluated < 4001) {
			t.Errorf("%s: evaluated %d of 4001; aborted %v", version, r.Evaluated, r.Aborted)
		}
	}
}
