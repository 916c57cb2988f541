package server

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"sopro/internal/clean"
	"sopro/internal/model"
)

const (
	codeRequestFailed   jsonrpc2.Code = -32803 // LSP's RequestFailed: the request was right and could not be served
	codeServerCancelled jsonrpc2.Code = -32802 // LSP's ServerCancelled: a person did not want it; -32800 never reaches a caller in Neovim
)

// work is the part of a request that runs beside later messages. A nil result is answered as null.
type work func(ctx context.Context) (any, error)

// chain is what every message passes:
//
//	a panic becomes an answered error, the server lives
//	  $/cancelRequest ends the context of the request that it names
//	    notifications run inline, in wire order; their errors are logged (returned, one would close the connection)
//	    calls take their snapshot inline, let the reader go on, and then work
func (s *Server) chain(ctx context.Context, req *jsonrpc2.Request) (result any, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			s.log.Error("panic", "method", req.Method(), "value", fmt.Sprint(broken), "stack", string(debug.Stack()))
			result, err = nil, nil
			if req.IsCall() {
				err = jsonrpc2.NewError(jsonrpc2.InternalError, "Sopro made a mistake; its log has the details")
			}
		}
	}()
	if !req.IsCall() {
		if err := s.notify(req); err != nil {
			s.log.Warn("notification", "method", req.Method(), "error", err)
		}
		return nil, nil
	}
	result, err = s.answer(ctx, req)
	return result, answerable(err)
}

// answer runs what must see the documents as they are at this point of the wire, lets the reader go on, and works.
func (s *Server) answer(ctx context.Context, req *jsonrpc2.Request) (any, error) {
	began := time.Now()
	work, err := s.take(req)
	if err != nil {
		jsonrpc2.Async(ctx)
		return nil, err
	}
	working, done := s.calls.begin(s.ctx, req.ID())
	defer done()
	jsonrpc2.Async(ctx)
	result, err := work(working)
	s.traceCall(req.Method(), began, err)
	return result, err
}

// calls are the requests that are being worked on: the client may cancel one by its id. (The library's own CancelHandler
// costs a goroutine a request, which outlives a handler that panics and then reads memory that is in use again.)
type calls struct {
	mu      sync.Mutex
	cancels map[jsonrpc2.ID]context.CancelFunc
}

// begin makes the context of a call; done must be called at its end.
func (c *calls) begin(parent context.Context, id jsonrpc2.ID) (ctx context.Context, done func()) {
	ctx, cancel := context.WithCancel(parent)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cancels == nil {
		c.cancels = map[jsonrpc2.ID]context.CancelFunc{}
	}
	c.cancels[id] = cancel
	return ctx, func() {
		c.mu.Lock()
		delete(c.cancels, id)
		c.mu.Unlock()
		cancel()
	}
}

// cancelRequest ends the context of one of them; one that was answered already has none.
func (s *Server) cancelRequest(raw jsonrpc2.RawMessage) error {
	var p struct {
		ID jsontext.Value `json:"id"`
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		return err
	}
	id, ok := readID(p.ID)
	if !ok {
		return fmt.Errorf("no id: %s", p.ID)
	}
	s.calls.mu.Lock()
	cancel := s.calls.cancels[id]
	s.calls.mu.Unlock()
	if cancel != nil {
		cancel()
	}
	return nil
}

// take reads a call and the state that it is about.
func (s *Server) take(req *jsonrpc2.Request) (work, error) {
	if err := s.phase.admits(req.Method()); err != nil {
		return nil, err
	}
	if route, ok := s.routes.calls[req.Method()]; ok {
		return route(req.Params())
	}
	return s.unknownCall(req.Method())
}

// notify handles a notification.
func (s *Server) notify(req *jsonrpc2.Request) error {
	if req.Method() != protocol.MethodExit && s.phase.admits(req.Method()) != nil {
		return nil // the specification: dropped
	}
	if route, ok := s.routes.notices[req.Method()]; ok {
		return route(req.Params())
	}
	return s.unknownNotification(req.Method())
}

// answerable gives an error the code that LSP has for it and words for a person.
func answerable(err error) error {
	var wire *jsonrpc2.Error
	var failed *model.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		return protocol.ErrRequestCancelled
	case errors.As(err, &wire):
		if plain := clean.Message(wire.Message); plain != wire.Message {
			return jsonrpc2.NewError(wire.Code, plain) // it names a file, perhaps
		}
		return err
	case errors.As(err, &failed):
		return jsonrpc2.NewError(codeRequestFailed, clean.Message(failed.Error()))
	}
	return jsonrpc2.NewError(codeRequestFailed, clean.Message(err.Error()))
}

// invalid is the answer to parameters of the wrong shape.
func invalid(err error) error {
	return jsonrpc2.Errorf(jsonrpc2.InvalidParams, "wrong parameters: %s", clean.Message(err.Error()))
}
