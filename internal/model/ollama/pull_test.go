package ollama

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode"

	"sopro/internal/eval/sim"
	"sopro/internal/model"
)

// library is what the simulated servers pull from: a model of two layers.
func library() []sim.Pullable {
	digest := func(c string) string { return "sha256:" + strings.Repeat(c, 64) }
	return []sim.Pullable{{
		Model:  sim.Model{Name: "qwen2.5-coder:0.5b"},
		Layers: []sim.Layer{{Digest: digest("a"), Size: 400}, {Digest: digest("b"), Size: 40}},
	}}
}

const pullable = "qwen2.5-coder:0.5b"

// pull pulls to the end: the steps in short, what was added up, the error.
func pull(ctx context.Context, c *Client, name string) (steps []string, sum model.Download, err error) {
	for p, e := range c.Pull(ctx, name) {
		if err = e; e != nil {
			break
		}
		sum.Add(p)
		steps = append(steps, fmt.Sprintf("%s %d/%d", p.Status, p.Completed, p.Total))
	}
	return steps, sum, err
}

func installed(t *testing.T, c *Client) string {
	t.Helper()
	all, err := c.Models(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range all {
		names = append(names, m.Name)
	}
	return strings.Join(names, " ")
}

func TestPull(t *testing.T) {
	for _, version := range versions {
		s, c := simulated(t, sim.Config{Version: version, Library: library()})
		steps, sum, err := pull(t.Context(), c, pullable)
		want := "pulling manifest 0/0, pulling aaaaaaaaaaaa 0/400, pulling aaaaaaaaaaaa 100/400, pulling aaaaaaaaaaaa 200/400, pulling aaaaaaaaaaaa 300/400, " +
			"pulling aaaaaaaaaaaa 400/400, pulling bbbbbbbbbbbb 0/40, pulling bbbbbbbbbbbb 10/40, pulling bbbbbbbbbbbb 20/40, pulling bbbbbbbbbbbb 30/40, " +
			"pulling bbbbbbbbbbbb 40/40, verifying sha256 digest 0/0, writing manifest 0/0, success 0/0"
		if got := strings.Join(steps, ", "); got != want || err != nil || sum.Completed != 440 || sum.Total != 440 {
			t.Errorf("%s: %s\n%+v, %v", version, got, sum, err)
		}
		if got := installed(t, c); got != pullable {
			t.Errorf("installed: %s", got)
		}
		if got := string(s.Requests()[0].Body); got != `{"model":"qwen2.5-coder:0.5b","stream":true}` {
			t.Error(got)
		}
	}
}

// A pull that is cut at any line of its stream says so, installs nothing, and goes on where it was when it is tried again.
func TestPullIsCutAndResumed(t *testing.T) {
	const lines = 14
	for _, kind := range []sim.Kind{sim.Cut, sim.NoDone} {
		for after := range lines {
			_, c := simulated(t, sim.Config{Library: library(), Faults: []sim.Fault{{Kind: kind, Path: pullPath, After: after}}})
			steps, sum, err := pull(t.Context(), c, pullable)
			if !model.IsKind(err, model.Cut) && !(kind == sim.Cut && after == 0 && model.IsKind(err, model.Unreachable)) {
				t.Errorf("after %d lines: %v", after, err)
			}
			if got := installed(t, c); len(steps) != after || got != "" && after < lines-1 {
				t.Errorf("after %d lines: %d steps, installed %q", after, len(steps), got)
			}
			again, all, err := pull(t.Context(), c, pullable)
			if err != nil || all.Completed != 440 {
				t.Errorf("after %d lines, again: %+v, %v", after, all, err)
			}
			if sum.Completed > 0 && again[1] == "pulling aaaaaaaaaaaa 0/400" {
				t.Errorf("after %d lines: begins anew", after)
			}
		}
	}
}

// What goes wrong with a pull, in words.
func TestPullFails(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault sim.Fault
		kind  model.Kind
		says  string
	}{
		{pullable, sim.Fault{Kind: sim.ErrorLine, After: 3, Text: "write /root/.ollama/models/blobs/sha256-aa-partial: no space left on device"}, model.Failed,
			"the disk is full: qwen2.5-coder:0.5b could not be pulled: free some space and pull it again; what has come is kept"},
		{"qwen2.5-codr:0.5b", sim.Fault{}, model.NotFound, `there is no model "qwen2.5-codr:0.5b" to pull: look at its spelling`},
		{pullable, sim.Fault{Kind: sim.Missing}, model.NotFound, "there is no model"},
		{pullable, sim.Fault{Kind: sim.ErrorLine, Text: `pull model manifest: Get "https://registry.ollama.ai/v2/": dial tcp: lookup registry.ollama.ai: no such host`}, model.Failed,
			"Ollama cannot reach the registry that has qwen2.5-coder:0.5b: is this machine on line?"},
		{pullable, sim.Fault{Kind: sim.ErrorLine, After: 4, Text: "max retries exceeded: unexpected EOF"}, model.Failed, "it goes on where it stopped"},
		{pullable, sim.Fault{Kind: sim.ErrorLine, Text: "pull model manifest: 412: The model you are attempting to pull requires a newer version of Ollama."}, model.Failed, "needs a newer Ollama"},
		{pullable, sim.Fault{Kind: sim.ErrorLine, After: 12, Text: "digest mismatch, file must be downloaded again"}, model.Failed, "was damaged on its way: pull it again"},
		{pullable, sim.Fault{Kind: sim.ErrorLine, Text: "pull model manifest: unauthorized"}, model.Failed,
			"ollama.com does not give qwen2.5-coder:0.5b to everybody, or has no such model: look at its spelling, and at its page for what it asks for"},
		{"hf.co/u/gone:Q4_K_M", sim.Fault{Kind: sim.ErrorLine, Text: `pull model manifest: 401: {"error":"Invalid username or password."}`}, model.Failed,
			"hf.co does not give hf.co/u/gone:Q4_K_M to everybody, or has no such model: look at its spelling"},
		{"hf.co/u/gated", sim.Fault{Kind: sim.ErrorLine, Text: `pull model manifest: 403: {"error":"Access to model u/gated is restricted and you are not in the list."}`}, model.Failed,
			"hf.co does not give hf.co/u/gated to everybody"},
		{"hf.co/u/there:Q9", sim.Fault{Kind: sim.ErrorLine, Text: `pull model manifest: 400: {"error":"The specified tag is not available in the repository. Please use another tag or \"latest\""}`}, model.NotFound,
			"hf.co/u/there is there, but not with that tag: look at its page for the tags it has, or leave the tag out"},
		{"hf.co/u/there:Q9", sim.Fault{Kind: sim.Failed, Text: `pull model manifest: 401: {"error":"Invalid username or password."}`}, model.Failed, "or has no such model"},
		{pullable, sim.Fault{Kind: sim.Failed, Text: "no space left on device"}, model.Failed, "the disk is full"},
		{pullable, sim.Fault{Kind: sim.ErrorLine, Text: "something else"}, model.Failed, "Ollama failed: something else"},
		{pullable, sim.Fault{Kind: sim.Garbage}, model.Failed, "does not speak Ollama's language"},
		{pullable, sim.Fault{Kind: sim.Busy}, model.Busy, "busy"},
		{"qwen3-coder:480b-cloud", sim.Fault{}, model.Refused, "does not run on this machine"},
	} {
		t.Run(c.name+" "+c.says, func(t *testing.T) {
			config := sim.Config{Library: library()}
			if c.fault.Kind != 0 {
				c.fault.Path = pullPath
				config.Faults = []sim.Fault{c.fault}
			}
			_, cl := simulated(t, config)
			_, _, err := pull(t.Context(), cl, c.name)
			if !model.IsKind(err, c.kind) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
			if got := installed(t, cl); got != "" {
				t.Errorf("installed: %s", got)
			}
		})
	}
	for body, says := range map[string]string{
		`{"status":"pulling manifest"}` + "\n" + `{"sta`: "cut off",
		`[1]`: "does not speak",
		`{"status":"` + strings.Repeat("x", maxLine) + `"}`:                                                 "cut off",
		`{"status":"a\u001b[2Jb\u202e","digest":"d","total":5}` + "\n":                                      "cut off",
		`{"digest":"` + strings.Repeat("d", maxDigest) + `","total":1125899906842624,"completed":0}` + "\n": "cut off",
		`{"digest":"` + strings.Repeat("d", maxDigest+1) + `","total":5}` + "\n":                            "does not speak",
		`{"digest":"d","total":-5}` + "\n":                                                                  "does not speak",
		`{"digest":"d","total":5,"completed":-9223372036854775808}` + "\n":                                  "does not speak",
		`{"digest":"d","total":9223372036854775807}` + "\n":                                                 "does not speak",
		`{"digest":"d","total":5,"completed":1125899906842625}` + "\n":                                      "does not speak",
	} {
		steps, _, err := pull(t.Context(), raw(t, http.StatusOK, body), pullable)
		if err == nil || !strings.Contains(err.Error(), says) || strings.ContainsAny(strings.Join(steps, ""), "\x1b\u202e") {
			t.Errorf("%.40s: %q, %v", body, steps, err)
		}
	}
}

// A pull ends when its context or its loop does, and what has come is kept.
func TestPullIsCancelled(t *testing.T) {
	held := library()
	hold := make(chan struct{})
	held[0].Hold = hold
	s, c := simulated(t, sim.Config{Library: held})
	ended := func() {
		t.Helper()
		if err := s.Until(t.Context(), func(all []sim.Request) bool { return all[len(all)-1].Finished }); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var err error
	for p, e := range c.Pull(ctx, pullable) {
		if err = e; p.Completed == 200 {
			cancel()
		}
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	ended()
	for p, e := range c.Pull(t.Context(), pullable) {
		if e != nil {
			t.Fatal(e)
		}
		if p.Total > 0 {
			if p.Completed != 200 {
				t.Errorf("goes on at %d", p.Completed)
			}
			break
		}
	}
	ended()
	close(hold)
	if _, sum, err := pull(t.Context(), c, pullable); err != nil || sum.Completed != 440 {
		t.Errorf("%+v, %v", sum, err)
	}
}

func TestRemove(t *testing.T) {
	for _, version := range versions {
		_, c := simulated(t, sim.Config{Version: version, Models: []sim.Model{{Name: "a:1"}, {Name: "hf.co/u/b:Q8_0"}}})
		if err := c.Remove(t.Context(), "hf.co/u/b:Q8_0"); err != nil {
			t.Error(err)
		}
		if got := installed(t, c); got != "a:1" {
			t.Errorf("installed: %s", got)
		}
		if err := c.Remove(t.Context(), "hf.co/u/b:Q8_0"); !model.IsKind(err, model.NotFound) || !strings.Contains(err.Error(), "sopro models list") {
			t.Error(err)
		}
	}
}

// FuzzPulled: whatever a line of a pull is, it is a step that can be shown, or an error in words.
func FuzzPulled(f *testing.F) {
	for _, line := range []string{
		`{"status":"pulling manifest"}`, `{"status":"pulling aa","digest":"sha256:aa","total":4,"completed":2}`, `{"error":"no space left on device"}`,
		`{"error":{"message":"x"}}`, `{"total":-9223372036854775808}`, `{"status":"\u001b[2J\u202e"}`, `{`, `[]`, `null`, "\x00",
	} {
		f.Add([]byte(line))
	}
	c, err := New("http://127.0.0.1:1", Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if len(line) == 0 {
			return
		}
		step, err := c.pulled("a:b", line)
		if err != nil {
			if !strings.Contains(err.Error(), " ") || strings.ContainsAny(err.Error(), "\x1b\n") {
				t.Errorf("%q: %q", line, err)
			}
			return
		}
		if !downloads(step.Total) || !downloads(step.Completed) || len(step.Layer) > maxDigest || strings.ContainsFunc(step.Status, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%q: %+v", line, step)
		}
		var sum model.Download
		if sum.Add(step); sum.Completed > sum.Total {
			t.Errorf("%q: %+v", line, sum)
		}
	})
}
