package model

import (
	"errors"
	"fmt"
)

// Kind sorts what can go wrong by what can be done about it.
type Kind uint8

const (
	Failed      Kind = iota // the server or the model failed; asking again may help
	Unreachable             // nothing answers at the address
	NotFound                // the model is not installed
	NoInsert                // the model's template cannot infill
	Busy                    // something else runs; ask later
	Cut                     // the answer ended before it was finished
	Refused                 // Sopro refuses: it would leave the machine, or it is over a limit
	TooLong                 // the prompt does not fit into the context
)

// String returns the name of k.
func (k Kind) String() string {
	names := [...]string{"failed", "unreachable", "not found", "no insert", "busy", "cut", "refused", "too long"}
	if int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("kind %d", k)
}

// Error is a failure in words for a person: what is wrong, and what to do next. Both are plain single lines and carry no
// secret, and no text of a prompt unless Quotes is set.
type Error struct {
	Kind    Kind
	Message string // "Ollama is not running at http://127.0.0.1:11434"
	Next    string // `start it with "ollama serve"`; may be empty
	Status  int    // HTTP status, 0 where there was none
	Quotes  bool   // Message has words of the server in it, and they may be of a prompt: for a person to see, never for a log
	Err     error  // the cause, may be nil
}

// Error reads "message: next".
func (e *Error) Error() string {
	if e.Next == "" {
		return e.Message
	}
	return e.Message + ": " + e.Next
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// IsKind reports whether err is, or wraps, an *Error of kind k.
func IsKind(err error, k Kind) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == k
}
