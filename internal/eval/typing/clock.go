package typing

import (
	"container/heap"
	"time"
)

// clock is virtual time: a queue of what happens when. What happens at the same time happens in the order in which it was
// planned, so that a run repeats to the bit.
type clock struct {
	now     time.Duration // since the run began
	planned plans
	last    int
}

// plan is something that will happen, unless it is stopped.
type plan struct {
	at    time.Duration
	order int
	do    func()
}

func (p *plan) stop() {
	if p != nil {
		p.do = nil
	}
}

// after plans something; a time that has passed is now.
func (c *clock) after(d time.Duration, do func()) *plan {
	c.last++
	p := &plan{at: c.now + max(d, 0), order: c.last, do: do}
	heap.Push(&c.planned, p)
	return p
}

// run lets time pass until done, or until nothing is planned any more, which it reports by false.
func (c *clock) run(done func() bool) bool {
	for !done() {
		p := c.first()
		if p == nil {
			return false
		}
		c.now = p.at
		c.step()
	}
	return true
}

// first is what happens next, nil where nothing is planned.
func (c *clock) first() *plan {
	for len(c.planned) > 0 && c.planned[0].do == nil {
		heap.Pop(&c.planned)
	}
	if len(c.planned) == 0 {
		return nil
	}
	return c.planned[0]
}

// step does the first plan.
func (c *clock) step() {
	if c.first() != nil {
		heap.Pop(&c.planned).(*plan).do()
	}
}

// time is the moment as the engine sees it.
func (c *clock) time() time.Time { return time.Unix(0, 0).Add(c.now) }

// until is how long it is to a moment.
func (c *clock) until(t time.Time) time.Duration { return t.Sub(c.time()) }

type plans []*plan

func (p plans) Len() int { return len(p) }
func (p plans) Less(i, j int) bool {
	return p[i].at < p[j].at || p[i].at == p[j].at && p[i].order < p[j].order
}
func (p plans) Swap(i, j int) { p[i], p[j] = p[j], p[i] }
func (p *plans) Push(x any)   { *p = append(*p, x.(*plan)) }
func (p *plans) Pop() any {
	old := *p
	last := old[len(old)-1]
	*p = old[:len(old)-1]
	return last
}
