// Package learn finds out what becomes of completions, on this machine and without a word to anybody: which were accepted, how much of
// the accepted text still stands some minutes later, which were contradicted. From that it tells which kinds of completion are almost
// never accepted, and which probability gate lets through what is right.
//
//	Ledger   follows what is shown through the edits of its document
//	Book     counts it, in a small file that a person can read and delete
//
// What it goes by is what an editor says anyway: the command of an item, the notifications of clients that send them, and else the next
// change of the document. Text that was typed through is right, but was not accepted.
//
// It keeps no code on disk, has no goroutine and no clock: times come with the events, and what was due between two of them is looked
// at with the next, in the text that stood until then.
package learn

import (
	"fmt"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	lru "github.com/hashicorp/golang-lru/v2"

	"sopro/internal/document"
)

// Item is a completion as it is shown.
type Item struct {
	Kind    Kind
	Text    *document.Snapshot // that it was made for
	Offset  int                // of the cursor in it
	Replace document.Span      // what it stands in the place of
	Shown   string             // what is put there; "": the gate has hidden all
	Said    string             // begins with Shown, and goes on with what the gate hides
	Cuts    Cuts               // of Said
}

// Ledger names the completions that are shown and follows them. It outlives the engines of a process, so that a change of settings
// neither repeats a name nor forgets a count. It is safe for concurrent use.
type Ledger struct {
	book *Book

	mu         sync.Mutex
	last       int
	accepted   int
	named      *lru.Cache[string, *shown]
	docs       map[string]*followed
	tellsTaken bool // the client runs the command of an item
	tellsPart  bool // … tells of what is taken in part
	tellsShown bool // … tells what comes onto the screen
}

// followed is what is known of one document.
type followed struct {
	text  *document.Snapshot
	shown []*shown // the newest last
	spans []*accepted
}

const (
	remembered = 1024 // shown items that can still be accepted: more than stay on a screen
	maxShown   = 4    // followed in a document
	maxSpans   = 64   // accepted texts followed in a document
)

// NewLedger returns a ledger that counts into a book.
func NewLedger(book *Book) *Ledger {
	named, err := lru.New[string, *shown](remembered)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &Ledger{book: book, named: named, docs: map[string]*followed{}}
}

// Book is what the ledger counts into.
func (l *Ledger) Book() *Book { return l.book }

// Show names an item that is sent to be shown, uniquely in the process, and follows it.
func (l *Ledger) Show(now time.Time, i Item) (id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.follow(now, i)
	if i.Shown == "" {
		return ""
	}
	return l.name(s)
}

// Offer names an item that is sent beside one that is shown, uniquely in the process. It counts once it is accepted: nobody knows
// whether it is seen before.
func (l *Ledger) Offer(now time.Time, i Item) (id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.name(newShown(now, i))
}

func (l *Ledger) name(s *shown) (id string) {
	l.last++
	id = fmt.Sprintf("c%d", l.last)
	l.named.Add(id, s)
	return id
}

// follow finds the completion that an item is the rest of, or begins to follow a new one.
func (l *Ledger) follow(now time.Time, i Item) *shown {
	d := l.docs[i.Text.URI()]
	if d == nil {
		d = &followed{}
		l.docs[i.Text.URI()] = d
	}
	d.text = i.Text
	s := newShown(now, i)
	var path []*shown
	for _, former := range d.shown {
		if s.extent > 0 || s.over > 0 || !former.follows(i.Offset, i.Said) {
			l.finish(now, former)
			continue
		}
		former.extent = i.Offset - former.place
		former.agreed = min(former.extent, len(former.said))
		if s.head == 0 || former.extent < former.head {
			former.lengthen(s)
			s = former // the rest of it: no new one
		}
		for level := range Gates {
			if former.cuts[level] > former.extent && s != former {
				s.cuts[level] = 0 // this gate would be showing the former still
			}
		}
		if s != former {
			path = append(path, former)
		}
	}
	path = append(path, s)
	for len(path) > maxShown {
		l.finish(now, path[0])
		path = path[1:]
	}
	d.shown = path
	return s
}

// lengthen takes over what a later answer shows of the same text.
func (s *shown) lengthen(later *shown) {
	s.head = max(s.head, s.extent+later.head)
	if rest := s.said[s.extent:]; len(later.said) > len(rest) {
		s.said += later.said[len(rest):]
	}
}

// Edited follows a document through a change.
func (l *Ledger) Edited(now time.Time, text *document.Snapshot, edits []document.Edit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.docs[text.URI()]
	if d == nil {
		return
	}
	l.due(now, d)
	all := changes(d.text, text, edits)
	for _, a := range d.spans {
		for _, c := range all {
			a.move(c)
		}
	}
	d.text = text
	newest := len(d.shown) - 1
	for i, s := range d.shown {
		l.edited(now, d, s, all, i == newest)
	}
	d.shown = slices.DeleteFunc(d.shown, func(s *shown) bool {
		if over := s.gone || !s.lost.IsZero() && now.Sub(s.lost) >= typoFor; !over {
			return false
		}
		l.finish(now, s)
		return true
	})
}

// edited follows one completion through a change, and finds out whether it was taken by it.
func (l *Ledger) edited(now time.Time, d *followed, s *shown, all []change, newest bool) {
	touched, before := false, s.agreed
	for _, c := range all {
		touched = s.move(c) || touched
	}
	if s.gone || !touched {
		return
	}
	if s.over > 0 {
		s.replaced(d.text)
	}
	if s.gone {
		return
	}
	s.look(d.text, now)
	l.confirmed(now, s)
	if !newest {
		return
	}
	switch put := s.put(before); {
	case s.taken && s.span == nil, put == whole && !l.tellsTaken, put == some && !l.tellsPart:
		l.take(now, d, s)
	}
}

// replaced settles what becomes of an item that stands for text right of the cursor: it is taken whole, or no more is known.
func (s *shown) replaced(text *document.Snapshot) {
	is := text.Slice(document.Span{Start: s.place, End: s.place + s.head}) == s.said[:s.head]
	if !is || s.extent+s.over != s.head {
		s.gone = true
		return
	}
	s.extent, s.over = s.head, 0
}

// confirmed counts what each gate would have let through and is now known to be right.
func (l *Ledger) confirmed(now time.Time, s *shown) {
	var v verdicts
	for i, cut := range s.cuts {
		if cut > 0 && !s.judged[i] && s.agreed >= cut {
			s.judged[i], v.Right[i] = true, 1
		}
	}
	l.verdict(now, s, v)
}

// contradicted counts what each gate would have let through and is now known to be wrong.
func (l *Ledger) contradicted(now time.Time, s *shown) {
	var v verdicts
	for i, cut := range s.cuts {
		if cut > 0 && !s.judged[i] {
			s.judged[i], v.Wrong[i] = true, 1
		}
	}
	l.verdict(now, s, v)
}

func (l *Ledger) verdict(now time.Time, s *shown, v verdicts) {
	if v == (verdicts{}) {
		return
	}
	first := !s.counted
	s.counted = true
	l.book.count(now, s.kind.Model, s.kind.Language, func(r *record) {
		r.add(&record{Gates: v})
		if first {
			r.Judged++
		}
	})
}

// take notes that what stands of a completion was accepted, and follows it from now on.
func (l *Ledger) take(now time.Time, d *followed, s *shown) {
	l.note(now, s)
	n := min(s.agreed, s.head)
	if n <= 0 || s.span != nil && n <= len(s.span.text) {
		return
	}
	more := s.said[:n]
	if s.span == nil {
		s.span = &accepted{model: s.kind.Model, language: s.kind.Language, at: now}
		d.spans = append(d.spans, s.span)
		d.spans = d.spans[max(len(d.spans)-maxSpans, 0):]
	} else {
		more = more[len(s.span.text):]
	}
	s.span.text, s.span.span = s.said[:n], document.Span{Start: s.place, End: s.place + n}
	l.book.count(now, s.kind.Model, s.kind.Language, func(r *record) { r.Characters += utf8.RuneCountInString(more) })
}

// note counts a completion as accepted, once.
func (l *Ledger) note(now time.Time, s *shown) (first bool) {
	if s.taken {
		return false
	}
	s.taken = true
	l.accepted++
	l.book.count(now, s.kind.Model, s.kind.Language, func(r *record) {
		c := r.Buckets[s.kind.Bucket()]
		c.Taken++
		if !s.refused {
			c.Seen++
			r.Shown++
		}
		r.Buckets[s.kind.Bucket()] = c
		r.Accepted++
		if s.byHand {
			r.Typed--
		}
	})
	return true
}

// finish counts what has become of a completion that is not followed any more.
func (l *Ledger) finish(now time.Time, s *shown) {
	if s.finished {
		return
	}
	s.finished = true
	until := now
	if !s.lost.IsZero() {
		until = s.lost
		l.contradicted(now, s)
	}
	seen := s.head > 0 && until.Sub(s.at) >= seenFor && (s.onScreen || !l.tellsShown)
	s.byHand = !s.taken && s.head > 0 && s.agreed >= s.head
	s.refused = seen && !s.taken && !s.byHand
	if !s.refused && !s.byHand {
		return
	}
	l.book.count(now, s.kind.Model, s.kind.Language, func(r *record) {
		if s.byHand {
			r.Typed++
			return
		}
		c := r.Buckets[s.kind.Bucket()]
		c.Seen++
		r.Buckets[s.kind.Bucket()] = c
		r.Shown++
	})
}

// due looks at the accepted texts whose time has come since the last edit, in the text that has stood since then.
func (l *Ledger) due(now time.Time, d *followed) {
	d.spans = slices.DeleteFunc(d.spans, func(a *accepted) bool {
		for a.looked < len(Times) && now.Sub(a.at) >= Times[a.looked] {
			of, still := a.standing(d.text)
			l.book.count(now, a.model, a.language, func(r *record) {
				r.Standing[a.looked].Of += of
				r.Standing[a.looked].Standing += still
			})
			a.looked++
		}
		return a.looked == len(Times)
	})
}

// Closed forgets a document. What was not due yet is never known.
func (l *Ledger) Closed(now time.Time, uri string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.docs[uri]
	if d == nil {
		return
	}
	l.due(now, d)
	for _, s := range d.shown {
		l.finish(now, s)
	}
	delete(l.docs, uri)
}

// Count is how many completions were accepted since the process started.
func (l *Ledger) Count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.accepted
}

// Sync counts what is due, and brings book and file together; see Book.Sync.
func (l *Ledger) Sync(now time.Time) error {
	l.mu.Lock()
	for _, d := range l.docs {
		l.due(now, d)
	}
	l.mu.Unlock()
	return l.book.Sync()
}
