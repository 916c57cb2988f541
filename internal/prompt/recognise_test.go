package prompt

import "testing"

// What the server says of a model → the family and how it is asked.
func TestRecognise(t *testing.T) {
	const (
		chatml  = `{{ range .Messages }}<|im_start|>{{ .Role }}{{ .Content }}<|im_end|>{{ end }}`
		qwen    = `{{- if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>{{ else }}` + chatml + `{{ end }}`
		inst    = `[INST] <<SYS>>{{ .System }}<</SYS>> {{ .Prompt }} [/INST]`
		passOn  = `{{ .Prompt }}`
		ordered = `<filename>f<fim_suffix>{{ .Suffix }}<fim_prefix>{{ .Prompt }}<fim_middle>`
	)
	gen := []string{"completion"}
	insert := []string{"completion", "insert"}
	for _, c := range []struct {
		id     Identity
		family string // "" none
		mode   Mode
		chat   bool
	}{
		// By name: registries, namespaces, tags, letter case.
		{Identity{Name: "hf.co/Qwen/Qwen2.5-Coder-1.5B-GGUF:Q8_0"}, "qwen2.5-coder", Raw, true},
		{Identity{Name: "qwen2.5-coder:1.5b-base", Template: qwen, Capabilities: insert}, "qwen2.5-coder", Raw, false},
		{Identity{Name: "qwen2.5-coder:7b-instruct", Template: qwen, Capabilities: insert}, "qwen2.5-coder", Raw, true},
		{Identity{Name: "localhost:5000/me/qwen2.5-coder:7b"}, "qwen2.5-coder", Raw, true},
		{Identity{Name: "qwen2.5-coder:7b@sha256:00ff"}, "qwen2.5-coder", Raw, true},
		{Identity{Name: "qwen3-coder:30b", Template: passOn, Capabilities: []string{"completion", "tools"}}, "qwen2.5-coder", Raw, true},
		{Identity{Name: "starcoder2:3b", Template: passOn, Capabilities: gen}, "starcoder2", Raw, false},
		{Identity{Name: "starcoder2:15b-instruct"}, "starcoder2", Raw, true},
		{Identity{Name: "starcoder2"}, "starcoder2", Raw, false},
		{Identity{Name: "starcoderbase:1b"}, "starcoder", Raw, false},
		{Identity{Name: "tiny_starcoder_py"}, "starcoder", Raw, false},
		{Identity{Name: "deepseek-coder:6.7b-base"}, "deepseek-coder", Raw, false},
		{Identity{Name: "deepseek-coder-v2:16b", Template: `{{ .System }}User: {{ .Prompt }}`}, "deepseek-coder", Raw, true},
		{Identity{Name: "stable-code:3b-code-q4_0"}, "stable-code", Raw, false},
		{Identity{Name: "granite-code:8b", Template: `Question: {{ .Prompt }}`}, "granite-code", Raw, true},
		{Identity{Name: "hf.co/ibm-granite/granite-3b-code-base-2k-GGUF"}, "granite-code", Raw, false},
		{Identity{Name: "ibm/granite4.1:3b"}, "granite4", Raw, true},
		{Identity{Name: "deepseek-coder:6.7b"}, "deepseek-coder", Raw, true},
		{Identity{Name: "granite4:tiny-h", Template: chatml, Capabilities: insert}, "granite4", Raw, true},
		{Identity{Name: "hf.co/sweepai/sweep-next-edit-1.5B"}, "sweep-next-edit", Raw, false},
		{Identity{Name: "JetBrains/Mellum-4b-base-gguf"}, "mellum", Raw, false},
		{Identity{Name: "Mellum2-12b-a2.5b-base"}, "mellum2", Raw, false},
		{Identity{Name: "seed-coder-8b-base"}, "seed-coder", Raw, false},
		{Identity{Name: "seed-coder-8b-instruct"}, "", Chat, true},
		{Identity{Name: "codestral:22b", Template: `[INST] {{ .Prompt }}[/INST]`}, "codestral", Raw, true},

		// Variants of which some infill.
		{Identity{Name: "codellama:7b-code"}, "codellama", Raw, false},
		{Identity{Name: "codellama:13b-code-q4_K_M", Template: passOn}, "codellama", Raw, false},
		{Identity{Name: "hf.co/TheBloke/CodeLlama-7B-GGUF:Q4_K_M", Template: passOn, Capabilities: gen}, "codellama", Raw, false},
		{Identity{Name: "codellama:7b-instruct"}, "", Chat, true},
		{Identity{Name: "codellama"}, "", Chat, true},
		{Identity{Name: "codellama:7b", Template: inst, Capabilities: gen}, "", Chat, true},
		{Identity{Name: "codellama:7b-python", Template: passOn, Capabilities: gen}, "", None, false},
		{Identity{Name: "codellama:34b-code", Template: passOn, Capabilities: gen}, "", None, false},
		{Identity{Name: "codegemma:2b", Template: passOn, Capabilities: gen}, "codegemma", Raw, false},
		{Identity{Name: "codegemma:7b-instruct"}, "", Chat, true},
		{Identity{Name: "codegemma:7b", Template: "<start_of_turn>user {{ .Prompt }}<end_of_turn>"}, "", Chat, true},
		{Identity{Name: "google/codegemma-7b-it-GGUF"}, "", Chat, true},

		// Chat models.
		{Identity{Name: "llama3:8b"}, "", Chat, true},
		{Identity{Name: "llama3.2:3b-instruct-q8_0"}, "", Chat, true},
		{Identity{Name: "hf.co/bartowski/Meta-Llama-3.1-8B-Instruct-GGUF"}, "", Chat, true},
		{Identity{Name: "gemma2:2b"}, "", Chat, true},
		{Identity{Name: "gemma3:4b", Capabilities: []string{"completion", "vision"}}, "", Chat, true},
		{Identity{Name: "mistral:7b", Template: inst}, "", Chat, true},
		{Identity{Name: "devstral:24b"}, "", Chat, true},
		{Identity{Name: "phind-codellama:34b-v2"}, "", Chat, true},
		{Identity{Name: "gpt-oss:20b", Template: passOn, Capabilities: []string{"completion", "thinking", "tools"}}, "", Chat, true},
		{Identity{Name: "qwen2.5:7b", Template: chatml, Architecture: "qwen2", Vocabulary: pipeTokens}, "", Chat, true},
		{Identity{Name: "qwen3:8b", Template: passOn, Architecture: "qwen3"}, "", Chat, true},
		{Identity{Name: "deepseek-r1:7b"}, "", Chat, true},
		{Identity{Name: "llama3:8b-text", Template: passOn, Capabilities: gen}, "", None, false},

		// By template.
		{Identity{Name: "mine", Template: qwen, Architecture: "qwen2", Capabilities: insert}, "qwen2.5-coder", Raw, true},
		{Identity{Name: "mine", Template: "<PRE> {{ .Prompt }} <SUF>{{ .Suffix }} <MID>", Architecture: "llama"}, "codellama", Raw, false},
		{Identity{Name: "mine", Template: ordered, Architecture: "llama"}, "mellum", Raw, false},
		{Identity{Name: "mine", Template: "<fim_prefix>{{ .Prompt }}<fim_suffix>{{ .Suffix }}<fim_middle>", Architecture: "starcoder2"}, "starcoder2", Raw, false},
		{Identity{Name: "mine", Template: "<｜fim▁begin｜>{{ .Prompt }}<｜fim▁hole｜>{{ .Suffix }}<｜fim▁end｜>"}, "deepseek-coder", Raw, false},
		// The marks are qwen's, the architecture is not: the server's own template is right whatever it is.
		{Identity{Name: "mine", Template: qwen, Architecture: "newcomer", Capabilities: insert}, "", Suffix, true},
		{Identity{Name: "mine", Template: "{{ .Prompt }}@@{{ .Suffix }}", Capabilities: insert}, "", Suffix, false},

		// By vocabulary, where name and template say nothing.
		{Identity{Name: "mine", Template: passOn, Architecture: "qwen2", Capabilities: gen, Vocabulary: append([]string{"the"}, pipeTokens...)}, "qwen2.5-coder", Raw, false},
		{Identity{Name: "mine", Architecture: "llama", Vocabulary: []string{"▁<PRE>", "▁<SUF>", "▁<MID>"}}, "codellama", Raw, false},
		{Identity{Name: "mine", Architecture: "gemma", Vocabulary: pipeTokens}, "codegemma", Raw, false},
		{Identity{Name: "mine", Template: chatml, Architecture: "qwen2", Vocabulary: pipeTokens}, "", Chat, true},
		{Identity{Name: "mine", Template: passOn, Capabilities: gen, Vocabulary: []string{"the", "a"}}, "", None, false},

		// Neither.
		{Identity{Name: "nomic-embed-text", Capabilities: []string{"embedding"}}, "", None, false},
		{Identity{Name: "qwen2.5-coder-embed", Capabilities: []string{"embedding"}}, "", None, false},
		{Identity{Name: "nomic-embed-text"}, "", None, false},
		{Identity{Name: "mine", Template: "{{ .Prompt }}@@{{ .Suffix }}"}, "", Suffix, false},
		{Identity{Name: "all-minilm", Architecture: "bert", Template: passOn}, "", None, false},
		{Identity{}, "", None, false},
	} {
		t.Run(c.id.Name+" "+c.id.Architecture, func(t *testing.T) {
			a := Recognise(c.id)
			family := ""
			if a.Family != nil {
				family = a.Family.Name
			}
			if family != c.family || a.Mode != c.mode || a.Chat != c.chat {
				t.Errorf("got %q %v chat=%v, want %q %v chat=%v (%s)", family, a.Mode, a.Chat, c.family, c.mode, c.chat, a.Why)
			}
			if a.Why == "" {
				t.Error("no reason")
			}
		})
	}
}

// A vocabulary is worth asking for only where nothing else told.
func TestUnknown(t *testing.T) {
	gen := []string{"completion"}
	for _, c := range []struct {
		id   Identity
		want bool
	}{
		{Identity{Name: "mine", Template: "{{ .Prompt }}", Capabilities: gen}, true},
		{Identity{Name: "mine", Template: "{{ .Prompt }}", Capabilities: gen, Vocabulary: []string{"the"}}, false},
		{Identity{Name: "mine", Template: "{{ .System }} {{ .Prompt }}", Capabilities: gen}, false},
		{Identity{Name: "qwen2.5-coder:1.5b"}, false},
		{Identity{Name: "codellama:34b-code", Capabilities: gen}, false},
		{Identity{Name: "nomic-embed-text", Capabilities: []string{"embedding"}}, false},
	} {
		if got := Recognise(c.id); got.Unknown != c.want {
			t.Errorf("%+v: unknown %v, want %v", c.id, got.Unknown, c.want)
		}
	}
}

func TestRecogniseContextAndThinking(t *testing.T) {
	if a := Recognise(Identity{Name: "starcoder2:3b"}); a.Context != 16384 {
		t.Errorf("without the server's word: %d", a.Context)
	}
	a := Recognise(Identity{Name: "qwen3-coder:30b", ContextLength: 262144, Capabilities: []string{"completion", "thinking"}})
	if a.Context != 262144 || !a.NoThink {
		t.Errorf("got %+v", a)
	}
}
