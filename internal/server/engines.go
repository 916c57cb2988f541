package server

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.lsp.dev/protocol"

	"sopro/internal/assist"
	"sopro/internal/catalog"
	"sopro/internal/complete"
	"sopro/internal/config"
	"sopro/internal/document"
	"sopro/internal/history"
	"sopro/internal/index"
	"sopro/internal/model"
	"sopro/internal/ngram"
)

// Engines is what answers. Any of its parts may be nil: what it does is then not done, in words where a person asked. The
// server runs Endpoint.Run as long as the endpoint is part of what answers, keeps Catalog fresh and closes Complete when the engines
// are replaced or the connection ends.
type Engines struct {
	Complete *complete.Engine
	Assist   *assist.Assistant
	Endpoint *model.Endpoint
	Catalog  *catalog.Catalog
	Builtin  *ngram.Model
	Index    *index.Index
	History  *history.History
}

// refreshMissing is how often the catalog is asked again while a role has no model, as someone may just be pulling it, or has
// one that was chosen before all could be looked at.
const refreshMissing = 5 * time.Second

// engines are those in use.
type engines struct {
	now atomic.Pointer[Engines]
	err atomic.Pointer[error] // why Build failed

	mu      sync.Mutex
	stop    context.CancelFunc // of the goroutine that follows them
	done    chan struct{}      // closed when it has ended
	watched *model.Endpoint    // whose health is watched
	unwatch context.CancelFunc // ends that
}

// load never returns nil.
func (e *engines) load() *Engines {
	if now := e.now.Load(); now != nil {
		return now
	}
	return &Engines{}
}

// failure is why Build failed, nil where it did not.
func (e *engines) failure() error {
	if err := e.err.Load(); err != nil {
		return *err
	}
	return nil
}

// completer is what documents tell the completion engine. Its methods do not block.
type completer interface {
	Opened(uri string)
	Edited(text *document.Snapshot, edits []document.Edit)
	Closed(uri string)
}

// whenCompleting tells the completion engine of a document, unless it is refused: what the engine remembers of edits goes into
// prompts.
func (s *Server) whenCompleting(refused string, tell func(completer)) {
	if e := s.engines.load().Complete; e != nil && refused == "" {
		tell(e)
	}
}

// rebuild makes the engines that the settings ask for. It runs one at a time, under the lock of the settings.
func (s *Server) rebuild(c config.Settings) {
	former := s.engines.now.Load()
	next, err := s.parts.Build(c, former)
	s.engines.err.Store(&err)
	if err != nil {
		s.tell("build "+err.Error(), protocol.MessageTypeError, err.Error())
	}
	if next == former || next == nil {
		return
	}
	s.engines.now.Store(next)
	if former == nil || former.Complete != next.Complete {
		for _, doc := range s.documents.all() {
			if next.Complete != nil && doc.refused == "" {
				next.Complete.Opened(string(doc.uri))
			}
		}
		if former != nil && former.Complete != nil {
			s.spawn(former.Complete.Close)
		}
	}
	s.engines.replace(s, next)
}

// replace ends the goroutine that follows the former engines and starts one for the new. An endpoint that both share is watched
// all the while.
func (e *engines) replace(s *Server, next *Engines) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.watch(s, next.Endpoint)
	former, stop := e.done, e.stop
	if stop != nil {
		stop()
	}
	ctx, cancel := context.WithCancel(s.ctx)
	done := make(chan struct{})
	e.stop, e.done = cancel, done
	s.spawn(func() {
		defer close(done)
		if former != nil {
			<-former
		}
		s.follow(ctx, next)
	})
}

// watch has one goroutine watch the health of the endpoint in use, nil for none.
func (e *engines) watch(s *Server, endpoint *model.Endpoint) {
	if endpoint == e.watched {
		return
	}
	if e.unwatch != nil {
		e.unwatch()
	}
	ctx, cancel := context.WithCancel(s.ctx)
	e.watched, e.unwatch = endpoint, cancel
	if endpoint == nil {
		return
	}
	s.spawn(func() { endpoint.Run(ctx) })
	if s.client.wantsStatus {
		changed := endpoint.Working()
		s.spawn(func() { s.tellWork(ctx, endpoint, changed) })
	}
}

// follow keeps the catalog fresh by the endpoint's health and tells the person once when something is missing.
func (s *Server) follow(ctx context.Context, e *Engines) {
	if e.Endpoint == nil {
		return
	}
	if e.Catalog != nil {
		defer e.Catalog.Remember()
	}
	again := time.NewTimer(refreshMissing)
	defer again.Stop()
	loaded := false // once each time that the server comes
	for {
		changed := e.Endpoint.Changed()
		state := e.Endpoint.State()
		complete := true
		if state.Reachable {
			complete = s.refresh(ctx, e)
			loaded = loaded || s.loadAhead(s.documents.all()...)
		} else {
			loaded = false
		}
		if e.Complete != nil {
			e.Complete.Learnt()
		}
		s.tellHealth(e, state)
		s.postStatus()
		again.Reset(refreshMissing)
		retry := again.C
		if complete {
			retry = nil
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-retry:
		}
	}
}

// refresh asks what is installed and reports whether every role has its model, for good.
func (s *Server) refresh(ctx context.Context, e *Engines) bool {
	if e.Catalog == nil {
		return true
	}
	if err := e.Catalog.Refresh(ctx); err != nil {
		if ctx.Err() == nil {
			s.log.Warn("models", "error", err)
		}
		return false
	}
	return e.Catalog.Settled()
}

// tellHealth: one message for each thing that a person can mend, and then the status alone.
func (s *Server) tellHealth(e *Engines, state model.State) {
	if !state.Reachable {
		if state.Err != nil {
			s.tell("endpoint", protocol.MessageTypeWarning, state.Err.Error())
		}
		return
	}
	if e.Catalog == nil {
		return
	}
	choice, err := e.Catalog.Completion()
	if err != nil {
		s.tell("completion model", protocol.MessageTypeWarning, err.Error())
	} else if err := e.Endpoint.Failing(choice.Model); err != nil {
		s.tell("failing "+choice.Model, protocol.MessageTypeWarning, fmt.Sprintf("%s does not complete: %s", choice.Model, advised(err)))
	}
}

// advised is a fault of a model with the next step, also where the server only said what is wrong.
func advised(err error) string {
	if failed, ok := errors.AsType[*model.Error](err); ok && failed.Kind != model.Failed && failed.Next != "" {
		return err.Error()
	}
	return err.Error() + "; a smaller model may do: choose one with models.completion"
}
