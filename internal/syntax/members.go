package syntax

import (
	"slices"
	"strings"

	"sopro/internal/document"
)

// What is shown of a type: its members by their signatures.
const (
	maxMembers     = 30
	maxMemberBytes = 140
)

// hasMembers names the kinds that are shown with what they consist of. Of a namespace or a module there is too much.
var hasMembers = map[string]bool{
	"class": true, "struct": true, "interface": true, "trait": true, "enum": true, "impl": true, "object": true, "protocol": true,
	"extension": true, "record": true, "union": true, "annotation": true, "type": true, "message": true, "service": true, "table": true,
}

// described is a symbol on its way: its members come after it.
type described struct {
	found
	Symbol
	members []string // a line for each that is shown
	more    bool     // there are more
}

// symbols is what was found, as symbols.
func (p parsed) symbols(all []found) []Symbol {
	all = arranged(all)
	list := make([]described, 0, len(all))
	var around []int // those that the one at hand stands in, the outermost first
	for _, f := range all {
		for n := len(around); n > 0 && (list[around[n-1]].span.End <= f.span.Start || list[around[n-1]].span == f.span); n = len(around) {
			around = around[:n-1]
		}
		d := described{found: f, Symbol: p.symbol(f)}
		if n := holder(list, around, f); n > 0 {
			d.standIn(&list[around[n-1]].Symbol)
			for list[around[n-1]].take(d.Signature); n > 1 && list[around[n-2]].body == list[around[n-1]].body; n-- {
				list[around[n-2]].take(d.Signature)
			}
		}
		list, around = append(list, d), append(around, len(list))
	}
	symbols := make([]Symbol, len(list))
	for i, d := range list {
		symbols[i] = d.Symbol
		symbols[i].Signature = p.withMembers(d)
	}
	return symbols
}

// holder is how many of the declarations around f are left when those are gone that do not hold it: what a constructor assigns is a field of
// its class, and C names one struct twice.
func holder(list []described, around []int, f found) int {
	n := len(around)
	for n > 0 {
		if outer := list[around[n-1]]; !(f.kind == "field" && isFunction[outer.Kind]) && (f.body.Empty() || outer.body != f.body) {
			break
		}
		n--
	}
	return n
}

// standIn makes s a part of outer.
func (d *described) standIn(outer *Symbol) {
	d.Kind = within(d.Kind, outer.Kind)
	if d.Container == "" {
		d.Container = outer.Name
	}
	if outer.Kind == "trait" || outer.Kind == "enum" && d.Kind == "field" {
		d.Exported = outer.Exported // without a word of its own
	}
	d.Exported = d.Exported && !strings.HasPrefix(outer.Name, "_")
}

// take shows one more member.
func (d *described) take(signature string) {
	if len(signature) > maxMemberBytes {
		signature = strings.ToValidUTF8(signature[:maxMemberBytes], "") + "…"
	}
	switch {
	case slices.Contains(d.members, signature): // a line that declares several
	case len(d.members) < maxMembers:
		d.members = append(d.members, signature)
	default:
		d.more = true
	}
}

// withMembers is the signature of a type with its members, between the brackets that the language has.
func (p parsed) withMembers(d described) string {
	if len(d.members) == 0 || !hasMembers[d.Kind] {
		return d.Signature
	}
	if d.more {
		d.members = append(d.members, "…")
	}
	members := "\n    " + strings.Join(d.members, "\n    ")
	if p.at(d.body.Start) != '{' {
		return d.Signature + members
	}
	head, tail := d.Signature, ""
	if d.name.Start >= d.body.End { // C's typedef
		tail = " " + strings.TrimSpace(p.text.Slice(document.Span{Start: d.body.End, End: d.span.End}))
		head = strings.TrimSuffix(head, tail)
	} else if strings.HasSuffix(strings.TrimRight(p.text.Slice(document.Span{Start: d.span.Start, End: d.body.Start}), " \t\r\n"), "=") {
		head += " ="
	}
	return head + " {" + members + "\n}" + tail
}
