package server

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.lsp.dev/protocol"

	"sopro/internal/complete"
	"sopro/internal/document"
)

// completion offers the inline completion as an item of the menu, for editors that cannot show it where it belongs; as several where
// somebody asks again. Such editors filter by the word before the cursor, so an item replaces that word by itself and what follows.
func (s *Server) completion(p *protocol.CompletionParams) (work, error) {
	// "Invoked" is said of a typed letter and of a pressed key alike: it counts as a wish only of people who want no other.
	manual := p.Context.TriggerKind == protocol.CompletionTriggerKindInvoked && s.settings.load().Completion.Trigger == "manual"
	engine, asked, ok := s.completionRequest(&p.TextDocumentPositionParams, manual)
	asked.Menu = true
	if ok && !s.offersMenu() {
		asked.View.Close()
		ok = false
	}
	if !ok {
		return func(context.Context) (any, error) { return menu(), nil }, nil
	}
	asking := engine.Ask(asked) // here, in the order of the wire
	return func(ctx context.Context) (any, error) {
		defer s.busyAfter(noticeable)()
		reply, err := asking.Wait(ctx)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			s.log.Warn("completion", "error", err)
			return menu(), nil
		case reply.Superseded:
			return nil, nil
		}
		return menu(s.menuItems(asked, reply.Items)...), nil
	}, nil
}

// menu is incomplete always: the next key may know better.
func menu(items ...protocol.CompletionItem) *protocol.CompletionList {
	if items == nil {
		items = []protocol.CompletionItem{}
	}
	return &protocol.CompletionList{IsIncomplete: true, Items: items}
}

// menuItems are the items of a menu. What has no first line to show is left out: a menu cannot show white space.
func (s *Server) menuItems(asked complete.Request, items []complete.Item) []protocol.CompletionItem {
	var entries []protocol.CompletionItem
	start := wordStart(asked.Text, asked.Offset)
	word := asked.Text.Slice(document.Span{Start: start, End: asked.Offset})
	for _, item := range items {
		whole := word + item.Text
		label, rest := firstLine(whole)
		if label == "" {
			continue
		}
		entry := protocol.CompletionItem{
			Label:      label,
			Kind:       protocol.CompletionItemKindText,
			Detail:     protocol.NewOptional("Sopro"),
			FilterText: protocol.NewOptional(word),
			TextEdit: &protocol.TextEdit{
				Range:   rangeOut(s.mapper(asked.Text).Range(document.Span{Start: start, End: item.Replace.End})),
				NewText: whole,
			},
			Command: acceptedCommand(item.ID),
		}
		if s.client.insertsAsIs {
			entry.InsertTextMode = protocol.InsertTextModeAsIs // the lines are indented already
		}
		if rest != "" {
			entry.Documentation = protocol.String(rest)
		}
		entries = append(entries, entry)
	}
	return entries
}

// firstLine is the first that is not blank, trimmed, and what follows it.
func firstLine(text string) (line, rest string) {
	for line == "" && text != "" {
		line, text, _ = strings.Cut(text, "\n")
		line = strings.TrimSpace(line)
	}
	return line, text
}

// wordStart is where the word before off begins: off itself where none does.
func wordStart(text *document.Snapshot, off int) int {
	line := text.Slice(document.Span{Start: text.LineStart(text.LineAt(off)), End: off})
	for len(line) > 0 {
		r, size := utf8.DecodeLastRuneInString(line)
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		line = line[:len(line)-size]
		off -= size
	}
	return off
}
