package complete

import (
	"time"

	"sopro/internal/document"
	"sopro/internal/learn"
)

// Event is what happens to a policy: one of the types below.
type Event interface{ event() }

// Opened says that a document is open; whatever was known of one of that name is forgotten. Only open documents are
// completed.
type Opened struct{ Doc string }

// Edited says that a document has a newer text. Requests for older ones are superseded, also those that come late.
type Edited struct {
	Doc     string
	Version int32
	text    *document.Snapshot // with edits, what the ledger follows; nil: nothing
	edits   []document.Edit
}

// Asked is a request for a completion. Every one is answered by exactly one Answer,
// unless it is Cancelled first.
type Asked struct {
	ID      int
	Manual  bool
	Patient bool // waits for a whole block however long it takes
	Model   Availability
	sight   *sight
}

// Warmed asks for a place's prompt to be evaluated when nothing else is to be done, with nothing generated; or, with Load, for the
// model alone to be brought into memory, if it is not there.
type Warmed struct {
	Load   bool
	Manual bool // somebody asked for it, who may have switched off what comes by itself
	Model  Availability
	sight  *sight
	read   int // bytes of the prompt that have been evaluated for it
}

// Cancelled says that nobody waits for an answer any more. The generation lives on.
type Cancelled struct{ ID int }

// Learnt says that it is known by now what the model could do, where it was Unknown.
type Learnt struct{ Model Availability }

// Streamed is one token of a running generation. Prob is 1 where it is unknown.
type Streamed struct {
	Gen  int
	Text string
	Prob float64
}

// Finished ends a generation: by the model itself (Natural), by its limit, by our
// closing, or by a fault.
type Finished struct {
	Gen     int
	Natural bool
	Read    int  // of a warm-up: bytes of the prompt's beginning that are evaluated now
	More    bool // … and the prompt goes on
	Err     error
}

// Stops tells which model runs a generation, and which control tokens it may leak.
type Stops struct {
	Gen    int
	Model  string
	Tokens []string
}

// Closed forgets a document.
type Closed struct{ Doc string }

// Configured changes the options. What the new ones forbid ends.
type Configured struct{ Options Options }

// Woken is the timer that Arm asked for.
type Woken struct{}

func (Opened) event()     {}
func (Edited) event()     {}
func (Asked) event()      {}
func (Warmed) event()     {}
func (Cancelled) event()  {}
func (Learnt) event()     {}
func (Streamed) event()   {}
func (Finished) event()   {}
func (Stops) event()      {}
func (Closed) event()     {}
func (Configured) event() {}
func (Woken) event()      {}

// Action is what a policy wants done: one of the types below.
type Action interface{ action() }

// Send asks the model to fill a hole. The driver reports Stops, Streamed and, always,
// Finished.
type Send struct {
	Gen    int
	Warm   bool // evaluate the prompt only
	Load   bool // with Warm: not even that, bring the model into memory
	Manual bool
	Ahead  bool // nobody asks it yet
	Seed   int  // of the chance in what the model says; 0: none, it says what it finds likeliest
	sight  *sight
}

// Abort closes a generation's connection; Finished follows as for any other end.
type Abort struct{ Gen int }

// Answer replies to a request: with one item, with several where it has More, or with nothing where Text is empty.
type Answer struct {
	ID         int
	Text       string
	Replace    int // bytes right of the cursor that Text stands for
	Superseded bool
	Builtin    bool     // the built-in engine said it
	Err        error    // the model failed, and nothing else answered
	Why        string   // why nothing is shown, for the log
	More       []Answer // other suggestions, of which Text and Replace count

	item learn.Item // what the ledger is to know of it, as far as the policy knows it
}

// Arm asks for Woken at a time; it replaces an earlier Arm.
type Arm struct{ At time.Time }

func (Send) action()   {}
func (Abort) action()  {}
func (Answer) action() {}
func (Arm) action()    {}
