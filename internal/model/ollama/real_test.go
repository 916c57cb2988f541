//go:build ollama

package ollama_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"sopro/internal/model"
	"sopro/internal/model/ollama"
	"sopro/internal/testkit/ollamatest"
	"sopro/internal/testkit/tinylm"
)

// The models of these tests. All of them count digits for ever where no rule tells them what to say.
const (
	coder = "qwen2.5-coder:tiny"
	base  = "codellama:tiny-code" // its template knows nothing of infilling
	slow  = "slow:tiny"           // 700 tokens a second, and 1500 of a prompt
)

// patience bounds what would otherwise hang. It is far above the milliseconds of what is waited for, and far below
// the two minutes that an endless generation takes when nobody ends it.
const patience = 30 * time.Second

// These tests ask a real Ollama, on both of its engines.
func TestRealOllama(t *testing.T) {
	for _, engine := range []struct {
		name string
		new  bool
	}{{"llama.cpp", false}, {"ollama", true}} {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			r := newReal(t, engine.new)
			t.Run("answers", r.answers)
			t.Run("errors", r.errors)
			t.Run("logprobs", r.logprobs)
			t.Run("describes its models", r.describes)
			t.Run("keeps the evaluated prompt", r.keepsPrompt)
			t.Run("evaluates a prompt ahead", r.warms)
			t.Run("loads ahead", r.loads)
			t.Run("stays loaded with one option set", r.staysLoaded)
			t.Run("frees the slot when the loop is left", r.freesSlot)
			t.Run("frees the slot when the context ends", r.freesSlotOfContext)
			t.Run("survives a killed runner", r.survivesRunner)
			t.Run("survives a killed server", r.survivesServer)
		})
	}
}

// real is a server and a client of it.
type real struct {
	server *ollamatest.Server
	client *ollama.Client
}

func newReal(t *testing.T, newEngine bool) *real {
	unsure := tinylm.Rule{
		After: []string{"unsure:"},
		Say:   []tinylm.Token{{Text: "yes"}, {Text: " or", Probability: 0.9}, {Text: " no", Probability: 0.4}, {Text: "!!"}},
	}
	s := ollamatest.Start(t, ollamatest.Options{NewEngine: newEngine, Models: []ollamatest.Model{
		{Name: coder, Language: tinylm.Coder().With(unsure)},
		{Name: base, Language: tinylm.Coder(), Template: ollamatest.Plain},
		{Name: slow, Language: tinylm.Coder().Slow()},
	}})
	c, err := ollama.New(s.URL(), ollama.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return &real{server: s, client: c}
}

// options are the same in each request for a model, as they must be.
var options = model.Options{NumCtx: tinylm.ContextLength, KeepAlive: "30m"}

func (r *real) answers(t *testing.T) {
	for _, c := range []struct {
		name, want, reason string
		request            model.Request
	}{
		{"infilling, Qwen's layout", "return a + b", "stop", raw(coder, "<|fim_prefix|>func add(a, b int) int {\n\t<|fim_suffix|>\n}<|fim_middle|>")},
		{"infilling, CodeLlama's layout", "return a + b", "stop", raw(base, "<PRE> func add(a, b int) int {\n\t <SUF>\n} <MID>")},
		{"a suffix", "return a + b", "stop", model.Request{Model: coder, Prompt: "func add(a, b int) int {\n\t", Suffix: "\n}", MaxTokens: 20}},
		{"a suffix at the start of a file", "return a + b", "stop", model.Request{Model: coder, Suffix: "\n}", MaxTokens: 20}},
		{"a chat", "This function adds two numbers.", "stop", model.Request{Model: coder, MaxTokens: 20, Messages: []model.Message{
			{Role: "system", Content: "You explain code."}, {Role: "user", Content: "func add(a, b int) int { return a + b }"},
		}}},
		{"the end of what was asked for", "012345", "length", with(raw(coder, "x"), func(q *model.Request) { q.MaxTokens = 6 })},
		{"a stop", "01234", "stop", with(raw(coder, "x"), func(q *model.Request) { q.Stop = []string{"567"} })},
		{"text beyond ASCII", "0123", "length", with(raw(coder, "π ≈ 🎉"), func(q *model.Request) { q.MaxTokens = 4 })},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, _, stats := r.ask(t, c.request)
			if text != c.want || stats.Reason != c.reason {
				t.Errorf("got %q (%s), want %q (%s)", text, stats.Reason, c.want, c.reason)
			}
			if stats.PromptTokens == 0 || stats.Tokens == 0 {
				t.Errorf("no tokens were counted: %+v", stats)
			}
		})
	}
}

func (r *real) errors(t *testing.T) {
	for _, c := range []struct {
		name    string
		request model.Request
		want    model.Kind
	}{
		{"a model that is not there", raw("nobody:latest", "x"), model.NotFound},
		{"a template without a suffix", model.Request{Model: base, Prompt: "x", Suffix: "y", MaxTokens: 4}, model.NoInsert},
		{"a prompt longer than the context", raw(coder, strings.Repeat("x ", options.NumCtx)), model.TooLong},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := r.fail(t, c.request); !model.IsKind(err, c.want) {
				t.Errorf("got %v, want an error of kind %v", err, c.want)
			}
		})
	}
}

// The tokens spell the answer, and their probabilities are those that the model was written with.
func (r *real) logprobs(t *testing.T) {
	text, tokens, _ := r.ask(t, with(raw(coder, "unsure:"), func(q *model.Request) { q.Logprobs, q.MaxTokens = true, 3 }))
	want := []model.Token{{Text: "yes", Prob: 1}, {Text: " or", Prob: 0.9}, {Text: " no", Prob: 0.4}}
	if text != "yes or no" || len(tokens) != len(want) {
		t.Fatalf("got %q as %v", text, tokens)
	}
	for i, token := range tokens {
		if token.Text != want[i].Text || !token.Known || math.Abs(token.Prob-want[i].Prob) > 0.01 {
			t.Errorf("token %d: got %+v, want %+v", i, token, want[i])
		}
	}
}

func (r *real) describes(t *testing.T) {
	ctx := t.Context()
	if version, err := r.client.Version(ctx); err != nil || version == "" {
		t.Errorf("version %q, %v", version, err)
	}
	models, err := r.client.Models(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range models {
		names = append(names, m.Name)
		if m.Family != "llama" || m.Size == 0 || m.Remote || m.Modified.IsZero() || m.Digest == "" {
			t.Errorf("%+v", m)
		}
	}
	slices.Sort(names)
	if want := []string{base, coder, slow}; !slices.Equal(names, want) {
		t.Errorf("models %q, want %q", names, want)
	}
	for name, insert := range map[string]bool{coder: true, base: false} {
		d, err := r.client.Show(ctx, name, true)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(d.Capabilities, "insert") != insert || !slices.Contains(d.Capabilities, "completion") {
			t.Errorf("%s can %q", name, d.Capabilities)
		}
		if d.Architecture != "llama" || d.ContextLength != tinylm.ContextLength || d.ParameterCount == 0 || d.Remote {
			t.Errorf("%s: %+v", name, d)
		}
		if !slices.Contains(d.Vocabulary, "<|fim_middle|>") {
			t.Errorf("%s: no <|fim_middle|> in a vocabulary of %d", name, len(d.Vocabulary))
		}
	}
}

// A long prompt that the server has seen costs next to nothing, also with more text at its end. What is compared is
// what the server says that its evaluation took: 1 s the first time, 5 ms then.
func (r *real) keepsPrompt(t *testing.T) {
	head := strings.Repeat("var a = b\n", 150)
	_, _, cold := r.ask(t, raw(slow, head))
	for _, more := range []string{"", "if x == nil"} {
		if _, _, again := r.ask(t, raw(slow, head+more)); again.PromptTime > cold.PromptTime/4 {
			t.Errorf("with %q more, evaluating took %v, the first time %v", more, again.PromptTime, cold.PromptTime)
		}
	}
	if _, _, other := r.ask(t, raw(slow, "// "+head)); other.PromptTime < cold.PromptTime/4 {
		t.Errorf("another head took %v, the first one %v: this model cannot show a cache", other.PromptTime, cold.PromptTime)
	}
}

// A request for no tokens says nothing, ends, and leaves the prompt evaluated for the next.
func (r *real) warms(t *testing.T) {
	head := "// another head\n" + strings.Repeat("var c = d\n", 150)
	text, tokens, warm := r.ask(t, with(raw(slow, head), func(q *model.Request) { q.MaxTokens = 0 }))
	if text != "" || len(tokens) != 0 || warm.Tokens != 0 {
		t.Errorf("it said %q %v %+v", text, tokens, warm)
	}
	if _, _, stats := r.ask(t, raw(slow, head+"x")); stats.PromptTime > warm.PromptTime/4 {
		t.Errorf("evaluating took %v ahead and %v afterwards", warm.PromptTime, stats.PromptTime)
	}
}

// A request without a prompt loads the model and no more.
func (r *real) loads(t *testing.T) {
	text, _, stats := r.ask(t, model.Request{Model: base})
	if text != "" || stats.Reason != "load" {
		t.Errorf("it said %q (%s)", text, stats.Reason)
	}
	loaded, err := r.client.Loaded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(loaded, func(m model.Running) bool { return m.Name == base })
	if i < 0 || loaded[i].ContextLength != options.NumCtx || loaded[i].Size == 0 || loaded[i].Expires.IsZero() {
		t.Errorf("in memory: %+v", loaded)
	}
}

// Infilling, a suffix, a chat and a warm-up share one process: the server does not load the model again between them.
func (r *real) staysLoaded(t *testing.T) {
	r.ask(t, raw(coder, "<MID>"))
	before := r.server.Runners()
	r.ask(t, model.Request{Model: coder, Prompt: "x", Suffix: "y", MaxTokens: 4, Temperature: 0.4, Stop: []string{"z"}})
	r.ask(t, model.Request{Model: coder, Messages: []model.Message{{Role: "user", Content: "x"}}, MaxTokens: 4, Seed: 7})
	r.ask(t, model.Request{Model: coder})
	r.ask(t, raw(coder, "<MID>"))
	if after := r.server.Runners(); !slices.Equal(before, after) {
		t.Errorf("the processes were %v and are %v", before, after)
	}
}

// endless asks the slow model for digits for two minutes: Ollama bounds an answer at ten times its context, 81,920 tokens.
var endless = with(raw(slow, "x"), func(q *model.Request) { q.MaxTokens = 10 * options.NumCtx })

func (r *real) freesSlot(t *testing.T) {
	chunks := 0
	for _, err := range r.client.Stream(t.Context(), endless) {
		if err != nil {
			t.Fatal(err)
		}
		if chunks++; chunks == 3 {
			break
		}
	}
	r.answersSoon(t, slow)
}

func (r *real) freesSlotOfContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for _, err := range r.client.Stream(ctx, endless) {
		cancel()
		last = err
	}
	if last != context.Canceled {
		t.Errorf("the stream ended with %v", last)
	}
	r.answersSoon(t, slow)
}

// A runner that dies under a generation is told as an error that can be acted on, and the next request finds another.
func (r *real) survivesRunner(t *testing.T) {
	err := r.failDuring(t, r.server.KillRunner)
	if !model.IsKind(err, model.Cut) && !model.IsKind(err, model.Failed) {
		t.Errorf("got %v, want an answer that was cut, or the server's own words", err)
	}
	r.answersSoon(t, coder)
}

func (r *real) survivesServer(t *testing.T) {
	if err := r.failDuring(t, r.server.Kill); !model.IsKind(err, model.Cut) {
		t.Errorf("while it spoke: got %v, want an answer that was cut", err)
	}
	if err := r.fail(t, raw(coder, "<MID>")); !model.IsKind(err, model.Unreachable) {
		t.Errorf("when it was gone: got %v, want that it cannot be reached", err)
	}
	r.server.Restart()
	r.answersSoon(t, coder)
}

// failDuring does something to the server while it generates and returns how that ended.
func (r *real) failDuring(t *testing.T, kill func()) error {
	t.Helper()
	killed := false
	for chunk, err := range r.client.Stream(t.Context(), endless) {
		if err != nil {
			return err
		}
		if chunk.Done != nil {
			t.Fatal("it ended before it could be killed")
		}
		if !killed {
			kill()
			killed = true
		}
	}
	return nil
}

// answersSoon asks for little, which comes if the slot is free. If it is not, the wait is longer than the patience.
func (r *real) answersSoon(t *testing.T, name string) {
	t.Helper()
	if text, _, _ := r.ask(t, raw(name, "<MID>")); text != "return a + b" {
		t.Errorf("it said %q", text)
	}
}

// ask returns a whole answer.
func (r *real) ask(t *testing.T, q model.Request) (string, []model.Token, model.Stats) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	q.Options = options
	var text strings.Builder
	var tokens []model.Token
	for chunk, err := range r.client.Stream(ctx, q) {
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString(chunk.Text)
		tokens = append(tokens, chunk.Tokens...)
		if chunk.Done != nil {
			return text.String(), tokens, *chunk.Done
		}
	}
	t.Fatal("the stream ended without its last line and without an error")
	return "", nil, model.Stats{}
}

// fail returns the error that a request must end with.
func (r *real) fail(t *testing.T, q model.Request) error {
	t.Helper()
	q.Options = options
	for _, err := range r.client.Stream(t.Context(), q) {
		if err != nil {
			return err
		}
	}
	return nil
}

func raw(name, prompt string) model.Request {
	return model.Request{Model: name, Prompt: prompt, Raw: true, MaxTokens: 20, Options: options}
}

func with(q model.Request, change func(*model.Request)) model.Request {
	change(&q)
	return q
}
