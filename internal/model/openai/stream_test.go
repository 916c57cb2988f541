package openai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"sopro/internal/eval/sim"
	"sopro/internal/eval/sim/openaisim"
	"sopro/internal/model"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const coder = "Qwen/Qwen2.5-Coder-1.5B"

func ask(prompt string) model.Request {
	return model.Request{Model: coder, Prompt: prompt, Raw: true, MaxTokens: 64, Logprobs: true, Stop: []string{"<|endoftext|>"}, Options: model.Options{NumCtx: 2048}}
}

func client(t *testing.T, url string, o Options) *Client {
	t.Helper()
	c, err := New(url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// simulated runs a simulated server and a client that has seen its models.
func simulated(t *testing.T, config openaisim.Config) (*openaisim.Server, *Client) {
	t.Helper()
	s := openaisim.New(config)
	t.Cleanup(s.Close)
	c := client(t, s.URL+config.Prefix, Options{Key: config.Key, KeyName: "MY_KEY"})
	if _, err := c.Models(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, c
}

// saying is a model that repeats what it was asked, and one token that it doubts.
func saying() []openaisim.Model {
	return []openaisim.Model{{Name: coder, Infills: true, Answer: func(p sim.Prompt) []sim.Token {
		return append(sim.Tokens("["+p.Text+"|"+p.Suffix+"]"), sim.Token{Text: "é", Prob: 0.5})
	}}}
}

// raw runs a server that answers everything with a status and a body as they are.
func raw(t *testing.T, status int, body string) *Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return client(t, s.URL, Options{})
}

// collect reads a stream to its end: the text, the product of the known probabilities, the statistics, the error.
func collect(ctx context.Context, c *Client, r model.Request) (text string, sure float64, done *model.Stats, err error) {
	sure = 1
	for chunk, e := range c.Stream(ctx, r) {
		text += chunk.Text
		for _, token := range chunk.Tokens {
			sure *= token.Prob
		}
		if chunk.Done != nil {
			done = chunk.Done
		}
		err = e
	}
	return text, sure, done, err
}

func TestEveryKindAnswers(t *testing.T) {
	hole := ask("a<b>&")
	hole.Raw, hole.Suffix = false, "c\n"
	question := ask("")
	question.Raw, question.Messages = false, []model.Message{{Role: "user", Content: "Why?"}}
	for _, kind := range []openaisim.Kind{openaisim.LlamaCpp, openaisim.VLLM, openaisim.SGLang, openaisim.Other} {
		s, c := simulated(t, openaisim.Config{Kind: kind, Models: saying()})
		for _, a := range []struct {
			name, path, want string
			r                model.Request
			not              openaisim.Kind // that cannot
		}{
			{"raw", "/v1/completions", "[a<b>&|]é", ask("a<b>&"), 99},
			{"hole", map[bool]string{true: "/infill", false: "/v1/completions"}[kind == openaisim.LlamaCpp], "[a<b>&|c\n]é", hole, openaisim.VLLM},
			{"chat", "/v1/chat/completions", "[Why?|]é", question, 99},
		} {
			t.Run(fmt.Sprint(c.Server(), " ", a.name), func(t *testing.T) {
				text, sure, done, err := collect(t.Context(), c, a.r)
				if a.not == kind {
					if !model.IsKind(err, model.NoInsert) {
						t.Fatalf("%v, want that it cannot infill", err)
					}
					return
				}
				if err != nil || text != a.want || math.Abs(sure-0.5) > 1e-9 {
					t.Fatalf("%q at %v, %v; want %q at 0.5", text, sure, err, a.want)
				}
				if made := sim.Count(a.want); done == nil || done.Tokens != made || done.Reason != "stop" || done.PromptTokens == 0 {
					t.Errorf("%+v, want %d tokens", done, made)
				}
				method, path, body := c.Body(a.r)
				if sent := s.Last(a.path); path != a.path || method != sent.Method || string(body) != string(sent.Body) {
					t.Errorf("said to be sent: %s %s\nsent: %s %s", path, body, sent.Path, sent.Body)
				}
			})
		}
	}
}

// TestWhatOnlySomeServersTake: a field that a server does not know may make it refuse the whole request.
func TestWhatOnlySomeServersTake(t *testing.T) {
	own := map[string][]openaisim.Kind{
		"cache_prompt": {openaisim.LlamaCpp}, "repeat_penalty": {openaisim.LlamaCpp},
		"repetition_penalty": {openaisim.VLLM, openaisim.SGLang}, "skip_special_tokens": {openaisim.VLLM, openaisim.SGLang},
	}
	for _, kind := range []openaisim.Kind{openaisim.LlamaCpp, openaisim.VLLM, openaisim.SGLang, openaisim.Other} {
		_, c := simulated(t, openaisim.Config{Kind: kind, Models: saying()})
		_, _, body := c.Body(ask("x"))
		var sent map[string]any
		if err := json.Unmarshal(body, &sent); err != nil {
			t.Fatal(err)
		}
		for field, takes := range own {
			_, is := sent[field]
			want := false
			for _, k := range takes {
				want = want || k == kind
			}
			if is != want {
				t.Errorf("%s: %s is sent: %v", c.Server(), field, is)
			}
		}
		if sent["temperature"] != 0.0 || sent["seed"] != 0.0 || sent["max_tokens"] != 64.0 || sent["stream"] != true {
			t.Errorf("%s: %s", c.Server(), body)
		}
	}
}

func TestWarming(t *testing.T) {
	s, c := simulated(t, openaisim.Config{Kind: openaisim.VLLM, Models: saying()})
	r := ask("x")
	r.MaxTokens = 0
	if text, _, done, err := collect(t.Context(), c, r); text != "" || err != nil || done == nil || done.Tokens != 0 {
		t.Errorf("%q, %+v, %v; want nothing but statistics", text, done, err)
	}
	before := len(s.Requests())
	if text, _, done, err := collect(t.Context(), c, model.Request{Model: coder}); text != "" || err != nil || done == nil {
		t.Errorf("loading: %q, %+v, %v", text, done, err)
	}
	if _, _, _, err := collect(t.Context(), c, model.Request{Model: "another"}); !model.IsKind(err, model.NotFound) {
		t.Errorf("loading what is not served: %v", err)
	}
	for _, r := range s.Requests()[before:] {
		if r.Method != http.MethodGet {
			t.Errorf("loading sent %s %s", r.Method, r.Path)
		}
	}
}

// The answers of one completion, as lines of a stream.
const (
	ret   = `data: {"choices":[{"text":"ret","finish_reason":null}]}` + "\n\n"
	urn   = `data: {"choices":[{"text":"urn","finish_reason":null}]}` + "\n\n"
	stop  = `data: {"choices":[{"text":"","finish_reason":"stop"}]}` + "\n\n"
	used  = `data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2}}` + "\n\n"
	ended = "data: [DONE]\n\n"
)

func TestStreams(t *testing.T) {
	const whole = -1 // no error
	for _, c := range []struct {
		name, body, text string
		kind             int
		says             string
	}{
		{"whole", ret + urn + stop + used + ended, "return", whole, ""},
		{"comments", ": ping\n\n" + ret + ":\n\n: ping\n" + urn + stop + ended, "return", whole, ""},
		{"other fields", "id: 1\nevent: x\nretry: 5\n" + ret + urn + stop + ended, "return", whole, ""},
		{"carriage returns", strings.ReplaceAll(ret+urn+stop+ended, "\n", "\r\n"), "return", whole, ""},
		{"no blanks", strings.ReplaceAll(ret+urn+stop+ended, "data: ", "data:"), "return", whole, ""},
		{"an event on two lines", "data: {\"choices\":[\ndata: {\"text\":\"ret\"}]}\n\n" + urn + stop + ended, "return", whole, ""},
		{"no end mark after a reason", ret + urn + stop, "return", whole, ""},
		{"no empty line at the end", ret + urn + strings.TrimSpace(stop), "return", whole, ""},
		{"no reason before the end mark", ret + urn + ended, "return", whole, ""},
		{"more after the end mark", ret + stop + ended + urn, "ret", whole, ""},
		{"cut after text", ret + urn, "return", int(model.Cut), "ended before it was finished"},
		{"cut in the middle of an event", ret + urn[:30], "ret", int(model.Cut), "ended before"},
		{"empty", "", "", int(model.Cut), "ended before"},
		{"given up by the server", ret + `data: {"choices":[{"text":"","finish_reason":"abort"}]}` + "\n\n" + ended, "ret", int(model.Cut), "ended before"},
		{"tokens without a text", strings.Repeat(`data: {"choices":[{"text":"","logprobs":{"content":[{"token":"a","logprob":-1}]}}]}`+"\n\n", 5000) + ret + stop, "ret", whole, ""},
		{"only comments", ": ping\n\n: ping\n\n", "", int(model.Cut), "ended before"},
		{"an error event", ret + `data: {"error":{"code":500,"message":"out of memory"}}` + "\n\n" + ended, "ret", int(model.Failed), "out of memory"},
		{"an error of older llama.cpp", `error: {"code":500,"message":"slot unavailable","type":"server_error"}` + "\n\n", "", int(model.Failed), "slot unavailable"},
		{"an error object", `data: {"object":"error","message":"EngineDeadError","code":500}` + "\n\n", "", int(model.Failed), "EngineDeadError"},
		{"an error text", `data: {"error":"boom"}` + "\n\n", "", int(model.Failed), "boom"},
		{"too long in the stream", `data: {"error":{"message":"the request exceeds the available context size"}}` + "\n\n", "", int(model.TooLong), "contextTokens"},
		{"a page", "<!doctype html>\n<p>Hello", "", int(model.Cut), ""},
		{"not JSON", "data: hello\n\n", "", int(model.Failed), "does not speak"},
		{"nested", "data: {\"choices\":" + strings.Repeat("[", 5000) + "\n\n", "", int(model.Failed), "does not speak"},
		{"a long line", "data: {\"x\":\"" + strings.Repeat("x", 2<<20), "", int(model.Refused), "1 MiB"},
		{"a long event", strings.Repeat("data: "+strings.Repeat("x", 300<<10)+"\n", 5), "", int(model.Refused), "1 MiB"},
		{"a long answer", strings.Repeat(strings.Replace(ret, "ret", strings.Repeat("x", 100<<10), 1), 3), strings.Repeat("x", 200<<10), int(model.Refused), "256 KiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, _, done, err := collect(t.Context(), raw(t, http.StatusOK, c.body), ask("x"))
			if text != c.text || (done == nil) != (err != nil) {
				t.Errorf("%.40q, %+v, %v; want %.40q", text, done, err, c.text)
			}
			if c.kind == whole && err != nil || c.kind != whole && !model.IsKind(err, model.Kind(c.kind)) || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v", err)
			}
		})
	}
}

// What servers say of their cache: nothing, llama.cpp's timings, vLLM's details.
func TestCachedTokens(t *testing.T) {
	timed := func(timings string) string {
		return strings.Replace(used, `"usage":`, `"timings":`+timings+`,"usage":`, 1)
	}
	for _, c := range []struct {
		name, last string
		cached     int
		said       bool
	}{
		{"nothing", used, 0, false},
		{"no details", strings.Replace(used, `"completion_tokens":2`, `"completion_tokens":2,"prompt_tokens_details":null`, 1), 0, false},
		{"details", strings.Replace(used, `"completion_tokens":2`, `"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":8}`, 1), 8, true},
		{"none cached", strings.Replace(used, `"completion_tokens":2`, `"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":0}`, 1), 0, true},
		{"timings", timed(`{"cache_n":6,"prompt_n":3}`), 6, true},
		{"timings of older versions", timed(`{"prompt_n":3}`), 6, true},
		{"timings and no usage", strings.Replace(timed(`{"cache_n":6,"prompt_n":3}`), `,"usage":{"prompt_tokens":9,"completion_tokens":2}`, "", 1), 6, true},
		{"nonsense", timed(`{"prompt_n":30}`), 0, true},
	} {
		_, _, done, err := collect(t.Context(), raw(t, http.StatusOK, ret+urn+stop+c.last+ended), ask("x"))
		if err != nil || done.Cached != c.cached || done.CountsCached != c.said || done.PromptTokens != 9 {
			t.Errorf("%s: %+v, %v", c.name, done, err)
		}
	}
}

func TestStatuses(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		kind   model.Kind
		says   string
	}{
		{401, `{"error":{"message":"Invalid API Key"}}`, model.Refused, "openai.apiKeyEnv"},
		{403, ``, model.Refused, "openai.apiKeyEnv"},
		{404, `{"error":{"message":"The model ` + "`x`" + ` does not exist."}}`, model.NotFound, "does not serve the model"},
		{404, `{"detail":"Not Found"}`, model.Failed, "look at openai.url"},
		{405, ``, model.Failed, "look at openai.url"},
		{302, ``, model.Refused, "not followed"},
		{429, `{"error":{"message":"slow down"}}`, model.Busy, "try again"},
		{503, `{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}`, model.Busy, "still loading"},
		{503, ``, model.Busy, "busy"},
		{400, `{"error":{"message":"the request exceeds the available context size. try increasing the context size","type":"exceed_context_size_error"}}`, model.TooLong, "contextTokens"},
		{400, `{"object":"error","message":"This model's maximum context length is 4096 tokens."}`, model.TooLong, "contextTokens"},
		{400, `{"error":{"message":"suffix is not currently supported"}}`, model.NoInsert, "models.families"},
		{400, `{"error":{"message":"Unsupported param: suffix"}}`, model.NoInsert, "models.families"},
		{501, `{"error":{"message":"Infill is not supported by this model: prefix token is missing!"}}`, model.NoInsert, "models.families"},
		{500, ``, model.Failed, "status 500"},
	} {
		_, _, _, err := collect(t.Context(), raw(t, c.status, c.body), ask("x"))
		var e *model.Error
		if !errors.As(err, &e) || e.Kind != c.kind || e.Status != c.status || !strings.Contains(err.Error(), c.says) || e.Next == "" {
			t.Errorf("%d %s: %v", c.status, c.body, err)
		}
		if strings.Contains(fmt.Sprint(err), "Ollama") {
			t.Errorf("%d: Ollama has nothing to do with %v", c.status, err)
		}
	}
}

// TestProbabilitiesAreRefused: some servers are started without what they need to tell probabilities.
func TestProbabilitiesAreRefused(t *testing.T) {
	refused := 0
	s := openaisim.New(openaisim.Config{Kind: openaisim.Other, Models: saying(), Answering: func(w http.ResponseWriter, _ *http.Request, body []byte) bool {
		if !strings.Contains(string(body), "logprobs") {
			return false
		}
		refused++
		http.Error(w, `{"error":{"message":"logprobs is not supported for models created with logits_all=False"}}`, http.StatusBadRequest)
		return true
	}})
	defer s.Close()
	c := client(t, s.URL, Options{})
	for range 2 {
		if text, _, _, err := collect(t.Context(), c, ask("x")); text != "[x|]é" || err != nil {
			t.Errorf("%q, %v", text, err)
		}
	}
	if refused != 1 {
		t.Errorf("asked for probabilities %d times, want once", refused)
	}
}

// TestTokensAreToldAhead: a server that holds text back because it might begin a stop tells its tokens when they are made.
func TestTokensAreToldAhead(t *testing.T) {
	piece := func(text, token string, logprob float64) string {
		body, _ := json.Marshal(map[string]any{"choices": []any{map[string]any{
			"text": text, "logprobs": map[string]any{"tokens": []string{token}, "token_logprobs": []float64{logprob}},
		}}})
		return "data: " + string(body) + "\n\n"
	}
	half := math.Log(0.5)
	c := raw(t, http.StatusOK, piece("a", "a", 0)+piece("", "<", half)+piece("", "b", half)+piece("<bc", "cd", half)+piece("d", "", 0)+stop+ended)
	var got []model.Token
	for chunk, err := range c.Stream(t.Context(), ask("x")) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, chunk.Tokens...)
	}
	want := []model.Token{{Text: "a", Prob: 1, Known: true}, {Text: "<", Prob: .5, Known: true}, {Text: "b", Prob: .5, Known: true}, {Text: "c", Prob: .5, Known: true}, {Text: "d", Prob: 1, Known: true}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestASlowServer: headers come with the first token and may take any time; ending the context ends the request.
func TestASlowServer(t *testing.T) {
	came, left := make(chan struct{}), make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		close(came)
		<-r.Context().Done()
		close(left)
	}))
	t.Cleanup(s.Close)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-came; cancel() }()
	if _, _, _, err := collect(ctx, client(t, s.URL, Options{}), ask("x")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	<-left
}

// TestNothingComesAfterTheAnswer: a server that neither ends a stream nor says more does not hold the answer up for ever.
func TestNothingComesAfterTheAnswer(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		_, _ = io.WriteString(w, ret+stop)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(s.Close)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if text, _, done, err := collect(ctx, client(t, s.URL, Options{}), ask("x")); text != "ret" || done == nil || err != nil {
		t.Errorf("%q, %+v, %v", text, done, err)
	}
}

// TestLeavingEndsTheGeneration closes the connection.
func TestLeavingEndsTheGeneration(t *testing.T) {
	left := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		_, _ = io.WriteString(w, ret)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		close(left)
	}))
	t.Cleanup(s.Close)
	for chunk := range client(t, s.URL, Options{}).Stream(t.Context(), ask("x")) {
		if chunk.Text == "ret" {
			break
		}
	}
	<-left
}

// FuzzStream: whatever comes, there is one end: statistics or an error, and no more text than the bound.
func FuzzStream(f *testing.F) {
	for _, s := range []string{ret + urn + stop + used + ended, ":\n\n" + ret, "data: {}\n\n", "error: {}\n\n", "data: [DONE]", "data:\f", "data: null\n\ndata: 1\n\n", "\r\n\r\n",
		`data: {"content":"x","stop":true,"timings":{"prompt_n":-1}}` + "\n\n", `data: {"choices":[{"text":"ab","logprobs":{"content":[{"token":"a","logprob":-1}]}}]}` + "\n\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		c, _ := New("127.0.0.1:1", Options{})
		s := stream{client: c, request: ask("x")}
		ends, size := 0, 0
		s.run(t.Context(), func() {}, strings.NewReader(body), func(chunk model.Chunk, err error) bool {
			if chunk.Done != nil || err != nil {
				ends++
			}
			spelt := ""
			for _, token := range chunk.Tokens {
				spelt += token.Text
			}
			if len(chunk.Tokens) > 0 && spelt != chunk.Text {
				t.Errorf("%q is spelt %q", chunk.Text, spelt)
			}
			size += len(chunk.Text)
			return true
		})
		if ends != 1 || size > 256<<10 {
			t.Errorf("%d ends, %d bytes", ends, size)
		}
	})
}
