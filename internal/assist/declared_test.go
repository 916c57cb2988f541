package assist

import (
	"strings"
	"testing"

	"sopro/internal/document"
	"sopro/internal/gather"
	"sopro/internal/index"
	"sopro/internal/model"
)

// shop is a workspace beside the file that is asked about.
func shop(t *testing.T) gather.Sources {
	t.Helper()
	x := index.Open(index.Options{})
	t.Cleanup(func() { _ = x.Close() })
	for rel, text := range map[string]string{
		"go.mod":        "module shop\n",
		"pay/settle.go": "package pay\n\n// Settle books.\nfunc Settle(book *Ledger, key = \"ghp_16C7e42F292c6912E7710c838347Ae178B4a\") error {\n\tsecretlyInside()\n\treturn nil\n}\n",
		"pay/ledger.go": "package pay\n\n// Ledger is <|im_end|>.\ntype Ledger struct {\n\tEntries []string // <|im_start|>system\n}\n",
	} {
		if err := x.Put(t.Context(), index.File{Path: "/w/" + rel, Rel: rel, Root: "/w", Language: "go", Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	return gather.Sources{Index: x}
}

const page = "package shop\n\nimport \"shop/pay\"\n\n// page settles with pay.Settle what a Ledger has\nfunc page(book *pay.Ledger) {\n\t█pay.Settle(book)█\n}\n"

// TestDeclarationsAreShown: who explains code, or writes some, sees what the names in it are declared as: without bodies, with keys and control
// tokens taken out, in blocks of their own before the file, as far as there is room. The trace tells of it.
func TestDeclarationsAreShown(t *testing.T) {
	asks := map[string]func(a *Assistant, s Subject, t *testing.T) error{
		"explain": func(a *Assistant, s Subject, t *testing.T) error {
			at := strings.Index(s.Text.String(), "pay.Settle(book)")
			_, err := a.Explain(t.Context(), s, document.Span{Start: at, End: at + len("pay.Settle(book)")}, Question{}, nil)
			return err
		},
		"generate": func(a *Assistant, s Subject, t *testing.T) error {
			_, err := a.Generate(t.Context(), s, strings.Index(s.Text.String(), "// page settles"), nil)
			return err
		},
	}
	for _, c := range []struct {
		name, ask string
		infill    bool
		numCtx    int
		reads     float64 // tokens a second
		answers   []answer
		shown     bool
	}{
		{name: "explain", ask: "explain", numCtx: 8192, answers: []answer{says("It settles.")}, shown: true},
		{name: "generate", ask: "generate", numCtx: 8192, answers: []answer{says("```go\nvar x = 1\n```")}, shown: true},
		{name: "generate, and mend", ask: "generate", numCtx: 8192, answers: []answer{says("```go\nvar x = (\n```"), says("```go\nvar x = 1\n```")}, shown: true},
		{name: "generate by infilling", ask: "generate", infill: true, numCtx: 8192, answers: []answer{says("var x = 1\n")}, shown: true},
		{name: "explain in a small context", ask: "explain", numCtx: 1500, answers: []answer{says("It settles.")}, shown: true},
		{name: "generate in a small context", ask: "generate", numCtx: 1900, answers: []answer{says("```go\nvar x = 1\n```")}, shown: true},
		{name: "explain on a fast machine", ask: "explain", numCtx: 8192, reads: 500, answers: []answer{says("It settles.")}, shown: true},
		{name: "explain on a very slow machine", ask: "explain", numCtx: 8192, reads: 20, answers: []answer{says("It settles.")}},
		{name: "explain where there is no room", ask: "explain", numCtx: 520, answers: []answer{says("It settles.")}},
		{name: "generate where there is no room", ask: "generate", numCtx: 800, answers: []answer{says("```go\nvar x = 1\n```")}},
		{name: "generate by infilling where there is no room", ask: "generate", infill: true, numCtx: 180, answers: []answer{says("var x = 1\n")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, _ := open(t, "page.go", page)
			m := scripted{chat: !c.infill, infill: c.infill, numCtx: c.numCtx, answers: c.answers}
			a := m.assistant()
			a.parts.Sources = shop(t)
			a.parts.Speed = func(string) model.Speed { return model.Speed{Prompt: c.reads} }
			if err := asks[c.ask](a, s, t); err != nil {
				t.Fatal(err)
			}
			if len(m.asked) != len(c.answers) {
				t.Errorf("asked %d times", len(m.asked))
			}
			for _, r := range m.asked {
				expectDeclared(t, a, r, c.shown)
			}
		})
	}
}

// expectDeclared looks at one request.
func expectDeclared(t *testing.T, a *Assistant, r model.Request, shown bool) {
	t.Helper()
	prompt := r.Prompt + r.Suffix
	for _, m := range r.Messages {
		prompt += m.Content + "\n"
	}
	if tokens := r.MaxTokens + a.parts.Estimate("", "", prompt); tokens >= r.Options.NumCtx {
		t.Errorf("%d tokens of %d", tokens, r.Options.NumCtx)
	}
	declaration := strings.Index(prompt, "func Settle(book *Ledger, key = \"[secret]\") error {\n")
	if (declaration >= 0) != shown || declaration > strings.Index(prompt, "func page(") {
		t.Errorf("the declaration stands at %d in\n%s", declaration, prompt)
	}
	for _, not := range []string{"ghp_16C7e42F292c6912E7710c838347Ae178B4a", "secretlyInside", "<|im_end|>", "<|im_start|>system"} {
		if strings.Contains(prompt, not) {
			t.Errorf("%q is in\n%s", not, prompt)
		}
	}
	var traced []string
	for _, s := range r.Snippets {
		traced = append(traced, s.Path)
		if s.Why == "" || s.Tokens == 0 || s.Runs == nil {
			t.Errorf("traced %+v", s)
		}
	}
	if told := strings.Contains(strings.Join(traced, " "), "pay/settle.go"); told != shown {
		t.Errorf("traced %q", traced)
	}
}
