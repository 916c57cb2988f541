package syntax

import "strings"

// word is an identifier of a line of code, with what stands around it.
type word struct {
	text     string
	of       string // what stands before the dot, arrow or colons before it
	role     string
	assigned bool // = or := follows
	typed    bool // one colon follows
	comma    bool // a comma follows
	called   bool // brackets follow
	last     bool // ; or nothing follows
	opens    bool // { follows
	behind   bool // another word stands right before it, with a space and stars or brackets at most between them
	keyword  bool
}

// maxLineBytes is how much of a line is read: the rest of a longer one is data.
const maxLineBytes = 400

// words is the identifiers of a line, without those in its strings and its comments. It goes by the text alone: a line in the middle of a string
// or a comment of several lines is read as code, if it does not begin with a star.
func (l *Language) words(line string) []word {
	line = strings.TrimRight(line[:min(len(line), maxLineBytes)], " \t\r\n")
	if l.block == cBlock && strings.HasPrefix(strings.TrimLeft(line, " \t"), "*") {
		return nil
	}
	all := make([]word, 0, len(line)/6)
	for i := 0; i < len(line); {
		switch c := line[i]; {
		case l.comment != "" && c == l.comment[0] && strings.HasPrefix(line[i:], l.comment):
			return all
		case l.block == cBlock && strings.HasPrefix(line[i:], "/*"):
			end := strings.Index(line[i:], "*/")
			if end < 0 {
				return all
			}
			i += end + 2
		case c == '"' || c == '\'' || c == '`':
			i = afterString(line, i)
		case isWordByte(c):
			start := i
			for i < len(line) && isWordByte(line[i]) {
				i++
			}
			if c < '0' || c > '9' {
				w := wordAt(line, start, i, all)
				if l.kinds != nil {
					w.text = l.kinds.bare(w.text)
				}
				all = append(all, w)
			}
		default:
			i++
		}
	}
	return all
}

// afterString is where a string that begins at i ends. A quote that does not end, or begins a lifetime or stands for an apostrophe, is passed over.
func afterString(line string, i int) int {
	quote := line[i]
	for end := i + 1; end < len(line); end++ {
		switch {
		case line[end] == '\\':
			end++
		case line[end] == quote:
			return end + 1
		case quote == '\'' && end > i+40:
			return i + 1
		}
	}
	return i + 1
}

// wordAt is the word of a line from start to end, behind those that were read.
func wordAt(line string, start, end int, before []word) word {
	w := word{text: line[start:end], role: RoleName, keyword: keywords[line[start:end]]}
	head, tail := strings.TrimRight(line[:start], " \t&*?"), strings.TrimLeft(line[end:], " \t")
	switch {
	case behindDot(head):
		w.role = RoleMember
		if n := len(before); n > 0 && strings.HasSuffix(strings.TrimRight(head, ".?!->:"), before[n-1].text) {
			w.of = before[n-1].text
		}
	case strings.HasPrefix(tail, "("), strings.HasPrefix(tail, "::"), strings.HasPrefix(tail, "!("), strings.HasPrefix(tail, "{") && isCapital(w.text):
		w.role = RoleCall
	case isCapital(w.text):
		w.role = RoleType
	}
	if n := len(before); n > 0 && start > 0 && !isWordByte(line[start-1]) {
		w.behind = strings.HasSuffix(strings.TrimRight(head, ">[]"), before[n-1].text)
	}
	w.assigned = strings.HasPrefix(tail, ":=") || strings.HasPrefix(tail, "=") && !strings.HasPrefix(tail, "==") && !strings.HasPrefix(tail, "=>")
	w.typed = strings.HasPrefix(tail, ":") && !strings.HasPrefix(tail, "::") && !strings.HasPrefix(tail, ":=") || strings.HasPrefix(tail, "?:")
	w.comma = strings.HasPrefix(tail, ",")
	w.called = w.role == RoleCall || strings.HasPrefix(tail, "(")
	w.opens = strings.HasPrefix(tail, "{")
	w.last = tail == "" || tail[0] == ';'
	return w
}

// behindDot says whether a text ends with what stands between a thing and its member.
func behindDot(head string) bool {
	n := len(head)
	return n > 0 && head[n-1] == '.' && (n < 2 || head[n-2] != '.') ||
		n > 1 && (head[n-2:] == "::" || head[n-2:] == "->" && (n < 3 || head[n-3] != ' ' && head[n-3] != ')'))
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
	of operator or out override package pass priv private proc protected protocol pub public raise range readonly ref register require rescue
	return sealed select self Self short signed sizeof static string String str struct super switch template then this throw throws trait True
	False true try type typedef typename typeof undefined union unless unsafe unsigned until use using val var virtual void volatile when where
	while with yield i8 i16 i32 i64 u8 u16 u32 u64 usize isize f32 f64 int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 float32 float64
	rune error err ok`)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}
