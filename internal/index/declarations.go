package index

import (
	"cmp"
	"context"
	"slices"
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
	fit float64
}

func (x *Index) declared(ctx context.Context, names []string, p Prefer, most int, is func(*syntax.Symbol, string) bool, in map[uint32][]place) []Symbol {
	x.mu.RLock()
	defer x.mu.RUnlock()
	near := newNearness(p.From, p.Language, p.Imports)
	var all []Symbol
	var fitting []candidate
	for _, name := range names {
		if ctx.Err() != nil || len(all) >= maxDeclarations {
			break
		}
		fitting = fitting[:0]
		places := in[hashName(name)]
		for _, at := range places[:min(len(places), maxLooked)] {
			if at.file.path != p.From && (near.language == "" || kin(at.file.language) == near.language) {
				fitting = append(fitting, candidate{at, near.of(at.file)})
			}
		}
		slices.SortStableFunc(fitting, func(a, b candidate) int {
			return cmp.Or(cmp.Compare(b.fit, a.fit), strings.Compare(a.file.path, b.file.path))
		})
		told := 0
		for _, c := range fitting {
			if told == most || len(all) == maxDeclarations {
				break
			}
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
