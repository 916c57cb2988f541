package gather

import (
	"slices"

	"sopro/internal/syntax"
)

// mostHeeded is how often the list changes for what is said of a line while the cursor stays on it: each time the window is
// evaluated again, and of what is just being written compilers say something else at each pause.
const mostHeeded = 2

// heed shows what other tools say of the cursor's line as soon as they say it, at the end of the list: who goes to an error is
// about to mend it. What was said of the line before makes way. It stands in lent room, so that it goes when something else comes.
func (a *Anchor) heed(q Query, at arrival, free, header int) {
	l := &a.list
	if at.newLine {
		l.heeded = 0
	}
	if l.heeded == mostHeeded || q.Budget < leastShown || len(q.Diagnostics) == 0 || slices.Contains(q.Without, heeds) {
		return
	}
	h := &hole{Query: q, line: at.line, source: heeds, language: syntax.Detect(q.Text.LanguageID(), q.Path, "")}
	h.diagnostics()
	if !slices.ContainsFunc(h.offers, func(c candidate) bool { return !l.shows(c.text) }) {
		return
	}
	for _, all := range [][]kept{slices.Clone(l.kept), l.lasting()} {
		with := list{kept: all}
		for n := len(all); n > 0 && all[n-1].Source == heeds; n-- {
			with.kept = all[:n-1]
		}
		for _, c := range h.offers {
			if with.shows(c.text) {
				continue
			}
			k := kept{names: c.names, spare: true}
			tokens := q.Estimate(c.text)
			k.Snippet = Snippet{Source: heeds, Path: c.rel, Text: c.text, Lines: c.lines, Score: perToken(c.bonus, tokens+header), Tokens: tokens, Why: c.why}
			with.kept = append(with.kept, k)
		}
		if with.cost(header) <= free {
			l.kept = with.kept
			l.heeded++
			return
		}
	}
}

// shows says whether a text is one of the list.
func (l *list) shows(text string) bool {
	return slices.ContainsFunc(l.kept, func(k kept) bool { return k.Text == text })
}

// heeds is the source of what is heeded.
const heeds = "diagnostic"
