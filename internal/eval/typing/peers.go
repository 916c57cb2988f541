package typing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sopro/internal/complete"
	"sopro/internal/model"
	"sopro/internal/prompt"
)

// peer is how other programs ask: after a delay that starts anew with each key, ending what runs or waiting for it, with a
// window that slides with the cursor. What they show is all that the model said up to a blank line, when it is said. Each
// keeps its answers, also while they are typed, which few of them do.
type peer struct {
	cancels bool          // a key ends what runs
	delay   time.Duration // after a key
	most    time.Duration // of generating; 0: no limit
}

func (p peer) begin(s *session) policy { return &asker{session: s, peer: p} }

// asker is a peer at work.
type asker struct {
	*session
	peer
	timer   *plan
	running *job
	waits   *question // newest
	kept    []kept
}

type question struct {
	id     int
	text   string
	offset int
}

// kept is what a model said behind a text.
type kept struct{ before, said string }

func (p *asker) opened()               {}
func (p *asker) edited(int32)          { p.timer.stop() }
func (p *asker) accepted(string, bool) {}
func (p *asker) close()                {}

func (p *asker) cancelled(id int) {
	if p.waits != nil && p.waits.id == id {
		p.waits = nil
	}
}

func (p *asker) ask(id int, r complete.Request) {
	r.View.Close()
	q := &question{id: id, text: r.Text.String(), offset: r.Offset}
	if p.running != nil && p.cancels {
		p.tally.aborted++
		p.server.cancel(p.running)
		p.running = nil
	}
	if p.serve(q) {
		return
	}
	p.waits = q
	p.timer = p.after(p.delay, p.send)
}

// serve answers from what was said.
func (p *asker) serve(q *question) bool {
	for _, k := range slices.Backward(p.kept) {
		if rest, ok := strings.CutPrefix(k.before+k.said, q.text[:q.offset]); ok && len(k.before) <= q.offset && rest != "" {
			p.answered(q.id, complete.Reply{Items: []complete.Item{{Text: rest}}}, "")
			return true
		}
	}
	return false
}

func (p *asker) send() {
	q := p.waits
	if q == nil || p.running != nil {
		return
	}
	j := p.question(p.window(q), q.text, q.offset, false)
	var said strings.Builder
	var began time.Duration
	ended := func() {
		if p.running != j {
			return
		}
		p.running = nil
		text, _, _ := strings.Cut(said.String(), "\n\n")
		p.kept = append(p.kept, kept{q.text[:q.offset], strings.TrimRight(text, " \t\n")})
		if w := p.waits; w != nil {
			if p.waits = nil; !p.serve(w) {
				p.waits = w
				if w == q { // nothing to say
					p.waits = nil
					p.answered(w.id, complete.Reply{}, "nothing said")
					return
				}
				p.send()
			}
		}
	}
	j.said = func(c model.Chunk) {
		if said.Len() == 0 {
			began = p.now
		}
		said.WriteString(c.Text)
		if c.Done == nil && (strings.Contains(said.String(), "\n\n") || p.most > 0 && p.now-began >= p.most) {
			p.server.cancel(j)
		}
	}
	j.over = func(error) { ended() }
	p.running = j
	p.server.submit(j)
}

// window is a prompt of the lines around the cursor.
func (p *asker) window(q *question) model.Request {
	const above, below = 60, 12
	before, after := q.text[:q.offset], q.text[q.offset:]
	lines := strings.SplitAfter(before, "\n")
	before = strings.Join(lines[max(0, len(lines)-above):], "")
	lines = strings.SplitAfter(after, "\n")
	after = strings.Join(lines[:min(len(lines), below)], "")
	asking := p.layout()
	asking.SuffixFirst = false
	f := asking.Fill(prompt.Hole{Path: p.trace.Path, Language: p.trace.Language, Prefix: before, Suffix: after})
	return model.Request{Prompt: f.Prompt, MaxTokens: 128}
}

// ideal is the bound: it knows at once all that the model would say, and where that is wrong.
type ideal struct{ *session }

func newIdeal(s *session) policy { return ideal{s} }

func (ideal) opened()               {}
func (ideal) edited(int32)          {}
func (ideal) accepted(string, bool) {}
func (ideal) cancelled(int)         {}
func (ideal) close()                {}

func (p ideal) ask(id int, r complete.Request) {
	r.View.Close()
	var reply complete.Reply
	if text := p.trace.Text[p.at:p.author.right(p.at)]; strings.TrimSpace(text) != "" {
		reply.Items = []complete.Item{{Text: text, ID: fmt.Sprint(id)}}
	}
	p.answered(id, reply, "the model is wrong")
}
