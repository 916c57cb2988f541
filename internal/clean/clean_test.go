package clean

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestControl(t *testing.T) {
	for in, want := range map[string]string{
		"plain\n\ttext":                 "plain\n\ttext",
		"\x1b[31mred\x1b[0m":            "[31mred[0m",
		"\x1b]0;title\x07":              "]0;title",
		"a\r\nb":                        "a\nb",
		"\u009b31m \u0085 \x7f":         "31m  ",
		"\x9b31m":                       "\uFFFD31m",
		"\xff\xfe":                      "\uFFFD\uFFFD",
		"é 世界 😀":                        "é 世界 😀",
		"cut \xe4\xb8":                  "cut \uFFFD\uFFFD",
		"\x00\x01\x08\x0b\x0c\x0e\x1f.": ".",
	} {
		if got := Control(in); got != want {
			t.Errorf("Control(%q) = %q, want %q", in, got, want)
		}
		for i := range len(in) + 1 {
			var s Stream
			if got := s.Push(in[:i]) + s.Push(in[i:]) + s.Flush(); got != want {
				t.Errorf("%q cut at %d: %q, want %q", in, i, got, want)
			}
		}
		if got := bytewise(&Stream{}, in); got != want {
			t.Errorf("%q byte by byte: %q, want %q", in, got, want)
		}
	}
}

// stream is what Stream and MarkdownStream have in common.
type stream interface {
	Push(string) string
	Flush() string
}

func bytewise(s stream, in string) string {
	var b strings.Builder
	for i := range len(in) {
		b.WriteString(s.Push(in[i : i+1]))
	}
	return b.String() + s.Flush()
}

func TestForeign(t *testing.T) {
	for _, c := range []struct {
		added, existing string
		want            rune
	}{
		{"x := 1\n\ty", "", 0},
		{"a\u202eb", "", '\u202e'},
		{"a\u2066b", "", '\u2066'},
		{"a\u200bb", "", '\u200b'},
		{"a\u200db", "", '\u200d'},
		{"a\ufeffb", "", '\ufeff'},
		{"a\U000E0041b", "", 0xE0041},
		{"a\U000E0101b", "", 0xE0101},
		{"a\U0001D173b", "", 0x1D173},
		{"a\U0001BCA0b", "", 0x1BCA0},
		{"a\u3164b", "", 0x3164},
		{"a\uffa0b", "", 0xFFA0},
		{"a\u115fb", "", 0x115F},
		{"a\x1bb", "", '\x1b'},
		{"a\u009bb", "", '\u009b'},
		{"a\rb", "", '\r'},
		{"a\r\nb", "x\r\n", 0},
		{"می\u200cخواهم", "نمی\u200cدانم", 0},
		{"می\u200cخو\u202eهم", "نمی\u200cدانم", '\u202e'},
		{"❤️ é 世界 😀", "", 0},
	} {
		got, found := Foreign(c.added, c.existing)
		if got != c.want || found != (c.want != 0) {
			t.Errorf("Foreign(%q, %q) = %U, %v; want %U", c.added, c.existing, got, found, c.want)
		}
	}
}

func TestMessage(t *testing.T) {
	for in, want := range map[string]string{
		" two\n\n  lines\t":          "two lines",
		"\x1b[31mred\u202e\u0000 \r": "[31mred",
		"bad \xff byte":              "bad \uFFFD byte",
		"[x](command:y)[z]\u200b(w)": "[x] (command:y)[z] (w)",
		"":                           "",
		strings.Repeat("é", 500):     strings.Repeat("é", 500),
		strings.Repeat("é", 501):     strings.Repeat("é", 499) + "…",
		strings.Repeat("é ", 500):    strings.Repeat("é ", 249) + "é…",
	} {
		if got := Message(in); got != want {
			t.Errorf("Message(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzControl(f *testing.F) {
	f.Add("a\x1b[0m\u009b\xe4\xb8\x96\xff", 3)
	f.Fuzz(func(t *testing.T, in string, cut int) {
		want := Control(in)
		if !utf8.ValidString(want) || Control(want) != want {
			t.Errorf("Control(%q) = %q", in, want)
		}
		var s Stream
		cut = min(max(cut, 0), len(in))
		if got := s.Push(in[:cut]) + s.Push(in[cut:]) + s.Flush(); got != want {
			t.Errorf("cut at %d: %q, want %q", cut, got, want)
		}
		if m := Message(in); Message(m) != m || utf8.RuneCountInString(m) > maxMessage || Control(m) != m {
			t.Errorf("Message(%q) = %q", in, m)
		}
	})
}
