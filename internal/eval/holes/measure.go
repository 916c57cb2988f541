package holes

import (
	"context"
	"slices"
	"strings"
	"time"

	"sopro/internal/document"
	"sopro/internal/gather"
	"sopro/internal/index"
	"sopro/internal/prompt"
	"sopro/internal/syntax"
)

// result is what came out for one hole, one budget and one way to choose.
type result struct {
	hole    *Hole
	missing Words // names that the prompt lacks
	tokens  int
	took    time.Duration   // to choose
	next    []time.Duration // to choose, when the cursor comes to the next line
	line    share           // of the head that stays from key to key, within a line
	newline share           // over a line end
	shown   []gather.Snippet
	missed  *Missed // nil: nothing, or nobody asks
}

// share is a mean of shares.
type share struct {
	sum float64
	n   int
}

func (s *share) add(x float64) { s.sum, s.n = s.sum+x, s.n+1 }

// names are all that count of a hole.
func (h *Hole) names() []string { return slices.Concat(h.Here, h.Other) }

// missing are the names of a hole that are not among those of a prompt.
func (h *Hole) missing(in Words) []string {
	return slices.DeleteFunc(h.names(), func(name string) bool { return in.Has(name) })
}

// missed says what a prompt lacks, and where that is.
func (m *meter) missed(r result) *Missed {
	missed := &Missed{Hole: *m.hole}
	for _, name := range m.hole.names() {
		if r.missing.Has(name) {
			missed.Names = append(missed.Names, MissedName{name, m.repository.having(m.hole, name, mostFiles), slices.Contains(m.hole.Here, name)})
		}
	}
	for _, s := range r.shown {
		missed.Shown = append(missed.Shown, Shown{s.Source, s.Path, s.Lines[0] + 1, s.Lines[1] + 1, s.Tokens, round(s.Score)})
	}
	return missed
}

// mostFiles are named of those that have a missing name.
const mostFiles = 3

// shown are the texts of a context.
func shown(c gather.Context) []string {
	texts := []string{c.Prefix, c.Suffix}
	for _, s := range c.Snippets {
		texts = append(texts, s.Path, s.Text)
	}
	return texts
}

// measure has the results of a repository's holes, each in the order of c.rows.
func measure(ctx context.Context, r *Repository, cut []Hole, c Config) ([][]result, error) {
	x, err := r.Index(ctx, r.Root, nil)
	if err != nil {
		return nil, err
	}
	defer x.Close()
	var all [][]result
	for i := range cut {
		m := meter{Config: c, repository: r, index: x, hole: &cut[i], tokens: func(text string) int { return c.Estimate(cut[i].Language, text) }}
		results, err := m.results(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, results)
		if c.Progress != nil {
			c.Progress()
		}
	}
	return all, nil
}

// meter measures one hole.
type meter struct {
	Config
	repository *Repository
	index      *index.Index
	hole       *Hole
	tokens     estimate

	text *document.Snapshot // of the file with the hole
	view *syntax.View
}

// results are those of the hole, in the order of the rows. Meanwhile the index has the file as it is with the hole.
func (m *meter) results(ctx context.Context) ([]result, error) {
	h := m.hole
	m.text = document.New("file://"+h.file.Path, h.Language, 0, h.Before+h.After)
	m.view = syntax.Parse(ctx, syntax.Detect(h.Language, h.Path, ""), m.text)
	defer m.view.Close()
	file := index.File{Path: h.file.Path, Rel: h.Path, Root: m.repository.Root, Language: h.Language, Text: h.Before + h.After}
	if err := m.index.Put(ctx, file); err != nil {
		return nil, err
	}
	var results []result
	for i, row := range m.rows() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		result := m.result(ctx, row)
		if m.Why && i == 1 && len(result.missing) > 0 {
			result.missed = m.missed(result)
		}
		results = append(results, result)
	}
	file.Text, file.Size, file.ModTime = h.file.Text, h.file.Size, h.file.ModTime
	return results, m.index.Put(ctx, file)
}

// result has the context for a hole chosen in one way.
func (m *meter) result(ctx context.Context, row row) result {
	room := row.budget - m.Asking.Overhead(m.laidOut(gather.Context{}), m.tokens)
	switch row.context {
	case inFile:
		return m.judge(m.hole.around(room, m.tokens))
	case oracle:
		return m.judge(m.repository.oracle(m.hole, room, m.tokens))
	}
	return m.typed(ctx, room, row.without)
}

// laidOut is the hole as it is laid out for the model.
func (m *meter) laidOut(c gather.Context) prompt.Hole {
	h := prompt.Hole{Repo: m.hole.Repo, Path: m.hole.Path, Language: m.hole.Language, Prefix: c.Prefix, Suffix: c.Suffix}
	for _, s := range c.Snippets {
		h.Snippets = append(h.Snippets, prompt.Snippet{Path: s.Path, Text: s.Text})
	}
	return h
}

// judge counts what of the hole's names the prompt has that a context makes.
func (m *meter) judge(c gather.Context) result {
	hole := m.laidOut(c)
	r := result{hole: m.hole, shown: c.Snippets, tokens: c.Tokens + m.Asking.Overhead(hole, m.tokens)}
	r.missing = m.lacks(hole)
	return r
}

// lacks are the names of the hole that do not stand in the prompt as it is laid out.
func (m *meter) lacks(hole prompt.Hole) Words {
	f := m.Asking.Fill(hole)
	texts := []string{f.Prompt, f.Suffix}
	for _, message := range f.Messages {
		texts = append(texts, message.Content)
	}
	return setOf(m.hole.missing(WordsOf(texts...)))
}

// mostKeys are typed into a hole, to see what stays of the prompt's head.
const mostKeys = 80

// typed has what Sopro shows when the cursor comes to the hole, then types what stood there.
func (m *meter) typed(ctx context.Context, room int, without []string) result {
	h := m.hole
	q := gather.Query{
		Text: m.text, View: m.view, Offset: len(h.Before), Path: h.Path, Local: h.file.Path,
		Budget: room, Estimate: m.tokens, SuffixFirst: m.Asking.SuffixFirst,
		Sources: gather.Sources{Index: m.index}, Without: without,
	}
	var anchor gather.Anchor
	began := time.Now()
	c := anchor.Gather(ctx, q)
	took := time.Since(began)
	result := m.judge(c)
	result.took = took
	last, keys := m.head(c), 0
	for _, key := range h.Text {
		if keys++; keys > mostKeys {
			break
		}
		var edit document.Edit
		q.Text, edit = q.Text.Splice(document.Span{Start: q.Offset, End: q.Offset}, string(key))
		q.View = q.View.With(q.Text, edit)
		defer q.View.Close()
		q.Offset += len(string(key))
		began := time.Now()
		c := anchor.Gather(ctx, q)
		took := time.Since(began)
		now := m.head(c)
		if key == '\n' {
			result.next = append(result.next, took)
			result.newline.add(kept(last, now))
		} else {
			result.line.add(kept(last, now))
		}
		last = now
	}
	return result
}

// head is what a model reads up to the cursor, in the order that it reads it.
func (m *meter) head(c gather.Context) string {
	var b strings.Builder
	for _, s := range c.Snippets {
		b.WriteString(s.Path + "\n" + s.Text)
	}
	if m.Asking.SuffixFirst {
		b.WriteString(c.Suffix)
	}
	return b.String() + "\x00" + c.Prefix
}

// kept is how much of a head is as it was.
func kept(was, is string) float64 {
	n := 0
	for n < min(len(was), len(is)) && was[n] == is[n] {
		n++
	}
	return float64(n) / float64(max(len(is), 1))
}
