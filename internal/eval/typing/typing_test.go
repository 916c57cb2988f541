package typing

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sopro/internal/complete"
	"sopro/internal/gather"
	"sopro/internal/index"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var update = flag.Bool("update", false, "write testdata/baseline.json")

// own are hunks of this repository, cut once.
func own(t testing.TB) []Trace {
	t.Helper()
	file, err := os.Open("testdata/traces.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	traces, err := Load(file)
	if err != nil || len(traces) != 20 {
		t.Fatalf("%d traces, %v", len(traces), err)
	}
	return traces
}

// usual is the engine with its default settings.
func usual() Config {
	return Config{
		Policy: "sopro", Speed: Speed{500, 30}, Mode: Mode017, Keys: 5, Editor: VSCode, Accepts: ByWord, Warm: true,
		Model: "qwen2.5-coder:1.5b-base", Seed: 1,
		Options: complete.Options{Enabled: true, Automatic: true, Gate: .7, Debounce: complete.DebounceAuto, MaxTokens: 256, ContextTokens: 1536},
	}
}

// baselines are the circumstances under which the engine must not get worse.
var baselines = []struct {
	Speed Speed
	Mode  Mode
}{{Speed{150, 10}, Mode017}, {Speed{500, 30}, Mode017}, {Speed{3000, 90}, Mode030}}

// baseline is what the engine reached when it was last written down.
type baseline struct {
	Name         string  `json:"name"`
	Saved        float64 `json:"keystrokesSaved"`
	Requests     int     `json:"requests"`
	PromptTokens int     `json:"promptTokensEvaluated"`
	FullyRight   float64 `json:"fullyRight"`
	Flickers     int     `json:"flickers"`
	Unanswered   int     `json:"unanswered"`
	Errors       int     `json:"errors"`
}

// How much worse a change may make the engine, on 20 hunks of this repository: half a point of keystrokes saved, and a
// twentieth more requests or prompt tokens. What makes it better moves the baseline: go test ./internal/eval/typing -update.
const (
	fewerSaved = 0.5
	fewerRight = 2 // of what is shown, and no more than leaves nine of ten
	moreCost   = 1.05
)

func TestTheEngineDoesNotGetWorse(t *testing.T) {
	var got []baseline
	for _, b := range baselines {
		c := usual()
		c.Speed, c.Mode = b.Speed, b.Mode
		r, err := Run(t.Context(), own(t), c)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%d/%d tokens a second, mode %s, %v keys a second", b.Speed.Prompt, b.Speed.Generation, b.Mode, c.Keys)
		got = append(got, baseline{name, r.Saved, r.Requests, r.PromptTokens, r.FullyRight, r.Flickers, r.Unanswered, r.Errors})
	}
	const file = "testdata/baseline.json"
	if *update {
		text, _ := json.MarshalIndent(got, "", "  ")
		if err := os.WriteFile(file, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want []baseline
	if err := json.Unmarshal(text, &want); err != nil || len(want) != len(got) {
		t.Fatalf("%d baselines, %v", len(want), err)
	}
	for i, is := range got {
		was := want[i]
		if is.Name != was.Name || is.Saved < was.Saved-fewerSaved || worse(is.Requests, was.Requests) || worse(is.PromptTokens, was.PromptTokens) ||
			is.FullyRight < min(was.FullyRight-fewerRight, 90) || is.Flickers > 0 || is.Unanswered > 0 || is.Errors > 0 {
			t.Errorf("\nwas %+v\nis  %+v", was, is)
		}
	}
}

// Who types seven keys a second without a rest, and takes nothing, sees the right text before nine of ten keys though the model needs
// 600 ms to its first token, and asks it for less than every fourth. Asking at each key shows nothing at all.
func TestAModelThatAnswersSlowly(t *testing.T) {
	run := func(policy string) Report {
		c := usual()
		c.Policy, c.Speed, c.FirstToken, c.Steady, c.Keys, c.Accepts = policy, Speed{500, 90}, 600*time.Millisecond, true, 7, Never
		r, err := Run(t.Context(), own(t), c)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := run("sopro"); r.RightOnLine < 90 || r.RequestsA100 > 25 || r.Flickers > 0 {
		t.Errorf("right before %.1f %% of the keys with %.1f requests for a hundred, %d flickers", r.RightOnLine, r.RequestsA100, r.Flickers)
	}
	if r := run("each-key"); r.RightOnLine > 5 {
		t.Errorf("a request a key that each key cancels: right before %.1f %%", r.RightOnLine)
	}
}

func worse(is, was int) bool { return float64(is) > moreCost*float64(was) }

// Two runs are equal to the bit, whatever was run before and however many traces are typed at a time.
// What a prompt costs is known before it is sent, to a few tokens.
func TestTheCostOfPromptsIsForetold(t *testing.T) {
	r, err := Run(t.Context(), own(t)[:6], usual())
	if err != nil {
		t.Fatal(err)
	}
	if r.ForetoldAKey < r.TokensAKey/2 || r.ForetoldAKey > r.TokensAKey*2 || r.ForetoldOff == 0 || r.ForetoldOff > 50 {
		t.Errorf("%.1f tokens a key were foretold, %.1f evaluated; wrong by %.1f a prompt", r.ForetoldAKey, r.TokensAKey, r.ForetoldOff)
	}
}

func TestRunsRepeat(t *testing.T) {
	traces := own(t)[:3]
	for _, policy := range []string{"sopro", "one-job"} {
		c := usual()
		c.Policy = policy
		first, err := Run(t.Context(), traces, c)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Run(t.Context(), traces, c)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(first, again) {
			t.Errorf("%s\nfirst %+v\nthen  %+v", policy, first, again)
		}
		c.Seed = 2
		if other, err := Run(t.Context(), traces, c); err != nil || other.Saved == first.Saved {
			t.Errorf("%s: another seed makes no difference, %v", policy, err)
		}
	}
}

// What is known of the policies: the ideal saves most, one job more than waiting for pauses, and who cancels almost nothing where
// the model is slow. Keys are conserved.
func TestPoliciesRank(t *testing.T) {
	var saved []float64
	for _, policy := range []string{"ideal", "sopro", "one-job", "debounce-350", "each-key"} {
		c := usual()
		c.Policy = policy
		r, err := Run(t.Context(), own(t)[:5], c)
		if err != nil {
			t.Fatal(err)
		}
		saved = append(saved, r.Saved)
		if n := len(saved); n > 1 && saved[n-2] <= saved[n-1] {
			t.Errorf("%s saves %.1f %%, the one before it %.1f", policy, saved[n-1], saved[n-2])
		}
		typed := 0.0
		for _, why := range r.Typed {
			typed += why.Percent
		}
		if r.Unanswered != 0 || r.Errors != 0 || typed+r.Saved > 100 {
			t.Errorf("%s: %+v", policy, r)
		}
	}
}

// Coupled to what it is shown, a fast model loses by a short prompt what one that knows all names does not; the bound is shown everything.
func TestCoupled(t *testing.T) {
	saved := func(policy string, coupled bool, tokens int) float64 {
		c := usual()
		c.Policy, c.Coupled, c.Options.ContextTokens = policy, coupled, tokens
		c.Speed, c.Mode = Speed{30_000, 900}, Mode030
		r, err := Run(t.Context(), own(t)[:6], c)
		if err != nil {
			t.Fatal(err)
		}
		return r.Saved
	}
	const long, short = 4096, 128
	coupled := saved("sopro", true, long) - saved("sopro", true, short)
	not := saved("sopro", false, long) - saved("sopro", false, short)
	if coupled < not+1 {
		t.Errorf("a short prompt costs a model that has to be shown names %.1f points, another %.1f", coupled, not)
	}
	if one, other := saved("ideal", true, long), saved("ideal", true, short); one != other {
		t.Errorf("the bound is %.1f with a long prompt and %.1f with a short one", one, other)
	}
}

// A model that has to be shown names saves more where the engine may show it the other files.
func TestCoupledToOtherFiles(t *testing.T) {
	x := index.Open(index.Options{})
	defer x.Close()
	trace := Trace{
		Repo: "shop", Path: "basket.go", Language: "go", Before: "package shop\n\nfunc settle(b *Basket) {\n\t",
		Text: "b.chargeTheCard(b.owner, handlingFee)\n\tb.emptyAllShelves(b.owner)", After: "\n}\n",
	}
	for name, text := range map[string]string{
		"basket.go": trace.Before + trace.After,
		"card.go":   "package shop\n\nconst handlingFee = 3\n\ntype Basket struct{ owner string }\n\nfunc (b *Basket) chargeTheCard(owner string, fee int) {}\n\nfunc (b *Basket) emptyAllShelves(owner string) {}\n",
	} {
		if err := x.Put(t.Context(), index.File{Path: Workspace + "/" + name, Rel: name, Root: Workspace, Language: "go", Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	saved := func(sources map[string]gather.Sources) (sum float64) {
		for seed := range 20 {
			c := usual()
			c.Coupled, c.Seed, c.Sources = true, seed, sources
			r, err := Run(t.Context(), []Trace{trace}, c)
			if err != nil {
				t.Fatal(err)
			}
			sum += r.Saved / 20
		}
		return sum
	}
	if with, alone := saved(map[string]gather.Sources{"shop": {Index: x}}), saved(nil); with < alone+10 {
		t.Errorf("%.1f %% saved with the other files, %.1f without", with, alone)
	}
}

// Each rule can be switched off by name, alone, and Sopro still answers.
func TestEachRuleCanBeSwitchedOff(t *testing.T) {
	differ := map[string]bool{}
	traces := own(t)[7:8]
	whole, err := Run(t.Context(), traces, usual())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range Switchable() {
		c := usual()
		c.Without = complete.Without{name}
		r, err := Run(t.Context(), traces, c)
		if err != nil || r.Unanswered > 0 || r.Errors > 0 {
			t.Errorf("without %s: %+v, %v", name, r, err)
		}
		r.Without = nil
		differ[name] = !reflect.DeepEqual(r, whole)
	}
	for _, name := range []string{"reuse", "join", "gate", "anchor", "debounce"} {
		if !differ[name] {
			t.Errorf("without %s nothing changes", name)
		}
	}
}

func TestWhatCannotBeMeasured(t *testing.T) {
	for _, c := range []struct {
		change func(*Config)
		want   string
	}{
		{func(c *Config) { c.Policy = "best" }, `"best" is no policy`},
		{func(c *Config) { c.Speed.Generation = 0 }, "the speed 500/0 is none"},
		{func(c *Config) { c.Mode = "1" }, `"1" is no mode`},
		{func(c *Config) { c.Keys = 0 }, "0 keys a second"},
		{func(c *Config) { c.Editor = "ed" }, `"ed" is no editor`},
		{func(c *Config) { c.Accepts = "letter" }, `"letter" is no way to accept`},
		{func(c *Config) { c.Without = complete.Without{"sleep"} }, `"sleep" cannot be switched off`},
	} {
		config := usual()
		c.change(&config)
		if _, err := Run(t.Context(), nil, config); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}
