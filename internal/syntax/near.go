package syntax

import (
	"cmp"
	"slices"
	"strings"

	"sopro/internal/document"
)

// The roles of a name near a place.
const (
	RoleCall      = "call"      // it is called, or made by new
	RoleMember    = "member"    // it stands behind a dot, an arrow or two colons
	RoleType      = "type"      // it is the type of a variable that is used near the place, or makes its value
	RoleSignature = "signature" // it stands in the head of the function or the type around the place
	RoleName      = "name"      // anything else
)

// Near is a name near a place, whose declaration may be needed there.
type Near struct {
	Name     string
	Of       string // of a member, what stands before it; of a variable's type, the variable
	Role     string
	Distance int // in lines
}

// Bounds of what NamesNear looks at and says.
const (
	maxNear     = 96
	maxNearLine = 400 // bytes of a line: the rest of a longer one is data
	linesBefore = 120 // in which the variables are declared that are used near a place
)

// NamesNear is the names around off that code there may need the declarations of, the nearest first, each once for what it stands behind.
// It reads so many lines above the place and half as many below, the heads of what is around it, and the lines that declare the variables
// which those lines use. Without a tree it goes by the text alone.
func (v *View) NamesNear(off int, lines int) []Near {
	n := namer{language: v.language, text: v.text, seen: map[[2]string]int{}}
	off = min(max(off, 0), v.text.Len())
	n.line = v.text.LineAt(off)
	n.around(lines)
	v.read(func(p parsed) { n.heads(p, off) })
	n.variables()
	slices.SortStableFunc(n.names, func(a, b Near) int { return cmp.Compare(a.Distance, b.Distance) })
	return n.names[:min(len(n.names), maxNear)]
}

// namer collects names.
type namer struct {
	language *Language
	text     *document.Snapshot
	line     int // of the place
	names    []Near
	seen     map[[2]string]int // where in names
}

// add takes a name; where it was there already, the nearer one stays, and the role that says more.
func (n *namer) add(name Near) {
	if len(name.Name) < 2 || keywords[name.Name] {
		return
	}
	key := [2]string{name.Name, name.Of}
	if i, ok := n.seen[key]; ok {
		known := &n.names[i]
		known.Distance = min(known.Distance, name.Distance)
		if known.Role == RoleName || known.Role == RoleType && name.Role == RoleSignature {
			known.Role = name.Role
		}
		return
	}
	n.seen[key] = len(n.names)
	n.names = append(n.names, name)
}

// around takes the names on the lines around the place, from the nearest on.
func (n *namer) around(lines int) {
	n.lineNames(n.line, "")
	for d := 1; d <= lines; d++ {
		n.lineNames(n.line-d, "")
		if d <= lines/2 {
			n.lineNames(n.line+d, "")
		}
	}
}

// lineNames takes the names of a line, with a role where one is given.
func (n *namer) lineNames(line int, role string) {
	if line < 0 || line >= n.text.LineCount() {
		return
	}
	for _, w := range n.language.words(n.text.Line(line)) {
		near := Near{Name: w.text, Of: w.of, Role: cmp.Or(role, w.role), Distance: max(n.line-line, line-n.line)}
		n.add(near)
	}
}

// heads takes the names in the heads of the functions and types around the place.
func (n *namer) heads(p parsed, off int) {
	for _, s := range p.scopes(off) {
		if s.Kind == "block" || s.Body.Start <= s.Span.Start {
			continue
		}
		head := document.Span{Start: s.Span.Start, End: min(s.Body.Start, s.Span.Start+maxNearLine)}
		for _, w := range n.language.words(p.text.Slice(head)) {
			if w.text != s.Name {
				n.add(Near{Name: w.text, Of: w.of, Role: RoleSignature, Distance: min(n.line-p.text.LineAt(s.Span.Start), 1)})
			}
		}
	}
}

// variables takes, for each thing used near the place that has members or is passed on, the types on the line above that declares it.
func (n *namer) variables() {
	wanted := map[string]int{} // and where it is used
	for _, name := range n.names {
		used := cmp.Or(name.Of, name.Name)
		if name.Role != RoleSignature {
			wanted[used] = min(name.Distance, cmp.Or(wanted[used], name.Distance))
		}
	}
	for line := n.line; line >= 0 && line > n.line-linesBefore; line-- {
		words := n.language.words(n.text.Line(line))
		variable := declared(words)
		distance, ok := wanted[variable]
		if !ok || variable == "" {
			continue
		}
		delete(wanted, variable)
		for _, w := range words {
			if w.text != variable && w.role != RoleName {
				n.add(Near{Name: w.text, Of: variable, Role: RoleType, Distance: distance})
			}
		}
	}
}

// declared is the variable that a line of code gives a value or a type, as far as that can be read from one line.
func declared(words []word) string {
	for i, w := range words {
		if w.of == "" && (w.assigned || i > 0 && words[0].keyword && w.typed) {
			return w.text
		}
	}
	return ""
}

// word is an identifier of a line of code.
type word struct {
	text     string
	of       string
	role     string
	assigned bool // = or := follows
	typed    bool // a colon follows
	keyword  bool
}

// words is the identifiers of a line, without those in its strings and its comment.
func (l *Language) words(line string) []word {
	var all []word
	line = line[:min(len(line), maxNearLine)]
	for i := 0; i < len(line); {
		c := line[i]
		switch {
		case l.comment != "" && strings.HasPrefix(line[i:], l.comment):
			return all
		case c == '"' || c == '\'' || c == '`':
			end := strings.IndexByte(line[i+1:], c)
			if end < 0 || c == '\'' && end > 40 {
				i++ // a quote that is none: a lifetime, an apostrophe
				continue
			}
			i += end + 2
		case isWordByte(c) && (c < '0' || c > '9'):
			start := i
			for i < len(line) && isWordByte(line[i]) {
				i++
			}
			all = append(all, wordAt(line, start, i, all))
		default:
			i++
			for isWordByte(c) && i < len(line) && isWordByte(line[i]) {
				i++ // a number
			}
		}
	}
	return all
}

// wordAt is the word of a line from start to end, behind those that were read.
func wordAt(line string, start, end int, before []word) word {
	w := word{text: line[start:end], role: RoleName, keyword: keywords[line[start:end]]}
	head, tail := strings.TrimRight(line[:start], " \t&*"), strings.TrimLeft(line[end:], " \t")
	switch {
	case strings.HasSuffix(head, ".") && !strings.HasSuffix(head, ".."), strings.HasSuffix(head, "->") && !strings.HasSuffix(head, " ->"), strings.HasSuffix(head, "::"):
		w.role = RoleMember
		if n := len(before); n > 0 && strings.HasSuffix(strings.TrimRight(head, ".?!->: "), before[n-1].text) {
			w.of = before[n-1].text
		}
	case strings.HasPrefix(tail, "("), strings.HasPrefix(tail, "::"), strings.HasPrefix(tail, "{") && isCapital(w.text), strings.HasPrefix(tail, "!("):
		w.role = RoleCall
	case isCapital(w.text):
		w.role = RoleType
	}
	w.assigned = strings.HasPrefix(tail, ":=") || strings.HasPrefix(tail, "=") && !strings.HasPrefix(tail, "==") && !strings.HasPrefix(tail, "=>")
	w.typed = strings.HasPrefix(tail, ":") && !strings.HasPrefix(tail, "::")
	return w
}

func isWordByte(c byte) bool {
	return c == '_' || c == '$' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
}

func isCapital(s string) bool { return s != "" && 'A' <= s[0] && s[0] <= 'Z' }

// keywords are the words that name nothing, in one language or another. What is a keyword in one of them and declared in another is too common
// a word to look for.
var keywords = wordSet(`abstract and any as assert async await auto base begin bool boolean break byte case catch chan char class clone const
	constexpr continue crate debugger declare def default defer del delete do double dyn elif else elsif end ensure enum except export extends
	extern false final finally float fn for foreach from func function global go goto if impl implements import in include instanceof int
	interface internal is lambda let long loop map match mod module move mut namespace new nil nonlocal none None not null nullptr number object
	operator or out override package pass priv private proc protected protocol pub public raise readonly ref register require rescue return sealed
	select self Self short signed sizeof static string String str struct super switch template then this throw throws trait True False true try type
	typedef typename typeof undefined union unless unsafe unsigned until use using val var virtual void volatile when where while with yield
	i8 i16 i32 i64 u8 u16 u32 u64 usize isize f32 f64 int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 float32 float64 rune error`)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}
