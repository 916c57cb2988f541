package main

import (
	"cmp"
	"net"
	"net/http"
	"sync"
	"time"

	"sopro/internal/eval/sim"
)

// simulated is an Ollama with controls.
type simulated struct {
	ollama   *sim.Server
	script   script
	listener net.Listener
	control  *http.Server
	served   chan struct{}

	mu        sync.Mutex
	healed    chan struct{} // closed by /heal, for what hangs
	pulls     chan struct{} // closed by /release, for pulls
	forgotten int           // requests that /forget took out of sight
}

func simulate(version string, empty bool) (*simulated, error) {
	s := &simulated{healed: make(chan struct{}), pulls: make(chan struct{}), served: make(chan struct{})}
	models := []sim.Model{s.model("qwen2.5-coder:1.5b-base", 0), s.model("qwen2.5-coder:7b", 0)}
	config := sim.Config{Version: version}
	for _, m := range models {
		if empty {
			config.Library = append(config.Library, sim.Pullable{Model: m})
		} else {
			config.Models = append(config.Models, m)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.ollama, s.listener = sim.New(config), listener
	s.control = &http.Server{Handler: s.routes(), ReadHeaderTimeout: time.Minute}
	go func() {
		defer close(s.served)
		_ = s.control.Serve(listener)
	}()
	return s, nil
}

func (s *simulated) url() string { return "http://" + s.listener.Addr().String() }

func (s *simulated) close() {
	_ = s.control.Close()
	<-s.served
	s.ollama.Close()
}

// chatTemplate is Qwen's, as far as a client looks at it.
const chatTemplate = "{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}<|im_start|>assistant\n"

// model is one of the scripted ones: those called base infill, the others chat. bytes 0 is little enough for any machine.
func (s *simulated) model(name string, bytes int64) sim.Model {
	m := sim.Model{Name: name, Family: "qwen2", Size: cmp.Or(bytes, 986_000_000), Answer: s.script.answer}
	if infills(name) {
		m.Capabilities, m.Template = []string{"completion", "insert"}, "{{ .Prompt }}"
	} else {
		m.Capabilities, m.Template, m.ParameterSize, m.Parameters = []string{"completion"}, chatTemplate, "7.6B", 7_600_000_000
	}
	return m
}
