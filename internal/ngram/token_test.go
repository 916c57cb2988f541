package ngram

import (
	"slices"
	"strings"
	"testing"

	"sopro/internal/workspace"
)

// show writes tokens the way the table below does.
func show(t *tokens) string {
	var out []string
	for i, id := range t.ids {
		switch id {
		case barrier:
			out = append(out, "■")
		case same:
			out = append(out, "↵")
		case deeper:
			out = append(out, "↵>")
		case outer:
			out = append(out, "↵<")
		default:
			out = append(out, t.word(i))
		}
	}
	return strings.Join(out, " ")
}

func TestTokenise(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       "",
		"if err!=nil{":                           "if err != nil {",
		"a:=b\n\n\n\tc\n\td\ne":                  "a := b ↵> c ↵ d ↵< e",
		"x\r\n  y\r\nz\r\n":                      "x ↵> y ↵< z ↵",
		"f(g[1.5e3], 'a', \"b c\\\"d\")":         `f ( g [ 1 . 5e3 ] , 'a' , "b c\"d" )`,
		"don't won't":                            "don ' t won ' t",
		"&'a str":                                "& ' a str",
		"x === y ?? z?.w ... <<= ->":             "x === y ?? z ?. w ... <<= ->",
		"})]":                                    "} ) ]",
		"\"open":                                 `" open`,
		"\"" + strings.Repeat("word ", 9) + "\"": `" ` + strings.Repeat("word ", 9) + `"`,
		"größe = 変数 + $x_1":                      "größe = 変数 + $x_1",
		"<div class=\"a\"></div>":                `< div class = "a" > </ div >`,
		"key: " + workspace.Masked + ",":         "key : ■ ,",
		"k = \"x " + workspace.Masked + "\"":     "k = ■",
		strings.Repeat("a", 300) + " b":          "■ b",
		"\"\\":                                   `" \`,
		"\xff\x00 a":                             "\xff \x00 a",
	} {
		got := tokenise(text)
		if s := show(&got); s != want {
			t.Errorf("%q: %q, want %q", text, s, want)
		}
	}
}

func TestGap(t *testing.T) {
	s := tokenise("if  x {\n\treturn  y // z\n}")
	var gaps []string
	for i := range s.ids {
		if !newline(s.ids[i]) {
			gaps = append(gaps, s.gap(i))
		}
	}
	if want := []string{"", "  ", " ", "\t", "  ", " ", " ", ""}; !slices.Equal(gaps, want) {
		t.Errorf("%q, want %q", gaps, want)
	}
}

// FuzzTokenise: tokens stand in order in the text and nothing but blank space
// between them.
func FuzzTokenise(f *testing.F) {
	for _, seed := range []string{errors, python, handler, "\"'`\\", "\xff\n\x00", "[secret]", "a\r\n\r\n\tb", strings.Repeat("x", 256)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := tokenise(text)
		end := 0
		for i, id := range s.ids {
			from, to := s.span(i)
			if from < end || to > len(text) {
				t.Fatalf("token %d at %d:%d after %d of %d", i, from, to, end, len(text))
			}
			if between := strings.Trim(text[end:from], " \t\r\n\f\v"); between != "" && s.ids[max(0, i-1)] != barrier {
				t.Fatalf("%q is lost before token %d", between, i)
			}
			if id < words && to > from && id != barrier {
				t.Fatalf("token %d has text and id %d", i, id)
			}
			end = to
		}
		m := New(Options{Gate: 0.01})
		m.Add("a", "x", text+"\n"+text)
		for _, cut := range []int{0, len(text) / 3, len(text) / 2, len(text)} {
			a, ok := m.Complete(Query{Path: "b", LanguageID: "x", Before: text[:cut], After: text[cut:]})
			if strings.ContainsAny(a.Text, "\n") || ok != (a.Text != "") {
				t.Fatalf("%q, %t", a.Text, ok)
			}
		}
	})
}
