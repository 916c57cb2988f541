package catalog

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sopro/internal/model"
	"sopro/internal/prompt"
)

// A shelf is a server with models on it. It counts what it is asked.
type shelf struct {
	models  []stored
	err     error
	missing map[string]bool
	dies    map[string]bool // the server is gone when it is asked about one of these
	speeds  map[string]model.Speed
	loaded  []model.Running
	hangs   string // what is never answered: "models", "loaded", or the name of a model

	mu     sync.Mutex
	asked  []string // "name" or "name verbose"
	asking int      // now
	most   int      // at once
	slow   time.Duration
	reads  [2]int // vocabularies that are read now, and the most at once
}

func (s *shelf) Loaded(ctx context.Context) ([]model.Running, error) {
	if err := s.hang(ctx, "loaded"); err != nil {
		return nil, err
	}
	return s.loaded, s.err
}

func (s *shelf) Silent(cause error) error {
	return &model.Error{Kind: model.Unreachable, Message: "the shelf is silent", Next: "restart it", Err: cause}
}

// hang returns nil at once, or, where what is never answered, the error of ctx when it has ended.
func (s *shelf) hang(ctx context.Context, what string) error {
	s.mu.Lock()
	hangs := s.hangs == what
	s.mu.Unlock()
	if hangs {
		<-ctx.Done()
		return ctx.Err()
	}
	return nil
}

// heal makes everything be answered, but what hangs.
func (s *shelf) heal(hangs string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hangs = hangs
}

func (s *shelf) Speed(name string) model.Speed {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.speeds[name]
}

type stored struct {
	model.Installed
	model.Details
}

const gigabyte = 1 << 30

// lib are the models of the stories, as a real Ollama describes them.
var lib = func() map[string]stored {
	const (
		fim  = "{{- if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>{{ else }}"
		chat = "{{ range .Messages }}<|im_start|>{{ .Role }}{{ end }}"
		none = "{{ .Prompt }}"
	)
	m := make(map[string]stored)
	add := func(name string, billions, gigabytes float64, arch, template string, context int, capabilities ...string) {
		m[name] = stored{
			model.Installed{Name: name, Size: int64(gigabytes * gigabyte), Digest: "sha256:" + name},
			model.Details{Architecture: arch, Template: template, ContextLength: context, Capabilities: append([]string{"completion"}, capabilities...),
				ParameterCount: int64(billions * 1e9)},
		}
	}
	add("qwen2.5-coder:0.5b", 0.5, 0.4, "qwen2", fim+chat, 32768, "insert", "tools")
	add("qwen2.5-coder:1.5b", 1.5, 1, "qwen2", fim+chat, 32768, "insert", "tools")
	add("qwen2.5-coder:1.5b-base", 1.5, 1, "qwen2", fim+chat, 32768, "insert")
	add("qwen2.5-coder:7b", 7.6, 4.7, "qwen2", fim+chat, 32768, "insert", "tools")
	add("qwen2.5-coder:32b", 32, 20, "qwen2", fim+chat, 32768, "insert", "tools")
	add("starcoder2:3b", 3, 1.7, "starcoder2", none, 16384)
	add("codellama:7b-code", 6.7, 3.8, "llama", none, 16384)
	add("llama3.2:3b", 3.2, 2, "llama", chat, 131072, "tools")
	add("llama3.1:8b", 8, 4.9, "llama", chat, 131072, "tools")
	add("llama3.3:70b", 70, 42, "llama", chat, 131072, "tools")
	add("newcomer:1b", 1, 0.7, "newcomer", "{{ .Prompt }}@{{ .Suffix }}", 2048, "insert")
	add("mine:latest", 1.5, 1, "qwen2", none, 32768)
	add("silent:latest", 1, 0.6, "rwkv", none, 0)
	cloud := stored{model.Installed{Name: "qwen3-coder:480b-cloud", Remote: true, Digest: "c"}, model.Details{Remote: true}}
	m[cloud.Installed.Name] = cloud
	hidden := m["qwen2.5-coder:7b"] // only Show tells that it is forwarded
	hidden.Installed.Name, hidden.Digest, hidden.Details.Remote = "hidden:latest", "h", true
	m["hidden:latest"] = hidden
	m["nomic-embed-text"] = stored{model.Installed{Name: "nomic-embed-text:latest", Size: gigabyte / 4, Digest: "n"}, model.Details{Architecture: "nomic-bert", Capabilities: []string{"embedding"}}}
	return m
}()

func shelfOf(t *testing.T, names string) *shelf {
	t.Helper()
	s := &shelf{missing: map[string]bool{}}
	for _, name := range strings.Fields(names) {
		m, ok := lib[name]
		if !ok {
			t.Fatalf("no story knows %q", name)
		}
		s.models = append(s.models, m)
	}
	return s
}

func (s *shelf) Models(ctx context.Context) ([]model.Installed, error) {
	if err := s.hang(ctx, "models"); err != nil {
		return nil, err
	}
	var all []model.Installed
	for _, m := range s.models {
		all = append(all, m.Installed)
	}
	return all, s.err
}

func (s *shelf) Show(ctx context.Context, name string, vocabulary bool) (model.Details, error) {
	if ctx.Err() != nil {
		return model.Details{}, ctx.Err()
	}
	if err := s.hang(ctx, name); err != nil {
		return model.Details{}, err
	}
	if s.dies[name] {
		return model.Details{}, &model.Error{Kind: model.Unreachable, Message: "the shelf is gone", Next: "put it up"}
	}
	if s.missing[name] {
		return model.Details{}, &model.Error{Kind: model.Failed, Message: "cannot read " + name}
	}
	s.mu.Lock()
	s.asking++
	s.most = max(s.most, s.asking)
	if vocabulary {
		s.reads[0]++
		s.reads[1] = max(s.reads[1], s.reads[0])
	}
	s.mu.Unlock()
	runtime.Gosched()
	time.Sleep(s.slow)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asking--
	if vocabulary {
		s.reads[0]--
	}
	for _, m := range s.models {
		if m.Installed.Name != name {
			continue
		}
		if vocabulary {
			s.asked = append(s.asked, name+" verbose")
			m.Vocabulary = []string{"the", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"}
		} else {
			s.asked = append(s.asked, name)
		}
		return m.Details, nil
	}
	return model.Details{}, fmt.Errorf("no model %q", name)
}

// expectChoice tells a story: what is installed, what is wanted, which models are chosen or what is said.
func expectChoice(t *testing.T, installed string, wanted Preferences, memory int64, completion, chat string) {
	t.Helper()
	c := New(shelfOf(t, installed), wanted, memory)
	if err := c.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, role := range []struct {
		name   string
		choose func() (Choice, error)
		want   string
	}{{"completion", c.Completion, completion}, {"chat", c.Chat, chat}} {
		choice, err := role.choose()
		got := choice.Model
		if err != nil {
			got = err.Error()
			if e, ok := errors.AsType[*model.Error](err); !ok || len(e.Next) == 0 || len(got) > 500 {
				t.Errorf("%s: the error has no next step or is too long: %q", role.name, got)
			}
		} else if choice.Why == "" || choice.Options.NumCtx == 0 {
			t.Errorf("%s: %+v", role.name, choice)
		}
		if got != role.want {
			t.Errorf("%s: got %s, want %s", role.name, got, role.want)
		}
	}
}

const (
	noInfill = `no model can infill: run "ollama pull qwen2.5-coder:1.5b"`
	noChat   = `no chat model is installed, which explaining and generating need: run "ollama pull qwen2.5-coder:1.5b"`
)

func TestAuto(t *testing.T) {
	for _, c := range []struct {
		story            string
		installed        string
		gigabytes        int64
		completion, chat string
	}{
		{"nothing installed", "", 8, noInfill, noChat},
		{"one model for both", "qwen2.5-coder:1.5b", 8, "qwen2.5-coder:1.5b", "qwen2.5-coder:1.5b"},
		{"the pair that the guide recommends", "qwen2.5-coder:1.5b qwen2.5-coder:7b", 16, "qwen2.5-coder:1.5b", "qwen2.5-coder:7b"},
		{"a model that only infills", "starcoder2:3b", 16, "starcoder2:3b", strings.Replace(noChat, "1.5b", "7b", 1)},
		{"only a chat model", "llama3.1:8b", 16, "llama3.1:8b", "llama3.1:8b"},
		{"infilling goes before chat, whatever the size", "llama3.2:3b codellama:7b-code", 16, "codellama:7b-code", "llama3.2:3b"},
		{"our own layout goes before the server's template", "newcomer:1b qwen2.5-coder:0.5b", 16, "qwen2.5-coder:0.5b", "qwen2.5-coder:0.5b"},
		{"the server's template goes before chat", "newcomer:1b llama3.2:3b", 16, "newcomer:1b", "llama3.2:3b"},
		{"a larger one of the quick", "qwen2.5-coder:0.5b starcoder2:3b qwen2.5-coder:1.5b", 16, "starcoder2:3b", "qwen2.5-coder:1.5b"},
		{"a small one before a huge one", "qwen2.5-coder:32b qwen2.5-coder:0.5b", 64, "qwen2.5-coder:0.5b", "qwen2.5-coder:0.5b"},
		{"the least slow of the slow", "qwen2.5-coder:32b qwen2.5-coder:7b", 64, "qwen2.5-coder:7b", "qwen2.5-coder:7b"},
		{"a general model of far more than twice the size explains better", "qwen2.5-coder:1.5b llama3.1:8b", 16, "qwen2.5-coder:1.5b", "llama3.1:8b"},
		{"a model for code counts twice", "qwen2.5-coder:7b llama3.1:8b", 32, "qwen2.5-coder:7b", "qwen2.5-coder:7b"},
		{"both must fit side by side", "qwen2.5-coder:1.5b qwen2.5-coder:7b", 10, "qwen2.5-coder:1.5b", "qwen2.5-coder:1.5b"},
		{"or take turns", "starcoder2:3b llama3.1:8b", 10, "starcoder2:3b", "llama3.1:8b"},
		{"too large for this machine", "llama3.3:70b", 16, `no model that can infill fits into the memory of this machine: run "ollama pull qwen2.5-coder:1.5b"`,
			`no chat model fits into the memory of this machine: run "ollama pull qwen2.5-coder:1.5b"`},
		{"memory not known", "llama3.3:70b", 0, "llama3.3:70b", "llama3.3:70b"},
		{"embeddings and the cloud never", "nomic-embed-text qwen3-coder:480b-cloud hidden:latest", 8, noInfill, noChat},
		{"the vocabulary tells", "mine:latest", 8, "mine:latest", noChat},
		{"nothing tells", "silent:latest", 8, noInfill, noChat},
	} {
		t.Run(c.story, func(t *testing.T) {
			expectChoice(t, c.installed, Preferences{Completion: Auto, ContextTokens: 1536}, c.gigabytes*gigabyte, c.completion, c.chat)
		})
	}
}

func TestNamed(t *testing.T) {
	const both = "qwen2.5-coder:1.5b starcoder2:3b llama3.1:8b"
	for _, c := range []struct {
		story            string
		installed        string
		wanted           Preferences
		completion, chat string
	}{
		{"is used", both, Preferences{Completion: "qwen2.5-coder:1.5b", Chat: "qwen2.5-coder:1.5b"}, "qwen2.5-coder:1.5b", "qwen2.5-coder:1.5b"},
		{"whatever its size", "llama3.3:70b qwen2.5-coder:1.5b", Preferences{Chat: "llama3.3:70b"}, "qwen2.5-coder:1.5b", "llama3.3:70b"},
		{"as the server reads names", "mine:latest nomic-embed-text llama3.1:8b", Preferences{Completion: "Mine", Chat: "library/llama3.1:8b"}, "mine:latest", "llama3.1:8b"},
		{"a chat model may complete", both, Preferences{Completion: "llama3.1:8b"}, "llama3.1:8b", "llama3.1:8b"},
		{"is missing", both, Preferences{Completion: "codegemma:2b", Chat: "gone"},
			`the model "codegemma:2b" of models.completion is not installed: run "ollama pull codegemma:2b", or set models.completion to "auto"`,
			`the model "gone" of models.chat is not installed: run "ollama pull gone", or set models.chat to "auto"`},
		{"is missing, and was named for one run", both, Preferences{Completion: "codegemma:2b", Chat: "gone", Flagged: "models.chat"},
			`the model "codegemma:2b" of models.completion is not installed: run "ollama pull codegemma:2b", or set models.completion to "auto"`,
			`the model "gone" of --model is not installed: run "ollama pull gone", or leave --model out`},
		{"cannot chat, and was named for one run", "starcoder2:3b", Preferences{Chat: "starcoder2:3b", Flagged: "models.chat"}, "starcoder2:3b",
			`the model "starcoder2:3b" does not chat, which explaining and generating need: run "ollama pull qwen2.5-coder:1.5b", or leave --model out`},
		{"is missing and of another host", both, Preferences{Completion: "evil.example/x:y", Chat: "a b; rm -rf /"},
			`the model "evil.example/x:y" of models.completion is not installed: install it, or set models.completion to "auto"`,
			`the model "a b; rm -rf /" of models.chat is not installed: install it, or set models.chat to "auto"`},
		{"does not run here", "qwen3-coder:480b-cloud hidden:latest", Preferences{Completion: "hidden", Chat: "qwen3-coder:480b-cloud"},
			`the model "hidden:latest" of models.completion does not run on this machine: your code would be sent to the internet: choose a local one, or set it to "auto"`,
			`the model "qwen3-coder:480b-cloud" of models.chat does not run on this machine: your code would be sent to the internet: choose a local one, or set it to "auto"`},
		{"cannot", "nomic-embed-text starcoder2:3b", Preferences{Completion: "nomic-embed-text", Chat: "starcoder2:3b"},
			`the model "nomic-embed-text:latest" cannot infill (it only embeds): run "ollama pull qwen2.5-coder:1.5b"`,
			`the model "starcoder2:3b" does not chat, which explaining and generating need: run "ollama pull qwen2.5-coder:1.5b", or set models.chat to "auto"`},
		{"has a name beyond reason", both, Preferences{Completion: strings.Repeat("x", 5000) + "/" + strings.Repeat("y", 5000) + " ", Chat: "auto"},
			`the model "` + strings.Repeat("x", 80) + `…" of models.completion is not installed: install it, or set models.completion to "auto"`, "llama3.1:8b"},
	} {
		t.Run(c.story, func(t *testing.T) {
			c.wanted.ContextTokens = 1536
			expectChoice(t, c.installed, c.wanted, 16*gigabyte, c.completion, c.chat)
		})
	}
}

// num_ctx by model, wish and memory.
func TestContext(t *testing.T) {
	for _, c := range []struct {
		story         string
		model         string
		gigabytes     int64
		numCtx, wants int // settings: ollama.numCtx, completion.contextTokens
		want          int
	}{
		{"plenty of memory", "qwen2.5-coder:1.5b", 32, 0, 1536, 8192},
		{"memory not known", "qwen2.5-coder:1.5b", 0, 0, 1536, 8192},
		{"the model's own is less", "newcomer:1b", 32, 0, 1536, 2048},
		{"little memory", "codellama:7b-code", 8, 0, 1536, 3584},
		{"never less than a prompt needs", "codellama:7b-code", 4, 0, 1536, 2048},
		{"long prompts", "qwen2.5-coder:1.5b", 32, 0, 16384, 16896},
		{"a wish", "qwen2.5-coder:1.5b", 32, 4096, 1536, 4096},
		{"a wish beyond the model", "newcomer:1b", 32, 65536, 1536, 2048},
		{"nobody knows", "silent:latest", 32, 0, 1536, 4096},
	} {
		t.Run(c.story, func(t *testing.T) {
			m := lib[c.model]
			p := Preferences{NumCtx: c.numCtx, ContextTokens: c.wants, KeepAlive: "30m"}
			cat := New(nil, p, c.gigabytes*gigabyte)
			got := cat.options(candidate{Installed: m.Installed, asking: prompt.Recognise(identity(c.model, m.Details)), parameters: parameters(m.Installed, m.Details)})
			if want := (model.Options{NumCtx: c.want, KeepAlive: "30m"}); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

// A model in both roles has one option set: another would load it again at every change of role.
func TestOneOptionSet(t *testing.T) {
	c := New(shelfOf(t, "qwen2.5-coder:1.5b"), Preferences{ContextTokens: 1536, KeepAlive: "30m"}, 4*gigabyte)
	if err := c.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	completion, _ := c.Completion()
	chat, _ := c.Chat()
	if completion.Options != chat.Options || completion.Model != chat.Model {
		t.Errorf("%+v and %+v", completion, chat)
	}
}

func TestParameters(t *testing.T) {
	for size, want := range map[string]float64{"1.5B": 1.5e9, "334M": 334e6, "8.0b": 8e9, "1T": 1e12, "": 5e9, "lots": 5e9, "-1B": 5e9} {
		if got := parameters(model.Installed{ParameterSize: size, Size: 3e9}, model.Details{}); got != want {
			t.Errorf("%q: %g, want %g", size, got, want)
		}
	}
}

// Only what is new is asked about, and a vocabulary only once and only where nothing else tells.
func TestRefreshAsksOnce(t *testing.T) {
	s := shelfOf(t, "qwen2.5-coder:1.5b mine:latest llama3.1:8b qwen3-coder:480b-cloud")
	c := New(s, Preferences{ContextTokens: 1536}, 0)
	refresh := func(want string) {
		t.Helper()
		s.asked = nil
		if err := c.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		slices.Sort(s.asked)
		if got := strings.Join(s.asked, ", "); got != want {
			t.Errorf("asked %q, want %q", got, want)
		}
	}
	refresh("llama3.1:8b, mine:latest, mine:latest verbose, qwen2.5-coder:1.5b")
	refresh("")
	s.models[0].Digest = "pulled anew"
	refresh("qwen2.5-coder:1.5b")
	s.models = s.models[:1]
	refresh("")
	s.models = append(s.models, lib["mine:latest"])
	refresh("mine:latest, mine:latest verbose")
}

// Before the server has answered there is a message; when it stops answering the last choice stays.
func TestRefreshFails(t *testing.T) {
	s := shelfOf(t, "qwen2.5-coder:1.5b")
	s.err = errors.New("no answer")
	c := New(s, Preferences{ContextTokens: 1536}, 0)
	if err := c.Refresh(t.Context()); !errors.Is(err, s.err) {
		t.Errorf("got %v", err)
	}
	if _, err := c.Completion(); !model.IsKind(err, model.Unreachable) {
		t.Errorf("completion: %v", err)
	}
	if _, err := c.Chat(); !model.IsKind(err, model.Unreachable) {
		t.Errorf("chat: %v", err)
	}
	s.err = nil
	if err := c.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.err = errors.New("no answer")
	_ = c.Refresh(t.Context())
	if choice, err := c.Completion(); err != nil || choice.Model != "qwen2.5-coder:1.5b" {
		t.Errorf("got %+v, %v", choice, err)
	}
}

// A model that cannot be described is left out by auto; named, its own error is the answer.
func TestBrokenModel(t *testing.T) {
	s := shelfOf(t, "starcoder2:3b qwen2.5-coder:1.5b")
	s.missing["starcoder2:3b"] = true
	c := New(s, Preferences{Chat: "starcoder2:3b", ContextTokens: 1536}, 0)
	if err := c.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if choice, err := c.Completion(); err != nil || choice.Model != "qwen2.5-coder:1.5b" {
		t.Errorf("got %+v, %v", choice, err)
	}
	if _, err := c.Chat(); err == nil || err.Error() != "cannot read starcoder2:3b" {
		t.Errorf("got %v", err)
	}
}

// Of a server that goes away between its list and what it is asked about, that is what is said, and not which model to install.
func TestServerGoesWhileItIsAsked(t *testing.T) {
	const known, unknown = "starcoder2:3b", "qwen2.5-coder:1.5b"
	s := shelfOf(t, known+" "+unknown)
	c := New(s, Preferences{ContextTokens: 1536}, 0)
	expect := func(story, said string) {
		t.Helper()
		err := c.Refresh(t.Context())
		if said != "" && (!model.IsKind(err, model.Unreachable) || err.Error() != said) {
			t.Errorf("%s: %v", story, err)
		}
		for _, choose := range []func() (Choice, error){c.Completion, c.Chat} {
			if _, err := choose(); err != nil && err.Error() != said || err == nil && said != "" {
				t.Errorf("%s: chosen: %v", story, err)
			}
		}
	}
	s.dies = map[string]bool{unknown: true}
	expect("it goes", "the shelf is gone: put it up")
	s.dies, s.asked = nil, nil
	expect("it is back", "")
	if got := strings.Join(s.asked, ", "); got != unknown {
		t.Errorf("asked %q: what was learnt before is kept", got)
	}
	s.dies = map[string]bool{"llama3.2:3b": true}
	s.models = append(s.models, lib["llama3.2:3b"])
	if err := c.Refresh(t.Context()); !model.IsKind(err, model.Unreachable) {
		t.Errorf("it goes again: %v", err)
	}
	if choice, err := c.Completion(); err != nil || choice.Model != known {
		t.Errorf("it goes again: %+v, %v: the last choice stays", choice, err)
	}
}

// Where nothing is known of the one model that is there, nobody is told to install another.
func TestNothingIsKnownOfTheModel(t *testing.T) {
	s := shelfOf(t, "qwen2.5-coder:1.5b")
	s.missing["qwen2.5-coder:1.5b"] = true
	c := New(s, Preferences{ContextTokens: 1536}, 0)
	if err := c.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	const said = `nothing is known of the model "qwen2.5-coder:1.5b": cannot read qwen2.5-coder:1.5b: look into the log of the model server`
	for _, choose := range []func() (Choice, error){c.Completion, c.Chat} {
		if _, err := choose(); err == nil || err.Error() != said {
			t.Errorf("%v", err)
		}
	}
}

// What auto chose while one model could not be described is chosen anew when all can be, and not before or again.
func TestChosenBeforeAllWasKnown(t *testing.T) {
	s := shelfOf(t, "qwen2.5-coder:0.5b qwen2.5-coder:1.5b qwen2.5-coder:7b")
	c := New(s, Preferences{ContextTokens: 1536}, 0)
	for _, step := range []struct {
		story            string
		missing          string
		installs         string
		completion, chat string
		settled          bool
	}{
		{"two cannot be described", "qwen2.5-coder:1.5b qwen2.5-coder:7b", "", "qwen2.5-coder:0.5b", "qwen2.5-coder:0.5b", false},
		{"one still cannot: no change yet", "qwen2.5-coder:7b", "", "qwen2.5-coder:0.5b", "qwen2.5-coder:0.5b", false},
		{"all can", "", "", "qwen2.5-coder:1.5b", "qwen2.5-coder:7b", true},
		{"a better one comes", "", "starcoder2:3b", "qwen2.5-coder:1.5b", "qwen2.5-coder:7b", true},
		{"one comes that cannot be described", "codellama:7b-code", "codellama:7b-code", "qwen2.5-coder:1.5b", "qwen2.5-coder:7b", true},
	} {
		t.Run(step.story, func(t *testing.T) {
			s.missing = map[string]bool{}
			for _, name := range strings.Fields(step.missing) {
				s.missing[name] = true
			}
			if step.installs != "" {
				s.models = append(s.models, lib[step.installs])
			}
			if err := c.Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
			completion, _ := c.Completion()
			chat, _ := c.Chat()
			if completion.Model != step.completion || chat.Model != step.chat || c.Settled() != step.settled {
				t.Errorf("%s and %s, settled %v", completion.Model, chat.Model, c.Settled())
			}
		})
	}
}

func TestRefreshWhileChoosing(t *testing.T) {
	c := New(shelfOf(t, "qwen2.5-coder:1.5b mine:latest"), Preferences{ContextTokens: 1536}, 0)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := c.Refresh(t.Context()); err != nil {
				t.Error(err)
			}
			if choice, err := c.Completion(); err != nil || choice.Model != "mine:latest" {
				t.Errorf("got %+v, %v", choice, err)
			}
		})
	}
	wg.Wait()
}

func TestRefreshEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := New(shelfOf(t, "qwen2.5-coder:1.5b"), Preferences{}, 0)
	if err := c.Refresh(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
