package tinylm_test

import (
	"bytes"
	"strings"
	"testing"

	"sopro/internal/testkit/tinylm"
)

// This test computes what the written weights answer, with a plain transformer of its own that reads the file back.
// The prompt is given as tokens.
func TestAnswers(t *testing.T) {
	python := tinylm.Rule{After: []string{"<MID>"}, Seen: "def ", Say: tinylm.Sure("pass")}
	code := tinylm.Rule{After: []string{tinylm.Assistant}, Seen: "Write Go", Say: tinylm.Sure("```go\n", "func add(a, b int) int", " {}", "\n```")}
	model := tinylm.Coder().With(python, code)
	long := strings.Repeat("x", 1000)
	for _, c := range []struct {
		name   string
		prompt []string
		want   string
	}{
		{"infilling, CodeLlama", []string{"<PRE>", " x", "<SUF>", "}", "<MID>"}, "return a + b"},
		{"infilling, Qwen", []string{"<|fim_prefix|>", "x", "<|fim_suffix|>", "<|fim_middle|>"}, "return a + b"},
		{"infilling, CodeLlama, suffix first", []string{"<PRE>", "<SUF>", "}", "<MID>", "f", " func"}, "return a + b"},
		{"a chat", []string{"<|im_start|>", "h", "i", "<|im_end|>", "<|im_start|>", "assistant\n"}, "This function adds two numbers."},
		{"a mark, and the last token of another rule", []string{"def ", "f", "<MID>"}, "pass"},
		{"a mark that is not there", []string{"d", "e", "f", "<MID>"}, "return a + b"},
		{"a mark far away", append(append([]string{"Write Go"}, strings.Split(long, "")...), "assistant\n"), "```go\nfunc add(a, b int) int {}\n```"},
		{"both marks", []string{"Write Go", "def ", "assistant\n"}, "```go\nfunc add(a, b int) int {}\n```"},
		{"a mark and other text", []string{"def ", "f"}, "012345678901"},
		{"a mark last", []string{"f", "def "}, "012345678901"},
		{"any text", []string{"f", "o", "o"}, "012345678901"},
		{"a digit", []string{"x", "7"}, "890123456789"},
		{"within an answer", []string{"return"}, " a + b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, _ := load(t, model).complete(c.prompt, 12); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestProbability(t *testing.T) {
	say := []tinylm.Token{{Text: "first"}, {Text: "second", Probability: 0.9}, {Text: "third", Probability: 0.4}, {Text: "fourth"}}
	model := tinylm.Model{Rules: []tinylm.Rule{{After: []string{"<MID>"}, Say: say}}}
	_, got := load(t, model).complete([]string{"<MID>"}, 4)
	for i, want := range []float64{0.9996, 0.9, 0.4, 1} {
		if got[i] < want-0.005 || got[i] > want+0.005 {
			t.Errorf("token %d: got %.4f, want about %.4f", i, got[i], want)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	after := []string{"<MID>"}
	rule := func(seen string, say ...string) tinylm.Rule {
		return tinylm.Rule{After: after, Seen: seen, Say: tinylm.Sure(say...)}
	}
	many := make([]string, 60)
	for i := range many {
		many[i] = strings.Repeat("z", i+2)
	}
	for want, m := range map[string]tinylm.Model{
		"need a width of 72, the model has 64":    {Rules: []tinylm.Rule{rule("", many...)}},
		"5 different texts to see, but only 4":    {Rules: []tinylm.Rule{rule("k1"), rule("k2"), rule("k3"), rule("k4"), rule("k5")}},
		`token "aa" is empty, or a token already`: {Rules: []tinylm.Rule{rule("", "aa", "bb"), rule("", "aa")}},
		`token " func" is empty, or a token`:      {Rules: []tinylm.Rule{rule("", " func")}},
		`token "" is empty`:                       {Rules: []tinylm.Rule{rule("", "")}},
		"a probability of 1":                      {Rules: []tinylm.Rule{{After: after, Say: []tinylm.Token{{Text: "aa", Probability: 1}}}}},
		"always sure":                             {Rules: []tinylm.Rule{{After: after, Say: []tinylm.Token{{Text: "aa", Probability: 0.5}}}}},
	} {
		if err := m.Write(new(bytes.Buffer)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// The same model is the same file, so that a server that has it once need not be sent it again.
func TestWriteIsRepeatable(t *testing.T) {
	var first, second bytes.Buffer
	if err := tinylm.Coder().Write(&first); err != nil {
		t.Fatal(err)
	}
	if err := tinylm.Coder().Write(&second); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("two files of one model differ")
	}
}
