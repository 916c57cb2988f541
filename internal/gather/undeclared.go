package gather

import (
	"cmp"
	"slices"
	"strings"

	"sopro/internal/document"
	"sopro/internal/index"
)

// undeclared wants the names that the file uses and nobody declares, and offers the lines that use them: who writes a program from
// the top down calls a function before it is there and imports a type when its name has been typed. How it is used tells how it has
// to be written. (At 1,536 tokens on six repositories: 1.3 of a hundred holes more are covered.)
func (h *hole) undeclared() {
	if h.Sources.Index == nil || !h.sees() {
		return
	}
	open := h.open(h.declares())
	if len(open) == 0 {
		return
	}
	best := open[0].weight
	each := spread(wantUndeclared, len(open))
	if h.inFunction() {
		each *= insideFunction
	}
	for _, u := range open {
		h.want(u.name, each*u.weight/best)
		line := h.Text.LineAt(u.off)
		span := document.Span{Start: h.Text.LineStart(line), End: h.Text.LineStart(line + 1)}
		if overlap(span, h.window) || span.Len() > maxNamedLine {
			continue
		}
		lines := [2]int{line, line}
		h.offer(candidate{rel: h.Path, lined: true, local: h.Local, lines: lines, window: lines, scrap: true, text: h.Text.Slice(span), span: span})
	}
}

// Of what is wanted undeclared, less counts where the cursor stands in the body of a function, where most of what is written is there already.
const (
	insideFunction = 0.6
	mostUndeclared = 24  // names
	maybeElsewhere = 0.5 // of a name that some file of the workspace declares: it may lack an import, or be known without
)

// declares are the names that the file declares and imports.
func (h *hole) declares() map[string]bool {
	known := map[string]bool{}
	for _, s := range h.outlineOf(h.Local) {
		known[s.Name] = true
	}
	for _, i := range h.needs {
		known[i.Alias] = true
		for _, n := range i.Names {
			known[n] = true
		}
		for part := range strings.FieldsFuncSeq(i.Path, func(r rune) bool { return !inName(r) }) {
			known[part] = true
		}
	}
	return known
}

// use is a name and where the file uses it like something that is declared outside of functions.
type use struct {
	name
	off    int
	weight float64
}

// open are the names that are used and not known, the most telling first: what is common in the workspace and declared nowhere in
// it comes from a library.
func (h *hole) open(known map[string]bool) []use {
	open := h.uses(known)
	terms := make([]index.Term, len(open))
	for i, u := range open {
		terms[i] = index.Terms(nil, u.text)[0]
	}
	for i, rare := range h.Sources.Index.Rarity(terms) {
		open[i].weight *= rare * rare
	}
	open = heaviest(open, 2*mostUndeclared) // of the others no one asks where they are declared
	names := make([]string, len(open))
	for i, u := range open {
		names[i] = u.text
	}
	for _, s := range h.Sources.Index.Declarations(h.ctx, names, h.prefer()) {
		if i := slices.Index(names, s.Name); i >= 0 {
			open[i].weight *= maybeElsewhere
			names[i] = ""
		}
	}
	return heaviest(open, mostUndeclared)
}

// heaviest are so many uses with the most weight, in that order.
func heaviest(all []use, most int) []use {
	slices.SortStableFunc(all, func(a, b use) int { return cmp.Compare(b.weight, a.weight) })
	return all[:min(len(all), most)]
}

// uses are the names that windows of the file around the cursor use, and neither know nor assign to. What the model sees is no news.
func (h *hole) uses(known map[string]bool) []use {
	var all []use
	at := map[string]int{}
	far := &h.anchor.far
	for w := range h.nearby() {
		span := far.windows[w].span
		text := ""
		for _, n := range far.names(w, h.Text, h.language) {
			if known[n.text] || h.seen[n.hash] {
				continue
			}
			if text == "" {
				text = h.Text.Slice(span)
			}
			off, weight, assigned := useOf(n.text, text)
			if assigned {
				known[n.text] = true
			}
			if weight == 0 {
				continue
			}
			i, ok := at[n.text]
			if !ok {
				i = len(all)
				at[n.text] = i
				all = append(all, use{name: n})
			}
			if u := &all[i]; weight > u.weight {
				u.off, u.weight = span.Start+off, weight
			}
		}
	}
	return slices.DeleteFunc(all, func(u use) bool { return known[u.text] })
}

// How much a use of a name looks like one of something declared outside of functions.
const (
	useOfSelf   = 1
	useByCall   = 1
	useAsType   = 0.6
	useAsMember = 0.4
)

// useOf is where a text uses a name most tellingly, and whether it assigns to it.
func useOf(name, text string) (off int, weight float64, assigned bool) {
	for from := 0; ; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return off, weight, false
		}
		i += from
		from = i + len(name)
		if i > 0 && inWord(text[i-1]) || from < len(text) && inWord(text[from]) {
			continue
		}
		head, tail := strings.TrimRight(text[:i], " \t"), strings.TrimLeft(text[from:], " \t")
		member := strings.HasSuffix(head, ".") || strings.HasSuffix(head, "->") || strings.HasSuffix(head, "::")
		called := strings.HasPrefix(tail, "(")
		w := 0.0
		switch {
		case strings.HasPrefix(tail, ":="), strings.HasPrefix(tail, "=") && !strings.HasPrefix(tail, "==") && !strings.HasPrefix(tail, "=>") && !member:
			return 0, 0, true
		case strings.HasSuffix(head, "self."), strings.HasSuffix(head, "this."), strings.HasSuffix(head, "Self::"):
			w = useOfSelf
		case member && called:
			w = useAsMember
		case called && !member:
			w = useByCall
		case !member && 'A' <= name[0] && name[0] <= 'Z':
			w = useAsType
		}
		if w > weight {
			off, weight = i, w
		}
	}
}

func inWord(c byte) bool { return wordStart(c) || digit(c) }

// inFunction says whether the cursor stands in the body of a function.
func (h *hole) inFunction() bool {
	for _, s := range h.View.Scopes(h.Offset) {
		if bodies[s.Kind] && s.Body.Start < h.Offset && h.Offset < s.Body.End {
			return true
		}
	}
	return false
}

// bodies are the kinds of scopes whose body is statements.
var bodies = map[string]bool{"function": true, "method": true, "constructor": true, "closure": true}
