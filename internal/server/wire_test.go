package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"

	"go.lsp.dev/jsonrpc2"
)

// tape is a connection that plays what was recorded and takes what is written.
type tape struct {
	io.Reader
	out bytes.Buffer
}

func (t *tape) Write(p []byte) (int, error) { return t.out.Write(p) }
func (t *tape) Close() error                { return nil }

func frame(body string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body) }

// FuzzBody checks that whatever a frame holds, the message after it is read, and that at most one answer is written.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{
		`{"jsonrpc":"2.0","method":"a"}`, `{"jsonrpc":"2.0","id":1,"method":"a","params":[]}`, `{"id":1}`, `{`, `[]`, `[{}]`, `12`, `"\ud800"`, "\x00",
		`{"jsonrpc":"2.0","id":1.5,"method":"a"}`, `{"jsonrpc":"2.0","id":1e3,"method":"a"}`, `{"jsonrpc":"2.0","id":99999999999999999999,"method":"a"}`,
		`{"jsonrpc":"2.0","id":1,"result":{},"error":{}}`, `{"jsonrpc":"2.0","error":null,"id":null}`, `{"a":"\"{[","id":"x"}`, "Content-Length: 5\r\n\r\n12345",
		`{"jsonrpc":"2.0","method":"a","params":{"a":{"b":[[[[{}]]]]}}}{}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if body == "" {
			return // a frame of no length is none
		}
		conn := &tape{Reader: bytes.NewReader([]byte(frame(body) + frame(`{"jsonrpc":"2.0","method":"last"}`)))}
		s := newStream(conn, slog.New(slog.DiscardHandler), func() {})
		var read []jsonrpc2.Message
		for {
			msg, _, err := s.Read(context.Background())
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if call, ok := msg.(*jsonrpc2.Call); ok {
				if _, err := s.Write(context.Background(), jsonrpc2.NewResponse(call.ID(), nil, nil)); err != nil {
					t.Fatal(err)
				}
			}
			read = append(read, msg)
		}
		if len(read) == 0 {
			t.Fatal("the message after it is lost")
		}
		if last, ok := read[len(read)-1].(*jsonrpc2.Notification); !ok || last.Method() != "last" {
			t.Fatalf("read %v", read)
		}
		if answers := bytes.Count(conn.out.Bytes(), []byte("Content-Length:")); answers > 1 || answers+len(read) < 2 {
			t.Fatalf("%d answers to %d messages", answers, len(read))
		}
	})
}

// FuzzBytes checks that a stream of anything ends, in an end and in nothing worse.
func FuzzBytes(f *testing.F) {
	for _, seed := range []string{
		"", "\r\n\r\n", "Content-Length: 1\r\n\r\n", "content-LENGTH:2\n\n{}", "Content-Length: 9223372036854775807\r\n\r\n{}", "Content-Length: 70000000\r\n\r\n{}",
		"Content-Length: -1\r\n\r\nContent-Length: 2\r\n\r\n{}", "a: b\r\n\r\n{\"x\":1}Content-Length: 2\r\n\r\n{}", "Content-Length: 2, 3\r\n\r\n{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s := newStream(&tape{Reader: bytes.NewReader(raw)}, slog.New(slog.DiscardHandler), func() {})
		for {
			msg, _, err := s.Read(context.Background())
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if call, ok := msg.(*jsonrpc2.Call); ok {
				if _, err := s.Write(context.Background(), jsonrpc2.NewResponse(call.ID(), nil, nil)); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
