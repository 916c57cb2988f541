package prompt

import (
	"strings"

	"sopro/internal/syntax"
)

// pathComment is a line of comment in the language with the path in it; "" where there is no path.
func pathComment(languageID, path string) string {
	path = cleanPath(path)
	if path == "" {
		return ""
	}
	language := syntax.Detect(languageID, path, "")
	if mark := language.LineComment(); mark != "" {
		return mark + " " + path + "\n"
	}
	if open, end := language.BlockComment(); open != "" && end != "" {
		return open + " " + strings.ReplaceAll(path, end, "") + " " + end + "\n"
	}
	return "// " + path + "\n"
}

// cleanPath makes a path fit for one line of a prompt.
func cleanPath(path string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '`' {
			return ' '
		}
		return r
	}, strings.ReplaceAll(path, `\`, "/"))
}
