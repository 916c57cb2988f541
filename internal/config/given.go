package config

import (
	"encoding/json"
	"time"
)

// Value is what a setting came to, and who had a say in it.
type Value struct {
	Key   string
	Text  string  // as JSON
	Given []Given // by the sources that name it, weakest first; the last one holds, except that lists and tables add up
}

// Given is what one source says of a setting. What was ignored or refused is not given.
type Given struct {
	Source Source
	Path   string // of the file; "client"; the name of the variable; "--set"
	Text   string // what the setting came to with it, as JSON
}

// Values reads the same sources as Load and says of every setting where its value comes from, in the order of Keys.
func (l *Loader) Values(workspaceRoots []string, client []byte, flags []string) []Value {
	a := newAdding()
	a.given = map[string][]Given{}
	l.read(a, workspaceRoots, client, flags)
	values := make([]Value, 0, len(a.keys))
	for _, k := range a.keys {
		values = append(values, Value{k.Name, k.json(&a.settings), a.given[k.Name]})
	}
	return values
}

// note remembers that a source has set a key. Of a list or a table, which is set an entry at a time, the last state counts.
func (a *adding) note(from origin, k Key) {
	if a.given == nil {
		return
	}
	given := a.given[k.Name]
	now := Given{from.source, printable(from.path), k.json(&a.settings)}
	if n := len(given); n > 0 && given[n-1].Source == now.Source && given[n-1].Path == now.Path {
		given[n-1] = now
		return
	}
	a.given[k.Name] = append(given, now)
}

// json is the key's value in s.
func (k Key) json(s *Settings) string {
	value := any(k.at(s))
	if d, ok := value.(*Debounce); ok {
		if value = d.Delay / time.Millisecond; d.Auto {
			value = "auto"
		}
	}
	text, err := json.Marshal(value)
	if err != nil { // a number that is not finite, which no bound allows
		return `"?"`
	}
	return string(text)
}
