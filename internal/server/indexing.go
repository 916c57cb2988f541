package server

import (
	"context"
	"fmt"
	"time"

	"go.lsp.dev/protocol"

	"sopro/internal/index"
)

const (
	// showIndexingAfter is how long the workspace is read without a word: a restart takes less.
	showIndexingAfter = time.Second

	// countEvery is how often the files are counted in the editor's bar.
	countEvery = 500 * time.Millisecond
)

// showIndexing shows progress where a walk takes time; the caller calls end when it is over. It has a goroutine of its own, as an
// editor may take its time to put up a bar.
func (s *Server) showIndexing(x *index.Index) (end func()) {
	if x == nil || !s.client.showsProgress {
		return func() {}
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.spawn(func() {
		if !sleep(ctx, showIndexingAfter) {
			return
		}
		_, b := s.beginWith(ctx, nil, &protocol.WorkDoneProgressBegin{Kind: "begin", Title: "Reading the workspace"})
		defer b.end()
		for {
			b.report(fmt.Sprintf("%d files", x.Files()))
			if !sleep(ctx, countEvery) {
				return
			}
		}
	})
	return cancel
}

// sleep reports whether ctx lasted as long as d.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
