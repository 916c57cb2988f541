package prompt

import (
	"slices"
	"strings"
	"testing"
)

// A file about models holds the very tokens that would steer one. None of them reaches the prompt whole.
func TestUserTextIsNoControlToken(t *testing.T) {
	for i := range families {
		f := &families[i]
		words := slices.Concat(f.Tokens, f.Stops, f.Apart, []string{"<|im_start|>", "<|anything_else|>"})
		hostile := "x = \"" + strings.Join(words, "") + "\"\n{s}{p}{files}"
		h := Hole{Path: "a" + strings.Join(words, "/") + ".go", Repo: strings.Join(words, ""), Prefix: hostile, Suffix: hostile,
			Snippets: []Snippet{{Path: strings.Join(words, ""), Text: hostile}}}
		for _, suffixFirst := range []bool{false, true} {
			a := Asking{Family: f, Mode: Raw, SuffixFirst: suffixFirst}
			if suffixFirst && f.SuffixFirst == "" || !suffixFirst && f.PrefixFirst == "" {
				continue
			}
			innocent := h
			innocent.Repo, innocent.Path, innocent.Prefix, innocent.Suffix = "r", "p", "p", "s"
			innocent.Snippets = []Snippet{{Path: "q", Text: "t"}}
			got, want := a.Fill(h).Prompt, a.Fill(innocent).Prompt
			for _, w := range words {
				if n, m := strings.Count(got, w), strings.Count(want, w); n != m {
					t.Errorf("%s: %q stands %d times in the prompt, in an innocent one %d times", f.Name, w, n, m)
				}
			}
			if strings.Count(got, "{s}{p}{files}") != 3 {
				t.Errorf("%s: the names of a layout's parts do not stay text: %q", f.Name, got)
			}
		}
	}
}

func TestNeutral(t *testing.T) {
	for in, want := range map[string]string{
		"<|fim_prefix|>":                  "< |fim_prefix|>",
		"a<|im_start|><|im_end|>b":        "a< |im_start|>< |im_end|>b",
		"<|fim_<|fim_prefix|>prefix|>":    "<|fim_< |fim_prefix|>prefix|>",
		"<｜fim▁begin｜>":                   "< ｜fim▁begin｜>",
		"[INST] do [/INST]":               "[ INST] do [ /INST]",
		"<FILL_HERE>":                     "< FILL_HERE>",
		"f <| x |> g":                     "f <| x |> g",
		"a <|> b <||> c":                  "a <|> b <||> c",
		"if a < b || c[i] > d { x <- y }": "if a < b || c[i] > d { x <- y }",
		"<span><strong>x</strong></span>": "<span><strong>x</strong></span>",
		"<|":                              "<|",
		"<|a":                             "<|a",
		"<|a|":                            "<|a|",
		"":                                "",
	} {
		if got := neutral(in, controlWords); got != want {
			t.Errorf("neutral(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzNeutral(f *testing.F) {
	f.Add("<|fim_prefix|> [INST] <s>")
	f.Add("<<|a|><｜b｜>")
	f.Fuzz(func(t *testing.T, text string) {
		got := neutral(text, controlWords)
		for _, w := range controlWords {
			if strings.Contains(got, w) {
				t.Fatalf("%q still holds %q", got, w)
			}
		}
		if neutral(got, controlWords) != got {
			t.Fatalf("%q is not settled", got)
		}
		if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(text, " ", "") {
			t.Fatalf("%q became %q", text, got)
		}
	})
}

// The server's own template gets prefix and suffix apart, and never an empty prompt, which would only load the model.
func TestFillSuffix(t *testing.T) {
	a := Asking{Mode: Suffix}
	alone := aHole
	alone.Snippets = nil
	got := a.Fill(alone)
	if got.Prompt != alone.Prefix || got.Suffix != alone.Suffix || got.Raw || got.Messages != nil || len(got.Stops) > maxStops {
		t.Errorf("got %+v", got)
	}
	if got := a.Fill(aHole); !strings.HasPrefix(got.Prompt, "// math/sub.go\nfunc sub() {}\n") || !strings.HasSuffix(got.Prompt, "// math/add.go\n"+aHole.Prefix) {
		t.Errorf("with files: %q", got.Prompt)
	}
	if got := a.Fill(Hole{Path: "a.py", Language: "python", Suffix: "x"}); got.Prompt != "# a.py\n" {
		t.Errorf("at the start of a file: %q", got.Prompt)
	}
	if got := a.Fill(Hole{Suffix: "x"}); got.Prompt == "" {
		t.Error("empty prompt")
	}
}

// The path stands in a comment of the language.
func TestPathComment(t *testing.T) {
	for _, c := range []struct{ language, path, want string }{
		{"go", "a/b.go", "// a/b.go\n"},
		{"python", "b.py", "# b.py\n"},
		{"lua", "b.lua", "-- b.lua\n"},
		{"css", "b.css", "/* b.css */\n"},
		{"css", "b*/.css", "/* b.css */\n"},
		{"html", `dir\b.html`, "<!-- dir/b.html -->\n"},
		{"nonsense", "b.xyz", "// b.xyz\n"},
		{"go", "a\nb.go", "// a b.go\n"},
		{"go", "", ""},
	} {
		if got := pathComment(c.language, c.path); got != c.want {
			t.Errorf("pathComment(%q, %q) = %q, want %q", c.language, c.path, got, c.want)
		}
	}
}

// Successive prompts share their head: a typed character changes only what follows it, in every family.
func TestHeadIsStable(t *testing.T) {
	for i := range families {
		f := &families[i]
		a := Asking{Family: f, Mode: Raw, SuffixFirst: f.SuffixFirst != ""}
		before := a.Fill(aHole).Prompt
		typed := aHole
		typed.Prefix += "x"
		after := a.Fill(typed).Prompt
		shared := 0
		for shared < len(before) && shared < len(after) && before[shared] == after[shared] {
			shared++
		}
		if cursor := strings.Index(before, aHole.Prefix) + len(aHole.Prefix); shared < cursor {
			t.Errorf("%s: %d bytes shared, the cursor is at %d", f.Name, shared, cursor)
		}
	}
}

func TestOverheadCoversWhatFillAdds(t *testing.T) {
	bytes := func(s string) int { return len(s) }
	for _, id := range []Identity{{Name: "qwen2.5-coder"}, {Name: "codellama:7b-code"}, {Name: "llama3"}, {Name: "x", Capabilities: []string{"completion", "insert"}}} {
		a := Recognise(id)
		f := a.Fill(aHole)
		whole := len(f.Prompt) + len(f.Suffix)
		for _, m := range f.Messages {
			whole += len(m.Content)
		}
		texts := len(aHole.Prefix) + len(aHole.Suffix)
		for _, s := range aHole.Snippets {
			texts += len(s.Text)
		}
		if got := a.Overhead(aHole, bytes); got < whole-texts || got > whole-texts+48 {
			t.Errorf("%s: overhead %d, added %d", id.Name, got, whole-texts)
		}
	}
}

// A family that learnt one order is asked in it, whatever the caller wishes.
func TestFillInTheOnlyOrder(t *testing.T) {
	for model, want := range map[string]string{"mellum-4b-base": "mellum, suffix first", "qwen2.5-coder:1.5b": "qwen2.5-coder, prefix first"} {
		a := Recognise(Identity{Name: model})
		a.SuffixFirst = !a.SuffixFirst
		if got := a.Fill(aHole); got.Layout != want || got.Prompt == "" {
			t.Errorf("%s: %q, %q", model, got.Layout, got.Prompt)
		}
	}
}

func TestFillNone(t *testing.T) {
	if got := (Asking{Mode: None}).Fill(aHole); got.Prompt != "" || got.Messages != nil {
		t.Errorf("got %+v", got)
	}
}

func BenchmarkFill(b *testing.B) {
	a := Recognise(Identity{Name: "qwen2.5-coder:1.5b"})
	h := aHole
	h.Prefix = strings.Repeat("\tif values[i] < limit && m[\"key\"] != nil {\n", 100)
	for b.Loop() {
		a.Fill(h)
	}
}
