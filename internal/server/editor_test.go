package server_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sopro/internal/config"
	"sopro/internal/learn"
	"sopro/internal/server"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come before it fails; no test measures it.
const patience = 20 * time.Second

// editor is a raw client: JSON in, JSON out, over a pipe.
type editor struct {
	t    testing.TB
	conn net.Conn
	got  chan string // messages from the server, in order; closed at the end
	code chan int    // what Serve returned
	next int         // id of the next request
	kept []string    // messages that await skipped
}

// options are what a test may choose of a server; zero values will do.
type options struct {
	build func(config.Settings, *server.Engines) (*server.Engines, error)
	flags []string
	alive func(int) bool
	env   map[string]string
	dir   string        // for temporary files
	wait  time.Duration // for answers of the editor
	learn *learn.Ledger // that the engines have
}

// connect starts a server and an editor on both ends of a pipe. The test fails if they do not end properly.
func connect(t testing.TB, o options) *editor {
	t.Helper()
	if o.build == nil {
		o.build = func(config.Settings, *server.Engines) (*server.Engines, error) { return &server.Engines{}, nil }
	}
	if o.dir == "" {
		o.dir = t.TempDir()
	}
	ours, theirs := net.Pipe()
	s := server.New(server.Parts{
		Version: "1.2.3",
		Loader:  &config.Loader{Env: func(key string) string { return o.env[key] }},
		Flags:   o.flags,
		Build:   o.build,
		Alive:   o.alive,
		TempDir: o.dir,
		Ledger:  o.learn,

		AnswerWait: o.wait,
	})
	e := &editor{t: t, conn: ours, got: make(chan string, 1<<16), code: make(chan int, 1)}
	go func() { e.code <- s.Serve(t.Context(), theirs) }()
	go e.read()
	t.Cleanup(e.leave)
	return e
}

// read takes all that comes, so that the server never waits for this editor.
func (e *editor) read() {
	defer close(e.got)
	in := textproto.NewReader(bufio.NewReader(e.conn))
	for {
		head, err := in.ReadMIMEHeader()
		if err != nil {
			return
		}
		n, err := strconv.Atoi(head.Get("Content-Length"))
		if err != nil {
			panic("what the server wrote is not LSP: " + fmt.Sprint(head))
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(in.R, body); err != nil {
			return
		}
		e.got <- string(body)
	}
}

// leave hangs up and waits for the server.
func (e *editor) leave() {
	e.conn.Close()
	select {
	case <-e.code:
	case <-time.After(patience):
		e.t.Error("the server does not end")
	}
	for range e.got {
	}
}

// write sends bytes as they are.
func (e *editor) write(raw string) {
	e.t.Helper()
	if _, err := io.WriteString(e.conn, raw); err != nil {
		e.t.Fatalf("write: %v", err)
	}
}

// send frames and sends a message.
func (e *editor) send(message string) {
	e.t.Helper()
	e.write(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(message), message))
}

// notify sends a notification; params is JSON, or a value that becomes it.
func (e *editor) notify(method string, params any) {
	e.t.Helper()
	e.send(fmt.Sprintf(`{"jsonrpc":"2.0","method":%q,"params":%s}`, method, asJSON(e.t, params)))
}

// request sends a request and returns its id.
func (e *editor) request(method string, params any) int {
	e.t.Helper()
	e.next++
	e.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, e.next, method, asJSON(e.t, params)))
	return e.next
}

// call sends a request and returns its answer: the whole message.
func (e *editor) call(method string, params any) string {
	e.t.Helper()
	return e.answer(e.request(method, params))
}

// answer waits for the answer to a request, and keeps what else comes.
func (e *editor) answer(id int) string {
	e.t.Helper()
	return e.await(fmt.Sprintf(`{"id":%d,"method":"!"}`, id))
}

// recv returns the next message.
func (e *editor) recv() string {
	e.t.Helper()
	if len(e.kept) > 0 {
		m := e.kept[0]
		e.kept = e.kept[1:]
		return m
	}
	return e.fromWire("a message")
}

func (e *editor) fromWire(wanted string) string {
	e.t.Helper()
	select {
	case m, ok := <-e.got:
		if !ok {
			e.t.Fatalf("the server hung up; wanted %s", wanted)
		}
		return m
	case <-time.After(patience):
		e.t.Fatalf("nothing came; wanted %s", wanted)
	}
	return ""
}

// await returns the first message that matches, kept or new; others are kept in their order.
func (e *editor) await(pattern string) string {
	e.t.Helper()
	fits := func(m string) bool { return match(pattern, m) == nil }
	for i, m := range e.kept {
		if fits(m) {
			e.kept = append(e.kept[:i:i], e.kept[i+1:]...)
			return m
		}
	}
	for {
		m := e.fromWire(pattern)
		if fits(m) {
			return m
		}
		e.kept = append(e.kept, m)
	}
}

// never fails if a message that matches has come. It asks the server something first, so that all is here that was sent.
func (e *editor) never(pattern string) {
	e.t.Helper()
	e.call("test/isAnybodyThere", `{}`)
	for _, m := range e.kept {
		if match(pattern, m) == nil {
			e.t.Errorf("came, and should not have: %s", m)
		}
	}
}

// exit waits for the server's end.
func (e *editor) exit(want int) {
	e.t.Helper()
	select {
	case code := <-e.code:
		e.code <- code
		if code != want {
			e.t.Errorf("exit code %d, want %d", code, want)
		}
	case <-time.After(patience):
		e.t.Fatal("the server does not end")
	}
}

const plainClient = `{"textDocument":{"inlineCompletion":{}},"general":{"positionEncodings":["utf-16"]}}`

// initialize says hello with these capabilities and returns the server's.
func (e *editor) initialize(capabilities string, more ...string) string {
	e.t.Helper()
	params := `{"processId":null,"rootUri":null,"capabilities":` + capabilities + strings.Join(append([]string{""}, more...), ",") + `}`
	answer := e.call("initialize", params)
	e.notify("initialized", `{}`)
	return answer
}

func (e *editor) open(uri, language, text string) {
	e.t.Helper()
	e.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": uri, "languageId": language, "version": 1, "text": text}})
}

// change replaces a range, written "line:character-line:character".
func (e *editor) change(uri string, version int, where, text string) {
	e.t.Helper()
	e.notify("textDocument/didChange", fmt.Sprintf(`{"textDocument":{"uri":%q,"version":%d},"contentChanges":[{"range":%s,"text":%s}]}`,
		uri, version, rangeJSON(where), asJSON(e.t, &text)))
}

func rangeJSON(where string) string {
	var a, b, c, d int
	if _, err := fmt.Sscanf(where, "%d:%d-%d:%d", &a, &b, &c, &d); err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"start":{"line":%d,"character":%d},"end":{"line":%d,"character":%d}}`, a, b, c, d)
}

func inlineParams(uri string, line, character int) string {
	return fmt.Sprintf(`{"textDocument":{"uri":%q},"position":{"line":%d,"character":%d},"context":{"triggerKind":2}}`, uri, line, character)
}

func (e *editor) command(name string, argument any) string {
	e.t.Helper()
	return e.call("workspace/executeCommand", fmt.Sprintf(`{"command":%q,"arguments":[%s]}`, name, asJSON(e.t, argument)))
}

// want fails unless a message matches.
func want(t testing.TB, message, pattern string) {
	t.Helper()
	if err := match(pattern, message); err != nil {
		t.Errorf("%v\n got %s\nwant %s", err, message, pattern)
	}
}

// match compares JSON: what the pattern has the message must have; "*" stands for anything, "!" for nothing; lists agree
// in length.
func match(pattern, message string) error {
	var want, got any
	if err := json.Unmarshal([]byte(pattern), &want); err != nil {
		panic(fmt.Sprintf("%v in %s", err, pattern))
	}
	if err := json.Unmarshal([]byte(message), &got); err != nil {
		return err
	}
	return matchValue("", want, got)
}

func matchValue(at string, want, got any) error {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			return fmt.Errorf("%s is no object", at)
		}
		for key, wanted := range want {
			has, ok := object[key]
			if wanted == "!" {
				if ok {
					return fmt.Errorf("%s.%s is there", at, key)
				}
				continue
			}
			if !ok {
				return fmt.Errorf("%s.%s is missing", at, key)
			}
			if err := matchValue(at+"."+key, wanted, has); err != nil {
				return err
			}
		}
		return nil
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return fmt.Errorf("%s is no list of %d", at, len(want))
		}
		for i := range want {
			if err := matchValue(fmt.Sprintf("%s[%d]", at, i), want[i], list[i]); err != nil {
				return err
			}
		}
		return nil
	}
	if want != "*" && !reflect.DeepEqual(want, got) {
		return fmt.Errorf("%s is %v, want %v", at, got, want)
	}
	return nil
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	if s, ok := v.(string); ok {
		return s
	}
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// writeFile makes a file, with its folders.
func writeFile(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// reply answers a request of the server's.
func (e *editor) reply(request, result string) {
	e.t.Helper()
	e.send(`{"jsonrpc":"2.0","id":` + idOf(e.t, request) + `,"result":` + result + `}`)
}

// refuse answers a request of the server's with an error.
func (e *editor) refuse(request string) {
	e.t.Helper()
	e.send(`{"jsonrpc":"2.0","id":` + idOf(e.t, request) + `,"error":{"code":-32601,"message":"no"}}`)
}

func idOf(t testing.TB, request string) string {
	t.Helper()
	var m struct{ ID json.RawMessage }
	if err := json.Unmarshal([]byte(request), &m); err != nil || len(m.ID) == 0 {
		t.Fatalf("no request: %s", request)
	}
	return string(m.ID)
}

// until waits for something that the server does beside the wire.
func (e *editor) until(right func() bool) {
	e.t.Helper()
	for range patience / time.Millisecond {
		if right() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	e.t.Fatal("it does not happen")
}

// field is a string deep in a message.
func field(t testing.TB, message string, names ...string) string {
	t.Helper()
	var at any
	if err := json.Unmarshal([]byte(message), &at); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		object, _ := at.(map[string]any)
		at = object[name]
	}
	s, ok := at.(string)
	if !ok {
		t.Errorf("no %v in %s", names, message)
	}
	return s
}
