package main

import (
	"log/slog"
	"strings"
	"testing"

	"sopro/internal/config"
	"sopro/internal/server"
)

// TestWhichServerIsAsked: engines are made anew where the server, the way to it or a family has changed, and kept otherwise. The
// endpoint, which holds the queue and the trace, is kept as long as the server and the way to it are.
func TestWhichServerIsAsked(t *testing.T) {
	t.Setenv("MY_KEY", "sk-not-a-real-key")
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	b := newBuilder(slog.New(slog.DiscardHandler))
	s := config.Defaults()
	s.Ollama.URL = "127.0.0.1:1"
	var former *server.Engines
	for _, step := range []struct {
		what   string
		change func(s *config.Settings)
		anew   bool
		same   bool // endpoint
		url    string
		fails  string
	}{
		{"Ollama", func(*config.Settings) {}, true, false, "http://127.0.0.1:1", ""},
		{"another debounce", func(s *config.Settings) { s.Completion.MaxTokens = 9 }, false, true, "http://127.0.0.1:1", ""},
		{"vLLM", func(s *config.Settings) { s.OpenAI.URL = "127.0.0.1:2/v1" }, true, false, "http://127.0.0.1:2", ""},
		{"nothing new", func(*config.Settings) {}, false, true, "http://127.0.0.1:2", ""},
		{"a key", func(s *config.Settings) { s.OpenAI.APIKeyEnv = "MY_KEY" }, true, false, "http://127.0.0.1:2", ""},
		{"a family", func(s *config.Settings) {
			s.Models.Families = map[string]config.Family{"x": {Names: "^x", Order: "server"}}
		}, true, true, "http://127.0.0.1:2", ""},
		{"the same family", func(s *config.Settings) {
			s.Models.Families = map[string]config.Family{"x": {Names: "^x", Order: "server"}}
		}, false, true, "http://127.0.0.1:2", ""},
		{"another model", func(s *config.Settings) { s.Models.Completion = "m" }, true, true, "http://127.0.0.1:2", ""},
		{"another context", func(s *config.Settings) { s.Ollama.NumCtx = 4096 }, true, true, "http://127.0.0.1:2", ""},
		{"it may be remote", func(s *config.Settings) { s.Privacy.AllowRemote = true }, true, false, "http://127.0.0.1:2", ""},
		{"a key that is not there", func(s *config.Settings) { s.OpenAI.APIKeyEnv = "NO_SUCH_KEY" }, true, false, "", "NO_SUCH_KEY"},
		{"no certificates", func(s *config.Settings) { s.OpenAI.APIKeyEnv, s.OpenAI.CAFile = "", "/none" }, true, false, "", "openai.caFile"},
		{"Ollama again", func(s *config.Settings) { s.OpenAI = config.OpenAI{} }, true, false, "http://127.0.0.1:1", ""},
	} {
		step.change(&s)
		engines, err := b.build(s, former)
		if (err == nil) != (step.fails == "") || err != nil && (!strings.Contains(err.Error(), step.fails) || strings.Contains(err.Error(), "sk-")) {
			t.Errorf("%s: %v", step.what, err)
		}
		if anew := engines != former; anew != step.anew {
			t.Errorf("%s: made anew: %v", step.what, anew)
		}
		if same := former != nil && former.Endpoint != nil && engines.Endpoint == former.Endpoint; same != step.same {
			t.Errorf("%s: the same endpoint: %v", step.what, same)
		}
		if engines != former && former != nil {
			former.Complete.Close()
		}
		if former = engines; former.Endpoint != nil && former.Endpoint.State().URL != step.url || former.Endpoint == nil && step.url != "" {
			t.Errorf("%s: %+v", step.what, former.Endpoint)
		}
	}
	former.Complete.Close()
}

// TestOrderOfAFamily: who wants the prefix first gets it, also where both are described.
func TestOrderOfAFamily(t *testing.T) {
	s := config.Defaults()
	both := config.Family{Names: "^x", PrefixFirst: "<a>{p}<b>{s}", SuffixFirst: "<b>{s}<a>{p}"}
	first, chosen := both, both
	chosen.Order = "prefix-first"
	s.Models.Families = map[string]config.Family{"b": first, "a": chosen}
	got := families(s)
	if len(got) != 2 || got[0].Name != "a" || got[0].SuffixFirst != "" || got[1].SuffixFirst == "" || len(got[1].Tokens) != 2 {
		t.Errorf("%+v", got)
	}
}
