package gather

import (
	"strings"

	"sopro/internal/clean"
	"sopro/internal/history"
	"sopro/internal/syntax"
	"sopro/internal/workspace"
)

// Bounds of what is shown of diagnostics and of changes.
const (
	maxDiagnostics     = 4
	maxDiagnosticBytes = 300
	maxEdits           = 3
	maxEditBytes       = 800
	editBonus          = 0.5 // what the last change is worth besides its names; half as much the one before
	diagnosticBonus    = 2
)

// diagnostics offers what other tools say of the line, as a comment: an error there is what the person mends.
func (h *hole) diagnostics() {
	shown := 0
	for _, d := range h.Diagnostics {
		if !d.of(h.line) || shown == maxDiagnostics {
			continue
		}
		shown++
		message := workspace.Mask(clean.Control(d.Message))
		if len(message) > maxDiagnosticBytes {
			message = strings.ToValidUTF8(message[:maxDiagnosticBytes], "")
		}
		h.offer(candidate{rel: h.Path, text: comment(h.language, strings.Join(strings.Fields(message), " ")), lines: d.Lines, said: d.Message, why: "said of the line", bonus: diagnosticBonus})
	}
}

// comment is a line of text as a comment of the language; in one without comments it is the line.
func comment(l *syntax.Language, text string) string {
	if mark := l.LineComment(); mark != "" {
		return mark + " " + text + "\n"
	}
	if open, end := l.BlockComment(); open != "" {
		return open + " " + strings.ReplaceAll(text, end, "") + " " + end + "\n"
	}
	return text + "\n"
}

// edits offers the last changes as small diffs, those that the window does not hold: who renames a thing is about to rename it
// here.
func (h *hole) edits() {
	if h.Sources.History == nil {
		return
	}
	bonus := editBonus
	shown := 0
	for _, c := range h.Sources.History.Changes() {
		own := c.Local == h.Local
		if shown == maxEdits {
			break
		}
		if len(c.Diff) > maxEditBytes || own && overlap(c.Span, h.window) {
			continue
		}
		shown++
		text := c.Diff
		if !own {
			text = workspace.Mask(text)
		}
		h.offer(candidate{rel: c.Rel + ".diff", text: text, lines: c.Lines, why: "changed last", bonus: bonus})
		bonus /= 2
	}
}

// visited wants what the files declare that the person has changed and looked at last.
func (h *hole) visited() {
	if h.Sources.History == nil || h.Sources.Index == nil {
		return
	}
	for _, v := range h.Sources.History.Recent(maxOutlines) {
		weight := wantOutline
		if v.How == history.Opened {
			weight /= 2
		}
		h.outline(v.Local, weight)
	}
}

// header offers the imports that the window has lost.
func (h *hole) header() {
	for _, i := range h.needs {
		if overlap(i.Span, h.window) {
			continue
		}
		first, last := h.Text.LineAt(i.Span.Start), h.Text.LineAt(max(i.Span.Start, i.Span.End-1))
		text := h.Text.Slice(i.Span)
		all := distinct(text, h.language)
		for _, n := range all {
			h.want(n, spread(wantHeader, len(all)))
		}
		h.offer(candidate{rel: h.Path, lined: true, local: h.Local, text: text, lines: [2]int{first, last}, span: i.Span, names: all})
	}
}
