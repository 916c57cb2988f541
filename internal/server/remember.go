package server

import (
	"math"
	"path/filepath"

	"go.lsp.dev/uri"

	"sopro/internal/document"
	"sopro/internal/history"
)

// historian is told what a person does with documents. It is a *history.History.
type historian interface {
	Opened(f history.File, text *document.Snapshot)
	Viewed(f history.File)
	Changed(f history.File, text *document.Snapshot)
	Closed(local string)
	Forget(local string)
	Recent(n int) []history.Visit
}

// remember tells the history of a document, unless it is refused: what the history has goes into prompts.
func (s *Server) remember(doc sight, tell func(historian, history.File)) {
	if h := s.engines.load().History; h != nil && doc.refused == "" {
		tell(h, history.File{Local: doc.local, Rel: doc.rel()})
	}
}

// forgetRefused has the history forget the files that no model may see any more, also those that are closed.
func (s *Server) forgetRefused() {
	h := s.engines.load().History
	if h == nil {
		return
	}
	for _, v := range h.Recent(math.MaxInt) {
		name := v.Local
		if filepath.IsAbs(name) {
			name = string(uri.File(name))
		}
		if ok, _ := s.settings.guard().Allowed(name); !ok {
			h.Forget(v.Local)
		}
	}
}
