package patch

import (
	"bytes"
	"strings"
	"testing"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
	"pgregory.net/rapid"

	"sopro/internal/document"
)

func edit(start, end int, text string) Edit {
	return Edit{Span: document.Span{Start: start, End: end}, New: text}
}

func TestBetween(t *testing.T) {
	for name, c := range map[string]struct {
		before, after string
		want          []Edit
	}{
		"equal":              {"a\nb\n", "a\nb\n", nil},
		"a line changed":     {"a\nb\nc\n", "a\nB\nc\n", []Edit{edit(2, 4, "B\n")}},
		"a line added":       {"a\nc\n", "a\nb\nc\n", []Edit{edit(2, 2, "b\n")}},
		"a line taken":       {"a\nb\nc\n", "a\nc\n", []Edit{edit(2, 4, "")}},
		"two places":         {"a\nb\nc\n", "A\nb\nC\n", []Edit{edit(0, 2, "A\n"), edit(4, 6, "C\n")}},
		"only the line end":  {"a\r\nb\r\n", "a\nb\r\n", []Edit{edit(0, 3, "a\n")}},
		"the newline at end": {"a\nb", "a\nb\n", []Edit{edit(2, 3, "b\n")}},
		"from nothing":       {"", "a\n", []Edit{edit(0, 0, "a\n")}},
		"to nothing":         {"a\n", "", []Edit{edit(0, 2, "")}},
	} {
		t.Run(name, func(t *testing.T) {
			got := Between(c.before, c.after)
			if len(got) != len(c.want) {
				t.Fatalf("%+v, want %+v", got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("%+v, want %+v", got[i], c.want[i])
				}
			}
		})
	}
}

func TestApplyRefuses(t *testing.T) {
	for name, edits := range map[string][]Edit{
		"past the end":     {edit(2, 9, "")},
		"before the start": {edit(-1, 1, "")},
		"inverted":         {edit(2, 1, "")},
		"overlapping":      {edit(0, 2, "x"), edit(1, 3, "y")},
		"out of order":     {edit(2, 3, "x"), edit(0, 1, "y")},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := Apply("abc", edits); err == nil || got != "" {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

func TestApply(t *testing.T) {
	got, err := Apply("abc", []Edit{edit(0, 0, "<"), edit(1, 2, "B"), edit(2, 2, "+"), edit(3, 3, ">")})
	if err != nil || got != "<aB+c>" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestUnified(t *testing.T) {
	long := "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n"
	for name, c := range map[string]struct{ before, after, want string }{
		"equal":       {"a\n", "a\n", ""},
		"both empty":  {"", "", ""},
		"a line":      {"a\nb\nc\n", "a\nB\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"},
		"empty file":  {"", "a\n", "@@ -0,0 +1,1 @@\n+a\n"},
		"all taken":   {"a\nb\n", "", "@@ -1,2 +0,0 @@\n-a\n-b\n"},
		"carriage":    {"a\r\nb\r\n", "a\r\nB\r\n", "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+B\r\n"},
		"line end":    {"a\r\n", "a\n", "@@ -1,1 +1,1 @@\n-a\r\n+a\n"},
		"lone return": {"a\rb\n", "a\rc\n", "@@ -1,1 +1,1 @@\n-a\rb\n+a\rc\n"},
		"newline added at the end": {"a\nb", "a\nb\n",
			"@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"},
		"newline taken at the end": {"a\nb\n", "a\nb",
			"@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file\n"},
		"no newline on either side, changed": {"a\nb", "a\nc",
			"@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"},
		"no newline on either side, kept": {"a\nb", "c\nb",
			"@@ -1,2 +1,2 @@\n-a\n+c\n b\n\\ No newline at end of file\n"},
		"no newline, line taken": {"a\nb", "a\n",
			"@@ -1,2 +1,1 @@\n a\n-b\n\\ No newline at end of file\n"},
		"no newline, empty after": {"a", "",
			"@@ -1,1 +0,0 @@\n-a\n\\ No newline at end of file\n"},
		"near changes share a hunk": {long, strings.NewReplacer("2\n3", "2\nX", "10\n", "Y\n").Replace(long),
			"@@ -1,12 +1,12 @@\n 1\n 2\n-3\n+X\n 4\n 5\n 6\n 7\n 8\n 9\n-10\n+Y\n 11\n 12\n"},
		"a line further they do not": {long, strings.NewReplacer("2\n3", "2\nX", "11\n", "Y\n").Replace(long),
			"@@ -1,6 +1,6 @@\n 1\n 2\n-3\n+X\n 4\n 5\n 6\n@@ -8,5 +8,5 @@\n 8\n 9\n 10\n-11\n+Y\n 12\n"},
		"lines are counted on": {long, "0\n" + strings.Replace(long, "11\n", "", 1),
			"@@ -1,3 +1,4 @@\n+0\n 1\n 2\n 3\n@@ -8,5 +9,4 @@\n 8\n 9\n 10\n-11\n 12\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Unified("dir/x.go", c.before, c.after)
			want := c.want
			if want != "" {
				want = "--- a/dir/x.go\n+++ b/dir/x.go\n" + want
			}
			if err != nil || got != want {
				t.Errorf("%v\n%s\nwant\n%s", err, got, want)
			}
			if c.before != c.after {
				oracle(t, got, c.before, c.after)
			}
		})
	}
	if got, err := Unified("x\n+++ b/y", "a", "b"); err == nil {
		t.Errorf("a name that writes a header: %q", got)
	}
}

// failer is what testing and rapid have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// oracle applies a printed diff as strictly as git does.
func oracle(t failer, printed, before, after string) {
	t.Helper()
	files, _, err := gitdiff.Parse(strings.NewReader(printed))
	if err != nil || len(files) != 1 {
		t.Fatalf("%d files, %v, in\n%s", len(files), err, printed)
	}
	var out bytes.Buffer
	if err := gitdiff.Apply(&out, strings.NewReader(before), files[0]); err != nil {
		t.Fatalf("%v, applying to %q\n%s", err, before, printed)
	}
	if out.String() != after {
		t.Fatalf("applied to %q gives %q, want %q\n%s", before, out.String(), after, printed)
	}
}

// texts has few different lines, so that many of them agree.
func texts() *rapid.Generator[string] {
	line := rapid.SampledFrom([]string{"", "a", "b", "\tc", "--- a", "+++ b", "@@ -1 +1 @@", "\\ No newline at end of file", "é😀", " "})
	end := rapid.SampledFrom([]string{"\n", "\n", "\n", "\r\n", "\r"})
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		for range rapid.IntRange(0, 40).Draw(t, "lines") {
			b.WriteString(line.Draw(t, "line"))
			b.WriteString(end.Draw(t, "end"))
		}
		b.WriteString(rapid.SampledFrom([]string{"", "", "last", "\\"}).Draw(t, "last"))
		return b.String()
	})
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := texts().Draw(t, "before")
		after := texts().Draw(t, "after")
		if rapid.Bool().Draw(t, "near") { // a few lines of the same text changed
			lines := split(before)
			for range min(3, len(lines)) {
				lines[rapid.IntRange(0, len(lines)-1).Draw(t, "at")] = rapid.SampledFrom([]string{"", "new\n", "new\r\nnew\n"}).Draw(t, "new")
			}
			after = strings.Join(lines, "")
		}
		edits := Between(before, after)
		got, err := Apply(before, edits)
		if err != nil || got != after {
			t.Fatalf("Apply(Between) gives %q, %v, want %q", got, err, after)
		}
		for i := 1; i < len(edits); i++ {
			if edits[i].Span.Start <= edits[i-1].Span.End {
				t.Fatalf("edits touch: %+v", edits)
			}
		}
		printed, err := Unified("x", before, after)
		if err != nil {
			t.Fatalf("%v", err)
		}
		if before != after {
			oracle(t, printed, before, after)
		}
	})
}

func BenchmarkUnified(b *testing.B) {
	before := strings.Repeat("\tsum += item.price * rate\n\tcount++\n", 500)
	after := strings.Replace(before, "count++", "count += item.count", 3)
	for b.Loop() {
		if _, err := Unified("x.go", before, after); err != nil {
			b.Fatal(err)
		}
	}
}
