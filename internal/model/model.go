// Package model is what Sopro knows of a machine that runs language models: what can be asked of it, what it answers,
// and the one queue, the health, the speeds and the trace that belong to one such machine (an Endpoint).
//
// Goals:
//   - One description of a request and of an answer, whatever protocol carries them (package ollama speaks Ollama's).
//   - One request at a time an endpoint, the most urgent first, and nothing running is ever aborted to make room.
//   - Errors that a person can act on: each says what is wrong and what to do next.
//   - Everything that was sent can be shown afterwards, and is kept in memory only.
//
// Non-goals: laying out a prompt (package prompt), choosing a model (package catalog), deciding when to ask (package
// complete). Nothing here retries a generation.
package model

import (
	"context"
	"iter"
	"time"
)

// Priority says how urgent a request is; a smaller value goes first.
type Priority uint8

const (
	Typing   Priority = iota // a completion of the document that is being typed into
	Waiting                  // a person waits for it: explain, generate
	Prefetch                 // guesses at what will be asked next
	Warm                     // loads a model or evaluates a prompt, so that a later request is quick
)

// String returns the name of p in lower case.
func (p Priority) String() string {
	switch p {
	case Typing:
		return "typing"
	case Waiting:
		return "waiting"
	case Prefetch:
		return "prefetch"
	case Warm:
		return "warm"
	}
	return "unknown"
}

// background reports whether work of priority p is refused rather than queued while anything above it is there.
func (p Priority) background() bool { return p >= Prefetch }

// Message is one turn of a chat. Role is "system", "user" or "assistant".
type Message struct{ Role, Content string }

// Options are the settings that Ollama loads a model with. They must be the same in every request for one model: another
// value makes the server load the model again (300 ms for a tiny one, seconds for a real one). A zero value is not sent,
// except NumCtx, which is always sent: a server's default differs by version and by environment. A Request whose NumCtx
// is zero is refused.
type Options struct {
	NumCtx    int    // tokens of context, prompt and answer together
	NumBatch  int    // prompt tokens evaluated at once
	NumThread int    // CPU threads
	KeepAlive string // how long the model stays loaded: a duration ("30m"), or seconds ("-1": for ever)
}

// Request is one generation. Either Prompt (with Suffix or Raw) or Messages is set; Messages make it a chat.
type Request struct {
	Model    string
	Prompt   string
	Suffix   string // text after the hole; only for a model whose own template infills, never together with Raw
	Raw      bool   // the prompt goes to the model as it is, through no template
	Messages []Message

	Stop        []string // the answer ends before the first of these
	MaxTokens   int      // bound of the answer in tokens; 0 asks for no answer: the model is loaded and the prompt evaluated
	Temperature float64
	Seed        int
	Logprobs    bool // ask for the probability of each token; servers that do not know it leave it out
	NoThink     bool // tell a model that can think not to
	Options     Options

	Snippets []Shown // what the prompt shows of other places; for the trace only, never sent
	Language string  // language id of the document; for the trace and estimates only, never sent

	PromptTokens int // of the prompt, estimated, 0 where not known; for Last and the trace only, never sent
	FreshTokens  int // of them, those that the server is thought to have to evaluate; for the trace only, never sent
}

// Shown names a piece of context that stands in a prompt.
type Shown struct {
	Source, Path string
	Lines        [2]int   // first and last, from 0
	Runs         [][2]int // of those the lines that the prompt shows; nil where it says something of them instead
	Score        float64  // what made it be chosen before others; greater is better
	Tokens       int      // estimated
	Why          string   // for people
}

// Token is one generated token.
type Token struct {
	Text  string
	Prob  float64 // 0..1; 1 where it is not known
	Known bool    // whether the server said the probability
}

// Chunk is one piece of a streamed answer. Tokens, when there are any, spell the same text, but a token's bytes can end
// inside a character that Text holds back until it is whole: borders differ, the sum agrees.
type Chunk struct {
	Text   string
	Tokens []Token
	Done   *Stats // set in the last chunk and only there
}

// Stats is what a server says of a finished generation.
type Stats struct {
	PromptTokens   int           // the whole prompt, also what came from the cache; 0 when not said
	Evaluated      int           // prompt tokens that PromptTime went into; 0 when not said, as most versions do not
	Cached         int           // prompt tokens that were in the server's cache …
	CountsCached   bool          // … if it says that
	Tokens         int           // generated
	Load           time.Duration // until the model was there
	PromptTime     time.Duration // evaluating what was not cached
	GenerationTime time.Duration
	Reason         string // "stop", "length", "load"; "" when not said
}

// Backend is a protocol that reaches models. Its methods are safe for concurrent use; each ends when ctx does.
type Backend interface {
	// Stream generates. The last chunk has Done; a stream that ends without it yields an *Error. Leaving the loop ends
	// the generation on the server. After an error nothing follows.
	Stream(ctx context.Context, r Request) iter.Seq2[Chunk, error]
	// Models lists what is installed.
	Models(ctx context.Context) ([]Installed, error)
	// Show describes an installed model; vocabulary asks for its tokens too (megabytes).
	Show(ctx context.Context, name string, vocabulary bool) (Details, error)
	// Loaded lists what is in memory now.
	Loaded(ctx context.Context) ([]Running, error)
	// Version is the server's version and the cheapest sign of life.
	Version(ctx context.Context) (string, error)
}

// Installed is a model that a server has.
type Installed struct {
	Name, Family, ParameterSize, Quantization string
	Size                                      int64 // bytes on disk
	Modified                                  time.Time
	Remote                                    bool // the server forwards it to another machine
	Digest                                    string
}

// Details is what a server says of one model.
type Details struct {
	Capabilities   []string // "completion", "insert", "chat" …; a model can do more than its template lets the server see
	Template       string
	Parameters     string // lines of "name value"
	Architecture   string
	Family         string
	ContextLength  int // tokens the model was trained for; 0 when not said
	ParameterCount int64
	Remote         bool     // the server forwards it to another machine
	Vocabulary     []string // only where it was asked for and is known
	License        string
	Origin         string // another name of it, such as the file it was loaded from; "" where there is none
}

// Running is a model in a server's memory.
type Running struct {
	Name          string
	Size          int64 // bytes in memory, of which
	VRAM          int64 // bytes on a GPU
	ContextLength int   // 0 when not said
	Expires       time.Time
}
