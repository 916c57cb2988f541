package workspace

import (
	"net/url"
	"path"
	"path/filepath"
	"strings"
)

// Place is where a document stands.
type Place struct {
	Path string // on this machine's disk; "" for what is not a file here (untitled:, git:, vscode-remote:)
	Root string // the workspace folder it lies in; "" in none
	Rel  string // relative to Root, with slashes; in no root the name alone, so that no prompt shows where a person keeps things
}

// Locate maps a document URI, or a plain path, to its place among the
// workspace's folders; the innermost folder wins.
func Locate(uri string, roots []string) Place {
	scheme, p, _ := split(uri)
	place := Place{Rel: path.Base(p)}
	if scheme != "file" {
		return place
	}
	place.Path = native(uri, p)
	for _, root := range roots {
		root = filepath.Clean(root)
		if rel, ok := within(root, place.Path); ok && len(root) > len(place.Root) {
			place.Root, place.Rel = root, rel
		}
	}
	return place
}

// split takes a URI apart: its scheme in lower case, its path with slashes and
// decoded, its query decoded. A plain path has the scheme "file". What cannot
// be parsed is kept as it is, so that it can still be judged.
func split(uri string) (scheme, p, query string) {
	colon := strings.IndexByte(uri, ':')
	if colon < 2 || strings.ContainsAny(uri[:colon], `/\`) { // "C:\x" is a path
		return "file", filepath.ToSlash(uri), ""
	}
	scheme = strings.ToLower(uri[:colon])
	u, err := url.Parse(uri)
	if err != nil {
		return scheme, uri[colon+1:], ""
	}
	p = u.Path
	if p == "" { // untitled:Untitled-1
		if p, err = url.PathUnescape(u.Opaque); err != nil {
			p = u.Opaque
		}
	}
	if query, err = url.QueryUnescape(u.RawQuery); err != nil {
		query = u.RawQuery
	}
	return scheme, p, query
}

// native turns the path of a file URI into one of this machine.
func native(uri, p string) string {
	if len(p) > 2 && p[0] == '/' && p[2] == ':' { // file:///c:/x
		p = p[1:]
	}
	if rest, ok := strings.CutPrefix(uri, "file://"); ok && !strings.HasPrefix(rest, "/") && filepath.Separator == '\\' {
		if host, _, _ := strings.Cut(rest, "/"); host != "" && host != "localhost" {
			p = "//" + host + p
		}
	}
	return filepath.Clean(filepath.FromSlash(p))
}
