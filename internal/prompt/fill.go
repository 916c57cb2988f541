package prompt

import (
	"slices"
	"strings"
)

// maxStops bounds the stops of one request. Ollama takes any number; each is searched for in every token.
const maxStops = 12

// unknownStops end an answer of a model whose family is not known: the spellings that leak most often.
var unknownStops = []string{"<|endoftext|>", "<|fim_pad|>", "<|fim_middle|>", "<|file_sep|>", "<file_sep>", "<fim_middle>", "<|im_end|>", "<EOT>"}

// Fill lays the hole out as the model was trained to see it. Control tokens that stand in the user's text are taken apart
// by a space (neutral.go). In Mode None the result is empty.
func (a Asking) Fill(h Hole) Filled {
	switch a.Mode {
	case Raw:
		return a.fillRaw(h)
	case Suffix:
		return fillSuffix(h)
	case Chat:
		return Filled{Messages: fillMessages(h), Layout: "chat, hole marked"}
	}
	return Filled{}
}

func (a Asking) fillRaw(h Hole) Filled {
	f := a.Family
	layout, order := f.PrefixFirst, "prefix first"
	if layout == "" || a.SuffixFirst && f.SuffixFirst != "" {
		layout, order = f.SuffixFirst, "suffix first"
	}
	words := slices.Concat(f.Tokens, f.Stops, f.Apart)
	clean := func(s string) string { return neutral(s, words) }
	files, own := f.files(h, clean)
	path := cleanPath(h.Path)
	if path == "" {
		path = "untitled"
	}
	// One pass over the layout: what is put in is not looked at again, so a {s} in the user's text stays text.
	text := strings.NewReplacer("{files}", files, "{own}", own, "{path}", clean(path), "{p}", clean(h.Prefix), "{s}", clean(h.Suffix))
	return Filled{Prompt: text.Replace(layout), Raw: true, Stops: slices.Concat(f.Tokens, f.Stops), Layout: f.Name + ", " + order}
}

// fillSuffix leaves the layout to the server's template. An empty prompt with a suffix would only load the model, so a
// hole at the very start of a file gets a line above it.
func fillSuffix(h Hole) Filled {
	clean := func(s string) string { return neutral(s, controlWords) }
	files, own := (&Family{}).files(h, clean)
	prompt := files + own + clean(h.Prefix)
	if prompt == "" {
		if prompt = pathComment(h.Language, h.Path); prompt == "" {
			prompt = "\n"
		}
	}
	return Filled{Prompt: prompt, Suffix: clean(h.Suffix), Stops: slices.Clone(unknownStops), Layout: "the server's template"}
}

// files renders the other files and the header of the file itself; both are empty while there are no snippets. Snippets
// keep their order: what stands at the head of a prompt must stay there, or the server evaluates everything again.
func (f *Family) files(h Hole, clean func(string) string) (files, own string) {
	if len(h.Snippets) == 0 {
		return "", ""
	}
	repo := cleanPath(h.Repo)
	if repo == "" {
		repo = "project"
	}
	var b strings.Builder
	b.WriteString(strings.ReplaceAll(f.Repo, "{name}", clean(repo)))
	for _, s := range h.Snippets {
		code := clean(s.Text)
		if !strings.HasSuffix(code, "\n") {
			code += "\n"
		}
		if f.File == "" {
			b.WriteString(clean(pathComment(h.Language, s.Path)) + code)
			continue
		}
		b.WriteString(strings.NewReplacer("{path}", clean(cleanPath(s.Path)), "{code}", code).Replace(f.File))
	}
	if f.Own == "" {
		return b.String(), clean(pathComment(h.Language, h.Path))
	}
	return b.String(), strings.ReplaceAll(f.Own, "{path}", clean(cleanPath(h.Path)))
}

// Overhead is how many tokens Fill adds to the texts of h: markers, headers, the words around a hole in a chat. Texts
// (prefix, suffix and those of snippets) do not count, so it can be asked before they are chosen; each snippet in h adds
// its header.
func (a Asking) Overhead(h Hole, estimate func(string) int) int {
	h.Prefix, h.Suffix = "", ""
	h.Snippets = slices.Clone(h.Snippets)
	for i := range h.Snippets {
		h.Snippets[i].Text = ""
	}
	f := a.Fill(h)
	// Marks that a server adds itself: the beginning of the text, and in a chat those of each turn.
	tokens := estimate(f.Prompt) + estimate(f.Suffix) + 8
	for _, m := range f.Messages {
		tokens += estimate(m.Content) + 16
	}
	return tokens
}
