package complete

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"sopro/internal/document"
	"sopro/internal/gather"
)

// How much text around the cursor decides whether two holes are the same one and
// how a completion is shaped. 512 bytes before the hole are ambiguous only in
// text that repeats itself over half a kilobyte.
const (
	nearBytes  = 4096 // read before the cursor
	aheadBytes = 1024 // read after it
	keyBytes   = 512  // before a hole, compared
	keyAhead   = 128  // after a hole, compared
)

// sight is what can be seen from a cursor: a bounded piece of the text on both
// sides, cut once a request.
type sight struct {
	doc    string
	text   *document.Snapshot
	offset int
	near   string // up to the cursor
	ahead  string // from the cursor
	tree   Tree   // nil: unknown

	path, repo, local string // as in Request
	diagnostics       []gather.Diagnostic
	patient, menu     bool

	plain *sight // what is seen without the item that is selected in a menu; nil: none is
}

func newSight(r Request) *sight {
	s := &sight{
		doc:    r.Text.URI(),
		text:   r.Text,
		offset: r.Offset,
		near:   r.Text.Slice(document.Span{Start: r.Offset - nearBytes, End: r.Offset}),
		ahead:  r.Text.Slice(document.Span{Start: r.Offset, End: r.Offset + aheadBytes}),
		path:   r.Path, repo: r.Repo, local: r.Local, diagnostics: r.Diagnostics, patient: r.Patient, menu: r.Menu,
	}
	if r.View != nil && r.View.HasTree() {
		s.tree = r.View
	}
	return s
}

// file is the document as it is, without a selected item.
func (s *sight) file() *document.Snapshot {
	if s.plain != nil {
		return s.plain.text
	}
	return s.text
}

// line is the cursor's line, left of the cursor.
func (s *sight) line() string {
	return s.near[strings.LastIndexAny(s.near, "\r\n")+1:]
}

// tail is the cursor's line, right of the cursor, without its line end.
func (s *sight) tail() string {
	if i := strings.IndexAny(s.ahead, "\r\n"); i >= 0 {
		return s.ahead[:i]
	}
	return s.ahead
}

// above is the nearest line above that is not blank, without its line end.
func (s *sight) above() string {
	rest := s.near[:len(s.near)-len(s.line())]
	rest = strings.TrimRight(rest, " \t\r\n")
	return rest[strings.LastIndexAny(rest, "\r\n")+1:]
}

// below is the nearest line below that is not blank, without its line end.
func (s *sight) below() string {
	rest := s.ahead[len(s.tail()):]
	for len(rest) > 0 {
		i := strings.IndexAny(rest, "\r\n")
		if i < 0 {
			i = len(rest)
		}
		if strings.TrimSpace(rest[:i]) != "" {
			return rest[:i]
		}
		if i == len(rest) {
			break
		}
		rest = rest[i+1:]
	}
	return ""
}

// indentOf is the white space that a line begins with.
func indentOf(line string) string {
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

// blank reports whether s is white space only.
func blank(s string) bool { return strings.TrimSpace(s) == "" }

// inWord reports whether the cursor stands in a word, or at its end, and not just behind where a part of it begins: fetchU, fetch_.
func (s *sight) inWord() bool {
	last, size := utf8.DecodeLastRuneInString(s.near)
	before, _ := utf8.DecodeLastRuneInString(s.near[:len(s.near)-size])
	return isWord(last) && last != '_' && !(unicode.IsUpper(last) && unicode.IsLower(before))
}
