package server

import (
	"sync"
	"time"
)

// debt counts what is owed and lets one wait until it is paid.
type debt struct {
	mu   sync.Mutex
	n    int
	paid chan struct{} // closed when n falls to 0; nil while nobody waits
}

func (d *debt) add(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.n += n
	if d.n == 0 && d.paid != nil {
		close(d.paid)
		d.paid = nil
	}
}

// settle waits until nothing is owed, at most for limit.
func (d *debt) settle(limit time.Duration) {
	d.mu.Lock()
	if d.n == 0 {
		d.mu.Unlock()
		return
	}
	if d.paid == nil {
		d.paid = make(chan struct{})
	}
	paid := d.paid
	d.mu.Unlock()
	late := time.NewTimer(limit)
	defer late.Stop()
	select {
	case <-paid:
	case <-late.C:
	}
}
