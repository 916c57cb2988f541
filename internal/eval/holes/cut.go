package holes

import (
	"context"
	"hash/fnv"
	"math/rand/v2"
	"strings"

	"sopro/internal/document"
	"sopro/internal/syntax"
)

// Hole is a piece that was cut out of a file.
type Hole struct {
	Repo     string   `json:"repo"`
	Path     string   `json:"path"`
	Line     int      `json:"line"` // of the file, from 1
	Kind     string   `json:"kind"` // line, tail or block
	Language string   `json:"language"`
	Before   string   `json:"-"` // up to the hole
	Text     string   `json:"-"` // what stood in it
	After    string   `json:"-"`
	Here     []string `json:"-"` // its names that the rest of the file has
	Other    []string `json:"-"` // its names that only other files have
	Declared []string `json:"-"` // of them, those that another file declares

	file *File
}

// kinds are the kinds of holes, by turns.
var kinds = []string{"line", "tail", "block"}

// What of a file is worth a hole.
const (
	mostBytes   = 128 << 10 // of the file: what is longer was seldom written
	longestLine = 200       // bytes, of any line that is cut
	leastBlock  = 3         // lines
	mostBlock   = 8
)

// spot is a line of a file.
type spot struct {
	file *File
	line int // from 0
}

// Cut cuts so many holes, chosen by the seed, where all lines of the repository are equally likely; fewer if there are no more.
func (r *Repository) Cut(ctx context.Context, n, seed int) ([]Hole, error) {
	name := fnv.New64a()
	name.Write([]byte(r.Name))
	random := rand.New(rand.NewPCG(uint64(seed), name.Sum64()))
	spots := r.spots()
	random.Shuffle(len(spots), func(i, j int) { spots[i], spots[j] = spots[j], spots[i] })
	var holes []Hole
	for _, s := range spots {
		if len(holes) == n {
			break
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		span, ok := s.span(kinds[len(holes)%len(kinds)], random)
		if !ok {
			continue
		}
		h := r.hole(ctx, s, span)
		if h.Kind = kinds[len(holes)%len(kinds)]; len(h.Here)+len(h.Other) > 0 {
			holes = append(holes, h)
		}
	}
	return holes, nil
}

// spots are the lines that a hole may begin at.
func (r *Repository) spots() (all []spot) {
	for i := range r.Files {
		f := &r.Files[i]
		if len(f.Text) > mostBytes || !written(f.Rel) {
			continue
		}
		line := 0
		for text := range strings.Lines(f.Text) {
			if strings.TrimSpace(text) != "" {
				all = append(all, spot{f, line})
			}
			line++
		}
	}
	return all
}

// span is what a hole of a kind that begins at the spot takes: no blank at its ends.
func (s spot) span(kind string, random *rand.Rand) (document.Span, bool) {
	text := s.file.Text
	start := lineStart(text, s.line)
	lines := 1
	if kind == "block" {
		lines = leastBlock + random.IntN(mostBlock-leastBlock+1)
	}
	end := start
	for i := range lines {
		if i > 0 {
			end++ // the line end
		}
		if end >= len(text) {
			return document.Span{}, false
		}
		next := strings.IndexByte(text[end:], '\n')
		if next < 0 || next > longestLine {
			return document.Span{}, false
		}
		end += next
	}
	piece := text[start:end]
	start += len(piece) - len(strings.TrimLeft(piece, " \t"))
	end -= len(piece) - len(strings.TrimRight(piece, " \t"))
	if start >= end || text[end-1] == '\n' {
		return document.Span{}, false // the last line is blank
	}
	if kind == "tail" {
		cuts := boundaries(text[start:end])
		if len(cuts) == 0 {
			return document.Span{}, false
		}
		start += cuts[random.IntN(len(cuts))]
	}
	return document.Span{Start: start, End: end}, true
}

// boundaries are the offsets in a line, but for its start, where a word or a sign begins.
func boundaries(line string) (all []int) {
	for i := 1; i < len(line); i++ {
		if line[i] != ' ' && line[i] != '\t' && (!wordByte(line[i]) || !wordByte(line[i-1])) {
			all = append(all, i)
		}
	}
	return all
}

func lineStart(text string, line int) int {
	off := 0
	for range line {
		off += strings.IndexByte(text[off:], '\n') + 1
	}
	return off
}

// hole is the hole at a span, with its names.
func (r *Repository) hole(ctx context.Context, s spot, span document.Span) Hole {
	f := s.file
	h := Hole{
		Repo: r.Name, Path: f.Rel, Line: s.line + 1, Language: f.Language, file: f,
		Before: f.Text[:span.Start], Text: f.Text[span.Start:span.End], After: f.Text[span.End:],
	}
	view := syntax.Parse(ctx, syntax.Detect(f.Language, f.Rel, ""), document.New("file://"+f.Path, f.Language, 0, f.Text))
	defer view.Close()
	rest := WordsOf(h.Before, h.After)
	seen := Words{}
	for _, n := range Names(view, span) {
		name := n.Name
		if seen.Has(name) {
			continue
		}
		seen[name] = struct{}{}
		if rest.Has(name) {
			h.Here = append(h.Here, name)
			continue
		}
		has, declares := r.knows(f, name)
		if has {
			h.Other = append(h.Other, name)
		}
		if declares {
			h.Declared = append(h.Declared, name)
		}
	}
	return h
}
