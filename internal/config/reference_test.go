package config

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/settings.md and the settings of the editors anew")

const referencePath = "../../docs/settings.md"

// TestReference keeps docs/settings.md equal to the table of keys.
func TestReference(t *testing.T) {
	want := reference()
	if *update {
		if err := os.WriteFile(referencePath, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(referencePath)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("docs/settings.md is not current: go test ./internal/config -run Reference -update")
	}
}

// TestEveryKeyIsDocumented: two sentences at least, and a default within its own bounds (Load of nothing reports none).
func TestEveryKeyIsDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Keys() {
		if strings.Count(k.Doc, ". ") < 1 || !strings.HasSuffix(k.Doc, ".") {
			t.Errorf("%s: %q is too short", k.Name, k.Doc)
		}
		if seen[strings.ToLower(k.Name)] {
			t.Errorf("%s stands there twice", k.Name)
		}
		seen[strings.ToLower(k.Name)] = true
	}
	if a := newAdding(); a.found != nil {
		t.Errorf("defaults: %v", a.found)
	}
}

func reference() string {
	var b strings.Builder
	b.WriteString(`# Settings

Each setting can stand in five places; a later one wins:

1. your own file, ` + "`$XDG_CONFIG_HOME/sopro/config.toml`" + ` (mostly ` + "`~/.config/sopro/config.toml`" + `),
2. ` + "`.sopro.toml`" + ` in the root of a workspace (at most 64 KiB),
3. your editor's settings, in the section ` + "`sopro`" + `,
4. the environment: the key in capitals with dots as ` + "`_`" + `, so ` + "`SOPRO_OLLAMA_URL`" + `,
5. the command line: ` + "`--set ollama.url=http://127.0.0.1:11500`" + `.

In a file:

` + "```toml" + `
[completion]
gate = 0.8
languages = { markdown = false }

[ollama]
keepAlive = "1h"
` + "```" + `

A key that is not known, a value of the wrong type or out of bounds is reported once with its path; everything else applies.
In ` + "`--set`" + ` it ends the command with exit code 2; only ` + "`sopro lsp`" + ` and ` + "`sopro doctor`" + `, to which editors pass what stands in their own settings, report it and go on.
In the environment and on the command line, lists are separated by commas (` + "`a,b`" + `), and so are tables (` + "`go=true,markdown=false`" + `).

**Protected** settings count only from places 1, 4 and 5. The others can be written by a repository that you merely opened,
and such a repository must not redirect your code. From there they are ignored, and Sopro says so.

`)
	for _, k := range Keys() {
		value, _ := json.Marshal(k.Default)
		fmt.Fprintf(&b, "## `%s`\n\n%s\n\n", k.Name, k.Doc)
		fmt.Fprintf(&b, "- Type: %s\n- Default: `%s`\n- Environment: `%s`\n", k.Type(), value, EnvironmentName(k.Name))
		switch {
		case k.Addable:
			b.WriteString("- **Protected**; a workspace or an editor may add entries\n")
		case k.Protected:
			b.WriteString("- **Protected**\n")
		}
		if k.Example != "" {
			fmt.Fprintf(&b, "\n```toml\n%s```\n", k.Example)
		}
		b.WriteString("\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}
