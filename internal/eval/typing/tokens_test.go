package typing

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTokens(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"func (s *Server) readFile(path string) error {\n\treturn nil\n}", "func| (s| *|Server|)| read|File|(path| string|)| error| {|\n\t|return| nil|\n|}"},
		{"max_tokens := 1536", "max|_tokens| :=| 1|5|3|6"},
		{"HTTPServer internationalisation", "HTTPServer| internatio|nalisation"},
		{"a\n\n  b  = \"x\"", "a|\n|\n  |b| | =| \"|x|\""},
		{"<|fim_prefix|>x<fim_suffix>y<z", "<|fim_prefix|>\x00x\x00<fim_suffix>\x00y\x00<\x00z"},
		{"é日", "é|日"},
	} {
		sep := "|"
		if strings.Contains(c.want, "\x00") {
			sep = "\x00"
		}
		got := strings.Join(tokens(c.text), sep)
		if got != c.want {
			t.Errorf("%q\n got %q\nwant %q", c.text, got, c.want)
		}
		if strings.Join(tokens(c.text), "") != c.text {
			t.Errorf("%q is not what its tokens spell", c.text)
		}
	}
}

func TestTokensWeighWhatTheyShould(t *testing.T) {
	files, err := filepath.Glob("../../complete/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	size, count := 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		size, count = size+len(text), count+len(tokens(string(text)))
	}
	if each := float64(size) / float64(count); each < 3.2 || each > 4 {
		t.Errorf("%.2f bytes a token", each)
	}
}
