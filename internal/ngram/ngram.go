package ngram

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"sopro/internal/workspace"
)

// DefaultMaxBytes is the memory a model may take: 32 MiB hold about 6 MiB of
// source.
const DefaultMaxBytes = 32 << 20

// DefaultGate is the confidence below which nothing is shown.
const DefaultGate = 0.7

// Options says how large a model may grow and how sure it must be. The zero
// value has the defaults.
type Options struct {
	MaxBytes int     // memory; the files that were added longest ago make room
	Gate     float64 // least confidence of an answer, 0 to 1
}

// Model is the built-in engine. All methods are safe for concurrent use, and
// Complete waits for no other.
type Model struct {
	options Options

	writing sync.Mutex // held while the index is changed; never by Complete
	files   map[string]*file
	ages    []*file // as they were added
	bytes   int     // of the files that count

	segments atomic.Pointer[[]*segment]
}

// New returns an empty model.
func New(o Options) *Model {
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.Gate <= 0 {
		o.Gate = DefaultGate
	}
	m := &Model{options: o, files: map[string]*file{}}
	m.segments.Store(new([]*segment))
	return m
}

// Files is how many files the model knows.
func (m *Model) Files() int {
	m.writing.Lock()
	defer m.writing.Unlock()
	return len(m.files)
}

// Bytes is about how much memory the model takes.
func (m *Model) Bytes() int {
	m.writing.Lock()
	defer m.writing.Unlock()
	n := m.bytes
	for _, s := range *m.segments.Load() {
		n += 4 * len(s.places)
	}
	return n
}

// Add takes in a file's text, in place of an earlier one of the same path
// (any string that names it, with slashes). What looks like a secret is taken
// out first. The text is copied.
func (m *Model) Add(path, languageID, text string) {
	f := newFile(path, languageID, strings.Clone(workspace.Mask(text)))
	added := index(f)
	m.writing.Lock()
	defer m.writing.Unlock()
	m.drop(path)
	m.files[path] = f
	m.ages = append(m.ages, f)
	m.bytes += f.bytes() + 4*len(f.ids)
	for m.bytes > m.options.MaxBytes && len(m.ages) > 1 {
		m.drop(m.ages[0].path)
	}
	m.publish(append(slices.Clone(*m.segments.Load()), added))
}

// Remove forgets a file.
func (m *Model) Remove(path string) {
	m.writing.Lock()
	defer m.writing.Unlock()
	if m.drop(path) {
		m.publish(slices.Clone(*m.segments.Load()))
	}
}

// drop marks a file as gone.
func (m *Model) drop(path string) bool {
	f := m.files[path]
	if f == nil {
		return false
	}
	f.gone.Store(true)
	delete(m.files, path)
	m.ages = slices.DeleteFunc(m.ages, func(o *file) bool { return o == f })
	m.bytes -= f.bytes() + 4*len(f.ids)
	return true
}

// publish hands the segments to Complete, kept few and free of what is gone:
// one that is half gone is written anew, and a newer one that is at least half
// as large as the one before is merged with it. So n files make at most
// log2(n) segments, and a token is merged about as often.
func (m *Model) publish(list []*segment) {
	kept := list[:0]
	for _, s := range list {
		live := s.live()
		if live == 0 {
			continue
		}
		if 2*live < len(s.places) {
			s = merge(s, &segment{})
		}
		for len(kept) > 0 {
			last := kept[len(kept)-1]
			if 2*len(s.places) < len(last.places) || len(last.files)+len(s.files) > maxFiles {
				break
			}
			s, kept = merge(last, s), kept[:len(kept)-1]
		}
		kept = append(kept, s)
	}
	kept = slices.Clip(kept)
	m.segments.Store(&kept)
}
