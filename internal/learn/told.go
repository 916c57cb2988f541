package learn

import (
	"slices"
	"time"
)

// Accepted notes that a person took an item; false where no such item was shown or it was noted before.
func (l *Ledger) Accepted(now time.Time, id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, ok := l.named.Get(id)
	if !ok {
		return false
	}
	l.tellsTaken = true
	if s.told {
		return false
	}
	s.told = true
	return l.tell(now, s)
}

// AcceptedPart notes that a person took the beginning of an item, as Accepted does.
func (l *Ledger) AcceptedPart(now time.Time, id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, ok := l.named.Get(id)
	if !ok {
		return false
	}
	l.tellsPart = true
	return l.tell(now, s)
}

// tell notes an acceptance that a client tells of, before or after the change that it is.
func (l *Ledger) tell(now time.Time, s *shown) bool {
	first := l.note(now, s)
	for _, d := range l.docs {
		if slices.Contains(d.shown, s) && s.lost.IsZero() && s.agreed > 0 {
			l.take(now, d, s)
		}
	}
	return first
}

// OnScreen notes that an item has come onto the screen, in the words of a client that tells so.
func (l *Ledger) OnScreen(now time.Time, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tellsShown = true
	if s, ok := l.named.Get(id); ok && !s.onScreen {
		s.onScreen, s.at = true, now
	}
}
