package complete

import "strings"

// cutLoop ends the text where it begins to repeat itself: a line for the third time in a row, or a short unit many times
// in a row. Data repeats itself longer than text does. Of signs that repeat themselves nothing is left.
func cutLoop(d *draft) {
	if i, ok := loopAt(d.text); ok {
		d.cut(i)
	} else if i, ok := signsAt(d.text); ok {
		if d.cut(i); blank(d.text) {
			d.drop("nothing but signs that repeat themselves")
		}
	}
}

// manySigns is how often a unit of signs stands in a row in no code: a server ends a model that repeats one token after 31 times.
const manySigns = 16

// signsAt finds where a unit of two or three signs, of which one may be a blank, begins to repeat itself. A single sign is how people
// rule lines.
func signsAt(text string) (int, bool) {
	for unit := 2; unit <= 3; unit++ {
		run := 0
		for i := unit; i < len(text); i++ {
			if text[i] != text[i-unit] {
				run = 0
				continue
			}
			if run++; run < unit*(manySigns-1) {
				continue
			}
			start := i + 1 - unit*manySigns
			if said := text[start : start+unit]; !blank(said) && !strings.ContainsFunc(said, isWord) && said != strings.Repeat(said[:1], unit) {
				return start, true
			}
		}
	}
	return 0, false
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
