package prompt

// Identity is what a server says of a model. Everything but Name may be missing.
type Identity struct {
	Name          string   // as installed: registry/namespace/base:tag
	Origin        string   // another name, such as the file that was loaded; a name that is served can be anything
	Template      string   // Go template of the server
	Architecture  string   // "llama", "qwen2", …
	Capabilities  []string // "completion", "insert", "embedding", "tools", "thinking", …
	ContextLength int      // tokens; 0 where it is not known
	Vocabulary    []string // nil where it was not asked for
}

// Mode is how a hole is sent to a model.
type Mode uint8

const (
	Raw    Mode = iota // the family's own layout, through no template
	Suffix             // prefix and suffix apart: the server's template lays them out
	Chat               // a chat message with the hole marked
	None               // the model cannot infill
)

// String returns the name of m in lower case.
func (m Mode) String() string {
	switch m {
	case Raw:
		return "raw"
	case Suffix:
		return "suffix"
	case Chat:
		return "chat"
	case None:
		return "none"
	}
	return "unknown"
}

// Asking is how one model is asked.
type Asking struct {
	Family      *Family // nil where it is unknown
	Mode        Mode    // how it fills a hole
	SuffixFirst bool    // Fill writes the suffix before the prefix
	Context     int     // tokens it can take; 0 where it is not known
	NoThink     bool    // it can think and is told not to
	Chat        bool    // it answers chat messages: explain and generate can use it
	Unknown     bool    // name and template told nothing; a vocabulary may
	Why         string  // how this was found out, for people
}

// Infills reports whether the model was trained to fill a hole; one that is merely asked in chat was not.
func (a Asking) Infills() bool { return a.Mode == Raw || a.Mode == Suffix }

// Snippet is a piece of another place that the model should see.
type Snippet struct{ Path, Text string }

// Hole is a place in a file that is to be filled.
type Hole struct {
	Repo     string // name of the repository, "" where there is none
	Path     string // relative to the repository, with slashes
	Language string // LSP languageId
	Prefix   string
	Suffix   string
	Snippets []Snippet // in the order in which they shall stand
}

// Message is one turn of a chat. Role is system, user or assistant.
type Message struct{ Role, Content string }

// Filled is what is sent for a hole.
type Filled struct {
	Prompt, Suffix string
	Raw            bool
	Messages       []Message // only in Mode Chat
	Stops          []string  // at most maxStops
	Layout         string    // for people: "qwen2.5-coder, prefix first"
}
