package sim

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Model is an installed model with a script.
type Model struct {
	Name          string // "qwen2.5-coder:1.5b"
	Family        string // general.architecture, "qwen2"; empty: "llama"
	ParameterSize string // "1.5B"; empty: "1.5B"
	Quantization  string // empty: "Q4_K_M"
	Size          int64  // bytes on disk; 0: 1 GB
	Parameters    int64  // 0: 1,540,000,000
	Capabilities  []string
	Template      string
	Settings      string // what /api/show gives as parameters
	Context       int    // tokens; 0: 32768
	Vocabulary    []string
	Remote        bool            // the server forwards it to another machine
	Thinking      string          // what it thinks first, where it has the capability "thinking" and is not told not to
	Loading       <-chan struct{} // a cold load takes until this is closed, besides Config.Load
	Digest        string          // in hexadecimal; empty: one that follows from the name. Another one is another model of that name

	// Answer gives the answer to a prompt; nil answers nothing. It is called on the server's goroutines.
	Answer func(Prompt) []Token
}

// Prompt is what a model is asked.
type Prompt struct {
	Model    string
	Text     string // the prompt, or the last message of a chat
	Suffix   string
	Raw      bool
	Messages []Message

	Temperature float64
	Seed        int
}

// Message is one turn of a chat.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Token is one token of an answer.
type Token struct {
	Text  string
	Prob  float64         // 0 counts as 1
	After <-chan struct{} // nil, or the token waits until this is closed
}

// Say is an Answer that is always text, in tokens that are certain.
func Say(text string) func(Prompt) []Token {
	return func(Prompt) []Token { return Tokens(text) }
}

// Choose is an Answer with some chance in it: the first text at a temperature of 0, else the one that the seed falls on.
func Choose(texts ...string) func(Prompt) []Token {
	return func(p Prompt) []Token {
		if p.Temperature == 0 {
			return Tokens(texts[0])
		}
		return Tokens(texts[((p.Seed%len(texts))+len(texts))%len(texts)])
	}
}

// Tokens splits text as the simulated models see it, each token certain.
func Tokens(text string) []Token {
	var out []Token
	for _, t := range split(text) {
		out = append(out, Token{Text: t, Prob: 1})
	}
	return out
}

// Count is the number of tokens of a text in the eyes of the simulated models.
func Count(text string) int { return len(split(text)) }

// maxWord keeps tokens about as long as real ones, which have 3 to 4 characters in code.
const maxWord = 6

// split cuts text into words of at most maxWord characters, each with one space before it, runs of white space, and single
// other characters. A text that begins as another begins with the same tokens, but for the one where they part.
func split(text string) []string {
	var out []string
	for rest := text; rest != ""; {
		n := first(rest)
		out = append(out, rest[:n])
		rest = rest[n:]
	}
	return out
}

// first is the length in bytes of the first token of a text that is not empty.
func first(text string) int {
	end := 0
	if text[0] == ' ' {
		end = 1
	}
	for letters := 0; letters < maxWord; letters++ {
		r, size := utf8.DecodeRuneInString(text[end:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' {
			if letters > 0 {
				return end
			}
			return other(text)
		}
		end += size
	}
	return end
}

// other is the length of a run of white space, or else of one character.
func other(text string) int {
	if n := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace)); n > 0 {
		return n
	}
	_, size := utf8.DecodeRuneInString(text)
	return size
}
