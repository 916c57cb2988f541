package server

import (
	"go.lsp.dev/jsonrpc2"

	"sopro/internal/clean"
)

// unknownCall answers what Sopro does not do: an editor asks for what was not announced when two servers share a buffer.
func (s *Server) unknownCall(method string) (work, error) {
	return nil, jsonrpc2.Errorf(jsonrpc2.MethodNotFound, "%q is not a method that Sopro knows", clean.Message(method))
}

// unknownNotification is dropped, as the specification says of those that begin with "$/" and as editors expect of all.
func (s *Server) unknownNotification(method string) error {
	s.log.Debug("unknown notification", "method", clean.Message(method))
	return nil
}
