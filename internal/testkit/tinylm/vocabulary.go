package tinylm

import (
	"fmt"
	"strings"
)

// The kinds of token that the file format knows and this package uses.
const (
	normal      = 1
	control     = 3 // found in a prompt before the tokeniser splits it, never printed
	userDefined = 4 // found likewise, printed
)

// controls are the control tokens of CodeLlama and of Qwen2.5-Coder.
var controls = []string{
	End,
	"<PRE>", "<SUF>", "<MID>", "<EOT>",
	"<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>",
	"<|im_start|>", "<|im_end|>",
}

// common are words that the tokeniser makes one token of, so that a token is more than a byte, as in a trained model.
// Each is merged from left to right, and what is merged on the way is a token too. None is a likely token of an
// answer.
var common = []string{
	" the", " func", " if", " for", " in", " of", " string", " int", " err", " nil", " self", " def", " class", " import", " const",
	" var", " struct", " else", " while", " true", " false", ":=", "!=", "==", "//", "()", "[]", "{}",
	"the", "func", "package", "import", "const", "class", "def", "self",
}

// A vocabulary is the tokens of a model: bytes, merges of them, control tokens, and those of the rules.
type vocabulary struct {
	texts  []string // as in the file: ordinary tokens in the notation of byteRunes
	kinds  []int32
	merges []string
	ids    map[string]int // by the plain text
}

func newVocabulary(rules []Rule) (*vocabulary, error) {
	v := &vocabulary{ids: make(map[string]int)}
	for b := range 256 {
		v.add(string([]byte{byte(b)}), normal)
	}
	for _, word := range common {
		for end := 2; end <= len(word); end++ {
			if _, known := v.ids[word[:end]]; !known {
				v.merges = append(v.merges, encode(word[:end-1])+" "+encode(word[end-1:end]))
				v.add(word[:end], normal)
			}
		}
	}
	for _, text := range controls {
		v.add(text, control)
	}
	v.add(Assistant, userDefined)
	for _, r := range rules {
		for _, text := range r.names() {
			if _, known := v.ids[text]; !known {
				v.add(text, userDefined)
			}
		}
	}
	for _, r := range rules {
		for _, t := range r.Say {
			if _, known := v.ids[t.Text]; known || t.Text == "" {
				return nil, fmt.Errorf("tinylm: the answer's token %q is empty, or a token already: split the answer elsewhere", t.Text)
			}
			v.add(t.Text, normal)
		}
	}
	return v, nil
}

func (v *vocabulary) add(text string, kind int32) {
	v.ids[text] = len(v.texts)
	if kind == normal {
		v.texts = append(v.texts, encode(text))
	} else {
		v.texts = append(v.texts, text)
	}
	v.kinds = append(v.kinds, kind)
}

// encode spells text in GPT-2's notation, where each byte is one printable rune: a printable Latin-1 byte is itself, the
// others follow from U+0100 on in order.
func encode(text string) string {
	var s strings.Builder
	for i := range len(text) {
		s.WriteRune(byteRune(text[i]))
	}
	return s.String()
}

func byteRune(b byte) rune {
	printable := func(b byte) bool { return '!' <= b && b <= '~' || 0xA1 <= b && b <= 0xAC || 0xAE <= b }
	if printable(b) {
		return rune(b)
	}
	r := rune(0x100)
	for c := byte(0); c < b; c++ {
		if !printable(c) {
			r++
		}
	}
	return r
}
