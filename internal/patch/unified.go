package patch

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/sourcegraph/go-diff/diff"
)

// around is the number of equal lines shown before and after a change, as diff
// and git have it.
const around = 3

// Unified is the change from before to after as a unified diff with the names
// a/REL and b/REL, "" where they are equal. Lines end at \n, a \r belongs to its
// line, and a last line without an end is marked, so that git apply makes after
// of before to the byte. A name that would break out of its header line is an
// error.
func Unified(rel, before, after string) (string, error) {
	if before == after {
		return "", nil
	}
	if strings.ContainsFunc(rel, unicode.IsControl) {
		return "", fmt.Errorf("patch: a diff cannot name %q: it has a control character", rel)
	}
	rel = filepath.ToSlash(rel)
	out, err := diff.PrintFileDiff(&diff.FileDiff{
		OrigName: "a/" + rel,
		NewName:  "b/" + rel,
		Hunks:    hunks(before, Between(before, after)),
	})
	if err != nil {
		return "", fmt.Errorf("patch: printing the diff of %s: %w", rel, err)
	}
	return string(out), nil
}

// change is an Edit in lines: new in the place of lines from to (excluded).
type change struct {
	from, to int
	new      []string
}

// hunks puts changes that are near each other together and shows what is
// around them.
func hunks(before string, edits []Edit) []*diff.Hunk {
	lines := split(before)
	changes := inLines(lines, edits)
	var out []*diff.Hunk
	grown := 0 // by how many lines the text grew in the hunks so far
	for len(changes) > 0 {
		n := 1
		for n < len(changes) && changes[n].from-changes[n-1].to <= 2*around {
			n++
		}
		h := hunk(lines, changes[:n], grown)
		grown += int(h.NewLines - h.OrigLines)
		out = append(out, h)
		changes = changes[n:]
	}
	return out
}

// hunk prints one group of changes.
func hunk(lines []string, changes []change, grown int) *diff.Hunk {
	from := max(changes[0].from-around, 0)
	to := min(changes[len(changes)-1].to+around, len(lines))
	var b body
	at := from
	for _, c := range changes {
		b.put(' ', lines[at:c.from])
		b.put('-', lines[c.from:c.to])
		b.put('+', c.new)
		at = c.to
	}
	b.put(' ', lines[at:to])
	h := &diff.Hunk{
		OrigStartLine:   int32(from + 1),
		OrigLines:       int32(b.old),
		OrigNoNewlineAt: b.unended,
		NewStartLine:    int32(from + grown + 1),
		NewLines:        int32(b.new),
		Body:            b.text.Bytes(),
	}
	// A side without lines is named by the line before it. With lines around
	// every change that happens in an empty text only.
	if b.old == 0 {
		h.OrigStartLine--
	}
	if b.new == 0 {
		h.NewStartLine--
	}
	return h
}

// body gathers the lines of a hunk.
type body struct {
	text     bytes.Buffer
	old, new int
	unended  int32 // where the old text ends without a line end, if more follows
}

// put adds lines with their sign. A line without an end that is not the last
// one in the hunk can only be the old text's last: go-diff wants it ended, and
// to be told where.
func (b *body) put(sign byte, lines []string) {
	for _, line := range lines {
		if text := b.text.Bytes(); len(text) > 0 && text[len(text)-1] != '\n' {
			b.text.WriteByte('\n')
			b.unended = int32(b.text.Len())
		}
		b.text.WriteByte(sign)
		b.text.WriteString(line)
		if sign != '+' {
			b.old++
		}
		if sign != '-' {
			b.new++
		}
	}
}

// inLines turns offsets into line numbers; the edits are whole lines in order.
func inLines(lines []string, edits []Edit) []change {
	changes := make([]change, len(edits))
	line, off := 0, 0
	at := func(want int) int {
		for off < want {
			off += len(lines[line])
			line++
		}
		return line
	}
	for i, e := range edits {
		changes[i] = change{from: at(e.Span.Start), to: at(e.Span.End), new: split(e.New)}
	}
	return changes
}

// split is the lines of a text with their ends.
func split(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}
