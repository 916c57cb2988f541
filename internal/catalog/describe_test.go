package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"sopro/internal/model"
	"sopro/internal/prompt"
)

// Each model in one line: what it is, what it can do, how it is asked, what it has.
func TestList(t *testing.T) {
	s := shelfOf(t, "qwen2.5-coder:1.5b starcoder2:3b llama3.1:8b newcomer:1b nomic-embed-text qwen3-coder:480b-cloud silent:latest")
	s.missing["silent:latest"] = true
	until := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)
	s.loaded = []model.Running{{Name: "starcoder2:3b", Size: 2e9, VRAM: 1e9, Expires: until}}
	s.speeds = map[string]model.Speed{"starcoder2:3b": {Prompt: 400, Generation: 41}}
	c := New(s, Preferences{ContextTokens: 1536}, 16*gigabyte)
	all, err := c.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range all {
		got = append(got, fmt.Sprintf("%s: %s; can %s; has %s; %s|%s|%s; %d; %v; %v; %s", d.Name, d.Family, strings.Join(d.Roles, "+"), strings.Join(d.Chosen, "+"),
			d.Mode, d.Layout, d.Order, d.Context, d.Speed != nil, d.Loaded != nil, d.Problem))
	}
	want := []string{
		"llama3.1:8b: llama; can completion+chat; has chat; chat|chat, hole marked|; 131072; false; false; ",
		"newcomer:1b: newcomer; can completion; has ; suffix|the server's template|; 2048; false; false; ",
		"nomic-embed-text:latest: nomic-bert; can embedding; has ; none||; 0; false; false; ",
		"qwen2.5-coder:1.5b: qwen2.5-coder; can completion+chat; has ; raw|qwen2.5-coder|prefix first; 32768; false; false; ",
		"qwen3-coder:480b-cloud: ; can ; has ; none||; 0; false; false; it does not run on this machine: Ollama would forward your code to the internet, so it is never used",
		"silent:latest: ; can ; has ; none||; 0; false; false; cannot read silent:latest",
		"starcoder2:3b: starcoder2; can completion; has completion; raw|starcoder2|suffix first; 16384; true; true; ",
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Errorf("line %d:\n%q\n%q", i, got[min(i, len(got)-1)], want[min(i, len(want)-1)])
		}
	}
	star := all[len(all)-1]
	if star.Loaded.Until != until || star.Loaded.VRAM != 1e9 || star.Speed.Generation != 41 || !strings.Contains(star.Why, "41 tokens a second") {
		t.Errorf("%+v", star)
	}
	if star.License != "BigCode OpenRAIL-M" || star.Limits == "" {
		t.Errorf("licence %q, %q", star.License, star.Limits)
	}
}

// What is not known is absent in JSON: no zero is to be taken for a size, a speed or the year 1.
func TestNothingKnown(t *testing.T) {
	bare := stored{model.Installed{Name: "served", Digest: "d"}, model.Details{Capabilities: []string{"completion"}}}
	full := stored{model.Installed{Name: "whole", Digest: "e", Size: 7, Modified: time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)}, bare.Details}
	s := &shelf{models: []stored{bare, full}, loaded: []model.Running{{Name: "served"}, {Name: "whole", Size: 9, VRAM: 8}}}
	s.speeds = map[string]model.Speed{"served": {Generation: 5}, "whole": {Prompt: 6, Generation: 5}}
	all, err := New(s, Preferences{ContextTokens: 1536, Served: true}, 0).List(t.Context())
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	for i, want := range []string{
		`"loaded":{},"speed":{"generation":5}`,
		`"loaded":{"size":9,"vram":8},"modified":"2026-11-23T16:00:00Z","size":7,"speed":{"generation":5,"prompt":6}`,
	} {
		raw, err := json.Marshal(all[i])
		var got map[string]any
		if err != nil || json.Unmarshal(raw, &got) != nil {
			t.Fatal(err)
		}
		maps.DeleteFunc(got, func(key string, _ any) bool {
			return !slices.Contains([]string{"size", "modified", "loaded", "speed"}, key)
		})
		if raw, _ := json.Marshal(got); string(raw) != "{"+want+"}" {
			t.Errorf("%s: %s, want %s", all[i].Name, raw, want)
		}
	}
}

// What a server says of its models is shown to people: it has nothing in it that a terminal would obey.
func TestHostileDescription(t *testing.T) {
	m := stored{
		model.Installed{Name: "evil:1b", ParameterSize: "\x1b]0;pwned\a1B", Quantization: "Q4\x1b[2J", Digest: "e"},
		model.Details{Architecture: "ll\x9bama", Capabilities: append([]string{"compl\x1b[31metion\n"}, make([]string, 5000)...), License: "\n\x1b[8mMIT\nmore"},
	}
	s := shelfOf(t, "")
	s.models = append(s.models, m)
	all, err := New(s, Preferences{ContextTokens: 1536}, 0).List(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatal(err)
	}
	raw := fmt.Sprintf("%+v", all[0])
	if strings.ContainsAny(raw, "\x1b\a\n\u009b") || len(raw) > 2000 || strings.Contains(raw, "more") {
		t.Errorf("%q", raw)
	}
}

func TestShow(t *testing.T) {
	c := New(shelfOf(t, "qwen2.5-coder:1.5b starcoder2:3b newcomer:1b llama3.1:8b qwen3-coder:480b-cloud"), Preferences{ContextTokens: 1536}, 16*gigabyte)
	for name, want := range map[string]string{
		"qwen2.5-coder:1.5b":     "<|fim_suffix|>\n}\n<|fim_middle|>",
		"Library/StarCoder2:3b":  "<fim_prefix><fim_suffix>\n}\n<fim_middle>",
		"newcomer:1b":            "func Total(price int) int {\n\t",
		"llama3.1:8b":            "func Total(price int) int {",
		"qwen3-coder:480b-cloud": "",
	} {
		d, filled, err := c.Show(t.Context(), name)
		text := filled.Prompt
		for _, m := range filled.Messages {
			text += m.Content
		}
		if err != nil || !strings.Contains(text, want) || want == "" && text != "" || canonical(d.Name) != canonical(name) {
			t.Errorf("%s: %v, %q", name, err, text)
		}
	}
	if _, _, err := c.Show(t.Context(), "gone:1b"); !model.IsKind(err, model.NotFound) || !strings.Contains(err.Error(), "sopro models list") {
		t.Error(err)
	}
}

// What auto chose stays chosen while it is there, whatever comes; when it is gone another is chosen, and a new catalog
// chooses anew.
func TestAutoKeepsItsMind(t *testing.T) {
	s := shelfOf(t, "qwen2.5-coder:0.5b")
	wanted := Preferences{ContextTokens: 1536}
	c := New(s, wanted, 32*gigabyte)
	expect := func(c *Catalog, completion, chat string) {
		t.Helper()
		if err := c.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		a, _ := c.Completion()
		b, _ := c.Chat()
		if a.Model != completion || b.Model != chat {
			t.Errorf("%s and %s, want %s and %s", a.Model, b.Model, completion, chat)
		}
	}
	expect(c, "qwen2.5-coder:0.5b", "qwen2.5-coder:0.5b")
	s.models = append(s.models, lib["starcoder2:3b"], lib["llama3.1:8b"]) // pulled meanwhile
	expect(c, "qwen2.5-coder:0.5b", "qwen2.5-coder:0.5b")
	s.models[0].Digest = "pulled anew"
	expect(c, "qwen2.5-coder:0.5b", "qwen2.5-coder:0.5b")
	expect(New(s, wanted, 32*gigabyte), "starcoder2:3b", "llama3.1:8b")
	s.models = s.models[1:] // removed
	expect(c, "starcoder2:3b", "llama3.1:8b")
	s.models[0].Details.Remote, s.models[0].Digest = true, "now it is forwarded"
	expect(c, "llama3.1:8b", "llama3.1:8b")
}

// A measured speed counts more than a size: a large model that is quick here is taken, a small one that is slow is not.
func TestAutoBySpeed(t *testing.T) {
	for _, c := range []struct {
		story, installed string
		speeds           map[string]model.Speed
		completion, chat string
	}{
		{"nothing measured", "qwen2.5-coder:1.5b qwen2.5-coder:7b", nil, "qwen2.5-coder:1.5b", "qwen2.5-coder:7b"},
		{"a graphics card", "qwen2.5-coder:1.5b qwen2.5-coder:7b", map[string]model.Speed{"qwen2.5-coder:7b": {Prompt: 2000, Generation: 60}}, "qwen2.5-coder:7b", "qwen2.5-coder:7b"},
		{"an old machine", "qwen2.5-coder:0.5b qwen2.5-coder:1.5b", map[string]model.Speed{"qwen2.5-coder:1.5b": {Prompt: 60, Generation: 4}}, "qwen2.5-coder:0.5b", "qwen2.5-coder:0.5b"},
		{"prompts take for ever", "qwen2.5-coder:0.5b starcoder2:3b", map[string]model.Speed{"starcoder2:3b": {Prompt: 30, Generation: 20}}, "qwen2.5-coder:0.5b", "qwen2.5-coder:0.5b"},
		{"only generating was measured", "qwen2.5-coder:0.5b starcoder2:3b", map[string]model.Speed{"starcoder2:3b": {Generation: 20}}, "starcoder2:3b", "qwen2.5-coder:0.5b"},
		{"all slow: the smallest", "qwen2.5-coder:0.5b qwen2.5-coder:1.5b", map[string]model.Speed{"qwen2.5-coder:0.5b": {Generation: 4}, "qwen2.5-coder:1.5b": {Generation: 3}}, "qwen2.5-coder:0.5b", "qwen2.5-coder:0.5b"},
		{"read as it is written", "qwen2.5-coder:1.5b llama3.1:8b", map[string]model.Speed{"llama3.1:8b": {Prompt: 90, Generation: 6}}, "qwen2.5-coder:1.5b", "llama3.1:8b"},
		{"too slow to be read", "qwen2.5-coder:1.5b llama3.1:8b", map[string]model.Speed{"llama3.1:8b": {Prompt: 90, Generation: 2}}, "qwen2.5-coder:1.5b", "qwen2.5-coder:1.5b"},
	} {
		t.Run(c.story, func(t *testing.T) {
			s := shelfOf(t, c.installed)
			s.speeds = c.speeds
			cat := New(s, Preferences{ContextTokens: 1536}, 32*gigabyte)
			if err := cat.Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
			completion, _ := cat.Completion()
			chat, _ := cat.Chat()
			if completion.Model != c.completion || chat.Model != c.chat {
				t.Errorf("%s and %s, want %s and %s", completion.Model, chat.Model, c.completion, c.chat)
			}
		})
	}
}

// Three hundred models are asked about a few at a time, and once.
func TestManyModels(t *testing.T) {
	s := shelfOf(t, "")
	for i := range 300 {
		m := lib["qwen2.5-coder:1.5b"]
		m.Installed.Name = fmt.Sprintf("registry.example/team-%d/qwen2.5-coder:v%d", i%7, i)
		m.Digest = fmt.Sprintf("sha256:%d", i)
		s.models = append(s.models, m)
	}
	c := New(s, Preferences{ContextTokens: 1536}, 16*gigabyte)
	for range 3 {
		all, err := c.List(t.Context())
		if err != nil || len(all) != 300 || !slices.IsSortedFunc(all, func(a, b Description) int { return strings.Compare(a.Name, b.Name) }) {
			t.Fatalf("%d models, %v", len(all), err)
		}
	}
	if len(s.asked) != 300 || s.most > lookAtOnce {
		t.Errorf("asked %d times, %d at once", len(s.asked), s.most)
	}
}

// BenchmarkList describes 300 models that are known already, as every look but the first does.
func BenchmarkList(b *testing.B) {
	s := &shelf{}
	for i := range 300 {
		m := lib["qwen2.5-coder:1.5b"]
		m.Installed.Name, m.Digest = fmt.Sprintf("team/qwen2.5-coder:v%d", i), fmt.Sprint(i)
		s.models = append(s.models, m)
	}
	c := New(s, Preferences{ContextTokens: 1536}, 16*gigabyte)
	for b.Loop() {
		if _, err := c.List(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// What is recommended can be pulled, is recognised, infills in its own layout, and chats where it is said to.
func TestRecommended(t *testing.T) {
	for _, a := range recommended {
		if err := model.CheckName(a.Name, false); err != nil {
			t.Error(err)
		}
		asking := prompt.Recognise(prompt.Identity{Name: a.Name})
		if asking.Mode != prompt.Raw || asking.Chat != a.Chats {
			t.Errorf("%s: %+v", a.Name, asking)
		}
		if a.License == "" || a.Download == 0 || a.parameters == 0 {
			t.Errorf("%s: %+v", a.Name, a)
		}
	}
	if all := New(nil, Preferences{Served: true}, 0).Recommended(); len(all) != 0 {
		t.Errorf("a server that pulls nothing: %v", all)
	}
	first := func(gigabytes float64) (completion, chat string, n int) {
		c := New(nil, Preferences{ContextTokens: 1536}, int64(gigabytes*gigabyte))
		all := c.Recommended()
		if len(all) == 0 || all[0].Name != c.completionModel() {
			t.Fatalf("%v", all)
		}
		return c.completionModel(), c.chatModel(), len(all)
	}
	for _, c := range []struct {
		memory           float64
		completion, chat string
		n                int
	}{
		{0, "qwen2.5-coder:1.5b", "qwen2.5-coder:1.5b", len(recommended)},
		{0.5, "qwen2.5-coder:0.5b", "qwen2.5-coder:0.5b", 1},
		{1.5, "qwen2.5-coder:0.5b", "qwen2.5-coder:0.5b", 2},
		{4, "qwen2.5-coder:1.5b", "qwen2.5-coder:1.5b", 7},
		{16, "qwen2.5-coder:1.5b", "qwen2.5-coder:7b", len(recommended)},
	} {
		if completion, chat, n := first(c.memory); completion != c.completion || chat != c.chat || n != c.n {
			t.Errorf("%g GB: %s, %s, %d", c.memory, completion, chat, n)
		}
	}
}

// What a message tells to pull is what is recommended first, and always something that fits with the context that is wanted.
func TestMessagesFollowMemory(t *testing.T) {
	const (
		lower = `set completion.contextTokens lower, or name one in models.`
		all   = " to have it all the same"
	)
	for _, c := range []struct {
		story            string
		installed        string
		gigabytes        float64
		context          int
		completion, chat string // the next step, less the words around a name
	}{
		{"nothing installed", "", 8, 1536, "qwen2.5-coder:1.5b", "qwen2.5-coder:1.5b"},
		{"little memory", "", 1.5, 1536, "qwen2.5-coder:0.5b", "qwen2.5-coder:0.5b"},
		{"much", "", 16, 1536, "qwen2.5-coder:1.5b", "qwen2.5-coder:7b"},
		{"much, and long prompts", "", 16, 16384, "qwen2.5-coder:1.5b", "qwen2.5-coder:1.5b"},
		{"not known", "", 0, 16384, "qwen2.5-coder:1.5b", "qwen2.5-coder:1.5b"},
		{"too large a model", "llama3.3:70b", 1.5, 1536, "qwen2.5-coder:0.5b", "qwen2.5-coder:0.5b"},
		{"nothing fits", "qwen2.5-coder:0.5b", 0.5, 1536, lower + "completion" + all, lower + "chat" + all},
		{"nothing fits, with long prompts", "qwen2.5-coder:0.5b", 1.3, 16384, lower + "completion" + all, lower + "chat" + all},
	} {
		t.Run(c.story, func(t *testing.T) {
			cat := New(shelfOf(t, c.installed), Preferences{ContextTokens: c.context}, int64(c.gigabytes*gigabyte))
			if err := cat.Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, role := range []struct {
				choose func() (Choice, error)
				want   string
			}{{cat.Completion, c.completion}, {cat.Chat, c.chat}} {
				_, err := role.choose()
				said, ok := errors.AsType[*model.Error](err)
				if !ok {
					t.Fatal(err)
				}
				if !strings.HasPrefix(role.want, lower) {
					role.want = `run "ollama pull ` + role.want + `"`
				}
				if said.Next != role.want {
					t.Errorf("%s, want %s", said.Next, role.want)
				}
			}
		})
	}
}
