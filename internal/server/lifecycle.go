package server

import (
	"context"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// initialize learns what the client can and says what Sopro does. Nothing slow happens before the answer.
func (s *Server) initialize(p *protocol.InitializeParams) (work, error) {
	s.client = newClient(p)
	s.folders.set(initialFolders(p))
	s.setTraceValue(p.Trace)
	s.takeClientSettings(p.InitializationOptions)
	s.phase.at.Store(serving)
	if p.ProcessID != nil {
		s.watchParent(int(*p.ProcessID))
	}
	result := &protocol.InitializeResult{
		Capabilities: s.capabilities(),
		ServerInfo:   protocol.ServerInfo{Name: "sopro", Version: protocol.NewOptional(s.parts.Version)},
	}
	return func(context.Context) (any, error) { return result, nil }, nil
}

// initialized: the client listens now. What may take time begins here.
func (s *Server) initialized(jsonrpc2.RawMessage) error {
	s.out.start()
	s.spawn(func() { s.register(s.ctx) })
	if s.pullSettings(); !s.settings.pulls.asking() {
		s.startFeeding()
	}
	s.keepLearnt()
	return nil
}

// shutdown promises that only exit follows.
func (s *Server) shutdown(jsonrpc2.RawMessage) (work, error) {
	s.phase.at.Store(down)
	return func(context.Context) (any, error) { return nil, nil }, nil
}

// exit ends the connection. Answers that are owed are still written.
func (s *Server) exit(jsonrpc2.RawMessage) error {
	s.wire.finish()
	s.stop()
	return nil
}

// watchParent ends the server when the editor has died without closing the pipe, as happens when a child of the editor
// inherited it. A process that is not seen at the start runs elsewhere, behind a container's wall, and is not watched.
func (s *Server) watchParent(pid int) {
	if !s.parts.Alive(pid) {
		return
	}
	s.spawn(func() {
		beat := time.NewTicker(time.Second)
		defer beat.Stop()
		for {
			select {
			case <-s.ctx.Done():
				return
			case <-beat.C:
				if !s.parts.Alive(pid) {
					s.log.Warn("the editor has died", "process", pid)
					s.stop()
					return
				}
			}
		}
	})
}
