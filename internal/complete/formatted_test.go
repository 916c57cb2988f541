package complete

import "testing"

func TestFormatted(t *testing.T) {
	for _, c := range []struct{ name, said, text, rest string }{
		{"a semicolon that was added", "a = b\nc = d", "a = b;\n", "c = d"},
		{"also where the line was only just accepted", "a = b\nc = d", "a = b;", "\nc = d"},
		{"one that was taken away", "a = b;\nc = d", "a = b\nc", " = d"},
		{"a trailing comma", "f(\n\ta,\n\tb\n)\nx", "f(\n\ta,\n\tb,\n)\n", "x"},
		{"another indentation", "if a {\n    b()\n    c()", "if a {\n\tb()\n\t", "c()"},
		{"blanks at an end", "a  \nb", "a\n", "b"},
		{"the quotes of a whole string", "s = 'x'\nt = 'y'", "s = \"x\"\n", "t = 'y'"},
	} {
		if n, ok := formatted(c.said, c.text); !ok || c.said[n:] != c.rest {
			t.Errorf("%s: %v, %q is left", c.name, ok, c.said[n:])
		}
	}
	for _, c := range []struct{ name, said, text string }{
		{"another word", "a = b\nc", "a = d\n"},
		{"a comma within a line", "f(a b)", "f(a, b"},
		{"a string that is still open", "s = 'x'", "s = \"x"},
		{"a comma that somebody types", "a\nb", "a,"},
		{"and a blank", "a\nb", "a "},
		{"another block", "if a {\n\t\tb()\n\t\tc()", "if a {\n\t\tb()\n\t"},
		{"more than was said", "a = b", "a = b\nc"},
		{"a blank within a line", "a=b", "a =b"},
	} {
		if n, ok := formatted(c.said, c.text); ok {
			t.Errorf("%s: taken for the same up to %d", c.name, n)
		}
	}
}
