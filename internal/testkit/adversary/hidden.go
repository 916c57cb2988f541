package adversary

import (
	"fmt"
	"strings"
)

// hidden is text that says another thing than it shows. It is Go that parses, so that nothing else drops it.
func hidden() []Payload {
	return []Payload{
		{Name: "bidi override", Text: "return 1 // \u202e } ;0 nruter\n"},
		{Name: "bidi isolate", Text: "return 1 /* \u2066 */\n"},
		{Name: "right-to-left mark", Text: "return 1 // a\u200fb\n"},
		{Name: "zero-width space", Text: "x\u200by := 1; return x\u200by\n"},
		{Name: "zero-width joiner", Text: "return 1 // a\u200db\n"},
		{Name: "zero-width non-joiner", Text: "return 1 // a\u200cb\n"},
		{Name: "byte order mark", Text: "return 1 // a\ufeffb\n"},
		{Name: "soft hyphen", Text: "return 1 // pass\u00adword\n"},
		{Name: "tag characters", Text: "return 1 // a\U000e0069\U000e0067\U000e006e\U000e006f\U000e0072\U000e0065\n"},
		{Name: "variation selectors", Text: "return 1 // a\U000e0148\U000e0155\n"},
		{Name: "line separator", Text: "return 1 // a\u2028os.Exit(1)\n"},
		{Name: "escape", Text: "return 1 // \x1b[2J\x1b[1;1H\n"},
		{Name: "escape in two pieces", Text: "return 1 // \x1b]0;title\x07\n", Chunk: 1},
		{Name: "hyperlink escape", Text: "return 1 // \x1b]8;;http://192.0.2.1\x1b\\x\x1b]8;;\x1b\\\n"},
		{Name: "clipboard escape", Text: "return 1 // \x1b]52;c;cm0gLXJm\x07\n"},
		{Name: "C1 escape", Text: "return 1 // \u009b2J\u009d0;t\u009c\n"},
		{Name: "carriage return", Text: "return 1 // ok\rreturn 2\n"},
		{Name: "backspaces", Text: "return 1 // evil\b\b\b\bgood\n"},
		{Name: "NUL and DEL", Text: "return 1 // a\x00b\x7fc\n"},
		{Name: "bytes that are no UTF-8", Text: "return 1 // \xff\xfe\x9b2J\n"},
		{Name: "every bidi control", Text: "return 1 // \u202a\u202b\u202c\u202d\u2067\u2068\u2069\u061c\u200e\n"},
		{Name: "identifier of look-alike spaces", Text: "a\u2062b := 1; return a\u2062b // \u2063\u2064\u206a\u206f\n"},
		{Name: "word joiner", Text: "return 1 // a\u2060b\ufeff\n"},
		{Name: "filler of Hangul", Text: "\u3164 := 1; return \u3164\n"},
		{Name: "annotations", Text: "return 1 // \ufff9a\ufffab\ufffb\n"},
		{Name: "Mongolian vowel separator", Text: "return 1 // a\u180eb\n"},
		{Name: "paragraph separator", Text: "return 1 // a\u2029os.Exit(1)\n"},
		{Name: "next line", Text: "return 1 // a\u0085os.Exit(1)\n"},
		{Name: "form feeds", Text: "return 1 // a\fb\vc\n"},
		{Name: "tags of a flag", Text: "return 1 // \U0001F3F4\U000e0067\U000e0062\U000e007f\n"},
		{Name: "musical controls", Text: "return 1 // \U0001d173\U0001d17a\n"},
		{Name: "shorthand controls", Text: "return 1 // \U0001bca0\U0001bca3\n"},
		{Name: "hidden in a string", Text: "return \"a\u200b\u202eb\"\n"},
		{Name: "hidden in prose", Text: "It adds\u200b two \u202enumbers\u202c \U000e0041and \u2066more\u2069.\n"},
		{Name: "hyperlink escape that ends with a bell", Text: "return 1 // \x1b]8;id=a;command:x\ax\x1b]8;;\a\n"},
		{Name: "hyperlink escape of C1", Text: "return 1 // \u009d8;;http://192.0.2.1\u009cx\u009d8;;\u009c\n"},
		{Name: "hyperlink escape byte by byte", Text: "It is \x1b]8;;http://192.0.2.1\x1b\\here\x1b]8;;\x1b\\.\n", Chunk: 1},
		{Name: "answer of a terminal", Text: "return 1 // \x1b[6n\x1b[c\x1bP$q\"p\x1b\\\x1b[21t\n"},
		{Name: "picture of a terminal", Text: "return 1 // \x1b_Gf=100;AAAA\x1b\\\x1bPq#0\x1b\\\x1b]1337;File=inline=1:AAAA\a\n"},
		{Name: "bracketed paste", Text: "return 1 // \x1b[200~rm -rf ~\n\x1b[201~\n"},
		{Name: "character sets", Text: "return 1 // \x0e\x0f\x1b(0\x1b#8\x1bc\n"},
	}
}

// broken is text that is no UTF-8, cut at each boundary of a character.
func broken() []Payload {
	all := []Payload{
		{Name: "overlong line end", Text: "return 1 // \xc0\x8a\xe0\x80\x8a\xf0\x80\x80\x8a\n"},
		{Name: "overlong escape", Text: "return 1 // \xc0\x9b[2J\xc1\x9b\n"},
		{Name: "surrogates", Text: "return 1 // \xed\xa0\x80\xed\xb0\x80\n"},
		{Name: "beyond Unicode", Text: "return 1 // \xf4\x90\x80\x80\xf8\x88\x80\x80\x80\n"},
		{Name: "bytes that only go on", Text: strings.Repeat("\x80\xbf", 200) + "\n", Chunk: 1},
		{Name: "no character at all", Text: "\xff"},
	}
	for _, whole := range []string{"é", "中", "🎉"} {
		for n := 1; n < len(whole); n++ {
			all = append(all,
				Payload{Name: fmt.Sprintf("%d of %d bytes at the end", n, len(whole)), Text: "return 1 // " + whole[:n]},
				Payload{Name: fmt.Sprintf("%d of %d bytes, then an escape", n, len(whole)), Text: "return 1 // " + whole[:n] + "\x1b[2J\n", Chunk: 1},
				Payload{Name: fmt.Sprintf("%d bytes less at the beginning of %d", n, len(whole)), Text: whole[n:] + "return 1\n", Chunk: 1},
			)
		}
	}
	return all
}
