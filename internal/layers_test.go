// Package internal_test holds the rule of ARCHITECTURE.md that imports run downwards only.
package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers are the rooms from the lowest up. A room imports rooms of lower layers, its own folders, and no other.
var layers = [][]string{
	{"document", "patch", "clean", "config", "terminal"},
	{"workspace", "syntax"},
	{"index", "history"},
	{"gather", "learn", "prompt", "model", "ngram"},
	{"complete", "assist", "catalog"},
	{"server", "eval", "doctor"},
}

// within one layer, patch knows the spans of document.
var allowed = map[string]string{"patch": "document"}

// guarded are packages of others that one room alone, or those named, may know.
var guarded = map[string]string{
	"go.lsp.dev/protocol":                 "server",
	"go.lsp.dev/jsonrpc2":                 "server",
	"github.com/smacker/go-tree-sitter":   "syntax",
	"github.com/sourcegraph/go-diff":      "patch",
	"github.com/aymanbagabas/go-udiff":    "patch",
	"github.com/bluekeyes/go-gitdiff":     "nobody",
	"sopro/internal/testkit":              "testkit",
	"github.com/google/go-cmp":            "nobody",
	"go.uber.org/goleak":                  "nobody",
	"github.com/rogpeppe/go-internal":     "nobody",
	"pgregory.net/rapid":                  "nobody",
	"github.com/yuin/goldmark":            "nobody",
	"github.com/BurntSushi/toml":          "config",
	"github.com/google/jsonschema-go":     "nobody",
	"github.com/stretchr/testify/require": "nobody",
	"os/exec":                             "testkit doctor eval/commits", // docs/security.md row 12: the doctor starts ollama, eval git
}

func layerOf(room string) int {
	return slices.IndexFunc(layers, func(l []string) bool { return slices.Contains(l, room) })
}

func TestImportsRunDownwards(t *testing.T) {
	seen := 0
	err := filepath.WalkDir("..", func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() && strings.HasPrefix(e.Name(), ".") && e.Name() != ".." {
			return fs.SkipDir
		}
		if e.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		seen++
		name := filepath.ToSlash(strings.TrimPrefix(file, "../"))
		room, folder := roomOf(name), strings.TrimPrefix(path.Dir(name), "internal/")
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if why := forbidden(room, folder, imported); why != "" {
				t.Errorf("%s imports %s: %s", file, imported, why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 50 {
		t.Fatalf("saw %d files: is this the right folder?", seen)
	}
}

// roomOf is the room of a file: internal/model/ollama/x.go is of model, cmd/sopro/x.go of cmd.
func roomOf(file string) string {
	parts := strings.Split(file, "/")
	if parts[0] == "internal" {
		return parts[1]
	}
	return parts[0]
}

// forbidden says why a file of a room, in a folder under internal, may not import something. Who may is named by room or by folder.
func forbidden(room, folder, imported string) string {
	for of, owners := range guarded {
		who := strings.Fields(owners)
		if (imported == of || strings.HasPrefix(imported, of+"/")) && !slices.Contains(who, room) && !slices.Contains(who, folder) {
			return "only " + owners + " may"
		}
	}
	inner, ok := strings.CutPrefix(imported, "sopro/")
	if !ok || room == "cmd" {
		return ""
	}
	other := roomOf(path.Clean(inner) + "/x.go")
	switch from, to := layerOf(room), layerOf(other); {
	case room == "testkit", room == other, allowed[room] == other:
		return ""
	case from < 0:
		return room + " has no layer: give it one in layers"
	case to < 0 || to >= from:
		return "imports run downwards, and never within a layer"
	}
	return ""
}
