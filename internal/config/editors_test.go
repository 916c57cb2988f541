package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The clients offer every setting by its name, type, default and words. These files, or parts of them, are written from Keys.
const (
	manifestPath   = "../../editors/vscode/package.json"
	englishPath    = "../../editors/vscode/package.nls.json"
	annotationPath = "../../editors/nvim/lua/sopro/meta.lua"
)

// TestSettingsOfTheEditors keeps what the clients offer equal to the table of keys.
func TestSettingsOfTheEditors(t *testing.T) {
	t.Run("VS Code's settings", func(t *testing.T) { current(t, manifestPath, withProperties) })
	t.Run("VS Code's words", func(t *testing.T) { current(t, englishPath, withDocs) })
	t.Run("Neovim's annotations", func(t *testing.T) {
		if *update {
			if err := os.MkdirAll(filepath.Dir(annotationPath), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(annotationPath, annotations(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		current(t, annotationPath, func([]byte) []byte { return annotations() })
	})
}

// current fails where a file is not what renew makes of it, and with -update writes that.
func current(t *testing.T, path string, renew func([]byte) []byte) {
	t.Helper()
	have, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%s does not exist: its settings are written into it, the rest is its author's", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	want := renew(have)
	if bytes.Equal(have, want) {
		return
	}
	if !*update {
		t.Fatalf("%s is not current: go test ./internal/config -update", path)
	}
	if err := os.WriteFile(path, want, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestWritingSettingsKeepsTheRest: what else stands in a manifest keeps its words and its order.
func TestWritingSettingsKeepsTheRest(t *testing.T) {
	for _, c := range []struct{ name, have, before, after string }{
		{"an empty manifest", `{}`, "{\n  \"contributes\": {\n    \"configuration\": {\n      \"properties\": {\n        \"sopro.enabled\": {", "}\n      }\n    }\n  }\n}"},
		{
			"members on both sides, in a spacing of their own",
			`{"name":   "sopro", "contributes": {"commands": [ 1,2 ], "configuration": {"title": "S", "properties": {}, "order": 3}, "keys": []}, "main": "x"}`,
			`{"name":   "sopro", "contributes": {"commands": [ 1,2 ], "configuration": {"title": "S", "properties": {` + "\n        \"sopro.enabled\": {",
			`}` + "\n      }" + `, "order": 3}, "keys": []}, "main": "x"}`,
		},
		{
			"a setting of the extension's own, and one of ours that is out of date",
			`{"contributes": {"configuration": {"properties": {"sopro.enabled": {"default": 7}, "sopro.server.path": {"type": "string"}}}}}`,
			`{"contributes": {"configuration": {"properties": {` + "\n        \"sopro.server.path\": {\n          \"type\": \"string\"\n        },\n        \"sopro.enabled\": {\n          \"type\": \"boolean\"", "}}}",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := string(withProperties([]byte(c.have)))
			if !json.Valid([]byte(got)) || !strings.HasPrefix(got, c.before) || !strings.HasSuffix(got, c.after) {
				t.Errorf("%s", got)
			}
			if again := string(withProperties([]byte(got))); again != got {
				t.Errorf("written twice it is another:\n%s", again)
			}
		})
	}
	got := string(withDocs([]byte(`{"settings.enabled": "old", "command.explain": "Explain", "settings.server.path": "Where"}`)))
	if !strings.HasPrefix(got, "{\n  \"command.explain\": \"Explain\",\n  \"settings.server.path\": \"Where\",\n  \"settings.enabled\": \"The main") {
		t.Errorf("%s", got)
	}
}

// withProperties renews contributes.configuration.properties of a manifest. Properties that are no key are the extension's own
// and stay, before ours: of a key that was removed the property goes by hand.
func withProperties(manifest []byte) []byte {
	return rewrite(manifest, 0, []string{"contributes", "configuration", "properties"}, func(have []byte) []byte {
		return renewed(have, "sopro.", func(k Key) any { return property(k) })
	})
}

// withDocs renews the entries settings.KEY of a table of words.
func withDocs(words []byte) []byte {
	b := renewed(words, "settings.", func(k Key) any { return k.Doc })
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", "  "); err != nil {
		panic(err)
	}
	return append(out.Bytes(), '\n')
}

// renewed is an object with the members that are no key, and then one for each key.
func renewed(object []byte, prefix string, value func(Key) any) []byte {
	keys := Keys()
	var parts [][]byte
	for _, m := range members(object) {
		key, ours := strings.CutPrefix(m.name, prefix)
		if !ours || !slices.ContainsFunc(keys, func(k Key) bool { return k.Name == key }) {
			parts = append(parts, slices.Concat(plainJSON(m.name), []byte(":"), object[m.from:m.to]))
		}
	}
	for _, k := range keys {
		parts = append(parts, slices.Concat(plainJSON(prefix+k.Name), []byte(":"), plainJSON(value(k))))
	}
	return slices.Concat([]byte("{"), bytes.Join(parts, []byte(",")), []byte("}"))
}

// schema is what VS Code knows of a setting.
type schema struct {
	Type        any               `json:"type"`
	Enum        []string          `json:"enum,omitempty"`
	Pattern     string            `json:"pattern,omitempty"`
	Minimum     *float64          `json:"minimum,omitempty"`
	Maximum     *float64          `json:"maximum,omitempty"`
	Items       *schema           `json:"items,omitempty"`
	Properties  map[string]schema `json:"properties,omitempty"`
	Required    []string          `json:"required,omitempty"`
	Additional  any               `json:"additionalProperties,omitempty"` // a schema, or false
	Default     any               `json:"default,omitempty"`
	Scope       string            `json:"scope,omitempty"`
	Description string            `json:"markdownDescription,omitempty"`
}

// property describes a key. A protected one is a person's own, for the machine; where a workspace may add to it, it is not. All
// others belong to the window: the server asks for its section once, not for each folder or language.
func property(k Key) schema {
	p := shape(k)
	p.Default, p.Scope, p.Description = k.Default, "window", "%settings."+k.Name+"%"
	if k.Protected && !k.Addable {
		p.Scope = "machine"
	}
	return p
}

func shape(k Key) schema {
	var s Settings
	switch k.at(&s).(type) {
	case *bool:
		return schema{Type: "boolean"}
	case *string:
		return schema{Type: "string", Enum: k.Values}
	case *[]string:
		return schema{Type: "array", Items: &schema{Type: "string"}}
	case *map[string]bool:
		return schema{Type: "object", Additional: schema{Type: "boolean"}}
	case *map[string]Family:
		return schema{Type: "object", Additional: familySchema()}
	}
	p := schema{Type: "integer", Minimum: &k.Min, Maximum: &k.Max}
	if _, fraction := k.Default.(float64); fraction {
		p.Type = "number"
	}
	if len(k.Values) > 0 {
		p.Type, p.Pattern = []any{"string", p.Type}, "^("+strings.Join(k.Values, "|")+")$"
	}
	return p
}

// familyField is a line of the description of a family; lua is its type there.
type familyField struct {
	name, lua string
	schema    schema
}

func familyFields() []familyField {
	text := schema{Type: "string"}
	least := 512.0
	return []familyField{
		{"names", "string", text},
		{"prefixFirst", "string", text},
		{"suffixFirst", "string", text},
		{"order", `"prefix-first"|"suffix-first"|"server"`, schema{Type: "string", Enum: []string{"prefix-first", "suffix-first", "server"}}},
		{"repo", "string", text},
		{"file", "string", text},
		{"own", "string", text},
		{"stops", "string[]", schema{Type: "array", Items: &text}},
		{"context", "integer", schema{Type: "integer", Minimum: &least}},
	}
}

func familySchema() schema {
	s := schema{Type: "object", Properties: map[string]schema{}, Required: []string{"names"}, Additional: false}
	for _, f := range familyFields() {
		s.Properties[f.name] = f.schema
	}
	return s
}

// TestFamilyFields: what the editors know of a family is what is read of it.
func TestFamilyFields(t *testing.T) {
	example := map[string]any{
		"names": "^mine", "prefixFirst": "{p}{s}", "suffixFirst": "{s}{p}", "order": "suffix-first", "repo": "{name}", "file": "{path}{code}",
		"own": "{path}", "stops": []any{"<end>"}, "context": int64(4096),
	}
	for _, f := range familyFields() {
		if _, given := example[f.name]; !given {
			t.Errorf("%s is not in the example", f.name)
		}
	}
	if _, err := family("mine", example); err != nil || len(example) != len(familyFields()) {
		t.Errorf("%v", err)
	}
}
