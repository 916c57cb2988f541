package index

import (
	"context"
	"crypto/sha256"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"sopro/internal/document"
	"sopro/internal/syntax"
	"sopro/internal/workspace"
)

// Index is what the files of a workspace declare and say. Its methods may be
// called from several goroutines; what asks never waits for a file that is
// being read, only for the moment in which it takes its place.
type Index struct {
	writing sync.Mutex // one file at a time

	mu        sync.RWMutex
	files     map[string]*entry   // by path
	folders   map[string][]*entry // by the folder's path; in order of their paths
	bases     map[string][]*entry // by the file's name; the same
	names     map[uint32][]place  // declarations by the hash of their name
	members   map[uint32][]place  // by the hash of what they stand in
	segments  []*segment          // the large ones first
	windows   int                 // of files
	left      int                 // windows of files that are gone
	shown     int                 // files that are not left out
	packages  manifests           // of what packages say of themselves
	modules   modules             // packages by their names
	described uint64              // how often a file that describes a package was put or taken out
	scores    sync.Pool           // of *[]float32, for the next query

	options Options
	stores  map[string]*store // by root; whoever writes looks after them
	fault   error             // of the disk, to be told
}

// Options say where an index keeps what it knows.
type Options struct {
	Dir     string // a folder of its own in the user's cache; "": in memory alone
	Version string // of the program: another one reads code with other eyes, and begins anew
}

// File is a text file of the workspace, as workspace.Read gives it or as an
// editor shows it.
type File struct {
	Path     string // absolute, symbolic links resolved
	Rel      string // relative to Root, with slashes
	Root     string // the workspace folder that it lies in; "" in none
	Language string // its languageId
	Text     string
	Size     int64     // on disk
	ModTime  time.Time // on disk; zero: the text is not that of the disk
}

// entry is a file in the index. What it is and says does not change; how the
// disk has it, where its text is and gone are written under both locks.
type entry struct {
	path, rel, root string
	folder          string // of path
	language        string
	key             key
	size            int64
	modified        time.Time
	leftOut         bool // nothing of it is kept: generated, minified

	symbols string // packed
	imports string // packed
	windows int

	text    string // masked; "" where the store has it
	store   *store // nil: in memory alone
	content int64  // its number there; 0: not written yet

	gone bool // replaced or taken out
}

// place is a declaration.
type place struct {
	file *entry
	at   uint32 // in the packed symbols
}

// key identifies a text in a language.
type key [16]byte

func keyOf(language, text string) key {
	h := sha256.New()
	h.Write([]byte(language))
	h.Write([]byte{0})
	h.Write([]byte(text))
	return key(h.Sum(nil))
}

// Open returns an index without files. What is kept of a folder is loaded by
// Attach.
func Open(o Options) *Index {
	if o.Dir != "" {
		sweep(o.Dir, time.Now(), maxKept)
	}
	return &Index{
		files: map[string]*entry{}, folders: map[string][]*entry{}, bases: map[string][]*entry{},
		names: map[uint32][]place{}, members: map[uint32][]place{},
		options: o, stores: map[string]*store{},
	}
}

// Put reads a file in, in place of what was known of it. The same text again
// costs its hash, a text that the disk knows no parse. The error is that of ctx,
// and nothing has changed then.
func (x *Index) Put(ctx context.Context, f File) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	e := &entry{
		path: f.Path, folder: filepath.Dir(f.Path), rel: f.Rel, root: f.Root, language: f.Language,
		key: keyOf(f.Language, f.Text), size: f.Size, modified: f.ModTime,
	}
	if !f.ModTime.IsZero() {
		e.store = x.stores[f.Root]
	}
	if was := x.files[f.Path]; was != nil && was.key == e.key && was.root == e.root && (was.store == e.store || e.store == nil) {
		x.touch(was, e)
		return nil
	}
	cuts, err := e.recall()
	if err == nil && cuts == nil {
		cuts, err = e.read(ctx, f)
	}
	if err != nil {
		return err
	}
	x.replace(e, cuts)
	x.keep(e, cuts)
	return nil
}

// touch notes what the disk says of a file whose text is the same.
func (x *Index) touch(was, now *entry) {
	x.mu.Lock()
	was.size, was.modified = now.size, now.modified
	x.mu.Unlock()
	if now.store != nil && was.content != 0 {
		now.store.put(was.rel, &write{entry: was})
	}
}

// read takes in what a text declares, imports and says.
func (e *entry) read(ctx context.Context, f File) ([]cutting, error) {
	if e.leftOut = generated(f); e.leftOut {
		return nil, nil
	}
	e.text = workspace.Mask(f.Text)
	declared, needed := syntax.Outline(ctx, syntax.Detect(f.Language, f.Path, ""), document.New("", f.Language, 0, e.text))
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e.symbols, e.imports = packSymbols(declared), packImports(needed)
	return cut(e.text), nil
}

// Same says whether a file is as it was when it was read, by what the disk
// tells of it.
func (x *Index) Same(path string, size int64, modified time.Time) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	e := x.files[path]
	return e != nil && e.size == size && e.modified.Equal(modified)
}

// Remove takes a file out.
func (x *Index) Remove(path string) {
	x.writing.Lock()
	defer x.writing.Unlock()
	was := x.files[path]
	if was == nil {
		return
	}
	if s := x.stores[was.root]; s != nil {
		s.put(was.rel, &write{})
	}
	x.mu.Lock()
	x.forget(was)
	x.mu.Unlock()
	x.tidy()
}

// Files is how many files can be found.
func (x *Index) Files() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.shown
}

// replace puts a file in the place of its former self. All that takes time is
// done before anybody has to wait.
func (x *Index) replace(e *entry, cuts []cutting) {
	e.windows = len(cuts)
	segments := x.segments
	if len(cuts) > 0 {
		segments = append(slices.Clone(segments), newSegment(e, cuts))
	}
	was := x.files[e.path]
	if was != nil && was.root != e.root && x.stores[was.root] != nil {
		x.stores[was.root].put(was.rel, &write{})
	}
	x.mu.Lock()
	if was != nil {
		x.forget(was)
	}
	x.remember(e)
	x.segments = segments
	x.mu.Unlock()
	x.tidy()
}

// tidy merges segments of like size, so that there are few, and all of them
// when half of what they hold is gone. Who asks meanwhile sees the old ones.
func (x *Index) tidy() {
	all := slices.Clone(x.segments)
	wasted := x.left > x.windows/2+spareWindows
	for n := len(all); n > 1 && (wasted || 2*len(all[n-1].windows) > len(all[n-2].windows)); n = len(all) {
		all = append(all[:n-2], merge(all[n-2], all[n-1]))
	}
	if len(all) == len(x.segments) {
		return
	}
	held := 0
	for _, s := range all {
		held += len(s.windows)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.segments, x.left = all, held-x.windows
}

// spareWindows is how much may always lie about.
const spareWindows = 1 << 12

// remember makes a file known; the caller holds both locks.
func (x *Index) remember(e *entry) {
	x.files[e.path] = e
	base := filepath.Base(e.path)
	add(x.folders, e.folder, e)
	add(x.bases, base, e)
	if describes(base) {
		x.described++
	}
	for at, s := range symbols(e.symbols) {
		p := place{e, uint32(at)}
		x.names[hashName(s.Name)] = append(x.names[hashName(s.Name)], p)
		if s.Container != "" {
			x.members[hashName(s.Container)] = append(x.members[hashName(s.Container)], p)
		}
	}
	x.windows += e.windows
	if !e.leftOut {
		x.shown++
	}
}

// add puts a file into a list, which is in order of the paths.
func add(m map[string][]*entry, name string, e *entry) {
	at, _ := slices.BinarySearchFunc(m[name], e.path, func(o *entry, path string) int { return strings.Compare(o.path, path) })
	m[name] = slices.Insert(m[name], at, e)
}

// forget is the opposite of remember. Each list that some of the files stand in
// is gone through once: of five thousand files that declare a String, each on
// its own looked at half of the others.
func (x *Index) forget(all ...*entry) {
	folders, bases, names, members := map[string]bool{}, map[string]bool{}, map[uint32]bool{}, map[uint32]bool{}
	for _, e := range all {
		e.gone = true
		delete(x.files, e.path)
		base := filepath.Base(e.path)
		folders[e.folder], bases[base] = true, true
		if describes(base) {
			x.described++
		}
		for _, s := range symbols(e.symbols) {
			names[hashName(s.Name)], members[hashName(s.Container)] = true, true
		}
		x.windows -= e.windows
		x.left += e.windows
		if !e.leftOut {
			x.shown--
		}
	}
	isGone := func(e *entry) bool { return e.gone }
	dropFrom(x.folders, folders, isGone)
	dropFrom(x.bases, bases, isGone)
	placeGone := func(p place) bool { return p.file.gone }
	dropFrom(x.names, names, placeGone)
	dropFrom(x.members, members, placeGone)
}

// dropFrom takes out of some lists what is gone.
func dropFrom[K comparable, V any](lists map[K][]V, some map[K]bool, isGone func(V) bool) {
	for k := range some {
		if lists[k] = slices.DeleteFunc(lists[k], isGone); len(lists[k]) == 0 {
			delete(lists, k)
		}
	}
}

// hashName is the hash of a declared name, FNV-1a; letter case counts.
func hashName(name string) uint32 {
	h := uint32(fnvStart)
	for i := range len(name) {
		h = (h ^ uint32(name[i])) * fnvPrime
	}
	return h
}
