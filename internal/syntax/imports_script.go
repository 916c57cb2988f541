package syntax

import (
	"regexp"
	"strings"
)

var (
	scriptFrom    = regexp.MustCompile(`^(?:import\b([^"'=(;]*?)|export\s+((?:type\s+)?[{*][^"'=(;]*?))\bfrom\s*["']([^"'\n]+)["']`)
	scriptEffect  = regexp.MustCompile(`^import\s*["']([^"'\n]+)["']`)
	scriptRequire = regexp.MustCompile(`^(?:(?:export\s+)?(?:import|const|let|var)\s([^=;]*)=\s*)?require\s*\(\s*["']([^"'\n]+)["']\s*\)`)
	scriptStar    = regexp.MustCompile(`\*\s*(?:as\s+([\w$]+))?`)
	scriptBraces  = regexp.MustCompile(`(?s)\{(.*?)\}`)
	typeOnly      = regexp.MustCompile(`^\s*(?:type|typeof)\s+`)
	scriptDefault = regexp.MustCompile(`^\s*([\w$]+)\s*(?:,|$|=)`)
	slashComment  = regexp.MustCompile(`(?s)//[^\n]*|/\*.*?\*/`)
)

// readScript reads the imports, exports from elsewhere and requires of JavaScript and TypeScript. A default import names what the other file
// calls as it likes: it counts by its name here, which is the same name mostly.
func readScript(text string) []Import {
	if len(text) > maxImport {
		return nil
	}
	var clause, path string
	if m := matches(scriptFrom, text); m != nil {
		clause, path = m[1]+m[2], m[3]
	} else if m := matches(scriptEffect, text); m != nil {
		path = m[1]
	} else if m := matches(scriptRequire, text); m != nil {
		clause, path = m[1], m[2]
	} else {
		return nil
	}
	clause = typeOnly.ReplaceAllString(slashComment.ReplaceAllString(clause, ""), "")
	i := Import{Path: path}
	if braces := matches(scriptBraces, clause); braces != nil {
		for name := range entries(strings.ReplaceAll(braces[1], ":", " as "), " as ") {
			i.Names = append(i.Names, strings.TrimPrefix(name, "type "))
		}
		clause = strings.Replace(clause, braces[0], "", 1)
	}
	if star := matches(scriptStar, clause); star != nil {
		i.Names, i.Alias = append(i.Names, "*"), star[1]
		clause = strings.Replace(clause, star[0], "", 1)
	}
	if own := matches(scriptDefault, clause); own != nil {
		i.Names = append(i.Names, own[1])
	}
	return []Import{i}
}

// maxImport bounds the text of an import, in bytes: what is longer is a statement that happens to require something.
const maxImport = 8 << 10
