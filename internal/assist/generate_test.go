package assist

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sopro/internal/document"
	"sopro/internal/model"
	"sopro/internal/syntax"
)

// story is one call of Generate.
type story struct {
	name    string
	path    string // "": a.go
	text    string // with a cursor mark
	infill  bool   // the model only infills
	answers []answer
	after   string // the document afterwards
	err     string // or what is said
	deltas  []string
	asked   int // requests, where it is not one an answer
}

// run is the helper verb: it plays the story and checks what is true of all of them.
func (c story) run(t *testing.T) {
	t.Helper()
	if c.path == "" {
		c.path = "a.go"
	}
	s, at := open(t, c.path, c.text)
	m := scripted{chat: !c.infill, infill: true, answers: c.answers}
	var reader shown
	got, err := m.assistant().Generate(t.Context(), s, at.Start, reader.emit)
	if c.asked == 0 {
		c.asked = len(c.answers)
	}
	if len(m.asked) != c.asked {
		t.Errorf("asked %d times, want %d", len(m.asked), c.asked)
	}
	if c.deltas != nil {
		if diff := cmp.Diff(c.deltas, reader.deltas); diff != "" {
			t.Errorf("deltas (-want +got)\n%s", diff)
		}
	}
	if c.err != "" {
		if err == nil || err.Error() != c.err {
			t.Errorf("error %q, want %q", fmt.Sprint(err), c.err)
		}
		if reader.text != "" || got.Edits != nil {
			t.Errorf("refused, and yet shown: %q, %v", reader.text, got.Edits)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.after, got.After); diff != "" {
		t.Errorf("document (-want +got)\n%s", diff)
	}
	if reader.text != got.Text {
		t.Errorf("streamed %q, returned %q", reader.text, got.Text)
	}
	before := s.Text.String()
	if len(got.Edits) != 1 || !got.Edits[0].Span.Empty() || before[:got.Edits[0].Span.Start]+got.Edits[0].New+before[got.Edits[0].Span.Start:] != got.After {
		t.Errorf("edits %+v", got.Edits)
	}
	if !strings.HasPrefix(got.Diff, "--- a/"+c.path+"\n+++ b/"+c.path+"\n@@ ") {
		t.Errorf("diff %q", got.Diff)
	}
	for _, r := range m.asked {
		if !c.infill && (len(r.Messages) < 2 || r.Messages[0].Role != "system" || r.Prompt != "" || !r.NoThink) || c.infill && (!r.Raw || r.Messages != nil) {
			t.Errorf("request %+v", r)
		}
	}
}

const fenced = "```go\nfunc add(a, b int) int {\n\treturn a + b\n}\n```"

func TestGenerate(t *testing.T) {
	for _, c := range []story{
		{name: "a function below its comment", text: "package a\n\n// add a and b█\n", answers: []answer{says("Here it is:\n\n```go\nfunc add(a, b", " int) int {\n\treturn a", " + b\n}\n``", "`\nIt adds.")},
			after: "package a\n\n// add a and b\nfunc add(a, b int) int {\n\treturn a + b\n}\n"},
		{name: "it streams", text: "package a\n\n// add a and b█\n", answers: []answer{says("```go\nfunc add(a, b", " int) int {\n\treturn a", " + b\n}\n```")},
			after:  "package a\n\n// add a and b\nfunc add(a, b int) int {\n\treturn a + b\n}\n",
			deltas: []string{"func add(a, b", " int) int {\n\treturn a", " + b\n}"}},
		{name: "without a fence", text: "package a\n\n// a variable\n█", answers: []answer{says("var x = 1\n")}, after: "package a\n\n// a variable\nvar x = 1\n"},
		{name: "thinking is dropped", text: "package a\n\n// a variable█\n", answers: []answer{says("<think>\nvar y\n</think>\n\n```go\nvar x = 1\n```")}, after: "package a\n\n// a variable\nvar x = 1\n"},
		{name: "the comment repeated", text: "package a\n\n// set the variable x█\n", answers: []answer{says("```go\n// set the variable x\nvar x = 1\n```")}, after: "package a\n\n// set the variable x\nvar x = 1\n"},
		{name: "a blank line before what follows", text: "package a\n\n// add a and b█\nvar x = 1\n", answers: []answer{says(fenced)},
			after: "package a\n\n// add a and b\nfunc add(a, b int) int {\n\treturn a + b\n}\n\nvar x = 1\n"},
		{name: "from the line below", text: "package a\n\n// add a and b\n█", answers: []answer{says(fenced)}, after: "package a\n\n// add a and b\nfunc add(a, b int) int {\n\treturn a + b\n}\n"},
		{name: "no line end at the end", text: "package a\n\n// add a and b█", answers: []answer{says(fenced)}, after: "package a\n\n// add a and b\nfunc add(a, b int) int {\n\treturn a + b\n}"},
		{name: "several lines of comment", text: "package a\n\n// add█\n// a and b\n", answers: []answer{says(fenced)}, after: "package a\n\n// add\n// a and b\nfunc add(a, b int) int {\n\treturn a + b\n}\n"},
		{name: "a block comment", text: "package a\n\n/* add\n   a and b */█\n", answers: []answer{says(fenced)}, after: "package a\n\n/* add\n   a and b */\nfunc add(a, b int) int {\n\treturn a + b\n}\n"},
		{name: "behind an opening brace", text: "package a\n\nfunc f() { // print one█\n\tprintln(2)\n}\n", answers: []answer{says("```go\nprintln(1)\n```")},
			after: "package a\n\nfunc f() { // print one\n\tprintln(1)\n\tprintln(2)\n}\n"},
		{name: "carriage returns", text: "package a\r\n\r\n// add a and b█\r\n", answers: []answer{says(fenced)}, after: "package a\r\n\r\n// add a and b\r\nfunc add(a, b int) int {\r\n\treturn a + b\r\n}\r\n"},
		{name: "carriage returns of the model", text: "package a\n\n// add a and b█\n", answers: []answer{says("```go\r\nvar x = 1\r\nvar y", " = 2\r", "\n```\r\n")}, after: "package a\n\n// add a and b\nvar x = 1\nvar y = 2\n"},
		{name: "spaces where the document has tabs", text: "package a\n\nfunc f(a int) {\n\t// if a is one print it█\n}\n",
			answers: []answer{says("```go\nif a == 1 {\n    println(a)\n}\n```")}, after: "package a\n\nfunc f(a int) {\n\t// if a is one print it\n\tif a == 1 {\n\t\tprintln(a)\n\t}\n}\n"},
		{name: "four spaces where the document has two", path: "a.py", text: "def f(a):\n  # print a if it is one█\n  pass\n",
			answers: []answer{says("```python\nif a == 1:\n    print(a)\nelse:\n    if a:\n        pass\n```")},
			after:   "def f(a):\n  # print a if it is one\n  if a == 1:\n    print(a)\n  else:\n    if a:\n      pass\n  pass\n"},
		{name: "indented already", path: "a.py", text: "def f(a):\n    # print a twice█\n    pass\n", answers: []answer{says("```python\n    print(a)\n    print(a)\n```")},
			after: "def f(a):\n    # print a twice\n    print(a)\n    print(a)\n    pass\n"},
		{name: "the first line not indented", path: "a.py", text: "def f(a):\n    # print a twice█\n    pass\n", answers: []answer{says("```python\nprint(a)\n    print(a)\n```")},
			after: "def f(a):\n    # print a twice\n    print(a)\n    print(a)\n    pass\n"},
		{name: "a document that does not parse", text: "package a\n\nfunc {\n\n// a variable█\n", answers: []answer{says("```go\nvar x = 1\n```")}, after: "package a\n\nfunc {\n\n// a variable\nvar x = 1\n"},
		{name: "a sentence before the fence", text: "package a\n\n// add a and b█\n", answers: []answer{says("Adds two numbers.\n\n", "```go\nfunc add(a, b int) int {\n\treturn a + b\n}\n", "```\nAs asked.")},
			after: "package a\n\n// add a and b\nfunc add(a, b int) int {\n\treturn a + b\n}\n"},
		{name: "thinking with a fence in it", text: "package a\n\n// a variable█\n", answers: []answer{says("<think>\n```go\nvar y\n```\n</think>\nIt is one.\n```go\nvar x = 1\n```")}, after: "package a\n\n// a variable\nvar x = 1\n"},
		{name: "a statement in a document that does not parse", path: "a.py", text: "def f(:\n    # stop unless a█\n", answers: []answer{says("```python\nelif not a:\n    return\n```")},
			after: "def f(:\n    # stop unless a\n    elif not a:\n        return\n"},
		{name: "prose in a document that does not parse", path: "a.py", text: "def f(:\n    pass\n\n# strip the flags█\n", answers: []answer{says("This strips flags.\n"), says("Use strip() for it.")},
			err: `the code that talker wrote does not parse (syntax error near "Use strip() for it."): nothing was changed; ask again, or say in the comment more precisely what you want`},
		{name: "repaired once", text: "package a\n\n// add a and b█\n", answers: []answer{says("```go\nfunc add(a, b int int {\n```"), says(fenced)},
			after:  "package a\n\n// add a and b\nfunc add(a, b int) int {\n\treturn a + b\n}\n",
			deltas: []string{"func add(a, b int int {", "⟲", "func add(a, b int) int {\n\treturn a + b\n}"}},
		{name: "a language without a grammar", path: "a.vim", text: "let a = 1\n  \" echo a█\n", answers: []answer{says("```vim\necho a\n```")}, after: "let a = 1\n  \" echo a\n  echo a\n"},

		{name: "not repaired", text: "package a\n\n// add a and b█\n", answers: []answer{says("```go\nfunc add(a int b {\n```"), says("```go\nfunc add(a int b {\n```")},
			deltas: []string{"func add(a int b {", "⟲", "func add(a int b {", "⟲"},
			err:    `the code that talker wrote does not parse (syntax error near "func add(a int b {"): nothing was changed; ask again, or say in the comment more precisely what you want`},
		{name: "cut at the limit", text: "package a\n\n// add a and b█\n", answers: []answer{{chunks: []string{"```go\nvar x = 1\nvar y"}, reason: "length"}},
			deltas: []string{"var x = 1\nvar y", "⟲"}, err: "talker did not finish within 1024 tokens: nothing was changed; ask for less in the comment"},
		{name: "cut at the limit behind the code", text: "package a\n\n// a variable█\n", answers: []answer{{chunks: []string{"```go\nvar x = 1\n```\nThis"}, reason: "length"}}, after: "package a\n\n// a variable\nvar x = 1\n"},
		{name: "no comment", text: "package a\n\nvar x = 1█\n", asked: 0, err: "there is no comment at or above line 3: write what you want as a comment, then ask again there"},
		{name: "an empty comment", text: "package a\n\n//█\n", err: "there is no comment at or above line 3: write what you want as a comment, then ask again there"},
		{name: "what stands there", text: "package a\n\n// add a and b█\nfunc add(a, b int) int {\n\treturn a + b\n}\n", answers: []answer{says(fenced)},
			err: "talker wrote only what stands there already: nothing was changed; say in the comment what is to be different"},
		{name: "no code", text: "package a\n\n// add█\n", answers: []answer{says("```go\n```")}, err: "talker wrote no code: say in the comment more precisely what you want, or choose another model with models.chat"},
		{name: "dies", text: "package a\n\n// add█\n", answers: []answer{{chunks: []string{"```go\nvar x = 1\nvar"}, err: errors.New("connection reset")}},
			err: "talker failed: connection reset: ask again; if it stays so, look into the log of the model server", deltas: []string{"var x = 1\nvar", "⟲"}},
		{name: "breaks off", text: "package a\n\n// add█\n", answers: []answer{{chunks: []string{"```go\nvar x = 1\n"}, open: true}}, err: "the answer of talker broke off: ask again; if it stays so, look into the log of the model server"},
		{name: "dies while repairing", text: "package a\n\n// add█\n", answers: []answer{says("```go\nfunc {\n```"), {err: errors.New("gone")}}, err: "talker failed: gone: ask again; if it stays so, look into the log of the model server"},
	} {
		t.Run(c.name, c.run)
	}
}

// TestGenerateHidden is docs/security.md row 16.
func TestGenerateHidden(t *testing.T) {
	for _, r := range []rune{'\u202e', '\u2066', '\u200b', '\u200d', '\ufeff', '\U000E0041', '\x1b', '\x00', '\u009b', '\x7f', '\r'} {
		c := story{
			name: fmt.Sprintf("%U", r), text: "package a\n\n// a variable█\n", answers: []answer{says("```go\nvar x = ", `"a`+string(r)+`b"`, "\n```")},
			err: fmt.Sprintf("talker wrote the hidden character %U into the code: nothing was changed; ask again, or choose another model", r),
		}
		t.Run(c.name, c.run)
		c.name, c.infill, c.answers = "infilled "+c.name, true, []answer{says("var x = ", `"a`+string(r)+`b"`, "\nvar y")}
		c.err = strings.Replace(c.err, "talker", "qwen2.5-coder:1.5b-base", 1)
		t.Run(c.name, c.run)
	}
	story{name: "the file has it already", text: "package a\n\n// می\u200cخواهم a variable█\n", answers: []answer{says("```go\nvar x = \"می\u200cخواهم\"\n```")},
		after: "package a\n\n// می\u200cخواهم a variable\nvar x = \"می\u200cخواهم\"\n"}.run(t)
}

func TestInfillBelowTheComment(t *testing.T) {
	for _, c := range []story{
		{name: "a function and no more", text: "package a\n\n// add a and b█\n", answers: []answer{says("func add(a, b int) int {\n", "\treturn a + b\n", "}\n", "\nfunc more() {\n", "}\n", "")},
			after: "package a\n\n// add a and b\nfunc add(a, b int) int {\n\treturn a + b\n}\n", deltas: []string{"func add(a, b int) int {", "\n\treturn a + b", "\n}"}},
		{name: "one statement", text: "package a\n\nfunc f() {\n\t// print one█\n}\n", answers: []answer{says("println(1)", "\n\tprintln(2)\n")}, after: "package a\n\nfunc f() {\n\t// print one\n\tprintln(1)\n}\n"},
		{name: "the closer that stands there already", text: "package a\n\nfunc f() {\n\t// print one█\n}\n", answers: []answer{says("println(1)\n}\n")}, after: "package a\n\nfunc f() {\n\t// print one\n\tprintln(1)\n}\n"},
		{name: "a block in Python", path: "a.py", text: "# add a and b█\n", answers: []answer{says("def add(a, b):\n", "    return a + b\n", "\n\n", "print(add(1, 2))\n")}, after: "# add a and b\ndef add(a, b):\n    return a + b\n"},
		{name: "indented by the model as well", path: "a.py", text: "def f():\n    # print one and stop█\n", answers: []answer{says("if True:\n        print(1)\n        return\n", "    x = 1\n", "")}, after: "def f():\n    # print one and stop\n    if True:\n        print(1)\n        return\n"},
		{name: "cut at the limit", text: "package a\n\n// add a and b█\n", answers: []answer{{chunks: []string{"func add(a, b int) int {\n", "\treturn a"}, reason: "length"}},
			deltas: []string{"func add(a, b int) int {", "⟲"}, err: "qwen2.5-coder:1.5b-base did not finish within 1024 tokens: nothing was changed; ask for less in the comment"},
		{name: "ends by itself", text: "package a\n\n// a variable█\n", answers: []answer{says("var x", " = 1")}, after: "package a\n\n// a variable\nvar x = 1\n"},
		{name: "a leaked token", text: "package a\n\n// a variable█\n", answers: []answer{{chunks: []string{"var x = 1<|endof", "text|>\nvar y", "\n"}, err: errors.New("was read on")}}, after: "package a\n\n// a variable\nvar x = 1\n"},
		{name: "carriage returns", text: "package a\r\n\r\nfunc f() {\r\n\t// print one█\r\n}\r\n", answers: []answer{says("println(1)\n}\n")}, after: "package a\r\n\r\nfunc f() {\r\n\t// print one\r\n\tprintln(1)\r\n}\r\n"},
		{name: "a language without a grammar", path: "a.vim", text: "\" echo a█\n", answers: []answer{says("if 1\n", "  echo a\n", "endif\n", "\n", "echo b\n")}, after: "\" echo a\nif 1\n  echo a\nendif\n"},

		{name: "nothing", text: "package a\n\n// add█\n", answers: []answer{says("\n\n")}, err: "qwen2.5-coder:1.5b-base wrote no code: say in the comment more precisely what you want, or choose another model with models.chat"},
		{name: "does not parse", text: "package a\n\n// add█\n", answers: []answer{says("func add(a, b int {\n")},
			err: `the code that qwen2.5-coder:1.5b-base wrote does not parse (syntax error near "func add(a, b int {"): nothing was changed; ask again, or say in the comment more precisely what you want`},
		{name: "dies", text: "package a\n\n// add█\n", answers: []answer{{chunks: []string{"func add("}, err: errors.New("gone")}}, err: "qwen2.5-coder:1.5b-base failed: gone: ask again; if it stays so, look into the log of the model server"},
	} {
		c.infill = true
		t.Run(c.name, c.run)
	}
}

// TestGenerateAsks looks at the prompt, and at the one that asks for a correction.
func TestGenerateAsks(t *testing.T) {
	s, at := open(t, "a.go", "package a\n\nvar one = 1\n\n// add a and b█\n\nvar two = 2\n")
	m := scripted{chat: true, answers: []answer{says("```go\nfunc {\n```"), says(fenced)}}
	if _, err := m.assistant().Generate(t.Context(), s, at.Start, nil); err != nil {
		t.Fatal(err)
	}
	first, second := m.asked[0].Messages, m.asked[1].Messages
	if want := "var one = 1\n\n// add a and b\n<FILL_HERE>\n\nvar two = 2"; !strings.Contains(first[1].Content, want) {
		t.Errorf("no %q in\n%s", want, first[1].Content)
	}
	if len(second) != 4 || second[0] != first[0] || second[1] != first[1] || !strings.Contains(second[2].Content, "func {") || !strings.Contains(second[3].Content, "syntax error near") {
		t.Errorf("correction %+v", second)
	}
}

// TestGenerateFits: prompt and answer stay below the context, in the correction too.
func TestGenerateFits(t *testing.T) {
	lines := strings.Repeat("var _ = \"a line of the file that is long enough\"\n", 500)
	for _, infill := range []bool{false, true} {
		s, at := open(t, "a.go", "package a\n\n"+lines+"// add a and b█\n"+lines)
		m := scripted{chat: !infill, infill: true, numCtx: 2048, answers: []answer{says("func add() {}\nfunc {" + strings.Repeat("x", 1900)), says("func add() {}\n")}}
		a := m.assistant()
		if _, err := a.Generate(t.Context(), s, at.Start, nil); err != nil {
			t.Fatal(err)
		}
		for i, r := range m.asked {
			tokens := r.MaxTokens + a.parts.Estimate("", "", r.Prompt)
			for _, turn := range r.Messages {
				tokens += a.parts.Estimate("", "", turn.Content)
			}
			if tokens >= 2048 || tokens < 1024 {
				t.Errorf("infill %v, request %d: %d tokens of 2048", infill, i, tokens)
			}
		}
		m.numCtx = 60
		if _, err := m.assistant().Generate(t.Context(), s, at.Start, nil); !model.IsKind(err, model.TooLong) {
			t.Errorf("infill %v: error %v", infill, err)
		}
	}
}

func TestGenerateWithoutAModel(t *testing.T) {
	s, at := open(t, "a.go", "package a\n\n// add█\n")
	m := scripted{}
	if _, err := m.assistant().Generate(t.Context(), s, at.Start, nil); err != error(errNoChat) {
		t.Errorf("error %v", err)
	}
}

// TestGenerateWithAnOldView: what a view of an earlier text says of comments is not believed.
func TestGenerateWithAnOldView(t *testing.T) {
	s, _ := open(t, "a.go", "package a█\n")
	s.Text, _ = s.Text.Splice(document.Span{Start: s.Text.Len(), End: s.Text.Len()}, "\n// a variable\n")
	m := scripted{chat: true, answers: []answer{says("```go\nvar x = 1\n```")}}
	got, err := m.assistant().Generate(t.Context(), s, s.Text.Len(), nil)
	if want := "package a\n\n// a variable\nvar x = 1\n"; err != nil || got.After != want {
		t.Errorf("%q, %v", got.After, err)
	}
}

func TestGenerateUntitled(t *testing.T) {
	s, at := open(t, "a.go", "package a\n\n// a variable█\n")
	s.Rel, s.Local = "", ""
	m := scripted{chat: true, answers: []answer{says("```go\nvar x = 1\n```")}}
	got, err := m.assistant().Generate(t.Context(), s, at.Start, nil)
	if err != nil || !strings.HasPrefix(got.Diff, "--- a/untitled\n+++ b/untitled\n") {
		t.Errorf("%q, %v", got.Diff, err)
	}
}

func TestGenerateCancelled(t *testing.T) {
	for _, infill := range []bool{false, true} {
		s, at := open(t, "a.go", "package a\n\n// add█\n")
		ctx, cancel := context.WithCancel(t.Context())
		m := scripted{chat: !infill, infill: true, answers: []answer{says("func add(\n", "a int) {\n")}, cancel: cancel}
		var reader shown
		if _, err := m.assistant().Generate(ctx, s, at.Start, reader.emit); err != context.Canceled || reader.text != "" {
			t.Errorf("infill %v: %v, shown %q", infill, err, reader.text)
		}
	}
}

func TestSpell(t *testing.T) {
	for _, c := range []struct{ code, indent, unit, want string }{
		{"a\n\tb\n", "", "\t", "a\n\tb"},
		{"\n\n  a\n    b\n  c\n\n", "\t", "\t", "\ta\n\t\tb\n\tc"},
		{"a {\n  b(\n      c)\n}", "    ", "    ", "    a {\n        b(\n                c)\n    }"},
		{"\t\ta\n\tb", "", "  ", "a\nb"},
		{"a\n\tb\n\t c", "  ", "  ", "  a\n    b\n     c"},
		{"if a:\n    b", "    ", "    ", "    if a:\n        b"},
		{"a\n\n   \nb  ", "\t", "\t", "\ta\n\n\n\tb"},
		{"a\n  b", "", "", "a\n  b"},
		{"  \n", "\t", "\t", ""},
		{"", "\t", "\t", ""},
	} {
		if got := spell(c.code, c.indent, c.unit); got != c.want {
			t.Errorf("spell(%q, %q, %q) = %q, want %q", c.code, c.indent, c.unit, got, c.want)
		}
	}
}

func FuzzSpell(f *testing.F) {
	f.Add("if a {\n    b\n}", "\t", "\t")
	f.Add("  a\nb\n\t\tc", "  ", "    ")
	f.Fuzz(func(t *testing.T, code, indent, unit string) {
		if strings.Trim(indent+unit, " \t") != "" || len(indent)+len(unit) > 100 {
			return
		}
		got := spell(code, indent, unit)
		if strings.Join(strings.Fields(got), "") != strings.Join(strings.Fields(code), "") {
			t.Errorf("spell(%q) = %q", code, got)
		}
		for line := range strings.SplitSeq(got, "\n") {
			if line != "" && !strings.HasPrefix(line, indent) {
				t.Errorf("spell(%q, %q): line %q", code, indent, line)
			}
		}
	})
}

func BenchmarkGenerate(b *testing.B) {
	language := syntax.Detect("", "a.go", "")
	text := document.New("file:///a.go", "go", 1, "package a\n\n// add a and b\n")
	view := syntax.Parse(b.Context(), language, text)
	defer view.Close()
	code := "```go\n" + strings.Repeat("func f() {\n\tprintln(1)\n}\n\n", 60) + "```"
	var chunks []string
	for len(code) > 4 {
		chunks, code = append(chunks, code[:4]), code[4:]
	}
	for b.Loop() {
		m := scripted{chat: true, answers: []answer{says(append(chunks, code)...)}}
		if _, err := m.assistant().Generate(b.Context(), Subject{Text: text, View: view, Rel: "a.go"}, 12, nil); err != nil {
			b.Fatal(err)
		}
	}
}
