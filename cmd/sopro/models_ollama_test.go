//go:build ollama

package main

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"sopro/internal/catalog"
	"sopro/internal/testkit/lsptest"
)

// The commands about models, with a real Ollama: on the command line and in an editor, on both of its engines.
func TestModels(t *testing.T) {
	engines(t, func(t *testing.T, newEngine bool) {
		server := ollamaWith(t, newEngine, infiller, unknown, developer)
		folder := t.TempDir()
		list := func() map[string]catalog.Description {
			t.Helper()
			out, errs := command(t, folder, server.Address(), "models", "list", "--json")
			var listed struct{ Models []catalog.Description }
			if err := json.Unmarshal([]byte(out), &listed); err != nil || errs != "" {
				t.Fatalf("%v: %s%s", err, out, errs)
			}
			all := map[string]catalog.Description{}
			for _, d := range listed.Models {
				all[d.Name] = d
			}
			return all
		}
		all := list()
		for name, want := range map[string][3]string{ // mode, order, chosen
			infiller.Name: {"raw", "prefix first", "completion"}, unknown.Name: {"suffix", "", ""}, developer.Name: {"chat", "", "chat"},
		} {
			d, ok := all[name]
			if !ok || d.Mode != want[0] || d.Order != want[1] || strings.Join(d.Chosen, " ") != want[2] || d.Size == 0 || d.Context == 0 || d.Loaded != nil || d.Problem != "" {
				t.Errorf("%s: %+v", name, d)
			}
		}
		write(t, folder+"/add.go", goFile)
		if out, errs := command(t, folder, server.Address(), "complete", "add.go:5:2"); !strings.Contains(out, "return a + b") {
			t.Errorf("%s%s", out, errs)
		}
		if d := list()[infiller.Name]; d.Loaded == nil || d.Loaded.Until.IsZero() || d.Loaded.Size == 0 {
			t.Errorf("not loaded: %+v", d)
		}
		if out, errs := command(t, folder, server.Address(), "models", "show", infiller.Name); !strings.Contains(out, "<|fim_prefix|>") || errs != "" {
			t.Errorf("%s%s", out, errs)
		}
		t.Run("rm", func(t *testing.T) {
			if out, errs := command(t, folder, server.Address(), "models", "rm", unknown.Name, "--yes"); !strings.Contains(out, "is removed") || errs != "" {
				t.Errorf("%s%s", out, errs)
			}
			if _, there := list()[unknown.Name]; there {
				t.Error("it is still there")
			}
			if _, errs := command(t, folder, server.Address(), "models", "rm", unknown.Name, "--yes"); !strings.Contains(errs, "is not installed") {
				t.Error(errs)
			}
		})
		t.Run("pull from nowhere", func(t *testing.T) {
			const name = "127.0.0.1:1/library/nothing:1b" // a registry that is not there
			if _, errs := command(t, folder, server.Address(), "models", "pull", name, "--yes"); !strings.Contains(errs, "Ollama cannot reach the registry that has "+name) {
				t.Error(errs)
			}
		})
		t.Run("while it is used", func(t *testing.T) {
			p := start(t, server.Address())
			p.greet(folder)
			p.Until("the model", func() bool { return p.status().Models.Completion == infiller.Name })
			var result struct{ Models []catalog.Description }
			if err := p.do("sopro.models.remove", map[string]any{"name": infiller.Name}).Wait(&result); err != nil {
				t.Fatal(err)
			}
			names := func(all []catalog.Description) (out []string) {
				for _, d := range all {
					out = append(out, d.Name)
				}
				return out
			}
			if got := names(result.Models); !slices.Equal(got, []string{developer.Name}) {
				t.Errorf("left: %q", got)
			}
			if s := p.status(); s.Models.Completion != developer.Name {
				t.Errorf("status %+v", s)
			}
			var refused *lsptest.Error
			if err := p.do("sopro.models.pull", map[string]any{"name": "é"}).Wait(nil); !errors.As(err, &refused) || refused.Code != -32803 {
				t.Errorf("pulled: %v", err)
			}
		})
	})
}
