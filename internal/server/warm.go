package server

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

type warmArgument struct {
	URI      uri.URI            `json:"uri,omitzero"`
	Position *protocol.Position `json:"position,omitzero"`
}

type warmResult struct {
	Started bool `json:"started"`
}

// loadAhead has the model that completes brought into memory for documents that are open, so that it is there, or on its way, when
// the first completion is asked for. Not before the client has told its settings, which may say that nothing is to be loaded. It
// reports whether the model is known.
func (s *Server) loadAhead(open ...sight) (known bool) {
	e := s.engines.load()
	if e.Complete == nil || e.Catalog == nil || s.settings.pulls.asking() {
		return false
	}
	if _, err := e.Catalog.Completion(); err != nil {
		return false
	}
	for _, doc := range open {
		if doc.refused == "" {
			e.Complete.Load(doc.request(doc.cursor))
		}
	}
	return true
}

// warm has the model read what stands before a position ahead of the first request; without a document, one that is open.
func (s *Server) warm(a warmArgument, _ invocation) (work, error) {
	result := warmResult{}
	p := protocol.TextDocumentPositionParams{TextDocument: protocol.TextDocumentIdentifier{URI: a.URI}, Position: value(a.Position)}
	if a.URI == "" {
		for _, doc := range s.documents.all() {
			p.TextDocument.URI = doc.uri
		}
	}
	if engine, asked, ok := s.completionRequest(&p, false); ok {
		asked.Manual = true
		result.Started = engine.Warm(asked)
	}
	return func(context.Context) (any, error) { return result, nil }, nil
}

// jumped hears where the cursor of a document stands. On another line than before the model reads ahead what stands there, unless
// something else is to be done.
func (s *Server) jumped(u uri.URI, p protocol.Position) {
	doc, open := s.documents.look(u)
	if !open || doc.refused != "" {
		return
	}
	offset, inside := s.mapper(doc.text).Exact(positionIn(p))
	if !inside || doc.text.LineAt(offset) == doc.text.LineAt(doc.cursor) {
		return
	}
	s.documents.place(u, offset)
	if engine := s.engines.load().Complete; engine != nil {
		engine.Warm(doc.request(offset))
	}
}

// place notes where the cursor of a document stands.
func (d *documents) place(u uri.URI, cursor int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if doc, ok := d.open[u]; ok {
		doc.cursor = min(cursor, doc.text.Len())
	}
}
