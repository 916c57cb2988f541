package server

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"go.lsp.dev/jsonrpc2"

	"sopro/internal/config"
	"sopro/internal/learn"
)

// Parts is what a server is made of.
type Parts struct {
	Version string // of Sopro
	Loader  *config.Loader
	Flags   []string // "key=value" of the command line

	// Build makes the engines for settings, see the package's documentation. former is nil the first time. With an error, which
	// is shown to the person, the engines may be nil or lack parts; what lacks is answered as having nothing to say.
	Build func(s config.Settings, former *Engines) (*Engines, error)

	Ledger  *learn.Ledger      // of the engines that Build makes, kept in its file; nil: nothing is kept
	Log     *slog.Logger       // nil: nothing is logged
	Alive   func(pid int) bool // whether a process lives; nil: ask the operating system
	TempDir string             // where explanations that are shown are written; "": the system's

	GitIgnore string // where the user keeps git's ignore rules for all repositories; "": nowhere

	AnswerWait time.Duration // how long an editor may take over what it answers without asking a person; 0: 10 s
}

// grace bounds the wait for answers that are owed and for a reader that cannot be woken, once the client has gone.
const grace = 2 * time.Second

// Server serves one connection.
type Server struct {
	parts  Parts
	log    *slog.Logger
	routes routes
	phase  phase

	ctx   context.Context // ends with the connection; all work hangs on it
	stop  context.CancelFunc
	tasks sync.WaitGroup // every goroutine of the server
	conn  jsonrpc2.Conn
	wire  *stream
	out   *outbox

	calls     calls
	client    client // written at initialize, before anything reads it
	folders   folders
	documents documents
	settings  settings
	engines   engines
	progress  progresses
	files     feeder
	status    statusLine
	shown     shownFiles
	once      sync.Map     // what was told to the person already
	trace     atomic.Value // string: off, messages, verbose
}

// New returns a server for one connection.
func New(p Parts) *Server {
	s := &Server{parts: p, log: p.Log}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.parts.Alive == nil {
		s.parts.Alive = alive
	}
	if s.parts.AnswerWait == 0 {
		s.parts.AnswerWait = 10 * time.Second
	}
	s.routes = newRoutes(s)
	return s
}

// Run serves an editor over standard input and output, see [Server.Serve]. Nothing but LSP is ever written to out.
func (s *Server) Run(ctx context.Context, in io.Reader, out io.Writer) int {
	return s.Serve(ctx, pipes{in, out})
}

// pipes are two one-way pipes as one connection.
type pipes struct {
	io.Reader
	io.Writer
}

// Close closes what can be closed, which wakes a read where the operating system allows it.
func (p pipes) Close() error {
	var first error
	for _, end := range []any{p.Reader, p.Writer} {
		if c, ok := end.(io.Closer); ok {
			if err := c.Close(); err != nil && first == nil {
				first = err
			}
		}
	}
	return first
}

// Serve speaks LSP on conn until the client says exit, goes away, or ctx ends. It closes conn, waits for everything that it
// started and returns the exit code that the specification asks for: 0 after shutdown, else 1.
func (s *Server) Serve(ctx context.Context, conn io.ReadWriteCloser) int {
	s.ctx, s.stop = context.WithCancel(ctx)
	defer s.stop()
	s.wire = newStream(conn, s.log, s.stop)
	s.conn = jsonrpc2.NewConn(s.wire, jsonrpc2.WithCodec(codec{}))
	s.out = newOutbox(s.send)
	s.spawn(func() { s.out.run(s.ctx) })
	// Answers are written even while the work is being ended: that has a context of its own, see calls.
	s.conn.Go(context.WithoutCancel(ctx), s.chain)

	select {
	case <-s.conn.Done():
	case <-s.ctx.Done():
	}
	s.stop()
	s.wire.owed.settle(grace)
	s.wire.Close()
	late := time.NewTimer(grace)
	defer late.Stop()
	select {
	case <-s.conn.Done():
	case <-late.C: // a read that the system does not wake; the process is about to end
	}
	s.close()
	return s.phase.exitCode()
}

// close ends what the connection kept alive.
func (s *Server) close() {
	s.files.close()
	s.tasks.Wait()
	s.documents.closeAll()
	if c := s.engines.load().Complete; c != nil {
		c.Close()
	}
	s.syncLearnt()
	s.shown.remove()
}

// spawn runs f in a goroutine that Serve waits for. f ends when the server's context does.
func (s *Server) spawn(f func()) {
	s.tasks.Add(1)
	go func() {
		defer s.tasks.Done()
		f()
	}()
}
