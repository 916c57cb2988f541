package complete

import (
	"strings"

	"sopro/internal/document"
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

	plain *sight // what is seen without the item that is selected in a menu; nil: none is
}

func newSight(r Request) *sight {
	s := look(r, r.Text, r.Offset)
	if r.View != nil && r.View.HasTree() {
		s.tree = r.View
	}
	if r.Selected == nil {
		return s
	}
	chosen := *r.Selected
	text, _ := r.Text.Splice(chosen.Replace, chosen.Text)
	with := look(r, text, chosen.Replace.Start+len(chosen.Text))
	if with.plain = s; s.tree != nil {
		with.tree = withSelected{s.tree, chosen}
	}
	return with
}

func look(r Request, text *document.Snapshot, offset int) *sight {
	return &sight{
		doc:    text.URI(),
		text:   text,
		offset: offset,
		near:   text.Slice(document.Span{Start: offset - nearBytes, End: offset}),
		ahead:  text.Slice(document.Span{Start: offset, End: offset + aheadBytes}),
		path:   r.Path, repo: r.Repo, local: r.Local,
	}
}

// withSelected is the tree of a text in which a selected item has been inserted, for what is inserted right behind that.
type withSelected struct {
	tree   Tree // of the text without it
	chosen Selected
}

func (t withSelected) Completes(replaced document.Span, inserted string) (end int, ok bool) {
	end, ok = t.tree.Completes(t.both(replaced), t.chosen.Text+inserted)
	return max(0, end-len(t.chosen.Text)), ok
}

func (t withSelected) Breaks(replaced document.Span, inserted string) bool {
	return t.tree.Breaks(t.both(replaced), t.chosen.Text+inserted)
}

// both is what the item and what follows it replace together.
func (t withSelected) both(replaced document.Span) document.Span {
	return document.Span{Start: t.chosen.Replace.Start, End: t.chosen.Replace.End + replaced.Len()}
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
