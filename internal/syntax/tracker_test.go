package syntax

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sopro/internal/document"
)

// patient is budgets that a test on a busy machine does not use up.
var patient = budgets{whole: time.Minute, typing: time.Minute, asking: time.Minute}

// open starts a tracker that the test closes.
func open(t testing.TB, languageID, text string) (*Tracker, *document.Snapshot) {
	t.Helper()
	s := document.New("file:///test", languageID, 1, text)
	tracker := newTracker(Detect(languageID, "", ""), s, patient)
	t.Cleanup(tracker.Close)
	return tracker, s
}

func wait(t testing.TB, tracker *Tracker) {
	t.Helper()
	if err := tracker.Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// look runs f on a View and closes it.
func look[T any](tracker *Tracker, f func(v *View) T) T {
	v := tracker.View()
	defer v.Close()
	return f(v)
}

func TestTrackerFollowsEdits(t *testing.T) {
	tracker, s := open(t, "go", "package a\n\nfunc f() {}\n")
	wait(t, tracker)
	insert(t, tracker, s, len("package a\n"), "\nfunc g() {}\n")
	wait(t, tracker)
	if got := look(tracker, names); got != "g f" {
		t.Errorf("declared %q", got)
	}
	if !look(tracker, (*View).Fresh) {
		t.Error("not fresh after Wait")
	}
}

// insert types text at off, one character a change.
func insert(t testing.TB, tracker *Tracker, s *document.Snapshot, off int, text string) *document.Snapshot {
	t.Helper()
	for i := range len(text) {
		var e document.Edit
		s, e = s.Splice(document.Span{Start: off + i, End: off + i}, text[i:i+1])
		tracker.Update(s, []document.Edit{e})
	}
	return s
}

func names(v *View) string {
	var all []string
	for _, d := range v.Declarations() {
		all = append(all, d.Name)
	}
	return strings.Join(all, " ")
}

// A View taken before the text is parsed again has the tree of the earlier text
// with its ranges where the text now is.
func TestViewShiftsAnOlderTree(t *testing.T) {
	tracker, s := open(t, "go", "package a\n\nfunc f() {}\n\nfunc g() { x() }\n")
	wait(t, tracker)
	tracker.mu.Lock()
	at := len("package a\n")
	newer, e := s.Splice(document.Span{Start: at, End: at}, "// a comment\n// of two lines\n")
	tracker.text, tracker.behind = newer, append(tracker.behind, e)
	tracker.mu.Unlock()
	v := tracker.View()
	defer v.Close()
	if v.Fresh() || !v.HasTree() || v.Text() != newer {
		t.Fatalf("fresh %v, tree %v", v.Fresh(), v.HasTree())
	}
	for _, d := range v.Declarations() {
		if got := newer.Slice(d.NameSpan); got != d.Name || len(got) != 1 {
			t.Errorf("name %q at %q", d.Name, got)
		}
	}
	x := strings.Index(newer.String(), "x()")
	if scopes := v.Scopes(x); len(scopes) != 1 || scopes[0].Name != "g" {
		t.Errorf("scopes %+v", scopes)
	}
}

// What is typed while a text is parsed shifts the tree that comes of it.
func TestEditsDuringAParse(t *testing.T) {
	s := document.New("file:///test", "go", 1, "package a\n\nfunc f() {}\n")
	tracker := &Tracker{
		language: Detect("go", "", ""), budgets: patient, text: s,
		wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}), settled: make(chan struct{}),
	}
	close(tracker.done) // it has no goroutine: the test is the worker
	defer tracker.Close()
	w := worker{tracker: tracker, grammar: tracker.language.grammar()}
	text, _ := w.begin()
	tree := fresh(t, tracker.language, text)
	newer := insert(t, tracker, s, len("package a\n"), "\nvar x = 1\n")
	w.finish(text, tree)
	v := tracker.View()
	defer v.Close()
	if v.Fresh() || v.Text() != newer {
		t.Errorf("fresh %v, text %q", v.Fresh(), v.Text())
	}
	for _, d := range v.Declarations() {
		if got := newer.Slice(d.NameSpan); got != "f" {
			t.Errorf("f at %q", got)
		}
	}
	if tracker.tried == tracker.text {
		t.Error("settled on an older text")
	}
}

func TestTrackerWithoutGrammar(t *testing.T) {
	tracker, s := open(t, "json", "{}")
	insert(t, tracker, s, 1, `"a": 1`)
	wait(t, tracker)
	v := tracker.View()
	defer v.Close()
	if v.HasTree() || v.Fresh() || v.Text().String() != `{"a": 1}` {
		t.Errorf("tree %v, fresh %v, text %q", v.HasTree(), v.Fresh(), v.Text())
	}
	zero(t, v)
}

// zero checks that a View without a tree knows nothing and says so.
func zero(t *testing.T, v *View) {
	t.Helper()
	_, comment := v.CommentAt(0)
	_, failed := v.FirstError()
	_, completes := v.Completes(document.Span{}, "x")
	if v.Declarations() != nil || v.Scopes(0) != nil || v.Region(0) != Code || comment || failed || completes ||
		v.WantsBlock(0) || v.Breaks(document.Span{}, "(") {
		t.Error("a view without a tree knows something")
	}
}

func TestViewOutlivesTracker(t *testing.T) {
	tracker, _ := open(t, "go", "package a\n\nfunc f() {}\n")
	wait(t, tracker)
	v := tracker.View()
	tracker.Close()
	tracker.Close()
	if got := names(v); got != "f" {
		t.Errorf("declared %q", got)
	}
	v.Close()
	v.Close()
	zero(t, v)
	late := tracker.View()
	defer late.Close()
	tracker.Update(late.Text(), nil)
	wait(t, tracker)
	zero(t, late)
}

func TestWaitEndsWithItsContext(t *testing.T) {
	tracker, s := open(t, "go", "package a\n")
	wait(t, tracker)
	tracker.mu.Lock() // nothing settles meanwhile
	newer, e := s.Splice(document.Span{}, "\n")
	tracker.text, tracker.behind, tracker.settled = newer, []document.Edit{e}, make(chan struct{})
	tracker.mu.Unlock()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tracker.Wait(ctx); err != context.Canceled {
		t.Errorf("got %v", err)
	}
}

// What can never be parsed in time costs a bounded time and gives no tree, then
// or ever; the tracker lives on and parses the next text that it can.
func TestTrackerGivesUp(t *testing.T) {
	random := make([]byte, 600_000)
	seed := uint32(1)
	for i := range random {
		seed = seed*1664525 + 1013904223
		random[i] = byte(seed >> 24)
	}
	for name, text := range map[string]string{
		"50 MB":                   strings.Repeat("x := 1\n", 50<<20/7),
		"100,000 nested brackets": "package a\nvar x = " + strings.Repeat("(", 100_000) + strings.Repeat(")", 100_000),
		"100,000 open brackets":   strings.Repeat("{[(", 100_000/3),
		"random bytes":            string(random),
		"no bytes":                "",
		"zeros":                   strings.Repeat("\x00", 100_000),
		"one line":                "package a; var x = " + strings.Repeat("a+", 100_000) + "a",
	} {
		t.Run(name, func(t *testing.T) {
			s := document.New("file:///test", "go", 1, text)
			tracker := NewTracker(Detect("go", "", ""), s)
			defer tracker.Close()
			wait(t, tracker)
			look(tracker, func(v *View) int {
				if len(text) > maxBytes && v.HasTree() {
					t.Error("parsed a text over the cap")
				}
				poke(t, v, document.Span{Start: s.Len() / 2, End: s.Len()/2 + 1}, ")\n}")
				return 0
			})
			newer, e := s.Splice(document.Span{Start: 0, End: s.Len()}, "package a\n\nfunc f() {}\n")
			tracker.Update(newer, []document.Edit{e})
			wait(t, tracker)
			if got := look(tracker, names); got != "f" {
				t.Errorf("then declared %q", got)
			}
		})
	}
}

// poke calls every method of v and checks that what it says lies in the text.
func poke(t testing.TB, v *View, replaced document.Span, inserted string) {
	t.Helper()
	size := v.Text().Len()
	inside := func(what string, s document.Span) {
		if s.Start < 0 || s.End < s.Start || size < s.End {
			t.Errorf("%s at %+v of %d", what, s, size)
		}
	}
	for _, d := range v.Declarations() {
		inside("declaration", d.Span)
		inside("name", d.NameSpan)
	}
	for _, d := range v.Symbols() {
		inside("symbol", d.Span)
		if d.Name == "" || d.Lines[0] > d.Lines[1] || d.Lines[1] >= v.Text().LineCount() {
			t.Errorf("symbol %+v", d)
		}
	}
	for _, i := range v.Imports() {
		inside("import", i.Span)
	}
	for _, off := range []int{-1, 0, replaced.Start, replaced.End, size, size + 1} {
		for _, s := range v.Scopes(off) {
			inside("scope", s.Span)
			inside("body", s.Body)
		}
		if c, ok := v.CommentAt(off); ok {
			inside("comment", c.Span)
		}
		v.Region(off)
		v.WantsBlock(off)
		for _, n := range v.NamesNear(off, 10) {
			if n.Name == "" || n.Role == "" || n.Distance < 0 {
				t.Errorf("near %d: %+v", off, n)
			}
		}
	}
	if where, ok := v.FirstError(); ok {
		inside("error", where)
	}
	if end, ok := v.Completes(replaced, inserted); ok && (end < 0 || end > len(inserted)) {
		t.Errorf("completes %d of %d", end, len(inserted))
	}
	v.Breaks(replaced, inserted)
}

// After an error the incremental tree may differ from a full one, so the text is
// parsed anew once nobody has typed for a while.
func TestParseAnewAtRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := document.New("file:///test", "go", 1, "package a\n\nfunc f() {}\n")
		tracker := newTracker(Detect("go", "", ""), s, patient)
		defer tracker.Close()
		wait(t, tracker)
		s = insert(t, tracker, s, s.Len(), "func g() { x(")
		wait(t, tracker)
		synctest.Wait()
		incremental := current(tracker)
		time.Sleep(restAfter - time.Millisecond)
		synctest.Wait()
		if current(tracker) != incremental {
			t.Error("parsed anew before rest")
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if current(tracker) == incremental {
			t.Error("not parsed anew at rest")
		}
		insert(t, tracker, s, s.Len(), ") }\n")
		wait(t, tracker)
		synctest.Wait()
		whole := current(tracker)
		time.Sleep(time.Hour)
		synctest.Wait()
		if current(tracker) != whole {
			t.Error("parsed a text without an error anew")
		}
	})
}

// current is the identity of the tracker's tree.
func current(t *Tracker) any {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.tree
}

// A text that does not parse in time is tried again only at rest, ever later.
func TestSlowTextIsTriedAtRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := document.New("file:///test", "go", 1, "package a\n")
		tracker := newTracker(Detect("go", "", ""), s, patient)
		defer tracker.Close()
		wait(t, tracker)
		w := worker{tracker: tracker, grammar: tracker.language.grammar(), slow: true}
		if again := w.settle(s, nil, errStopped); !again || w.failures != 0 {
			t.Errorf("interrupted: again %v, failures %d", again, w.failures)
		}
		if again := w.settle(s, nil, context.DeadlineExceeded); again || w.failures != 1 || !w.slow {
			t.Errorf("over budget: again %v, failures %d, slow %v", again, w.failures, w.slow)
		}
		_, tree := w.begin()
		if again := w.settle(s, tree, nil); again || w.failures != 0 || w.slow {
			t.Errorf("parsed: again %v, failures %d, slow %v", again, w.failures, w.slow)
		}
	})
}

// Views are taken and asked from many goroutines while edits arrive.
func TestViewsWhileTyping(t *testing.T) {
	tracker, s := open(t, "typescript", "class A {\n  m(a: string) {\n    return a;\n  }\n}\n")
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				v := tracker.View()
				var askers sync.WaitGroup
				for i := range 3 {
					askers.Go(func() { poke(t, v, document.Span{Start: 10 + i, End: 10 + i}, "x = 1;\ny") })
				}
				askers.Wait()
				v.Close()
			}
		})
	}
	for i := range 60 {
		s = insert(t, tracker, s, 10+i%3, "a(\n{}")
		if i%10 == 0 {
			wait(t, tracker)
		}
	}
	close(stop)
	readers.Wait()
	wait(t, tracker)
}

func TestJoinedEdits(t *testing.T) {
	typed := func(at, n int) document.Edit { return document.Edit{Start: at, OldEnd: at, NewEnd: at + n} }
	var edits []document.Edit
	for i := range 10 {
		edits = joined(edits, typed(5+i, 1))
	}
	edits = joined(edits, document.Edit{Start: 15, OldEnd: 17, NewEnd: 16})
	edits = joined(edits, document.Edit{Start: 14, OldEnd: 15, NewEnd: 14})
	edits = joined(edits, typed(14, 2))
	edits = joined(edits, typed(0, 1))
	want := []document.Edit{typed(5, 10), {Start: 15, OldEnd: 17, NewEnd: 16}, {Start: 14, OldEnd: 15, NewEnd: 16}, typed(0, 1)}
	if len(edits) != len(want) {
		t.Fatalf("got %+v", edits)
	}
	for i := range want {
		if edits[i] != want[i] {
			t.Errorf("edit %d: got %+v, want %+v", i, edits[i], want[i])
		}
	}
}
