package index

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sopro/internal/syntax"
	"sopro/internal/testkit/madecode"
)

// desk is an index for a story.
type desk struct {
	t *testing.T
	*Index
}

func newDesk(t *testing.T, o Options) *desk {
	t.Helper()
	x := Open(o)
	d := &desk{t, x}
	t.Cleanup(func() { x.Close() })
	return d
}

const root = "/work/shop"

// put reads a text in as a file of the workspace.
func (d *desk) put(rel, text string) {
	d.t.Helper()
	if err := d.Put(context.Background(), file(rel, text)); err != nil {
		d.t.Fatal(err)
	}
}

func file(rel, text string) File {
	first, _, _ := strings.Cut(text, "\n")
	return File{
		Path: filepath.Join(root, rel), Rel: rel, Root: root, Text: text,
		Language: syntax.Detect("", rel, first).ID(), Size: int64(len(text)), ModTime: time.Unix(1, 0),
	}
}

// made is a workspace that nobody wrote.
func made(seed uint64, lines int) iter.Seq[File] {
	return func(yield func(File) bool) {
		for rel, text := range madecode.Workspace(seed, lines) {
			if !yield(file(rel, text)) {
				return
			}
		}
	}
}

// ask finds windows by words.
func (d *desk) ask(words string, q WindowQuery) []Window {
	for _, c := range Tally(Terms(nil, words)) {
		q.Terms = append(q.Terms, Weighted{c.Term, 1})
	}
	return d.Windows(context.Background(), q)
}

// found names what was found, with the lines, counted from 1 as people do.
func foundWindows(all []Window) string {
	var names []string
	for _, w := range all {
		names = append(names, fmt.Sprintf("%s:%d-%d", w.Rel, w.Lines[0]+1, w.Lines[1]+1))
	}
	return strings.Join(names, " ")
}

func declared(all []Symbol) string {
	var names []string
	for _, s := range all {
		first, _, _ := strings.Cut(s.Signature, "\n")
		names = append(names, s.Rel+":"+first)
	}
	return strings.Join(names, " | ")
}

func (d *desk) want(got, want string) {
	d.t.Helper()
	if got != want {
		d.t.Errorf("got  %s\nwant %s", got, want)
	}
}

const cart = `package cart

// Cart is what somebody is about to buy.
type Cart struct{ items []Item }

// Total is the price of all items.
func (c *Cart) Total() Money { return sum(c.items) }

type Item struct{ Price Money }
`

func TestDeclarationsAreFoundByName(t *testing.T) {
	d := newDesk(t, Options{})
	d.put("cart/cart.go", cart)
	d.put("legacy/cart.go", "package legacy\n\ntype Cart map[string]int\n")
	d.put("web/cart.py", "class Cart:\n    def total(self):\n        return 0\n")
	names := func(p Prefer, names ...string) string {
		return declared(d.Declarations(context.Background(), names, p))
	}
	from := root + "/web/page.go"
	d.want(names(Prefer{From: from, Language: "go", Imports: []string{root + "/cart/cart.go"}}, "Item", "nobody", "Total"),
		"cart/cart.go:type Item struct { | cart/cart.go:func (c *Cart) Total() Money")
	d.want(names(Prefer{From: from, Language: "go", Imports: []string{root + "/legacy/cart.go"}}, "Cart"),
		"legacy/cart.go:type Cart map[string]int | cart/cart.go:type Cart struct {")
	d.want(names(Prefer{From: root + "/cart/total.go", Language: "go"}, "Cart"),
		"cart/cart.go:type Cart struct { | legacy/cart.go:type Cart map[string]int")
	d.want(names(Prefer{From: root + "/cart/cart.go", Language: "go"}, "Item", "cart"), "")
	d.want(declared(d.Members(context.Background(), []string{"Cart"}, Prefer{Language: "go"})), "cart/cart.go:items []Item | cart/cart.go:func (c *Cart) Total() Money")
	d.want(fmt.Sprint(d.Files()), "3")

	d.put("cart/cart.go", strings.ReplaceAll(cart, "Item", "Article"))
	d.want(names(Prefer{}, "Item"), "")
	d.want(names(Prefer{}, "Article"), "cart/cart.go:type Article struct {")
	d.Remove(root + "/cart/cart.go")
	d.want(names(Prefer{Language: "go"}, "Article", "Cart"), "legacy/cart.go:type Cart map[string]int")
	d.want(fmt.Sprint(d.Files()), "2")
}

func TestWindowsSpeakOfTheSameThings(t *testing.T) {
	d := newDesk(t, Options{})
	filler := strings.Repeat("var x = 1\n", 40)
	d.put("pay/settle.go", "package pay\n"+filler+"func settleInvoice(invoice Invoice) error {\n\treturn ledger.Book(invoice)\n}\n")
	d.put("pay/other.go", "package pay\n"+filler)
	d.put("far/away/copy.go", "package away\n"+filler+"func settleInvoice(invoice Invoice) error {\n\treturn ledger.Book(invoice)\n}\n")
	d.put("notes.md", "# Settling\n\nAn invoice is settled in the ledger.\n")
	q := WindowQuery{From: root + "/pay/new.go", Language: "go"}
	all := d.ask("ledger.Book(invoice)", q)
	d.want(foundWindows(all), "pay/settle.go:21-44 far/away/copy.go:21-44 notes.md:1-3")
	d.want(all[2].Text, "# Settling\n\nAn invoice is settled in the ledger.\n")
	q.Limit, q.Imports = 1, []string{root + "/far/away/copy.go"}
	d.want(foundWindows(d.ask("ledger.Book(invoice)", q)), "far/away/copy.go:21-44")
	d.want(foundWindows(d.ask("ledger.Book(invoice)", WindowQuery{Without: root + "/far/away/copy.go", Limit: 1})), "pay/settle.go:21-44")
	d.want(foundWindows(d.ask("nobody", q)), "")
	d.want(strings.Join(d.Folder(root+"/pay"), " "), root+"/pay/other.go "+root+"/pay/settle.go")
}

// scores are the scores of all windows that a query finds, by their place.
func (d *desk) scores(q WindowQuery) map[string]float64 {
	scores := map[string]float64{}
	for _, w := range d.Windows(context.Background(), q) {
		scores[foundWindows([]Window{w})] = w.Score
	}
	return scores
}
