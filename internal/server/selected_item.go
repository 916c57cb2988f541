package server

import (
	"regexp"

	"go.lsp.dev/protocol"

	"sopro/internal/complete"
)

// selectItem has a completion go on behind the item that is selected in the editor's own menu, and reports whether it can.
//
// VS Code asks that way while its suggestions are open, once for each item that a person passes over. It shows what comes
// only where that augments the item: takes away at least what the item takes away, from the same place on, and begins with the
// item's text (singleTextEditAugments, after what stands there already has been taken off both). So the answer begins where the
// item does, which is before the cursor where a part of it has been typed; everywhere else an answer begins at the cursor.
//
// The text is what would be inserted, so one with placeholders of a snippet is not understood. VS Code fills them in; another
// editor may not.
func (s *Server) selectItem(asked *complete.Request, item protocol.SelectedCompletionInfo) bool {
	if item == (protocol.SelectedCompletionInfo{}) {
		return true // there is none
	}
	if item.Range.Start.Line != item.Range.End.Line || len(item.Text) > longestItem || placeholder.MatchString(item.Text) {
		return false
	}
	at := s.mapper(asked.Text)
	span := at.Span(rangeIn(item.Range))
	_, startInside := at.Exact(positionIn(item.Range.Start))
	_, endInside := at.Exact(positionIn(item.Range.End))
	if !startInside || !endInside || asked.Offset < span.Start || span.End < asked.Offset {
		return false
	}
	asked.Selected = &complete.Selected{Replace: span, Text: item.Text}
	return true
}

// longestItem is more than any item of a menu inserts, in bytes.
const longestItem = 4 << 10

// placeholder is a tab stop as snippets write it: $1, ${1:name}.
var placeholder = regexp.MustCompile(`\$\{?[0-9]`)
