package server

import (
	"context"
	"path"

	"go.lsp.dev/protocol"

	"sopro/internal/complete"
	"sopro/internal/document"
)

// inlineCompletion answers what an editor shows as ghost text.
//
//	nothing to say, document not open, position past the end   {items: []}
//	overtaken by a newer change or request                     null
//	cancelled by the client                                    -32800
//
// A model that failed is no error here: there is nothing to say at every key. The endpoint keeps why it failed; the status says it
// until it answers, and a message once (tellHealth).
func (s *Server) inlineCompletion(p *protocol.InlineCompletionParams) (work, error) {
	manual := p.Context.TriggerKind == protocol.InlineCompletionTriggerKindInvoked
	engine, asked, ok := s.completionRequest(&p.TextDocumentPositionParams, manual)
	if ok && !s.selectItem(&asked, p.Context.SelectedCompletionInfo) {
		asked.View.Close()
		ok = false
	}
	if !ok {
		return func(context.Context) (any, error) { return noItems(), nil }, nil
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
			return noItems(), nil
		case reply.Superseded:
			return nil, nil
		}
		return s.inlineItems(asked.Text, reply.Items), nil
	}, nil
}

// completionRequest takes the document as it is now. ok is false where there is nothing to ask.
func (s *Server) completionRequest(p *protocol.TextDocumentPositionParams, manual bool) (*complete.Engine, complete.Request, bool) {
	engine := s.engines.load().Complete
	doc, open := s.documents.look(p.TextDocument.URI)
	if open {
		s.noteRefusal(doc.uri, doc.refused)
	}
	if engine == nil || !open || doc.refused != "" {
		return nil, complete.Request{}, false
	}
	offset, inside := s.mapper(doc.text).Exact(positionIn(p.Position))
	if !inside {
		return nil, complete.Request{}, false
	}
	asked := doc.request(offset)
	asked.Manual = manual
	return engine, asked, true
}

// request asks for a completion at an offset. The engine closes the view.
func (d sight) request(offset int) complete.Request {
	return complete.Request{
		Text: d.text, View: d.tracker.View(), Offset: offset, Path: d.rel(), Repo: d.repo(), Local: d.local,
		Diagnostics: d.diagnosed.in(d.text),
	}
}

// rel is the document's path as a model sees it.
func (d sight) rel() string {
	if d.place.Rel != "" {
		return d.place.Rel
	}
	return path.Base(d.uri.Path())
}

// repo is the name of the workspace folder that holds the document, "" where none does.
func (d sight) repo() string {
	if d.place.Root == "" {
		return ""
	}
	return path.Base(d.place.Root)
}

func noItems() *protocol.InlineCompletionList {
	return &protocol.InlineCompletionList{Items: []protocol.InlineCompletionItem{}}
}

// inlineItems always sends a range: without one Neovim doubles what was typed, and one that starts before the cursor hides
// what stands right of it.
func (s *Server) inlineItems(text *document.Snapshot, items []complete.Item) *protocol.InlineCompletionList {
	list := noItems()
	m := s.mapper(text)
	for _, item := range items {
		r := rangeOut(m.Range(item.Replace))
		list.Items = append(list.Items, protocol.InlineCompletionItem{
			InsertText: protocol.String(item.Text),
			Range:      &r,
			Command:    acceptedCommand(item.ID),
		})
	}
	return list
}
