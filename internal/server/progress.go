package server

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"go.lsp.dev/protocol"
)

// progresses are the progress bars that stand in the editor, by token: a person may cancel there.
type progresses struct {
	mu      sync.Mutex
	made    int // bars that the server created
	cancels map[string]context.CancelFunc
}

// bar is one of them; its zero value is none and does nothing.
type bar struct {
	s     *Server
	token protocol.ProgressToken
	key   string
	stop  context.CancelFunc
	share uint32 // of a hundred, told last
}

// begin shows that something takes time: on the client's own bar if it gave one, else on one that the server creates, where
// the client can. The context ends when the person cancels there. The caller calls end.
func (s *Server) begin(ctx context.Context, token protocol.ProgressToken, title string) (context.Context, *bar) {
	return s.beginWith(ctx, token, &protocol.WorkDoneProgressBegin{Kind: "begin", Title: title, Cancellable: has(true)})
}

// beginShare begins a bar that tells shares: an editor ignores them where the first is not there from the beginning.
func (s *Server) beginShare(ctx context.Context, token protocol.ProgressToken, title string) (context.Context, *bar) {
	return s.beginWith(ctx, token, &protocol.WorkDoneProgressBegin{Kind: "begin", Title: title, Cancellable: has(true), Percentage: has(uint32(0))})
}

func (s *Server) beginWith(ctx context.Context, token protocol.ProgressToken, first *protocol.WorkDoneProgressBegin) (context.Context, *bar) {
	if token == nil {
		token = s.createProgress(ctx)
	}
	if token == nil {
		return ctx, &bar{}
	}
	ctx, cancel := context.WithCancel(ctx)
	b := &bar{s: s, token: token, key: fmt.Sprintf("%T %v", token, token), stop: cancel}
	s.progress.mu.Lock()
	if s.progress.cancels == nil {
		s.progress.cancels = map[string]context.CancelFunc{}
	}
	s.progress.cancels[b.key] = cancel
	s.progress.mu.Unlock()
	b.send(first)
	return ctx, b
}

// barWait is how long an editor may take to put up a bar before the work goes on without one.
const barWait = 2 * time.Second

// createProgress asks for a bar; nil where there is none to be had.
func (s *Server) createProgress(ctx context.Context) protocol.ProgressToken {
	if !s.client.showsProgress {
		return nil
	}
	s.progress.mu.Lock()
	s.progress.made++
	token := protocol.String(fmt.Sprintf("sopro.progress.%d", s.progress.made))
	s.progress.mu.Unlock()
	params := &protocol.WorkDoneProgressCreateParams{Token: token}
	ctx, cancel := context.WithTimeout(ctx, barWait)
	defer cancel()
	if err := s.ask(ctx, protocol.MethodWindowWorkDoneProgressCreate, params, nil); err != nil {
		return nil
	}
	return token
}

func (b *bar) report(message string) {
	if b.s != nil {
		b.send(&protocol.WorkDoneProgressReport{Kind: "report", Message: &message})
	}
}

// reportShare says in words, and as a share of a hundred that never shrinks, how far something is.
func (b *bar) reportShare(message string, share float64) {
	if b.s == nil {
		return
	}
	b.share = max(b.share, uint32(100*min(max(share, 0), 1)))
	b.send(&protocol.WorkDoneProgressReport{Kind: "report", Message: &message, Percentage: has(b.share)})
}

// end takes the bar away.
func (b *bar) end() {
	if b.s == nil {
		return
	}
	b.s.progress.mu.Lock()
	delete(b.s.progress.cancels, b.key)
	b.s.progress.mu.Unlock()
	b.stop()
	b.send(&protocol.WorkDoneProgressEnd{Kind: "end"})
}

func (b *bar) send(step any) {
	raw, err := protocol.Marshal(step)
	if err != nil {
		panic(err) // our own plain structs
	}
	b.s.send(protocol.MethodProgress, &protocol.ProgressParams{Token: b.token, Value: raw})
}

func (s *Server) cancelProgress(p *protocol.WorkDoneProgressCancelParams) error {
	s.progress.mu.Lock()
	cancel := s.progress.cancels[fmt.Sprintf("%T %v", p.Token, p.Token)]
	s.progress.mu.Unlock()
	if cancel != nil {
		cancel()
	}
	return nil
}

// streamed is a piece of text on its way to the client, under the token that the client chose for it.
type streamed struct {
	Token jsontext.Value `json:"token"`
	Value piece          `json:"value"`
}

// piece is more text, or a reset: what came before is void. Before all text stands what it is about: the comment that asks for code,
// the code that is explained.
type piece struct {
	Text    string          `json:"text,omitzero"`
	Reset   bool            `json:"reset,omitzero"`
	Comment *protocol.Range `json:"comment,omitzero"`
	Code    *protocol.Range `json:"code,omitzero"`
}

// emitter sends text as it comes, if the client wants it, and moves the bar.
func (s *Server) emitter(token jsontext.Value, b *bar) func(delta string, reset bool) {
	answering := false
	return func(delta string, reset bool) {
		if !answering {
			answering = true
			b.report("answering")
		}
		if reset {
			s.stream(token, piece{Reset: true})
		}
		if delta != "" {
			s.stream(token, piece{Text: delta})
		}
	}
}

// stream sends a piece under the token that the client gave, if it did.
func (s *Server) stream(token jsontext.Value, p piece) {
	if len(token) > 0 && token.Kind() != 'n' {
		s.send(protocol.MethodProgress, &streamed{Token: token, Value: p})
	}
}
