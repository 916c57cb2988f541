package patch

import "testing"

func TestHunks(t *testing.T) {
	for name, c := range map[string]struct {
		before, after string
		first         int
		want          string
	}{
		"equal":                {"a\n", "a\n", 7, ""},
		"in the middle":        {"a\nb\nc\n", "a\nB\nc\n", 7, "@@ -8,3 +8,3 @@\n a\n-b\n+B\n c\n"},
		"at the start":         {"a\n", "b\na\n", 0, "@@ -1,1 +1,2 @@\n+b\n a\n"},
		"far apart":            {"a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n", 10, "@@ -11,4 +11,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -16,4 +16,4 @@\n 5\n 6\n 7\n-b\n+B\n"},
		"no line end":          {"a", "b", 0, "@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"},
		"returns before lines": {"a\r\nb\r\n", "a\r\nc\r\n", 0, "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := Hunks(c.before, c.after, c.first); err != nil || got != c.want {
				t.Errorf("%q, %v\nwant %q", got, err, c.want)
			}
		})
	}
}
