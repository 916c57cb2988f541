package ollamatest

import (
	"sopro/internal/prompt"
	"sopro/internal/testkit/tinylm"
)

// Developer is a language model that tells the product's own requests apart, by their system messages: it explains in
// a sentence, writes a Go function in a code block when it is asked for code, and fills a hole that it is shown in a
// chat with "return a + b". In infilling layouts it says that too.
func Developer() tinylm.Model {
	chat := prompt.Recognise(prompt.Identity{Name: "llama3.2:latest", Template: ChatML})
	fill := chat.Fill(prompt.Hole{Language: "go"}).Messages
	generate := prompt.Generate(prompt.Generating{Language: "go"})
	return tinylm.Coder().With(
		tinylm.Rule{
			After: []string{tinylm.Assistant}, Seen: fill[0].Content,
			Say: tinylm.Sure("```go\n", "\treturn", " a + b", "\n```"),
		},
		tinylm.Rule{
			After: []string{tinylm.Assistant}, Seen: generate[0].Content,
			Say: tinylm.Sure("Here it is:\n", "\n```go\nfunc", " add(a,", " b int)", " int {\n", "\treturn a", " + b\n", "}\n", "```\n", "It adds."),
		},
	)
}
