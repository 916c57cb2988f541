package index

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

// ErrAnew says that what the disk had was of no use. All is well again once the
// folder has been read.
var ErrAnew = errors.New("is made anew")

// Attach brings back what the disk keeps of a workspace folder, and keeps there
// what is put into it from now on. Files that admits refuses by their path
// relative to the folder are taken off the disk at once. What comes back is as
// the folder was: whoever walks it removes what is gone.
//
// The index works whatever becomes of the disk. An error says in words what it
// does without, or what it made anew, once for each folder.
func (x *Index) Attach(root string, admits func(rel string) bool) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	if x.options.Dir == "" || x.stores[root] != nil {
		return nil
	}
	s, anew, err := openStore(x.options.Dir, root, x.options.Version)
	if err != nil {
		return without(root, err)
	}
	if err = x.load(s, root, admits); err != nil && s.writes && useless(err) { // found out late
		anew = inWords(err)
		s.damaged.Store(true)
		s.close()
		s, _, err = openStore(x.options.Dir, root, x.options.Version)
	}
	if err != nil {
		if s != nil {
			s.close()
		}
		return without(root, err)
	}
	x.stores[root] = s
	if anew != "" {
		return fmt.Errorf("the index of %s %w: %s", filepath.Base(root), ErrAnew, anew)
	}
	return nil
}

func without(root string, err error) error {
	return fmt.Errorf("the index of %s is kept in memory only: %s", filepath.Base(root), inWords(err))
}

// load brings back all files of a store in one segment.
func (x *Index) load(s *store, root string, admits func(rel string) bool) error {
	var (
		all   []*entry
		one   = &segment{}
		pairs []uint64
	)
	err := s.load(func(k kept) error {
		if !admits(k.rel) {
			s.put(k.rel, &write{})
			return nil
		}
		path := filepath.Join(root, filepath.FromSlash(k.rel))
		e := &entry{path: path, folder: filepath.Dir(path), rel: k.rel, root: root, language: k.language, size: k.size, modified: time.Unix(0, k.modified), store: s}
		copy(e.key[:], k.key)
		cuts, err := e.restore(k)
		if err != nil {
			return err
		}
		for _, c := range cuts {
			pairs = c.pairs(pairs, len(one.windows))
			c.file = e
			one.windows = append(one.windows, c.window)
		}
		all = append(all, e)
		return nil
	})
	if err == nil {
		_, err = s.flush()
	}
	if err == nil {
		err = s.prune()
	}
	if err != nil {
		return err
	}
	one.fill(sortByTerm(pairs))
	for some := range slices.Chunk(all, atOnce) {
		x.mu.Lock()
		for _, e := range some {
			if was := x.files[e.path]; was != nil {
				e.gone = true // read already, from an editor or under another root
				x.left += e.windows
				continue
			}
			x.remember(e)
		}
		x.mu.Unlock()
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(one.windows) > 0 {
		x.segments = append(slices.Clone(x.segments), one)
		slices.SortStableFunc(x.segments, func(a, b *segment) int { return len(b.windows) - len(a.windows) })
	}
	return nil
}

// atOnce is how many files come or go while those who ask wait: in one go, the
// five thousand of a large folder let them wait for a tenth of a second.
const atOnce = 100

// restore takes over what the disk has of a content.
func (e *entry) restore(k kept) ([]cutting, error) {
	cuts, err := unpackWindows(k.windows)
	if err != nil {
		return nil, err
	}
	e.leftOut, e.symbols, e.imports, e.windows, e.content = k.leftOut, k.symbols, k.imports, len(cuts), k.content
	return cuts, nil
}

// recall takes over what the disk has of this very text, from another branch
// or under another name. Without it, or without windows, there is nothing.
func (e *entry) recall() ([]cutting, error) {
	if e.store == nil {
		return nil, nil
	}
	k, ok := e.store.known(e.key)
	if !ok {
		return nil, nil
	}
	cuts, err := e.restore(k)
	if err != nil {
		e.store.judge(err)
		return nil, nil
	}
	return cuts, nil
}

// keep has a file written, now and then.
func (x *Index) keep(e *entry, cuts []cutting) {
	if e.store == nil {
		return
	}
	e.store.put(e.rel, &write{e, packWindows(cuts)})
	if e.store.weight > writeAt {
		x.fault = errors.Join(x.fault, x.write(e.store))
	}
}

// write writes what waits for a store; from then on texts are read from there.
func (x *Index) write(s *store) error {
	ids, err := s.flush()
	if err != nil {
		return fmt.Errorf("the index on disk is not kept up: %s", inWords(err))
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for e, id := range ids {
		e.content, e.text = id, ""
	}
	return nil
}

// Flush writes to the disk what waits for it, some megabytes at most. The
// error tells in words, once, what the disk did not take; the index has it in
// memory all the same.
func (x *Index) Flush() error {
	x.writing.Lock()
	defer x.writing.Unlock()
	err := x.fault
	x.fault = nil
	for _, s := range x.stores {
		err = errors.Join(err, x.write(s))
		if s.litter {
			err = errors.Join(err, s.prune())
		}
	}
	return err
}

// Prune takes off the disk what no file has any more: after a person has shut
// something out, rather than at the next start. Where another program is in the
// way, the next Flush does it.
func (x *Index) Prune() error {
	x.writing.Lock()
	defer x.writing.Unlock()
	var err error
	for _, s := range x.stores {
		err = errors.Join(err, x.write(s), s.prune())
	}
	return err
}

// Paths are the files that are known of a workspace folder, also those of which
// nothing is kept.
func (x *Index) Paths(root string) []string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	var all []string
	for path, e := range x.files {
		if e.root == root {
			all = append(all, path)
		}
	}
	return all
}

// Detach takes the files of a workspace folder out of the index; the disk
// keeps them.
func (x *Index) Detach(root string) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	var err error
	s := x.stores[root]
	if s != nil {
		err = x.write(s)
	}
	var all []*entry
	for _, e := range x.files { // which only changes under the lock that is held
		if e.root == root {
			all = append(all, e)
		}
	}
	for some := range slices.Chunk(all, atOnce) {
		x.mu.Lock()
		x.forget(some...)
		x.mu.Unlock()
	}
	if s != nil {
		delete(x.stores, root)
		err = errors.Join(err, s.close())
	}
	x.tidy()
	return err
}

// Close writes what waits and lets go of the disk. Nothing may be asked
// afterwards.
func (x *Index) Close() error {
	err := x.Flush()
	x.writing.Lock()
	defer x.writing.Unlock()
	for root, s := range x.stores {
		err = errors.Join(err, s.close())
		delete(x.stores, root)
	}
	return err
}

// text is a part of the masked text of a file. It is some 20 µs where the disk
// has it.
func (x *Index) text(e *entry, start, size int) (string, bool) {
	x.mu.RLock()
	text, store, content := e.text, e.store, e.content
	x.mu.RUnlock()
	if text == "" && store != nil && content != 0 {
		return store.slice(content, start, size)
	}
	if start > len(text) {
		return "", false
	}
	return text[start:min(start+size, len(text))], true
}

// Text is the masked text of a file, "" of one that is not there.
func (x *Index) Text(path string) string {
	x.mu.RLock()
	e := x.files[path]
	x.mu.RUnlock()
	if e == nil {
		return ""
	}
	text, _ := x.text(e, 0, maxText)
	return text
}

// maxText is more than any text has.
const maxText = 1 << 30
