package gather

import (
	"strings"
	"testing"

	"sopro/internal/syntax"
)

func TestNames(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"go", "total := price(item.Count, rate)", "total price item Count rate"},
		{"go", "x, y := a1, b_2 // not this one", "a1 b_2"},
		{"go", `fmt.Println("not this", 'n', found)`, "fmt Println found"},
		{"go", "return nil", ""},
		{"go", "0x1F + 10ms + size2", "size2"},
		{"rust", "fn take<'a>(frame: &'a str)", "take frame"},
		{"python", "    may be opened and edited at once, with an editor.", ""},
		{"python", "    Whether the value that was given is shown.", ""},
		{"python", "value = first if flag else second", "value flag second"},
		{"java", " * the text of a comment, of a name", ""},
		{"java", "public static final String DEFAULT_NAME;", "DEFAULT_NAME"},
		{"c", "struct redisReader *createReader(void)", "redisReader createReader"},
		{"go", "… – größe Δ", "größe"},
		{"go", strings.Repeat("x", maxName+1), ""},
	} {
		var got []string
		names(c.text, syntax.Detect(c.language, "", ""), func(n name) { got = append(got, n.text) })
		if told := strings.Join(got, " "); told != c.want {
			t.Errorf("%q: %q, want %q", c.text, told, c.want)
		}
	}
}

func FuzzNames(f *testing.F) {
	f.Add("a := \"b\" + 'c' // d")
	f.Fuzz(func(t *testing.T, text string) {
		names(text, syntax.Detect("go", "", ""), func(n name) {
			if !strings.Contains(text, n.text) || len(n.text) < 2 || len(n.text) > maxName {
				t.Errorf("%q", n.text)
			}
		})
	})
}
