package prompt

import (
	"strings"
	"unicode"
)

// linesBefore is how many lines before the hole are looked for at the beginning of an answer. A model that copies the
// file from farther up is not worth what it takes to follow it.
const linesBefore = 40

// cutBefore removes the end of the prefix where the code begins with it, and fits the beginning of the code to the line
// that it continues. ok is false while the code may still turn out to be nothing but the prefix again.
func cutBefore(code, prefix string, ended bool) (rest string, ok bool) {
	lines := strings.Split(prefix, "\n")
	lines = lines[max(0, len(lines)-linesBefore):]
	mayRepeat := false
	for i := range lines { // the longest repetition first
		if !tells(lines[i:]) {
			continue
		}
		switch rest, found := repeats(code, lines[i:]); found {
		case whole:
			return rest, true
		case begun:
			mayRepeat = true
		}
	}
	if mayRepeat && !ended {
		return "", false
	}
	return continueLine(code, lines[len(lines)-1]), true
}

// tells reports whether lines say enough for their repetition to be no accident: a letter in the line that is being
// written, or two lines with letters, or one long one.
func tells(lines []string) bool {
	last := len(lines) - 1
	if hasLetter(lines[last]) {
		return hasLetter(lines[0])
	}
	n, longest := 0, 0
	for _, line := range lines {
		if hasLetter(line) {
			n, longest = n+1, max(longest, len(strings.TrimSpace(line)))
		}
	}
	return hasLetter(lines[0]) && (n >= 2 || longest >= 12)
}

// How much of some lines stands at the beginning of a text.
const (
	none  = iota
	begun // all of the text so far
	whole // all of the lines
)

// repeats compares the beginning of code with lines, blanks at the ends of lines aside; the last of lines may be
// continued in code. rest is what follows the repetition.
func repeats(code string, lines []string) (rest string, found int) {
	for i, want := range lines {
		line, after, more := strings.Cut(code, "\n")
		got, want := strings.TrimLeft(line, " \t"), strings.TrimLeft(want, " \t")
		switch {
		case i == len(lines)-1 && strings.HasPrefix(got, want):
			rest = got[len(want):]
			if more {
				rest += "\n" + after
			}
			return rest, whole
		case more && strings.TrimRight(got, " \t\r") == strings.TrimRight(want, " \t\r"):
			code = after
		case !more && strings.HasPrefix(want, got):
			return "", begun
		default:
			return "", none
		}
	}
	return "", none
}

// continueLine fits code to the line that it continues. The indentation that stands there is not written again, and what
// a model wrote differently gives way to it. Code that begins with an indentation after a line with text belongs on the
// next line: a code block has no way to begin with a line break.
func continueLine(code, line string) string {
	text := strings.TrimLeft(code, " \t")
	indent := code[:len(code)-len(text)]
	switch {
	case strings.TrimSpace(code) == "":
		return ""
	case strings.TrimSpace(line) == "" && strings.HasPrefix(indent, line):
		return indent[len(line):] + text
	case strings.TrimSpace(line) == "":
		return text
	case (strings.HasPrefix(indent, "\t") || len(indent) >= 2) && strings.TrimRight(line, " \t") == line:
		return "\n" + code
	}
	return code
}

// cutAfter removes the beginning of the suffix where the code ends with it, or goes on with it.
func cutAfter(code string, h Hole, ended bool) string {
	rest, below, _ := strings.Cut(h.Suffix, "\n")
	onEmptyLine := strings.TrimSpace(h.Prefix[strings.LastIndexByte(h.Prefix, '\n')+1:]+rest) == ""
	code = cutBelow(code, firstLines(below, 3), onEmptyLine, ended)
	return cutRest(code, trimEnd(rest), ended)
}

// firstLines are the first n lines of text with something on them.
func firstLines(text string, n int) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if len(lines) == n {
			break
		}
		if line = trimEnd(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// cutBelow ends code where it goes on with the lines below the hole: at once where they tell, else only where nothing
// else follows them. The first line of code may be one of them only where the hole is a line of its own.
func cutBelow(code string, below []string, fromFirst, ended bool) string {
	if len(below) == 0 {
		return code
	}
	lines := strings.SplitAfter(code, "\n")
	for i, at := 0, 0; i < len(lines); at, i = at+len(lines[i]), i+1 {
		if i == 0 && !fromFirst || strings.TrimSpace(lines[i]) == "" {
			continue
		}
		told, perhaps := goesOn(lines[i:], below, ended)
		if told || perhaps && (!ended || !closesOwn(code, lines[i], below[0], i == 0)) {
			return code[:at]
		}
	}
	return code
}

// goesOn reports whether lines are those below the hole: told if so many are that it is no accident, perhaps if only a
// few are and nothing follows them.
func goesOn(lines, below []string, ended bool) (told, perhaps bool) {
	n := 0
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if n == len(below) {
			return told, false
		}
		want := strings.TrimSpace(below[n])
		switch {
		case line == want:
			n++
			told = told || hasLetter(line) && (n >= 2 || len(line) >= 12)
		case i == len(lines)-1 && !ended && strings.HasPrefix(want, line):
			return told, true
		default:
			return told, false
		}
	}
	return told, n > 0
}

// closesOwn reports whether a last line that looks like the one below the hole closes a block of the code's own: its
// brackets match, or, where words close blocks, it is indented otherwise.
func closesOwn(code, line, below string, first bool) bool {
	if !hasLetter(line) {
		return balanced(code)
	}
	indent := func(s string) string { return s[:len(s)-len(strings.TrimLeft(s, " \t"))] }
	return !first && indent(line) != indent(below)
}

// cutRest removes the rest of the line after the hole from the end of code. A bracket is only removed if code opens none
// for it.
func cutRest(code, rest string, ended bool) string {
	n := overlap(code, rest)
	if n == 0 || ended && n < len(rest) {
		return code
	}
	if !hasLetter(rest) && balanced(code) {
		return code
	}
	return code[:len(code)-n]
}

// balanced reports whether code closes no bracket that it did not open. Brackets in strings count: it is a guess.
func balanced(code string) bool {
	depth := 0
	for _, r := range code {
		switch r {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth--; depth < 0 {
				return false
			}
		}
	}
	return true
}

func hasLetter(s string) bool { return strings.IndexFunc(s, unicode.IsLetter) >= 0 }
