package prompt

import (
	"slices"
	"strings"
	"testing"
)

// aHole has everything that a layout can show: other files, a path, a repository.
var aHole = Hole{
	Repo:     "calc",
	Path:     "math/add.go",
	Language: "go",
	Prefix:   "func add(a, b int) int {\n\treturn ",
	Suffix:   "\n}\n",
	Snippets: []Snippet{{Path: "math/sub.go", Text: "func sub() {}\n"}, {Path: "math/mul.go", Text: "func mul() {}"}},
}

// The prompt of every family to the byte, in both orders, alone and with other files.
func TestLayouts(t *testing.T) {
	const (
		p     = "func add(a, b int) int {\n\treturn "
		s     = "\n}\n"
		files = "// math/sub.go\nfunc sub() {}\n// math/mul.go\nfunc mul() {}\n// math/add.go\n"
		star  = "<reponame>calc<filename>math/sub.go\nfunc sub() {}\n<filename>math/mul.go\nfunc mul() {}\n<filename>math/add.go\n"
		seps  = "<|file_sep|>math/sub.go\nfunc sub() {}\n<|file_sep|>math/mul.go\nfunc mul() {}\n<|file_sep|>math/add.go\n"
	)
	for _, c := range []struct{ model, prefixFirst, suffixFirst, prefixFirstFiles, suffixFirstFiles string }{
		{"codellama:7b-code",
			"<PRE> " + p + " <SUF>" + s + " <MID>",
			"<PRE> <SUF>" + s + " <MID> " + p,
			"<PRE> " + files + p + " <SUF>" + s + " <MID>",
			"<PRE> <SUF>" + s + " <MID> " + files + p},
		{"starcoder2:3b",
			"<fim_prefix>" + p + "<fim_suffix>" + s + "<fim_middle>",
			"<fim_prefix><fim_suffix>" + s + "<fim_middle>" + p,
			"<repo_name>calc<file_sep>math/sub.go\nfunc sub() {}\n<file_sep>math/mul.go\nfunc mul() {}\n<file_sep><fim_prefix>math/add.go\n" + p + "<fim_suffix>" + s + "<fim_middle>",
			"<repo_name>calc<file_sep>math/sub.go\nfunc sub() {}\n<file_sep>math/mul.go\nfunc mul() {}\n<file_sep><fim_prefix><fim_suffix>" + s + "<fim_middle>math/add.go\n" + p},
		{"starcoder:1b",
			"<fim_prefix>" + p + "<fim_suffix>" + s + "<fim_middle>",
			"<fim_prefix><fim_suffix>" + s + "<fim_middle>" + p,
			star + "<fim_prefix>" + p + "<fim_suffix>" + s + "<fim_middle>",
			star + "<fim_prefix><fim_suffix>" + s + "<fim_middle>" + p},
		{"granite-code:3b-base",
			"<fim_prefix>" + p + "<fim_suffix>" + s + "<fim_middle>",
			"<fim_prefix><fim_suffix>" + s + "<fim_middle>" + p,
			star + "<fim_prefix>" + p + "<fim_suffix>" + s + "<fim_middle>",
			star + "<fim_prefix><fim_suffix>" + s + "<fim_middle>" + p},
		{"mellum-4b-base", "",
			"<filename>math/add.go\n<fim_suffix>" + s + "<fim_prefix>" + p + "<fim_middle>", "",
			"<filename>math/sub.go\nfunc sub() {}\n<filename>math/mul.go\nfunc mul() {}\n<filename>math/add.go\n<fim_suffix>" + s + "<fim_prefix>" + p + "<fim_middle>"},
		{"mellum2-12b-a2.5b-base", "",
			"<filename>math/add.go\n<fim_suffix>" + s + "<fim_prefix>" + p + "<fim_middle>", "",
			"<filename>math/sub.go\nfunc sub() {}\n<filename>math/mul.go\nfunc mul() {}\n<filename>math/add.go\n<fim_suffix>" + s + "<fim_prefix>" + p + "<fim_middle>"},
		{"granite4:3b",
			"<|fim_prefix|>" + p + "<|fim_suffix|>" + s + "<|fim_middle|>", "",
			"<|fim_prefix|>" + files + p + "<|fim_suffix|>" + s + "<|fim_middle|>", ""},
		{"stable-code:3b-code",
			"<fim_prefix>" + p + "<fim_suffix>" + s + "<fim_middle>", "",
			"<file_sep>math/sub.go\nfunc sub() {}\n<file_sep>math/mul.go\nfunc mul() {}\n<file_sep>math/add.go\n<fim_prefix>" + p + "<fim_suffix>" + s + "<fim_middle>", ""},
		{"deepseek-coder:1.3b-base",
			"<｜fim▁begin｜>" + p + "<｜fim▁hole｜>" + s + "<｜fim▁end｜>", "",
			"<｜fim▁begin｜>" + files + p + "<｜fim▁hole｜>" + s + "<｜fim▁end｜>", ""},
		{"qwen2.5-coder:1.5b",
			"<|fim_prefix|>" + p + "<|fim_suffix|>" + s + "<|fim_middle|>", "",
			"<|repo_name|>calc\n" + seps + "<|fim_prefix|>" + p + "<|fim_suffix|>" + s + "<|fim_middle|>", ""},
		{"sweep-next-edit-1.5b",
			"<|fim_prefix|>" + p + "<|fim_suffix|>" + s + "<|fim_middle|>", "",
			seps + "<|fim_prefix|>" + p + "<|fim_suffix|>" + s + "<|fim_middle|>", ""},
		{"codegemma:2b-code",
			"<|fim_prefix|>" + p + "<|fim_suffix|>" + s + "<|fim_middle|>", "",
			strings.ReplaceAll(seps, "<|file_sep|>", "<|file_separator|>") + "<|fim_prefix|>" + p + "<|fim_suffix|>" + s + "<|fim_middle|>", ""},
		{"codestral:22b", "",
			"[SUFFIX]" + s + "[PREFIX]" + p, "",
			"[SUFFIX]" + s + "[PREFIX]+++++ math/sub.go\nfunc sub() {}\n\n+++++ math/mul.go\nfunc mul() {}\n\n+++++ math/add.go\n" + p},
		{"seed-coder-8b-base", "",
			"<[fim-suffix]>" + s + "<[fim-prefix]>" + p + "<[fim-middle]>", "",
			"<[fim-suffix]>" + s + "<[fim-prefix]>" + files + p + "<[fim-middle]>"},
	} {
		t.Run(c.model, func(t *testing.T) {
			a := Recognise(Identity{Name: c.model})
			if a.Mode != Raw {
				t.Fatalf("mode %v: %s", a.Mode, a.Why)
			}
			if want := c.suffixFirst != ""; a.SuffixFirst != want {
				t.Errorf("suffix first: %v, want %v", a.SuffixFirst, want)
			}
			alone := aHole
			alone.Snippets = nil
			for _, order := range []struct {
				suffixFirst bool
				hole        Hole
				want        string
			}{{false, alone, c.prefixFirst}, {true, alone, c.suffixFirst}, {false, aHole, c.prefixFirstFiles}, {true, aHole, c.suffixFirstFiles}} {
				if order.want == "" {
					continue
				}
				a.SuffixFirst = order.suffixFirst
				got := a.Fill(order.hole)
				if got.Prompt != order.want || !got.Raw || got.Suffix != "" || got.Messages != nil {
					t.Errorf("suffix first %v, %d files:\n got %q\nwant %q\n%+v", order.suffixFirst, len(order.hole.Snippets), got.Prompt, order.want, got)
				}
			}
		})
	}
}

// Every row of the table is complete, its layouts hold what they must, and it does not stop at plain code.
func TestTable(t *testing.T) {
	for _, f := range families {
		if f.PrefixFirst == "" && f.SuffixFirst == "" {
			t.Errorf("%s: no layout", f.Name)
		}
		for _, layout := range []string{f.PrefixFirst, f.SuffixFirst} {
			if layout == "" {
				continue
			}
			for _, part := range []string{"{p}", "{s}", "{files}"} {
				if strings.Count(layout, part) != 1 {
					t.Errorf("%s: %s in %q", f.Name, part, layout)
				}
			}
			rest := strings.NewReplacer("{files}", "", "{own}", "", "{path}", "", "{p}", "", "{s}", "").Replace(layout)
			for _, token := range f.Tokens {
				rest = strings.ReplaceAll(rest, token, "")
			}
			if strings.TrimSpace(rest) != "" {
				t.Errorf("%s: %q is in a layout but not among the tokens", f.Name, rest)
			}
		}
		stops := slices.Concat(f.Tokens, f.Stops)
		if len(stops) > maxStops {
			t.Errorf("%s: %d stops", f.Name, len(stops))
		}
		if slices.Contains(stops, "<s>") || slices.Contains(stops, "</s>") {
			t.Errorf("%s stops at a tag of HTML", f.Name)
		}
		for i, s := range stops {
			if slices.Contains(stops[:i], s) {
				t.Errorf("%s: stop %q twice", f.Name, s)
			}
		}
	}
}

func TestStops(t *testing.T) {
	for model, want := range map[string][]string{
		"codellama:7b-code":    {"<PRE>", "<SUF>", "<MID>", "<EOT>"},
		"starcoder2:3b":        {"<|endoftext|>", "<file_sep>", "<fim_prefix>", "<fim_middle>"},
		"granite-code:3b":      {"<|endoftext|>", "<fim_pad>", "<fim_suffix>"},
		"stable-code:3b":       {"<|endoftext|>", "<file_sep>"},
		"deepseek-coder:6.7b":  {"<｜end▁of▁sentence｜>", "<｜fim▁hole｜>"},
		"qwen3-coder:30b":      {"<|endoftext|>", "<|fim_pad|>", "<|im_end|>", "<|file_sep|>", "<|fim_middle|>"},
		"codegemma:2b-code":    {"<|file_separator|>", "<end_of_turn>", "<eos>", "<|fim_suffix|>"},
		"codestral":            {"[PREFIX]", "[SUFFIX]"},
		"mellum-4b-sft-python": {"<|endoftext|>", "<fim_suffix>", "<filename>"},
		"seed-coder-8b-base":   {"<[end▁of▁sentence]>", "<[fim-middle]>"},
	} {
		stops := Recognise(Identity{Name: model}).Fill(aHole).Stops
		for _, w := range want {
			if !slices.Contains(stops, w) {
				t.Errorf("%s does not stop at %s: %q", model, w, stops)
			}
		}
	}
}
