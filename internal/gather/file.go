package gather

import (
	"context"
	"slices"

	"sopro/internal/document"
	"sopro/internal/index"
	"sopro/internal/syntax"
)

// fileIndex is the file cut into windows of lines, each with its terms. Edits only
// mark the windows that they touch; terms are counted when they are wanted.
type fileIndex struct {
	windows []window // in order, without gaps; whole lines

	hits  []hit        // memory that each ranking uses again
	terms []index.Term // the same
}

// window is some lines of the file.
type window struct {
	span  document.Span
	stale bool          // span holds, but not terms, nor that it is of one window's size
	terms []index.Count // sorted by term
	total int           // terms, each time they come
	names []name        // each once; nil until they are wanted
}

const (
	// windowLines is how much is shown of another place. Plain windows lose
	// nothing against functions: cutting at functions costs 4 points of exact
	// match (arXiv 2605.04763).
	windowLines = 20

	// maxWindowBytes keeps data and minified code out of the comparison.
	maxWindowBytes = windowLines * 400

	// maxIndexed bounds the text that is indexed, half of it before the cursor.
	// Counting its terms takes about 10 ms once.
	maxIndexed = 1 << 20
)

// cover makes the windows lie around off: at first, and when the cursor comes
// near to an end of what is indexed and not of the text.
func (ix *fileIndex) cover(text *document.Snapshot, off int) {
	if len(ix.windows) > 0 {
		lo, hi := ix.windows[0].span.Start, ix.windows[len(ix.windows)-1].span.End
		if (lo == 0 || off-lo > maxIndexed/8) && (hi == text.Len() || hi-off > maxIndexed/8) {
			return
		}
	}
	all := document.Span{Start: 0, End: text.Len()}
	if text.Len() > maxIndexed {
		all.Start = text.LineStart(text.LineAt(off - maxIndexed/2))
		all.End = text.LineStart(text.LineAt(off+maxIndexed/2) + 1)
	}
	ix.windows = []window{{span: all, stale: true}}
}

// follow moves the windows along with an edit and makes one stale window of
// those that it touches. A window that begins where the edit ends is touched:
// its first line may have been joined to the one above.
func (ix *fileIndex) follow(was, is document.Span) {
	n := len(ix.windows)
	if n == 0 {
		return
	}
	if was.Start < ix.windows[0].span.Start || was.End > ix.windows[n-1].span.End {
		ix.windows = nil
		return
	}
	first := slices.IndexFunc(ix.windows, func(w window) bool { return w.span.End > was.Start })
	if first < 0 {
		first = n - 1 // typed at the end
	}
	last := first
	for last+1 < n && ix.windows[last+1].span.Start <= was.End {
		last++
	}
	grown := is.Len() - was.Len()
	touched := document.Span{Start: ix.windows[first].span.Start, End: ix.windows[last].span.End + grown}
	ix.windows[first] = window{span: touched, stale: true}
	ix.windows = slices.Delete(ix.windows, first+1, last+1)
	for i := first + 1; i < len(ix.windows); i++ {
		ix.windows[i].span.Start += grown
		ix.windows[i].span.End += grown
	}
}

// refresh counts the terms of the stale windows, and cuts those that grew,
// until ctx ends. What it did not come to stays stale.
func (ix *fileIndex) refresh(ctx context.Context, text *document.Snapshot) {
	for i := 0; i < len(ix.windows); i++ {
		if w := ix.windows[i]; w.stale {
			parts := ix.counted(ctx, text, w.span)
			ix.windows = slices.Replace(ix.windows, i, i+1, parts...)
			i += len(parts) - 1
		}
	}
}

// counted is the windows that span is cut into.
func (ix *fileIndex) counted(ctx context.Context, text *document.Snapshot, span document.Span) []window {
	var parts []window
	for span.Start < span.End {
		if ctx.Err() != nil {
			return append(parts, window{span: span, stale: true})
		}
		w := window{span: document.Span{Start: span.Start, End: cut(text, span)}}
		if w.span.Len() <= maxWindowBytes {
			ix.terms = index.Terms(ix.terms[:0], text.Slice(w.span))
			w.total = len(ix.terms)
			w.terms = index.Tally(ix.terms)
		}
		parts = append(parts, w)
		span.Start = w.span.End
	}
	return parts
}

// cut is where the first window in span ends. What would be left over as less
// than half a window stays with it.
func cut(text *document.Snapshot, span document.Span) int {
	line := text.LineAt(span.Start)
	if text.LineStart(line+windowLines*3/2) >= span.End {
		return span.End
	}
	return text.LineStart(line + windowLines)
}

// names are those of a window, each once.
func (ix *fileIndex) names(w int, text *document.Snapshot, l *syntax.Language) []name {
	if ix.windows[w].names == nil {
		ix.windows[w].names = distinct(text.Slice(ix.windows[w].span), l)
	}
	return ix.windows[w].names
}
