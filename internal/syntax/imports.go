package syntax

import (
	"regexp"
	"strings"

	"sopro/internal/document"
)

// Import is what a file says it needs of another, as it is written there.
type Import struct {
	// Path is fmt, ./util, a.b.C, ..pkg.mod, crate::db, self::db for Rust's mod db, A\B for PHP, <x.h> or x.h. Ruby's require_relative
	// and PHP's __DIR__ give a path that begins with ./ or ../.
	Path  string
	Names []string // those that are taken from it, by their names there; "*": all
	Alias string   // what it is called here, "" if by its own name
	Span  document.Span
}

// imports is how a language writes them.
type imports struct {
	nodes string                     // the kinds of node, separated by spaces
	read  func(text string) []Import // what the text of such a node says; nothing where it is none
}

// matches is what a pattern's groups have in a text; nil: it does not fit.
func matches(pattern *regexp.Regexp, text string) []string { return pattern.FindStringSubmatch(text) }

var goImport = regexp.MustCompile("^(?:([\\w.]+)\\s+)?[\"`]([^\"`]+)[\"`]")

func readGo(text string) []Import {
	m := matches(goImport, text)
	if m == nil {
		return nil
	}
	i := Import{Path: m[2], Alias: m[1]}
	if i.Alias == "." {
		i.Alias, i.Names = "", []string{"*"}
	}
	return []Import{i}
}

var (
	pythonFrom   = regexp.MustCompile(`(?s)^from\s+([.\w\s]*?)\s*\bimport\b\s*\(?(.*?)\)?$`)
	pythonImport = regexp.MustCompile(`(?s)^import\s+(.*)$`)
	hashComment  = regexp.MustCompile(`(?m)#.*$`)
)

func readPython(text string) (all []Import) {
	text = hashComment.ReplaceAllString(text, "")
	if m := matches(pythonFrom, text); m != nil {
		i := Import{Path: strings.Join(strings.Fields(m[1]), "")}
		for name := range entries(m[2], " as ") {
			i.Names = append(i.Names, name)
		}
		return []Import{i}
	}
	if m := matches(pythonImport, text); m != nil {
		for path, alias := range entries(m[1], " as ") {
			all = append(all, Import{Path: path, Alias: alias})
		}
	}
	return all
}

// entries yields the entries of a list with commas, each with what it is called here.
func entries(list, as string) func(yield func(name, alias string) bool) {
	return func(yield func(name, alias string) bool) {
		for entry := range strings.SplitSeq(list, ",") {
			name, alias, _ := strings.Cut(strings.Join(strings.Fields(entry), " "), as)
			if name = strings.TrimSpace(name); name != "" && !yield(name, strings.TrimSpace(alias)) {
				return
			}
		}
	}
}
