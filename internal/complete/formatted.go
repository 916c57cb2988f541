package complete

import "strings"

// formatted is how many bytes of said a text stands for that a formatter has gone over since: it ends lines with a semicolon or a
// comma, or takes those away, as it does blanks; it indents anew; and it changes the quotes of whole strings. ok is false where the
// text is another one.
func formatted(said, text string) (n int, ok bool) {
	swapped := 0 // quotes
	for text != "" {
		rest := said[n:]
		switch {
		case rest != "" && rest[0] == '\n' && text[0] == '\n':
			was, is := indentOf(rest[1:]), indentOf(text[1:])
			if !strings.Contains(text[1:], "\n") && was != is && (was == "" || is == "" || was[0] == is[0]) {
				return 0, false // the cursor's own line: somebody has left the block, or entered one
			}
			n, text = n+1+len(was), text[1+len(is):]
		case rest != "" && rest[0] == text[0]:
			n, text = n+1, text[1:]
		case rest != "" && quotes(rest[0]) && quotes(text[0]):
			swapped++
			n, text = n+1, text[1:]
		case text == ";" && leaves(rest), ends(text[0]) && leaves(text[1:]) && leaves(rest):
			text = text[1:]
		case rest != "" && ends(rest[0]) && leaves(rest[1:]) && leaves(text):
			n++
		default:
			return 0, false
		}
	}
	return n, swapped%2 == 0 // an open string would be closed by the wrong quote
}

func quotes(c byte) bool { return c == '"' || c == '\'' || c == '`' }

// ends reports whether a character may come and go at the end of a line.
func ends(c byte) bool { return strings.IndexByte(";, \t\r", c) >= 0 }

// leaves reports whether a line ends here. The end of a text is none: who types on there may write something else.
func leaves(s string) bool { return strings.HasPrefix(strings.TrimLeft(s, " \t\r"), "\n") }
