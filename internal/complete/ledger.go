package complete

import (
	"fmt"
	"sync"
	"sync/atomic"

	lru "github.com/hashicorp/golang-lru/v2"
)

// Ledger names the items that are shown and notes which were accepted. It outlives the engines of a process, so that a
// change of settings neither repeats a name nor forgets a count. It is safe for concurrent use.
type Ledger struct {
	last  atomic.Int64
	shown *lru.Cache[string, bool] // by name, true once accepted

	mu       sync.Mutex
	accepted int
}

// remembered is how many shown items can still be accepted: more than stay on a screen.
const remembered = 1024

// NewLedger returns an empty ledger.
func NewLedger() *Ledger {
	shown, err := lru.New[string, bool](remembered)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &Ledger{shown: shown}
}

// show names an item, uniquely in the process.
func (l *Ledger) show() string {
	id := fmt.Sprintf("c%d", l.last.Add(1))
	l.shown.Add(id, false)
	return id
}

// accept notes that a person took an item; false where no such item was shown or it was noted before.
func (l *Ledger) accept(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if taken, shown := l.shown.Get(id); taken || !shown {
		return false
	}
	l.shown.Add(id, true)
	l.accepted++
	return true
}

// count is how many items were accepted.
func (l *Ledger) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.accepted
}
