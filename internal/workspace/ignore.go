package workspace

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// rule is one line of a .gitignore, as a doublestar pattern. It is asked about
// an entry alone, never about its parents: the walk prunes, so they have been
// judged, and judging them again with "!*/" would let in what "*" shut out.
type rule struct {
	pattern  string
	keep     bool // "!": do not ignore
	dirOnly  bool // "name/"
	anchored bool // matches the path from the rule's folder, not the name alone
}

// rules are the ignore rules that hold in one folder: its own, over those of
// the folders above it.
type rules struct {
	above *rules
	depth int // segments of the folder that the rules are relative to
	list  []rule
}

// parseRules reads the lines of one ignore file as git does.
func parseRules(text []byte) []rule {
	var list []rule
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if strings.HasPrefix(line, "#") || strings.TrimRight(line, " /!") == "" {
			continue
		}
		if len(list) == maxRules {
			break
		}
		list = append(list, parseRule(line))
	}
	return list
}

// doublestars brings the rest of git's notation into doublestar's: braces have
// no meaning for git, named classes none for doublestar.
var doublestars = strings.NewReplacer(
	`\{`, `\{`, `\}`, `\}`, "{", `\{`, "}", `\}`,
	"[:alpha:]", "A-Za-z", "[:digit:]", "0-9", "[:alnum:]", "A-Za-z0-9", "[:upper:]", "A-Z", "[:lower:]", "a-z", "[:space:]", " \t", "[:xdigit:]", "0-9A-Fa-f",
)

// parseRule translates one line into doublestar's notation. To git "**" inside
// a name is one star, and a final "/**" is what is inside, not the folder
// itself. One difference stays: "?" is a character here, a byte to git.
func parseRule(line string) rule {
	var r rule
	line, r.keep = strings.CutPrefix(line, "!")
	trimmed := strings.TrimRight(line, " ")
	if strings.HasSuffix(trimmed, `\`) && trimmed != line {
		trimmed += " " // an escaped space stays
	}
	line, r.dirOnly = strings.CutSuffix(trimmed, "/")
	r.anchored = strings.Contains(line, "/")
	segments := strings.Split(strings.TrimPrefix(line, "/"), "/")
	for i, s := range segments {
		if s != "**" || !r.anchored {
			for strings.Contains(s, "**") {
				s = strings.ReplaceAll(s, "**", "*")
			}
		}
		segments[i] = s
	}
	if r.anchored && segments[len(segments)-1] == "**" {
		segments = append(segments, "*")
	}
	r.pattern = doublestars.Replace(strings.Join(segments, "/"))
	return r
}

// match judges an entry by its segments below the rule's folder.
func (r rule) match(segments []string, dir bool) bool {
	if r.dirOnly && !dir {
		return false
	}
	subject := segments[len(segments)-1]
	if r.anchored {
		subject = strings.Join(segments, "/")
	}
	ok, err := doublestar.Match(r.pattern, subject)
	return ok && err == nil
}

// ignored judges an entry, given by its segments from the top: the last rule
// that matches decides, the nearest file of rules first.
func (rs *rules) ignored(segments []string, dir bool) bool {
	for ; rs != nil; rs = rs.above {
		for _, r := range slices.Backward(rs.list) {
			if r.match(segments[rs.depth:], dir) {
				return !r.keep
			}
		}
	}
	return false
}

// with adds the rules of one folder, if it has any.
func (rs *rules) with(depth int, text []byte) *rules {
	list := parseRules(text)
	if len(list) == 0 {
		return rs
	}
	return &rules{above: rs, depth: depth, list: list}
}

// rulesAbove collects what holds at root before its own .gitignore: the user's
// own rules, the excludes of the repository and the rules of the folders
// between its top and root. It returns the segments from the top to root as
// well. Where there is no repository the user's rules hold from root on: the
// folders in it may be repositories.
func rulesAbove(root, own string) (*rules, []string) {
	var rs *rules
	rs = rs.with(0, ownFile(own))
	top, ok := repository(root)
	if !ok {
		return rs, nil
	}
	rs = rs.with(0, ignoreFile(nil, filepath.Join(top, ".git", "info", "exclude")))
	rel, err := filepath.Rel(top, root)
	if err != nil || rel == "." {
		return rs, nil
	}
	segments := strings.Split(filepath.ToSlash(rel), "/")
	for i := range segments {
		dir := filepath.Join(top, filepath.FromSlash(strings.Join(segments[:i], "/")))
		rs = rs.with(i, ignoreFile(nil, filepath.Join(dir, ".gitignore")))
	}
	return rs, segments
}

// ignoreFile reads a file of rules, in root or, without one, on the disk. A
// file that is no plain file or larger than its bound counts as empty, as git
// has it for links.
func ignoreFile(root *os.Root, name string) []byte {
	f, err := openRegular(root, name)
	if err != nil {
		return nil
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxIgnoreBytes+1))
	if err != nil || len(text) > maxIgnoreBytes {
		return nil
	}
	return text
}

// globbed reports whether a glob of the user's matches rel or a folder above
// it. A glob without a slash matches a name at any depth.
func globbed(globs []string, rel string) bool {
	for _, glob := range globs {
		glob = strings.TrimSuffix(filepath.ToSlash(glob), "/")
		named := !strings.Contains(glob, "/")
		glob = strings.TrimPrefix(glob, "/")
		for p := rel; p != "" && p != "." && p != "/"; {
			dir, name := "", p
			if i := strings.LastIndexByte(p, '/'); i >= 0 {
				dir, name = p[:i], p[i+1:]
			}
			subject := p
			if named {
				subject = name
			}
			if ok, err := doublestar.Match(glob, subject); err == nil && ok {
				return true
			}
			p = dir
		}
	}
	return false
}
