package typing

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"sopro/internal/document"
	"sopro/internal/patch"
)

func TestWhatIsCut(t *testing.T) {
	const head, tail = "package a\n\nfunc f() {}\n", "\nfunc h() {}\n"
	const lines = "\nfunc g(values []int) int {\n\treturn len(values)\n}\n"
	version := func(path, added string) patch.Version {
		return patch.Version{Path: path, After: head + added + tail, Added: []document.Span{{Start: len(head), End: len(head) + len(added)}}}
	}
	for _, c := range []struct {
		name    string
		version patch.Version
		want    string // of the text that is typed
	}{
		{"a function", version("a.go", lines), strings.TrimSpace(lines)},
		{"too little", version("a.go", "var x = 1\n"), ""},
		{"too much", version("a.go", strings.Repeat(lines, 20)), ""},
		{"a long line", version("a.go", "var x = \""+strings.Repeat("x", 200)+"\"\n"), ""},
		{"no language", version("a.dat", lines), ""},
		{"nobody typed it", version("vendor/a.go", lines), ""},
		{"a secret", version(".aws/credentials.yaml", lines), ""},
		{"a secret by name", version("secrets.yml", lines), ""},
		{"one that a person has shut out", version("private.go", lines), ""},
		{"another encoding", version("a.go", strings.Replace(lines, "values", "\xe9\xe8", 1)), ""},
		{"line ends of Windows", version("a.go", strings.ReplaceAll(lines, "\n", "\r\n")), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			history := History{Name: "r", Allowed: func(path string) bool { return path != "private.go" }}
			for _, trace := range history.traces("c0ffee", c.version) {
				got += trace.Text
				if trace.Before+trace.Text+trace.After != c.version.After {
					t.Errorf("cut %+v", trace)
				}
			}
			if got != c.want {
				t.Errorf("cut %q", got)
			}
		})
	}
}

func TestTracesAreSavedAndLoaded(t *testing.T) {
	traces := own(t)
	var file bytes.Buffer
	if err := Save(&file, traces); err != nil {
		t.Fatal(err)
	}
	again, err := Load(&file)
	if err != nil || !reflect.DeepEqual(traces, again) {
		t.Errorf("not the same again, %v", err)
	}
	for text, want := range map[string]string{
		"{}":                   "trace 1 has no text",
		"{\"text\":\"\xe9\"}":  "trace 1 is not UTF-8",
		`{"text":1}`:           "trace 1: json: cannot unmarshal",
		`{"text":"x"} nothing`: "trace 2: invalid character",
	} {
		if _, err := Load(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
