package typing

import (
	"context"
	"iter"
	"sync"
	"time"

	"sopro/internal/complete"
	"sopro/internal/model"
	"sopro/internal/ngram"
)

// Live types all traces in real time, one after the other, with the engine as it serves editors and the model that the parts lead
// to. The typist and the editor are those of Run; the model makes mistakes of its own, so nobody knows where it would have been
// right, and how many tokens of a prompt it found in its cache is not said: Soon and the times to right text count every
// stop, and there are no PromptTokens and no Typed.
func Live(ctx context.Context, traces []Trace, c Config, parts complete.Parts) (Report, error) {
	sum := &tally{}
	for _, t := range traces {
		one, err := typeLive(ctx, t, c, parts)
		if err != nil {
			return Report{}, err
		}
		sum.add(one)
	}
	r := report(c, len(traces), sum)
	r.Typed = nil
	return r, nil
}

func typeLive(ctx context.Context, t Trace, c Config, parts complete.Parts) (*tally, error) {
	s := newSession(t, c)
	s.author = nil
	p := &live{session: s, arrived: make(chan func()), quit: make(chan struct{}), cancels: map[int]context.CancelFunc{}}
	builtin := ngram.New(ngram.Options{})
	builtin.Add(Workspace+"/"+t.Path, t.Language, t.Before+t.After)
	parts.Builtin = builtin.Complete
	stream := parts.Stream
	parts.Stream = func(ctx context.Context, priority model.Priority, r model.Request) iter.Seq2[model.Chunk, error] {
		return p.count(ctx, stream(ctx, priority, r))
	}
	p.engine = complete.New(parts)
	var err error
	s.pass = func(done func() bool) { err = s.clock.live(ctx, p.arrived, done) }
	counted := s.play(p)
	return counted, err
}

// live is the real engine.
type live struct {
	*session
	engine  *complete.Engine
	arrived chan func()   // answers, to be taken by the session
	quit    chan struct{} // nobody takes them any more
	cancels map[int]context.CancelFunc
	asking  sync.WaitGroup

	mu                sync.Mutex // guards what streams count
	requests, aborted int
	busy              time.Duration
}

func (p *live) opened() {
	p.engine.Opened(p.text.URI())
	if p.config.Warm {
		p.engine.Warm(p.request())
	}
}

func (p *live) edited(int32) {
	p.engine.Edited(p.text, nil)
	p.resting(func() { p.engine.Warm(p.request()) })
}

func (p *live) ask(id int, r complete.Request) {
	ctx, cancel := context.WithCancel(context.Background())
	p.cancels[id] = cancel
	p.asking.Go(func() {
		defer cancel()
		reply, err := p.engine.Complete(ctx, r)
		if err != nil {
			return // cancelled
		}
		select {
		case p.arrived <- func() { p.answered(id, reply, "") }:
		case <-p.quit:
		}
	})
}

func (p *live) cancelled(id int) { p.cancels[id]() }

func (p *live) accepted(id string, whole bool) {
	if whole {
		p.engine.Accepted(id)
	}
}

func (p *live) close() {
	close(p.quit)
	p.engine.Close()
	p.asking.Wait()
	p.tally.requests, p.tally.aborted, p.tally.busy = p.requests, p.aborted, p.busy
}

// count passes a stream on and counts it.
func (p *live) count(ctx context.Context, stream iter.Seq2[model.Chunk, error]) iter.Seq2[model.Chunk, error] {
	return func(yield func(model.Chunk, error) bool) {
		begin := time.Now()
		stream(yield)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.requests++
		p.busy += time.Since(begin)
		if ctx.Err() != nil {
			p.aborted++
		}
	}
}

// live lets real time pass: what is planned happens when its time has come, and what comes from elsewhere when it comes.
func (c *clock) live(ctx context.Context, arrived <-chan func(), done func() bool) error {
	begin := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for !done() {
		wait := time.Hour
		if p := c.first(); p != nil {
			wait = p.at - time.Since(begin)
		}
		timer.Reset(wait)
		select {
		case do := <-arrived:
			c.now = time.Since(begin)
			do()
		case <-timer.C:
			c.now = time.Since(begin)
			c.step()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
