package holes

import (
	"slices"
	"strings"

	"sopro/internal/gather"
)

// estimate says how many tokens a text has, never too few.
type estimate func(text string) int

// afterShare is the part of a budget that the text behind a hole gets, of a hundred; a model goes on from what is before.
const afterShare = 25

// around is as much of the text around a hole as a budget holds, in whole lines but for the hole's own: what one side does
// not need the other has.
func (h *Hole) around(budget int, tokens estimate) gather.Context {
	after, used := head(h.After, budget*afterShare/100, tokens)
	before, more := tail(h.Before, budget-used, tokens)
	if len(before) == len(h.Before) {
		after, used = head(h.After, budget-more, tokens)
	}
	return gather.Context{Prefix: before, Suffix: after, Tokens: used + more}
}

// head is the lines that a text begins with, as many as fit, and their tokens.
func head(text string, budget int, tokens estimate) (string, int) {
	end, used := 0, 0
	for line := range strings.Lines(text) {
		n := tokens(line)
		if used+n > budget {
			break
		}
		end, used = end+len(line), used+n
	}
	return text[:end], used
}

// tail is the lines that a text ends with, as many as fit, and their tokens.
func tail(text string, budget int, tokens estimate) (string, int) {
	start, used := len(text), 0
	for start > 0 {
		line := text[strings.LastIndexByte(text[:start-1], '\n')+1 : start]
		n := tokens(line)
		if used+n > budget {
			break
		}
		start, used = start-len(line), used+n
	}
	return text[start:], used
}

// windowLines is the size of the windows that the oracle picks from.
const windowLines = 20

// headerTokens is what a layout adds to a snippet besides its path.
const headerTokens = 8

// windows are files cut into pieces, and where each name stands.
type windows struct {
	all  []piece
	with map[string][]int // numbers of the windows that have a name, ascending
}

// piece is one window.
type piece struct {
	file *File
	text string
}

func (w *windows) cut(f *File) {
	for text := range pieces(f.Text) {
		for name := range WordsOf(text) {
			w.with[name] = append(w.with[name], len(w.all))
		}
		w.all = append(w.all, piece{f, text})
	}
}

// pieces yields a text in pieces of windowLines.
func pieces(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for text != "" {
			end := 0
			for range windowLines {
				end += strings.IndexByte(text[end:], '\n') + 1
				if end == 0 || strings.IndexByte(text[end:], '\n') < 0 {
					end = len(text)
					break
				}
			}
			if !yield(text[:end]) {
				return
			}
			text = text[end:]
		}
	}
}

// oracleShares are the shares of the budget that the oracle tries to give to the text around the hole.
var oracleShares = []int{100, 80, 60, 40, 20}

// oracle is the best context that windows can make: it knows what stood in the hole.
func (r *Repository) oracle(h *Hole, budget int, tokens estimate) (best gather.Context) {
	most := -1
	for _, share := range oracleShares {
		c := r.fill(h, h.around(budget*share/100, tokens), budget, tokens)
		if found := len(h.names()) - len(h.missing(WordsOf(shown(c)...))); found > most {
			best, most = c, found
		}
	}
	return best
}

// fill adds to a context the windows that bring most of what is missing, as many as fit.
func (r *Repository) fill(h *Hole, c gather.Context, budget int, tokens estimate) gather.Context {
	windows := &r.kin[related[h.Language]].windows
	missing := h.missing(WordsOf(shown(c)...))
	for len(missing) > 0 {
		brings := map[int]int{}
		for _, name := range missing {
			for _, i := range windows.with[name] {
				if windows.all[i].file != h.file {
					brings[i]++
				}
			}
		}
		candidates := h.far(c, missing)
		for i, n := range brings {
			candidates = append(candidates, offer{windows.all[i], i, n})
		}
		slices.SortFunc(candidates, offer.better)
		picked := false
		for _, o := range candidates {
			n := tokens(o.text) + tokens(o.file.Rel) + headerTokens
			if c.Tokens+n > budget {
				continue
			}
			c.Tokens += n
			c.Snippets = append(c.Snippets, gather.Snippet{Source: "oracle", Path: o.file.Rel, Text: o.text, Tokens: n})
			picked = true
			break
		}
		if !picked {
			break
		}
		missing = h.missing(WordsOf(shown(c)...))
	}
	return c
}

// offer is a window and how many missing names it has.
type offer struct {
	piece
	number int // of the window, for order; that of a window of the hole's own file is negative
	brings int
}

func (o offer) better(p offer) int {
	if o.brings != p.brings {
		return p.brings - o.brings
	}
	if len(o.text) != len(p.text) {
		return len(o.text) - len(p.text)
	}
	return o.number - p.number
}

// far are the windows of the hole's own file that the context does not have and that have missing names.
func (h *Hole) far(c gather.Context, missing []string) (all []offer) {
	number := 0
	for _, text := range []string{h.Before[:len(h.Before)-len(c.Prefix)], h.After[len(c.Suffix):]} {
		for piecewise := range pieces(text) {
			number--
			names := WordsOf(piecewise)
			brings := 0
			for _, name := range missing {
				if names.Has(name) {
					brings++
				}
			}
			if brings > 0 {
				all = append(all, offer{piece{h.file, piecewise}, number, brings})
			}
		}
	}
	return all
}
