package gather

import (
	"strings"

	"sopro/internal/document"
)

// piece is a part of the window around the cursor.
type piece struct {
	span   document.Span
	text   string
	tokens int
	moved  bool // its far end is not where it was for the last hole
}

// maxTokenBytes bounds how much text is looked at for a number of tokens. Code
// has 2 to 4 bytes a token; only data and long runs of spaces come near.
const maxTokenBytes = 16

func (q Query) piece(start, end int) piece {
	text := q.Text.Slice(document.Span{Start: start, End: end})
	return piece{span: document.Span{Start: start, End: end}, text: text, tokens: q.Estimate(text)}
}

// The suffix has 12 lines after the cursor's: for models that read the prefix
// first 12 are as good as 20, and 8 are worse.
const (
	suffixLines    = 12
	fewSuffixLines = 8
	allSuffixLines = 16
	suffixShare    = 4 // the suffix is at most the fourth part of the window
)

// after is the text after the hole. For models that read it first its end is
// chosen when the cursor comes to a line, a fixed number of lines below, and
// stays while the cursor does: Enter at the end of a line leaves such a suffix
// as it was. For the others the end stays as long as it is neither near nor far.
func (a *Anchor) after(q Query, at arrival) piece {
	limit := q.near() / suffixShare
	if q.Suffix > 0 {
		limit = min(limit, q.Suffix)
	}
	if a.end.set && a.end.off >= q.Offset && a.end.off-q.Offset <= limit*maxTokenBytes {
		lines := q.Text.LineAt(a.end.off) - at.line
		fits := !at.newLine
		if at.newLine && !q.SuffixFirst {
			fits = fewSuffixLines <= lines && lines <= allSuffixLines || a.end.off == q.Text.Len() && lines <= allSuffixLines
		}
		if p := q.piece(q.Offset, a.end.off); fits && p.tokens <= limit {
			return p
		}
	}
	p := q.below(at.line, limit)
	a.end = mark{p.span.End, true}
	p.moved = true
	return p
}

// below is the rest of the cursor's line and as many of the lines below it as
// fit, to the start of the next line.
func (q Query) below(line, limit int) piece {
	end := q.Offset
	for used, i := 0, 0; i <= suffixLines && end < q.Text.Len(); i++ {
		next := q.Text.LineStart(line + i + 1)
		if next-end > limit*maxTokenBytes {
			break
		}
		used += q.Estimate(q.Text.Slice(document.Span{Start: end, End: next}))
		if used > limit {
			break
		}
		end = next
	}
	if end > q.Offset || end == q.Text.Len() {
		return q.piece(q.Offset, end)
	}
	return q.startOf(q.Offset, min(q.Text.LineEnd(line), q.Offset+limit*maxTokenBytes), limit)
}

// startOf is as much as fits of the start of a part of one long line.
func (q Query) startOf(start, end, limit int) piece {
	text := whole(q.Text.Slice(document.Span{Start: start, End: end}))
	for text != "" && q.Estimate(text) > limit {
		text = whole(text[:len(text)*3/4])
	}
	return piece{span: document.Span{Start: start, End: start + len(text)}, text: text, tokens: q.Estimate(text)}
}

// endOf is as much as fits of the end of a part of one long line.
func (q Query) endOf(start, end, limit int) piece {
	text := whole(q.Text.Slice(document.Span{Start: start, End: end}))
	for text != "" && q.Estimate(text) > limit {
		text = whole(text[(len(text)+3)/4:])
	}
	return piece{span: document.Span{Start: end - len(text), End: end}, text: text, tokens: q.Estimate(text)}
}

// whole is a piece of valid text without the runes that were cut at its ends.
func whole(text string) string { return strings.ToValidUTF8(text, "") }

// Where the window starts moves in big steps: by a third of the limit, 20 lines
// or so at the default budget. A tenth of the limit is kept free when the cursor
// comes to a line, so that it does not move while one is typed.
const (
	stepShare = 3
	lineShare = 10
)

// before is the text before the hole, at most limit tokens, from the anchored
// start of the window on.
func (a *Anchor) before(q Query, at arrival, limit int) piece {
	if a.start.set && a.start.off <= q.Offset && q.Offset-a.start.off <= limit*maxTokenBytes {
		p := q.piece(a.start.off, q.Offset)
		fits := p.tokens <= limit
		if at.newLine {
			full := p.tokens > limit-limit/lineShare
			lost := a.start.off > 0 && p.tokens < limit/4 // the cursor went up in the window
			fits = fits && !full && !lost
		}
		if fits {
			return p
		}
	}
	p := q.above(at.line, limit, limit-limit/lineShare)
	if p.span.Start > 0 {
		p = q.above(at.line, limit, limit-limit/stepShare)
	}
	a.start = mark{p.span.Start, true}
	p.moved = true
	return p
}

// above is the cursor's line up to the hole and as many of the lines above it
// as have want tokens. The line itself may have all of limit.
func (q Query) above(line, limit, want int) piece {
	start := q.Text.LineStart(line)
	if q.Offset-start > limit*maxTokenBytes {
		return q.endOf(q.Offset-limit*maxTokenBytes, q.Offset, want)
	}
	p := q.piece(start, q.Offset)
	if p.tokens > want {
		if p.tokens > limit {
			return q.endOf(start, q.Offset, want)
		}
		return p
	}
	used := p.tokens
	for line--; line >= 0; line-- {
		next := q.Text.LineStart(line)
		if start-next > limit*maxTokenBytes {
			break
		}
		used += q.Estimate(q.Text.Slice(document.Span{Start: next, End: start}))
		if used > want {
			break
		}
		start = next
	}
	return q.piece(start, q.Offset)
}
