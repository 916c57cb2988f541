package model

import (
	"strings"
	"testing"
)

// Which names may be pulled (docs/security.md row 7), and in which words others are refused.
func TestNames(t *testing.T) {
	for name, says := range map[string]string{
		"qwen2.5-coder:1.5b":                  "",
		"qwen2.5-coder":                       "",
		"library/qwen2.5-coder:1.5b-base":     "",
		"hf.co/JetBrains/Mellum-4b:Q8_0":      "",
		"registry.example/a/b_c:latest":       "",
		"registry.example:5000/a/b:latest":    "names a port",
		"127.0.0.1:11434/a/b":                 "names a port",
		"":                                    "no model is named",
		"a b":                                 "a character",
		"a;b":                                 "a character",
		"a\nb":                                `"a\nb" is not`,
		"a\x1b[2J":                            "a character",
		"a:b:c":                               "a character",
		"a:":                                  "a character",
		":a":                                  "a character",
		"https://ollama.com/a":                "a character",
		"[::1]:5000/a":                        "a character",
		"user@host/a":                         "a character",
		"a@sha256:00":                         "a character",
		"qwen2.5-\u0441oder":                  `"qwen2.5-\u0441oder" is not a model's name: it has a letter in it that is not ASCII`,
		"modèle:3b":                           "not ASCII",
		"a\u202eb":                            `\u202e`,
		"../../etc/passwd":                    "empty part",
		"a//b":                                "empty part",
		"/a":                                  "empty part",
		"a/":                                  "empty part",
		"-rf":                                 "empty part",
		strings.Repeat("a", 601):              "too long",
		strings.Repeat("a", 600):              "",
		"registry.example:5000/a/../b:latest": "names a port",
	} {
		err := CheckName(name, false)
		switch {
		case says == "" && err != nil, says != "" && (err == nil || !strings.Contains(err.Error(), says)):
			t.Errorf("%q: %v, want %q", name, err, says)
		case err != nil && !IsKind(err, Refused):
			t.Errorf("%q: %v is no refusal", name, err)
		}
	}
	for name, ok := range map[string]bool{
		"registry.example:5000/a/b:latest": true, "localhost:5000/a": true,
		"registry.example:5000/a/../b": false, "registry.example:port/a": false, "a:5000": true, "a:1/": false, "é:1/a": false,
	} {
		if err := CheckName(name, true); (err == nil) != ok {
			t.Errorf("%q, typed: %v", name, err)
		}
	}
}

func FuzzNames(f *testing.F) {
	for _, seed := range []string{"a", "a/b:c", "h:1/a:b", "é", "a\x00b", "../a", "a:b:c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if err := CheckName(name, true); err != nil {
			if len(err.Error()) > 8*maxName || strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' || r > '~' && r != '…' }) {
				t.Errorf("%q is refused with %q", name, err)
			}
			return
		}
		for _, r := range name {
			if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:", r) {
				t.Errorf("%q is taken, with %q in it", name, r)
			}
		}
		if strings.Contains("/"+name+"/", "/../") || strings.Contains(name, "//") {
			t.Errorf("%q is taken", name)
		}
	})
}

// Layers add up; a layer that begins anew counts anew.
func TestDownload(t *testing.T) {
	var d Download
	for _, step := range []struct {
		Progress
		completed, total int64
	}{
		{Progress{Status: "pulling manifest"}, 0, 0},
		{Progress{Layer: "a", Total: 100}, 0, 100},
		{Progress{Layer: "a", Total: 100, Completed: 60}, 60, 100},
		{Progress{Layer: "b", Total: 50, Completed: 10}, 70, 150},
		{Progress{Layer: "a", Total: 100, Completed: 100}, 110, 150},
		{Progress{Layer: "b", Total: 50}, 100, 150},
		{Progress{Layer: "b", Total: 50, Completed: 90}, 150, 150},
		{Progress{Layer: "b", Completed: 20}, 150, 150},
		{Progress{Status: "success"}, 150, 150},
	} {
		if d.Add(step.Progress); d.Completed != step.completed || d.Total != step.total {
			t.Errorf("%+v: %d of %d, want %d of %d", step.Progress, d.Completed, d.Total, step.completed, step.total)
		}
	}
}

// Where a name is pulled from, as a person is asked about it.
func TestRegistry(t *testing.T) {
	for name, want := range map[string]string{
		"qwen2.5-coder:1.5b": "ollama.com", "user/model:tag": "ollama.com", "hf.co/user/model:Q4": "hf.co",
		"registry.example:5000/a/b:c": "registry.example:5000", "127.0.0.1:5000/a": "127.0.0.1:5000",
	} {
		if got := Registry(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// Which tags Ollama forwards to another machine.
func TestForwarded(t *testing.T) {
	for name, want := range map[string]bool{
		"gpt-oss:120b-cloud": true, "glm-4.6:cloud": true, "GLM:Cloud": true, "user/x:480b-CLOUD ": true, "registry.example:5000/a/b:cloud": true, "a:b:cloud": true,
		"": false, "cloud": false, "my-cloud": false, "a:cloudy": false, "cloud:7b": false, "x-cloud/y": false, "host:5000/a-cloud": false, "user/cloud": false,
	} {
		if got := Forwarded(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
