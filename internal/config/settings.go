// Package config holds every setting of Sopro: its name, default, bounds and documentation, and the rules by which the
// sources of settings overrule each other.
//
// Goals: one place to read (the table in [Keys]); a mistake in one setting costs that setting alone and is said once, with
// its path; a repository that is merely opened can never redirect an endpoint or widen what is read.
//
// Non-goals: it gives no meaning to a value beyond type and bounds (whether a model is installed, whether an address is
// loopback), it does not watch files, and it never writes one.
package config

import "time"

// Settings is what the sources add up to. It is a plain value: copy it freely, but treat its map and its slice as read-only.
type Settings struct {
	Enabled    bool
	Completion Completion
	Models     Models
	Explain    Explain
	Ollama     Ollama
	OpenAI     OpenAI
	Privacy    Privacy
	Index      Index
	Log        Log
}

// Completion says when a completion is offered and how long it may be.
type Completion struct {
	Enabled       bool
	Trigger       string          // "automatic" or "manual"
	Languages     map[string]bool // by languageId; "*" stands for every language without an entry
	Multiline     string          // "auto", "never" or "always"
	Gate          float64         // 0 (off) to 1
	GateGiven     bool            // a source names the gate: it is not calibrated then
	Debounce      Debounce
	MaxTokens     int
	ContextTokens int    // of the whole prompt
	Menu          string // "auto", "always" or "never"
}

// Debounce is how long typing must rest before a model is asked. With Auto the engine decides and Delay is 0.
type Debounce struct {
	Auto  bool
	Delay time.Duration
}

// Models names the model of each role, or "auto".
type Models struct {
	Completion, Chat string
	Families         map[string]Family // of the user's own, by name
}

// Explain shapes explanations.
type Explain struct{ Language string }

// Ollama says where the models run and how they are kept.
type Ollama struct {
	URL       string // "" means $OLLAMA_HOST as Ollama reads it, else http://127.0.0.1:11434
	KeepAlive string // always a duration that Ollama accepts, such as "30m" or "-1s"
	NumCtx    int    // tokens; 0 is "auto"
}

// OpenAI says where an OpenAI-compatible server is asked instead of Ollama.
type OpenAI struct {
	URL       string // "" means Ollama
	APIKeyEnv string // name of the environment variable that holds the key; "": no key
	CAFile    string // path of a file of certificates; "": those of the system alone
}

// Privacy says what may leave the machine and what is never read.
type Privacy struct {
	AllowRemote bool
	Ignore      []string // globs, on top of the built-in rules
}

// Index bounds what is read from a workspace.
type Index struct{ MaxFileBytes int64 }

// Log says what is written down, and where.
type Log struct {
	Level string // "debug", "info", "warn" or "error"
	File  string // "" means a file in the state directory
}

// LanguageEnabled reports whether completions are wanted in a language: by its own entry, else by the entry "*", else yes.
func (s Settings) LanguageEnabled(languageID string) bool {
	for _, id := range []string{languageID, "*"} {
		if on, ok := s.Completion.Languages[id]; ok {
			return on
		}
	}
	return true
}

// Key describes one setting. A key is announced here when it works, not before.
type Key struct {
	Name    string
	Default any    // bool, int, float64, string, []string, map[string]bool or map[string]Family, as it is written in a file
	Doc     string // for the user: what it does, then when to change it
	Example string // TOML, for what a sentence cannot show; mostly empty

	Min, Max float64  // bounds of a number; both 0: none
	Values   []string // the only words allowed, or the words allowed beside a number

	// Protected keys count only from the user's own file, the environment and the command line: what comes from a workspace
	// or over LSP can be written by a repository. A protected list with Addable may be added to from there.
	Protected, Addable bool

	digits bool                         // a whole number may stand for the text
	check  func(string) (string, error) // further rule for a text or an entry of a list; returns it as it is kept
	at     func(s *Settings) pointer    // where the value lives
}

// Keys lists every setting, in the order of the documentation. The caller owns the slice.
func Keys() []Key {
	return []Key{
		{
			Name: "enabled", Default: true,
			at: func(s *Settings) pointer { return &s.Enabled },
			Doc: "The main switch. When it is off nothing is completed and no model is loaded or asked in the background. " +
				"Turn it off in a workspace where you want to think alone.",
		},
		{
			Name: "completion.enabled", Default: true,
			at: func(s *Settings) pointer { return &s.Completion.Enabled },
			Doc: "Offers completions while you type. Explanations and generated code keep working when it is off. " +
				"Turn it off if you want the model only when you call for it by a command.",
		},
		{
			Name: "completion.trigger", Default: "automatic", Values: []string{"automatic", "manual"},
			at: func(s *Settings) pointer { return &s.Completion.Trigger },
			Doc: "When a completion is offered: `automatic` while you type, `manual` only when you ask by the editor's key. " +
				"Choose `manual` on battery, or where a fan that starts at each line disturbs you.",
		},
		{
			Name: "completion.languages", Default: map[string]bool{"*": true},
			at: func(s *Settings) pointer { return &s.Completion.Languages },
			Doc: "Switches completions on or off by LSP language id; `*` stands for every language without an entry of its own. " +
				"The entries of all sources are added up, a later source wins. " +
				"Set `markdown` to false to write prose in peace, or `*` to false with a few entries of true for an allow list.",
		},
		{
			Name: "completion.multiline", Default: "auto", Values: []string{"auto", "never", "always"},
			at: func(s *Settings) pointer { return &s.Completion.Multiline },
			Doc: "Whether a completion may go past the end of the line. `auto` offers several lines only where a block belongs, which is where they are " +
				"right most often. Choose `never` if grey blocks distract you, `always` with a large and fast model.",
		},
		{
			Name: "completion.gate", Default: 0.7, Min: 0, Max: 1,
			at: func(s *Settings) pointer { return &s.Completion.Gate },
			Doc: "How sure the model must be: the text ends before the token that takes the product of the token probabilities below this, or is by itself below its cube root. " +
				"Higher shows less and is right more often; 0 turns the gate off. Without token probabilities (Ollama before 0.12.11) it has no effect. " +
				"Where nobody sets it, it moves slowly between 0.5 and 0.95, for each model and language, by what you accept and what you contradict.",
		},
		{
			Name: "completion.debounce", Default: "auto", Min: 0, Max: 5000, Values: []string{"auto"},
			at: func(s *Settings) pointer { return &s.Completion.Debounce },
			Doc: "How many milliseconds typing must rest before a model is asked; answers that are already known come at once in any case. " +
				"`auto` follows the measured speed of the model. Set a number only if requests come too early or too late for your machine.",
		},
		{
			Name: "completion.maxTokens", Default: 256, Min: 1, Max: 4096,
			at: func(s *Settings) pointer { return &s.Completion.MaxTokens },
			Doc: "The most tokens that one completion may have. Most end much sooner, at the end of the statement or block. " +
				"Lower it on a slow machine; raise it if long blocks are cut.",
		},
		{
			Name: "completion.contextTokens", Default: 1536, Min: 256, Max: 16384,
			at: func(s *Settings) pointer { return &s.Completion.ContextTokens },
			Doc: "How many tokens the whole prompt of a completion may have: the code before and after the cursor and snippets from other files. " +
				"A larger prompt knows more and takes longer the first time. Lower it to 512 on a machine without a GPU, raise it with a fast one.",
		},
		{
			Name: "completion.menu", Default: "auto", Values: []string{"auto", "always", "never"},
			at: func(s *Settings) pointer { return &s.Completion.Menu },
			Doc: "Whether completions also appear in the ordinary completion menu. `auto` does so only for editors without inline completion. " +
				"Choose `always` to have both, `never` to keep the menu for other language servers.",
		},
		{
			Name: "models.completion", Default: "auto", check: modelName,
			at: func(s *Settings) pointer { return &s.Models.Completion },
			Doc: "The installed model that completes, by its name in `ollama list`. `auto` takes the best installed one that can fill in the middle and fits this machine. " +
				"Name one to keep it whatever else you install; models that run elsewhere are refused.",
		},
		{
			Name: "models.chat", Default: "auto", check: modelName,
			at: func(s *Settings) pointer { return &s.Models.Chat },
			Doc: "The installed model that explains and generates. `auto` takes the best installed one that can chat, and rather the one that completes than a second one in memory. " +
				"Name one if you want a larger model for questions than for typing.",
		},
		{
			Name: "models.families", Default: map[string]Family{}, Protected: true, Example: familyExample,
			at: func(s *Settings) pointer { return &s.Models.Families },
			Doc: "How a family of models that Sopro does not know was trained to infill, by a name of yours; it goes before the families that are known. " +
				"`names` is a regular expression for the model's name without registry and namespace, whatever its letter case. " +
				"A layout (`prefixFirst`, `suffixFirst` or both) is the prompt, with `{p}` for the text before the cursor, `{s}` for the text after it, " +
				"and where you like `{files}` and `{own}` for other files and the header of the file itself, `{path}` for its path; `repo` (`{name}`), `file` (`{path}`, `{code}`) and " +
				"`own` (`{path}`) say how those are written. `order` chooses: `prefix-first`, `suffix-first` (where there are both, because a typed character then costs less), or `server`, without a " +
				"layout, for a server that lays out a prompt and a suffix by itself. `stops` end an answer, besides the markers of the layout; `context` is the number of tokens the model was trained for. " +
				"Use it for a new model, or for one of your own; the model's card says how it infills.",
		},
		{
			Name: "explain.language", Default: "auto", check: humanLanguage,
			at: func(s *Settings) pointer { return &s.Explain.Language },
			Doc: "The language in which code is explained, as a name or a tag (`Deutsch`, `pt-BR`). `auto` follows your editor. " +
				"Small models explain best in English.",
		},
		{
			Name: "ollama.url", Default: "", Protected: true,
			at: func(s *Settings) pointer { return &s.Ollama.URL },
			Doc: "Where Ollama listens. Empty means `$OLLAMA_HOST` as Ollama itself reads it, else `http://127.0.0.1:11434`. " +
				"Change it for another port; another machine also needs `privacy.allowRemote`.",
		},
		{
			Name: "ollama.keepAlive", Default: "30m", digits: true, check: keepAlive,
			at: func(s *Settings) pointer { return &s.Ollama.KeepAlive },
			Doc: "How long Ollama keeps a model in memory after its last use: a duration such as `10m`, a number of seconds, or `-1` for ever. " +
				"Shorten it if memory is scarce; lengthen it if the first completion after a pause is slow.",
		},
		{
			Name: "ollama.numCtx", Default: "auto", Min: 512, Max: 1 << 20, Values: []string{"auto"},
			at: func(s *Settings) pointer { return &s.Ollama.NumCtx },
			Doc: "The context window that a model is loaded with, in tokens. `auto` is the smallest of 8192, the model's own limit and what memory allows. " +
				"Set it to the value that your other tools use, so that Ollama need not reload the model for each of them.",
		},
		{
			Name: "openai.url", Default: "", Protected: true,
			at: func(s *Settings) pointer { return &s.OpenAI.URL },
			Doc: "Where an OpenAI-compatible model server listens, such as llama.cpp's, vLLM or SGLang: `http://127.0.0.1:8080`, with the path before `/v1` where there is one. " +
				"When it is set that server is asked instead of Ollama; another machine also needs `privacy.allowRemote`. A server that does not say its context is taken to have 4,096 tokens. " +
				"Leave it empty for Ollama, which also tells which of its models run elsewhere.",
		},
		{
			Name: "openai.apiKeyEnv", Default: "", Protected: true, check: variableName,
			at: func(s *Settings) pointer { return &s.OpenAI.APIKeyEnv },
			Doc: "The name of the environment variable that holds the key of that server; the key itself stands in no setting. " +
				"It is sent to `openai.url` alone, over https or to this machine. Set it if the server was started with a key.",
		},
		{
			Name: "openai.caFile", Default: "", Protected: true,
			at: func(s *Settings) pointer { return &s.OpenAI.CAFile },
			Doc: "The path of a file of certificates (PEM) whose signatures are trusted besides those that your system trusts, for `openai.url` alone. " +
				"Set it if that server has a certificate of your own authority.",
		},
		{
			Name: "privacy.allowRemote", Default: false, Protected: true,
			at: func(s *Settings) pointer { return &s.Privacy.AllowRemote },
			Doc: "Lets Sopro talk to a model server on another machine, which then receives your code. Off, only loopback addresses are dialled. " +
				"Turn it on together with `ollama.url` or `openai.url` if the machine is yours and you trust the network in between.",
		},
		{
			Name: "privacy.ignore", Default: []string{}, Protected: true, Addable: true, check: glob,
			at: func(s *Settings) pointer { return &s.Privacy.Ignore },
			Doc: "Files that are never read into a prompt or an index, as globs from the root of the workspace (`**/secrets/**`), on top of the built-in rules for keys and credentials. " +
				"The entries of all sources are added up; a workspace may add some but never take any away.",
		},
		{
			Name: "index.maxFileBytes", Default: 1 << 20, Min: 1 << 10, Max: 64 << 20, Protected: true,
			at: func(s *Settings) pointer { return &s.Index.MaxFileBytes },
			Doc: "Larger files are not read for context, in bytes. Files of a megabyte are mostly generated and teach a model little. " +
				"Raise it if your own sources are larger.",
		},
		{
			Name: "log.level", Default: "warn", Values: []string{"debug", "info", "warn", "error"}, Protected: true,
			at: func(s *Settings) pointer { return &s.Log.Level },
			Doc: "How much is written to the log. No level writes down code or prompts. " +
				"Choose `debug` before you report a problem.",
		},
		{
			Name: "log.file", Default: "", Protected: true,
			at: func(s *Settings) pointer { return &s.Log.File },
			Doc: "The file that the log is written to. Empty means `sopro/sopro.log` in your state directory (`$XDG_STATE_HOME`). " +
				"Change it if your home directory is slow or small.",
		},
	}
}
