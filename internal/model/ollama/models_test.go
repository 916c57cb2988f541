package ollama

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sopro/internal/eval/sim"
	"sopro/internal/model"
	"sopro/internal/model/jsonhttp"
)

func TestWhatIsInstalled(t *testing.T) {
	models := []sim.Model{
		{Name: "coder:1.5b", Family: "qwen2", Capabilities: []string{"completion", "insert"}, Template: "{{ .Suffix }}", Settings: "stop \"x\"", Context: 4096, Vocabulary: []string{"a", "<|fim_prefix|>"}},
		{Name: "far:480b-cloud", Remote: true},
		{Name: "alias", Remote: true},
	}
	for _, version := range []string{"0.6.8", "0.17.4", "0.30.1"} {
		s, c := simulated(t, sim.Config{Version: version, Models: models})
		if v, err := c.Version(t.Context()); v != version || err != nil {
			t.Errorf("%q, %v", v, err)
		}
		installed, err := c.Models(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		told := s.Version() != "0.6.8" // older versions know of no such models, and cannot forward any
		got := map[string]bool{}
		for _, m := range installed {
			got[m.Name] = m.Remote
		}
		if d := cmp.Diff(map[string]bool{"coder:1.5b": false, "far:480b-cloud": true, "alias:latest": told}, got); d != "" {
			t.Errorf("%s: %s", version, d)
		}
		d, err := c.Show(t.Context(), "coder:1.5b", true)
		want := model.Details{
			Capabilities: []string{"completion", "insert"}, Template: "{{ .Suffix }}", Parameters: "stop \"x\"", Architecture: "qwen2", Family: "qwen2",
			ContextLength: 4096, ParameterCount: 1_540_000_000, Vocabulary: []string{"a", "<|fim_prefix|>"},
		}
		if diff := cmp.Diff(want, d); diff != "" || err != nil {
			t.Errorf("%s: %v %s", version, err, diff)
		}
		if d, err = c.Show(t.Context(), "coder:1.5b", false); err != nil || d.Vocabulary != nil {
			t.Errorf("%v, %v", d.Vocabulary, err)
		}
		if d, err = c.Show(t.Context(), "alias", false); err != nil || d.Remote != told {
			t.Errorf("%s: %+v, %v", version, d, err)
		}
		if _, err = c.Show(t.Context(), "nobody", false); !model.IsKind(err, model.NotFound) {
			t.Error(err)
		}
		r := ask("coder:1.5b", "x")
		r.Options.NumCtx = 1000
		if _, _, _, err = collect(c, t.Context(), r); err != nil {
			t.Error(err)
		}
		loaded, err := c.Loaded(t.Context())
		if err != nil || len(loaded) != 1 || loaded[0].Name != "coder:1.5b" || told != (loaded[0].ContextLength == 1000) {
			t.Errorf("%s: %+v, %v", version, loaded, err)
		}
	}
}

// TestStrangeNames: editors show names and versions as they are.
func TestStrangeNames(t *testing.T) {
	names := []string{"", "a b", "a\nb", "\x1b[2Jevil", "a\u202eb", "a\u200bb", "\u009b2J", strings.Repeat("a", 513)}
	var listed []string
	for _, name := range append(names, "hf.co/bartowski/Llama-3.2:Q4_K_M", "modèle:3b") {
		listed = append(listed, `{"name":`+string(jsonhttp.Encode(name))+`}`)
		if _, err := raw(t, http.StatusOK, `{"version":`+string(jsonhttp.Encode(name))+`}`).Version(t.Context()); (err != nil) != slices.Contains(names, name) {
			t.Errorf("version %q: %v", name, err)
		}
	}
	installed, err := raw(t, http.StatusOK, `{"models":[`+strings.Join(listed, ",")+`]}`).Models(t.Context())
	if err != nil || len(installed) != 2 || installed[0].Name != "hf.co/bartowski/Llama-3.2:Q4_K_M" || installed[1].Name != "modèle:3b" {
		t.Errorf("%+v, %v", installed, err)
	}
}

// TestAModelThatBecomesRemote: the refusal follows what the server said last.
func TestAModelThatBecomesRemote(t *testing.T) {
	s, c := simulated(t, sim.Config{Version: "0.17.4", Models: []sim.Model{{Name: "m", Remote: true}}})
	remote := func() bool {
		_, _, _, err := collect(c, t.Context(), ask("m", "x"))
		return model.IsKind(err, model.Refused)
	}
	for range 2 {
		if !remote() {
			t.Error("a remote model answered")
		}
	}
	if n := len(s.Generations()); n != 1 {
		t.Errorf("%d requests went out, want the one that showed it", n)
	}
	s.Install(sim.Model{Name: "m"})
	if _, err := c.Show(t.Context(), "m", false); err != nil || remote() {
		t.Errorf("a local model is refused: %v", err)
	}
}

func TestQuestionsThatGoWrong(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   string
		kind   model.Kind
	}{
		{"garbage", http.StatusOK, "<html>", model.Failed},
		{"nothing", http.StatusOK, "", model.Failed},
		{"another type", http.StatusOK, `[]`, model.Failed},
		{"too large", http.StatusOK, `{"version":"` + strings.Repeat("x", 80<<20) + `"}`, model.Refused},
		{"too deep", http.StatusOK, strings.Repeat(`{"a":`, 1000), model.Failed},
		{"another server", http.StatusNotFound, "404 page not found", model.Failed},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := raw(t, c.status, c.body).Version(t.Context()); !model.IsKind(err, c.kind) {
				t.Errorf("%v, want kind %v", err, c.kind)
			}
		})
	}
}

// TestMetadataOfTheWrongType: what cannot be read is not known.
func TestMetadataOfTheWrongType(t *testing.T) {
	c := raw(t, http.StatusOK, `{"model_info":{"general.architecture":"llama","llama.context_length":"many","general.parameter_count":7e9,"tokenizer.ggml.tokens":[1,2]}}`)
	d, err := c.Show(t.Context(), "m", true)
	if err != nil || d.ContextLength != 0 || d.ParameterCount != 7_000_000_000 || d.Vocabulary != nil {
		t.Errorf("%+v, %v", d, err)
	}
}

// TestCountsOf0300: that version alone counts only what it evaluated.
func TestCountsOf0300(t *testing.T) {
	prompt := strings.Repeat("word ", 100)
	for version, want := range map[string][2]model.Stats{
		"0.17.4": {{PromptTokens: 101}, {PromptTokens: 101}},
		"0.30.0": {{Evaluated: 101}, {Evaluated: 1}},
		"0.30.1": {{PromptTokens: 101}, {PromptTokens: 101}},
	} {
		_, c := simulated(t, sim.Config{Version: version, Models: []sim.Model{{Name: "m"}}})
		if _, err := c.Version(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i := range want {
			_, _, done, err := collect(c, t.Context(), ask("m", prompt))
			if err != nil || done.PromptTokens != want[i].PromptTokens || done.Evaluated != want[i].Evaluated {
				t.Errorf("%s, request %d: %+v, %v; want %+v", version, i, done, err, want[i])
			}
		}
	}
}
