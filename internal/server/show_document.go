package server

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// shownFiles are the explanations that were shown as documents. They hold what the person asked about: nobody else may read
// them, and they go when the server does.
type shownFiles struct {
	mu    sync.Mutex
	dir   string // made for the first
	count int
}

// write makes a file of mode 0600 in a folder of mode 0700.
func (f *shownFiles) write(parent, markdown string) (path string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dir == "" {
		if f.dir, err = os.MkdirTemp(parent, "sopro-"); err != nil {
			return "", err
		}
	}
	f.count++
	path = filepath.Join(f.dir, fmt.Sprintf("explanation-%d.md", f.count))
	return path, os.WriteFile(path, []byte(markdown), 0o600)
}

func (f *shownFiles) remove() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dir != "" {
		os.RemoveAll(f.dir)
		f.dir = ""
	}
}

// showMarkdown opens an explanation beside the code; an editor that cannot is told where it lies.
func (s *Server) showMarkdown(ctx context.Context, markdown string) {
	path, err := s.shown.write(s.parts.TempDir, markdown)
	if err != nil {
		s.log.Warn("explanation", "error", err)
		return
	}
	var shown protocol.ShowDocumentResult
	if s.client.showsDocuments {
		asking, cancel := context.WithTimeout(ctx, s.parts.AnswerWait)
		defer cancel()
		err = s.ask(asking, protocol.MethodWindowShowDocument, &protocol.ShowDocumentParams{URI: uri.File(path)}, &shown)
	}
	if ctx.Err() == nil && (err != nil || !shown.Success) {
		s.show(protocol.MessageTypeInfo, "The explanation is in "+path)
	}
}
