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
			k := kept{names: c.names, spare: true, said: c.said, here: true}
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

// unsay takes out what no tool says any more: a model that reads of an error that is none mends what is right. It always does; since
// what heed shows on one line is bounded, so is how often that goes, also where a compiler changes its mind at each key.
func (l *list) unsay(q Query, at arrival) {
	still := l.kept[:0]
	for _, k := range l.kept {
		if k.said == "" || k.holds(q.Diagnostics, at) {
			still = append(still, k)
		}
	}
	clear(l.kept[len(still):])
	l.kept = still
}

// holds says whether a message is still said: of the cursor's line, if it was since the cursor came there; otherwise of any, so
// that the prompt stays as it is when somebody goes on to the next line.
func (k *kept) holds(said []Diagnostic, at arrival) bool {
	stayed := k.here && !at.newLine
	k.here = false
	elsewhere := false
	for _, d := range said {
		if d.Message != k.said {
			continue
		}
		if d.of(at.line) {
			k.here, k.Lines = true, d.Lines
			return true
		}
		elsewhere = true
	}
	return elsewhere && !stayed
}

// sayLast has what other tools say stand last whenever the list changes anyway: it goes sooner than all else, and what stands behind
// it is evaluated again then.
func (l *list) sayLast() {
	slices.SortStableFunc(l.kept, func(a, b kept) int { return min(len(a.said), 1) - min(len(b.said), 1) })
}

// shows says whether a text is one of the list.
func (l *list) shows(text string) bool {
	return slices.ContainsFunc(l.kept, func(k kept) bool { return k.Text == text })
}

// heeds is the source of what is heeded.
const heeds = "diagnostic"
