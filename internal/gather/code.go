package gather

import (
	"cmp"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"sopro/internal/document"
	"sopro/internal/index"
	"sopro/internal/syntax"
)

// candidate is some lines of a file that a source offers; or a text that stands in none.
type candidate struct {
	source   string
	rel      string // of its file
	lined    bool   // it is lines of a file
	local    string // of that, as the index knows it
	lines    [2]int
	scrap    bool          // it is picked out of a window
	window   [2]int        // that one's first and last line
	head     bool          // lines is where a declaration begins
	declares string        // the name of that
	text     string        // whole lines; of a head, what the index has for it
	span     document.Span // where it is in the document; empty: it is not
	why      string        // for a text
	said     string        // the message, where it shows what another tool says
	names    []name        // each once
	tokens   int
	bonus    float64 // what it is worth besides its names
	like     float64 // of a window, how like the hole it is beside the best; of all else 1
}

// offer offers a text.
func (h *hole) offer(c candidate) {
	c.source, c.like = h.source, 1
	if !strings.HasSuffix(c.text, "\n") {
		c.text += "\n"
	}
	if c.names == nil {
		c.names = distinct(c.text, h.language)
	}
	h.offers = append(h.offers, c)
}

// nearWindows are so many windows of the file on both sides of the cursor whose names count.
const nearWindows = 24

// farWindows offers what the file has outside of the window, and wants the names there: about half of the names that a window
// lacks stand in its own file.
func (h *hole) farWindows() {
	far := &h.anchor.far
	far.cover(h.Text, h.Offset)
	far.refresh(h.ctx, h.Text)
	scores := far.scores(h.terms, h.rarity)
	best := far.best(scores, h.window)
	for _, w := range best {
		score := scores[w] * ownBoost
		h.top = max(h.top, score)
		span := far.windows[w].span
		h.ranked = append(h.ranked, scored{score: score, candidate: candidate{
			source: h.source, rel: h.Path, lined: true, local: h.Local, text: h.Text.Slice(span), span: span,
			lines: [2]int{h.Text.LineAt(span.Start), h.Text.LineAt(span.End - 1)},
		}})
	}
	counts := map[uint32]int{}
	var all []name
	for w := range h.nearby() {
		for _, n := range far.names(w, h.Text, h.language) {
			if counts[n.hash]++; counts[n.hash] == 1 {
				all = append(all, n)
			}
		}
	}
	for _, n := range all {
		h.want(n, wantNear*math.Log1p(float64(counts[n.hash])))
	}
}

// nearby yields the windows of the file around the cursor, but for those that are data.
func (h *hole) nearby() func(yield func(w int) bool) {
	all := h.anchor.far.windows
	at, _ := slices.BinarySearchFunc(all, h.Offset, func(w window, off int) int { return cmp.Compare(w.span.End, off) })
	return func(yield func(int) bool) {
		for w := max(at-nearWindows, 0); w < min(at+nearWindows, len(all)); w++ {
			if all[w].span.Len() <= maxWindowBytes && !yield(w) {
				return
			}
		}
	}
}

// ownBoost is what a window of the file itself counts; one of an imported file counts twice in the index.
const ownBoost = 2

// otherWindows offers windows of other files.
func (h *hole) otherWindows() {
	x := h.Sources.Index
	if x == nil {
		return
	}
	q := index.WindowQuery{From: h.Local, Without: h.Local, Language: h.Text.LanguageID(), Imports: h.imports, Limit: shortlist}
	for _, t := range h.terms {
		q.Terms = append(q.Terms, index.Weighted{Term: t, Weight: 1})
	}
	all := x.Windows(h.ctx, q)
	strange := func(w index.Window) bool { return !index.Related(w.Language, h.Text.LanguageID()) }
	if related := slices.DeleteFunc(slices.Clone(all), strange); len(related) > 0 {
		all = related // another language is shown where nothing else is
	}
	for _, w := range all {
		h.top = max(h.top, w.Score)
		h.ranked = append(h.ranked, scored{score: w.Score, candidate: candidate{
			source: h.source, rel: w.Rel, lined: true, local: w.Path, text: w.Text, lines: w.Lines,
		}})
	}
}

// scored is a window on its way to be offered, when all that are like it are known.
type scored struct {
	candidate
	score float64
}

// rank wants the names of the windows of all files, by how like the hole each is, and offers their lines. Of a window some lines
// bring what is needed and most do not: with lines each for itself, and what they need around them, more holes are covered than
// with whole windows (without anything around them 74 % to 65, at 1,536 tokens on six repositories).
func (h *hole) rank() {
	for i, w := range h.ranked {
		like := w.score / h.top
		c := w.candidate
		c.like, c.scrap, c.window = like, true, w.lines
		line, off := w.lines[0], w.span.Start
		for text := range strings.Lines(w.text) {
			c.lines, c.text, c.names = [2]int{line, line}, text, distinct(text, h.language)
			c.bonus = 0
			if h.shares(text) {
				c.bonus = wantShared * like * like
			}
			if own := !w.span.Empty(); own {
				c.span = document.Span{Start: off, End: off + len(text)}
			}
			line, off = line+1, off+len(text)
			for _, n := range c.names {
				h.wantOnce(n, wantWindow*like*like, i+1)
			}
			if len(c.names) > 0 && len(text) <= maxNamedLine && !overlap(c.span, h.window) {
				h.offers = append(h.offers, c)
			}
		}
	}
}

// declarations offers what the names near the cursor are declared as in other files, bodies left out.
func (h *hole) declarations() {
	x := h.Sources.Index
	if x == nil {
		return
	}
	var asked []string
	distance := map[string]int{}
	for _, n := range h.near {
		if _, ok := distance[n.Name]; !ok && n.Role != syntax.RoleSignature {
			distance[n.Name] = n.Distance
			asked = append(asked, n.Name)
		}
	}
	for _, s := range x.Declarations(h.ctx, asked, h.prefer()) {
		h.declared(s, wantDeclared/(1+float64(distance[s.Name])/4))
	}
}

// declared offers the head of a declaration and wants the names in it, and in the members of a type.
func (h *hole) declared(s index.Symbol, weight float64) {
	all := distinct(s.Signature, h.language)
	for _, n := range all {
		h.want(n, spread(weight, len(all)))
	}
	h.begin(s, weight)
}

// begin offers the head of a declaration.
func (h *hole) begin(s index.Symbol, bonus float64) {
	text, _, _ := strings.Cut(s.Signature, "\n")
	h.offer(candidate{rel: s.Rel, lined: true, local: s.Path, lines: [2]int{s.Lines[0], s.Lines[0]}, head: true, declares: s.Name, text: text, bonus: bonus})
}

// signatures offers the types in the heads of what is around the cursor and of the variables used near it, and wants their
// members: most those of the variable that stands before a dot at the cursor.
func (h *hole) signatures() {
	x := h.Sources.Index
	if x == nil {
		return
	}
	var types []string
	receiver := h.receiver()
	asked := map[string]bool{}
	for _, n := range h.near {
		if n.Role == syntax.RoleSignature || n.Role == syntax.RoleType {
			if !slices.Contains(types, n.Name) {
				types = append(types, n.Name)
			}
			asked[n.Name] = asked[n.Name] || receiver != "" && n.Of == receiver
		}
	}
	for _, s := range x.Declarations(h.ctx, types, h.prefer()) {
		h.declared(s, wantDeclared)
	}
	members := x.Members(h.ctx, types, h.prefer())
	each := wantMember / (1 + float64(len(members)))
	for i, s := range members {
		h.wantSymbol(s, each)
		if asked[s.Container] {
			h.begin(s, wantAsked/(1+float64(i)/float64(len(members))))
		} else if s.Exported || h.speaksOf(s.Name) {
			h.begin(s, 0)
		}
	}
}

// receiver is the name that stands before a dot at the cursor, and what is begun behind it; "" if there is none.
func (h *hole) receiver() string {
	line := h.Text.Slice(document.Span{Start: max(h.Text.LineStart(h.line), h.Offset-maxNamedLine), End: h.Offset})
	line = strings.TrimRightFunc(line, inName)
	before := strings.TrimRight(line, ".:>-?")
	if before == line || strings.TrimSpace(before) != before && strings.HasSuffix(before, " ") {
		return ""
	}
	return before[len(strings.TrimRightFunc(before, inName)):]
}

func inName(r rune) bool { return r >= 0x80 || wordStart(byte(r)) || digit(byte(r)) }

// symbol wants a declared name, and offers its head if it speaks of what stands around the cursor.
func (h *hole) symbol(s index.Symbol, weight float64) {
	h.wantSymbol(s, weight)
	if h.speaksOf(s.Name) {
		h.begin(s, 0)
	}
}

func (h *hole) wantSymbol(s index.Symbol, weight float64) {
	if len(s.Name) > 1 && !spoken[s.Name] {
		h.want(named(s.Name), weight)
	}
}

// shares says whether a line has two terms of the lines around the cursor.
func (h *hole) shares(line string) bool {
	h.words = index.Terms(h.words[:0], line)
	slices.Sort(h.words)
	n := 0
	for _, t := range slices.Compact(h.words) {
		if _, ok := slices.BinarySearch(h.terms, t); ok {
			n++
		}
	}
	return n >= leastShared
}

// speaksOf says whether a name shares a word with the lines around the cursor.
func (h *hole) speaksOf(name string) bool {
	h.words = index.Terms(h.words[:0], name)
	for _, t := range h.words {
		if _, ok := slices.BinarySearch(h.terms, t); ok {
			return true
		}
	}
	return false
}

// Bounds of the outlines that are read for one hole.
const (
	maxOutlines = 8
	maxOutlined = 200 // declarations of one file
)

// outline wants what a file declares.
func (h *hole) outline(local string, weight float64) {
	if local == h.Local || h.ctx.Err() != nil {
		return
	}
	all := h.outlineOf(local)
	all = all[:min(len(all), maxOutlined)]
	if len(all) == 0 || !index.Related(all[0].Language, h.Text.LanguageID()) {
		return
	}
	for _, s := range all {
		if s.Exported {
			h.symbol(s, spread(weight, len(all)))
		} else {
			h.symbol(s, spread(weight, len(all))/2)
		}
	}
}

// imported wants what the imported files declare.
func (h *hole) imported() {
	if h.Sources.Index == nil {
		return
	}
	for _, local := range h.imports[:min(len(h.imports), 2*maxOutlines)] {
		h.outline(local, wantOutline)
	}
}

// siblings wants what the files beside this one declare: in Go and Java, where they are of one package, as much as imports.
func (h *hole) siblings() {
	if h.Sources.Index == nil {
		return
	}
	weight := wantOutline / 2
	if id := h.Text.LanguageID(); id == "go" || id == "java" || id == "csharp" || id == "c" {
		weight = wantOutline
	}
	folder := h.Sources.Index.Folder(filepath.Dir(h.Local))
	for _, local := range folder[:min(len(folder), 4*maxOutlines)] {
		if !isTest(local) {
			h.outline(local, weight)
		}
	}
}

// counterparts wants what the file declares that a test is of.
func (h *hole) counterparts() {
	if h.Sources.Index == nil || !isTest(h.Local) {
		return
	}
	for _, local := range h.Sources.Index.Folder(filepath.Dir(h.Local)) {
		if stem(local) == stem(h.Local) {
			h.outline(local, 2*wantOutline)
		}
	}
}

// isTest says whether a file is a test, by its name.
func isTest(local string) bool {
	base := strings.ToLower(filepath.Base(local))
	return strings.Contains(base, "_test.") || strings.Contains(base, ".test.") || strings.Contains(base, ".spec.") || strings.HasPrefix(base, "test_") || strings.Contains(filepath.Base(local), "Test.")
}

// stem is what the names of a file and of its test have in common.
func stem(local string) string {
	base := strings.ToLower(filepath.Base(local))
	base, _, _ = strings.Cut(base, ".")
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(base, "_test"), "test_"), "test")
}
