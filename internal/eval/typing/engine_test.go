package typing

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sopro/internal/complete"
	"sopro/internal/model"
)

// The engine that serves editors decides in real time what it decides in the simulation: given the same events at the same
// times, it sends the same prompts, closes the same connections and answers the same, all to the nanosecond.
func TestTheEngineDecidesTheSame(t *testing.T) {
	for _, editor := range []Editor{VSCode, Neovim} {
		for _, trace := range own(t)[4:6] {
			t.Run(string(editor)+" "+trace.Path, func(t *testing.T) {
				c := usual()
				// No two things of different origin happen at the same nanosecond: keys come at whole milliseconds, tokens do not.
				c.Editor, c.Speed, c.Keys = editor, Speed{Prompt: 977, Generation: 29}, 6
				r := record(trace, c)
				if r.answers < 10 {
					t.Fatalf("only %d answers: nothing is compared", r.answers)
				}
				replayed := r.replay(t)
				unorder(r.did)
				unorder(replayed)
				for i := range max(len(r.did), len(replayed)) {
					if i >= len(r.did) || i >= len(replayed) || r.did[i] != replayed[i] {
						t.Fatalf("at %d of %d and %d\nsimulated %s\nreal      %s", i, len(r.did), len(replayed), around(r.did, i), around(replayed, i))
					}
				}
			})
		}
	}
}

// unorder puts what was done at one time into one order: an engine sends from a goroutine of its own while it answers.
func unorder(log []string) {
	at := func(i int) string { when, _, _ := strings.Cut(log[i], " "); return when }
	for i := 0; i < len(log); {
		end := i + 1
		for end < len(log) && at(end) == at(i) {
			end++
		}
		slices.Sort(log[i:end])
		i = end
	}
}

func around(log []string, i int) string {
	return strings.Join(log[min(len(log), max(0, i-2)):min(len(log), i+3)], "\n          ")
}

// recorder is the simulated engine, with what it was told, what it did, and what the model said, each with its time.
type recorder struct {
	*sopro
	told    []told
	did     []string
	streams [][]spoken
	answers int
}

// told is something that an editor did.
type told struct {
	at time.Duration
	do func(*replay)
}

// spoken is a chunk of a stream, or its end.
type spoken struct {
	at    time.Duration
	chunk model.Chunk
	end   bool
}

func record(trace Trace, c Config) *recorder {
	s := newSession(trace, c)
	r := &recorder{sopro: &sopro{session: s, jobs: map[int]*job{}}}
	r.engine = complete.NewVirtual(s.parts(), r)
	r.readAhead = func() {
		again := r.request() // each engine closes its own tree
		r.tell(func(p *replay) { p.engine.Warm(again) })
		r.engine.Warm(r.time(), r.request())
	}
	s.play(r)
	return r
}

func (r *recorder) tell(do func(*replay)) { r.told = append(r.told, told{r.now, do}) }

func (r *recorder) opened() {
	doc := r.text.URI()
	r.tell(func(p *replay) { p.engine.Opened(doc) })
	r.sopro.opened()
}

func (r *recorder) edited(version int32) {
	text := r.text
	r.tell(func(p *replay) { p.engine.Edited(text, nil) })
	r.sopro.edited(version)
}

func (r *recorder) ask(id int, request complete.Request) {
	again := request
	again.View = r.tree.View() // the engine closes its own
	r.tell(func(p *replay) { p.ask(id, again) })
	r.sopro.ask(id, request)
}

func (r *recorder) cancelled(id int) {
	r.tell(func(p *replay) { p.cancels[id]() })
	r.sopro.cancelled(id)
}

func (r *recorder) Reply(id int, reply complete.Reply, why string) {
	r.did = append(r.did, replied(r.now, id, reply))
	r.answers++
	r.sopro.Reply(id, reply, why)
}

func (r *recorder) Send(gen int, warm bool, p complete.Prepared) {
	r.did = append(r.did, sent(r.now, p.Request))
	n := len(r.streams)
	r.streams = append(r.streams, nil)
	r.sopro.Send(gen, warm, p)
	j := r.jobs[gen]
	said, over := j.said, j.over
	j.said = func(c model.Chunk) {
		r.streams[n] = append(r.streams[n], spoken{at: r.now, chunk: c})
		said(c)
	}
	j.over = func(err error) {
		if err == nil {
			r.streams[n] = append(r.streams[n], spoken{at: r.now, end: true})
		}
		over(err)
	}
}

func (r *recorder) Abort(gen int) {
	r.did = append(r.did, fmt.Sprintf("%v abort", r.now))
	r.sopro.Abort(gen)
}

func replied(at time.Duration, id int, r complete.Reply) string {
	said := fmt.Sprintf("%v answer %d", at, id)
	if r.Superseded {
		return said + " superseded"
	}
	for _, item := range r.Items {
		said += fmt.Sprintf(" %q %d", item.Text, item.Replace.Len())
	}
	return said
}

func sent(at time.Duration, r model.Request) string {
	return fmt.Sprintf("%v send %d %.60q…%.60q", at, len(r.Prompt), r.Prompt, r.Prompt[max(0, len(r.Prompt)-60):])
}

// replay is a real engine that is told the same at the same times.
type replay struct {
	*recorder
	engine  *complete.Engine
	begin   time.Time
	cancels map[int]context.CancelFunc
	asking  sync.WaitGroup

	mu        sync.Mutex
	next      int // stream
	evaluated string
	log       []string
}

func (r *recorder) replay(t *testing.T) []string {
	p := &replay{recorder: r, cancels: map[int]context.CancelFunc{}}
	synctest.Test(t, func(t *testing.T) {
		p.begin = time.Now()
		parts := r.parts()
		parts.Stream, parts.Fresh = p.stream, p.fresh
		p.engine = complete.New(parts)
		for _, told := range r.told {
			time.Sleep(time.Until(p.begin.Add(told.at)))
			synctest.Wait()
			told.do(p)
			synctest.Wait()
		}
		p.log = slices.Clip(p.log)
		done := p.log
		p.engine.Close()
		p.asking.Wait()
		p.log = done
	})
	return p.log
}

func (p *replay) fresh(r model.Request) float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fresh(p.evaluated, r.Prompt)
}

func (p *replay) note(line func(at time.Duration) string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log = append(p.log, line(time.Since(p.begin)))
}

func (p *replay) ask(id int, r complete.Request) {
	ctx, cancel := context.WithCancel(context.Background())
	p.cancels[id] = cancel
	p.asking.Go(func() {
		defer cancel()
		reply, err := p.engine.Complete(ctx, r)
		if err == nil {
			p.note(func(at time.Duration) string { return replied(at, id, reply) })
		}
	})
}

// stream says what the simulated server said, when it said it.
func (p *replay) stream(ctx context.Context, _ model.Priority, r model.Request) iter.Seq2[model.Chunk, error] {
	return func(yield func(model.Chunk, error) bool) {
		p.note(func(at time.Duration) string { return sent(at, r) })
		p.mu.Lock()
		n := p.next
		p.next++
		p.mu.Unlock()
		for n < len(p.streams) && len(p.streams[n]) > 0 {
			s := p.streams[n][0]
			p.streams[n] = p.streams[n][1:]
			select {
			case <-time.After(time.Until(p.begin.Add(s.at))):
			case <-ctx.Done():
				p.left(yield, ctx)
				return
			}
			if s.end {
				return
			}
			p.mu.Lock()
			p.evaluated = r.Prompt
			p.mu.Unlock()
			if !yield(s.chunk, nil) {
				return
			}
		}
		<-ctx.Done()
		p.left(yield, ctx)
	}
}

// left is a stream whose connection was closed.
func (p *replay) left(yield func(model.Chunk, error) bool, ctx context.Context) {
	p.note(func(at time.Duration) string { return fmt.Sprintf("%v abort", at) })
	yield(model.Chunk{}, ctx.Err())
}
