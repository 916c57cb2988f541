package complete

import "strings"

// cutLoop ends the text where it begins to repeat itself: a line for the third time in a row, or a short unit many times
// in a row. Data repeats itself longer than text does.
func cutLoop(d *draft) {
	if i, ok := loopAt(d.text); ok {
		d.cut(i)
	}
}

func loopAt(text string) (int, bool) {
	lines := splitLines(text)
	for i := 2; i < len(lines); i++ {
		line := strings.TrimRight(lines[i].text, " \t")
		if len(strings.TrimSpace(line)) >= 3 && line == strings.TrimRight(lines[i-1].text, " \t") && line == strings.TrimRight(lines[i-2].text, " \t") {
			return lines[i-1].start, true
		}
	}
	for unit := 1; unit <= 16; unit++ {
		if i, ok := unitLoop(text, unit); ok {
			return i, true
		}
	}
	return 0, false
}

// unitLoop finds a unit of so many bytes that stands many times in a row, and the end of its first occurrence. Runs of
// punctuation or of blanks are how people rule lines and indent; they are no loop.
func unitLoop(text string, unit int) (int, bool) {
	times := max(6, 48/unit)
	run := 0
	for i := unit; i < len(text); i++ {
		if text[i] != text[i-unit] {
			run = 0
			continue
		}
		if run++; run < unit*(times-1) {
			continue
		}
		start := i + 1 - unit*times
		if said := text[start : start+unit]; strings.ContainsAny(said, ",;\n") && times < 24 {
			times = 24 // a list
		} else if strings.ContainsFunc(said, isWord) {
			return start + unit, true
		}
	}
	return 0, false
}
