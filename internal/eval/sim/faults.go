package sim

import "net/http"

// Kind is a way in which a server fails.
type Kind uint8

const (
	Cut       Kind = iota + 1 // the connection breaks after Fault.After tokens
	NoDone                    // the stream ends properly after Fault.After tokens, without its last line
	ErrorLine                 // after Fault.After tokens comes {"error": Fault.Text} inside the 200
	Repeat                    // the model repeats one token; the server ends the stream after 31 of them, without a last line
	Garbage                   // lines that are no JSON, with status 200
	Hang                      // headers never come, until Fault.Until is closed or the client leaves
	Missing                   // 404, the model is not found
	Failed                    // 500 with Fault.Text
	Busy                      // 503, too many requests wait
	Plain                     // 500 with Fault.Text in plain text, as a runner or a proxy does
)

// Fault makes one request fail, or more.
type Fault struct {
	Kind  Kind
	Path  string          // only requests of this path; empty: /api/generate and /api/chat
	After int             // tokens that come first, or lines of a pull, for Cut, NoDone and ErrorLine
	Text  string          // what the error says; there is a default
	Until <-chan struct{} // Hang ends when this is closed, and the request goes on
	Times int             // how many requests fail; 0: one; negative: all, until Heal
}

// take finds the fault of a request and counts it.
func (s *Server) take(path string) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.faults {
		f := &s.faults[i]
		if f.Path != path && (f.Path != "" || path != "/api/generate" && path != "/api/chat") {
			continue
		}
		found := *f
		if f.Times > 1 {
			f.Times--
		} else if f.Times >= 0 {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
		}
		if found.Text == "" {
			found.Text = "an error was encountered while running the model: unexpected EOF"
		}
		return found, true
	}
	return Fault{}, false
}

// broken applies the faults that show before a model is asked, and reports whether the answer is given.
func (x *exchange) broken() bool {
	f, ok := x.server.take(x.request.URL.Path)
	if !ok {
		return false
	}
	switch f.Kind {
	case Hang:
		connection, _, cancel := x.server.during(x.request)
		defer cancel()
		select {
		case <-connection.Done():
			return true
		case <-f.Until:
			return false
		}
	case Missing:
		x.missing()
	case Failed:
		x.fail(http.StatusInternalServerError, f.Text)
	case Busy:
		x.fail(http.StatusServiceUnavailable, busyText)
	case Plain:
		x.plain(http.StatusInternalServerError, f.Text)
	case Garbage:
		x.plain(http.StatusOK, "<html><body>It works!</body></html>\n")
	default:
		x.fault = f
		return false
	}
	return true
}

const busyText = "server busy, please try again.  maximum pending requests exceeded"
