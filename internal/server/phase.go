package server

import (
	"sync/atomic"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// phase is where in its life the server stands.
type phase struct{ at atomic.Int32 }

const (
	fresh   int32 = iota // before initialize
	serving              //
	down                 // after shutdown
)

// admits says whether a method may come now.
func (p *phase) admits(method string) error {
	initialize := method == protocol.MethodInitialize
	switch at := p.at.Load(); {
	case at == fresh && !initialize:
		return jsonrpc2.NewError(jsonrpc2.ServerNotInitialized, "the first request must be initialize")
	case at == serving && initialize:
		return jsonrpc2.NewError(jsonrpc2.InvalidRequest, "initialize came twice")
	case at == down:
		return jsonrpc2.NewError(jsonrpc2.InvalidRequest, "the server has been shut down")
	}
	return nil
}

// exitCode is the process's, as the specification has it.
func (p *phase) exitCode() int {
	if p.at.Load() == down {
		return 0
	}
	return 1
}
