package config

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

const portuguesePath = "../../editors/vscode/package.nls.pt-br.json"

// TestEverySettingInPortuguese: the settings of VS Code are described in every language that the extension speaks.
func TestEverySettingInPortuguese(t *testing.T) {
	text, err := os.ReadFile(portuguesePath)
	if err != nil {
		t.Fatal(err)
	}
	var words map[string]string
	if err := json.Unmarshal(text, &words); err != nil {
		t.Fatal(err)
	}
	for _, k := range Keys() {
		if said := words["settings."+k.Name]; strings.TrimSpace(said) == "" || said == k.Doc {
			t.Errorf("settings.%s has no translation in %s", k.Name, portuguesePath)
		}
	}
}
