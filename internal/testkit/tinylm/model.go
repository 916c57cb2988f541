package tinylm

import (
	"io"
	"slices"

	"sopro/internal/testkit/gguf"
)

// End is the token that ends every answer.
const End = "<|endoftext|>"

// Assistant is what a chat in the ChatML notation ends with when it is the model's turn. It is one token of every model.
const Assistant = "assistant\n"

// AnyText in a rule's After stands for all text that no rule names: infilling layouts that show the suffix first end
// with the user's text.
const AnyText = ""

// ContextLength is how many tokens a model can see.
const ContextLength = 8192

// A Rule says what a model answers. Where two rules fit, the later one holds.
type Rule struct {
	// After lists the tokens one of which must come last. A text that is not a control token becomes a token of its own.
	After []string
	// Seen, unless empty, must stand somewhere in the prompt. It becomes a token of its own too.
	Seen string
	// Say is the answer, after which the model ends its turn.
	Say []Token
	// Forever makes the answer begin again where it would end.
	Forever bool
}

// names are the texts of the rule that are tokens by being in it.
func (r Rule) names() []string {
	all := append(slices.Clone(r.After), r.Seen)
	return slices.DeleteFunc(all, func(text string) bool { return text == "" })
}

// A Token is a piece of an answer. Its text is a token in no other place of any answer of the model, and more than one byte.
type Token struct {
	Text string
	// Probability lies above 0 and below 1; 0 stands for as near to 1 as makes no difference.
	Probability float64
}

// Sure makes tokens that the model has no doubt about.
func Sure(texts ...string) []Token {
	tokens := make([]Token, len(texts))
	for i, text := range texts {
		tokens[i].Text = text
	}
	return tokens
}

// A Model is a language model of the llama architecture. Where no rule fits it counts digits for ever: 0 after any text,
// then 1, 2 … 9, 0.
type Model struct {
	Rules []Rule
	// Width is the length of its vectors, a multiple of 8 that has room for one dimension per token of the rules; 0 is 64.
	Width int
	// Layers is the number of layers; 0 is 2.
	Layers int
}

// Coder is a model that infills and chats: asked in CodeLlama's or Qwen's infilling layout it says "return a + b", in a chat
// "This function adds two numbers.".
func Coder() Model {
	return Model{Rules: []Rule{
		{After: []string{AnyText}, Seen: "<MID>", Say: Sure("return a", " + b")}, // CodeLlama, suffix first
		{After: []string{"<|fim_middle|>", "<MID>"}, Say: Sure("return", " a", " +", " b")},
		{After: []string{Assistant}, Say: Sure("This", " function", " adds", " two", " numbers.")},
	}}
}

// With returns the model with more rules, which hold before those it has.
func (m Model) With(rules ...Rule) Model {
	m.Rules = append(m.Rules[:len(m.Rules):len(m.Rules)], rules...)
	return m
}

// Slow returns the model made slow enough to be caught in the act: 6 layers of width 256.
func (m Model) Slow() Model {
	m.Width, m.Layers = 256, 6
	return m
}

// Write writes the model as a GGUF file. An error names what the rules ask that cannot be.
func (m Model) Write(w io.Writer) error {
	if m.Width == 0 {
		m.Width = 64
	}
	if m.Layers == 0 {
		m.Layers = 2
	}
	words, err := newVocabulary(m.Rules)
	if err != nil {
		return err
	}
	plan, err := newPlan(m, words)
	if err != nil {
		return err
	}
	return gguf.File{Metadata: m.metadata(words), Tensors: plan.tensors()}.Write(w)
}

// The shape of attention. Each head looks for one mark, so there can be as many marks as heads.
const (
	heads    = 4
	ropeBase = 1e6
)

func (m Model) metadata(words *vocabulary) []gguf.Entry {
	return []gguf.Entry{
		{Key: "general.architecture", Value: "llama"},
		{Key: "general.name", Value: "tiny"},
		{Key: "general.file_type", Value: uint32(0)}, // all F32
		{Key: "llama.context_length", Value: uint32(ContextLength)},
		{Key: "llama.embedding_length", Value: uint32(m.Width)},
		{Key: "llama.block_count", Value: uint32(m.Layers)},
		{Key: "llama.feed_forward_length", Value: uint32(2 * m.Width)},
		{Key: "llama.attention.head_count", Value: uint32(heads)},
		{Key: "llama.attention.head_count_kv", Value: uint32(heads)},
		{Key: "llama.attention.layer_norm_rms_epsilon", Value: float32(1e-6)},
		{Key: "llama.rope.dimension_count", Value: uint32(m.Width / heads)},
		{Key: "llama.rope.freq_base", Value: float32(ropeBase)},
		{Key: "llama.vocab_size", Value: uint32(len(words.texts))},
		{Key: "tokenizer.ggml.model", Value: "gpt2"},
		{Key: "tokenizer.ggml.pre", Value: "qwen2"},
		{Key: "tokenizer.ggml.tokens", Value: words.texts},
		{Key: "tokenizer.ggml.token_type", Value: words.kinds},
		{Key: "tokenizer.ggml.merges", Value: words.merges},
		{Key: "tokenizer.ggml.bos_token_id", Value: uint32(words.ids[End])},
		{Key: "tokenizer.ggml.eos_token_id", Value: uint32(words.ids[End])},
		{Key: "tokenizer.ggml.add_bos_token", Value: false},
	}
}
