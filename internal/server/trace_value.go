package server

import (
	"fmt"
	"strings"
	"time"

	"go.lsp.dev/protocol"
)

func (s *Server) setTrace(p *protocol.SetTraceParams) error {
	s.setTraceValue(p.Value)
	return nil
}

func (s *Server) setTraceValue(v protocol.TraceValue) {
	s.trace.Store(strings.Clone(string(v)))
}

// traceCall tells a client that traces which request took how long. Text of documents is never part of it.
func (s *Server) traceCall(method string, began time.Time, err error) {
	value, _ := s.trace.Load().(string)
	if value == "" || value == string(protocol.TraceValueOff) {
		return
	}
	message := fmt.Sprintf("%s answered after %s", method, time.Since(began).Round(time.Microsecond))
	if err != nil {
		message += ": " + answerable(err).Error()
	}
	s.out.post(protocol.MethodLogTrace, &protocol.LogTraceParams{Message: message})
}
