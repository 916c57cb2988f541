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
		result.Started = engine.Warm(asked)
	}
	return func(context.Context) (any, error) { return result, nil }, nil
}
