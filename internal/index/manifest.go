package index

import (
	"cmp"
	"encoding/json"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/tidwall/jsonc"
)

// manifest is what a file says of the package that its folder is: go.mod, Cargo.toml, package.json, tsconfig.json, composer.json.
type manifest struct {
	module   string   // what others call it in their imports
	base     string   // where paths begin, "" if it does not say
	extends  []string // others that are read after it
	prefixes []prefix // where imports that begin so lead, the longest first
}

// prefix is the beginning of an import and the paths that it stands for.
type prefix struct {
	prefix  string
	open    bool // more may follow
	targets []string
}

// manifests remembers what manifests say. Its zero value is ready.
type manifests struct {
	mu    sync.Mutex
	known map[string]keyed
}

type keyed struct {
	key key
	manifest
}

// maxManifests bounds what is remembered.
const maxManifests = 5000

// of is what the manifest at path says, whose text has this key. It is not known where the text is not to be had.
func (m *manifests) of(path string, k key, text func() (string, bool)) (manifest, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if known, ok := m.known[path]; ok && known.key == k {
		return known.manifest, true
	}
	all, ok := text()
	if !ok {
		return manifest{}, false
	}
	if m.known == nil || len(m.known) >= maxManifests {
		m.known = map[string]keyed{}
	}
	read := readManifest(filepath.Base(path), all)
	m.known[path] = keyed{k, read}
	return read, true
}

var (
	goModule   = regexp.MustCompile(`(?m)^module\s+"?([^\s"]+)`)
	crateName  = regexp.MustCompile(`(?m)^\[package\]\s*\n(?:[^\[\n][^\n]*\n|\n)*?name\s*=\s*"([^"]+)"`)
	moduleName = func(pattern *regexp.Regexp, text string) string {
		if m := pattern.FindStringSubmatch(text); m != nil {
			return m[1]
		}
		return ""
	}
)

// readManifest reads the text of a manifest. What it does not understand it leaves out.
func readManifest(base, text string) manifest {
	switch {
	case base == "go.mod":
		return manifest{module: moduleName(goModule, text)}
	case base == "Cargo.toml":
		return manifest{module: strings.ReplaceAll(moduleName(crateName, text), "-", "_")}
	case base == "package.json":
		return readPackage(text)
	case base == "composer.json":
		return readComposer(text)
	}
	return readConfig(text)
}

// texts is a string or a list of them.
type texts []string

func (t *texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = texts{one}
		return nil
	}
	var all []string
	if json.Unmarshal(data, &all) == nil {
		*t = all
	}
	return nil
}

// readConfig reads a tsconfig.json.
func readConfig(text string) manifest {
	var c struct {
		Extends         texts
		CompilerOptions struct {
			BaseURL string `json:"baseUrl"`
			Paths   map[string]texts
		}
	}
	if json.Unmarshal(jsonc.ToJSON([]byte(text)), &c) != nil {
		return manifest{}
	}
	m := manifest{base: c.CompilerOptions.BaseURL, extends: c.Extends}
	for from, to := range c.CompilerOptions.Paths {
		m.prefixes = append(m.prefixes, prefixOf(from, to))
	}
	return m.sorted()
}

// readPackage reads a package.json: its exports, else its main file, and its own imports.
func readPackage(text string) manifest {
	var p struct {
		Name                        string
		Source, Types, Module, Main string
		Exports, Imports            json.RawMessage
	}
	if json.Unmarshal([]byte(text), &p) != nil {
		return manifest{}
	}
	m := manifest{module: p.Name}
	for _, entries := range []json.RawMessage{p.Exports, p.Imports} {
		var byName map[string]json.RawMessage
		if json.Unmarshal(entries, &byName) == nil && slices.ContainsFunc(slices.Collect(maps.Keys(byName)), func(k string) bool { return strings.HasPrefix(k, ".") || strings.HasPrefix(k, "#") }) {
			for from, to := range byName {
				m.prefixes = append(m.prefixes, prefixOf(from, leaves(to, 0)))
			}
		} else if len(entries) > 0 {
			m.prefixes = append(m.prefixes, prefix{prefix: ".", targets: leaves(entries, 0)})
		}
	}
	main := slices.DeleteFunc([]string{p.Source, p.Types, p.Module, p.Main}, func(s string) bool { return s == "" })
	if len(main) > 0 {
		m.prefixes = append(m.prefixes, prefix{prefix: ".", targets: main})
	}
	return m.sorted()
}

// maxNested bounds how deep the conditions of an entry may stand in each other.
const maxNested = 8

// leaves is all texts in a value of JSON, in the order of their keys.
func leaves(value json.RawMessage, depth int) (all []string) {
	var one string
	var list []json.RawMessage
	var byName map[string]json.RawMessage
	switch {
	case depth > maxNested:
	case json.Unmarshal(value, &one) == nil:
		if one != "" {
			all = []string{one}
		}
	case json.Unmarshal(value, &list) == nil:
		for _, v := range list {
			all = append(all, leaves(v, depth+1)...)
		}
	case json.Unmarshal(value, &byName) == nil:
		for _, name := range slices.Sorted(maps.Keys(byName)) {
			all = append(all, leaves(byName[name], depth+1)...)
		}
	}
	return all
}

// readComposer reads the PSR-4 prefixes of a composer.json.
func readComposer(text string) manifest {
	type autoload struct {
		PSR4 map[string]texts `json:"psr-4"`
	}
	var c struct {
		Autoload    autoload `json:"autoload"`
		AutoloadDev autoload `json:"autoload-dev"`
	}
	if json.Unmarshal([]byte(text), &c) != nil {
		return manifest{}
	}
	var m manifest
	for _, a := range []autoload{c.Autoload, c.AutoloadDev} {
		for from, to := range a.PSR4 {
			m.prefixes = append(m.prefixes, prefix{from, true, to})
		}
	}
	return m.sorted()
}

// prefixOf is an entry with at most one star. What stands behind the star is left out: it is an ending.
func prefixOf(from string, to []string) prefix {
	head, _, open := strings.Cut(from, "*")
	return prefix{head, open, to}
}

// sorted puts the longest prefix first.
func (m manifest) sorted() manifest {
	slices.SortFunc(m.prefixes, func(a, b prefix) int {
		return cmp.Or(cmp.Compare(len(b.prefix), len(a.prefix)), cmp.Compare(a.prefix, b.prefix))
	})
	return m
}
