package prompt

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	chatName  = regexp.MustCompile(chatNames)
	tunedWord = regexp.MustCompile(`\b(instruct|inst|chat|it|assistant|thinking|reasoner)\b`)
	baseWord  = regexp.MustCompile(`\b(base|code|text|pt|fim)\b`)
	digest    = regexp.MustCompile(`@sha256:[0-9a-f]+$`)

	// What a template that renders turns has and one that only passes a prompt on has not.
	turnMarks = []string{".Messages", ".System", ".Role", "[INST]", "<start_of_turn>", "<|im_start|>", "<|start_header_id|>",
		"### Instruction", "<|user|>", "<|start_of_role|>", "User:", "<｜User｜>", "Question:"}

	patterns = compile(families)
)

// pattern is the compiled form of a Family's names.
type pattern struct{ names, untrained *regexp.Regexp }

func compile(fs []Family) []pattern {
	ps := make([]pattern, len(fs))
	for i, f := range fs {
		ps[i].names = regexp.MustCompile(f.Names)
		if f.Untrained != "" {
			ps[i].untrained = regexp.MustCompile(f.Untrained)
		}
	}
	return ps
}

// Recognise finds out how a model is to be asked: by its name, else by the marks in its template, else by those in its
// vocabulary. A model that none of them tells is asked by the server's own template if that can infill, else in chat if
// it chats, else not at all. The families of the person's own, if any, go before the table.
func Recognise(id Identity, own ...Family) Asking {
	a := recognise(id, own)
	if a.Context == 0 && a.Family != nil {
		a.Context = a.Family.Context
	}
	a.SuffixFirst = a.Mode == Raw && a.Family.SuffixFirst != ""
	a.NoThink = slices.Contains(id.Capabilities, "thinking")
	return a
}

func recognise(id Identity, own []Family) Asking {
	a := Asking{Mode: None, Context: id.ContextLength}
	if embedsOnly(id) {
		a.Why = "it only embeds"
		return a
	}
	names := []string{plainName(id.Name)}
	if id.Origin != "" {
		names = append(names, plainName(id.Origin))
	}
	for _, name := range names {
		if f, variant := ownFamily(own, name); f != nil {
			return owned(a, id, f, variant)
		}
	}
	for _, name := range names {
		if f, variant := byName(name); f != nil {
			return named(a, id, f, variant)
		}
	}
	a.Chat = slices.ContainsFunc(names, func(name string) bool { return chats(id, name) })
	if slices.ContainsFunc(names, chatName.MatchString) {
		// A chat model's template may have a place for a suffix that the model was never trained on: only the
		// server's word for it counts.
		return unknown(a, id, "by its name a chat model")
	}
	if f := byMarks(id.Architecture, func(mark string) bool { return strings.Contains(id.Template, mark) }); f != nil {
		a.Family, a.Mode, a.Why = f, Raw, fmt.Sprintf("family %s by its template", f.Name)
		return a
	}
	// A fine-tune for chat inherits the infilling tokens of its base, not the skill: a template with turns decides.
	if len(id.Vocabulary) > 0 && !a.Chat && !canInsert(id) {
		words := make(map[string]bool, len(id.Vocabulary))
		for _, w := range id.Vocabulary {
			words[strings.TrimPrefix(w, "▁")] = true
		}
		if f := byMarks(id.Architecture, func(mark string) bool { return words[mark] }); f != nil {
			a.Family, a.Mode, a.Why = f, Raw, fmt.Sprintf("family %s by its vocabulary", f.Name)
			return a
		}
	}
	a = unknown(a, id, "a family that is not in the table")
	a.Unknown = a.Mode == None && len(id.Vocabulary) == 0
	return a
}

// named decides for a model whose name tells the family and the variant.
func named(a Asking, id Identity, f *Family, variant string) Asking {
	a.Chat = tuned(id, f, variant)
	untrained := patterns[indexOf(f)].untrained
	switch {
	case untrained != nil && untrained.MatchString(variant):
		a.Why = fmt.Sprintf("family %s, but this variant was not trained to infill", f.Name)
	case a.Chat && f.TunedChats:
		a.Why = fmt.Sprintf("family %s, but the chat variant", f.Name)
	default:
		a.Family, a.Mode, a.Why = f, Raw, fmt.Sprintf("family %s by its name", f.Name)
		return a
	}
	if a.Chat {
		a.Mode = Chat
	}
	return a
}

// unknown decides for a model without a family: the server's template, chat, or nothing.
func unknown(a Asking, id Identity, why string) Asking {
	switch {
	case canInsert(id):
		a.Mode, a.Why = Suffix, why+"; its template infills"
	case a.Chat:
		a.Mode, a.Why = Chat, why+"; asked in chat"
	default:
		a.Why = why + "; nothing says that it infills or chats"
	}
	return a
}

// byName finds the family of a plain name and what of the name is left to tell the variant.
func byName(name string) (f *Family, variant string) {
	for i, p := range patterns {
		if at := p.names.FindStringIndex(name); at != nil {
			return &families[i], name[at[1]:]
		}
	}
	return nil, ""
}

// byMarks finds the first family that allows the architecture and all of whose marks are there.
func byMarks(arch string, has func(mark string) bool) *Family {
	missing := func(mark string) bool { return !has(mark) }
	for i := range families {
		f := &families[i]
		fits := f.Archs == nil || slices.ContainsFunc(f.Archs, func(a string) bool { return strings.HasPrefix(arch, a) })
		if len(f.Marks) > 0 && fits && !slices.ContainsFunc(f.Marks, missing) {
			return f
		}
	}
	return nil
}

// tuned reports whether a variant of a family is tuned for chat: by its name, else by what the server says, else by what
// the library's name stands for.
func tuned(id Identity, f *Family, variant string) bool {
	switch {
	case tunedWord.MatchString(variant):
		return true
	case baseWord.MatchString(variant):
		return false
	case id.Template != "" || len(id.Capabilities) > 0:
		return turns(id)
	}
	return f.TunedByName
}

// chats reports whether a model without a family answers chat messages.
func chats(id Identity, name string) bool {
	return turns(id) || tunedWord.MatchString(name) || chatName.MatchString(name) && !baseWord.MatchString(name)
}

// turns reports whether the server renders a conversation for the model. Servers list the capability "completion" for
// everything that generates, so it says nothing.
func turns(id Identity) bool {
	for _, c := range id.Capabilities {
		if c == "tools" || c == "thinking" || c == "vision" {
			return true
		}
	}
	return slices.ContainsFunc(turnMarks, func(mark string) bool { return strings.Contains(id.Template, mark) })
}

// canInsert reports whether the server's template lays a hole out. Ollama tells its capabilities since 0.6.4; before,
// the template does.
func canInsert(id Identity) bool {
	if len(id.Capabilities) == 0 {
		return strings.Contains(id.Template, ".Suffix")
	}
	return slices.Contains(id.Capabilities, "insert")
}

// embedsOnly reports whether a model generates nothing: by its capabilities, or by its kind where they are not told.
func embedsOnly(id Identity) bool {
	if len(id.Capabilities) == 0 {
		return strings.Contains(id.Architecture, "bert") || strings.Contains(strings.ToLower(id.Name), "embed")
	}
	return slices.Contains(id.Capabilities, "embedding") && !slices.Contains(id.Capabilities, "completion")
}

func indexOf(f *Family) int {
	return slices.IndexFunc(families, func(g Family) bool { return g.Name == f.Name })
}

// plainName strips a model's name to base:tag in lower case: hf.co/Qwen/Qwen2.5-Coder-1.5B-GGUF:Q8_0 becomes
// qwen2.5-coder-1.5b-gguf:q8_0.
func plainName(name string) string {
	name = digest.ReplaceAllString(strings.ToLower(strings.TrimSpace(name)), "")
	return strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], "_", "-")
}
