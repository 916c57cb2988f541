package syntax

import (
	"testing"

	"sopro/internal/document"
)

// Whatever a text is, in whatever language, no question about it crashes, and every
// range of an answer lies in the text.
func FuzzView(f *testing.F) {
	f.Add(uint8(0), "package a\n\nfunc f() {\n\tx(", 12, 3, "y)\n}")
	f.Add(uint8(13), "def f(:\n  '''\n# é👍🏽\n", 4, 0, "\n    return")
	f.Add(uint8(20), "<a b=\"<!--", 2, 8, "-->")
	f.Add(uint8(22), "a:\n- b: |\n\tc\n  d", 5, 1, ":\r\n")
	f.Add(uint8('0'), "$:", 0, 58, "\x00")
	f.Fuzz(func(t *testing.T, which uint8, text string, start, length int, inserted string) {
		l := languages[int(which)%27]
		s := document.New("file:///fuzz", l.ID(), 1, text)
		v := parseOnce(t.Context(), l, s, usual)
		defer v.Close()
		start = min(max(start, 0), s.Len())
		poke(t, v, document.Span{Start: start, End: min(start+max(length, 0)%100, s.Len())}, inserted)
	})
}
