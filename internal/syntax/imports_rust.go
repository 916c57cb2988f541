package syntax

import (
	"regexp"
	"strings"
)

var (
	rustUse = regexp.MustCompile(`(?s)^(?:pub(?:\s*\([^)]*\))?\s+)?use\s+(.*?);?$`)
	rustMod = regexp.MustCompile(`^(?:pub(?:\s*\([^)]*\))?\s+)?mod\s+(\w+)\s*;$`)
)

// maxUseDepth bounds how deep the lists of a use may stand in each other.
const maxUseDepth = 16

// readRust gives an import for each name of a use with lists. A mod without a body is the file of a module: self:: and its name.
func readRust(text string) (all []Import) {
	text = strings.TrimSpace(slashComment.ReplaceAllString(text, ""))
	if m := matches(rustMod, text); m != nil {
		return []Import{{Path: "self::" + m[1]}}
	}
	if m := matches(rustUse, text); m != nil {
		rustTree("", strings.Join(strings.Fields(m[1]), " "), 0, func(i Import) { all = append(all, i) })
	}
	return all
}

// rustTree yields the leaves of a use tree behind a path.
func rustTree(path, tree string, depth int, yield func(Import)) {
	tree = strings.TrimSpace(tree)
	if head, list, ok := strings.Cut(tree, "{"); ok && depth < maxUseDepth {
		list = strings.TrimSuffix(strings.TrimSpace(list), "}")
		for _, branch := range branches(list) {
			rustTree(path+strings.ReplaceAll(head, " ", ""), branch, depth+1, yield)
		}
		return
	}
	name, alias, _ := strings.Cut(tree, " as ")
	whole := strings.TrimPrefix(path+strings.ReplaceAll(name, " ", ""), "::")
	i, last := strings.LastIndex(whole, "::"), whole
	if i >= 0 {
		last = whole[i+2:]
	}
	switch {
	case last == "":
	case last == "*" && i > 0:
		yield(Import{Path: whole[:i], Names: []string{"*"}})
	case last == "self" && i > 0:
		whole = whole[:i]
		yield(Import{Path: whole, Names: []string{lastPart(whole)}, Alias: strings.TrimSpace(alias)})
	default:
		yield(Import{Path: whole, Names: []string{last}, Alias: strings.TrimSpace(alias)})
	}
}

// branches is the entries of a list, without cutting the lists in it.
func branches(list string) (all []string) {
	depth, start := 0, 0
	for i := range len(list) {
		switch list[i] {
		case '{':
			depth++
		case '}':
			depth--
		case ',':
			if depth == 0 {
				all, start = append(all, list[start:i]), i+1
			}
		}
	}
	return append(all, list[start:])
}
