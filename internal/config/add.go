package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// adding is one run over the sources: the settings so far and what was wrong.
type adding struct {
	keys     []Key
	settings Settings
	found    []finding
	given    map[string][]Given // by key; nil where nobody asks for it
}

// origin is where a value stands: the kind of source, and the file, variable or flag.
type origin struct {
	source Source
	path   string
}

// finding is a problem, and for an ignored protected key what would have been set: see report.
type finding struct {
	Problem
	key   *Key
	value any
}

func newAdding() *adding {
	a := &adding{keys: Keys()}
	for _, k := range a.keys {
		a.set(origin{source: Default, path: "default"}, k, k.Name, normal(k.Default))
	}
	return a
}

// tree applies a table of a file or a client. Keys may be nested ({"ollama": {"url": …}}), dotted ("ollama.url") or both.
func (a *adding) tree(from origin, table map[string]any) { a.branch(from, "", table) }

func (a *adding) branch(from origin, prefix string, table map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(table)) {
		raw := normal(table[name])
		path := prefix + name
		nested, isTable := raw.(map[string]any)
		k, known := a.key(path)
		switch {
		case raw == nil: // JSON null: not set
		case known:
			a.value(from, k, path, raw)
		case isTable && a.leadsOn(path):
			a.branch(from, path+".", nested)
		default:
			if k, name, ok := a.entry(path); ok {
				a.value(from, k, k.Name, map[string]any{name: raw})
			} else {
				a.unknown(from, path)
			}
		}
	}
}

// value applies what a source gives to a key, unless the key is protected from that source.
func (a *adding) value(from origin, k Key, path string, raw any) {
	if k.Protected && from.source.untrusted() && !k.Addable {
		a.found = append(a.found, finding{a.protected(from, path, k), &k, raw})
		return
	}
	a.set(from, k, path, raw)
}

// set applies a value, a list or a table entry by entry.
func (a *adding) set(from origin, k Key, path string, raw any) {
	raws := []any{raw}
	switch k.Default.(type) {
	case []string:
		if items, ok := raw.([]any); ok {
			raws = items
		}
	case map[string]bool, map[string]Family:
		if entries, ok := raw.(map[string]any); ok {
			for _, name := range slices.Sorted(maps.Keys(entries)) {
				if err := k.set(&a.settings, entry{name, normal(entries[name])}); err != nil {
					a.problem(from, path+"."+name, err.Error())
					continue
				}
				a.note(from, k)
			}
			return
		}
	}
	for _, raw := range raws {
		if err := k.set(&a.settings, raw); err != nil {
			a.problem(from, path, err.Error())
			continue
		}
		a.note(from, k)
		if k.Name == gateKey {
			a.settings.Completion.GateGiven = from.source != Default && !(from.source == Client && a.settings.Completion.Gate == k.Default)
		}
	}
}

// gateKey is the one setting of which it counts whether somebody has set it, also to its default; but editors send the defaults of all
// settings.
const gateKey = "completion.gate"

func (a *adding) key(name string) (Key, bool) {
	for _, k := range a.keys {
		if k.Name == name {
			return k, true
		}
	}
	return Key{}, false
}

// entry splits "completion.languages.go" into the key that holds a table and the entry.
func (a *adding) entry(path string) (Key, string, bool) {
	for _, k := range a.keys {
		switch k.Default.(type) {
		case map[string]bool, map[string]Family:
			if entry, ok := strings.CutPrefix(path, k.Name+"."); ok {
				return k, entry, true
			}
		}
	}
	return Key{}, "", false
}

// leadsOn reports whether a table of this name can hold known keys, in whatever letter case: so ollama.URL, which counts for
// nothing, is reported by its whole path.
func (a *adding) leadsOn(path string) bool {
	return slices.ContainsFunc(a.keys, func(k Key) bool {
		return len(k.Name) > len(path) && k.Name[len(path)] == '.' && strings.EqualFold(k.Name[:len(path)], path)
	})
}

// unknown reports a key that is not known as it is written. Letter case matters: a second spelling of a protected key would be
// one more thing to guard.
func (a *adding) unknown(from origin, path string) {
	if path == "" {
		path = `""`
	}
	for _, k := range a.keys {
		switch {
		case strings.EqualFold(k.Name, path) && k.Protected && from.source.untrusted():
			a.found = append(a.found, finding{Problem: a.protected(from, path, k)})
			return
		case strings.EqualFold(k.Name, path), strings.HasSuffix(k.Name, "."+path):
			a.problem(from, path, fmt.Sprintf("not known; did you mean %q?", k.Name))
			return
		case strings.HasPrefix(k.Name, path+"."):
			a.problem(from, path, "want a table of settings")
			return
		}
	}
	a.problem(from, path, "not known")
}

func (a *adding) protected(from origin, path string, k Key) Problem {
	return Problem{from.source, from.path, printable(path), fmt.Sprintf(
		"ignored: it counts only from your own config.toml, from %s or from --set, since a repository could have written this",
		EnvironmentName(k.Name))}
}

func (a *adding) problem(from origin, key, message string) {
	a.found = append(a.found, finding{Problem: Problem{from.source, printable(from.path), printable(key), printable(message)}})
}

// report drops what is not worth a word and bounds the rest. An ignored protected key is no news if its value is in force anyway,
// nor if an editor sends its default: editors send the defaults of all settings, and the user's own value of a protected key
// twice, here and as --set.
func (a *adding) report() []Problem {
	var problems []Problem
	left := map[string]int{}
	for _, f := range a.found {
		if f.key != nil && (a.holds(a.settings, f) || f.Source == Client && a.holds(Defaults(), f)) {
			continue
		}
		if left[f.Path]++; left[f.Path] > maxProblems {
			continue
		}
		problems = append(problems, f.Problem)
	}
	for i, p := range problems {
		if n := left[p.Path]; n > maxProblems && (i+1 == len(problems) || problems[i+1].Path != p.Path) {
			problems[i].Message += fmt.Sprintf(" (and %d problems more)", n-maxProblems)
		}
	}
	return problems
}

// holds reports whether the settings would stay the same with the finding's value in them.
func (a *adding) holds(s Settings, f finding) bool {
	with := s
	return f.key.set(&with, f.value) == nil && reflect.DeepEqual(s, with)
}

// normal brings the values of the Go, TOML and JSON worlds to one set of types.
func normal(raw any) any {
	switch v := raw.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		n, _ := v.Float64() // too large: infinite, which no bound allows
		return n
	case int:
		return int64(v)
	case []string:
		items := make([]any, len(v))
		for i, s := range v {
			items[i] = s
		}
		return items
	case map[string]Family:
		return map[string]any{} // only the default, which has none
	case map[string]bool:
		entries := make(map[string]any, len(v))
		for name, on := range v {
			entries[name] = on
		}
		return entries
	default:
		return raw
	}
}
