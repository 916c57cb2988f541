package gather

import (
	"context"
	"strings"
	"testing"

	"sopro/internal/document"
	"sopro/internal/history"
	"sopro/internal/index"
	"sopro/internal/syntax"
)

// project is a workspace and a hole in one of its files.
type project struct {
	files map[string]string // by path in the workspace
	at    string            // path of the file with the hole, where █ stands
	do    func(h *history.History)
	says  []Diagnostic
}

func (p project) query(t *testing.T) Query {
	t.Helper()
	x := index.Open(index.Options{})
	t.Cleanup(func() { _ = x.Close() })
	q := Query{Budget: 1536, Estimate: estimate, Path: p.at, Local: "/w/" + p.at, Diagnostics: p.says, Sources: Sources{Index: x, History: history.New()}}
	for rel, text := range p.files {
		before, after, hole := strings.Cut(text, "█")
		language := syntax.Detect("", rel, "").ID()
		if hole {
			q.Text, q.Offset = document.New("file:///w/"+rel, language, 0, before+after), len(before)
		}
		if err := x.Put(t.Context(), index.File{Path: "/w/" + rel, Rel: rel, Root: "/w", Language: language, Text: before + after}); err != nil {
			t.Fatal(err)
		}
	}
	q.View = syntax.Parse(t.Context(), syntax.Detect(q.Text.LanguageID(), p.at, ""), q.Text)
	t.Cleanup(q.View.Close)
	if p.do != nil {
		p.do(q.Sources.History)
	}
	return q
}

// told is the source, the path and the text of each snippet.
func told(c Context) string {
	var b strings.Builder
	for _, s := range c.Snippets {
		b.WriteString(s.Source + " " + s.Path + "\n" + s.Text)
	}
	return b.String()
}

const money = `package money

// Amount is what somebody owes.
type Amount struct {
	Cents    int64
	Currency string
}

// Convert changes the currency.
func Convert(a Amount, into string) (Amount, error) {
	secretlyInside := a.Cents
	return Amount{secretlyInside, into}, nil
}
`

func TestSources(t *testing.T) {
	gomod := "module example.com/shop\n\ngo 1.22\n"
	pay := "package pay\n\nimport \"example.com/shop/money\"\n\nfunc pay(owed money.Amount) error {\n\tleft, err := money.Convert(owed, \"EUR\")\n\t█\n}\n"
	changed := func(h *history.History) {
		f := history.File{Local: "/w/bill/bill.go", Rel: "bill/bill.go"}
		s := document.New("file:///w/bill/bill.go", "go", 0, "package bill\n\nvar rate = 1\n")
		h.Opened(f, s)
		s, _ = s.Splice(document.Span{Start: 18, End: 22}, "tariff")
		h.Changed(f, s)
	}
	for name, c := range map[string]struct {
		project
		without []string
		want    []string
		not     []string
	}{
		"what is called, without its body": {
			project: project{files: map[string]string{"go.mod": gomod, "money/money.go": money, "pay/pay.go": pay}, at: "pay/pay.go"},
			without: []string{"lexical"},
			want:    []string{"money/money.go\n", "func Convert(a Amount, into string) (Amount, error) {\n"},
			not:     []string{"secretlyInside"},
		},
		"the type in the head": {
			project: project{files: map[string]string{"go.mod": gomod, "money/money.go": money, "pay/pay.go": pay}, at: "pay/pay.go"},
			want:    []string{"Cents", "Currency"},
		},
		"lines that speak of the same": {
			project: project{files: map[string]string{"go.mod": gomod, "pay/pay.go": pay, "bill/bill.go": "package bill\n\nfunc bill() {\n\tleft, err := money.Convert(owed, deadline)\n\treport(left, overdue)\n}\n"}, at: "pay/pay.go"},
			want:    []string{"lexical bill/bill.go\n", "deadline", "report(left, overdue)\n"},
		},
		"without what is left out": {
			project: project{files: map[string]string{"go.mod": gomod, "money/money.go": money, "pay/pay.go": pay}, at: "pay/pay.go"},
			without: SourceNames(),
			not:     []string{"Convert", "Cents"},
		},
		"no secret of another file": {
			project: project{files: map[string]string{"pay/pay.go": pay, "bill/bill.go": "package bill\n\nfunc bill() {\n\tleft, err := money.Convert(owed, deadline, ghp_16C7e42F292c6912E7710c838347Ae178B4a)\n}\n"}, at: "pay/pay.go"},
			want:    []string{"deadline"},
			not:     []string{"ghp_16C7e42F292c6912E7710c838347Ae178B4a"},
		},
		"the last change elsewhere": {
			project: project{files: map[string]string{"pay/pay.go": pay}, at: "pay/pay.go", do: changed},
			want:    []string{"edit bill/bill.go.diff\n@@ -1,3 +1,3 @@\n package bill\n \n-var rate = 1\n+var tariff = 1\n"},
		},
		"what is said of the line, on one line and without escapes": {
			project: project{files: map[string]string{"pay/pay.go": pay}, at: "pay/pay.go", says: []Diagnostic{
				{Lines: [2]int{5, 6}, Message: "declared and\n\tnot used: \x1b[31mleft"}, {Lines: [2]int{0, 0}, Message: "another line"}}},
			want: []string{"diagnostic pay/pay.go\n// declared and not used: [31mleft\n"},
			not:  []string{"another line"},
		},
		"imports that the window has lost": {
			project: project{files: map[string]string{"pay/pay.py": "from .money import convert, settle_everything\n" + strings.Repeat("# nothing\n", 200) + "convert(owed, █)\n"}, at: "pay/pay.py"},
			want:    []string{"header pay/pay.py\nfrom .money import convert, settle_everything\n"},
		},
		"how a function is called that is not there yet": {
			project: project{files: map[string]string{"pay.go": "package pay\n\nfunc █\n" + strings.Repeat("// nothing\n", 200) + "func main() {\n\tsettleInvoice(owed, deadline)\n}\n"}, at: "pay.go"},
			want:    []string{"undeclared pay.go\nfunc main() {\n\tsettleInvoice(owed, deadline)\n"},
		},
		"but not of one that is": {
			project: project{files: map[string]string{"pay.go": "package pay\n\nfunc █\n" + strings.Repeat("// nothing\n", 200) + "func main() {\n\tsettleInvoice(owed, deadline)\n}\n\nfunc settleInvoice() {}\n"}, at: "pay.go"},
			not:     []string{"undeclared"},
		},
		"a type that is not imported yet": {
			project: project{files: map[string]string{"pay.ts": "import {Amount} from './amount.js';\nimport █\n" + strings.Repeat("// nothing\n", 200) + "export class Bill extends Settlement {\n  owed = new Amount();\n}\n"}, at: "pay.ts"},
			want:    []string{"undeclared pay.ts\nexport class Bill extends Settlement {\n"},
		},
		"what the files beside declare": {
			project: project{files: map[string]string{"pay/pay.go": pay, "pay/left.go": "package pay\n\nfunc leftOver(owed int) int { return owed }\n"}, at: "pay/pay.go"},
			without: []string{"lexical"},
			want:    []string{"pay/left.go\nfunc leftOver(owed int) int { return owed }\n"},
		},
		"what a test is of": {
			project: project{files: map[string]string{"bill.ts": "export function settleBill(owed: number) {\n  return owed\n}\n", "bill.test.ts": "test('settle', () => {\n  settle█\n})\n"}, at: "bill.test.ts"},
			without: []string{"lexical", "sibling"},
			want:    []string{"test bill.ts\nexport function settleBill(owed: number) {\n"},
		},
		"what somebody looked at": {
			project: project{files: map[string]string{"pay/pay.go": pay, "bill/bill.go": "package bill\n\nfunc leftOver(owed int) int { return owed }\n"}, at: "pay/pay.go",
				do: func(h *history.History) { h.Viewed(history.File{Local: "/w/bill/bill.go", Rel: "bill/bill.go"}) }},
			without: []string{"lexical"},
			want:    []string{"visited bill/bill.go\nfunc leftOver(owed int) int { return owed }\n"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			q := c.query(t)
			q.Without = c.without
			var a Anchor
			got := a.Gather(context.Background(), q)
			for _, want := range c.want {
				if !strings.Contains(told(got), want) {
					t.Errorf("%q is not in\n%s", want, told(got))
				}
			}
			for _, not := range c.not {
				if strings.Contains(told(got), not) {
					t.Errorf("%q is in\n%s", not, told(got))
				}
			}
			if got.Tokens > q.Budget {
				t.Errorf("%d tokens of %d", got.Tokens, q.Budget)
			}
		})
	}
}

// A tree that was closed meanwhile, an index and a history that are not there: the text alone tells.
func TestSourcesThatAreNotThere(t *testing.T) {
	q := project{files: map[string]string{"a.go": "package a\n\nfunc a() {\n\t█\n}\n"}, at: "a.go"}.query(t)
	q.View.Close()
	q.Sources = Sources{}
	var a Anchor
	if c := a.Gather(context.Background(), q); c.Prefix == "" || len(c.Snippets) != 0 {
		t.Errorf("%q and %d snippets", c.Prefix, len(c.Snippets))
	}
}

// When the time is over between two sources, what the first ones found is shown, and the rest comes with the next hole.
func TestSourcesUntilTheDeadline(t *testing.T) {
	files := map[string]string{"pay.go": "package pay\n\nfunc pay() {\n\tConvert(█)\n}\n", "money.go": money}
	q := project{files: files, at: "pay.go"}.query(t)
	var whole Anchor
	want := told(whole.Gather(context.Background(), q))
	var a Anchor
	rounds := 0
	for got := ""; got != want; rounds++ {
		if rounds > 20 {
			t.Fatalf("it never shows\n%s\nbut\n%s", want, got)
		}
		got = told(a.Gather(&countdown{context.Background(), 2 + 3*rounds}, q))
	}
	if rounds < 2 {
		t.Errorf("%d rounds", rounds)
	}
}
