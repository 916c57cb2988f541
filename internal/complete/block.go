package complete

import "strings"

// cutDedent ends the text where it leaves the block that the cursor is in: before a line with less indentation than the
// cursor's, but after those that close this block and the ones around it where the document does not; and after the line that
// closes what the cursor's own line has opened. Lines of a string that began before them and those of a preprocessor stand
// where they like.
func cutDedent(d *draft) {
	base := indentOf(d.line())
	own := blank(d.line()) // the cursor's line has nothing but indentation yet
	deeper, left := false, false
	at, read := d.scanTo(), 0
	for i, l := range splitLines(d.text) {
		at.read(d.text[read:l.start])
		read = l.start
		if i == 0 && own {
			base = d.line() + indentOf(l.text)
		}
		if i == 0 || blank(l.text) || at.quote != "" || directive(l.text) {
			continue
		}
		switch indent := indentOf(l.text); {
		case len(indent) < len(base) && d.lacks(l.text):
			base, left = indent, true
			if l.whole && indent == "" {
				d.cut(l.start + len(l.text))
				return
			}
		case len(indent) < len(base) || left:
			d.cut(l.start)
			return
		case len(indent) > len(base):
			deeper = true
		case own || !deeper:
		case !closes(l.text):
			d.cut(l.start)
			return
		case l.whole && !reopens(l.text):
			d.cut(l.start + len(l.text))
			return
		}
	}
}

// lacks reports whether a line only closes a block, and the document does not: what follows the cursor belongs to a block
// around that one, or begins something new beside it.
func (d *draft) lacks(line string) bool {
	line = strings.TrimRight(line, " \t\r")
	if !onlyClosers(strings.TrimSpace(line)) || !closes(line) {
		return false
	}
	below, indent := d.below(), indentOf(line)
	switch standing := indentOf(below); {
	case below == "":
		return true
	case len(standing) == len(indent):
		return !closes(below) && !directive(below)
	default:
		return len(standing) < len(indent) && !directive(below)
	}
}

// directive reports whether a line is one of a C preprocessor.
func directive(line string) bool {
	for _, word := range []string{"#if", "#el", "#end", "#define", "#undef", "#include", "#pragma", "#region"} {
		if strings.HasPrefix(line, word) {
			return true
		}
	}
	return false
}

// closes reports whether a line begins by closing a block, or continues one.
func closes(line string) bool {
	line = strings.TrimSpace(line)
	if line == "" {
		return false
	}
	if strings.ContainsRune(")]}", rune(line[0])) || strings.HasPrefix(line, "</") {
		return true
	}
	switch word := firstWord(line); word {
	case "else", "elif", "elseif", "elsif", "except", "finally", "catch", "rescue", "ensure", "after", "until",
		"fi", "done", "esac", "case", "default", "when", "then", "do":
		return true
	default:
		return strings.HasPrefix(strings.ToLower(word), "end")
	}
}

func firstWord(line string) string {
	return line[:len(line)-len(strings.TrimLeftFunc(line, isWord))]
}

// reopens reports whether a closing line opens the next block: "} else {", or an "else" with none.
func reopens(line string) bool {
	line = strings.TrimSpace(line)
	for _, marker := range []string{" //", " #", " --", " /*"} {
		line, _, _ = strings.Cut(line, marker)
	}
	line = strings.TrimSpace(line)
	if line == "" || strings.ContainsRune("{([:", rune(line[len(line)-1])) {
		return true
	}
	if strings.ContainsRune(")]}", rune(line[0])) || strings.HasPrefix(line, "</") {
		return false
	}
	switch word := firstWord(line); word {
	case "fi", "done", "esac", "until":
		return false
	default:
		return !strings.HasPrefix(strings.ToLower(word), "end")
	}
}
