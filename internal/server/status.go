package server

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"go.lsp.dev/uri"

	"sopro/internal/clean"
	"sopro/internal/model"
)

// methodStatus tells clients that announce experimental.sopro what their status line says.
const methodStatus = "sopro/status"

// noticeable is how long a completion may run before the status calls the server busy: most are answered from what is known,
// and a line that flickers at every key says nothing.
const noticeable = 150 * time.Millisecond

// figuresEvery is how often figures alone are told: at every key nobody can read them.
const figuresEvery = time.Second

// The kinds of a status.
const (
	kindOK       = "ok"
	kindBusy     = "busy"
	kindLoading  = "loading"
	kindDisabled = "disabled"
	kindBuiltin  = "builtin"
	kindWarning  = "warning"
	kindError    = "error"
)

// The engines that may be answering.
const (
	engineModel   = "model"
	engineBuiltin = "built-in"
	engineNone    = "none"
)

// statusLine is what was said last, and what it is made of besides the engines.
type statusLine struct {
	busy    atomic.Int32            // things that take time and run
	refusal atomic.Pointer[refusal] // of the document asked for last; nil: none

	mu   sync.Mutex
	said statusNotification
	at   time.Time // when
}

// refusal is why a document is not completed.
type refusal struct {
	uri uri.URI
	why string
}

type statusNotification struct {
	Kind            string     `json:"kind"`
	Model           string     `json:"model"`
	Message         string     `json:"message"`
	TokensPerSecond float64    `json:"tokensPerSecond"`
	Last            statusLast `json:"last,omitzero"`
}

// statusLast is what was measured of the last generation that was finished.
type statusLast struct {
	PromptTokens    int     `json:"promptTokens"`
	CacheHit        float64 `json:"cacheHit"`
	Tokens          int     `json:"tokens"`
	TokensPerSecond float64 `json:"tokensPerSecond"`
	FirstTokenMs    int64   `json:"firstTokenMs"`
}

type statusResult struct {
	Kind            string         `json:"kind"`
	Message         string         `json:"message"`
	Engine          string         `json:"engine"`
	Server          statusServer   `json:"server"`
	Ollama          statusEndpoint `json:"ollama"`
	OpenAI          statusEndpoint `json:"openai,omitzero"` // where another server is asked instead of Ollama
	Models          statusModels   `json:"models"`
	TokensPerSecond float64        `json:"tokensPerSecond,omitzero"`
	Last            statusLast     `json:"last,omitzero"`
	Index           statusIndex    `json:"index"`
	Accepted        int            `json:"accepted"`
	Learnt          *statusLearnt  `json:"learnt,omitempty"` // absent where nothing is kept
}

type statusServer struct {
	Version string `json:"version"`
}

type statusEndpoint struct {
	URL       string `json:"url"`
	Reachable bool   `json:"reachable"`
	Version   string `json:"version,omitzero"`
}

type statusModels struct {
	Completion string `json:"completion,omitzero"`
	Chat       string `json:"chat,omitzero"`
}

type statusIndex struct {
	Files int  `json:"files"`
	Done  bool `json:"done"`
}

func (s *Server) statusCommand(struct{}, invocation) (work, error) {
	return func(context.Context) (any, error) { return s.currentStatus(), nil }, nil
}

// currentStatus looks at everything. It waits for nothing.
func (s *Server) currentStatus() statusResult {
	e, c := s.engines.load(), s.settings.load()
	r := statusResult{Server: statusServer{s.parts.Version}, Engine: engineNone, Index: statusIndex{Done: s.files.done.Load()}}
	if e.Complete != nil {
		r.Accepted = e.Complete.Accepteds()
	}
	r.Learnt = s.statusLearnt(c)
	if e.Builtin != nil {
		r.Engine = engineBuiltin
		r.Index.Files = e.Builtin.Files()
	}
	if e.Index != nil {
		r.Index.Files = e.Index.Files()
	}
	var state model.State
	var noModel error
	if e.Endpoint != nil {
		state = e.Endpoint.State()
		at := statusEndpoint{URL: state.URL, Reachable: state.Reachable, Version: state.Version}
		if r.Ollama = at; c.OpenAI.URL != "" {
			r.Ollama, r.OpenAI = statusEndpoint{}, at
		}
		if m, ok := e.Endpoint.Last(); ok {
			r.Last = statusLast{m.PromptTokens, m.CacheHit, m.Tokens, m.TokensPerSecond, m.FirstToken.Milliseconds()}
		}
	}
	if e.Catalog != nil {
		completion, err := e.Catalog.Completion()
		r.Models.Completion, noModel = completion.Model, err
		if chat, err := e.Catalog.Chat(); err == nil {
			r.Models.Chat = chat.Model
		}
	}
	var failing error
	if state.Reachable && noModel == nil && r.Models.Completion != "" {
		r.TokensPerSecond = e.Endpoint.Speed(r.Models.Completion).Generation
		if failing = e.Endpoint.Failing(r.Models.Completion); failing == nil {
			r.Engine = engineModel
		}
	}
	r.Kind, r.Message = s.judgeStatus(e, state, noModel, failing, r.Engine)
	r.Message = clean.Message(r.Message)
	return r
}

// judgeStatus finds the one thing that a person should know, the gravest first.
func (s *Server) judgeStatus(e *Engines, state model.State, noModel, failing error, engine string) (kind, message string) {
	c := s.settings.load()
	fallback := kindError
	if engine == engineBuiltin {
		fallback = kindBuiltin
	}
	if err := s.engines.failure(); err != nil {
		return kindError, err.Error()
	}
	if !c.Enabled || !c.Completion.Enabled {
		return kindDisabled, "Completions are switched off"
	}
	refused := s.status.refusal.Load()
	switch {
	case e.Endpoint != nil && state.Err != nil && !state.Reachable:
		return fallback, plainly(state.Err)
	case refused != nil:
		return kindWarning, refused.why
	case e.Endpoint == nil:
		return fallback, "No model is configured"
	case !state.Reachable || e.Catalog != nil && !e.Catalog.HasLooked():
		return kindLoading, "Looking for " + state.Server + " at " + state.URL
	case noModel != nil:
		return fallback, noModel.Error()
	case failing != nil && engine == engineBuiltin:
		return kindWarning, plainly(failing) + "; the built-in engine answers"
	case failing != nil:
		return kindWarning, plainly(failing)
	}
	if e.Endpoint.Loading() {
		return kindLoading, "The model is getting ready"
	}
	if s.status.busy.Load() > 0 {
		return kindBusy, ""
	}
	return kindOK, ""
}

// plainly is what is wrong, without the advice, which was given once.
func plainly(err error) string {
	var failed *model.Error
	if errors.As(err, &failed) {
		return failed.Message
	}
	return err.Error()
}

// postStatus sends the status to a client that wants it, if it says something new. early is how long it is too early for figures alone,
// 0 where none wait.
func (s *Server) postStatus() (early time.Duration) {
	if !s.client.wantsStatus {
		return 0
	}
	s.status.mu.Lock()
	defer s.status.mu.Unlock()
	now := s.currentStatus()
	line := statusNotification{now.Kind, now.Models.Completion, now.Message, now.TokensPerSecond, now.Last}
	if said := s.status.said; said.Kind == line.Kind && said.Model == line.Model && said.Message == line.Message {
		if said.Last == line.Last {
			return 0 // a changed speed alone is no news
		}
		if early := figuresEvery - time.Since(s.status.at); early > 0 {
			return early
		}
	}
	s.status.said, s.status.at = line, time.Now()
	s.out.post(methodStatus, &line)
	return 0
}

// tellWork tells of what the endpoint does from changed on: that a model is being loaded, and the figures of what was finished, the last
// of which are never lost.
func (s *Server) tellWork(ctx context.Context, endpoint *model.Endpoint, changed <-chan struct{}) {
	later := time.NewTimer(figuresEvery)
	later.Stop()
	defer later.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-later.C:
		}
		changed = endpoint.Working()
		if early := s.postStatus(); early > 0 {
			later.Reset(early)
		}
	}
}

// busyAfter shows the server busy once something has run for a while; the caller calls what it returns at the end.
func (s *Server) busyAfter(wait time.Duration) (end func()) {
	if !s.client.wantsStatus {
		return func() {}
	}
	shown := make(chan struct{})
	timer := time.AfterFunc(wait, func() {
		defer close(shown)
		s.status.busy.Add(1)
		s.postStatus()
	})
	return func() {
		if timer.Stop() {
			return
		}
		<-shown
		s.status.busy.Add(-1)
		s.postStatus()
	}
}

// noteRefusal remembers why the document at hand is not completed, for the status; "" where it is.
func (s *Server) noteRefusal(u uri.URI, why string) {
	was := s.status.refusal.Load()
	switch {
	case why == "" && was == nil, why != "" && was != nil && *was == refusal{u, why}:
		return
	case why == "":
		s.status.refusal.Store(nil)
	default:
		s.status.refusal.Store(&refusal{u, why})
	}
	s.postStatus()
}

// noteAnew notes what has become of a refusal, if it is this document's that the status tells of.
func (s *Server) noteAnew(u uri.URI, why string) {
	if was := s.status.refusal.Load(); was != nil && was.uri == u {
		s.noteRefusal(u, why)
	}
}
