package syntax

import (
	"regexp"
	"strings"
)

var dotted = regexp.MustCompile(`^import\s+(static\s+)?([\w.]+?)(?:\.([*_]|\{[^}]*\}))?(?:\s+as\s+(\w+))?\s*;?$`)

// readDotted reads the imports of Java, Kotlin and Scala. A static import takes names from a class.
func readDotted(text string) []Import {
	text = slashComment.ReplaceAllString(text, "")
	m := matches(dotted, strings.Join(strings.Fields(text), " "))
	if m == nil {
		return nil
	}
	i := Import{Path: m[2], Alias: m[4]}
	switch {
	case m[3] == "*" || m[3] == "_":
		i.Names = []string{"*"}
	case m[3] != "":
		for name := range entries(strings.ReplaceAll(strings.Trim(m[3], "{}"), "=>", " as "), " as ") {
			i.Names = append(i.Names, name)
		}
	default:
		last := strings.LastIndexByte(i.Path, '.')
		i.Names = []string{i.Path[last+1:]}
		if m[1] != "" && last > 0 {
			i.Path = i.Path[:last]
		}
	}
	return []Import{i}
}

var using = regexp.MustCompile(`^(?:global\s+)?using\s+(?:static\s+|unsafe\s+)?(?:(\w+)\s*=\s*)?(?:global::)?([\w.]+)`)

func readCSharp(text string) []Import {
	m := matches(using, text)
	if m == nil {
		return nil
	}
	return []Import{{Path: m[2], Alias: m[1]}}
}

var include = regexp.MustCompile(`^\s*#\s*(?:include|import|include_next)\s*(?:"([^"\n]+)"|(<[^>\n]+>))`)

func readC(text string) []Import {
	m := matches(include, text)
	if m == nil {
		return nil
	}
	return []Import{{Path: m[1] + m[2]}}
}

var (
	phpUse     = regexp.MustCompile(`(?is)^use\s+(?:function\s+|const\s+)?(.+?);?$`)
	phpInclude = regexp.MustCompile(`(?i)^(?:require|include)(?:_once)?\b[\s(]*(__DIR__\s*\.\s*|dirname\(__FILE__\)\s*\.\s*)?["']([^"'\n]+)["']\s*\)?$`)
)

func readPHP(text string) (all []Import) {
	if m := matches(phpInclude, strings.TrimSpace(text)); m != nil {
		if m[1] != "" {
			m[2] = "." + m[2]
		}
		return []Import{{Path: m[2]}}
	}
	m := matches(phpUse, strings.TrimSpace(text))
	if m == nil {
		return nil
	}
	prefix, list, group := strings.Cut(m[1], "{")
	if !group {
		prefix, list = "", m[1]
	}
	for name, alias := range entries(strings.TrimRight(list, "} \t\n"), " as ") {
		path := strings.Trim(strings.TrimSpace(prefix)+name, `\`)
		all = append(all, Import{Path: path, Names: []string{path[strings.LastIndexByte(path, '\\')+1:]}, Alias: alias})
	}
	return all
}

var rubyRequire = regexp.MustCompile(`^(require|require_relative|load|autoload)\b[\s(]*(?::(\w+)\s*,\s*)?["']([^"'\n#]+)["']`)

func readRuby(text string) []Import {
	m := matches(rubyRequire, text)
	if m == nil {
		return nil
	}
	i := Import{Path: m[3]}
	if m[1] == "require_relative" && !strings.HasPrefix(i.Path, ".") {
		i.Path = "./" + i.Path
	}
	if m[2] != "" {
		i.Names = []string{m[2]}
	}
	return []Import{i}
}

var (
	luaRequire  = regexp.MustCompile(`^(?:local\s+(\w+)\s*=\s*|(\w+)\s*=\s*)?require\s*\(?\s*["']([^"'\n]+)["']\s*\)?`)
	protoImport = regexp.MustCompile(`^import\s+(?:public\s+|weak\s+)?["']([^"'\n]+)["']`)
)

func readLua(text string) []Import {
	m := matches(luaRequire, text)
	if m == nil {
		return nil
	}
	return []Import{{Path: m[3], Alias: m[1] + m[2]}}
}

func readProto(text string) []Import {
	m := matches(protoImport, text)
	if m == nil {
		return nil
	}
	return []Import{{Path: m[1]}}
}
