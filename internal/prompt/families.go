package prompt

// Family is how one family of models was trained to infill: what tells it, and what it must be sent.
//
// In a layout {p} is the text before the cursor, {s} the text after it, {path} the file's own path; {files} stands for
// the other files and {own} for the header of the file itself, both empty while no other file is shown. In Repo, File
// and Own {name} is the repository, {path} a file's path and {code} its text. An empty layout is an order that the
// family was not trained on.
type Family struct {
	Name string // as --dry-run shows it

	Names       string   // pattern of names: lower case, base:tag, without registry and namespace; the rest names the variant
	Untrained   string   // pattern of variants that cannot infill though their siblings can
	TunedChats  bool     // the chat variants lost infilling: they are asked in chat
	TunedByName bool     // where the library's name says no variant, it is the chat one
	Marks       []string // all of them in the template or the vocabulary tell the family …
	Archs       []string // … of a model whose architecture begins with one of these; nil: the marks are enough

	PrefixFirst string // prefix, suffix, middle
	SuffixFirst string // suffix, prefix, middle: a typed character then costs 3 ms instead of 830 (measured, 2,000 tokens)

	Repo string // header before other files
	File string // another file; "": its text under a comment with its path
	Own  string // header of the file being completed; "": a comment with its path

	Tokens  []string // the family's own markers: stops, and taken apart where they stand in the user's text
	Stops   []string // further stops, taken apart as well
	Apart   []string // further control tokens that plain code may contain: taken apart, but no stops
	Context int      // tokens it was trained for, where the server does not say; 0: not known
}

// The spellings of the markers that several families share.
var (
	starTokens = []string{"<fim_prefix>", "<fim_suffix>", "<fim_middle>"}
	pipeTokens = []string{"<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"}
)

// families is the table; the first match counts. "Paper" is the family's own report, "card" its model card. The runner
// writes the beginning-of-text token itself, so no layout has one. A layout that no source spells out is left empty, even
// where a source says that the order was trained.
var families = []Family{
	{
		// Paper (arXiv 2308.12950): 7B and 13B were trained to infill, half of each order; 34B and Python were not. The
		// blanks around the markers belong to the format.
		Name:        "codellama",
		Names:       `^code-?llama`,
		Untrained:   `34b|70b|python`,
		TunedChats:  true,
		TunedByName: true,
		Marks:       []string{"<PRE>", "<SUF>", "<MID>"},
		PrefixFirst: "<PRE> {files}{own}{p} <SUF>{s} <MID>",
		SuffixFirst: "<PRE> <SUF>{s} <MID> {files}{own}{p}",
		Tokens:      []string{"<PRE>", "<SUF>", "<MID>"},
		Stops:       []string{"<EOT>"},
		Apart:       []string{"<s>", "</s>"},
		Context:     16384,
	},
	{
		// Paper (arXiv 2402.19173): half of each order; in a repository the path stands inside the prefix, and each file
		// after the first behind a separator. Suffix first: bigcode-project/starcoder2#14.
		Name:        "starcoder2",
		Names:       `^starcoder-?2`,
		Marks:       starTokens,
		Archs:       []string{"starcoder2"},
		PrefixFirst: "{files}<fim_prefix>{own}{p}<fim_suffix>{s}<fim_middle>",
		SuffixFirst: "{files}<fim_prefix><fim_suffix>{s}<fim_middle>{own}{p}",
		Repo:        "<repo_name>{name}<file_sep>",
		File:        "{path}\n{code}<file_sep>",
		Own:         "{path}\n",
		Tokens:      append([]string{"<file_sep>", "<repo_name>"}, starTokens...),
		Stops:       []string{"<|endoftext|>"},
		Context:     16384,
	},
	{
		// Paper (arXiv 2305.06161): half of each order; files carry <reponame> and <filename>.
		Name:        "starcoder",
		Names:       `^(tiny-?)?starcoder`,
		Marks:       starTokens,
		Archs:       []string{"starcoder", "gptbigcode"},
		PrefixFirst: "{files}{own}<fim_prefix>{p}<fim_suffix>{s}<fim_middle>",
		SuffixFirst: "{files}{own}<fim_prefix><fim_suffix>{s}<fim_middle>{p}",
		Repo:        "<reponame>{name}",
		File:        "<filename>{path}\n{code}",
		Own:         "<filename>{path}\n",
		Tokens:      append([]string{"<reponame>", "<filename>"}, starTokens...),
		Stops:       []string{"<|endoftext|>", "<file_sep>"},
		Context:     8192,
	},
	{
		// Report (arXiv 2605.31268): the base model learnt both orders, as mellum spells the one it has in common.
		Name:        "mellum2",
		Names:       `^mellum-?2`,
		TunedChats:  true,
		Marks:       append([]string{"<filename>"}, starTokens...),
		Archs:       []string{"mellum"},
		SuffixFirst: "{files}<filename>{path}\n<fim_suffix>{s}<fim_prefix>{p}<fim_middle>",
		File:        "<filename>{path}\n{code}",
		Tokens:      append([]string{"<filename>"}, starTokens...),
		Stops:       []string{"<|endoftext|>"},
		Apart:       []string{"<reponame>", "<fim_pad>"},
	},
	{
		// Report (arXiv 2510.05788) and card: suffix first only, the path always there. <filename> in a template tells it
		// from granite-code, which is a llama too.
		Name:        "mellum",
		Names:       `^mellum`,
		Marks:       append([]string{"<filename>"}, starTokens...),
		Archs:       []string{"llama"},
		SuffixFirst: "{files}<filename>{path}\n<fim_suffix>{s}<fim_prefix>{p}<fim_middle>",
		File:        "<filename>{path}\n{code}",
		Tokens:      append([]string{"<filename>"}, starTokens...),
		Stops:       []string{"<|endoftext|>"},
		Apart:       []string{"<reponame>", "<fim_pad>"},
		Context:     8192,
	},
	{
		// Paper (arXiv 2405.04324): half of each order, 3B to 34B, with starcoder's tokens.
		Name:        "granite-code",
		Names:       `^granite-(\d+b-)?code`,
		TunedByName: true,
		Marks:       starTokens,
		Archs:       []string{"llama", "granite"},
		PrefixFirst: "{files}{own}<fim_prefix>{p}<fim_suffix>{s}<fim_middle>",
		SuffixFirst: "{files}{own}<fim_prefix><fim_suffix>{s}<fim_middle>{p}",
		Repo:        "<reponame>{name}",
		File:        "<filename>{path}\n{code}",
		Own:         "<filename>{path}\n",
		Tokens:      append([]string{"<reponame>", "<filename>"}, starTokens...),
		Stops:       []string{"<|endoftext|>", "<fim_pad>"},
		Context:     8192,
	},
	{
		// Card: 4.0 and 4.1 infill; asked suffix first they do not.
		Name:        "granite4",
		Names:       `^granite-?4`,
		TunedByName: true,
		Marks:       pipeTokens,
		Archs:       []string{"granite"},
		PrefixFirst: "<|fim_prefix|>{files}{own}{p}<|fim_suffix|>{s}<|fim_middle|>",
		Tokens:      pipeTokens,
		Stops:       []string{"<|fim_pad|>", "<|end_of_text|>", "<|endoftext|>"},
	},
	{
		// Card: prefix first with starcoder's tokens.
		Name:        "stable-code",
		Names:       `^stable-?code`,
		Marks:       starTokens,
		Archs:       []string{"stablelm"},
		PrefixFirst: "{files}{own}<fim_prefix>{p}<fim_suffix>{s}<fim_middle>",
		File:        "<file_sep>{path}\n{code}",
		Own:         "<file_sep>{path}\n",
		Tokens:      append([]string{"<file_sep>"}, starTokens...),
		Stops:       []string{"<|endoftext|>"},
		Context:     16384,
	},
	{
		// Paper (arXiv 2401.14196): prefix first; repositories were trained with the path in a comment above each file.
		Name:        "deepseek-coder",
		Names:       `^deepseek-coder`,
		TunedByName: true,
		Marks:       []string{"<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"},
		PrefixFirst: "<｜fim▁begin｜>{files}{own}{p}<｜fim▁hole｜>{s}<｜fim▁end｜>",
		Tokens:      []string{"<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"},
		Stops:       []string{"<｜end▁of▁sentence｜>", "<|EOT|>"},
		Context:     16384,
	},
	{
		// Card and report (arXiv 2409.12186): prefix first is the only order documented. Instruct kept it; so did
		// qwen3-coder and qwen3.5. Plain qwen has the tokens in its vocabulary, but not the training.
		Name:        "qwen2.5-coder",
		Names:       `^qwen-?(2\.5-?coder|3-?coder|3\.5)`,
		Marks:       pipeTokens,
		Archs:       []string{"qwen"},
		PrefixFirst: "{files}{own}<|fim_prefix|>{p}<|fim_suffix|>{s}<|fim_middle|>",
		TunedByName: true,
		Repo:        "<|repo_name|>{name}\n",
		File:        "<|file_sep|>{path}\n{code}",
		Own:         "<|file_sep|>{path}\n",
		Tokens:      append([]string{"<|file_sep|>", "<|repo_name|>"}, pipeTokens...),
		Stops:       []string{"<|endoftext|>", "<|fim_pad|>", "<|im_end|>"},
		Context:     32768,
	},
	{
		// Card: next-edit models on qwen2.5-coder that kept its infilling.
		Name:        "sweep-next-edit",
		Names:       `^sweep-next-edit`,
		PrefixFirst: "{files}{own}<|fim_prefix|>{p}<|fim_suffix|>{s}<|fim_middle|>",
		File:        "<|file_sep|>{path}\n{code}",
		Own:         "<|file_sep|>{path}\n",
		Tokens:      append([]string{"<|file_sep|>", "<|repo_name|>"}, pipeTokens...),
		Stops:       []string{"<|endoftext|>", "<|fim_pad|>", "<|im_end|>"},
		Context:     32768,
	},
	{
		// Report (arXiv 2406.11409): both orders, of which the guide spells only prefix first. 7B Instruct does not infill.
		Name:        "codegemma",
		Names:       `^code-?gemma`,
		TunedChats:  true,
		Marks:       pipeTokens,
		Archs:       []string{"gemma"},
		PrefixFirst: "{files}{own}<|fim_prefix|>{p}<|fim_suffix|>{s}<|fim_middle|>",
		File:        "<|file_separator|>{path}\n{code}",
		Own:         "<|file_separator|>{path}\n",
		Tokens:      append([]string{"<|file_separator|>"}, pipeTokens...),
		Stops:       []string{"<end_of_turn>", "<eos>"},
		Apart:       []string{"<start_of_turn>", "<bos>"},
		Context:     8192,
	},
	{
		// mistral-common's encoder: suffix first; other files stand before the prefix under lines of five plus signs.
		Name:        "codestral",
		Names:       `^codestral`,
		TunedByName: true,
		Marks:       []string{"[SUFFIX]", "[PREFIX]"},
		SuffixFirst: "[SUFFIX]{s}[PREFIX]{files}{own}{p}",
		File:        "+++++ {path}\n{code}\n",
		Own:         "+++++ {path}\n",
		Tokens:      []string{"[PREFIX]", "[SUFFIX]"},
		Apart:       []string{"[MIDDLE]", "[INST]", "[/INST]", "<s>", "</s>"},
		Context:     32768,
	},
	{
		// Card: suffix first; nothing is said of other files. The base model only.
		Name:        "seed-coder",
		Names:       `^seed-?coder`,
		TunedChats:  true,
		Marks:       []string{"<[fim-suffix]>", "<[fim-prefix]>", "<[fim-middle]>"},
		SuffixFirst: "<[fim-suffix]>{s}<[fim-prefix]>{files}{own}{p}<[fim-middle]>",
		Tokens:      []string{"<[fim-suffix]>", "<[fim-prefix]>", "<[fim-middle]>"},
		Stops:       []string{"<[end▁of▁sentence]>"},
		Apart:       []string{"<[begin▁of▁sentence]>"},
		Context:     32768,
	},
}

// chatNames are families that only chat. They are told by name because a server that renders the turns itself shows an
// empty template for them, and because some have their base's infilling tokens without the training.
const chatNames = `^((meta-)?llama-?[0-9]|gemma|mistral|mixtral|ministral|magistral|devstral|phind-|gpt-oss|phi-?[0-9]|` +
	`(code)?qwen|qwq|deepseek|granite|command-r|olmo|smollm|yi-coder|wizardcoder|glm)`
