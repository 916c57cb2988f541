package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFamilies(t *testing.T) {
	want := map[string]Family{"mycoder": {
		Names: "^mycoder", PrefixFirst: "{files}{own}<fim_prefix>{p}<fim_suffix>{s}<fim_middle>", SuffixFirst: "{files}{own}<fim_prefix><fim_suffix>{s}<fim_middle>{p}",
		File: "<filename>{path}\n{code}", Own: "<filename>{path}\n", Stops: []string{"<|endoftext|>"}, Context: 8192,
	}}
	got, problems := load(t, sources{user: familyExample})
	if d := cmp.Diff(want, got.Models.Families); d != "" || problems != nil {
		t.Errorf("the example: %s, %q", d, problems)
	}
	small := map[string]Family{"x": {Names: "^x", Order: "server"}}
	text := `{"x": {"names": "^x", "order": "server"}}`
	for name, from := range map[string]sources{
		"environment":  {env: map[string]string{"SOPRO_MODELS_FAMILIES": text}},
		"command line": {flags: []string{"models.families=" + text}},
		"dotted":       {user: "models.families.x = {names = \"^x\", order = \"server\"}"},
		"quoted":       {user: "\"models.families.x\" = {names = \"^x\", order = \"server\"}"},
	} {
		got, problems := load(t, from)
		if d := cmp.Diff(small, got.Models.Families); d != "" || problems != nil {
			t.Errorf("%s: %s, %q", name, d, problems)
		}
	}
}

// TestWrongFamilies: each is one problem that names it, and costs itself alone.
func TestWrongFamilies(t *testing.T) {
	for wrong, says := range map[string]string{
		`prefixFirst = "{p}|{s}"`:                        "names: want a pattern",
		`names = "("` + "\n" + `prefixFirst = "{p}{s}"`:  "names: want a regular expression",
		`names = "x*"` + "\n" + `prefixFirst = "{p}{s}"`: "fits every name",
		`names = "X*"` + "\n" + `prefixFirst = "{p}{s}"`: "fits every name",
		`names = "x"`: "want prefixFirst or suffixFirst",
		`names = 3`:   "names: want a text, not a number",
		`names = "x"` + "\n" + `prefixFirst = "{p}"`:                "prefixFirst: want {s} in it, once",
		`names = "x"` + "\n" + `prefixFirst = "{p}{s}{p}"`:          "prefixFirst: want {p} in it, once",
		`names = "x"` + "\n" + `prefixFirst = "{s}{p}"`:             "prefixFirst: {p} stands behind {s}",
		`names = "x"` + "\n" + `suffixFirst = "{p}{s}"`:             "suffixFirst: {s} stands behind {p}",
		`names = "x"` + "\n" + `prefixFirst = "{prefix}{p}{s}"`:     "{prefix} stands for nothing here",
		`names = "x"` + "\n" + `prefixFirst = "{p}\u001b{s}"`:       "control character",
		`names = "x"` + "\n" + `prefixfirst = "{p}{s}"`:             "prefixfirst: not known",
		`names = "x"` + "\n" + `order = "suffix"`:                   `order: want "prefix-first"`,
		`names = "x"` + "\n" + `order = "suffix-first"`:             "there is no suffixFirst",
		`names = "x"` + "\n" + `order = "prefix-first"`:             "there is no prefixFirst",
		"order = \"server\"\nnames = \"x\"\nprefixFirst=\"{p}{s}\"": "no place for a layout",
		`names = "x"` + "\n" + `stops = "<eos>"`:                    "stops: want list of texts, not a text",
		`names = "x"` + "\n" + `stops = [""]`:                       "would end every answer",
		`names = "x"` + "\n" + `context = 3`:                        "context: want a number from 512",
		"names = \"x\"\nprefixFirst=\"{p}{s}\"\nfile = \"{path}\"":  "file: want {code}",
	} {
		got, problems := load(t, sources{user: "[models.families.ok]\nnames = \"ok\"\norder = \"server\"\n[models.families.bad]\n" + wrong})
		if len(got.Models.Families) != 1 || len(problems) != 1 || !strings.Contains(problems[0], says) || !strings.Contains(problems[0], "models.families.bad") {
			t.Errorf("%s\n  %q, want %q", wrong, problems, says)
		}
	}
	for _, whole := range []string{`models.families = 3`, `models.families = ["x"]`, `models.families.x = "y"`, "[models.families.\"a b\"]\nnames=\"x\"\norder=\"server\""} {
		if got, problems := load(t, sources{user: whole}); len(problems) != 1 || len(got.Models.Families) != 0 {
			t.Errorf("%s: %q", whole, problems)
		}
	}
}

// TestNobodyElseNamesAServer: docs/security.md row 4. Nested or dotted, from a workspace or an editor, there is no effect and
// one warning; an editor that sends defaults is not warned of.
func TestNobodyElseNamesAServer(t *testing.T) {
	for _, text := range []string{
		"[openai]\nurl = \"https://evil.example\"", "openai.url = \"https://evil.example\"", "\"openai.url\" = \"https://evil.example\"", "openai.apiKeyEnv = \"AWS_SECRET_ACCESS_KEY\"",
		"openai.caFile = \"/repo/ca.pem\"", "[models.families.x]\nnames = \"qwen\"\norder = \"server\"", "\"models.families\" = {x = {names = \"qwen\", order = \"server\"}}",
		"\"models.families.x\" = {names = \"qwen\", order = \"server\"}", "openai.URL = \"https://evil.example\"",
	} {
		got, problems := load(t, sources{workspace: text})
		if d := cmp.Diff(Defaults(), got); d != "" || len(problems) != 1 || !strings.Contains(problems[0], ".sopro.toml") {
			t.Errorf("%s: %s, %q", text, d, problems)
		}
	}
	for text, warnings := range map[string]int{
		`{"openai": {"url": "https://evil.example", "apiKeyEnv": "AWS_SECRET_ACCESS_KEY"}}`:  2,
		`{"models.families": {"x": {"names": "qwen", "order": "server"}}}`:                   1,
		`{"openai": {"url": "", "apiKeyEnv": "", "caFile": ""}, "models": {"families": {}}}`: 0,
	} {
		got, problems := load(t, sources{client: text})
		if d := cmp.Diff(Defaults(), got); d != "" || len(problems) != warnings {
			t.Errorf("%s: %s, %q", text, d, problems)
		}
	}
}

// TestAKeyForAName: a key that was put where the name of its variable belongs is refused and not repeated, whoever wrote it there.
func TestAKeyForAName(t *testing.T) {
	for _, key := range []string{
		"sk-1234-5678", "hf_" + strings.Repeat("aBcDeFgHiJ", 3) + "kLmN", "gsk_" + strings.Repeat("a1B2c3D4e5", 5), "ghp_" + strings.Repeat("abc123def4", 3) + "abcdef",
		"a1b2c3d4e5f60718293a4b5c6d7e8f90", "AKIAIOSFODNN7EXAMPLE", "Zq3vT9xK2mW7pL4nR8sB", "Zq3v_T9xK_2mW7_pL4nR", strings.Repeat("A", 65), "deadbeef0123456789abcdef",
	} {
		for name, from := range map[string]sources{
			"file": {user: "openai.apiKeyEnv = \"" + key + "\""}, "flag": {flags: []string{"openai.apiKeyEnv=" + key}},
			"environment": {env: map[string]string{"SOPRO_OPENAI_APIKEYENV": key}},
		} {
			got, problems := load(t, from)
			if got.OpenAI.APIKeyEnv != "" || len(problems) != 1 || strings.Contains(problems[0], key[3:]) || !strings.Contains(problems[0], "not a key") {
				t.Errorf("%s, %s: %q, %q", key, name, got.OpenAI.APIKeyEnv, problems)
			}
		}
	}
	for _, name := range []string{
		"LLAMA_API_KEY", "OPENAI_API_KEY_2", "HF_TOKEN", "hf_token", "hf_token_for_inference", "sk_2", "_KEY", "myLlamaServerApiKeyName", "COMPANY_GATEWAY_API_KEY_EU_WEST_1",
		"K8S_TEAM_MODELS_READ_ONLY_KEY",
	} {
		if got, problems := load(t, sources{user: "openai.apiKeyEnv = \"" + name + "\""}); got.OpenAI.APIKeyEnv != name || problems != nil {
			t.Errorf("%s: %q", name, problems)
		}
	}
}
