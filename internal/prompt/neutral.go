package prompt

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A server reads the text of a prompt and turns every spelling of a control token in it into that token, whoever wrote
// it: it has no way to be told otherwise. So a spelling that stands in the user's text is taken apart by one space after
// its first character ("< |fim_prefix|>"): it reads the same to the model and is no token any more. A space is used, not
// an invisible character, because a model may copy it into code, where it must be seen.
//
// What text cannot prevent: a token of an unknown family that has none of the forms below, and a completion that copies
// the spelling with its space.

// controlWords are spellings that some model in use reads as control tokens, besides all that have the form <|name|>.
// They are taken apart where the model's own tokens are not known: in chat, and for the server's template.
var controlWords = []string{
	"<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>", "<file_sep>", "<repo_name>", "<reponame>", "<filename>",
	"<PRE>", "<SUF>", "<MID>", "<EOT>", "<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>",
	"<s>", "</s>", "<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>", "<<SYS>>", "<</SYS>>", "<think>", "</think>",
	"[INST]", "[/INST]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_CALLS]",
	"[TOOL_RESULTS]", "[/TOOL_RESULTS]", "[PREFIX]", "[SUFFIX]", "[MIDDLE]", hole,
}

// neutral takes apart the words and everything of the form <|name|> in text.
func neutral(text string, words []string) string {
	var b strings.Builder
	done := 0 // text up to here is written
	for i := 0; ; i++ {
		next := strings.IndexAny(text[i:], "<[")
		if next < 0 {
			break
		}
		i += next
		rest := text[i:]
		if barred(rest) || slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(rest, w) }) {
			b.WriteString(text[done : i+1])
			b.WriteByte(' ')
			done = i + 1
		}
	}
	if done == 0 {
		return text
	}
	b.WriteString(text[done:])
	return b.String()
}

// barred reports whether s begins with a control token of the form <|name|>, in ASCII or with the full-width bars of
// deepseek. Names are short and have no blanks, so the operators of functional languages (f <| x |> g) are left alone.
func barred(s string) bool {
	name, ok := strings.CutPrefix(s, "<|")
	if !ok {
		if name, ok = strings.CutPrefix(s, "<｜"); !ok {
			return false
		}
	}
	for i, r := range name {
		switch {
		case r == '|' || r == '｜':
			return i > 0 && strings.HasPrefix(name[i+utf8.RuneLen(r):], ">")
		case r <= ' ' || r == '<' || r == '>' || i > 60:
			return false
		}
	}
	return false
}
