package gather

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"sopro/internal/document"
)

// What a model is shown that explains the code behind the mark, to the next empty line, or writes some there.
func TestDeclared(t *testing.T) {
	const gomod = "module example.com/shop\n\ngo 1.22\n"
	const settle = "package pay\n\n// Settle books.\nfunc Settle(book *Ledger) error {\n\tsecretlyInside := book\n\treturn nil\n}\n"
	const ledger = "package pay\n\ntype Ledger struct {\n\tEntries []Entry\n}\n\nfunc (l *Ledger) Enter(owed int) {}\n"
	const record = "package pay\n\ntype Record struct {\n\tAlpha int\n\tBeta  int\n\tGamma int\n\tDelta int\n\tZeta  int\n}\n"
	var many, calls strings.Builder
	for i := range 60 {
		fmt.Fprintf(&many, "func settle%d(customer int) int {\n}\n\n", i)
		fmt.Fprintf(&calls, "settle%d(1)\n", i)
	}
	page := func(code string) string {
		return "package shop\n\nimport \"example.com/shop/pay\"\n\nfunc page() {\n\t█" + code + "\n\n}\n" + strings.Repeat("// nothing\n", 60)
	}
	for name, c := range map[string]struct {
		files  map[string]string
		said   string // with words, code is to be written; without, it is explained
		budget int
		want   []string
		not    []string
	}{
		"what is called, without its body": {
			files: map[string]string{"go.mod": gomod, "pay/settle.go": settle, "page.go": page("pay.Settle(nil)")},
			want:  []string{"declaration pay/settle.go\nfunc Settle(book *Ledger) error {\n"}, not: []string{"secretlyInside"},
		},
		"what stands beside it": {
			files: map[string]string{"page.go": page("settle()"), "settle.go": "package shop\n\nfunc settle() {}\n"},
			want:  []string{"settle.go\nfunc settle() {}\n"},
		},
		"what the file itself declares elsewhere, and not what others do by that name": {
			files: map[string]string{"page.go": page("settle()") + "\nfunc settle() {}\n", "settle.go": "package other\n\nfunc settle(a int) {}\n"},
			want:  []string{"declaration page.go\nfunc settle() {}\n"}, not: []string{"settle.go"},
		},
		"not what the model sees anyway": {
			files: map[string]string{"page.go": "package shop\n\nfunc settle() {}\n\n" + page("settle()")[len("package shop\n\n"):]},
			not:   []string{"settle"},
		},
		"what stands far away, if it alone has the name": {
			files: map[string]string{"page.go": page("ledger.Enter()"), "a/ledger.go": ledger},
			want:  []string{"func (l *Ledger) Enter(owed int) {}\n"},
		},
		"the fields of a type": {
			files: map[string]string{"go.mod": gomod, "page.go": page("var one pay.Record"), "pay/record.go": record},
			want:  []string{"\tAlpha int\n\tBeta  int\n\tGamma int\n\tDelta int\n\tZeta  int\n}\n"},
		},
		"not what a test declares": {
			files: map[string]string{"page.go": page("settle()"), "settle_test.go": "package shop\n\nfunc settle() {}\n"},
			not:   []string{"settle"},
		},
		"not what another package keeps to itself": {
			files: map[string]string{"go.mod": gomod, "page.go": page("settle(pay.Ledger)"), "pay/settle.go": "package pay\n\nfunc settle() {}\n"},
			not:   []string{"settle"},
		},
		"no method for what is called by itself": {
			files: map[string]string{"page.go": page("enter()"), "ledger.go": "package shop\n\nfunc (l Ledger) enter() {}\n"},
			not:   []string{"enter"},
		},
		"no function beside for a member": {
			files: map[string]string{"page.go": page("book.enter()"), "ledger.go": "package shop\n\nfunc enter() {}\n"},
			not:   []string{"enter"},
		},
		"not what many have": {
			files: map[string]string{"page.go": page("customer.Close()"), "a/a.go": "package a\n\nfunc (a A) Close() {}\n", "b/b.go": "package b\n\nfunc (b B) Close() {}\n"},
			not:   []string{"Close"},
		},
		"not what a variable is called by chance": {
			files: map[string]string{"page.go": page("total := 1"), "a/a.go": "package a\n\nfunc total() {}\n"},
			not:   []string{"total"},
		},
		"no secret of another file": {
			files: map[string]string{"page.py": "from pay import settle\n\n█settle()\n\n", "pay.py": "def settle(owed, key=\"ghp_16C7e42F292c6912E7710c838347Ae178B4a\"):\n    pass\n"},
			want:  []string{"def settle(owed, key=\"[secret]\"):\n"}, not: []string{"ghp_16C7e42F292c6912E7710c838347Ae178B4a"},
		},
		"as many as there is room for": {
			files: map[string]string{"page.go": page(calls.String()), "settle.go": "package shop\n\n" + many.String()},
			want:  []string{"func settle"},
		},
		"nothing without room": {
			files: map[string]string{"page.go": page("settle()"), "settle.go": "package shop\n\nfunc settle() {}\n"}, budget: 20,
		},
		"what the words name": {
			files: map[string]string{"go.mod": gomod, "pay/settle.go": settle, "pay/ledger.go": ledger, "page.go": page("")},
			said:  "Call Settle for each customer.",
			want:  []string{"pay/settle.go\nfunc Settle(book *Ledger) error {\n"},
		},
		"what the words spell as code, though it is far away": {
			files: map[string]string{"page.go": page(""), "a/a.go": "package a\n\nfunc SettleAll() {}\n"},
			said:  "do what SettleAll does", want: []string{"func SettleAll() {}\n"},
		},
		"not what is but a word": {
			files: map[string]string{"page.go": page(""), "a/a.go": "package a\n\nfunc settle() {}\n"},
			said:  "settle what is open", not: []string{"settle"},
		},
		"the members of what is there to write with": {
			files: map[string]string{"go.mod": gomod, "pay/ledger.go": ledger, "page.go": strings.Replace(page(""), "page()", "page(book *pay.Ledger)", 1)},
			said:  "enter what is owed", want: []string{"func (l *Ledger) Enter(owed int) {}\n"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			at := "page.go"
			if c.files[at] == "" {
				at = "page.py"
			}
			q := project{files: c.files, at: at}.query(t)
			if q.Budget = 400; c.budget > 0 {
				q.Budget = c.budget
			}
			about := Asked{Said: c.said, Shown: document.Span{End: q.Text.LineEnd(20)}}
			if c.said == "" {
				about.Code = document.Span{Start: q.Offset, End: q.Offset + strings.Index(q.Text.String()[q.Offset:], "\n\n")}
			}
			for _, view := range []bool{true, false} {
				if !view {
					q.View = nil // the text alone tells
				}
				all := Context{Snippets: Declared(context.Background(), q, about)}
				got := told(all)
				for _, want := range c.want {
					if !strings.Contains(got, want) && (view || at == "page.py") {
						t.Errorf("%q is not in\n%s", want, got)
					}
				}
				for _, not := range c.not {
					if strings.Contains(got, not) {
						t.Errorf("%q is in\n%s", not, got)
					}
				}
				if c.want == nil && got != "" {
					t.Errorf("shows\n%s", got)
				}
				tokens := 0
				for _, s := range all.Snippets {
					if tokens += s.Tokens; s.Why == "" || s.Runs == nil {
						t.Errorf("nobody knows why %+v", s)
					}
				}
				if tokens > q.Budget {
					t.Errorf("%d tokens of %d", tokens, q.Budget)
				}
			}
		})
	}
}

// Without an index there is nothing; without time what was found by then.
func TestDeclaredWithout(t *testing.T) {
	q := project{files: map[string]string{"page.go": "package shop\n\nfunc page() { settle() }█\n", "settle.go": "package shop\n\nfunc settle() {}\n"}, at: "page.go"}.query(t)
	about := Asked{Code: document.Span{End: q.Text.Len()}, Shown: document.Span{End: q.Text.Len()}}
	if got := Declared(context.Background(), q, about); len(got) != 1 {
		t.Fatalf("%d snippets", len(got))
	}
	over, cancel := context.WithCancel(context.Background())
	cancel()
	Declared(over, q, about)
	q.Sources.Index = nil
	if got := Declared(context.Background(), q, about); got != nil {
		t.Errorf("without an index %v", got)
	}
}
