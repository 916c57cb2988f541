package ollama

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"sopro/internal/eval/sim"
	"sopro/internal/model"
)

// TestWhatGoesWrong: each fault, what is said of it, and what the text before it was.
func TestWhatGoesWrong(t *testing.T) {
	models := []sim.Model{
		{Name: "m", Answer: sim.Say("one two three")},
		{Name: "far", Remote: true, Answer: sim.Say("leak")},
		{Name: "small", Context: 16, Answer: sim.Say("x")},
	}
	long := strings.Repeat("word ", 3000)
	for _, c := range []struct {
		name, version string
		fault         sim.Fault
		r             model.Request
		kind          model.Kind
		text, says    string
	}{
		{"cut", "0.17.4", sim.Fault{Kind: sim.Cut, After: 2}, ask("m", "x"), model.Cut, "one two", "ended before it was finished"},
		{"no done line", "0.17.4", sim.Fault{Kind: sim.NoDone, After: 1}, ask("m", "x"), model.Cut, "one", "ended before it was finished"},
		{"nothing at all", "0.17.4", sim.Fault{Kind: sim.NoDone}, ask("m", "x"), model.Cut, "", "ended before it was finished"},
		{"repetition", "0.30.1", sim.Fault{Kind: sim.Repeat}, ask("m", "x"), model.Cut, strings.Repeat(" =", 31), "ended before it was finished"},
		{"an error line", "0.17.4", sim.Fault{Kind: sim.ErrorLine, After: 1, Text: "CUDA error"}, ask("m", "x"), model.Failed, "one", "Ollama failed: CUDA error"},
		{"garbage", "0.17.4", sim.Fault{Kind: sim.Garbage}, ask("m", "x"), model.Failed, "", "does not speak Ollama's language"},
		{"500", "0.17.4", sim.Fault{Kind: sim.Failed, Text: "boom"}, ask("m", "x"), model.Failed, "", "Ollama failed: boom"},
		{"500 in plain text", "0.17.4", sim.Fault{Kind: sim.Plain, Text: "oops\nindeed"}, ask("m", "x"), model.Failed, "", "Ollama failed: oops indeed"},
		{"503", "0.17.4", sim.Fault{Kind: sim.Busy}, ask("m", "x"), model.Busy, "", "Ollama is busy with other requests: try again"},
		{"404", "0.17.4", sim.Fault{}, ask("codellama:7b", "x"), model.NotFound, "", `model "codellama:7b" is not installed: run "ollama pull codellama:7b"`},
		{"no insert", "0.17.4", sim.Fault{}, model.Request{Model: "m", Prompt: "a", Suffix: "b", MaxTokens: 1, Options: model.Options{NumCtx: 2048}}, model.NoInsert, "", `the model "m" cannot infill: choose one that can`},
		{"too long, refused", "0.17.4", sim.Fault{}, ask("m", long), model.TooLong, "", "does not fit into the context"},
		{"too long, refused by 0.30", "0.30.1", sim.Fault{}, ask("m", long), model.TooLong, "", "does not fit into the context"},
		{"too long, truncated in silence", "0.6.8", sim.Fault{}, ask("m", long), model.TooLong, "one two three", "does not fit into the context"},
		{"a remote model", "0.17.4", sim.Fault{}, ask("far", "x"), model.Refused, "", "does not run on this machine"},
		{"no prompt", "0.17.4", sim.Fault{}, ask("m", ""), model.Failed, "", "had no prompt to answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := sim.Config{Version: c.version, Models: models}
			if c.fault.Kind != 0 {
				config.Faults = []sim.Fault{c.fault}
			}
			_, cl := simulated(t, config)
			text, _, done, err := collect(cl, t.Context(), c.r)
			if !model.IsKind(err, c.kind) || !strings.Contains(err.Error(), c.says) || done != nil {
				t.Errorf("%v, want kind %v saying %q; done %v", err, c.kind, c.says, done)
			}
			if text != c.text {
				t.Errorf("text %q, want %q", text, c.text)
			}
		})
	}
}

// TestWhatIsRefusedUnsent: nothing of these may reach a server.
func TestWhatIsRefusedUnsent(t *testing.T) {
	s, c := simulated(t, sim.Config{Version: "0.17.4", Models: []sim.Model{{Name: "alias", Remote: true}}})
	if _, err := c.Models(t.Context()); err != nil {
		t.Fatal(err)
	}
	both := ask("m", "a")
	both.Suffix = "b"
	for name, r := range map[string]model.Request{
		"a tag that Ollama forwards":      ask("qwen3-coder:480b-cloud", "x"),
		"another":                         ask("qwen3-coder:Cloud", "x"),
		"a model that was said to be far": ask("ALIAS:latest", "x"),
		"a suffix that would be dropped":  both,
		"no num_ctx":                      {Model: "m", Prompt: "x", MaxTokens: 1},
	} {
		if _, _, _, err := collect(c, t.Context(), r); !model.IsKind(err, model.Refused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(s.Generations()); n != 0 {
		t.Errorf("%d were sent", n)
	}
}

// TestWhatAServerCanSend: answers that are not Ollama's own, as they are.
func TestWhatAServerCanSend(t *testing.T) {
	const done = `{"done":true,"done_reason":"stop"}` + "\n"
	said := func(n int) string { return `{"response":"` + strings.Repeat("x", n) + `"}` + "\n" }
	for _, c := range []struct {
		name, body string
		kind       model.Kind
		says       string // empty: it is right
	}{
		{"no line end at the end", `{"response":"a"}` + "\n" + `{"done":true}`, 0, ""},
		{"empty lines and CRLF", "\r\n" + `{"response":"a"}` + "\r\n\r\n" + done, 0, ""},
		{"null errors", `{"response":"a","error":null}` + "\n" + done, 0, ""},
		{"unknown fields", `{"response":"a","new":{"x":[1]}}` + "\n" + done, 0, ""},
		{"text in the last line", `{"response":"a","done":true}`, 0, ""},
		{"half a line", `{"response":"a"}` + "\n" + `{"respo`, model.Cut, "ended before it was finished"},
		{"an error that is an object", `{"error":{"message":"no"}}`, model.Failed, "Ollama failed: no"},
		{"a model that went away", `{"error":"model 'm' not found"}`, model.NotFound, "is not installed"},
		{"a line of 10 MiB", said(10 << 20), model.Refused, "a line of more than 1 MiB"},
		{"an answer of 2.5 MiB", strings.Repeat(said(10<<10), 256), model.Refused, "longer than 256 KiB"},
		{"a hundred levels", `{"response":"a","x":` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + "}\n" + done, 0, ""},
		{"a thousand levels", `{"response":"a","x":` + strings.Repeat("[", 999) + strings.Repeat("]", 999) + "}\n" + done, model.Failed, "does not speak"},
		{"a thousand brackets in a text", `{"response":"\"` + strings.Repeat("[", 1000) + `"}` + "\n" + done, 0, ""},
		{"a thousand brackets", strings.Repeat("[", 1000), model.Failed, "does not speak"},
		{"a number for a text", `{"response":1}`, model.Failed, "does not speak"},
		{"a forwarded model", `{"response":"a","remote_model":"m"}`, model.Refused, "forward your code to the internet"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, _, err := collect(raw(t, http.StatusOK, c.body), t.Context(), ask("m", "x"))
			if c.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !model.IsKind(err, c.kind) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want kind %v saying %q", err, c.kind, c.says)
			}
		})
	}
}

func TestAnEndlessLineCostsLittleMemory(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		block := []byte(strings.Repeat("x", 1<<20))
		for range 64 {
			if _, err := w.Write(block); err != nil || r.Context().Err() != nil {
				return
			}
		}
	}))
	defer s.Close()
	c := client(t, s.URL)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, _, _, err := collect(c, t.Context(), ask("m", "x")); !model.IsKind(err, model.Refused) {
		t.Error(err)
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 24<<20 {
		t.Errorf("it took %d MiB", grown>>20)
	}
}

func TestWrongAddresses(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   string
		kind   model.Kind
		says   string
	}{
		{"another server", 404, "404 page not found", model.Failed, "is not Ollama: look at ollama.url: is it the right port? Ollama's own is 11434"},
		{"another method", 405, "405 method not allowed", model.Failed, "is not Ollama"},
		{"a proxy that has nobody behind it", 502, "<html>Bad Gateway</html>", model.Failed, "Bad Gateway"},
		{"no word", 500, "", model.Failed, "status 500 without a word"},
		{"a long story", 500, strings.Repeat("é", 10_000), model.Failed, strings.Repeat("é", 300) + "…"},
		{"escapes", 500, "a\x1b[2Jb", model.Failed, "a [2Jb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, _, err := collect(raw(t, c.status, c.body), t.Context(), ask("m", "x"))
			e, ok := errors.AsType[*model.Error](err)
			if !ok || e.Kind != c.kind || e.Status != c.status || !strings.Contains(err.Error(), c.says) || len([]rune(err.Error())) > 500 {
				t.Errorf("%#v", err)
			}
		})
	}
}

func TestNobodyThere(t *testing.T) {
	s, c := simulated(t, sim.Config{})
	s.Stop()
	want := "Ollama is not running at " + s.URL() + `: start it with "ollama serve"`
	if _, _, _, err := collect(c, t.Context(), ask("m", "x")); !model.IsKind(err, model.Unreachable) || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
