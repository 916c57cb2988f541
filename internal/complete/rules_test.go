package complete

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sopro/internal/document"
	"sopro/internal/syntax"
)

// story is a document with the cursor at █, what a model streams there, and the item
// that is shown. Tokens of the stream are parted by ·; a token may end in @P, its
// probability. A stream that ends in ∎ is over.
type story struct {
	name   string
	file   string // its ending tells the language
	doc    string
	stream string
	want   string
	tail   int  // bytes right of the cursor that the item replaces
	wait   bool // nothing can be said yet
	set    func(*draft)
}

var stories = []story{
	{
		name: "the rest of a line", file: "a.go",
		doc:    "package a\n\nfunc add(a, b int) int {\n\treturn █\n}\n",
		stream: "a· +· b·\n·}·\n",
		want:   "a + b",
	}, {
		name: "nothing before the first line is whole", file: "a.go",
		doc:    "package a\n\nfunc add(a, b int) int {\n\treturn █\n}\n",
		stream: "a· +",
		wait:   true,
	}, {
		name: "an end is as good as a line end", file: "a.go",
		doc:    "package a\n\nfunc add(a, b int) int {\n\treturn █\n}\n",
		stream: "a· +· b∎",
		want:   "a + b",
	}, {
		name: "one statement of several", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\t█\n}\n",
		stream: "x := 1\n·\ty := 2\n·\tz := 3\n",
		want:   "x := 1",
	}, {
		name: "the block that a statement opens", file: "a.go",
		doc:    "package a\n\nfunc f(n int) {\n\t█\n}\n",
		stream: "for i := range n {\n·\t\tprintln(i)\n·\t}\n·\tprintln(n)\n",
		want:   "for i := range n {\n\t\tprintln(i)\n\t}",
	}, {
		name: "a block is waited for", file: "a.go",
		doc:    "package a\n\nfunc f(n int) {\n\t█\n}\n",
		stream: "for i := range n {\n·\t\tprint",
		wait:   true,
	}, {
		name: "but not for ever", file: "a.go",
		doc:    "package a\n\nfunc f(n int) {\n\t█\n}\n",
		stream: "for i := range n {\n·\t\tprint",
		want:   "for i := range n {",
		set:    func(d *draft) { d.held = true },
	}, {
		name: "one line only where that is wished", file: "a.go",
		doc:    "package a\n\nfunc f(n int) {\n\t█\n}\n",
		stream: "for i := range n {\n·\t\tprintln(i)\n·\t}\n",
		want:   "for i := range n {",
		set:    func(d *draft) { d.options.Multiline = MultilineNever },
	}, {
		name: "the body of a function", file: "a.go",
		doc:    "package a\n\nfunc add(a, b int) int {█\n",
		stream: "\n·\treturn a + b\n·}\n·\n·func sub(",
		want:   "\n\treturn a + b\n}",
	}, {
		name: "the body of a function, where the editor wrote its end", file: "a.go",
		doc:    "package a\n\nfunc add(a, b int) int {█\n}\n",
		stream: "\n·\treturn a + b\n·}\n",
		want:   "\n\treturn a + b",
	}, {
		name: "the end of a block that the document does not close", file: "a.go",
		doc:    "package a\n\nfunc f(a int) int {\n\treturn a█",
		stream: "\n·}∎",
		want:   "\n}",
	}, {
		name: "and nothing that follows it", file: "a.go",
		doc:    "package a\n\nfunc f(a int) int {\n\treturn a█\n\nfunc g() {}\n",
		stream: "\n·}\n·\n·func h() {\n",
		want:   "\n}",
	}, {
		name: "the ends of all blocks that the document does not close", file: "a.ts",
		doc:    "describe('f', () => {\n  it('g', () => {\n    f()█\n",
		stream: "\n·  })\n·})\n·\n·g()\n",
		want:   "\n  })\n})",
	}, {
		name: "the end of the inner block, where the outer one is closed", file: "a.go",
		doc:    "package a\n\nfunc f(a bool) {\n\tif a {\n\t\treturn█\n}\n",
		stream: "\n·\t}\n·}\n",
		want:   "\n\t}",
	}, {
		name: "the same without a grammar", file: "a.nothing",
		doc:    "f {\n\ta█\n\ng {\n}\n",
		stream: "\n·}\n·h\n",
		want:   "\n}",
	}, {
		name: "nothing, where the document closes the block", file: "a.go",
		doc:    "package a\n\nfunc f(a int) int {\n\treturn a█\n}\n",
		stream: "\n·}∎",
	}, {
		name: "nothing, where the block goes on below and is closed", file: "a.go",
		doc:    "package a\n\nfunc f(a int) {\n\tg(a)█\n\tg(2)\n}\n",
		stream: "\n·}∎",
	}, {
		name: "nothing, where another case stands below", file: "a.go",
		doc:    "package a\n\nfunc f(a int) {\n\tswitch a {\n\tcase 1:\n\t\tg(a)█\n\tcase 2:\n\t}\n}\n",
		stream: "\n·\t}\n·}∎",
	}, {
		name: "a Python block ends where it dedents", file: "a.py",
		doc:    "def add(a, b):█\n",
		stream: "\n·    c = a + b\n·    return c\n·\n·def sub(a, b):\n",
		want:   "\n    c = a + b\n    return c",
	}, {
		name: "the closer that stands there is not said again", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\tprintln(█)\n}\n",
		stream: "a, b)·\n",
		want:   "a, b",
	}, {
		name: "a closer of its own is kept", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\tprintln(█)\n}\n",
		stream: "len(a)·\n",
		want:   "len(a)",
	}, {
		name: "a closer that the text goes beyond is replaced", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\tif ok(█)\n}\n",
		stream: "a, b) {·\n",
		want:   "a, b) {",
		tail:   1,
	}, {
		name: "a quote that stands there is not said again", file: "a.go",
		doc:    "package a\n\nvar s = f(\"█\")\n",
		stream: "hello\")·\n",
		want:   "hello",
	}, {
		name: "the rest of a word that stands there is not said again", file: "a.go",
		doc:    "package a\n\nvar s = re█Count\n",
		stream: "questCount·\n",
		want:   "quest",
	}, {
		name: "what stands below is not said again", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\tx := 1\n\t█\n\tprintln(x)\n}\n",
		stream: "\tprintln(x)\n·}\n",
		want:   "",
	}, {
		name: "nor the line above", file: "a.py",
		doc:    "counter = counter + 1\n█\n",
		stream: "counter = counter + 1·\n",
		want:   "",
	}, {
		name: "a loop is cut at its second turn", file: "a.txt",
		doc:    "█",
		stream: "la la la la\nla la la la\nla la la la\n",
		want:   "la la la la",
	}, {
		name: "signs without end", file: "a.go",
		doc:    "package a\n\nvar a █\n",
		stream: strings.Repeat(" =", 31),
		want:   "",
	}, {
		name: "signs without end behind something", file: "a.go",
		doc:    "package a\n\nvar a = █\n",
		stream: "1" + strings.Repeat("([{", 31),
		want:   "1",
	}, {
		name: "a fence in code is chat", file: "a.go",
		doc:    "package a\n\nvar a = █\n",
		stream: "```go\n·1\n·```\n",
		want:   "",
	}, {
		name: "a fence behind the code", file: "a.go",
		doc:    "package a\n\nvar a = █\n",
		stream: "1\n·```\n",
		want:   "1",
	}, {
		name: "a fence in a document that has some", file: "a.go",
		doc:    "package a\n\n/*\n```\nx\n```\n\nmore\n█\n*/\n",
		stream: "```go∎",
		want:   "```go",
	}, {
		name: "what does not fit into the line", file: "a.go",
		doc:    "package a\n\nvar a = max(b█)\n",
		stream: " Sure! Here it is:·\n",
		want:   "",
	}, {
		name: "what fits into the line", file: "a.go",
		doc:    "package a\n\nvar a = max(b█)\n",
		stream: ", c·)·\n",
		want:   ", c",
	}, {
		name: "a function that is written into a call's brackets", file: "a.js",
		doc:    "function f() {\n  useEffect(█);\n}\n",
		stream: "() => {\n·    x()\n·  }, []);\n",
		want:   "() => {",
	}, {
		name: "the first words of a slow line, which do not fit without the others", file: "a.go",
		doc:    "package a\n\nvar a = max(█)\n",
		stream: "b· +· c",
		want:   "b +",
		set:    func(d *draft) { d.early = true },
	}, {
		name: "the first word of a slow line is waited for also behind a letter that is two characters", file: "a.go",
		doc:    "package a\n\n// █\n",
		stream: "ne\u0301",
		wait:   true,
		set:    func(d *draft) { d.early = true },
	}, {
		name: "digits without end", file: "a.txt",
		doc:    "n = █",
		stream: strings.Repeat("1234567890", 9),
		want:   "1234567890",
	}, {
		name: "a ruled line is no loop", file: "a.go",
		doc:    "package a\n\n//█\n",
		stream: " " + strings.Repeat("-", 70) + "·\n",
		want:   " " + strings.Repeat("-", 70),
	}, {
		name: "a leaked token ends the text", file: "a.go",
		doc:    "package a\n\nvar a = █\n",
		stream: "1·<|fim_pad|>· and more",
		want:   "1",
		set:    func(d *draft) { d.stops = []string{"<|fim_pad|>"} },
	}, {
		name: "the gate ends the ghost before the token that is unsure", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\t█\n}\n",
		stream: "return@0.9· total@0.9· /@0.5· count",
		want:   "return total",
	}, {
		name: "a gate at the first token says nothing", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\t█\n}\n",
		stream: "return@0.2· total",
		want:   "",
	}, {
		name: "the gate ends the text before a single doubt", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\t█\n}\n",
		stream: "return· total@0.85·\n",
		want:   "return",
	}, {
		name: "the gate does not hold a person who asks", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\t█\n}\n",
		stream: "return@0.2· total@0.2·\n",
		want:   "return total",
		set:    func(d *draft) { d.manual = true },
	}, {
		name: "what breaks a file that parses is dropped", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\t█\n}\n",
		stream: "x := := 1∎",
		want:   "",
	}, {
		name: "but not for what the gate hides", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\t█\n}\n",
		stream: "x· :=· := 1@0.2∎",
		want:   "x :=",
	}, {
		name: "text right of the cursor keeps it to one line", file: "a.go",
		doc:    "package a\n\nfunc f() { █ }\n",
		stream: "return\n·}\n",
		want:   "return",
	}, {
		name: "white space is nothing", file: "a.go",
		doc:    "package a\n█\n",
		stream: "\n·\n·  ∎",
		want:   "",
	}, {
		name: "a language without a grammar completes a line", file: "a.zig",
		doc:    "const a = █\n",
		stream: "1;\n·const b = 2;\n",
		want:   "1;",
	}, {
		name: "an arm of an if continues", file: "a.c",
		doc:    "int f(int a) {\n  █\n}\n",
		stream: "if (a) {\n·    return 1;\n·  } else {\n·    return 2;\n·  }\n·  return 3;\n",
		want:   "if (a) {\n    return 1;\n  } else {\n    return 2;\n  }",
	}, {
		name: "a smiley in a string closes nothing", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\tprintln(█)\n}\n",
		stream: "\":)\"·\n",
		want:   "\":)\"",
	}, {
		name: "a bracket in a string opens nothing", file: "a.go",
		doc:    "package a\n\nvar a = cut(█)\n",
		stream: "s, \"(\")·\n",
		want:   "s, \"(\"",
	}, {
		name: "an apostrophe in a string", file: "a.py",
		doc:    "print(\"█\")\n",
		stream: "it's ok\")·\n",
		want:   "it's ok",
	}, {
		name: "a string of several lines stands where it likes", file: "a.js",
		doc:    "function f() {\n  █\n}\n",
		stream: "const q = `\n·SELECT *\n·FROM t`;\n·  run(q);\n",
		want:   "const q = `\nSELECT *\nFROM t`;",
	}, {
		name: "a preprocessor's lines stand where they like", file: "a.c",
		doc:    "int f(int a) {\n  █\n}\n",
		stream: "if (a) {\n·#ifdef X\n·    x();\n·#endif\n·  }\n·  return 1;\n",
		want:   "if (a) {\n#ifdef X\n    x();\n#endif\n  }",
	}, {
		name: "a block that is not finished is no fault", file: "a.rb",
		doc:    "x = 1\n█\n",
		stream: "def add(a, b)\n·  a +",
		want:   "def add(a, b)",
		set:    func(d *draft) { d.held = true },
	}, {
		name: "nor is a decorator", file: "a.py",
		doc:    "class A:\n    x = 1\n\n    █\n",
		stream: "@property\n·    def y(self",
		want:   "@property",
		set:    func(d *draft) { d.held = true },
	}, {
		name: "nested ends are no loop", file: "a.rb",
		doc:    "█\n",
		stream: "module A\n·  class B\n·    def c\n·      1\n·    end\n·  end\n·end\n·\n·x = 1\n",
		want:   "module A\n  class B\n    def c\n      1\n    end\n  end\nend",
	}, {
		name: "a list of zeros is no loop", file: "a.c",
		doc:    "int a[] = {█\n",
		stream: "0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};·\n",
		want:   "0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};",
	}, {
		name: "an element before another begins as it does", file: "a.txt",
		doc:    "[\n  █\n  {\n    \"a\": 2\n  }\n]\n",
		stream: "{\n·    \"a\": 1\n·  },∎",
		want:   "{\n    \"a\": 1\n  },",
	}, {
		name: "a comment behind what reopens a block", file: "a.js",
		doc:    "function f() {\n  if (a) {█\n}\n",
		stream: "\n·    x();\n·  } else { // no\n·    y();\n·  }\n·  z();\n",
		want:   "\n    x();\n  } else { // no\n    y();\n  }",
	}, {
		name: "the probability of indentation counts", file: "a.go",
		doc:    "package a\n\nfunc f() {█\n}\n",
		stream: "\n·\t@0.1·x()@1·\n·",
		want:   "",
	}, {
		name: "never more than a line means never", file: "a.go",
		doc:    "package a\n\nfunc f() {█\n}\n",
		stream: "\n·\tx()\n",
		want:   "",
		set:    func(d *draft) { d.options.Multiline = MultilineNever },
	}, {
		name: "always waits for the block", file: "a.go",
		doc:    "package a\n\nfunc f() {\n\t█\n}\n",
		stream: "a()\n·\tb()\n·}\n",
		want:   "a()\n\tb()",
		set:    func(d *draft) { d.options.Multiline = MultilineAlways },
	}, {
		name: "wide characters", file: "a.py",
		doc:    "print(\"日本 █\")\n",
		stream: "🎉 ok\")·\n",
		want:   "🎉 ok",
	},
}

func TestStories(t *testing.T) {
	for _, s := range slices.Concat(stories, tailStories) {
		t.Run(s.name, func(t *testing.T) {
			d := tell(t, s)
			switch {
			case s.wait && d.settled:
				t.Fatalf("said %q (%s), want it to wait", d.text, d.why)
			case s.wait:
			case !d.settled:
				t.Fatalf("still waits with %q, want %q", d.text, s.want)
			case d.text != s.want || d.replace != s.tail:
				t.Errorf("said %q over %d bytes (%s), want %q over %d", d.text, d.replace, d.why, s.want, s.tail)
			}
		})
	}
}

// tell runs a story through the rules.
func tell(t *testing.T, s story) *draft {
	t.Helper()
	text, offset := cursor(t, s.doc)
	snap := document.New("file:///"+s.file, "", 1, text)
	view := syntax.Parse(context.Background(), syntax.Detect("", s.file, ""), snap)
	t.Cleanup(view.Close)
	g := newGeneration(1, newSight(Request{Text: snap, Offset: offset}))
	adapt := newAdapter(g.sight)
	for _, tok := range tokens(s.stream) {
		if text, prob := adapt.push(tok.text, tok.prob); text != "" {
			g.add(text, prob)
		}
	}
	w := &pending{sight: newSight(Request{Text: snap, View: view, Offset: offset})}
	d := &draft{sight: w.sight, options: Options{Gate: 0.7}, text: g.text.String(), marks: g.marks}
	if strings.HasSuffix(s.stream, "∎") {
		d.settled, d.natural = true, true
	}
	if s.set != nil {
		s.set(d)
	}
	d.shape()
	return d
}

// cursor cuts the mark █ out of a document.
func cursor(t *testing.T, doc string) (text string, offset int) {
	t.Helper()
	before, after, ok := strings.Cut(doc, "█")
	if !ok {
		t.Fatal("the document has no cursor")
	}
	return before + after, len(before)
}

type spoken struct {
	text string
	prob float64
}

// tokens reads a stream of a story.
func tokens(stream string) []spoken {
	var out []spoken
	for tok := range strings.SplitSeq(strings.TrimSuffix(stream, "∎"), "·") {
		prob := 1.0
		if text, p, ok := strings.Cut(tok, "@"); ok {
			if f, err := strconv.ParseFloat(p, 64); err == nil {
				tok, prob = text, f
			}
		}
		out = append(out, spoken{tok, prob})
	}
	return out
}
