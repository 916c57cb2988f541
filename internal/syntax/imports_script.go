package syntax

import (
	"regexp"
	"strings"
)

var (
	scriptFrom    = regexp.MustCompile(`(?s)^(?:import|export)\b(.*?)(?:\bfrom\s*)?["']([^"'\n]+)["']`)
	scriptRequire = regexp.MustCompile(`(?s)^(.*?)=?\s*\brequire\s*\(?\s*["']([^"'\n]+)["']`)
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
	m := matches(scriptFrom, text)
	if m == nil || strings.Contains(m[1], "=") || strings.Contains(m[1], "(") {
		if m = matches(scriptRequire, text); m == nil {
			return nil
		}
		m[1] = declares.ReplaceAllString(m[1], "")
	}
	clause := typeOnly.ReplaceAllString(slashComment.ReplaceAllString(m[1], ""), "")
	i := Import{Path: m[2]}
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

var declares = regexp.MustCompile(`^(?:export\s+)?(?:import|const|let|var)\b`)
