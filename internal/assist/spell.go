package assist

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// unitOf is one level of indentation in a text: a tab, or as many spaces as its lines step in most often. "" where no line
// shows one.
func unitOf(text string) string {
	tabs, spaces, last := 0, 0, 0
	steps := map[int]int{}
	for line := range strings.Lines(text) {
		indent := indentation(line)
		switch {
		case strings.TrimSpace(line) == "":
			continue
		case strings.HasPrefix(indent, "\t"):
			tabs++
		case indent != "":
			spaces++
		}
		if step := len(indent) - last; (step == 2 || step == 4 || step == 8) && !strings.Contains(indent, "\t") {
			steps[step]++ // other steps are alignments
		}
		last = len(indent)
	}
	switch {
	case tabs > spaces:
		return "\t"
	case len(steps) == 0:
		return ""
	}
	widths := slices.Sorted(maps.Keys(steps))
	return strings.Repeat(" ", slices.MaxFunc(widths, func(a, b int) int { return cmp.Compare(steps[a], steps[b]) }))
}

// spell indents code for its place: its first line as indent says, the others as they stand to the first, one level being unit. What
// the model did within a line stays.
func spell(code, indent, unit string) string {
	lines := strings.Split(code, "\n")
	for len(lines) > 0 && strings.TrimSpace(lines[0]) == "" {
		lines = lines[1:]
	}
	if len(lines) == 0 {
		return ""
	}
	from := unitOf(code)
	base := indentation(lines[0])
	for i, line := range lines {
		own := indentation(line)
		text := strings.TrimRight(line[len(own):], " \t")
		if i == 1 && base == "" {
			base = lost(lines, indent)
		}
		if lines[i] = ""; text != "" {
			deeper, _ := strings.CutPrefix(own, base)
			if len(own) < len(base) {
				deeper = ""
			}
			lines[i] = indent + respell(deeper, from, unit) + text
		}
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// lost is the indentation that the first line lost, because it stood after the cursor's, while all others have it: "x := 1\n\ty := 2".
func lost(lines []string, indent string) string {
	if indent == "" || opensBlock(lines[0]) {
		return ""
	}
	for _, line := range lines[1:] {
		if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, indent) {
			return ""
		}
	}
	return indent
}

// respell writes an indentation made of one unit with another.
func respell(indent, from, to string) string {
	if indent == "" || from == to || from == "" || to == "" {
		return indent
	}
	width := len(from)
	if from == "\t" {
		width = len(to)
	}
	columns := 0
	for _, c := range indent {
		if columns++; c == '\t' {
			columns += width - 1
		}
	}
	return strings.Repeat(to, columns/width) + strings.Repeat(" ", columns%width)
}

// indentation is the white space that a line begins with.
func indentation(line string) string {
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

// opensBlock reports whether the lines after this one stand deeper.
func opensBlock(line string) bool {
	line = strings.TrimRight(line, " \t\r\n")
	return line != "" && strings.ContainsAny(line[len(line)-1:], "{([:,=\\")
}
