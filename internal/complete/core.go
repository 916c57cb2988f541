package complete

import (
	"strings"
	"time"

	"sopro/internal/clean"
	"sopro/internal/document"
	"sopro/internal/gather"
	"sopro/internal/learn"
	"sopro/internal/ngram"
	"sopro/internal/syntax"
)

// core is an engine without its goroutines and its clock: the policy, what waits for an answer, and what of a document stays
// from one generation to the next. Engine drives it in real time and Virtual in virtual time; what decides is here, so that
// what is measured is what runs.
type core struct {
	parts   Parts
	policy  *Policy
	waiting map[int]request
	anchors map[string]*gather.Anchor
	out     outlet
}

// outlet carries out what a core decides. Its methods return at once, and call nothing of the core.
type outlet interface {
	reply(q request, r Reply, why string)
	send(a Send, anchor *gather.Anchor)
	abort(gen int)
	wakeAt(time.Time)
}

// request is an Asked or a Warmed on its way to the core.
type request struct {
	Request
	id    int
	sight *sight
	warm  bool
	load  bool       // with warm: Warmed.Load
	reply chan Reply // of capacity 1; only an Engine's
}

// newRequest takes ownership of r.View. What a request with a selected item sees is the text with the item in it.
func newRequest(r Request) request {
	if r.Selected == nil {
		return request{Request: r, sight: newSight(r)}
	}
	text, edit := r.Text.Splice(r.Selected.Replace, r.Selected.Text)
	with := r
	with.Text, with.Offset = text, edit.NewEnd
	if r.View != nil {
		with.View = r.View.With(text, edit)
		r.View.Close()
		r.View = nil
	}
	q := request{Request: r, sight: newSight(with)}
	q.View, q.sight.plain = with.View, newSight(r)
	return q
}

func newCore(p Parts, out outlet) *core {
	c := &core{parts: p, policy: NewPolicy(p.Options), waiting: map[int]request{}, anchors: map[string]*gather.Anchor{}, out: out}
	c.policy.Builtin = c.builtin
	c.policy.Learnt = p.learnt
	return c
}

// take takes an event of the policy, or a request.
func (c *core) take(now time.Time, event any) {
	switch event := event.(type) {
	case request:
		c.ask(now, event)
	case Opened:
		delete(c.anchors, event.Doc)
		c.step(now, event)
	case Closed:
		delete(c.anchors, event.Doc)
		c.parts.Ledger.Closed(now, event.Doc)
		c.step(now, event)
	case Edited:
		if event.text != nil {
			c.parts.Ledger.Edited(now, event.text, event.edits)
		}
		c.step(now, event)
	case Learnt:
		c.step(now, Learnt{Model: c.parts.available()})
	case Cancelled:
		c.step(now, event)
		c.release(event.ID)
	case Event:
		c.step(now, event)
	}
}

func (c *core) ask(now time.Time, q request) {
	if q.warm {
		c.step(now, Warmed{Load: q.load, Manual: q.Manual, Model: c.parts.available(), sight: q.sight})
		return
	}
	c.waiting[q.id] = q
	c.step(now, Asked{ID: q.id, Manual: q.Manual, Patient: q.Patient, Model: c.parts.available(), sight: q.sight})
}

func (c *core) step(now time.Time, e Event) {
	for _, a := range c.policy.Step(now, e) {
		switch a := a.(type) {
		case Answer:
			c.answer(now, a)
		case Send:
			c.out.send(a, c.anchor(a.sight.doc))
		case Abort:
			c.out.abort(a.Gen)
		case Arm:
			c.out.wakeAt(a.At)
		}
	}
}

// anchor is what stays between the prompts of a document.
func (c *core) anchor(doc string) *gather.Anchor {
	anchor := c.anchors[doc]
	if anchor == nil || c.parts.Options.Without.has(withoutAnchor) {
		anchor = &gather.Anchor{}
		c.anchors[doc] = anchor
	}
	return anchor
}

func (c *core) answer(now time.Time, a Answer) {
	q, ok := c.waiting[a.ID]
	if !ok {
		return
	}
	reply := Reply{Superseded: a.Superseded, Builtin: a.Builtin, Err: a.Err}
	name := c.parts.Ledger.Show
	for _, a := range append([]Answer{a}, a.More...) {
		if a.Text == "" {
			break
		}
		item := Item{Text: a.Text, Replace: document.Span{Start: q.Offset, End: q.Offset + a.Replace}}
		if chosen := q.Selected; chosen != nil {
			item.Text, item.Replace = chosen.Text+a.Text, document.Span{Start: chosen.Replace.Start, End: chosen.Replace.End + a.Replace}
			a.item.Said, a.item.Cuts = item.Text, learn.Cuts{}
		}
		item.ID = name(now, known(q, a, item))
		reply.Items = append(reply.Items, item)
		name = c.parts.Ledger.Offer // the first one is shown
	}
	if a.Text == "" && a.item.Said != "" {
		name(now, known(q, a, Item{Replace: document.Span{Start: q.Offset, End: q.Offset}})) // the gate has hidden all of it
	}
	c.out.reply(q, reply, a.Why)
	c.release(a.ID)
	c.parts.Log.Debug("completion answered", "id", a.ID, "bytes", len(a.Text), "superseded", a.Superseded, "builtin", a.Builtin, "why", a.Why)
}

// known is what the ledger is to know of what is shown.
func known(q request, a Answer, shown Item) learn.Item {
	item := a.item
	item.Text, item.Offset, item.Replace, item.Shown = q.Text, q.Offset, shown.Replace, shown.Text
	return item
}

// hides reports whether a completion, whoever made it, would bring in characters that hide what it does and that the file does not
// have already (docs/security.md row 16).
func hides(completion string, file *document.Snapshot) bool {
	completion = strings.ReplaceAll(completion, "\r\n", "\n") // the file's own line end
	if _, any := clean.Foreign(completion, ""); !any {
		return false // nearly always, and the whole file need not be looked at
	}
	_, foreign := clean.Foreign(completion, file.String())
	return foreign
}

// release forgets a request. Its tree goes with it: the policy looks at a tree only
// while the request waits.
func (c *core) release(id int) {
	if q, ok := c.waiting[id]; ok {
		closeView(q.View)
		delete(c.waiting, id)
	}
}

// close closes the views of what still waits.
func (c *core) close() {
	for _, q := range c.waiting {
		closeView(q.View)
	}
}

// builtin asks the n-gram model.
func (c *core) builtin(s *sight) (text string, confidence float64) {
	if c.parts.Builtin == nil {
		return "", 0
	}
	a, ok := c.parts.Builtin(ngram.Query{
		Path: s.local, LanguageID: s.text.LanguageID(),
		Before: s.near[max(0, len(s.near)-2048):], After: s.ahead,
	})
	if !ok {
		return "", 0
	}
	return a.Text, a.Confidence
}

// available is what the model that completes could do now.
func (p *Parts) available() Availability {
	if p.Looking != nil && p.Looking() {
		return Unknown
	}
	choice, err := p.Choose()
	if err != nil {
		return Down
	}
	return p.Available(choice.Model)
}

func closeView(v *syntax.View) {
	if v != nil {
		v.Close()
	}
}
