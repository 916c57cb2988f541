package document

import (
	"errors"
	"strings"
	"testing"
	"unsafe"
)

func at(line, character int) Position { return Position{line, character} }

func between(l1, c1, l2, c2 int) *Range { return &Range{at(l1, c1), at(l2, c2)} }

func TestApply(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		enc     Encoding
		changes []Change
		want    string
	}{
		"type at the start":                {"b", UTF16, []Change{{between(0, 0, 0, 0), "a"}}, "ab"},
		"type at the end":                  {"a\n", UTF16, []Change{{between(1, 0, 1, 0), "b"}}, "a\nb"},
		"into the empty text":              {"", UTF16, []Change{{between(0, 0, 0, 0), "a"}}, "a"},
		"the whole text":                   {"a\nb", UTF16, []Change{{nil, "c"}}, "c"},
		"in order, each on the one before": {"a", UTF16, []Change{{between(0, 1, 0, 1), "\nb"}, {between(1, 1, 1, 1), "c"}}, "a\nbc"},
		"past the line's end":              {"a\nb", UTF16, []Change{{between(0, 9, 0, 9), "!"}}, "a!\nb"},
		"past the last line":               {"a\nb", UTF16, []Change{{between(7, 3, 9, 9), "!"}}, "a\nb!"},
		"the line end is not touched":      {"a\r\nb", UTF16, []Change{{between(0, 0, 0, 99), "x"}}, "x\r\nb"},
		"a lone CR ends a line":            {"a\rb", UTF16, []Change{{between(1, 0, 1, 1), "c"}}, "a\rc"},
		"LF typed after a lone CR":         {"a\rb", UTF16, []Change{{between(1, 0, 1, 0), "\n"}, {between(1, 0, 1, 1), "c"}}, "a\r\nc"},
		"CRLF cut by a change":             {"a\r\nb", UTF16, []Change{{between(0, 1, 1, 0), "\r"}, {between(1, 0, 1, 0), "x"}}, "a\rxb"},
		"emoji in UTF-16":                  {"😀b", UTF16, []Change{{between(0, 2, 0, 3), "c"}}, "😀c"},
		"emoji in UTF-8":                   {"😀b", UTF8, []Change{{between(0, 4, 0, 5), "c"}}, "😀c"},
		"emoji in UTF-32":                  {"😀b", UTF32, []Change{{between(0, 1, 0, 2), "c"}}, "😀c"},
		"inside a surrogate pair":          {"a😀b", UTF16, []Change{{between(0, 2, 0, 3), ""}}, "ab"},
		"tabs are one":                     {"\t\tx", UTF16, []Change{{between(0, 2, 0, 3), "y"}}, "\t\ty"},
		"lone surrogates":                  {"\xed\xa0\xbdx", UTF16, []Change{{between(0, 1, 0, 2), "\xed\xb8\x80"}}, "\uFFFD\uFFFD"},
		"invalid bytes":                    {"\xff\xfe", UTF16, []Change{{between(0, 1, 0, 1), "é\xe4"}}, "\uFFFDé\uFFFD\uFFFD"},
		"all goes":                         {"a\nb", UTF16, []Change{{between(0, 0, 1, 1), ""}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := New("file:///a", "go", 3, c.text)
			next, edits, err := s.Apply(4, c.enc, c.changes)
			if err != nil {
				t.Fatal(err)
			}
			if next.String() != c.want || next.Version() != 4 || len(edits) != len(c.changes) {
				t.Errorf("%q at version %d with %d edits, want %q", next.String(), next.Version(), len(edits), c.want)
			}
			if want := New("", "", 0, c.text).String(); s.String() != want || s.Version() != 3 {
				t.Errorf("the old snapshot changed to %q, version %d", s.String(), s.Version())
			}
		})
	}
}

func TestApplyIsAllOrNothing(t *testing.T) {
	s := New("file:///a", "go", 5, "a\nb")
	for name, c := range map[string]struct {
		version int32
		changes []Change
		older   bool
	}{
		"older version":         {4, []Change{{nil, "c"}}, true},
		"inverted lines":        {6, []Change{{between(0, 0, 0, 0), "x"}, {between(1, 0, 0, 0), "c"}}, false},
		"inverted characters":   {6, []Change{{between(0, 1, 0, 0), "c"}}, false},
		"inverted past the end": {6, []Change{{between(9, 9, 9, 8), "c"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			next, edits, err := s.Apply(c.version, UTF16, c.changes)
			if err == nil || next != nil || edits != nil {
				t.Fatalf("%v, %v, %v", next, edits, err)
			}
			if errors.Is(err, ErrVersion) != c.older {
				t.Errorf("error %v", err)
			}
			if s.String() != "a\nb" || s.Version() != 5 {
				t.Errorf("the snapshot changed to %q", s.String())
			}
		})
	}
	if _, _, err := s.Apply(5, UTF16, nil); err != nil {
		t.Errorf("the same version again: %v", err)
	}
}

func TestSplice(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		span Span
		new  string
		want string
	}{
		"insert":        {"ab", Span{1, 1}, "x", "axb"},
		"replace":       {"abc", Span{1, 2}, "x", "axc"},
		"clamped":       {"ab", Span{-3, 99}, "x", "x"},
		"inverted":      {"ab", Span{2, 1}, "x", "abx"},
		"inside a rune": {"aéb", Span{2, 3}, "x", "axb"},
	} {
		t.Run(name, func(t *testing.T) {
			s := New("untitled:1", "go", 7, c.text)
			next, edit := s.Splice(c.span, c.new)
			if next.String() != c.want || next.Version() != 7 || next.URI() != "untitled:1" || next.LanguageID() != "go" {
				t.Errorf("%q, want %q", next.String(), c.want)
			}
			if edit.NewEnd-edit.Start != len(c.new) {
				t.Errorf("edit %+v", edit)
			}
		})
	}
}

// A snapshot must not change with the memory that its text came in: decoders
// hand out strings whose bytes they use again.
func TestTextIsCopied(t *testing.T) {
	memory := []byte("from the wire")
	borrowed := unsafe.String(&memory[0], len(memory))
	opened := New(borrowed, borrowed, 0, borrowed)
	edited, _ := opened.Splice(Span{0, 0}, borrowed)
	changed, _, err := opened.Apply(1, UTF16, []Change{{Text: borrowed}})
	if err != nil {
		t.Fatal(err)
	}
	copy(memory, "overwritten !")
	for got, want := range map[string]string{
		opened.String():     "from the wire",
		opened.URI():        "from the wire",
		opened.LanguageID(): "from the wire",
		edited.String():     "from the wirefrom the wire",
		changed.String():    "from the wire",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestChunk(t *testing.T) {
	s := New("u", "l", 0, strings.Repeat("0123456789", 500))
	if s.Chunk(s.Len()) != "" || s.Chunk(-1) != "" {
		t.Error("there is no chunk outside the text")
	}
	if got := len(s.Chunk(0)); got < minLeaf || got > maxLeaf {
		t.Errorf("a chunk of %d bytes", got)
	}
	if !strings.HasPrefix(s.Chunk(13), "3456") {
		t.Errorf("the chunk from 13 on is %q", s.Chunk(13))
	}
}

func TestSpan(t *testing.T) {
	s := Span{2, 5}
	if s.Len() != 3 || s.Empty() || !s.Contains(2) || s.Contains(5) || !(Span{4, 4}).Empty() {
		t.Error("a span is half-open")
	}
}

func TestRangeThereAndBack(t *testing.T) {
	s := New("u", "l", 0, "a😀\r\nb\tc\n")
	for _, enc := range []Encoding{UTF16, UTF8, UTF32} {
		m := s.Mapper(enc)
		for _, span := range []Span{{0, 0}, {1, 5}, {5, 7}, {8, 11}} {
			if got := m.Span(m.Range(span)); got != span {
				t.Errorf("%v: %v became %v", enc, span, got)
			}
		}
	}
	if UTF16.String() != "utf-16" || UTF8.String() != "utf-8" || UTF32.String() != "utf-32" {
		t.Error("names as LSP spells them")
	}
}
