package catalog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofrs/flock"

	"sopro/internal/model"
)

var someday = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// What was measured in one run is known in the next, on the same server, for a month.
func TestSpeedsAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sopro", "speeds.json")
	s := shelfOf(t, "qwen2.5-coder:1.5b qwen2.5-coder:7b")
	s.speeds = map[string]model.Speed{"qwen2.5-coder:7b": {Prompt: 2000, Generation: 60}}
	wanted := Preferences{ContextTokens: 1536}
	first := New(s, wanted, 32*gigabyte).Remembering(openSpeeds(path, "http://a", at(someday)))
	if err := first.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	for file, mode := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
	s.speeds = nil
	for _, c := range []struct {
		server string
		later  time.Duration
		want   string
	}{
		{"http://a", time.Hour, "qwen2.5-coder:7b"},
		{"http://b", time.Hour, "qwen2.5-coder:1.5b"},
		{"http://a", 40 * 24 * time.Hour, "qwen2.5-coder:1.5b"},
		{"http://a", -time.Hour * 24, "qwen2.5-coder:1.5b"}, // a clock that was wrong
	} {
		next := New(s, wanted, 32*gigabyte).Remembering(openSpeeds(path, c.server, at(someday.Add(c.later))))
		if err := next.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if choice, err := next.Completion(); choice.Model != c.want {
			t.Errorf("%s, %v later: %s, %v", c.server, c.later, choice.Model, err)
		}
	}
}

// Two programs that share the file keep each other's measurements, and the newer of one model.
func TestSpeedsAreShared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "speeds.json")
	a, b := openSpeeds(path, "u", at(someday)), openSpeeds(path, "u", at(someday.Add(time.Minute)))
	a.note("one", model.Speed{Generation: 10})
	a.note("two", model.Speed{Generation: 10})
	b.note("two", model.Speed{Prompt: 7, Generation: 20})
	b.note("three", model.Speed{Generation: 30})
	b.save()
	a.save()
	c := openSpeeds(path, "u", at(someday.Add(time.Hour)))
	for digest, want := range map[string]model.Speed{"one": {Generation: 10}, "two": {Prompt: 7, Generation: 20}, "three": {Generation: 30}, "four": {}, "": {}} {
		if got := c.of(digest); got != want {
			t.Errorf("%s: %+v", digest, got)
		}
	}
	c.note("two", model.Speed{Generation: 40}) // newer than what the file has
	c.save()
	if got := openSpeeds(path, "u", at(someday.Add(time.Hour))).of("two"); got != (model.Speed{Prompt: 7, Generation: 40}) {
		t.Errorf("two: %+v", got)
	}
	info, _ := os.Stat(path)
	c.note("one", model.Speed{Generation: 10.5}) // no news
	c.note("", model.Speed{Generation: 10})
	c.save()
	if again, _ := os.Stat(path); again.ModTime() != info.ModTime() {
		t.Error("written without news")
	}
}

// A file that is not ours, or cannot be read or written, is as if it were not there.
func TestSpeedsThatAreNone(t *testing.T) {
	dir := t.TempDir()
	for i, text := range []string{
		"", "{", "[]", `{"models":3}`, `{"models":{"u d":{"generation":-5,"at":"2026-11-23T15:00:00Z"}}}`, `{"models":{"u d":{"generation":1e9,"at":"2026-11-23T15:00:00Z"}}}`,
		`{"models":{"u d":{"generation":5}}}`, `{"models":{"u d":{"generation":5,"at":"2126-11-23T15:00:00Z"}}}`, strings.Repeat(" ", maxSpeedsFile) + `{"models":{}}`,
	} {
		path := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		s := openSpeeds(path, "u", at(someday))
		if got := s.of("d"); got != (model.Speed{}) {
			t.Errorf("%.60s: %+v", text, got)
		}
		s.note("d", model.Speed{Generation: 5})
		s.save()
		if got := openSpeeds(path, "u", at(someday)).of("d"); got.Generation != 5 {
			t.Errorf("%.60s: then %+v", text, got)
		}
		if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
			t.Errorf("%.60s: mode %v", text, info.Mode())
		}
	}
	s := openSpeeds(dir, "u", at(someday)) // a folder
	s.note("d", model.Speed{Generation: 5})
	s.save()
	full := openSpeeds(filepath.Join(dir, "full"), "u", at(someday))
	for i := range maxSpeeds + 50 {
		full.now = at(someday.Add(time.Duration(i) * time.Second))
		full.note(fmt.Sprint(i), model.Speed{Generation: 5})
	}
	full.save()
	again := openSpeeds(full.path, "u", at(someday.Add(time.Hour)))
	if len(again.known) != maxSpeeds || again.of("0") != (model.Speed{}) || again.of("549") == (model.Speed{}) {
		t.Errorf("%d speeds are kept", len(again.known))
	}
}

// Programs that measure and write at the same time lose nothing of each other's.
func TestSpeedsAreWrittenSideBySide(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sopro", "speeds.json")
	const programs, models = 4, 10
	var running sync.WaitGroup
	for p := range programs {
		running.Go(func() {
			s := openSpeeds(path, "u", at(someday))
			for m := range models {
				s.note(fmt.Sprint(p, " ", m), model.Speed{Generation: 5})
				s.save()
			}
		})
	}
	running.Wait()
	if got := len(openSpeeds(path, "u", at(someday)).known); got != programs*models {
		t.Errorf("%d of %d speeds are there", got, programs*models)
	}
}

// What cannot be written now is written at the next save: while another program writes for long, or the folder is none.
func TestSpeedsThatCannotBeWrittenNow(t *testing.T) {
	for _, c := range []struct {
		story   string
		prevent func(t *testing.T, path string) (end func())
	}{
		{"another writes", func(t *testing.T, path string) func() {
			other := flock.New(path + ".lock")
			if ok, err := other.TryLock(); !ok || err != nil {
				t.Fatal(ok, err)
			}
			return func() { other.Close() }
		}},
		{"a folder lies there", func(t *testing.T, path string) func() {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
			return func() { os.Remove(path) }
		}},
		{"no file can be made", func(t *testing.T, path string) func() {
			if err := os.Remove(filepath.Dir(path)); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Dir(path), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			return func() { os.Remove(filepath.Dir(path)) }
		}},
	} {
		t.Run(c.story, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "sopro", "speeds.json")
				if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				end := c.prevent(t, path)
				s := openSpeeds(path, "u", at(someday))
				s.note("d", model.Speed{Generation: 5})
				s.save()
				if got := openSpeeds(path, "u", at(someday)).of("d"); got != (model.Speed{}) {
					t.Errorf("written: %+v", got)
				}
				end()
				s.save()
				if got := openSpeeds(path, "u", at(someday)).of("d"); got.Generation != 5 {
					t.Errorf("not written: %+v", got)
				}
			})
		})
	}
}

// The two speeds of a model are measured apart: one that is not known now does not hide the other, or what was known of it.
func TestSpeedsAreKnownApart(t *testing.T) {
	for _, c := range []struct {
		story            string
		file, now        model.Speed // another program's, and this one's
		fileLater        bool
		saved, inThisRun model.Speed
	}{
		{"nothing here", model.Speed{Prompt: 7, Generation: 20}, model.Speed{}, false, model.Speed{Prompt: 7, Generation: 20}, model.Speed{}},
		{"one here, the other there", model.Speed{Prompt: 7}, model.Speed{Generation: 20}, false, model.Speed{Prompt: 7, Generation: 20}, model.Speed{Generation: 20}},
		{"the other way round", model.Speed{Generation: 20}, model.Speed{Prompt: 7}, false, model.Speed{Prompt: 7, Generation: 20}, model.Speed{Prompt: 7}},
		{"a later one there, of which less is known", model.Speed{Generation: 40}, model.Speed{Prompt: 7, Generation: 20}, true, model.Speed{Prompt: 7, Generation: 40}, model.Speed{Prompt: 7, Generation: 20}},
		{"both here", model.Speed{Prompt: 1, Generation: 1}, model.Speed{Prompt: 7, Generation: 20}, false, model.Speed{Prompt: 7, Generation: 20}, model.Speed{Prompt: 7, Generation: 20}},
	} {
		t.Run(c.story, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "speeds.json")
			later := someday
			if c.fileLater {
				later = someday.Add(2 * time.Minute)
			}
			mine := openSpeeds(path, "u", at(someday.Add(time.Minute)))
			mine.note("d", c.now)
			if got := mine.of("d"); got != c.inThisRun {
				t.Errorf("noted: %+v", got)
			}
			other := openSpeeds(path, "u", at(later))
			other.note("d", c.file)
			other.save()
			mine.save()
			next := openSpeeds(path, "u", at(someday.Add(time.Hour)))
			if got := next.of("d"); got != c.saved {
				t.Errorf("saved: %+v", got)
			}
			// The catalog fills what was measured in this run with what is kept.
			s := shelfOf(t, "qwen2.5-coder:1.5b")
			s.models[0].Digest = "d"
			s.speeds = map[string]model.Speed{"qwen2.5-coder:1.5b": c.now}
			if got := New(s, Preferences{}, 0).Remembering(next).speed(s.models[0].Installed); got != c.saved && !c.fileLater {
				t.Errorf("in the catalog: %+v", got)
			}
		})
	}
}
