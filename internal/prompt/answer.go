package prompt

import (
	"regexp"
	"strings"
	"unicode"
)

// Answer is the code in what a chat model answered to a hole: without the thinking, the talk and the fence around it,
// without the lines before the hole if the model began with them, and without those after it if it went on with them.
//
// It can be called on an answer that still grows: what cannot be told yet is held back, so that a longer text gives a
// result that begins with the earlier one. What is held back at the end is settled by Answered.
func Answer(text string, h Hole) string { return answer(text, h, false) }

// Answered is Answer for a text that has ended.
func Answered(text string, h Hole) string { return answer(text, h, true) }

// Block is an answer from its first whole code block on, for who asked for code and nothing else: what a model says before is talk then,
// whatever it looks like. In a language of prose, and where no block is whole, it is the answer without its thinking.
func Block(text, language string) string {
	text = unthink(text)
	if isProse(language) {
		return text
	}
	start, bar := -1, ""
	for at := 0; at < len(text); {
		line, _ := lineAt(text, at)
		switch mark := barOf(line); {
		case start < 0 && mark != "":
			start, bar = at, mark
		case start >= 0 && closes(line, bar):
			return text[start:]
		}
		at += len(line) + 1
	}
	return text
}

func answer(text string, h Hole, ended bool) string {
	code, fenced := unfence(unthink(text), h.Language, ended)
	ended = ended || fenced == closed
	code = cutMarker(code, ended)
	code, ok := cutBefore(code, h.Prefix, ended)
	if !ok {
		return ""
	}
	if ended {
		return strings.TrimRight(cutAfter(strings.TrimRight(code, "\n"), h, true), "\n")
	}
	// White space at the end may begin a line that is cut.
	return trimEnd(cutAfter(trimEnd(code), h, false))
}

func trimEnd(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) }

// unthink removes the thinking that some models write before their answer although they were told not to.
func unthink(text string) string {
	const open, end = "<think>", "</think>"
	text = strings.TrimLeft(text, "\n")
	if strings.HasPrefix(text, open) {
		_, text, _ = strings.Cut(text, end)
		return strings.TrimLeft(text, "\n")
	}
	if text != "" && strings.HasPrefix(open, text) {
		return ""
	}
	return text
}

// How a code block stands in an answer.
const (
	bare   = iota // there is none
	opened        // it has begun
	closed        // it is whole, what follows does not count
)

// unfence takes the code out of its block. Without a block, talk at the beginning is removed; a line of bars after code
// that had none before it ends the code.
func unfence(text, language string, ended bool) (code string, fenced int) {
	start, bar := 0, ""
	body := -1 // where the code begins
	for at := 0; at < len(text); {
		line, whole := lineAt(text, at)
		next := at + len(line) + 1
		mark := barOf(line)
		switch {
		case body < 0 && mark != "":
			if before := text[:at]; strings.TrimSpace(before[start:]) != "" {
				return before[start:], closed
			}
			if !whole {
				return "", opened
			}
			body, bar = next, mark
		case body < 0 && start == at && (strings.TrimSpace(line) == "" || isTalk(line, language, whole || ended)):
			if !whole && !ended {
				return "", bare
			}
			start = min(next, len(text))
		case body >= 0 && closes(line, bar):
			return text[body:at], closed
		case body >= 0 && !whole && !ended && strings.HasPrefix(bar, strings.TrimSpace(line)) && strings.TrimSpace(line) != "":
			return text[body:at], opened // perhaps the beginning of the closing bar
		case body < 0 && !whole && !ended && mayBar(line):
			return text[start:at], bare
		}
		at = next
	}
	if body >= 0 {
		return text[min(body, len(text)):], opened
	}
	return text[start:], bare
}

// lineAt is the line of text that begins at an offset, without its line end, and whether it has one.
func lineAt(text string, at int) (line string, whole bool) {
	line, _, whole = strings.Cut(text[at:], "\n")
	return line, whole
}

var barLine = regexp.MustCompile("^ {0,3}(```+|~~~+)[^`]*$")

// barOf is the bar that opens a code block in a line, "" where there is none.
func barOf(line string) string {
	if m := barLine.FindStringSubmatch(line); m != nil {
		return m[1]
	}
	return ""
}

// mayBar reports whether a line that is not whole may become one that opens a code block.
func mayBar(line string) bool {
	line = strings.TrimLeft(line, " ")
	return strings.HasPrefix("```", line) || strings.HasPrefix("~~~", line)
}

// closes reports whether a line closes a block opened by bar.
func closes(line, bar string) bool {
	line = strings.TrimSpace(line)
	return len(line) >= len(bar) && strings.Trim(line, bar[:1]) == ""
}

var talkOpener = regexp.MustCompile(`^(Sure|Certainly|Of course|Okay|OK|Yes|Here|Below|The (code|missing|completed|following|replacement|gap)|This (code|is)|To (fill|complete)|You can)\b`)

// longestOpener is more than the longest that talkOpener needs to see.
const longestOpener = 20

// isTalk reports whether a line at the beginning of an answer talks about the code rather than being it. Of a line that
// is not whole it reports whether it may become so. In prose only an announcement that ends in a colon is talk.
func isTalk(line, language string, whole bool) bool {
	line = strings.TrimSpace(line)
	if line == "" || !unicode.IsUpper(rune(line[0])) || strings.ContainsAny(outsideBackticks(line), "(){}[]=;<>$@\\") {
		return false
	}
	opener := talkOpener.MatchString(line)
	if isProse(language) {
		return whole && opener && strings.HasSuffix(line, ":") || !whole && (opener || len(line) < longestOpener)
	}
	if !whole {
		return true
	}
	return strings.ContainsAny(line[len(line)-1:], ".:!,?") && (opener || len(strings.Fields(line)) >= 4)
}

// outsideBackticks is line without what stands in backticks.
func outsideBackticks(line string) string {
	var b strings.Builder
	for i, part := range strings.Split(line, "`") {
		if i%2 == 0 {
			b.WriteString(part)
		}
	}
	return b.String()
}

func isProse(language string) bool {
	switch language {
	case "markdown", "plaintext", "restructuredtext", "latex", "asciidoc", "git-commit":
		return true
	}
	return false
}

// cutMarker ends the code at a copy of the hole's mark.
func cutMarker(code string, ended bool) string {
	if before, _, found := strings.Cut(code, hole); found {
		return before
	}
	if ended {
		return code
	}
	return code[:len(code)-overlap(code, hole)]
}

// overlap is the length of the longest end of text that text2 begins with.
func overlap(text, text2 string) int {
	for n := min(len(text), len(text2)); n > 0; n-- {
		if strings.HasSuffix(text, text2[:n]) {
			return n
		}
	}
	return 0
}
