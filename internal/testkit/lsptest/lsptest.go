// Package lsptest is an editor for tests: it speaks the Language Server Protocol to a server behind two pipes, in plain JSON, so
// that a test sees what an editor would see.
//
// Goals: what comes is kept in its order; a test waits for events, never for time; requests of the server are answered as an
// editor would.
//
// Non-goals: the protocol's types; showing anything.
package lsptest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"sync"
	"testing"
	"time"
)

// patience bounds every wait, so that a test that would hang fails with words. No test depends on its length.
const patience = 60 * time.Second

// Message is what came over the wire.
type Message struct {
	ID     *int            `json:"id,omitempty"`
	Method string          `json:"method,omitempty"`
	Params json.RawMessage `json:"params,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  *Error          `json:"error,omitempty"`
}

// Error is the error of a response.
type Error struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return fmt.Sprintf("%d: %s", e.Code, e.Message) }

// Editor is the client's end of a connection.
type Editor struct {
	t   testing.TB
	out io.Writer

	// Answer answers a request of the server; nil answers null.
	Answer func(method string, params json.RawMessage) any

	mu       sync.Mutex
	lastID   int
	waiting  map[int]chan Message
	received []Message // notifications and requests of the server, in order
	changed  chan struct{}
	closed   error
}

// New begins to read what a server writes to in.
func New(t testing.TB, in io.Reader, out io.Writer) *Editor {
	e := &Editor{t: t, out: out, waiting: map[int]chan Message{}, changed: make(chan struct{})}
	go e.read(bufio.NewReader(in))
	return e
}

func (e *Editor) read(in *bufio.Reader) {
	headers := textproto.NewReader(in)
	for {
		m, err := next(headers, in)
		if err != nil {
			e.end(err)
			return
		}
		if m.ID != nil && m.Method != "" {
			var result any
			if e.Answer != nil {
				result = e.Answer(m.Method, m.Params)
			}
			e.send(map[string]any{"jsonrpc": "2.0", "id": *m.ID, "result": result})
		}
		e.note(m)
	}
}

// next reads one message.
func next(headers *textproto.Reader, in io.Reader) (Message, error) {
	var m Message
	h, err := headers.ReadMIMEHeader()
	if err != nil {
		return m, err
	}
	size, err := strconv.Atoi(h.Get("Content-Length"))
	if err != nil {
		return m, fmt.Errorf("what came is no LSP: %v", h)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(in, body); err != nil {
		return m, err
	}
	return m, json.Unmarshal(body, &m)
}

func (e *Editor) note(m Message) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if m.Method == "" {
		if m.ID != nil && e.waiting[*m.ID] != nil {
			e.waiting[*m.ID] <- m
			delete(e.waiting, *m.ID)
		}
		return
	}
	e.received = append(e.received, m)
	close(e.changed)
	e.changed = make(chan struct{})
}

func (e *Editor) end(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = err
	for id, answer := range e.waiting {
		close(answer)
		delete(e.waiting, id)
	}
	close(e.changed)
	e.changed = make(chan struct{})
}

func (e *Editor) send(message any) {
	body, err := json.Marshal(message)
	if err != nil {
		e.t.Errorf("encoding: %v", err)
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	fmt.Fprintf(e.out, "Content-Length: %d\r\n\r\n%s", len(body), body)
}

// Notify sends a notification.
func (e *Editor) Notify(method string, params any) {
	e.send(map[string]any{"jsonrpc": "2.0", "method": method, "params": params})
}

// Pending is a request that has been sent.
type Pending struct {
	editor *Editor
	ID     int
	answer chan Message
}

// Ask sends a request and does not wait.
func (e *Editor) Ask(method string, params any) *Pending {
	e.mu.Lock()
	e.lastID++
	p := &Pending{e, e.lastID, make(chan Message, 1)}
	e.waiting[p.ID] = p.answer
	e.mu.Unlock()
	e.send(map[string]any{"jsonrpc": "2.0", "id": p.ID, "method": method, "params": params})
	return p
}

// Wait decodes the answer into result, which may be nil. The error is an *Error where the server sent one.
func (p *Pending) Wait(result any) error {
	select {
	case m, ok := <-p.answer:
		switch {
		case !ok:
			return errors.New("the connection ended before the answer")
		case m.Error != nil:
			return m.Error
		case result == nil:
			return nil
		}
		return json.Unmarshal(m.Result, result)
	case <-time.After(patience):
		return errors.New("no answer")
	}
}

// Cancel sends $/cancelRequest for it.
func (p *Pending) Cancel() { p.editor.Notify("$/cancelRequest", map[string]any{"id": p.ID}) }

// Call asks and waits; an error fails the test.
func (e *Editor) Call(method string, params, result any) {
	e.t.Helper()
	if err := e.Ask(method, params).Wait(result); err != nil {
		e.t.Fatalf("%s: %v", method, err)
	}
}

// Received returns what the server has sent of a method so far.
func (e *Editor) Received(method string) []json.RawMessage {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []json.RawMessage
	for _, m := range e.received {
		if m.Method == method {
			out = append(out, m.Params)
		}
	}
	return out
}

// Until waits until right is true, looking again whenever the server has sent something and now and then besides.
func (e *Editor) Until(what string, right func() bool) {
	e.t.Helper()
	deadline := time.After(patience)
	for !right() {
		e.mu.Lock()
		changed, closed := e.changed, e.closed
		e.mu.Unlock()
		if closed != nil {
			e.t.Fatalf("waiting for %s: the connection ended: %v", what, closed)
		}
		select {
		case <-changed:
		case <-time.After(20 * time.Millisecond):
		case <-deadline:
			e.t.Fatalf("never came: %s", what)
		}
	}
}
