package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

const (
	maxMessage = 64 << 20 // bytes of one message; a longer one is refused and skipped without being held
	maxDepth   = 100      // of nested JSON; LSP's own messages stay below ten
	readAhead  = 64 << 10 // bytes taken from the pipe at once, which is what a pipe holds
	keepBuffer = 1 << 20  // a read buffer above this is not kept after its message
)

// stream reads and writes LSP's base protocol and outlives what is wrong with it. The stock stream allocates what a header
// claims (up to 1 GiB), and the connection above it closes at the first malformed message: an editor's plugin that sends one
// bad notification would lose its language server. Here such a message is answered with an error and skipped.
type stream struct {
	conn  io.ReadWriteCloser
	in    *bufio.Reader
	body  bytes.Buffer // of the message read last; reused
	ended atomic.Bool  // nothing more is read, see finish
	close func() error // once
	log   *slog.Logger

	ending func() // called when no message will follow, to end the work that is still being done
	owed   debt   // calls that were read and not answered

	mu  sync.Mutex // one frame at a time
	out []byte     // the frame that is being written; reused
}

func newStream(conn io.ReadWriteCloser, log *slog.Logger, ending func()) *stream {
	return &stream{conn: conn, in: bufio.NewReaderSize(conn, readAhead), close: sync.OnceValue(conn.Close), log: log, ending: ending}
}

// Read implements [jsonrpc2.Stream]. What it returns borrows the buffer until the next Read. The end is reported when no
// answer is owed any more: the connection writes none after it, and "shutdown" and "exit" may come in one breath.
func (s *stream) Read(ctx context.Context) (jsonrpc2.Message, int64, error) {
	msg, n, err := s.read(ctx)
	if err != nil {
		s.ending()
		s.owed.settle(grace)
		return nil, 0, err
	}
	if _, ok := msg.(*jsonrpc2.Call); ok {
		s.owed.add(1)
	}
	return msg, n, nil
}

func (s *stream) read(ctx context.Context) (jsonrpc2.Message, int64, error) {
	for {
		if s.ended.Load() {
			return nil, 0, io.EOF
		}
		length, err := s.header()
		if err != nil {
			return nil, 0, err
		}
		if length > maxMessage {
			if _, err := io.CopyN(io.Discard, s.in, length); err != nil {
				return nil, 0, err
			}
			if err := s.refuse(ctx, jsonrpc2.ID{}, jsonrpc2.Errorf(jsonrpc2.InvalidRequest,
				"a message of %d bytes is over the limit of %d", length, maxMessage)); err != nil {
				return nil, 0, err
			}
			continue
		}
		if s.body.Cap() > keepBuffer {
			s.body = bytes.Buffer{}
		}
		s.body.Reset()
		// CopyN grows with what arrives, not with what the header claims.
		if _, err := io.CopyN(&s.body, s.in, length); err != nil {
			return nil, 0, err
		}
		msg, id, bad := decode(s.body.Bytes())
		if bad == nil {
			return msg, length, nil
		}
		if err := s.refuse(ctx, id, bad); err != nil {
			return nil, 0, err
		}
	}
}

// header reads to the end of the next header block that names a length. Lines that make no sense are skipped: after a broken
// message the stream finds the next one.
func (s *stream) header() (length int64, err error) {
	length = -1
	for {
		line, err := s.in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			continue // no header is this long
		}
		if err != nil {
			return 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			if length > 0 {
				return length, nil
			}
			continue
		}
		if n, ok := contentLength(line); ok {
			length = n
		}
	}
}

// contentLength reads a Content-Length field. Broken text without a line end may stand before it.
func contentLength(line []byte) (int64, bool) {
	const field = "content-length:"
	at := bytes.LastIndex(bytes.ToLower(line), []byte(field))
	if at < 0 {
		return 0, false
	}
	n, err := strconv.ParseInt(string(bytes.TrimSpace(line[at+len(field):])), 10, 64)
	return n, err == nil && n > 0
}

// refuse answers a message that is no message.
func (s *stream) refuse(ctx context.Context, id jsonrpc2.ID, bad *jsonrpc2.Error) error {
	s.log.Warn("malformed message", "error", bad.Message)
	s.owed.add(1)
	_, err := s.Write(ctx, jsonrpc2.NewResponse(id, nil, bad))
	return err
}

// Write implements [jsonrpc2.Stream].
func (s *stream) Write(ctx context.Context, msg jsonrpc2.Message) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	const reserve = len("Content-Length: 12345678901234567890\r\n\r\n")
	if cap(s.out) < reserve || cap(s.out) > keepBuffer {
		s.out = make([]byte, reserve, 4096)
	}
	s.out = jsonrpc2.AppendMessage(s.out[:reserve], msg)
	head := fmt.Appendf(nil, "Content-Length: %d\r\n\r\n", len(s.out)-reserve)
	frame := s.out[reserve-len(head):]
	copy(frame, head)
	// The connection hands in answers as a type of its own; the first member tells them from calls and notifications.
	if bytes.HasPrefix(s.out[reserve:], []byte(`{"jsonrpc":"2.0","id":`)) {
		defer s.owed.add(-1)
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.conn.Write(frame)
	return int64(n), err
}

// Close implements [jsonrpc2.Stream].
func (s *stream) Close() error { return s.close() }

// finish makes the next Read report the end. A Read that waits for input already is not woken: Close does that, where the
// operating system allows.
func (s *stream) finish() { s.ended.Store(true) }

// decode reads one message. What is wrong comes back as the error to answer with and the id to answer to, null where it
// cannot be told.
func decode(body []byte) (jsonrpc2.Message, jsonrpc2.ID, *jsonrpc2.Error) {
	if tooDeep(body) {
		return nil, jsonrpc2.ID{}, jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "JSON nested deeper than %d", maxDepth)
	}
	msg, err := jsonrpc2.DecodeMessage(body)
	if err == nil {
		return msg, jsonrpc2.ID{}, nil
	}
	if !isJSON(body) {
		return nil, jsonrpc2.ID{}, jsonrpc2.NewError(jsonrpc2.ParseError, "the message is not JSON")
	}
	return nil, idOf(body), jsonrpc2.NewError(jsonrpc2.InvalidRequest, `not a JSON-RPC 2.0 message: "jsonrpc", "method" or "id" is missing or wrong`)
}

// isJSON tells text that is none from JSON of another shape. It is asked only where decoding failed, which reads the text anyway.
func isJSON(text []byte) bool {
	return jsontext.Value(text).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// tooDeep reports whether brackets nest deeper than maxDepth. It runs before anything recursive does.
func tooDeep(body []byte) bool {
	if bytes.Count(body, []byte{'{'})+bytes.Count(body, []byte{'['}) <= maxDepth {
		return false // nearly all messages, and far cheaper to count
	}
	depth, inString := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inString:
			if c == '\\' {
				i++
			} else if c == '"' {
				inString = false
			}
		case c == '"':
			inString = true
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// idOf finds the id of a message that is wrong otherwise.
func idOf(body []byte) jsonrpc2.ID {
	var m struct {
		ID jsontext.Value `json:"id"`
	}
	if json.Unmarshal(body, &m, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) != nil {
		return jsonrpc2.ID{}
	}
	id, _ := readID(m.ID)
	return id
}

// readID reads a request's id: a whole number or a string.
func readID(raw jsontext.Value) (jsonrpc2.ID, bool) {
	var number int64
	if json.Unmarshal(raw, &number) == nil && raw.Kind() == '0' {
		return jsonrpc2.NewNumberID(number), true
	}
	var name string
	if json.Unmarshal(raw, &name) == nil && raw.Kind() == '"' {
		return jsonrpc2.NewStringID(name), true
	}
	return jsonrpc2.ID{}, false
}

// codec lets LSP's union types through the connection.
type codec struct{}

func (codec) Marshal(v any) ([]byte, error) {
	if raw, ok := v.(jsontext.Value); ok {
		if len(raw) == 0 {
			return []byte("null"), nil
		}
		return raw, nil
	}
	return protocol.Marshal(v)
}

func (codec) Unmarshal(data []byte, v any) error {
	if raw, ok := v.(*jsontext.Value); ok {
		*raw = bytes.Clone(data)
		return nil
	}
	return protocol.Unmarshal(data, v)
}
