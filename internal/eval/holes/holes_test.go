package holes

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"go.uber.org/goleak"

	"sopro/internal/document"
	"sopro/internal/gather"
	"sopro/internal/index"
	"sopro/internal/prompt"
	"sopro/internal/workspace"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// laid writes the files of an archive into a folder and reads that.
func laid(t testing.TB, archive *txtar.Archive) *Repository {
	t.Helper()
	root := filepath.Join(t.TempDir(), "project")
	for _, f := range archive.Files {
		path := filepath.Join(root, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Read(t.Context(), root, workspace.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// own are files of this project, as they once were.
func own(t testing.TB) *Repository {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/project.txtar")
	if err != nil {
		t.Fatal(err)
	}
	return laid(t, archive)
}

func cutOf(t testing.TB, r *Repository, n, seed int) []Hole {
	t.Helper()
	cut, err := r.Cut(t.Context(), n, seed)
	if err != nil {
		t.Fatal(err)
	}
	return cut
}

// usual measures a prompt of the recommended model, with its tokens counted as before anything was learnt.
func usual(budgets ...int) Config {
	const model = "qwen2.5-coder:1.5b-base"
	e := prompt.NewEstimator()
	return Config{
		Budgets: budgets, Without: [][]string{nil}, Asking: prompt.Recognise(prompt.Identity{Name: model}),
		Estimate: func(language, text string) int { return e.Tokens(model, language, text) },
	}
}

// shop is a project of four languages.
const shop = `
-- .gitignore --
built.go
-- built.go --
package shop

func ignoredByGit() {}
-- basket.go --
package shop

import "fmt"

// Settle pays; a comment speaks of laterNeeded.
func (b *Basket) Settle(rate float64) error {
	total := b.sum(rate)
	if err := chargeCard(total, b.owner); err != nil { // not Refund
		return fmt.Errorf("Receipt: %w", err)
	}
	return nil
}

func (b *Basket) sum(rate float64) int { return laterNeeded(rate, roundUp, invented, ignoredByGit) }
-- card.go --
package shop

// roundUp is mentioned here.
func chargeCard(amount int, owner string) error { return nil }

func Refund() {}

func Receipt() {}

type Basket struct{ owner string }
-- card.py --
def only_python(invented):
    return invented
-- card_test.go --
package shop

func TestChargeCard() { chargeCard() }
-- main.ts --
import { helper } from "./helper";
export const value = assist(other);
-- helper.js --
export function assist(other) { return other }
`

// at is the hole that a text leaves in a file.
func at(t testing.TB, r *Repository, path, text string) Hole {
	t.Helper()
	i := slices.IndexFunc(r.Files, func(f File) bool { return f.Rel == path })
	before, _, ok := strings.Cut(r.Files[i].Text, text)
	if !ok {
		t.Fatalf("%s has no %q", path, text)
	}
	return r.hole(t.Context(), spot{&r.Files[i], strings.Count(before, "\n")}, document.Span{Start: len(before), End: len(before) + len(text)})
}

// What a hole needs: names of its code that the rest of the file has, or that other files of that language have.
func TestNamesOfAHole(t *testing.T) {
	r := laid(t, txtar.Parse([]byte(shop)))
	for _, c := range []struct{ path, text, here, other, declared string }{
		{"basket.go", "if err := chargeCard(total, b.owner); err != nil { // not Refund", "err total", "chargeCard owner", "chargeCard owner"},
		{"basket.go", `return fmt.Errorf("Receipt: %w", err)`, "fmt err", "", ""},
		{"basket.go", "laterNeeded(rate, roundUp, invented, ignoredByGit)", "laterNeeded rate", "roundUp", ""},
		{"main.ts", "assist(other)", "", "assist other", "assist"},
		{"card.py", "only_python", "", "", ""},
	} {
		h := at(t, r, c.path, c.text)
		if got := []string{strings.Join(h.Here, " "), strings.Join(h.Other, " "), strings.Join(h.Declared, " ")}; !slices.Equal(got, []string{c.here, c.other, c.declared}) {
			t.Errorf("%s\ngot  %q\nwant %q", c.text, got, []string{c.here, c.other, c.declared})
		}
	}
}

// Who has a name: the files that declare it come first, the hole's own never.
func TestWhoHasAName(t *testing.T) {
	r := laid(t, txtar.Parse([]byte(shop)))
	h := at(t, r, "basket.go", "b.owner")
	for name, want := range map[string][]string{"chargeCard": {"card.go", "card_test.go"}, "Settle": nil, "helper": nil} {
		if got := r.having(&h, name, 3); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	if got := r.having(&h, "chargeCard", 1); len(got) != 1 {
		t.Errorf("of one: %v", got)
	}
}

func TestIdentifiers(t *testing.T) {
	for text, want := range map[string]string{
		"a.b.Close(ctx)":        "Close ctx",
		"x1 1x 0x1F __init__":   "x1 __init__",
		"größe := $name + @at":  "größe name at",
		"":                      "",
		"retry_count-maxRetry;": "retry_count maxRetry",
	} {
		var got []string
		for off, name := range identifiers(text) {
			if text[off:off+len(name)] != name {
				t.Errorf("%q is not at %d of %q", name, off, text)
			}
			got = append(got, name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestWritten(t *testing.T) {
	for path, want := range map[string]bool{
		"cmd/main.go": true, "attest.go": true, "src/contest/Latest.java": true, "protest.c": true, "lib/spec.rb": true,
		"a_test.go": false, "test/a.py": false, "src/test/java/A.java": false, "test_a.py": false, "a.test.ts": false, "src/GsonTest.java": false,
		"vendor/x.go": false, "api.pb.go": false, "a.min.js": false, "spec/a_spec.rb": false, "tests.rs": false,
	} {
		if written(path) != want {
			t.Errorf("%s: %v", path, !want)
		}
	}
}

// Holes are cut by turns of three kinds, give their file again when they are filled, and depend on the seed alone.
func TestHoles(t *testing.T) {
	r := own(t)
	cut := cutOf(t, r, 45, 1)
	if len(cut) != 45 {
		t.Fatalf("%d holes", len(cut))
	}
	for i, h := range cut {
		lines := strings.Count(h.Text, "\n") + 1
		ok := map[string]bool{"line": lines == 1, "tail": lines == 1, "block": lines >= leastBlock && lines <= mostBlock}[h.Kind]
		whole := strings.TrimSpace(h.Before[strings.LastIndexByte(h.Before, '\n')+1:]) == ""
		if h.Kind != kinds[i%3] || !ok || whole != (h.Kind != "tail") || h.Text != strings.TrimSpace(h.Text) || !strings.HasPrefix(h.After, "\n") {
			t.Errorf("%s:%d, a %s: %q", h.Path, h.Line, h.Kind, h.Text)
		}
		if h.Before+h.Text+h.After != h.file.Text || strings.Count(h.Before, "\n")+1 != h.Line || !written(h.Path) || len(h.names()) == 0 {
			t.Errorf("%s:%d does not fit", h.Path, h.Line)
		}
	}
	if !reflect.DeepEqual(cut, cutOf(t, r, 45, 1)) {
		t.Error("the same seed cuts other holes")
	}
	if reflect.DeepEqual(cut, cutOf(t, r, 45, 2)) {
		t.Error("another seed cuts the same holes")
	}
	if all := cutOf(t, laid(t, txtar.Parse([]byte(shop))), 1000, 1); len(all) == 0 || len(all) > 20 {
		t.Errorf("%d holes in a small project", len(all))
	}
}

// What lies in other files is found through the index, which has the hole's own file with the hole.
func TestOtherFilesAreShown(t *testing.T) {
	r := laid(t, txtar.Parse([]byte(shop)))
	h := at(t, r, "basket.go", "if err := chargeCard(total, b.owner); err != nil { // not Refund")
	c := usual(1024)
	c.Why, c.Without = true, [][]string{nil, gather.SourceNames()}
	reports, err := Run(t.Context(), []*Repository{r}, [][]Hole{{h}}, c)
	if err != nil {
		t.Fatal(err)
	}
	if all, none := reports[1], reports[2]; all.Covered != 100 || all.Other != 100 || none.Covered != 0 || none.Other != 0 || len(none.Sources) > 0 {
		t.Errorf("with all sources %+v\nwith none %+v", all, none)
	}
}

// An index of a repository lies where one wants it, and has other texts of some files.
func TestIndexElsewhere(t *testing.T) {
	r := laid(t, txtar.Parse([]byte(shop)))
	x, err := r.Index(t.Context(), "/elsewhere", map[string]string{"card.go": "package shop\n\nfunc payInCash() {}\n", "new.py": "def fresh():\n    pass\n"})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for name, want := range map[string]string{"Settle": "/elsewhere/basket.go", "payInCash": "/elsewhere/card.go", "Refund": "", "fresh": "/elsewhere/new.py", "ignoredByGit": ""} {
		got := ""
		for _, d := range x.Declarations(t.Context(), []string{name}, index.Prefer{From: "/elsewhere/other.go"}) {
			got = d.Path
		}
		if got != want {
			t.Errorf("%s is declared in %q, want %q", name, got, want)
		}
	}
}

// kept is how much of what is read again was there before.
func TestKept(t *testing.T) {
	for _, c := range []struct {
		was, is string
		want    float64
	}{{"abcd", "abcde", .8}, {"abcd", "abxd", .5}, {"", "a", 0}, {"abc", "ab", 1}} {
		if got := kept(c.was, c.is); got != c.want {
			t.Errorf("%q, %q: %v", c.was, c.is, got)
		}
	}
}

func TestSums(t *testing.T) {
	one := &Hole{Language: "go", Here: []string{"aa"}, Other: []string{"bb", "cc"}, Declared: []string{"bb"}}
	two := &Hole{Language: "go", Here: []string{"dd"}}
	f := figures([]result{
		{hole: one, missing: setOf([]string{"cc"}), tokens: 10, took: patience + 1, next: []time.Duration{3 * time.Millisecond, time.Millisecond}},
		{hole: two, missing: Words{}, tokens: 20, line: share{1.5, 2}},
		{hole: two},
	})
	f.P50, f.P99 = 0, 0
	want := Figures{Holes: 3, Covered: 66.667, Names: 80, Other: 50, Declared: 100, OtherHoles: 1, Elsewhere: 1, Tokens: 10, Late: 33.333, NextP50: 3, NextP99: 3, KeptLine: 75}
	if f != want {
		t.Errorf("\ngot  %+v\nwant %+v", f, want)
	}
	snippets := []gather.Snippet{{Source: "x", Text: "bb", Tokens: 3}, {Source: "x", Text: "bb cc", Tokens: 5}, {Source: "y", Text: "bb", Tokens: 2}}
	got := sources([]result{{hole: one, shown: snippets}, {hole: two}})
	if want := []Source{{"x", 1, 4, 2, 1}, {"y", .5, 1, 1, 0}}; !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// Two runs are equal but for the times, however many repositories are looked into at a time.
func TestRunsRepeat(t *testing.T) {
	r := own(t)
	cut := cutOf(t, r, 6, 1)
	c := usual(1024, 1536)
	c.Why = true
	run := func() []Report {
		small := laid(t, txtar.Parse([]byte(shop)))
		reports, err := Run(t.Context(), []*Repository{r, small}, [][]Hole{cut, cutOf(t, small, 3, 1)}, c)
		if err != nil {
			t.Fatal(err)
		}
		for i := range reports {
			timeless(&reports[i].Figures)
			for j := range reports[i].Languages {
				timeless(&reports[i].Languages[j].Figures)
			}
		}
		return reports
	}
	first, again := run(), run()
	if !reflect.DeepEqual(withoutFiles(first), withoutFiles(again)) {
		t.Errorf("first %+v\nthen  %+v", first, again)
	}
	if len(first[1].Missed) == 0 || len(first[1].Sources) == 0 || first[4].Missed != nil {
		t.Errorf("what was missed: %+v", first[1])
	}
}

// timeless takes out what differs from run to run.
func timeless(f *Figures) { f.P50, f.P99, f.Late, f.NextP50, f.NextP99 = 0, 0, 0, 0, 0 }

// withoutFiles leaves out what lies at another place each time.
func withoutFiles(reports []Report) []Report {
	for _, r := range reports {
		for i := range r.Missed {
			r.Missed[i].file = nil
		}
	}
	return reports
}

func TestWhatCannotBeMeasured(t *testing.T) {
	r := own(t)
	cut := cutOf(t, r, 3, 1)
	if _, err := Run(t.Context(), []*Repository{r}, [][]Hole{cut}, usual(100)); err == nil || !strings.Contains(err.Error(), "100 tokens is too small") {
		t.Errorf("error %v", err)
	}
	without := usual(512)
	without.Without = [][]string{nil, {"guess"}}
	if _, err := Run(t.Context(), []*Repository{r}, [][]Hole{cut}, without); err == nil || !strings.Contains(err.Error(), `"guess" cannot be left out: one of `) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	c := usual(512)
	c.Progress = cancel
	if _, err := Run(ctx, []*Repository{r}, [][]Hole{cut}, c); err != context.Canceled {
		t.Errorf("ended with %v", err)
	}
	if _, err := r.Cut(ctx, 3, 1); err != context.Canceled {
		t.Errorf("cut: %v", err)
	}
	for folder, want := range map[string]string{t.TempDir(): "has no source files", "testdata/project.txtar": "is no folder", "nowhere": "is no folder"} {
		if _, err := Read(t.Context(), folder, workspace.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", folder, err)
		}
	}
}
