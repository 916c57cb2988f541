package gather

import (
	"context"
	"slices"

	"sopro/internal/document"
	"sopro/internal/history"
	"sopro/internal/index"
	"sopro/internal/syntax"
)

// Sources are what is known beside the document itself. Any may be nil: what it tells is then not shown.
type Sources struct {
	Index   *index.Index
	History *history.History
}

// Diagnostic is what another tool says of some lines of the document.
type Diagnostic struct {
	Lines   [2]int // first and last, from 0
	Message string
}

func (d *Diagnostic) of(line int) bool { return d.Lines[0] <= line && line <= d.Lines[1] }

// source looks in one place for what helps at a hole. It offers texts and wants names (want.go, compete.go), and returns soon
// after the hole's context has ended.
type source struct {
	name string
	find func(*hole)
}

// sources are all of them, in the order in which they are asked: what they find when the time is over counts.
var sources = []source{
	{"diagnostic", (*hole).diagnostics},
	{"edit", (*hole).edits},
	{"declaration", (*hole).declarations},
	{"signature", (*hole).signatures},
	{"file", (*hole).farWindows},
	{"undeclared", (*hole).undeclared},
	{"lexical", (*hole).otherWindows},
	{"header", (*hole).header},
	{"import", (*hole).imported},
	{"sibling", (*hole).siblings},
	{"test", (*hole).counterparts},
	{"visited", (*hole).visited},
}

// SourceNames are the names that Snippet.Source and Query.Without have.
func SourceNames() []string {
	var all []string
	for _, s := range sources {
		all = append(all, s.name)
	}
	return all
}

// hole is one place for which sources look, and what they have found.
type hole struct {
	Query
	ctx      context.Context
	anchor   *Anchor
	language *syntax.Language
	window   document.Span // what the model sees of the file
	line     int
	rarity   []float64 // of the terms of the query in the workspace; nil: not known

	terms   []index.Term    // the query: of the lines around the cursor
	near    []syntax.Near   // names around the cursor
	needs   []syntax.Import // what the file says that it imports
	imports []string        // paths of files of the workspace among that

	source   string             // that is being asked
	seen     map[uint32]bool    // names that the model sees
	wanted   map[uint32]*wanted // names that it may need
	words    []index.Term       // memory
	offers   []candidate
	ranked   []scored                  // windows, offered when all are known
	pages    map[string]*page          // of files that candidates are of
	outlines map[string][]index.Symbol // of files
	top      float64                   // the best of their scores
}

// newHole prepares a hole for the sources.
func (a *Anchor) newHole(ctx context.Context, q Query, line int, window document.Span) *hole {
	h := &hole{Query: q, ctx: ctx, anchor: a, line: line, window: window, seen: map[uint32]bool{}, wanted: map[uint32]*wanted{},
		pages: map[string]*page{}, outlines: map[string][]index.Symbol{}}
	h.language = syntax.Detect(q.Text.LanguageID(), q.Path, "")
	h.terms = query(q.Text, line)
	h.see(q.Text.Slice(window))
	if q.sees() {
		h.needs = q.View.Imports()
	}
	h.near = namesNear(q)
	if x := q.Sources.Index; x != nil {
		h.rarity = x.Rarity(h.terms)
		if h.needs != nil {
			h.imports = x.Resolve(ctx, q.Local, q.Text.LanguageID(), h.needs)
		} else {
			h.imports = x.Imports(ctx, q.Local)
		}
	}
	return h
}

// sees says whether the view is of the text.
func (q Query) sees() bool { return q.View != nil && q.View.Text() == q.Text }

// nearLines is how far from the cursor names count as near, in lines; half as far below.
const nearLines = 8

// namesNear is the names around the cursor; without a tree the text tells them.
func namesNear(q Query) []syntax.Near {
	if q.sees() {
		return q.View.NamesNear(q.Offset, nearLines)
	}
	v := syntax.Bare(syntax.Detect(q.Text.LanguageID(), q.Path, ""), q.Text)
	return v.NamesNear(q.Offset, nearLines)
}

// ask asks the sources until the time is over; it reports whether all were asked.
func (h *hole) ask() bool {
	for _, s := range sources {
		if h.ctx.Err() != nil {
			return false
		}
		if !slices.Contains(h.Without, s.name) {
			h.source = s.name
			s.find(h)
		}
	}
	return h.ctx.Err() == nil
}

// see notes that the model sees a text.
func (h *hole) see(text string) {
	names(text, h.language, func(n name) { h.seen[n.hash] = true })
}

// prefer says which of several declarations of a name are meant.
func (h *hole) prefer() index.Prefer {
	return index.Prefer{From: h.Local, Imports: h.imports, Language: h.Text.LanguageID()}
}
