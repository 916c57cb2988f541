package openai

import (
	"bufio"
	"bytes"
	"io"

	"sopro/internal/model/jsonhttp"
)

// events reads server-sent events as the HTML standard has them: lines of "field: value", an empty line after each event,
// lines that begin with a colon are comments (servers send them to keep a connection alive). Ids, retries and names of
// events say nothing here. Beyond the standard there is a field "error": older llama.cpp tells failures so.
type events struct {
	lines *bufio.Scanner
	data  bytes.Buffer // shared by all events
	fault bool         // the event came as an "error"
	err   error        // why there are no more; nil at the plain end
}

func newEvents(r io.Reader) *events {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 4096), jsonhttp.MaxLine)
	return &events{lines: s}
}

// next returns the data of the next event, valid until the call after it; false when there is none. An event is bounded
// as a line is: bufio.ErrTooLong.
func (e *events) next() ([]byte, bool) {
	e.data.Reset()
	e.fault = false
	for e.lines.Scan() {
		line := bytes.TrimSuffix(e.lines.Bytes(), []byte("\r"))
		if len(line) == 0 && e.data.Len() > 0 {
			return e.data.Bytes(), true
		}
		field, value, _ := bytes.Cut(line, []byte(":"))
		if name := string(field); name != "data" && name != "error" {
			continue
		}
		e.fault = e.fault || string(field) == "error"
		if e.data.Len()+len(value) > jsonhttp.MaxLine {
			e.err = bufio.ErrTooLong
			return nil, false
		}
		if e.data.Len() > 0 {
			e.data.WriteByte('\n')
		}
		e.data.Write(bytes.TrimPrefix(value, []byte(" ")))
	}
	e.err = e.lines.Err()
	return e.data.Bytes(), e.err == nil && e.data.Len() > 0 // the last event may lack its empty line
}
