package server

import (
	"go.lsp.dev/protocol"

	"sopro/internal/document"
)

// positionIn and its kin carry LSP's positions over the border; what they mean in bytes is the Mapper's business.
func positionIn(p protocol.Position) document.Position {
	return document.Position{Line: int(p.Line), Character: int(p.Character)}
}

func rangeIn(r protocol.Range) document.Range {
	return document.Range{Start: positionIn(r.Start), End: positionIn(r.End)}
}

func positionOut(p document.Position) protocol.Position {
	return protocol.Position{Line: uint32(p.Line), Character: uint32(p.Character)}
}

func rangeOut(r document.Range) protocol.Range {
	return protocol.Range{Start: positionOut(r.Start), End: positionOut(r.End)}
}

// mapper converts positions in the client's encoding.
func (s *Server) mapper(text *document.Snapshot) document.Mapper {
	return text.Mapper(s.client.encoding)
}
