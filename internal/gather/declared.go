package gather

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"sopro/internal/document"
	"sopro/internal/index"
	"sopro/internal/syntax"
)

// Asked is what somebody asks about code.
type Asked struct {
	Code  document.Span // to be explained; empty: code is to be written at the query's offset
	Said  string        // what it shall do, in words
	Shown document.Span // what of the text the model sees anyway
}

// Declared returns the declarations behind the names in code that somebody asks about, bodies left out, the most useful ones last: what a model
// needs to know that explains the code or writes more of it. All together has at most the query's budget. Nothing without an index; when ctx ends,
// what was found so far.
func Declared(ctx context.Context, q Query, about Asked) []Snippet {
	header := q.Estimate(q.Path) + headerTokens
	if q.Sources.Index == nil || q.Budget <= 2*header {
		return nil
	}
	var a Anchor
	h := a.newHole(ctx, q, q.Text.LineAt(q.Offset), about.Shown)
	h.source = "declaration"
	if about.Code.Empty() {
		h.near = append(namesSaid(about.Said), h.near...)
		kinds := h.behind(h.near)
		for i := range h.near { // a type behind a package's name is one too
			if n := &h.near[i]; n.Role == syntax.RoleMember && types[kinds[n.Name]] {
				n.Role = syntax.RoleType
			}
		}
		h.source = "signature"
		h.signatures()
	} else {
		h.behind(namesIn(q, about.Code))
	}
	var all []Snippet
	for _, k := range slices.Backward(h.compete(q.Budget-header, header, nil)) {
		all = append(all, k.placed(q.Text))
	}
	return all
}

// namesIn is the names in a piece of the text; without a tree the text tells them.
func namesIn(q Query, code document.Span) []syntax.Near {
	if q.sees() {
		return q.View.NamesIn(code)
	}
	v := syntax.Bare(syntax.Detect(q.Text.LanguageID(), q.Path, ""), q.Text)
	return v.NamesIn(code)
}

// behind offers what names are declared as, and returns of what kind that is.
func (h *hole) behind(names []syntax.Near) (kinds map[string]string) {
	near := map[string]syntax.Near{}
	var asked []string
	for _, n := range names {
		if _, ok := near[n.Name]; !ok {
			near[n.Name] = n
			asked = append(asked, n.Name)
		}
	}
	found := h.Sources.Index.Declarations(h.ctx, asked, h.prefer())
	declared := map[string]int{}
	for _, s := range found {
		declared[s.Name]++
	}
	kinds = map[string]string{}
	own := map[string]bool{}
	for _, s := range slices.Concat(h.Sources.Index.Outline(h.ctx, h.Local), found) {
		n, ok := near[s.Name]
		if !ok || own[s.Name] && s.Path != h.Local || !h.meant(n, s, declared[s.Name] == 1) {
			continue
		}
		if s.Path == h.Local {
			own[s.Name], s.Rel = n.Of == "", h.Path
		}
		kinds[s.Name] = s.Kind
		weight := wantDeclared / (1 + float64(n.Distance)/4)
		if lines := s.Lines[1] - s.Lines[0]; records[s.Kind] && lines > 0 && lines < maxRecord {
			h.offer(candidate{rel: s.Rel, lined: true, local: s.Path, lines: s.Lines, declares: s.Name, text: s.Signature, bonus: weight})
		} else {
			h.declared(s, weight)
		}
	}
	return kinds
}

// A type that is but fields is shown with them, up to so many lines: its head alone says nothing.
const maxRecord = 24

var records = map[string]bool{"struct": true, "interface": true, "enum": true, "record": true, "union": true, "type": true}

// meant says whether a name can stand for a declaration; only: no other file has one of that name. Of those from far away another one may be meant, of
// what a variable is called by chance nearly every one.
func (h *hole) meant(n syntax.Near, s index.Symbol, only bool) bool {
	own, imported := s.Path == h.Local, slices.Contains(h.imports, s.Path)
	beside := filepath.Dir(s.Path) == filepath.Dir(h.Local)
	capital := unicode.IsUpper(rune(n.Name[0]))
	switch {
	case !own && (isTest(s.Path) && !isTest(h.Local) || !beside && !s.Exported):
		return false
	case n.Of != "" && n.Role != syntax.RoleType && s.Container == "":
		return imported // by its package's name
	case n.Of == "" && n.Role != syntax.RoleType && s.Container != "" && !own:
		return false
	case own || imported || beside && !imports[h.Text.LanguageID()]:
		return true
	}
	return only && n.Role != syntax.RoleName && (capital || n.Role != syntax.RoleSignature)
}

// imports are the languages in which a file uses nothing of the one beside it unless it says so.
var imports = map[string]bool{
	"python": true, "javascript": true, "javascriptreact": true, "typescript": true, "typescriptreact": true, "rust": true,
}

// wordDistance is how far away a plain word of a sentence counts as, in lines: it may name a thing, or be one.
const wordDistance = 2

// namesSaid is the names in a sentence. What is spelled as no word is can be nothing else than a name.
func namesSaid(text string) []syntax.Near {
	var all []syntax.Near
	for rest := text; rest != ""; {
		at := strings.IndexFunc(rest, inName)
		if at < 0 {
			break
		}
		before := strings.TrimRight(rest[:at], " \t")
		rest = rest[at:]
		end := strings.IndexFunc(rest, func(r rune) bool { return !inName(r) })
		if end < 0 {
			end = len(rest)
		}
		name := rest[:end]
		rest = rest[end:]
		n := syntax.Near{Name: name, Role: syntax.RoleName, Distance: wordDistance}
		switch begins := len(all) == 0 || strings.HasSuffix(before, "."); {
		case len(name) < 3 || len(name) > maxName || spoken[name] || syntax.IsKeyword(name):
			continue
		case strings.HasPrefix(rest, "(") || strings.HasSuffix(before, "`") || strings.ContainsFunc(name[1:], func(r rune) bool { return r == '_' || unicode.IsUpper(r) || unicode.IsDigit(r) }):
			n.Role, n.Distance = syntax.RoleCall, 0
		case unicode.IsUpper(rune(name[0])) && !begins:
			n.Role, n.Distance = syntax.RoleType, 0
		}
		all = append(all, n)
	}
	return all
}
