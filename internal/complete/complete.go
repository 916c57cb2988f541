// Package complete decides what is whispered at the cursor, and when.
//
// A completion travels one way. The server hands in a request: an immutable
// text, the tree of it and an offset. The policy answers it from what was
// generated before, joins what is being generated, or asks the model. What the
// model streams is adapted to the document, kept, and shaped into an item by one
// list of small rules.
//
//	Engine   goroutines: one that owns the policy, one for each stream
//	Policy   a deterministic state machine: events in, actions out, no clock of
//	         its own, so that a simulation can drive it in virtual time
//	generation  what a model has said at a hole, and whether a later text agrees
//	rules    from what was generated to what is shown
//
// # Goals
//
// Work that the user is typing into is never thrown away: one generation runs a
// document, and it ends only when the text contradicts it, the document closes,
// completion is switched off, or nobody has asked for ten seconds. Everything that
// is known already is answered before any timer. Every request is answered.
//
// # Non-goals
//
// It does not know LSP, does not choose models and does not read files. No lock
// is held and no document waits while a model thinks.
package complete

import (
	"time"

	"sopro/internal/document"
	"sopro/internal/gather"
	"sopro/internal/model"
	"sopro/internal/prompt"
	"sopro/internal/syntax"
)

// Request asks for a completion of one version of a text.
type Request struct {
	Text    *document.Snapshot
	View    *syntax.View // may be nil; the engine owns and closes it
	Offset  int          // bytes
	Manual  bool         // a person pressed the key: no waiting, no gate
	Patient bool         // whoever asks waits for a whole block, however long it takes
	Menu    bool         // the answer stands in a menu until the next key: no half line
	Path    string       // relative to Repo, with slashes; the model sees it
	Repo    string       // the name of the workspace
	Local   string       // the file's own path, by which the built-in engine, the index and the history know it

	Diagnostics []gather.Diagnostic // what other tools say of Text

	Selected *Selected // nil: none
}

// Selected is the item that is selected in a menu of the editor's own while it asks: the completion goes on where the item would end.
type Selected struct {
	Replace document.Span // what the item stands for; Offset lies in it
	Text    string
}

// Item is one completion: Text in place of Replace, which starts at the requested offset and is empty unless text right of it is
// replaced. With a Selected, Text begins with its text, and Replace with what it replaces.
type Item struct {
	ID      string // unique in the process
	Text    string
	Replace document.Span
}

// Reply answers a Request. There is more than one item only where somebody asked again, by key, where something was shown: that stays
// the first of up to three. Superseded means that a newer edit or request
// has overtaken it and that there is nothing to say about the old one.
//
// Builtin tells that the built-in engine said it. Err is why the model failed where nothing else answered; an editor shows
// nothing then.
type Reply struct {
	Items      []Item
	Superseded bool
	Builtin    bool
	Err        error
}

// Choice is the model that completes and how it is asked.
type Choice struct {
	Model   string
	Asking  prompt.Asking
	Options model.Options
}

// Options are the settings that the policy and the prompt follow. They may
// change while the engine runs.
type Options struct {
	Enabled       bool
	Languages     func(languageID string) bool // nil: all
	Automatic     bool                         // answer requests that nobody pressed a key for
	Multiline     Multiline
	Gate          float64       // 0 to 1, 0 is off: the product of token probabilities a ghost keeps
	Calibrated    bool          // what was learnt of a model in a language stands above Gate
	Debounce      time.Duration // DebounceAuto, or fixed
	MaxTokens     int           // of one generation
	ContextTokens int           // of the whole prompt
	Without       Without       // only for measuring
}

// DebounceAuto waits by the typist's rhythm.
const DebounceAuto time.Duration = -1

// Multiline says when a completion may have more than one line.
type Multiline uint8

const (
	MultilineAuto   Multiline = iota // where the statement at the cursor has more
	MultilineNever                   //
	MultilineAlways                  // to the end of the block
)

// Availability is what the model could do for a request that came now.
type Availability uint8

const (
	Ready   Availability = iota
	Loading              // it must be loaded first, which takes seconds
	Busy                 // it does something that a person waits for and that is not cut short
	Unknown              // somebody is looking which models there are
	Down                 // no server, no model, or none that infills
)

// Tree is what shaping needs to know of a text's syntax; *syntax.View is one. The
// offsets are those of the text that the request was made for.
type Tree interface {
	Completes(replaced document.Span, inserted string) (end int, ok bool)
	Breaks(replaced document.Span, inserted string) bool
}
