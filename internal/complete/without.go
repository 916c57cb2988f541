package complete

import "slices"

// Without names parts of the engine that are switched off, to measure what each is worth. Nothing but `sopro eval typing`
// sets it: none of these is a setting.
type Without []string

// The parts besides the rules of a ghost's shape.
const (
	withoutReuse  = "reuse"  // answers from what was generated before
	withoutJoin   = "join"   // requests that wait for what is being generated: each is a generation of its own
	withoutHold   = "hold"   // waiting for a block after its first line
	withoutAhead  = "ahead"  // asking for what follows a ghost while it is looked at
	withoutAnchor = "anchor" // a prompt whose head stays: the window slides, snippets are chosen anew
)

// Switchable is what Without may name, in the order in which it counts.
func Switchable() []string {
	names := []string{withoutReuse, withoutJoin, withoutHold, withoutAhead, withoutAnchor}
	for _, r := range rules {
		names = append(names, r.name)
	}
	return names
}

func (w Without) has(name string) bool { return len(w) > 0 && slices.Contains(w, name) }
