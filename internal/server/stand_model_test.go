package server_test

import (
	"context"
	"iter"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sopro/internal/config"
	"sopro/internal/eval/sim"
	"sopro/internal/model"
)

// TestWhatModelsSay is what a model may say instead of code. It is asked at a line's end, on an empty line of a function, and within a
// line; what comes of it is right or nothing, each time that it is asked, and a model that says right things later is understood.
func TestWhatModelsSay(t *testing.T) {
	places := []struct{ name, text, right string }{ // █ is the cursor; right is what the line is to become
		{"a line's end", "package a\n\nfunc sum(alpha, beta int) int {\n\treturn al█\n}\n", "\treturn alpha + beta"},
		{"an empty line", "package a\n\nfunc sum(alpha, beta int) int {\n\t█\n}\n", "\treturn alpha + beta"},
		{"within a line", "package a\n\nfunc sum(alpha, beta int) int {\n\treturn max(al█)\n}\n", "\treturn max(alpha, beta)"},
	}
	huge := strings.Repeat("abcdefgh ", 10<<20/9)
	always := func(text string) func(string, string) []sim.Token {
		said := sync.OnceValue(func() []sim.Token { return sim.Tokens(text) })
		return func(string, string) []sim.Token { return said() }
	}
	for _, c := range []struct {
		story string
		says  func(prefix, rest string) []sim.Token // what stands before the cursor, and what would be right behind it
		fault sim.Kind
		any   bool // it could be right for all that can be known: only the form is looked at
	}{
		{story: "31 equal tokens", fault: sim.Repeat, any: true}, // the gate shows the first before there is a loop
		{story: "the same word for ever", says: always(strings.Repeat(" alpha", 5000)), any: true},
		{story: "nothing", says: always("")},
		{story: "only white space", says: always(strings.Repeat(" \n\t\n", 50))},
		{story: "only the prefix again", says: func(prefix, _ string) []sim.Token { return sim.Tokens(prefix) }},
		{story: "the prefix again, and what is right", says: func(prefix, rest string) []sim.Token { return sim.Tokens(prefix + rest) }},
		{story: "a fence", says: func(_, rest string) []sim.Token { return sim.Tokens("```go\n" + rest + "\n```\n") }},
		{story: "a fence behind", says: func(_, rest string) []sim.Token { return sim.Tokens(rest + "\n```\nThis adds both.") }},
		{story: "talk before", says: func(_, rest string) []sim.Token {
			return sim.Tokens("Sure! Here is the code:\n\n```go\n" + rest + "\n```\n")
		}},
		{story: "its own special tokens", says: func(_, rest string) []sim.Token {
			return sim.Tokens(rest + "<|fim_pad|><|endoftext|>" + rest + "<|fim_suffix|>")
		}},
		{story: "its own special tokens at once", says: always("<|file_sep|>main.go\npackage main\n")},
		{story: "a special token in pieces", says: func(_, rest string) []sim.Token {
			return append(sim.Tokens(rest), sim.Token{Text: "<|"}, sim.Token{Text: "im_"}, sim.Token{Text: "end|>"}, sim.Token{Text: "\n<|im_start|>user"})
		}},
		{story: "Chinese prose", says: always("这个函数返回两个整数的和。\n它首先检查参数，然后把它们相加。\n")},
		{story: "half characters", any: true, says: func(string, string) []sim.Token {
			return []sim.Token{{Text: "\xe8\xbf"}, {Text: "\x99"}, {Text: "\xff\xfe"}, {Text: "\n"}}
		}},
		{story: "invisible characters", says: func(_, rest string) []sim.Token { return sim.Tokens("\u202e" + rest + "\u2066\u200b\n") }},
		{story: "1 MB on one line", says: always(strings.Repeat("x1y2z3", 1<<20/6)), any: true},
		{story: "10 MB in one token", says: func(string, string) []sim.Token { return []sim.Token{{Text: huge}} }, any: true},
		{story: "1 MB of lines", says: always(strings.Repeat("\nvar x = compute(1, 2)", 1<<20/22)), any: true},
		{story: "nested without end", says: always(strings.Repeat("{[(", 5000))},
		{story: "garbage", fault: sim.Garbage},
		{story: "half an answer", says: func(_, rest string) []sim.Token { return sim.Tokens(rest) }, fault: sim.Cut},
	} {
		t.Run(c.story, func(t *testing.T) {
			right := map[string]string{} // by the line before the cursor: the same text is not asked for twice
			m := coderModel("")
			m.Answer = func(p sim.Prompt) []sim.Token {
				_, prefix, _ := strings.Cut(p.Text, "<|fim_prefix|>")
				prefix, _, _ = strings.Cut(prefix, "<|fim_suffix|>")
				rest := right[prefix[strings.LastIndexByte(prefix, '\n')+1:]]
				if c.says == nil {
					return sim.Tokens(rest + "\n")
				}
				return c.says(prefix, rest)
			}
			for _, place := range places {
				before, after, _ := strings.Cut(place.text, "█")
				line := before[strings.LastIndexByte(before, '\n')+1:]
				tail, _, _ := strings.Cut(after, "\n")
				right[line] = strings.TrimSuffix(strings.TrimPrefix(place.right, line), tail)
			}
			p := standing(t, m)
			if c.fault != 0 {
				p.ollama.Fail(sim.Fault{Kind: c.fault, After: 2, Times: -1})
			}
			for i, place := range places {
				w := p.opens(string(rune('a'+i))+".go", strings.Replace(place.text, "█", "", 1), place.right)
				w.cursor, w.any = strings.Index(place.text, "█"), c.any
				w.comesRight()
				w.edit(w.cursor, w.cursor, "p")
				w.comesRight()
			}
			p.settle()
		})
	}
}

// dribble is an Ollama whose model says a character a second of what a line is to become.
type dribble struct {
	halting
	wanted string
}

func (d *dribble) Stream(ctx context.Context, r model.Request) iter.Seq2[model.Chunk, error] {
	return func(yield func(model.Chunk, error) bool) {
		if r.MaxTokens == 0 {
			yield(model.Chunk{Done: &model.Stats{}}, nil)
			return
		}
		prefix, _, _ := strings.Cut(r.Prompt, "<|fim_suffix|>")
		for _, c := range strings.TrimPrefix(d.wanted, prefix[strings.LastIndexByte(prefix, '\n')+1:]) + "\n" {
			select {
			case <-ctx.Done():
				yield(model.Chunk{}, ctx.Err())
				return
			case <-time.After(time.Second):
			}
			if !yield(model.Chunk{Text: string(c), Tokens: []model.Token{{Text: string(c), Prob: 1}}}, nil) {
				return
			}
		}
		yield(model.Chunk{Done: &model.Stats{Reason: "stop"}}, nil)
	}
}

func (d *dribble) Loaded(context.Context) ([]model.Running, error) {
	return []model.Running{{Name: "qwen2.5-coder:0.5b"}, {Name: "qwen2.5-coder:1.5b"}}, nil
}

// TestACharacterASecond checks that a model which says one character a second is of use: who types two characters a second is
// answered at each key, and who goes on asking is shown the rest of the line.
func TestACharacterASecond(t *testing.T) {
	parsersReady()
	synctest.Test(t, func(t *testing.T) {
		d := &dribble{wanted: "var total = sum(alpha)"}
		d.asked = map[string]int{"qwen2.5-coder:1.5b": 1} // it answers the first question
		p := &person{editor: connect(t, options{build: configured(backendBuild(t, "http://here", func(config.Settings) (client, error) { return d, nil }))})}
		p.initialize(soproClient)
		p.await(`{"method":"sopro/status","params":{"kind":"ok","model":"qwen2.5-coder:1.5b"}}`)
		w := p.opens("a.go", head+"var ", d.wanted)
		w.asks()
		for _, key := range "total " {
			time.Sleep(500 * time.Millisecond)
			w.types(string(key))
		}
		time.Sleep(25 * time.Second) // an answer is owed within 20
		for _, q := range w.asked {
			if _, fault := q.judge(p.answer(q.id)); fault != "" {
				t.Error(fault)
			}
		}
		w.asked = nil
		for range 60 { // seconds: the line takes 18
			time.Sleep(time.Second)
			text, fault := w.answered()
			if fault != "" {
				t.Error(fault)
			}
			if w.before()+text == w.wanted {
				return
			}
		}
		t.Error("the whole line is never shown")
	})
}
