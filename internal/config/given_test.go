package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Who had a say in a setting: every source that was heard, the weakest first.
func TestGiven(t *testing.T) {
	root := t.TempDir()
	l := Loader{UserFile: filepath.Join(root, "user.toml"), Env: func(name string) string {
		return map[string]string{"SOPRO_OLLAMA_URL": "http://127.0.0.1:2", "SOPRO_COMPLETION_GATE": "nine"}[name]
	}}
	files := map[string]string{
		l.UserFile:                         "ollama.url = \"http://127.0.0.1:1\"\nprivacy.ignore = [\"a\", \"b\"]\ncompletion.debounce = 50\n",
		filepath.Join(root, workspaceFile): "ollama.url = \"http://evil.example\"\nprivacy.ignore = [\"c\"]\ncompletion.languages.go = false\n",
	}
	for path, text := range files {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]string{}
	for _, v := range l.Values([]string{root}, []byte(`{"enabled": true}`), []string{"log.level=debug"}) {
		line := v.Text
		for _, g := range v.Given {
			line += fmt.Sprintf(" | %s %s %s", g.Source, strings.TrimPrefix(g.Path, root+"/"), g.Text)
		}
		got[v.Key] = line
	}
	for key, want := range map[string]string{
		"enabled":              `true | client client true`,
		"ollama.url":           `"http://127.0.0.1:2" | user file user.toml "http://127.0.0.1:1" | environment SOPRO_OLLAMA_URL "http://127.0.0.1:2"`,
		"privacy.ignore":       `["a","b","c"] | user file user.toml ["a","b"] | workspace file .sopro.toml ["a","b","c"]`,
		"completion.debounce":  `50 | user file user.toml 50`,
		"completion.languages": `{"*":true,"go":false} | workspace file .sopro.toml {"*":true,"go":false}`,
		"completion.gate":      `0.7`,
		"log.level":            `"debug" | command line --set "debug"`,
		"models.chat":          `"auto"`,
	} {
		if got[key] != want {
			t.Errorf("%s: got %s, want %s", key, got[key], want)
		}
	}
	if len(got) != len(Keys()) {
		t.Errorf("%d values of %d keys", len(got), len(Keys()))
	}
}
