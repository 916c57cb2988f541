// Package sim is a simulated Ollama on the wire: a server that answers as versions 0.6, 0.17 and 0.30 do, with scripted
// models, so that Sopro can be measured and tested without one.
//
// Goals:
//   - What Ollama says, byte for byte where it matters: the JSON of each version, errors, statuses, plain text.
//   - What Ollama does: one slot; a prompt cache that reuses a common beginning and nothing else; loading; what closing a
//     connection stops and what it does not.
//   - A model of several minds, by temperature and seed: see Choose.
//   - What goes wrong, on request: see Fault.
//   - Tests that wait for events, never for time: Token.After, Fault.Until and Server.Until.
//
// Non-goals: a tokenizer of any real model, sampling, embeddings, downloading anything.
//
// Times are real times: a Speed of zero takes none, which is what most tests want.
package sim

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/semver"
)

// Config describes a server. Its zero value is a newest Ollama with no model that takes no time.
type Config struct {
	Version  string        // "0.17.4"; empty: "0.30.1"
	Addr     string        // where to listen; empty: a free port of 127.0.0.1
	Models   []Model       // what is installed
	Library  []Pullable    // what can be pulled
	Speed    Speed         // how fast it is; zero values take no time
	Load     time.Duration // how long a model takes that is not in memory, or is there with other options
	Batch    int           // prompt tokens evaluated at once, which nothing interrupts; 0: 512
	Poll     time.Duration // how often 0.30 and newer look, while they evaluate, whether the client is there; 0: 1 s
	MaxQueue int           // requests that may wait for the slot before others are turned away; 0: 512
	Faults   []Fault       // as if given to Fail
}

// Speed is in tokens a second; zero is infinitely fast.
type Speed struct{ Prompt, Generation float64 }

// Server is a simulated Ollama. It listens from New to Close, and can be stopped and started in between.
type Server struct {
	config Config
	addr   string
	slot   slot
	log    record

	mu     sync.Mutex
	models map[string]Model // by canonical name
	parts  map[string]int64 // bytes that have come of a layer, by digest; kept when a pull ends early
	faults []Fault
	http   *http.Server  // nil while stopped
	ended  chan struct{} // closed when the server stops
	served sync.WaitGroup
}

// New starts a server. It panics where it cannot listen, as httptest does.
func New(c Config) *Server {
	if c.Version == "" {
		c.Version = "0.30.1"
	}
	if c.Addr == "" {
		c.Addr = "127.0.0.1:0"
	}
	if c.Batch == 0 {
		c.Batch = 512
	}
	if c.Poll == 0 {
		c.Poll = time.Second
	}
	if c.MaxQueue == 0 {
		c.MaxQueue = 512
	}
	s := &Server{config: c, addr: c.Addr, models: map[string]Model{}, parts: map[string]int64{}, faults: slices.Clone(c.Faults)}
	s.log.changed = make(chan struct{})
	s.slot.free = make(chan struct{}, 1)
	for _, m := range c.Models {
		s.Install(m)
	}
	if err := s.Start(); err != nil {
		panic("sim: " + err.Error())
	}
	return s
}

// URL is the server's address, the same after Stop and Start.
func (s *Server) URL() string { return "http://" + s.addr }

// Version is the version that the server says it is.
func (s *Server) Version() string { return s.config.Version }

// atLeast reports whether the simulated version is v or newer.
func (s *Server) atLeast(v string) bool { return semver.Compare("v"+s.config.Version, "v"+v) >= 0 }

// Start listens, again after Stop, with nothing loaded and nothing cached.
func (s *Server) Start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.http != nil {
		return errors.New("the server runs already")
	}
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	s.addr = l.Addr().String()
	s.slot.forget()
	s.ended = make(chan struct{})
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	s.http = server
	s.served.Go(func() { _ = server.Serve(l) })
	return nil
}

// Stop dies: connections break in the middle of what they carry, and nothing listens any more.
func (s *Server) Stop() {
	s.mu.Lock()
	server := s.http
	s.http = nil
	if server != nil {
		close(s.ended)
	}
	s.mu.Unlock()
	if server != nil {
		_ = server.Close()
	}
	s.served.Wait()
}

// Close stops the server for good and waits for what it was doing.
func (s *Server) Close() { s.Stop() }

// Install adds a model, or replaces the one of that name.
func (s *Server) Install(m Model) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.models[canonical(m.Name)] = m
}

// Remove uninstalls a model.
func (s *Server) Remove(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.models, canonical(name))
}

// Fail makes the next requests fail, in order; see Fault.
func (s *Server) Fail(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// Heal forgets all faults that are still to come.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

func (s *Server) model(name string) (Model, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.models[canonical(name)]
	return m, ok
}

// canonical is the name under which Ollama keeps a model.
func canonical(name string) string {
	name = strings.ToLower(name)
	if !strings.Contains(name[strings.LastIndexByte(name, '/')+1:], ":") {
		name += ":latest"
	}
	return name
}

// during returns a context that ends with r's connection or with the server, and one that only ends with the server: the
// first is what a generation looks at, the second what a prompt evaluation does below 0.30.
func (s *Server) during(r *http.Request) (connection, server context.Context, cancel func()) {
	s.mu.Lock()
	ended := s.ended
	s.mu.Unlock()
	server, stop := context.WithCancel(context.WithoutCancel(r.Context()))
	connection, stopBoth := context.WithCancel(r.Context())
	finished := make(chan struct{})
	s.served.Go(func() {
		select {
		case <-ended:
			stop()
			stopBoth()
		case <-finished:
		}
	})
	return connection, server, func() {
		close(finished)
		stop()
		stopBoth()
	}
}

// begin counts a request among those that Stop waits for; false once it does.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.http == nil {
		return false
	}
	s.served.Add(1)
	return true
}

// ServeHTTP answers as Ollama does, so that a Server also stands behind an httptest server of a test's own.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.begin() {
		panic(http.ErrAbortHandler)
	}
	defer s.served.Done()
	routes := map[string]struct {
		method string
		handle func(*exchange)
	}{
		"/":             {http.MethodGet, func(x *exchange) { x.plain(http.StatusOK, "Ollama is running") }},
		"/api/version":  {http.MethodGet, s.version},
		"/api/tags":     {http.MethodGet, s.tags},
		"/api/ps":       {http.MethodGet, s.ps},
		"/api/show":     {http.MethodPost, s.show},
		"/api/generate": {http.MethodPost, s.generate},
		"/api/chat":     {http.MethodPost, s.generate},
		"/api/pull":     {http.MethodPost, s.pull},
		"/api/delete":   {http.MethodDelete, s.delete},
	}
	x := s.receive(w, r)
	defer x.finish()
	route, known := routes[r.URL.Path]
	switch {
	case x.broken():
	case !known:
		x.plain(http.StatusNotFound, "404 page not found")
	case r.Method != route.method:
		x.plain(http.StatusMethodNotAllowed, "405 method not allowed")
	default:
		route.handle(x)
	}
	if !x.whole {
		panic(http.ErrAbortHandler) // breaks the connection; returning would end the answer properly
	}
}
