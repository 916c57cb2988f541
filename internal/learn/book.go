package learn

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/natefinch/atomic"
)

const (
	maxFile = 1 << 20 // bytes; a larger file is not ours
	// lockWithin is how long another process that writes the file is waited for. It takes milliseconds.
	lockWithin = time.Second
	lockAgain  = 10 * time.Millisecond
)

// BaseGate is the gate that calibration starts from.
const BaseGate = 0.7

// Book is what was counted, in this process and, where it has a file, in those before it and beside it. It holds no code: models,
// languages and numbers. Processes that share a file each add what they have counted, under a lock on the file of the same name with
// ".lock", so that none loses what another counts; a file that a person deletes stays deleted. It is safe for concurrent use.
type Book struct {
	path string // "": kept in memory alone

	syncing sync.Mutex // held as long as a Sync takes

	mu      sync.Mutex     // guards the rest; completions wait for it, so that nobody holds it while a file is read or written
	base    records        // as the file had it when it was last read or written
	writing records        // counted since, on its way into the file
	fresh   records        // counted since then
	tried   map[string]int // how often what is hidden was asked for
}

// NewBook returns a book that is kept in the file at path, "" for none. Nothing is read before Sync.
func NewBook(path string) *Book {
	return &Book{path: path, base: records{}, fresh: records{}, tried: map[string]int{}}
}

// Path is the file's, "" where there is none.
func (b *Book) Path() string { return b.path }

// count changes the record of a model and a language.
func (b *Book) count(now time.Time, model, language string, change func(*record)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.fresh.of(model, language)
	r.Day = now.UTC().Format(time.DateOnly)
	change(r)
}

// Hides reports whether a completion of this kind is not worth being shown, because such are almost never taken. Of those that are not,
// one in tryEvery is shown all the same: asked in the same order, it always answers the same.
func (b *Book) Hides(k Kind) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	at, name := keyOf(k.Model, k.Language), k.Bucket()
	var c count
	for _, all := range []records{b.base, b.writing, b.fresh} {
		if r := all[at]; r != nil {
			c.Seen += r.Buckets[name].Seen
			c.Taken += r.Buckets[name].Taken
		}
	}
	if !c.hidden() {
		return false
	}
	of := at.model + "\x00" + at.language + "\x00" + name
	b.tried[of]++
	return b.tried[of]%tryEvery != 0
}

// Gate is the gate that was found right for a model in a language, 0 where none was.
func (b *Book) Gate(model, language string) float64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r := b.base[keyOf(model, language)]; r != nil {
		return r.Gate
	}
	return 0
}

// Sync writes what was counted since the last time, beside what other processes have written, and reads what they have. A file that
// cannot be understood is put aside, which is an error that says where it is; what was counted is kept and written all the same. What
// cannot be written is kept for the next time.
func (b *Book) Sync() error {
	b.syncing.Lock()
	defer b.syncing.Unlock()
	b.mu.Lock()
	base, counted := b.base, b.fresh
	b.writing, b.fresh = counted, records{}
	b.mu.Unlock()
	stored, err := base.settledWith(counted), error(nil)
	if b.path != "" {
		stored, err = b.store(counted)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.writing = nil; stored == nil {
		b.fresh = counted.plus(b.fresh)
		return err
	}
	b.base = stored
	return err
}

// store adds what was counted to the file and returns what that has then, nil where it could not.
func (b *Book) store(counted records) (records, error) {
	if len(counted) == 0 {
		if stored, err := read(b.path); err == nil {
			return stored, nil
		}
	}
	if err := os.MkdirAll(filepath.Dir(b.path), 0o700); err != nil {
		return nil, unwritten(b.path, err)
	}
	lock := flock.New(b.path+".lock", flock.SetPermissions(0o600))
	within, cancel := context.WithTimeout(context.Background(), lockWithin)
	defer cancel()
	if ok, err := lock.TryLockContext(within, lockAgain); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, unwritten(b.path, err)
	} else if !ok {
		return nil, nil // another process takes long: the next time
	}
	defer lock.Close()
	stored, broken := read(b.path)
	if broken != nil {
		aside, err := putAside(b.path)
		if err != nil {
			return nil, unwritten(b.path, err)
		}
		broken = fmt.Errorf("what was learnt of accepted completions could not be read (%w): the file is now %s, and counting begins anew", broken, aside)
	}
	stored = stored.settledWith(counted)
	if err := write(b.path, stored); err != nil {
		return nil, errors.Join(broken, unwritten(b.path, err))
	}
	return stored, broken
}

// putAside gives a file that is not understood another name.
func putAside(path string) (aside string, err error) {
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		return "", errors.New("it is no file")
	}
	aside = path + ".broken"
	return aside, os.Rename(path, aside)
}

// settledWith is what was stored with what was counted since, its gates moved.
func (r records) settledWith(counted records) records {
	sum := r.plus(counted)
	for _, one := range sum {
		one.settle(BaseGate)
	}
	return sum
}

func unwritten(path string, err error) error {
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		err = failed.Err
	}
	return fmt.Errorf("what was learnt of accepted completions is not kept: %s cannot be written: %w", path, err)
}

// file is the form on disk.
type file struct {
	About   string    `json:"about"`
	Records []*record `json:"models"`
}

const about = "How often Sopro's completions were accepted on this machine: counts, no code. Nothing of it leaves the machine. Delete the file to forget it; docs/privacy.md says what the numbers are."

// read returns what a file has, nothing where there is none.
func read(path string) (records, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return records{}, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxFile {
		return nil, errors.New("it is too large")
	}
	var stored file
	if err := json.Unmarshal(raw, &stored); err != nil {
		return nil, errors.New("it is not the JSON that was written")
	}
	all := records{}
	for _, r := range stored.Records {
		if r == nil || !r.sane() {
			return nil, errors.New("it has numbers that cannot be")
		}
		all.of(r.Model, r.Language).add(r)
	}
	return all, nil
}

func write(path string, all records) error {
	raw, err := json.MarshalIndent(file{about, all.sorted()}, "", "  ")
	if err != nil {
		return err
	}
	if err := atomic.WriteFile(path, bytes.NewReader(append(raw, '\n'))); err != nil {
		return err
	}
	return os.Chmod(path, 0o600) // a former file's mode would be kept
}
