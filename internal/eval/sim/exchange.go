package sim

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// exchange is one request and its answer.
type exchange struct {
	server  *Server
	writer  http.ResponseWriter
	request *http.Request
	entry   *Request
	fault   Fault // what goes wrong later in the answer
	whole   bool  // the answer was given in full
}

// maxBody bounds a request's body.
const maxBody = 64 << 20

// receive reads and records a request.
func (s *Server) receive(w http.ResponseWriter, r *http.Request) *exchange {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	x := &exchange{server: s, writer: w, request: r, entry: &Request{At: time.Now(), Method: r.Method, Path: r.URL.Path, Body: body}}
	s.log.note(func() { s.log.requests = append(s.log.requests, x.entry) })
	if err != nil {
		x.fail(http.StatusBadRequest, err.Error())
	}
	return x
}

func (x *exchange) note(change func(*Request)) {
	x.server.log.note(func() { change(x.entry) })
}

func (x *exchange) finish() {
	x.note(func(r *Request) { r.Finished, r.Running, r.Aborted = true, false, !x.whole })
}

func (x *exchange) header(status int, contentType string) {
	if x.entry.Status != 0 {
		return
	}
	x.note(func(r *Request) { r.Status = status })
	x.writer.Header().Set("Content-Type", contentType)
	x.writer.WriteHeader(status)
}

// answer writes one JSON value, the whole answer.
func (x *exchange) answer(status int, v any) {
	x.header(status, "application/json; charset=utf-8")
	x.whole = json.NewEncoder(x.writer).Encode(v) == nil
}

func (x *exchange) plain(status int, text string) {
	x.header(status, "text/plain")
	_, err := io.WriteString(x.writer, text)
	x.whole = err == nil
}

func (x *exchange) fail(status int, text string) {
	x.answer(status, map[string]string{"error": text})
}

// missing says that the model of the request is not installed.
func (x *exchange) missing() {
	var asked struct{ Model, Name string }
	_ = json.Unmarshal(x.entry.Body, &asked)
	if asked.Model == "" {
		asked.Model = asked.Name
	}
	x.fail(http.StatusNotFound, fmt.Sprintf("model '%s' not found", asked.Model))
}

// line writes one line of a stream and sends it at once.
func (x *exchange) line(v any) error {
	x.header(http.StatusOK, "application/x-ndjson")
	if err := json.NewEncoder(x.writer).Encode(v); err != nil {
		return err
	}
	return http.NewResponseController(x.writer).Flush()
}
