package catalog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
