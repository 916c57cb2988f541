package syntax

import (
	"cmp"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"sopro/internal/document"
)

// Symbol is a declaration with what a reader of another file needs of it.
type Symbol struct {
	Name string
	Kind string // as of a Declaration, and field
	// Signature leaves the body out. Of a type it has one line more for each field and method, at most 30, without their bodies.
	Signature string
	Doc       string        // the first line of its comment, "" if it has none
	Container string        // the name of the type or namespace that it stands in; of a Go method, the receiver's type
	Span      document.Span // without its comment
	Lines     [2]int        // first and last, from 0
	Exported  bool          // as far as its spelling says: pub, export, a capital, no private and no leading underscore
}

func (p parsed) symbol(f found) Symbol {
	name := p.text.Slice(f.name)
	s := Symbol{
		Name:      cmp.Or(p.grammar.spec.bare(strings.Trim(name, "\"'")), name),
		Kind:      f.kind,
		Signature: p.signature(f),
		Span:      f.span,
		Lines:     [2]int{p.text.LineAt(f.span.Start), p.text.LineAt(max(f.span.Start, f.span.End-1))},
		Doc:       p.doc(f),
	}
	if f.kind == "method" {
		if m := receiver.FindStringSubmatch(s.Signature); m != nil {
			s.Container = m[1]
		}
	}
	if i := strings.LastIndexAny(s.Name, ":."); i >= 0 && i+1 < len(s.Name) && isFunction[f.kind] {
		s.Container, s.Name = lastPart(strings.TrimSuffix(strings.TrimRight(s.Name[:i], ":."), ".prototype")), s.Name[i+1:] // of C++, Lua, JavaScript
	}
	if f.kind == "impl" || p.grammar.spec.queries == "cpp" && hasMembers[f.kind] { // of a generic type, of a specialised template
		s.Name = lastPart(s.Name)
	}
	s.Exported = p.exported(s)
	if s.Container == "exports" {
		s.Container, s.Exported = "", true
	}
	return s
}

// receiver is the type of a Go method.
var receiver = regexp.MustCompile(`^func \((?:\w+ )?\*?(\w+)`)

// lastPart is the name at the end of a path of names, without what a generic type has in brackets.
func lastPart(path string) string {
	path, _, _ = strings.Cut(path, "<")
	return path[strings.LastIndexAny(path, ":.")+1:]
}

var (
	shown  = regexp.MustCompile(`\b(pub|export|public|open)\b`)
	hidden = regexp.MustCompile(`^\s*(?:[\w@]+\s+)*?(private|protected|fileprivate|defp|defmacrop|local)\b|^#`)
)

// exported says whether other files may name s.
func (p parsed) exported(s Symbol) bool {
	head, _, _ := strings.Cut(s.Signature, "(")
	first, _ := utf8.DecodeRuneInString(s.Name)
	switch p.grammar.spec.queries {
	case "go":
		return unicode.IsUpper(first)
	case "rust":
		return shown.MatchString(head) || s.Kind == "macro"
	case "javascript", "typescript":
		return shown.MatchString(head) || memberKinds[s.Kind] && first != '#' && !hidden.MatchString(s.Signature)
	case "c":
		return !strings.HasPrefix(s.Signature, "static ")
	case "java", "csharp":
		return !hidden.MatchString(s.Signature)
	}
	return first != '_' && !hidden.MatchString(s.Signature)
}

// memberKinds are the kinds of what a type holds.
var memberKinds = map[string]bool{"method": true, "field": true, "property": true, "constructor": true}

// Bounds of a documentation comment.
const (
	maxDocLines = 60
	maxDocBytes = 160
)

// doc is the first line of the comment above a declaration, or of the string at the start of its body where that is how the language documents.
func (p parsed) doc(f found) string {
	if p.grammar.spec.docstrings {
		if s := p.docstring(f); s != "" {
			return s
		}
	}
	if !p.leads(f.span.Start) {
		return ""
	}
	last := p.text.LineAt(f.span.Start) - 1
	for last >= 0 && isAttribute(p.lineText(last)) {
		last--
	}
	if last < 0 {
		return ""
	}
	top := last
	whole := p.grammar.closesBlock(p.lineText(last))
	if whole {
		for top > 0 && last-top < maxDocLines && !p.grammar.opensBlock(p.lineText(top)) {
			top--
		}
	} else {
		for top >= 0 && last-top < maxDocLines && p.grammar.opensLine(p.lineText(top)) {
			top--
		}
		top++
	}
	if top > last || whole && !p.grammar.opensBlock(p.lineText(top)) {
		return ""
	}
	return firstLine(p.grammar.plain(p.text.Slice(document.Span{Start: p.skip(p.text.LineStart(top), p.text.LineEnd(last)), End: p.text.LineEnd(last)}), whole))
}

// stringStart is the prefix and the quotes at the start of a string.
var stringStart = regexp.MustCompile(`^[A-Za-z]{0,2}("""|'''|"|')`)

func (p parsed) docstring(f found) string {
	if f.body.Empty() {
		return ""
	}
	text := p.text.Slice(document.Span{Start: f.body.Start, End: min(f.body.End, f.body.Start+2*maxDocBytes)})
	m := stringStart.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	text, _, _ = strings.Cut(text[len(m[0]):], m[1])
	return firstLine(text)
}

func (p parsed) lineText(line int) string { return strings.TrimSpace(p.text.Line(line)) }

// isAttribute says whether a line holds what stands between a declaration and its comment.
func isAttribute(line string) bool {
	return strings.HasPrefix(line, "@") || strings.HasPrefix(line, "#[")
}

// closesBlock says whether a line ends a block comment that begins on it or above.
func (g *grammar) closesBlock(line string) bool {
	open, end := g.blockMarkers[0], g.blockMarkers[1]
	return end != "" && strings.HasSuffix(line, end) && (strings.HasPrefix(line, open) || !strings.Contains(line, open))
}

var markup = regexp.MustCompile(`</?[a-zA-Z][^<>]*>`)

// firstLine is the first line that says something, without markup.
func firstLine(text string) string {
	for line := range strings.SplitSeq(text, "\n") {
		if strings.Contains(line, "<") {
			line = markup.ReplaceAllString(line, "")
		}
		if line = strings.TrimSpace(line); strings.ContainsFunc(line, unicode.IsLetter) {
			if len(line) > maxDocBytes {
				line = strings.ToValidUTF8(line[:maxDocBytes], "") + "…"
			}
			return line
		}
	}
	return ""
}
