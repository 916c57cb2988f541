package clean

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// readers are what the cleaned text must be harmless to: the plain language, and the extensions that editors switch on.
var readers = []parser.Parser{
	goldmark.New().Parser(),
	goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser(),
	goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList)).Parser(),
}

// danger reads Markdown as an editor would and says what in it reaches out; "" when nothing does.
func danger(reader parser.Parser, markdown string) string {
	found := ""
	context := parser.NewContext()
	source := []byte(markdown)
	root := reader.Parse(text.NewReader(source), parser.WithContext(context))
	for _, r := range context.References() {
		found += fmt.Sprintf("definition of %q; ", r.Label())
	}
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Image, *ast.RawHTML, *ast.HTMLBlock:
			found += n.Kind().String() + "; "
		case *ast.Link:
			found += badLink(string(n.Destination))
		case *ast.AutoLink:
			found += badLink(string(n.URL(source)))
		}
		return ast.WalkContinue, nil
	})
	return found
}

func badLink(to string) string {
	lower := strings.ToLower(to)
	for _, good := range []string{"http://", "https://", "ftp://", "mailto:", "#", "www."} {
		if strings.HasPrefix(lower, good) {
			return ""
		}
	}
	if strings.Contains(lower, "@") && !strings.Contains(lower, ":") { // a bare address
		return ""
	}
	return fmt.Sprintf("link to %q; ", to)
}

// expectHarmless is the helper verb: cleaned text is harmless to every reader, the same however it is cut, and cleaning it again
// changes nothing.
func expectHarmless(t *testing.T, in string) {
	t.Helper()
	got := Markdown(in)
	for i, reader := range readers {
		if found := danger(reader, got); found != "" {
			t.Errorf("reader %d finds %s\nin  %q\nout %q", i, found, in, got)
		}
	}
	if again := Markdown(got); again != got {
		t.Errorf("not idempotent\nin    %q\nonce  %q\ntwice %q", in, got, again)
	}
	for i := range len(in) + 1 {
		var s MarkdownStream
		if cut := s.Push(in[:i]) + s.Push(in[i:]) + s.Flush(); cut != got {
			t.Fatalf("cut at %d\nin   %q\ncut  %q\nwant %q", i, in, cut, got)
		}
	}
	if cut := bytewise(&MarkdownStream{}, in); cut != got {
		t.Errorf("byte by byte\nin   %q\ncut  %q\nwant %q", in, cut, got)
	}
}

// payloads reach out, each in its own way.
var payloads = []string{
	"![x](http://evil/?q=1)", "![](http://evil)", "![x](<http://evil/a b>)", "![x][r]\n\n[r]: http://evil", "![r]\n\n[r]: http://evil",
	"![x][]\n\n[x]: http://evil", "[![x](http://evil)](http://evil)", "![a![b](http://evil)](http://evil)", "!![x](http://evil)",
	"\\\\![x](http://evil)", "!\\[x](http://evil)", "\\![x](command:x)", "![x\ny](http://evil)", "![x](\nhttp://evil)", "![x]( http://evil 'a')",
	"[a](command:workbench.action.terminal.new)", "[a](COMMAND:x)", "[a](<command:x>)", "[a]( command:x)", "[a](\ncommand:x)",
	"[a](&#99;ommand:x)", "[a](&#x63;ommand:x)", "[a](comm\\and:x)", "[a](c\\ommand:x)", "[a](command&colon;x)", "[a](vscode://ext/x)",
	"[a](vscode-insiders://x)", "[a](file:///etc/passwd)", "[a](FILE:///c:/x)", "[a](data:text/html,x)", "[a](javascript:alert(1))",
	"[a](vbscript:x)", "[a](/etc/passwd)", "[a](//evil/x)", "[a](\\\\evil\\x)", "[a](x.html)", "[a](https:&#47;/x)", "[a](ht\ntps://x)",
	"[a](\u200bcommand:x)", "[a](com\x00mand:x)", "[a](com\x1bmand:x)", "[a]\u200b(command:x)", "[a]\x00(command:x)", "[a\\](b)](command:x)",
	"[a[b](command:x)](command:y)", "[a](command:x \"t\")", "[`a`](command:x)", "[a`](command:x)`", "[a](`command:x`)",
	"<command:x>", "<vscode://x>", "<file:///x>", "<data:x>", "<javascript:x>", "<COMMAND:X>", "<a@b.c>", "<http://a`b>`<img>`",
	"<img src=http://evil>", "<img\nsrc=http://evil>", "<IMG/SRC=x>", "<script>x</script>", "</script>", "<!-- x -->", "<!--", "<?php x ?>", "<!DOCTYPE x>",
	"<![CDATA[x]]>", "<a href=command:x>x</a>", "<style>@import 'http://evil'</style>", "<svg onload=x>", "<iframe src=x>", "<x-y z>",
	"<div>\n![x](http://evil)\n</div>", "<pre>\n```\n</pre>\n![x](http://evil)", "<!-- ` --> ![x](http://evil) `",
	"\\<img>", "\\\\<img>", "\\\\\\<img>", "<\\img>", "<\u200bimg>", "<\x00img>", "<http://evil\n><img>", "&lt;img&gt; <b>",
	"[r]: command:x\n\n[r]", "[r]:\ncommand:x\n\n[r]", "[r]: <command:x>\n\n[a][r]", "[r\nr]: command:x\n\n[r r]", "[r`]: command:x '`'\n\n[r`]",
	"[a`\nb`]: command:x '`'\n\n[a` b`]", "   [r]: command:x\n\n[r]", "[r]: http://good\n\n![r]", "[\nr]: command:x\n\n[r]", "[r\\]]: command:x\n\n[r\\]]",
	"[^1]: <img>\n\n[^1]", "[r]: x 'a\n\nb'\n[q]: command:x\n\n[q]", "[a][R]\n\n[r]: command:x",
	"` ![x](http://evil)", "`` ` ![x](http://evil)", "`a\nb` ![x](http://evil) `", "`a\n\nb` ![x](http://evil) `", "\\` ![x](http://evil) `",
	"\\`` ![x](http://evil) `", "\\``` ![x](http://evil) ``", "`\\` ![x](http://evil) `", "`` a` ![x](http://evil) ``` `b", "``` a ``` ![x](http://evil)",
	"`<img>", "`a`<img>`", "<a `>` ![x](http://evil)", "[a](`) ![x](http://evil) `", "*`* ![x](http://evil)`*",
	"https://a.com/` ![x](http://evil) `", "https://a.com/\\<img src=x>", "https://a.com/\\![x](http://evil)", "www.a.com/` ![x](http://evil) `", "https://a.com/<img>",
	"HTTPS://a.com/\\` <img> `", "(https://a.com)` <img> `",
	"- ```\n  a\n![x](http://evil)\n  ```", "- ```\n![x](http://evil)\n```\n<img>", "1. ```\n   a\n<img>", "- a\n  ```\n  b\n```\n![x](http://evil)\n```\n",
	"- a\n\n    ```\n    b\n![x](http://evil)\n    ```", "a\n2. ```\n![x](http://evil)", "a\n    ```\n![x](http://evil)\n    ```", "    ```\n![x](http://evil)",
	"\t```\n![x](http://evil)", "-     ```\n![x](http://evil)", "- - ```\n    a\n  ![x](http://evil)", "10. ```\n    a\n   <img>", "- > ```\n> ![x](http://evil)",
	"> ```\n![x](http://evil)", "> ```\n> a\n\n![x](http://evil)\n> ```", "> > ```\n> ![x](http://evil)", "> - ```\n> ![x](http://evil)", "> 2. ```\n>![x](http://evil)",
	">```\n>```\n><img>", "> a\n```\n> ```\n<img>\n```\n<img>", "a\n> 2. > ```\n![x](http://evil)", ">\t```\n>\t<img>\n<img>", "1234567890. ```\n<img>", "1234567890. ~~~\n<img>\n~~~\n<img>",
	"```\na\n    ```\n<img>\n```\n<img>", "```\na\n   ```\n<img>", "````\n```\n````\n<img>", "```a`b\n<img>", "~~~a`b\n~~~\n<img>", "~~~\n```\n~~~\n<img>",
	"```\n~~~\n```\n<img>", "``\n<img>\n``", "```\na\n```b\n```\n<img>", "```\na\n``` \t\n<img>", "- ~~~\n<img>\n~~~\n<img>", "# ```\n<img>\n```\n<img>",
	": ~~~\n<img>\n~~~\n<img>", "a\n: ```\n<img>\n```\n<img>", "- [ ] ```\n<img>\n```\n<img>", "[^1]: ```\n<img>\n```\n<img>", "-```\n<img>\n```\n<img>",
	"  ```\n\t```\n<img>", " ```\na\n    ```\n<img>", "   ```\n```\n<img>\n```\n<img>", "- a\n   ```\n   b\n  ```\n<img>", "```\r<img>\r```\r<img>", "a\r\r```\r\n```\n\r<img>",
	"| a | b |\n|---|---|\n| `x | ![x](http://evil) ` |", "| `a | ![x](http://evil) ` |\n|---|---|\n", "a | b\n-|-\n`x | y` `![x](http://evil)` | z", "`a | b` `![x](http://evil)`\n-|-|-\n",
	"a|b\n-|-\n\\\\`|` ![x](http://evil) `", "a|b\n:-|-:\n`\\\\| <img> `", "> a | b\n> -|-\n> `x | <img> `", "- a | b\n  -|-\n  `x | <img> `", "a|b\n-|-\nc\n`|`<img>`|`",
	"`a|` `<img>`\n|-|-|\n", "x\n`a | <img> `\n-|-\n", "a | b\n- | -\n\n`x | y` <img>",
	"![x](http://evil)\n===", "# ![x](http://evil) #", "a\n---\n<img>", "***<img>***", "~~![x](http://evil)~~", "[x]:command:x\n\n[x]", "\ufeff[x]: command:x\n\n[x]",
	"\u00a0[x]: command:x\n\n[x]", "![\u202ex](http://evil)", "!\u200b[x](http://evil)", "!\U000E0041[x](http://evil)", "![x]\n(http://evil)", "[x] (command:x)", "![x", "](command:x)", "[a](", "<", "!", "\\", "`", "[", "```", "~~~", "> ```",
}

// surroundings put a payload where reading it takes more than one line of thought.
var surroundings = []string{"%s", "text %s text", "- %s", "1. %s", "> %s", "a\n%s", "- a\n  %s", "> - %s", "`code` %s `code`", "`open %s", "%s`", "*%s*", "[%s](http://x)", "| a |\n|---|\n| %s |",
	"```\ncode\n```\n%s", "```\n%s", "- ```\n  %s\n", "    %s", "\\%s", "http://x.com/%s", "# %s", "a\n\n%s\n\n", "``%s``", "- a\n\n  > %s"}

func TestMarkdownIsHarmless(t *testing.T) {
	if n := len(payloads); n < 200 {
		t.Errorf("%d payloads", n)
	}
	for _, payload := range payloads {
		t.Run(payload, func(t *testing.T) {
			for _, around := range surroundings {
				expectHarmless(t, strings.Replace(around, "%s", payload, 1))
			}
		})
	}
}

// TestMarkdown says what becomes of a text, and what does not change.
func TestMarkdown(t *testing.T) {
	same := "" // marks text that stays
	for _, c := range []struct{ name, in, want string }{
		{"prose", "The *sum* of **a** and _b_, i.e. a < b && c > d: 100 %!\n", same},
		{"lists", "1. one\n2. two\n   - three\n\n* * *\n", same},
		{"code span", "Use `![x](y)`, ``a ` <b>`` or `vector<int>`.", same},
		{"code span with a pipe", "Run `ls | wc -l` here.", same},
		{"fence", "```go\nif a < b { fmt.Println(`![x](y)`) }\n<img>\n[a]: command:x\n```\nend", same},
		{"tilde fence", "~~~ html\n<b>\n```\n~~~\n", same},
		{"fence never closed", "```html\n<b>", same},
		{"fence in a list", "- do\n\n  ```sh\n  echo <x>\n\n    deep\n  ```\n- next", same},
		{"fence in a quote", "> ```\n> <b>\n> ```\n> end", same},
		{"good links", "[a](https://x/y?z=1) [b](HTTP://x) [c](<https://x>) [d](mailto:a@b.c) [e](#here) <https://x.y/z>", same},
		{"bare link", "See https://x.y/z_(a)[b], www.x.y.", same},
		{"table", "| a | b |\n|:--|--:|\n| `x` | `a \\| b` |\n", same},
		{"math", "array[0] = x[i](y)", "array[0] = x[i]\\(y)"},
		{"type parameters", "a Map<String> or vector<int>", "a Map\\<String> or vector\\<int>"},
		{"task list", "- [ ] a\n- [x] b", same},
		{"emoji joiners", "👨\u200d👩\u200d👧 می\u200cخواهم", same},
		{"image", "![x](http://evil)", "\\![x](http://evil)"},
		{"command link", "[run](command:x)", "[run]\\(command:x)"},
		{"definition", "[a]: http://x", "\\[a]: http://x"},
		{"html", "<img src=x>", "\\<img src=x>"},
		{"comment", "<!-- x -->", "\\<!-- x -->"},
		{"lone backtick", "a ` b", "a \\` b"},
		{"code span over two lines", "`a\nb`", "\\`a\nb\\`"},
		{"deep fence", "1. a\n   - b\n\n     ```go\n     x\n       y\n     ```\n", "1. a\n   - b\n\n   ```go\n   x\n     y\n   ```\n"},
		{"fence beside a marker", "2. ```go\n   x\n   ```\n", "2.\n   ```go\n   x\n   ```\n"},
		{"fence in a list, lines not indented", "- a\n  ```\nx\n```\n", "- a\n  ```\n  x\n  ```\n"},
		{"line ends", "a\r\nb\rc", "a\nb\nc"},
		{"invisible", "a\u202e\u200b\ufeff\U000E0041b", "ab"},
		{"row above a table", "`a | b` c\n-|-\n", "`a | b` c\n\\-|-\n"},
		{"backticks after an escaped one", "\\``a`", "\\`\\`a\\`"},
		{"bare link before a tag", "https://x.y/<img> https://x.y/`a`", "https://x.y/ \\<img> https://x.y/ \\`a\\`"},
		{"deep fence inside a fence", "```\n    ```\n<img>\n```", same},
		{"no table any more", "a|b\n-|-\n\n`x | y`", same},
		{"pipe after two backslashes", "a|b\n-|-\n`x\\\\|y`", "a|b\n-|-\n\\`x\\\\|y\\`"},
		{"tildes that open nothing", ": ~~~\n", ": \\~~~\n"},
		{"hard line breaks", "a\\\nb  \nc", same},
		{"backslash before blanks", "a\\  \n<b>", "a\\\\  \n\\<b>"},
		{"three backslashes", "a\\\\\\\n<b>", "a\\\\\\\\\n\\<b>"},
		{"empty", "", same},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := c.want
			if want == same {
				want = c.in
			}
			if got := Markdown(c.in); got != want {
				t.Errorf("\nin   %q\ngot  %q\nwant %q", c.in, got, want)
			}
			expectHarmless(t, c.in)
		})
	}
}

// TestMarkdownStreams: text comes out while it comes in, not a line at a time.
func TestMarkdownStreams(t *testing.T) {
	var s MarkdownStream
	for _, c := range []struct{ push, want string }{
		{"The ", "The "},
		{"function `a", "function "},
		{"dd` adds", "`add` adds"},
		{" two numbers!", " two numbers"},
		{"\n``", "!\n"},
		{"`go\nret", "```go\nret"},
		{"urn a <", "urn a <"},
		{"b\n`", "b\n"},
		{"``\n- ", "```\n"},
		{"x <", "- x "},
		{"i", "\\<i"},
		{"[a](h", "[a"},
		{"ttps://x)", "](https://x)"},
	} {
		if got := s.Push(c.push); got != c.want {
			t.Errorf("Push(%q) = %q, want %q", c.push, got, c.want)
		}
	}
	if got := s.Flush(); got != "" {
		t.Errorf("Flush() = %q", got)
	}
}

func FuzzMarkdown(f *testing.F) {
	for i, payload := range payloads {
		f.Add(strings.Replace(surroundings[i%len(surroundings)], "%s", payload, 1))
	}
	f.Fuzz(func(t *testing.T, in string) {
		if len(in) < 2000 {
			expectHarmless(t, in)
		}
	})
}

// BenchmarkMarkdownHostile is 256 KiB in tokens of four bytes that must all wait for their line's end.
func BenchmarkMarkdownHostile(b *testing.B) {
	in := "`" + strings.Repeat("[a](", 64<<10)
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		var s MarkdownStream
		for i := 0; i < len(in); i += 4 {
			s.Push(in[i:min(i+4, len(in))])
		}
		s.Flush()
	}
}

// pieces make random texts that are dense with what can go wrong.
var pieces = []string{"`", "``", "```", "~~~", "````", "<img>", "![x](http://evil)", "[a](command:x)", "[r]: command:x", "[r]", "![r]", "\\", "\n", "\n", "\n\n", " ", "  ", "    ", "\t",
	"> ", ">", "- ", "1. ", "2. ", "10) ", "|", "|-|-|", "a|b", "-|-", "text", "<", ">", "!", "[", "](", "]:", ")", "https://x.y/", "www.x.y/", "<https://x>", "# ", "---", "===", "*", "_", ":", "\r", "\r\n"}

// TestMarkdownOfRandomPieces is the test that finds what nobody thought of.
func TestMarkdownOfRandomPieces(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		var b strings.Builder
		for range 1 + random.IntN(24) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		in := b.String()
		got := Markdown(in)
		for i, reader := range readers {
			if found := danger(reader, got); found != "" {
				t.Fatalf("reader %d finds %s\nin  %q\nout %q", i, found, in, got)
			}
		}
		if again := Markdown(got); again != got {
			t.Fatalf("not idempotent\nin    %q\nonce  %q\ntwice %q", in, got, again)
		}
		if cut := bytewise(&MarkdownStream{}, in); cut != got {
			t.Fatalf("byte by byte\nin   %q\ncut  %q\nwant %q", in, cut, got)
		}
	}
}

// code returns what a reader shows as code.
func code(markdown string) (texts []string) {
	source := []byte(markdown)
	_ = ast.Walk(readers[0].Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		var b strings.Builder
		switch n := n.(type) {
		case *ast.FencedCodeBlock:
			b.Write(n.Lines().Value(source))
		case *ast.CodeSpan:
			for c := n.FirstChild(); c != nil; c = c.NextSibling() {
				b.Write(c.(*ast.Text).Segment.Value(source))
			}
		default:
			return ast.WalkContinue, nil
		}
		if entering {
			texts = append(texts, b.String())
		}
		return ast.WalkSkipChildren, nil
	})
	return texts
}

// TestMarkdownKeepsCode: in every order of blocks as models write them, a reader shows the same code before and after.
func TestMarkdownKeepsCode(t *testing.T) {
	lines := []string{"if a < b {", "\tx := `![a](b)`", "}", "<div>", "", "  [r]: command:x", "````", "~~~", "> quoted", "- item", "| a | b |", "`"}
	blocks := []func(code []string) string{
		func(c []string) string { return "`````go\n" + strings.Join(c, "\n") + "\n`````\n" },
		func(c []string) string { return "~~~~\n" + strings.Join(c, "\n") + "\n~~~~\n\n" },
		func(c []string) string { return "> `````\n> " + strings.Join(c, "\n> ") + "\n> `````\n\n" },
		func(c []string) string { return "1. do\n\n   `````\n   " + strings.Join(c, "\n   ") + "\n   `````\n\n" },
		func(c []string) string {
			return "- do\n  - so\n\n    `````\n    " + strings.Join(c, "\n    ") + "\n    `````\n\n"
		},
		func(c []string) string { return "- `````\n  " + strings.Join(c, "\n  ") + "\n  `````\n\n" },
		func([]string) string { return "Call `f(<T>)`, ``a`b``, `![x](y)` and `a | b`, see [x](http://y).\n\n" },
		func([]string) string { return "| a | b |\n|---|---|\n| `x` | `<b>` |\n\n" },
		func([]string) string { return "## Of `a`\n" },
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		var b strings.Builder
		for range 1 + random.IntN(5) {
			var c []string
			for range 1 + random.IntN(5) {
				c = append(c, lines[random.IntN(len(lines))])
			}
			b.WriteString(blocks[random.IntN(len(blocks))](c))
		}
		in := b.String()
		if want, got := code(in), code(Markdown(in)); !slices.Equal(got, want) {
			t.Fatalf("in   %q\nout  %q\ngot  %q\nwant %q", in, Markdown(in), got, want)
		}
	}
}
