package workspace

import (
	"path/filepath"
	"strings"
)

// GitIgnore is where a user keeps ignore rules for all repositories, whether
// or not a file is there: what core.excludesFile names, else
// $XDG_CONFIG_HOME/git/ignore or ~/.config/git/ignore. Git is not started, as
// it would obey what a repository configures: the setting is looked for in the
// user's two files of configuration alone, not in the system's, not in files
// that they include, and not in GIT_CONFIG_… variables. "" where there can be
// none. env is os.Getenv, home the user's folder or "".
func GitIgnore(env func(string) string, home string) string {
	config := env("XDG_CONFIG_HOME")
	if config == "" && home != "" {
		config = filepath.Join(home, ".config")
	}
	var files []string // the later one wins
	path := ""
	if config != "" {
		files = append(files, filepath.Join(config, "git", "config"))
		path = filepath.Join(config, "git", "ignore")
	}
	if home != "" {
		files = append(files, filepath.Join(home, ".gitconfig"))
	}
	for _, file := range files {
		if named, ok := excludesFile(string(ownFile(file))); ok {
			path = named
		}
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok && home != "" {
		path = filepath.Join(home, rest)
	}
	if !filepath.IsAbs(path) {
		return ""
	}
	return path
}

// excludesFile is the last core.excludesFile of a git configuration.
func excludesFile(config string) (path string, ok bool) {
	core := false
	for line := range strings.Lines(strings.TrimPrefix(config, "\ufeff")) {
		line = strings.TrimSpace(line)
		if head, isHead := strings.CutPrefix(line, "["); isHead {
			name, after, _ := strings.Cut(head, "]")
			core, line = strings.EqualFold(name, "core"), after
		}
		key, value, assigned := strings.Cut(line, "=")
		if core && assigned && strings.EqualFold(strings.TrimSpace(key), "excludesFile") {
			path, ok = configured(value), true
		}
	}
	return path, ok
}

// configured is a value as git reads it: without comment, without quotes, a
// backslash before what is meant as it stands.
func configured(value string) string {
	var b strings.Builder
	quoted, escaped := false, false
	for _, r := range strings.TrimSpace(value) {
		switch {
		case escaped:
			b.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		case r == '"':
			quoted = !quoted
		case (r == '#' || r == ';') && !quoted:
			return strings.TrimSpace(b.String())
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// ownFile reads a file that the user wrote, who may have put a link there, as
// one does with files of settings. What is no plain file or larger than
// maxIgnoreBytes counts as empty.
func ownFile(path string) []byte {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil
	}
	return ignoreFile(nil, real)
}
