// Package syntax reads source code with tree-sitter.
package syntax

import (
	"context"

	"sopro/internal/document"
)

type Language struct{ id, name, line, open, close string }

func Detect(languageID, path, firstLine string) *Language { return &Language{id: languageID} }
func Languages() []*Language                              { return nil }

func (l *Language) ID() string                         { return l.id }
func (l *Language) Name() string                       { return l.name }
func (l *Language) HasGrammar() bool                   { return false }
func (l *Language) LineComment() string                { return l.line }
func (l *Language) BlockComment() (open, close string) { return l.open, l.close }
func (l *Language) IndentBlocks() bool                 { return false }

type Tracker struct {
	l *Language
	s *document.Snapshot
}

func NewTracker(l *Language, s *document.Snapshot) *Tracker           { return &Tracker{l, s} }
func (t *Tracker) Update(s *document.Snapshot, edits []document.Edit) { t.s = s }
func (t *Tracker) View() *View                                        { return &View{t.l, t.s} }
func (t *Tracker) Wait(ctx context.Context) error                     { return nil }
func (t *Tracker) Close()                                             {}

func Parse(ctx context.Context, l *Language, s *document.Snapshot) *View { return &View{l, s} }

type View struct {
	l *Language
	s *document.Snapshot
}

func (v *View) Text() *document.Snapshot { return v.s }
func (v *View) Language() *Language      { return v.l }
func (v *View) HasTree() bool            { return false }
func (v *View) Fresh() bool              { return false }
func (v *View) Close()                   {}

type Declaration struct {
	Name, Kind, Signature string
	Span, NameSpan        document.Span
	Depth                 int
}

func (v *View) Declarations() []Declaration { return nil }

type Scope struct {
	Kind, Name string
	Span, Body document.Span
}

func (v *View) Scopes(off int) []Scope { return nil }

type Region uint8

const (
	Code Region = iota
	InComment
	InString
)

func (v *View) Region(off int) Region { return Code }

type Comment struct {
	Span         document.Span
	Text, Indent string
}

func (v *View) CommentAt(off int) (Comment, bool) { return Comment{}, false }
func (v *View) FirstError() (document.Span, bool) { return document.Span{}, false }
func (v *View) WantsBlock(off int) bool           { return false }
func (v *View) Completes(replaced document.Span, inserted string) (end int, ok bool) {
	return 0, false
}
func (v *View) Breaks(replaced document.Span, inserted string) bool { return false }
