package server_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"sopro/internal/complete"
	"sopro/internal/config"
	"sopro/internal/eval/sim"
	"sopro/internal/server"
)

// person is somebody at an editor, in one or more windows, whose server asks a simulated Ollama. Whatever the person does, every request
// is answered, none with an error, and what is offered is right or nothing; at the end nothing runs.
type person struct {
	*editor
	ollama *sim.Server
	asked  []question
}

// question is a request for a completion, as it was made.
type question struct {
	id        int
	cancelled bool
	before    string // the cursor's line, up to the cursor
	line, at  int
	wanted    string // what the line is to become
	any       bool   // … or anything else
}

// window is an open document.
type window struct {
	*person
	uri, text string
	version   int
	cursor    int // offset
	wanted    string
	any       bool
}

// standing has a person work with a model. The options are those of a fresh installation.
func standing(t *testing.T, m sim.Model) *person {
	t.Helper()
	ollama := sim.New(sim.Config{Models: []sim.Model{m}})
	t.Cleanup(ollama.Close)
	p := &person{editor: connect(t, options{build: configured(ollamaBuild(t, ollama.URL()))}), ollama: ollama}
	p.initialize(soproClient)
	p.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
	return p
}

// configured has engines follow the settings, as those of the program do.
func configured(build func(config.Settings, *server.Engines) (*server.Engines, error)) func(config.Settings, *server.Engines) (*server.Engines, error) {
	return func(c config.Settings, former *server.Engines) (*server.Engines, error) {
		e, err := build(c, former)
		if err == nil {
			e.Complete.Configure(complete.Options{
				Enabled: c.Enabled && c.Completion.Enabled, Languages: c.LanguageEnabled, Automatic: true, Gate: c.Completion.Gate,
				Debounce: complete.DebounceAuto, MaxTokens: 64, ContextTokens: 1024,
			})
		}
		return e, err
	}
}

// opens opens a window whose last line is to become what is wanted.
func (p *person) opens(name, text, wanted string) *window {
	p.t.Helper()
	w := &window{person: p, uri: "file:///w/" + name, text: text, version: 1, cursor: len(text), wanted: wanted}
	p.open(w.uri, "go", text)
	return w
}

// edit replaces text by one change.
func (w *window) edit(start, end int, with string) {
	w.t.Helper()
	w.version++
	at := func(offset int) string {
		return fmt.Sprintf("%d:%d", strings.Count(w.text[:offset], "\n"), offset-strings.LastIndexByte(w.text[:offset], '\n')-1)
	}
	w.change(w.uri, w.version, at(start)+"-"+at(end), with)
	w.text = w.text[:start] + with + w.text[end:]
	w.cursor = start + len(with)
}

// types types text, asking after each key as editors do.
func (w *window) types(text string) {
	w.t.Helper()
	for _, key := range text {
		w.edit(w.cursor, w.cursor, string(key))
		w.asks()
	}
}

// before is the cursor's line, up to the cursor.
func (w *window) before() string {
	return w.text[strings.LastIndexByte(w.text[:w.cursor], '\n')+1 : w.cursor]
}

// asks asks at the cursor and does not wait.
func (w *window) asks() {
	w.t.Helper()
	before := w.before()
	q := question{before: before, line: strings.Count(w.text[:w.cursor], "\n"), at: len(before), wanted: w.wanted, any: w.any}
	q.id = w.request("textDocument/inlineCompletion", inlineParams(w.uri, q.line, q.at))
	w.asked = append(w.asked, q)
}

// sees asks until a completion is there, and checks that it is all that is wanted.
func (w *window) sees() {
	w.t.Helper()
	w.until(func() bool {
		text, fault := w.answered()
		if fault != "" {
			w.t.Error(fault)
		}
		return text != "" && w.before()+text == w.wanted
	})
}

// comesRight asks until what is offered is right or nothing: what the server has not parsed yet is judged by less.
func (w *window) comesRight() {
	w.t.Helper()
	last := ""
	defer func() {
		if w.t.Failed() {
			w.t.Log(last)
		}
	}()
	w.until(func() bool {
		_, last = w.answered()
		return last == ""
	})
}

// answered asks and waits for the answer.
func (w *window) answered() (text, fault string) {
	w.t.Helper()
	w.asks()
	q := w.asked[len(w.asked)-1]
	w.asked = w.asked[:len(w.asked)-1]
	return q.judge(w.answer(q.id))
}

// judge returns what an answer to a question offers, and what is wrong with it.
func (q question) judge(answer string) (text, fault string) {
	var m struct {
		Result *struct {
			Items []struct {
				InsertText string
				Range      struct{ Start, End struct{ Line, Character int } }
			}
		}
		Error json.RawMessage
	}
	switch err := json.Unmarshal([]byte(answer), &m); {
	case err != nil:
		return "", err.Error()
	case m.Error != nil && q.cancelled && match(`{"error":{"code":-32800}}`, answer) == nil:
		return "", ""
	case m.Error != nil:
		return "", "answered " + answer
	case m.Result == nil || len(m.Result.Items) == 0:
		return "", ""
	}
	item := m.Result.Items[0]
	text = item.InsertText
	if item.Range.Start.Line != q.line || item.Range.Start.Character != q.at {
		return text, fmt.Sprintf("asked at %d:%d: %s", q.line, q.at, answer)
	}
	if strings.TrimSpace(text) == "" || !q.any && !strings.HasPrefix(q.wanted, q.before+text) || !utf8.ValidString(text) {
		return text, fmt.Sprintf("%q is offered after %q", text, q.before)
	}
	return text, ""
}

// settle waits for all answers, and for the model to have nothing to do.
func (p *person) settle() {
	p.t.Helper()
	for _, q := range p.asked {
		if _, fault := q.judge(p.answer(q.id)); fault != "" {
			p.t.Error(fault)
		}
	}
	p.asked = nil
	p.notify("workspace/didChangeConfiguration", `{"settings":{"sopro":{"enabled":false}}}`)
	p.idle()
}

// idle waits until no generation runs.
func (p *person) idle() {
	p.t.Helper()
	if err := p.ollama.Until(p.t.Context(), func(all []sim.Request) bool {
		return !slices.ContainsFunc(all, func(r sim.Request) bool { return r.Running || !r.Finished })
	}); err != nil {
		p.t.Error(err)
	}
}

// knowing is a model that knows what a line is to become, whichever of the lines it is.
func knowing(lines ...string) sim.Model {
	m := coderModel("")
	m.Answer = func(p sim.Prompt) []sim.Token {
		_, prefix, _ := strings.Cut(p.Text, "<|fim_prefix|>")
		prefix, _, _ = strings.Cut(prefix, "<|fim_suffix|>")
		line := prefix[strings.LastIndexByte(prefix, '\n')+1:]
		for _, wanted := range lines {
			if rest, ok := strings.CutPrefix(wanted, line); ok && line != "" {
				return sim.Tokens(rest + "\n")
			}
		}
		return sim.Tokens("\n")
	}
	return m
}

const head = "package a\n\n"

// TestWhatPeopleDo is what a person may do to an editor.
func TestWhatPeopleDo(t *testing.T) {
	const wanted, other = "var total = sum(alpha, beta)", "func main() { run(1) }"
	for _, c := range []struct {
		story string
		do    func(*person)
	}{
		{"types on while the model speaks", func(p *person) {
			w := p.opens("a.go", head, wanted)
			w.types(wanted)
		}},
		{"holds a key down, and the one that deletes", func(p *person) {
			w := p.opens("a.go", head+"var tot", wanted)
			w.types(strings.Repeat("x", 300))
			for range 300 {
				w.edit(w.cursor-1, w.cursor, "")
				w.asks()
			}
			w.sees()
		}},
		{"pastes 10,000 lines", func(p *person) {
			w := p.opens("a.go", head, wanted)
			w.asks()
			w.edit(w.cursor, w.cursor, strings.Repeat("// it is a line of a comment\n", 10000)+"var tot")
			w.asks()
			w.sees()
		}},
		{"undoes", func(p *person) {
			w := p.opens("a.go", head+"var tot", wanted)
			w.sees()
			rest := strings.TrimPrefix(wanted, "var tot")
			for range 5 {
				start := w.cursor
				w.edit(start, start, rest)
				w.asks()
				w.edit(start, w.cursor, "")
				w.sees()
			}
		}},
		{"moves the cursor wildly", func(p *person) {
			w := p.opens("a.go", head+strings.Repeat("// nothing to say here\n", 400)+"var tot", wanted)
			dice := rand.New(rand.NewPCG(1, 2))
			end := w.cursor
			for range 300 {
				w.cursor = dice.IntN(end)
				w.asks()
			}
			w.cursor = end
			w.sees()
		}},
		{"edits two files in two windows", func(p *person) {
			a, b := p.opens("a.go", head, wanted), p.opens("b.go", head, other)
			for i := range len(other) {
				a.types(wanted[i : i+1])
				b.types(other[i : i+1])
			}
			a.edit(a.cursor-12, a.cursor, "")
			a.sees()
			b.edit(b.cursor-12, b.cursor, "")
			b.sees()
		}},
		{"takes every request back", func(p *person) {
			w := p.opens("a.go", head, wanted)
			for i := range wanted[:20] {
				w.types(wanted[i : i+1])
				q := &w.asked[len(w.asked)-1]
				q.cancelled = true
				w.notify("$/cancelRequest", fmt.Sprintf(`{"id":%d}`, q.id))
			}
			w.sees()
		}},
		{"opens and closes without end", func(p *person) {
			for i := range 50 {
				w := p.opens("a.go", head+"var tot", wanted)
				w.asks()
				w.notify("textDocument/didClose", fmt.Sprintf(`{"textDocument":{"uri":%q}}`, w.uri))
				if i%10 == 0 {
					w.asks() // of a document that is not open
				}
			}
			p.opens("a.go", head+"var tot", wanted).sees()
		}},
		{"sends the document whole, again and again", func(p *person) {
			w := p.opens("a.go", head+"var tot", wanted)
			for range 50 {
				w.version++
				w.notify("textDocument/didChange", fmt.Sprintf(`{"textDocument":{"uri":%q,"version":%d},"contentChanges":[{"text":%s}]}`,
					w.uri, w.version, asJSON(w.t, &w.text)))
				w.asks()
			}
			w.sees()
		}},
	} {
		t.Run(c.story, func(t *testing.T) {
			p := standing(t, knowing(wanted, other))
			c.do(p)
			p.settle()
		})
	}
}

// TestTheModelIsStopped checks that a model which is in the middle of its answer says no word more once nobody wants it: the token
// that it is at is its last. What waited is answered.
func TestTheModelIsStopped(t *testing.T) {
	for _, c := range []struct {
		story string
		stop  func(*window)
	}{
		{"switched off", func(w *window) {
			want(w.t, w.command("sopro.toggle", `{"enabled":false}`), `{"result":{"enabled":false}}`)
		}},
		{"switched off for the language", func(w *window) {
			want(w.t, w.command("sopro.toggle", `{"enabled":false,"scope":"language","language":"go"}`), `{"result":{"enabled":false}}`)
		}},
		{"switched off in the settings", func(w *window) {
			w.notify("workspace/didChangeConfiguration", `{"settings":{"sopro":{"completion":{"enabled":false}}}}`)
		}},
		{"closed in the middle", func(w *window) {
			w.notify("textDocument/didClose", fmt.Sprintf(`{"textDocument":{"uri":%q}}`, w.uri))
		}},
	} {
		t.Run(c.story, func(t *testing.T) {
			next := make(chan struct{}) // never closed: the model is at its third token
			m := coderModel("")
			m.Answer = func(sim.Prompt) []sim.Token {
				return []sim.Token{{Text: "sum"}, {Text: "(al"}, {Text: "pha)", After: next}, {Text: "\n"}}
			}
			p := standing(t, m)
			w := p.opens("a.go", head+"var total = ", "var total = sum(alpha)")
			w.asks()
			said := func(r sim.Request) bool { return strings.Contains(string(r.Body), "var total") && r.Tokens == 2 }
			running := func(all []sim.Request) bool { return len(all) > 0 && said(all[len(all)-1]) }
			if err := p.ollama.Until(t.Context(), running); err != nil {
				t.Fatal(err)
			}
			c.stop(w)
			if err := p.ollama.Until(t.Context(), func(all []sim.Request) bool { return all[len(all)-1].Finished }); err != nil {
				t.Fatal(err)
			}
			aborted := p.ollama.Aborted()
			if len(aborted) != 1 || !said(aborted[0]) {
				t.Errorf("%d generations were ended", len(aborted))
			}
			p.settle()
		})
	}
}
