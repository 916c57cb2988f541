// Package ngram is the built-in engine: it completes a line from what the
// workspace says already, with nothing installed and nothing downloaded.
//
// Goals: an answer in well under a millisecond that is right at least four
// times in five when one is shown; memory in proportion to the source, and
// bounded; safe for concurrent use, with [Model.Complete] never waiting for
// [Model.Add].
//
// Non-goals: more than one line; understanding of any language; keeping
// anything on disk; deciding what may be read (package workspace does, but for
// secrets, which are taken out here once more).
//
// # The model
//
// Code repeats itself, and most of all near by: Hellendoorn and Devanbu ("Are
// deep neural networks the best choice for modeling source code?", FSE 2017)
// showed that an n-gram model over tokens which asks the open file first, then
// its directory, then the workspace, holds its own against far larger models.
// This is such a model. Text becomes tokens: names, numbers, short strings
// whole, operators, brackets, and line ends that say whether the next line is
// indented alike, deeper or less. What came after the last n tokens before,
// for every n up to 12, says what may come now:
//
//	if err != nil {↵   ?        12 tokens alike:  return  (×2, in this file)
//	   err != nil {↵   ?         5 tokens alike:  return  ×40, t.Fatal ×9
//	               {↵  ?         2 tokens alike:  return  ×210, if ×160, …
//
// An occurrence counts 4 in the same file, 1.5 in the same directory, 1
// elsewhere in the workspace, and a tenth in another language: the nested
// caches, as weights of one count. From the longest context down, each gives
// the tokens that followed it their share of the probability that is left, and
// holds back a part in proportion to how many different ones there were
// (Witten and Bell's estimate, with a weight that falls as contexts grow).
//
// # The index
//
// No counts are stored. A file is its text, and eight bytes a token: a hash
// that identifies it and where it stands. A segment is all tokens of some
// files sorted by what stands before them, nearest first (a suffix array,
// turned round):
//
//	… {↵          │ return      every context, of every length, is one range;
//	… nil {↵      │ return      a longer context is a range in the range of
//	… != nil {↵   │ return      the shorter, found by halving; the tokens that
//	… != nil {↵   │ t           follow stand in it side by side
//	… ok {↵       │ continue
//
// A file is sorted when it is added, and segments of like size are merged, so
// that n files make at most log2(n) of them. Segments are immutable and the
// list of them is exchanged in one step: Complete reads the list that it finds
// and holds no lock. A file that is replaced is marked as gone, passed over,
// and left out at the next merge.
//
// # The answer
//
// Tokens are appended, the likeliest each time, while the product of their
// certainties stays above a gate, up to the end of the line, or to what stands
// after the cursor already. The estimate above is good at choosing and too
// sure of itself, so certainty is a logistic regression over it and fourteen
// other signs (certainty.go), fitted once to source in three
// languages. There is no beam: an answer that is right with a probability
// above one half consists of tokens that each are, so each is the likeliest
// where it stands, and the greedy path finds it.
//
// Blank space is no token. Each token brings the space that stood before it
// where it was seen, and so the answer is spaced as the workspace writes. The
// line ends where alignment would have to be known.
//
// # Cost
//
// Measured on two busy cores of a server: Complete 50 µs at the median and 0.15
// to 0.4 ms at the 99th percentile in a megabyte of Go, Add 9 to 11 MB/s, 4.9 bytes of
// memory a byte of source (BenchmarkComplete, BenchmarkAdd, BenchmarkMemory).
//
// In eleven trees of Go's standard library that took no part in fitting or in
// choosing a constant, typed key by key, 84 % of the 630 texts shown in new
// files were right and saved 27 % of the keys; in old files, 82 % of 699 and
// 31 % (BenchmarkHeldOut). Trees differ: 53 to 100 %, where few are shown. Of
// other languages little was measured that was not also fitted to.
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

// DefaultGate is the confidence below which nothing is shown: at 0.8 what is
// shown is right in 82 to 84 % on held-out source (BenchmarkHeldOut).
const DefaultGate = 0.8

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
	askers   sync.Pool // *asker
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
	m.askers.New = func() any { return &asker{where: map[uint32]int{}} }
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
