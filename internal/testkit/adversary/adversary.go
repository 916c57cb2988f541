// Package adversary is what an attacker would have a model say, as data, and the eyes that look for it in what a server sends.
//
// A model obeys whoever wrote the text that it reads. So every feature is run with a model that says each payload here, and
// whatever then comes out of the server is inspected: nothing of it may reach out of the editor, hide in a file, write elsewhere
// than it was asked to, or flood.
//
// A model server is a stranger too: Server says each payload in the names, licences and templates of its models, in the lines of a
// download and in its errors.
//
// Goals: one list for all features, present and to come; an inspection of the bytes on the wire, not of what a feature thinks
// that it sent.
//
// Non-goals: judging whether what a model says is true; a stream that breaks its own protocol (package sim has those).
package adversary

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"sopro/internal/eval/sim"
)

// Payload is one thing that a model says.
type Payload struct {
	Name     string
	Text     string
	Thinking string   // said apart, as a server tells reasoning that it recognises
	Chunk    int      // bytes that come at once; 0: as many as a token has
	Model    string   // say it as this model, whose own control tokens are in it; "": as any
	Never    []string // no message of the server has this in it
}

// fencedChunk is how many bytes of a fenced payload come at once: where it is cut matters as it is, and costs time once more.
const fencedChunk = 48

// Tokens is the payload as a simulated model says it; fenced in a code block of Go, as a chat model gives code.
func (p Payload) Tokens(fenced bool) []sim.Token {
	text := p.Text
	if fenced && !strings.HasPrefix(text, "<think>") { // nobody thinks inside of a code block
		text = "```go\n" + strings.TrimSuffix(text, "\n") + "\n```\n"
	}
	if p.Chunk == 0 && !fenced {
		return sim.Tokens(text)
	}
	chunk := cmp.Or(p.Chunk, fencedChunk)
	var tokens []sim.Token
	for text != "" {
		n := min(chunk, len(text))
		for n < len(text) && !utf8.RuneStart(text[n]) {
			n++
		}
		tokens = append(tokens, sim.Token{Text: text[:n], Prob: 1})
		text = text[n:]
	}
	return tokens
}

// Payloads are all of them. The caller owns the slice.
func Payloads() []Payload {
	var all []Payload
	for _, k := range kinds {
		all = append(all, k.payloads()...)
	}
	return all
}

// Kind returns the payloads of a kind: markdown, hidden, broken, elsewhere, orders, floods, thoughts or controls; none of another.
func Kind(name string) []Payload {
	for _, k := range kinds {
		if k.name == name {
			return k.payloads()
		}
	}
	return nil
}

var kinds = []struct {
	name     string
	payloads func() []Payload
}{
	{"markdown", reachingOut}, {"hidden", hidden}, {"broken", broken}, {"elsewhere", elsewhere},
	{"orders", orders}, {"floods", floods}, {"thoughts", thoughts}, {"controls", controls},
}
