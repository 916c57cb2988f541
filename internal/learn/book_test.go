package learn

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/go-cmp/cmp"
)

func shownOnce(b *Book, model string) {
	b.count(someday, model, "go", func(r *record) { r.Shown++ })
}

func sync1(t *testing.T, b *Book) {
	t.Helper()
	if err := b.Sync(); err != nil {
		t.Fatal(err)
	}
}

// What was counted in one run is known in the next, in a file that its owner alone can read, and no word of code is in it.
func TestKept(t *testing.T) {
	path := stateFile(t)
	d := newDesk(t, "secret = █")
	d.ledger = NewLedger(NewBook(path))
	for step := range strings.SplitSeq(`show "password(hunter2)|.again()"; put "password(hunter2)"; wait 31s; sync`, "; ") {
		d.do(step)
	}
	if mode(t, path) != 0o600 || mode(t, path+".lock") != 0o600 || mode(t, filepath.Dir(path)) != 0o700 {
		t.Error("others can read it")
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"secret", "password", "hunter", "again", "a.go"} {
		if strings.Contains(string(raw), word) {
			t.Errorf("the file has %q:\n%s", word, raw)
		}
	}
	next := NewBook(path)
	sync1(t, next)
	want := []Summary{{Model: "m", Language: "go", Shown: 1, Accepted: 1, Characters: 17, Standing: [3]float64{1, -1, -1}}}
	if diff := cmp.Diff(want, next.Summaries()); diff != "" {
		t.Error(diff)
	}
}

// Programs that count at the same time lose nothing of each other's.
func TestSideBySide(t *testing.T) {
	path := stateFile(t)
	const programs, times = 4, 10
	var running sync.WaitGroup
	for range programs {
		running.Go(func() {
			b := NewBook(path)
			for range times {
				shownOnce(b, "m")
				if err := b.Sync(); err != nil {
					t.Error(err)
				}
			}
			for len(b.fresh) > 0 { // the lock was not to be had
				if err := b.Sync(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	running.Wait()
	b := NewBook(path)
	sync1(t, b)
	if got := b.Summaries()[0].Shown; got != programs*times {
		t.Errorf("%d of %d", got, programs*times)
	}
}

// A file that a person deletes is forgotten: what this process still counts begins a new one.
func TestDeleted(t *testing.T) {
	path := stateFile(t)
	b := NewBook(path)
	shownOnce(b, "old")
	sync1(t, b)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	sync1(t, b)
	if s := b.Summaries(); len(s) != 0 {
		t.Errorf("remembers %+v", s)
	}
	shownOnce(b, "new")
	sync1(t, b)
	if s := b.Summaries(); len(s) != 1 || s[0].Model != "new" {
		t.Errorf("has %+v", s)
	}
}

// A file that is not ours is put aside, which is said once, and counting goes on.
func TestBroken(t *testing.T) {
	sane := func(change func(*record)) string {
		r := &record{Model: "m", Language: "go"}
		change(r)
		raw, _ := json.Marshal(file{about, []*record{r}})
		return string(raw)
	}
	for name, text := range map[string]string{
		"empty": "", "half": `{"models":[{"mod`, "a list": "[]", "null": `{"models":[null]}`,
		"less than nothing": sane(func(r *record) { r.Shown = -1 }), "too many": sane(func(r *record) { r.Accepted = 1 << 50 }),
		"a gate that is none": sane(func(r *record) { r.Gate = 7 }), "a bucket that is none": sane(func(r *record) { r.Buckets = map[string]count{"x": {}} }),
		"a long name": sane(func(r *record) { r.Model = strings.Repeat("m", 200) }), "too large": strings.Repeat(" ", maxFile+1),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "completions.json")
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			b := NewBook(path)
			shownOnce(b, "m")
			if err := b.Sync(); err == nil || !strings.Contains(err.Error(), path+".broken") {
				t.Errorf("said %v", err)
			}
			if aside, err := os.ReadFile(path + ".broken"); err != nil || string(aside) != text {
				t.Errorf("put aside: %v", err)
			}
			shownOnce(b, "m")
			sync1(t, b)
			if got := b.Summaries()[0].Shown; got != 2 || mode(t, path) != 0o600 {
				t.Errorf("%d were shown", got)
			}
		})
	}
}

// What cannot be written now is written the next time.
func TestNotNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "completions.json")
		other := flock.New(path + ".lock")
		if ok, err := other.TryLock(); !ok || err != nil {
			t.Fatal(err)
		}
		b := NewBook(path)
		shownOnce(b, "m")
		sync1(t, b)
		if _, err := os.Stat(path); err == nil {
			t.Error("written while another program writes")
		}
		if err := other.Unlock(); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := b.Sync(); err == nil || strings.Contains(err.Error(), ".broken") {
			t.Errorf("a folder lies there: %v", err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		sync1(t, b)
		if got := b.Summaries()[0].Shown; got != 1 {
			t.Errorf("%d were shown", got)
		}
	})
}

// While the file is waited for, completions do not wait, and what was counted counts.
func TestMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "completions.json")
		other := flock.New(path + ".lock")
		if ok, err := other.TryLock(); !ok || err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		b := NewBook(path)
		shownOnce(b, "m")
		go b.Sync()
		synctest.Wait()
		if !b.mu.TryLock() {
			t.Fatal("the book is locked while another program writes")
		}
		b.mu.Unlock()
		shownOnce(b, "m")
		if got := b.Summaries()[0].Shown; got != 2 {
			t.Errorf("%d were shown", got)
		}
		time.Sleep(lockWithin)
		synctest.Wait()
		if got := b.Summaries()[0].Shown; got != 2 {
			t.Errorf("%d were shown once the time was over", got)
		}
	})
}

// The file stays small: the pairs that were counted longest ago go first, names are cut, and old counts fade.
func TestBounded(t *testing.T) {
	b := NewBook(stateFile(t))
	for i := range maxRecords + 20 {
		b.count(someday.Add(time.Duration(i)*24*time.Hour), fmt.Sprintf("%03d%s", i, strings.Repeat("ü", 200)), "go", func(r *record) { r.Shown++ })
	}
	sync1(t, b)
	next := NewBook(b.path)
	sync1(t, next)
	all := next.Summaries()
	if len(all) != maxRecords || !strings.HasPrefix(all[0].Model, "020") || len(all[0].Model) > maxName {
		t.Errorf("%d, the first %s", len(all), all[0].Model)
	}
	bucket := Kind{}.Bucket()
	b.count(someday.Add(200*24*time.Hour), "m", "go", func(r *record) {
		r.Buckets[bucket] = count{Seen: 401, Taken: 100}
		r.Gates.Right[3], r.Gates.Wrong[2] = 1500, 2001
	})
	sync1(t, b)
	r := b.base.plus(b.fresh)[key{"m", "go"}]
	if r.Buckets[bucket] != (count{200, 50}) || r.Gates.Right[3] != 750 || r.Gates.Wrong[2] != 1000 {
		t.Errorf("%+v", r)
	}
	if info, err := os.Stat(b.path); err != nil || info.Size() > maxFile/4 {
		t.Errorf("%v", info.Size())
	}
}

// FuzzRead reads whatever lies there.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"about":"","models":[{"model":"m","language":"go","buckets":{"line start, 1-3 characters, sure 0.9":{"seen":3,"taken":1}}}]}`))
	f.Add([]byte(`{"models":[{"gates":{"right":[1,2,3],"wrong":[1,2,3,4,5,6,7,8,9,10,11]}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		path := filepath.Join(t.TempDir(), "completions.json")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		b := NewBook(path)
		_ = b.Sync() // broken or not
		sync1(t, b)
		b.Summaries()
	})
}
