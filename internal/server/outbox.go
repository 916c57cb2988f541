package server

import (
	"context"
	"sync"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"sopro/internal/clean"
)

// outbox sends notifications to the client in order from a goroutine of its own: a handler that runs inline must not wait for
// an editor that is slow to read.
type outbox struct {
	send func(method string, params any)

	mu      sync.Mutex
	queue   []outgoing
	waiting chan struct{} // holds one token while the queue may be non-empty
	open    bool          // false until the client may be talked to
}

type outgoing struct {
	method string
	params any
}

func newOutbox(send func(string, any)) *outbox {
	return &outbox{send: send, waiting: make(chan struct{}, 1)}
}

// post queues a notification. It never blocks.
func (o *outbox) post(method string, params any) {
	o.mu.Lock()
	o.queue = append(o.queue, outgoing{method, params})
	o.mu.Unlock()
	o.wake()
}

// start lets go what was posted: before the answer to initialize a client need not listen.
func (o *outbox) start() {
	o.mu.Lock()
	o.open = true
	o.mu.Unlock()
	o.wake()
}

func (o *outbox) wake() {
	select {
	case o.waiting <- struct{}{}:
	default:
	}
}

// run sends until ctx ends.
func (o *outbox) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-o.waiting:
		}
		for _, m := range o.take() {
			o.send(m.method, m.params)
		}
	}
}

func (o *outbox) take() []outgoing {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.open {
		return nil
	}
	all := o.queue
	o.queue = nil
	return all
}

// send writes a notification and waits until it is written.
func (s *Server) send(method string, params any) {
	if err := s.conn.Notify(s.ctx, method, params); err != nil && s.ctx.Err() == nil {
		s.log.Warn("notification not sent", "method", method, "error", err)
	}
}

// tell shows the person a message, at most once for each key; and no text twice, since one fault may show in two places: a model
// server that stops between the look at its health and the one at its models.
func (s *Server) tell(key string, kind protocol.MessageType, text string) {
	if _, told := s.once.LoadOrStore(key, true); told {
		return
	}
	if _, said := s.once.LoadOrStore("text "+text, true); !said {
		s.show(kind, text)
	}
}

// tellOf shows the person a message of a document, at most once for each, also where another document of that name has had it.
func (s *Server) tellOf(u uri.URI, what string, kind protocol.MessageType, text string) {
	if _, told := s.once.LoadOrStore(what+" "+string(u), true); !told {
		s.show(kind, text)
	}
}

// show shows the person a message.
func (s *Server) show(kind protocol.MessageType, text string) {
	s.out.post(protocol.MethodWindowShowMessage, &protocol.ShowMessageParams{Type: kind, Message: clean.Message(text)})
}
