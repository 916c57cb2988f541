package prompt

import (
	"strings"
	"testing"
)

// holeAt makes a hole of a Go text with █ at the cursor.
func holeAt(language, text string) Hole {
	prefix, suffix, _ := strings.Cut(text, "█")
	return Hole{Language: language, Path: "a.go", Prefix: prefix, Suffix: suffix}
}

// A hole, what a chat model answered, the code in it. Each answer is also streamed byte by byte: what was shown once
// never changes.
func TestAnswer(t *testing.T) {
	const add = "func add(a, b int) int {\n\treturn █\n}\n"
	const body = "func add(a, b int) int {\n\t█\n}\n\nfunc subtract() {}\n"
	for _, c := range []struct{ name, text, answer, want string }{
		{"only the code", add, "a + b", "a + b"},
		{"a block", add, "```go\na + b\n```", "a + b"},
		{"a block without its end", add, "```go\na + b", "a + b"},
		{"a block with tildes", add, "~~~\na + b\n~~~\n", "a + b"},
		{"a longer fence", add, "````go\na + b // ```\n````", "a + b // ```"},
		{"talk around the block", add, "Sure! Here is the code:\n\n```go\na + b\n```\nThis adds the two numbers.", "a + b"},
		{"a long introduction", add, "To fill the gap we add both.\nThe sum is then returned:\n\n```\na + b\n```", "a + b"},
		{"talk without a block", add, "Here is the missing code:\n\na + b", "a + b"},
		{"talk with code in backticks", add, "The expression `a + b` adds both values.\n```go\na + b\n```", "a + b"},
		{"a bar after bare code", add, "a + b\n```\nIt adds.", "a + b"},
		{"thinking", add, "<think>\nreturn the sum?\n</think>\n\n```go\na + b\n```", "a + b"},
		{"endless thinking", add, "<think>\nreturn the sum? ```go\nx\n```", ""},
		{"two blocks", add, "```go\na + b\n```\nor\n```go\nb + a\n```", "a + b"},
		{"a copy of the mark", add, "```go\na + b<FILL_HERE>\n}\n```", "a + b"},
		{"nothing", add, "", ""},
		{"only talk", add, "Sure, I can help you with that!", ""},
		{"an empty block", add, "```go\n```", ""},
		{"a blank block", body, "```go\n\t\n```", ""},

		{"the line begun is repeated", add, "```go\n\treturn a + b\n```", "a + b"},
		{"the line begun is repeated without its indentation", add, "```go\nreturn a + b\n```", "a + b"},
		{"the function is repeated", add, "```go\nfunc add(a, b int) int {\n\treturn a + b\n}\n```", "a + b"},
		{"the function is repeated bare", add, "func add(a, b int) int {\n\treturn a + b\n}\n", "a + b"},
		{"the line above is repeated", body, "```go\nfunc add(a, b int) int {\n\treturn a + b\n}\n```", "return a + b"},
		{"a short word that ends as it began", "\ti█\n", "```go\nif err != nil {\n```", "f err != nil {"},

		{"the indentation is there already", body, "```go\n\treturn a + b\n```", "return a + b"},
		{"the indentation differs", "def f():\n    █\n", "```python\n\treturn 1\n```", "return 1"},
		{"deeper lines keep theirs", body, "```go\n\tif a > b {\n\t\treturn a\n\t}\n\treturn b\n```", "if a > b {\n\t\treturn a\n\t}\n\treturn b"},
		{"the answer belongs on the next line", "func f() {█\n}\n", "```go\n\treturn\n```", "\n\treturn"},
		{"nothing on the next line", "func f() {█\n}\n", "```go\n\t\n```", ""},
		{"no line break after a blank", "x := █\n", "```go\n  1\n```", "  1"},

		{"the closing line is repeated", body, "```go\nreturn a + b\n}\n```", "return a + b"},
		{"more of what follows is repeated", body, "```go\nreturn a + b\n}\n\nfunc subtract() {}\n\nfunc more() {}\n```", "return a + b"},
		{"nothing but what follows", body, "```go\n}\n\nfunc subtract() {}\n```", ""},
		{"a brace of the code's own", body, "```go\nfor {\n}\nreturn 1\n```", "for {\n}\nreturn 1"},
		{"a brace of the code's own at the end", body, "```go\nfor {\n}\n```", "for {\n}"},
		{"a word of the code's own at the end", "if a then\n  █\nend\n", "```lua\nif b then\n    f()\n  end\n```", "if b then\n    f()\n  end"},
		{"a word that is repeated", "if a then\n  █\nend\n", "```lua\nf()\nend\n```", "f()"},
		{"the rest of the line", "f(█)\n", "```go\na, b)\n```", "a, b"},
		{"the rest of the line with a word", "if █ == nil {\n}\n", "```go\nerr == nil {\n```", "err"},
		{"a bracket of the code's own", "f(█)\n", "```go\ng(a)\n```", "g(a)"},

		{"code that begins in capitals", "type T struct {\n\t█\n}\n", "Name string `json:\"name\"`", "Name string `json:\"name\"`"},
		{"a short field", "type T struct {\n\t█\n}\n", "Name string", "Name string"},
		{"a call in capitals", body, "Println(a)", "Println(a)"},
		{"other letters", add, "```go\na + \"größer 世界 👋\"\n```", "a + \"größer 世界 👋\""},
	} {
		t.Run(c.name, func(t *testing.T) {
			expectAnswer(t, holeAt("go", c.text), c.answer, c.want)
		})
	}
}

// In prose a sentence is the answer, not talk around it.
func TestAnswerInProse(t *testing.T) {
	h := holeAt("markdown", "# Title\n\n█\n")
	expectAnswer(t, h, "The program reads a file and prints it.", "The program reads a file and prints it.")
	expectAnswer(t, h, "Here is the text:\n\nIt reads a file.", "It reads a file.")
}

func expectAnswer(t *testing.T, h Hole, text, want string) {
	t.Helper()
	if got := Answered(text, h); got != want {
		t.Errorf("Answered(%q) = %q, want %q", text, got, want)
	}
	shown := ""
	for i := range len(text) + 1 {
		got := Answer(text[:i], h)
		if !strings.HasPrefix(got, shown) {
			t.Fatalf("after %q the answer is %q, before it was %q", text[:i], got, shown)
		}
		shown = got
	}
	if !strings.HasPrefix(want, shown) {
		t.Errorf("streamed: %q, want the beginning of %q", shown, want)
	}
}

// A block that has its end leaves nothing to hold back: it is settled while the model still talks.
func TestAnswerSettlesWithItsBlock(t *testing.T) {
	h := holeAt("go", "func f() {\n\t█\n}\n")
	for _, text := range []string{"```go\nfor {\n}\n", "```go\nfor {\n}\n```\nThis loops"} {
		want := map[bool]string{true: "for {\n}", false: "for {"}[strings.Contains(text, "loops")]
		if got := Answer(text, h); got != want {
			t.Errorf("Answer(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add("func f() {\n\t", "\n}\n", "Sure!\n```go\n\treturn\n}\n```")
	f.Add("f(", ")\n", "<think>x</think>a, b)")
	f.Add("", "", "```")
	f.Add("0", "\n0", "0\n\v00")
	f.Fuzz(func(t *testing.T, prefix, suffix, text string) {
		h := Hole{Prefix: prefix, Suffix: suffix, Language: "go"}
		shown := ""
		for i := range text { // by character, as streams come
			if i > 200 {
				break
			}
			got := Answer(text[:i], h)
			if !strings.HasPrefix(got, shown) {
				t.Fatalf("after %q the answer is %q, before it was %q", text[:i], got, shown)
			}
			shown = got
		}
		got := Answered(text, h)
		if lines := strings.Count(got, "\n"); lines > strings.Count(text, "\n")+1 {
			t.Fatalf("%d lines from %q: %q", lines, text, got)
		}
	})
}

func BenchmarkAnswer(b *testing.B) {
	h := holeAt("go", strings.Repeat("\tif values[i] < limit {\n", 100)+"\t█\n}\n")
	text := "Here it is:\n```go\n" + strings.Repeat("\tx := compute(a, b)\n", 20) + "```\n"
	for b.Loop() {
		Answer(text, h)
	}
}

// Who asked for code alone gets the block, whatever stands before it.
func TestBlock(t *testing.T) {
	for _, c := range []struct{ name, language, answer, want string }{
		{"a sentence before it", "go", "Adds.\n```go\na + b\n```\nDone.", "```go\na + b\n```\nDone."},
		{"a bar that closes only", "go", "a + b\n```\nIt adds.", "a + b\n```\nIt adds."},
		{"not yet whole", "go", "Adds.\n```go\na + b\n``", "Adds.\n```go\na + b\n``"},
		{"in thinking", "go", "<think>\n```\nx\n```\n</think>\na + b", "a + b"},
		{"prose", "markdown", "Run:\n```\nmake\n```\n", "Run:\n```\nmake\n```\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Block(c.answer, c.language); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
