// Package openaisim is a simulated OpenAI-compatible model server on the wire: llama.cpp's server, vLLM, SGLang, or one of
// which nothing is known. It is built from the formats that these document, and was not held against any of them; of the last kind
// it answers as llama-cpp-python's server was seen to.
//
// Goals: the JSON and the events of each kind where they differ (token probabilities, statistics, errors, the routes beside
// OpenAI's), and what goes wrong, on request.
//
// Non-goals: sampling, a tokenizer, a cache, time: everything is said at once, in the tokens of package sim.
package openaisim

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"sopro/internal/eval/sim"
)

// Kind is the program that is simulated.
type Kind uint8

const (
	LlamaCpp Kind = iota
	VLLM
	SGLang
	Other
)

func (k Kind) owner() string { return [...]string{"llamacpp", "vllm", "sglang", "me"}[k] }

// Model is a model that is served.
type Model struct {
	Name     string // its id
	Root     string // vLLM, SGLang: what was loaded under the name
	Context  int    // tokens; 0: 4096
	Template string // of chats, in Jinja; llama.cpp tells it
	Infills  bool   // llama.cpp: the vocabulary has infilling tokens

	// Answer gives the answer to a prompt; nil answers nothing.
	Answer func(sim.Prompt) []sim.Token
}

// Config describes a server.
type Config struct {
	Kind   Kind
	Models []Model
	Prefix string // path before every route, as a proxy puts it: "/models"
	Key    string // wanted in every request; "": none

	// Answering, unless nil, sees every request first and may answer it, in a way that goes wrong: true when it did.
	Answering func(w http.ResponseWriter, r *http.Request, body []byte) bool
}

// Server is a simulated server. It listens from New to Close.
type Server struct {
	*httptest.Server
	config Config

	mu       sync.Mutex
	requests []Request
}

// Request is what a server saw of one request.
type Request struct {
	Method, Path, Key string
	Body              []byte
}

// New starts a server on a free port of 127.0.0.1.
func New(c Config) *Server {
	s := &Server{config: c}
	s.Server = httptest.NewServer(s)
	return s
}

// Handler is a server that does not listen by itself.
func Handler(c Config) http.Handler { return &Server{config: c} }

// Requests are those that came so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Last is the newest request to a path.
func (s *Server) Last(path string) (last Request) {
	for _, r := range s.Requests() {
		if r.Path == path {
			last = r
		}
	}
	return last
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 8<<20))
	path, inside := strings.CutPrefix(r.URL.Path, s.config.Prefix)
	key := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	s.requests = append(s.requests, Request{r.Method, path, key, body})
	s.mu.Unlock()
	switch {
	case s.config.Answering != nil && s.config.Answering(w, r, body):
	case !inside:
		fail(w, http.StatusNotFound, "not_found_error", "File Not Found")
	case s.config.Key != "" && key != s.config.Key && s.guards(path):
		fail(w, http.StatusUnauthorized, "authentication_error", "Invalid API Key")
	default:
		s.route(w, r.Method+" "+path, body)
	}
}

// guards reports whether a route wants the key: llama.cpp tells everybody which models it has.
func (s *Server) guards(path string) bool {
	return s.config.Kind != LlamaCpp || path != "/v1/models"
}

func (s *Server) route(w http.ResponseWriter, route string, body []byte) {
	llama := s.config.Kind == LlamaCpp
	switch {
	case route == "GET /v1/models":
		s.list(w)
	case route == "POST /v1/completions":
		s.generate(w, body, "text_completion")
	case route == "POST /v1/chat/completions":
		s.generate(w, body, "chat.completion.chunk")
	case llama && route == "POST /infill":
		s.generate(w, body, "infill")
	case llama && route == "GET /props":
		s.props(w)
	case s.config.Kind == VLLM && route == "GET /version":
		reply(w, map[string]any{"version": "0.11.0"})
	case s.config.Kind == SGLang && route == "GET /get_server_info":
		reply(w, map[string]any{"version": "0.5.3", "model_path": "any", "internal_states": []any{}})
	default:
		fail(w, http.StatusNotFound, "not_found_error", "File Not Found")
	}
}

func (s *Server) list(w http.ResponseWriter) {
	data := []any{}
	for _, m := range s.config.Models {
		entry := map[string]any{"id": m.Name, "object": "model", "created": 1735142223, "owned_by": s.config.Kind.owner()}
		switch s.config.Kind {
		case LlamaCpp:
			entry["meta"] = map[string]any{"vocab_type": 2, "n_vocab": 151936, "n_ctx_train": 32768, "n_embd": 1536, "n_params": 1543714304, "size": 1646572544}
		case VLLM, SGLang:
			entry["root"], entry["max_model_len"] = m.Root, m.context()
		}
		data = append(data, entry)
	}
	reply(w, map[string]any{"object": "list", "data": data})
}

func (m Model) context() int {
	if m.Context == 0 {
		return 4096
	}
	return m.Context
}

func (s *Server) props(w http.ResponseWriter) {
	var m Model
	if len(s.config.Models) > 0 {
		m = s.config.Models[0]
	}
	reply(w, map[string]any{
		"default_generation_settings": map[string]any{"id": 0, "n_ctx": m.context(), "params": map[string]any{"n_predict": -1}},
		"total_slots":                 1, "model_path": m.Root, "chat_template": m.Template, "build_info": "b6868-1c6f8ef",
	})
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// fail answers as all of them do: an object with the key "error".
func fail(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": status, "message": message, "type": kind}})
}
