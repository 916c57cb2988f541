package complete

import (
	"context"
	"log/slog"
	"time"

	"sopro/internal/gather"
	"sopro/internal/model"
)

// Virtual is an engine in virtual time: no goroutine, no clock. Whoever drives it says when what happens, with times that
// never go back, and gets told what the engine does through a World. Told the same at the same times, it decides the same as
// an Engine, which is the same core with goroutines around it. It is not safe for concurrent use.
//
// Choosing what the model sees takes no time here, and is never cut short.
type Virtual struct {
	core   *core
	world  World
	talks  map[int]*talk // that run
	posted []any         // what happens at once, but after what happens now
}

// World is where a Virtual acts. Its methods return at once, and call nothing of the Virtual.
type World interface {
	// Reply answers a request. why tells why nothing is shown, "" where something is, or where nothing is known.
	Reply(id int, r Reply, why string)
	// Send asks the model. The driver reports each Said, and always Ended.
	Send(gen int, warm bool, p Prepared)
	// Abort closes the connection of a generation; Ended follows.
	Abort(gen int)
	// WakeAt asks for Woken at a time; it replaces an earlier one.
	WakeAt(at time.Time)
}

// NewVirtual returns an engine that acts on w. Of the parts, Stream is not used.
func NewVirtual(p Parts, w World) *Virtual {
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	p.ledger()
	v := &Virtual{world: w, talks: map[int]*talk{}}
	v.core = newCore(p, v)
	return v
}

// Opened, Edited and Closed are those of Engine.
func (v *Virtual) Opened(now time.Time, uri string) { v.take(now, Opened{Doc: uri}) }

// Edited says that a document has a newer text.
func (v *Virtual) Edited(now time.Time, uri string, version int32) {
	v.take(now, Edited{Doc: uri, Version: version})
}

// Closed forgets a document.
func (v *Virtual) Closed(now time.Time, uri string) { v.take(now, Closed{Doc: uri}) }

// Ask is a request, which one Reply of this id answers. It takes ownership of r.View.
func (v *Virtual) Ask(now time.Time, id int, r Request) {
	q := newRequest(r)
	q.id = id
	v.take(now, q)
}

// Warm is Engine.Warm.
func (v *Virtual) Warm(now time.Time, r Request) {
	closeView(r.View)
	r.View = nil
	v.take(now, request{Request: r, sight: newSight(r), warm: true})
}

// Cancelled says that nobody waits for an answer any more: no Reply follows.
func (v *Virtual) Cancelled(now time.Time, id int) { v.take(now, Cancelled{ID: id}) }

// Said is one chunk of a generation that was sent.
func (v *Virtual) Said(now time.Time, gen int, c model.Chunk) {
	if t := v.talks[gen]; t != nil {
		for _, said := range t.said(c) {
			v.take(now, said)
		}
	}
}

// Ended is the end of a generation; err is nil where the stream came to its end.
func (v *Virtual) Ended(now time.Time, gen int, err error) {
	over := Finished{Gen: gen, Err: err}
	if t := v.talks[gen]; t != nil && err == nil {
		over = t.finished()
	}
	delete(v.talks, gen)
	v.take(now, over)
}

// Accepted is Engine.Accepted.
func (v *Virtual) Accepted(now time.Time, id string) bool {
	return v.core.parts.Ledger.Accepted(now, id)
}

// Woken is the time that was asked for by WakeAt.
func (v *Virtual) Woken(now time.Time) { v.take(now, Woken{}) }

// Close forgets all that waits.
func (v *Virtual) Close() { v.core.close() }

func (v *Virtual) take(now time.Time, event any) {
	v.core.take(now, event)
	for len(v.posted) > 0 {
		event, v.posted = v.posted[0], v.posted[1:]
		v.core.take(now, event)
	}
}

func (v *Virtual) reply(q request, r Reply, why string) { v.world.Reply(q.id, r, why) }

func (v *Virtual) abort(gen int) { v.world.Abort(gen) }

func (v *Virtual) wakeAt(at time.Time) { v.world.WakeAt(at) }

func (v *Virtual) send(a Send, anchor *gather.Anchor) {
	p, err := v.core.parts.prepare(context.Background(), v.core.parts.Options, a, anchor)
	if err != nil {
		v.posted = append(v.posted, Finished{Gen: a.Gen, Err: err})
		return
	}
	t, any := v.core.parts.talk(a, p)
	if !any {
		v.posted = append(v.posted, t.finished())
		return
	}
	v.talks[a.Gen] = t
	v.posted = append(v.posted, t.stops())
	v.world.Send(a.Gen, a.Warm, t.Prepared)
}
