package index

import (
	"cmp"
	"container/heap"
	"context"
	"strings"

	"sopro/internal/syntax"
)

const (
	// maxPerName is how many declarations of one name are told: the third
	// "Close" helps nobody.
	maxPerName = 3

	// maxDeclarations bounds an answer.
	maxDeclarations = 200

	// maxLooked is how many places of one name are looked at: a large
	// workspace has thousands of "String".
	maxLooked = 2000
)

// Symbol is a declaration and where it stands.
type Symbol struct {
	syntax.Symbol
	Path, Rel string
	Language  string
}

// Prefer says which of several declarations of one name are meant.
type Prefer struct {
	From     string   // path of the file that is written; its own are left out
	Imports  []string // paths of files that it imports
	Language string   // languageId; those that cannot use each other are left out; "": all
}

// Declarations are what the names are declared as elsewhere, in the order of
// the names, at most three of one: those of imported files first, then of the
// same folder, then the nearer ones. Letter case counts.
func (x *Index) Declarations(ctx context.Context, names []string, p Prefer) []Symbol {
	return x.declared(ctx, names, p, maxPerName, func(s *syntax.Symbol, name string) bool { return s.Name == name }, x.names)
}

// Members are what stands in the types of these names: methods, fields,
// variants. The order is that of the types, then as in Declarations, then that
// of the text.
func (x *Index) Members(ctx context.Context, types []string, p Prefer) []Symbol {
	return x.declared(ctx, types, p, maxDeclarations, func(s *syntax.Symbol, name string) bool { return s.Container == name }, x.members)
}

// candidate is a place and how well it fits.
type candidate struct {
	place
	fit   float64
	order int // among its like
}

// byFit is a heap with the one on top that fits best. Of a common name there are thousands, and three are told.
type byFit []candidate

func (f byFit) Len() int { return len(f) }
func (f byFit) Less(i, j int) bool {
	a, b := &f[i], &f[j]
	return cmp.Or(cmp.Compare(b.fit, a.fit), strings.Compare(a.file.path, b.file.path), a.order-b.order) < 0
}
func (f byFit) Swap(i, j int) { f[i], f[j] = f[j], f[i] }
func (f *byFit) Push(c any)   { *f = append(*f, c.(candidate)) }
func (f *byFit) Pop() any {
	last := len(*f) - 1
	c := (*f)[last]
	*f = (*f)[:last]
	return c
}

func (x *Index) declared(ctx context.Context, names []string, p Prefer, most int, is func(*syntax.Symbol, string) bool, in map[uint32][]place) []Symbol {
	x.mu.RLock()
	defer x.mu.RUnlock()
	near := newNearness(p.From, p.Language, p.Imports)
	var all []Symbol
	var fitting byFit
	for _, name := range names {
		if ctx.Err() != nil || len(all) >= maxDeclarations {
			break
		}
		fitting = fitting[:0]
		places := in[hashName(name)]
		for _, at := range places[:min(len(places), maxLooked)] {
			if at.file.path != p.From && (near.language == "" || kin(at.file.language) == near.language) {
				fitting = append(fitting, candidate{at, near.of(at.file), len(fitting)})
			}
		}
		heap.Init(&fitting)
		for told := 0; len(fitting) > 0 && told < most && len(all) < maxDeclarations; {
			c := heap.Pop(&fitting).(candidate)
			if s, ok := symbolAt(c.file.symbols, int(c.at)); ok && is(&s, name) {
				all = append(all, c.file.symbol(s))
				told++
			}
		}
	}
	return all
}

func (e *entry) symbol(s syntax.Symbol) Symbol {
	return Symbol{Symbol: s, Path: e.path, Rel: e.rel, Language: e.language}
}

// Outline is what a file declares, in its order.
func (x *Index) Outline(_ context.Context, path string) []Symbol {
	x.mu.RLock()
	defer x.mu.RUnlock()
	e := x.files[path]
	if e == nil {
		return nil
	}
	n := 0
	for range places(e.symbols) {
		n++
	}
	all := make([]Symbol, 0, n) // grown step by step it takes half as long again
	for _, s := range symbols(e.symbols) {
		all = append(all, e.symbol(s))
	}
	return all
}

// Folder is the paths of the files that lie in a folder, in order.
func (x *Index) Folder(path string) []string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	var all []string
	for _, e := range x.folders[path] {
		if !e.leftOut {
			all = append(all, e.path)
		}
	}
	return all
}
