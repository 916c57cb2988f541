package catalog

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/natefinch/atomic"

	"sopro/internal/model"
)

const (
	maxSpeedsFile = 1 << 20 // bytes; a larger file is not ours
	maxSpeeds     = 500     // models; those measured longest ago go first
	// speedsLast is how long a measurement counts: drivers, servers and machines change, and a model that was found slow once
	// is not asked again and so never measured again.
	speedsLast = 30 * 24 * time.Hour
	// speedsDiffer is by how much a speed must differ to be worth writing.
	speedsDiffer = 0.1
	// lockWithin is how long another process that writes the file is waited for. It takes milliseconds.
	lockWithin = time.Second
	lockAgain  = 10 * time.Millisecond
)

// Speeds are the speeds of models that were measured on this machine in earlier runs, in a small file. A file that is
// missing, unreadable or not ours is no error: then nothing is known. Several processes share the file: who writes it holds a
// lock on the file of the same name with ".lock", which stays.
type Speeds struct {
	path   string
	server string // speeds of one server say nothing of another
	now    func() time.Time

	mu    sync.Mutex
	known map[string]measured // by key
	dirty bool                // something was noted that the file may not have
}

type measured struct {
	Prompt     float64   `json:"prompt"` // tokens a second, as the next
	Generation float64   `json:"generation"`
	At         time.Time `json:"at"`
}

type speedsFile struct {
	Models map[string]measured `json:"models"`
}

// OpenSpeeds reads the file at path, as far as it is of the server at that address.
func OpenSpeeds(path, server string) *Speeds {
	return openSpeeds(path, server, time.Now)
}

func openSpeeds(path, server string, now func() time.Time) *Speeds {
	s := &Speeds{path: path, server: server, now: now}
	s.known = s.read()
	return s
}

func (s *Speeds) key(digest string) string { return s.server + " " + digest }

// read returns what the file has and still counts.
func (s *Speeds) read() map[string]measured {
	known := map[string]measured{}
	file, err := os.Open(s.path)
	if err != nil {
		return known
	}
	defer file.Close()
	raw, err := io.ReadAll(io.LimitReader(file, maxSpeedsFile+1))
	var stored speedsFile
	if err != nil || len(raw) > maxSpeedsFile || json.Unmarshal(raw, &stored) != nil {
		return known
	}
	now := s.now()
	for key, m := range stored.Models {
		if sane(m.Prompt) && sane(m.Generation) && m.At.Before(now.Add(time.Hour)) && now.Sub(m.At) < speedsLast {
			known[key] = m
		}
	}
	return known
}

// sane says whether a file's number can be a speed.
func sane(tokens float64) bool { return tokens >= 0 && tokens < 1e7 && !math.IsNaN(tokens) }

// filled is speed with what it does not know taken from other: what is not known never hides what is.
func filled(speed, other model.Speed) model.Speed {
	return model.Speed{Prompt: cmp.Or(max(speed.Prompt, 0), other.Prompt), Generation: cmp.Or(max(speed.Generation, 0), other.Generation)}
}

func (m measured) speed() model.Speed { return model.Speed{Prompt: m.Prompt, Generation: m.Generation} }

// merged is the newer of two measurements of a model, filled with the older.
func merged(a, b measured) measured {
	if b.At.After(a.At) {
		a, b = b, a
	}
	speed := filled(a.speed(), b.speed())
	return measured{Prompt: speed.Prompt, Generation: speed.Generation, At: a.At}
}

func (s *Speeds) of(digest string) model.Speed {
	s.mu.Lock()
	defer s.mu.Unlock()
	if digest == "" {
		return model.Speed{}
	}
	return s.known[s.key(digest)].speed()
}

// note takes a measurement of this run.
func (s *Speeds) note(digest string, speed model.Speed) {
	if digest == "" || speed.Prompt <= 0 && speed.Generation <= 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key, now := s.key(digest), s.now()
	was := s.known[key]
	speed = filled(speed, was.speed())
	close := func(a, b float64) bool { return math.Abs(a-b) <= speedsDiffer*max(a, b) }
	if close(was.Prompt, speed.Prompt) && close(was.Generation, speed.Generation) && now.Sub(was.At) < speedsLast/2 {
		return
	}
	s.known[key] = measured{Prompt: speed.Prompt, Generation: speed.Generation, At: now}
	s.dirty = true
}

// save writes what was noted, beside what other processes have written meanwhile. The newer measurement of a model counts.
// What could not be written is tried again at the next save.
func (s *Speeds) save() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.dirty || os.MkdirAll(filepath.Dir(s.path), 0o700) != nil {
		return
	}
	lock := flock.New(s.path+".lock", flock.SetPermissions(0o600))
	within, cancel := context.WithTimeout(context.Background(), lockWithin)
	defer cancel()
	if ok, err := lock.TryLockContext(within, lockAgain); !ok || err != nil {
		return
	}
	defer lock.Close()
	for key, m := range s.read() {
		s.known[key] = merged(s.known[key], m)
	}
	byAge := slices.SortedFunc(maps.Keys(s.known), func(a, b string) int { return s.known[b].At.Compare(s.known[a].At) })
	for _, key := range byAge[min(len(byAge), maxSpeeds):] {
		delete(s.known, key)
	}
	raw, err := json.Marshal(speedsFile{s.known})
	if err != nil || atomic.WriteFile(s.path, bytes.NewReader(raw)) != nil {
		return
	}
	_ = os.Chmod(s.path, 0o600) // a former file's mode would be kept
	s.dirty = false
}
