package index

import (
	"context"
	"crypto/sha256"
	"path/filepath"
	"slices"
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

	mu       sync.RWMutex
	files    map[string]*entry   // by path
	folders  map[string][]*entry // by the folder's path
	bases    map[string][]*entry // by the file's name
	names    map[uint32][]place  // declarations by the hash of their name
	members  map[uint32][]place  // by the hash of what they stand in
	segments []*segment          // the large ones first
	windows  int                 // of files
	left     int                 // windows of files that are gone
	shown    int                 // files that are not left out
	scores   sync.Pool           // of *[]float32, for the next query
}

// Options say where an index keeps what it knows.
type Options struct {
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

// entry is a file in the index. What it says does not change; how the disk has
// it and gone are written under both locks.
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
	text    string // masked
	windows int

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

// Open returns an index without files.
func Open(Options) (*Index, error) {
	return &Index{
		files: map[string]*entry{}, folders: map[string][]*entry{}, bases: map[string][]*entry{},
		names: map[uint32][]place{}, members: map[uint32][]place{},
	}, nil
}

// Close lets go of everything.
func (x *Index) Close() error { return nil }

// Put reads a file in, in place of what was known of it. The same text again
// costs its hash.
func (x *Index) Put(ctx context.Context, f File) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	e := &entry{path: f.Path, folder: filepath.Dir(f.Path), rel: f.Rel, root: f.Root, language: f.Language, key: keyOf(f.Language, f.Text), size: f.Size, modified: f.ModTime}
	if was := x.files[f.Path]; was != nil && was.key == e.key {
		x.mu.Lock()
		defer x.mu.Unlock()
		was.rel, was.root, was.size, was.modified = f.Rel, f.Root, f.Size, f.ModTime
		return nil
	}
	var cuts []cutting
	if e.leftOut = generated(f); !e.leftOut {
		e.text = workspace.Mask(f.Text)
		declared, needed := syntax.Outline(ctx, syntax.Detect(f.Language, f.Path, ""), document.New("", f.Language, 0, e.text))
		if err := ctx.Err(); err != nil {
			return err
		}
		e.symbols, e.imports, cuts = packSymbols(declared), packImports(needed), cut(e.text)
	}
	x.replace(e, cuts)
	return nil
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
	x.folders[e.folder] = append(x.folders[e.folder], e)
	base := filepath.Base(e.path)
	x.bases[base] = append(x.bases[base], e)
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

// forget is the opposite of remember.
func (x *Index) forget(e *entry) {
	e.gone = true
	delete(x.files, e.path)
	drop(x.folders, e.folder, e)
	drop(x.bases, filepath.Base(e.path), e)
	for _, s := range symbols(e.symbols) {
		dropPlaces(x.names, hashName(s.Name), e)
		dropPlaces(x.members, hashName(s.Container), e)
	}
	x.windows -= e.windows
	x.left += e.windows
	if !e.leftOut {
		x.shown--
	}
}

func drop(m map[string][]*entry, name string, e *entry) {
	if m[name] = slices.DeleteFunc(m[name], func(o *entry) bool { return o == e }); len(m[name]) == 0 {
		delete(m, name)
	}
}

func dropPlaces(m map[uint32][]place, name uint32, e *entry) {
	if m[name] = slices.DeleteFunc(m[name], func(p place) bool { return p.file == e }); len(m[name]) == 0 {
		delete(m, name)
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
