package workspace

import (
	"encoding/json"
	"path"
	"path/filepath"
	"strings"
)

// Guard decides whether an open buffer may be completed, explained or shown
// to a model at all. It is immutable and safe for concurrent use.
type Guard struct {
	roots  []string
	ignore []string
}

// NewGuard returns the guard of a workspace's folders. Of the options only
// Ignore counts: a person who opened an ignored or a large file wants help in
// it, and its text goes no further than to the model.
func NewGuard(roots []string, o Options) *Guard {
	return &Guard{roots: roots, ignore: o.Ignore}
}

// Allowed judges a document by its URI or path: file, untitled, git,
// vscode-remote, a notebook's cell and any other scheme by the path it names,
// as if that were a file here, and by the path that its symbolic links lead
// to. why is a sentence for the status, "" where ok. It looks at the disk (some
// microseconds a folder), so ask when a document opens, not at each key.
func (g *Guard) Allowed(uri string) (ok bool, why string) {
	scheme, p, query := split(uri)
	shown := Locate(uri, g.roots).Rel
	paths := names(scheme, p, query)
	for _, name := range paths {
		if Secret(name) {
			return false, path.Base(filepath.ToSlash(p)) + " looks like a file of secrets: Sopro does not read it"
		}
	}
	places := []Place{Locate(uri, g.roots)}
	if scheme != "file" {
		for _, name := range paths {
			if strings.HasPrefix(name, "/") {
				places = append(places, Locate(name, g.roots))
			}
		}
	}
	ignored := globbed(g.ignore, strings.TrimPrefix(p, "/"))
	for _, place := range places {
		if why := g.leads(place, shown); why != "" {
			return false, why
		}
		ignored = ignored || globbed(g.ignore, place.Rel)
	}
	if ignored {
		return false, shown + " is shut out by the setting privacy.ignore"
	}
	return true, ""
}

// leads says where a file's symbolic links lead to that nobody may read, "" where they do not.
func (g *Guard) leads(place Place, shown string) (why string) {
	if place.Path == "" {
		return ""
	}
	resolved, err := filepath.EvalSymlinks(place.Path)
	switch {
	case err != nil || resolved == place.Path:
		return ""
	case Secret(resolved):
		return shown + " is a link to a file of secrets: Sopro does not read it"
	case globbed(g.ignore, Locate(resolved, g.roots).Rel):
		return shown + " is a link to a file that privacy.ignore shuts out"
	}
	return ""
}

// names are the paths that a document goes by. An editor's git: document adds
// ".git" to the path and names the file again in a JSON query.
func names(scheme, p, query string) []string {
	list := []string{p}
	if scheme == "file" {
		return list
	}
	list = append(list, strings.TrimSuffix(p, ".git"))
	var named struct{ Path string }
	if json.Unmarshal([]byte(query), &named) == nil && named.Path != "" {
		list = append(list, named.Path)
	}
	return list
}
