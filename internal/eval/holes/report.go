package holes

import (
	"slices"
	"strings"
)

// The ways to choose a context.
const (
	inFile = "in-file" // the text around the hole alone
	sopro  = "sopro"
	oracle = "oracle" // by one who knows the hole
)

// row is one way to choose, at one budget.
type row struct {
	budget  int
	context string
	without []string
}

// rows are all that is measured, in the order of the reports.
func (c Config) rows() (all []row) {
	for _, budget := range c.Budgets {
		all = append(all, row{budget, inFile, nil})
		for _, without := range c.Without {
			all = append(all, row{budget, sopro, without})
		}
		all = append(all, row{budget, oracle, nil})
	}
	return all
}

// Report is what came out for one budget and one way to choose.
type Report struct {
	Budget  int      `json:"budget"` // tokens
	Context string   `json:"context"`
	Without []string `json:"without,omitempty"`
	Figures
	Languages []Language `json:"languages"`
	Sources   []Source   `json:"sources,omitempty"`
	Missed    []Missed   `json:"missed,omitempty"`
}

// Language is the figures of one.
type Language struct {
	Language string `json:"language"`
	Figures
}

// Figures are what docs/eval.md defines. Those of time, of the head and of the sources are of "sopro" alone.
type Figures struct {
	Holes        int     `json:"holes"`
	Covered      float64 `json:"holesCovered"`           // percent
	Names        float64 `json:"namesFound"`             // percent
	Other        float64 `json:"otherFilesNamesFound"`   // percent
	Declared     float64 `json:"declaredElsewhereFound"` // percent
	OtherHoles   int     `json:"holesWithOtherFilesNames"`
	OtherCovered float64 `json:"holesWithOtherFilesCovered"` // percent
	Elsewhere    int     `json:"holesWithDeclaredElsewhere"` // that need a name which another file declares
	Tokens       int     `json:"tokens"`                     // of the prompt, on average
	P50          float64 `json:"chosenP50Ms"`
	P99          float64 `json:"chosenP99Ms"`
	Late         float64 `json:"chosenLate"` // percent
	NextP50      float64 `json:"nextLineP50Ms"`
	NextP99      float64 `json:"nextLineP99Ms"`
	KeptLine     float64 `json:"headKeptInLine"`      // percent
	KeptNewline  float64 `json:"headKeptOverNewline"` // percent
}

// Source is what one source of snippets brought.
type Source struct {
	Source   string  `json:"source"`
	Snippets float64 `json:"snippets"` // a hole
	Tokens   float64 `json:"tokens"`   // a hole
	Names    int     `json:"names"`    // of other files, that stand in them
	Alone    int     `json:"alone"`    // of those, the ones that stand in no other source's
}

// Missed is a hole that the prompt does not cover.
type Missed struct {
	Hole
	Names []MissedName `json:"names"`
	Shown []Shown      `json:"shown"`
}

// MissedName is a name that the prompt lacks, and which other files have it, those that declare it first.
type MissedName struct {
	Name string   `json:"name"`
	In   []string `json:"in,omitempty"`
	Here bool     `json:"here"` // what is left of the hole's own file has it
}

// Shown is a snippet that the prompt has.
type Shown struct {
	Source string  `json:"source"`
	Path   string  `json:"path"`
	From   int     `json:"from"` // line, from 1
	To     int     `json:"to"`
	Tokens int     `json:"tokens"`
	Score  float64 `json:"score"`
}

// reports sums up the results of all holes.
func (c Config) reports(results [][]result) (all []Report) {
	for i, row := range c.rows() {
		var of []result
		languages := map[string][]result{}
		for _, hole := range results {
			of = append(of, hole[i])
			languages[hole[i].hole.Language] = append(languages[hole[i].hole.Language], hole[i])
		}
		r := Report{Budget: row.budget, Context: row.context, Without: row.without, Figures: figures(of)}
		if row.context == sopro {
			r.Sources = sources(of)
		}
		for _, one := range of {
			if one.missed != nil {
				r.Missed = append(r.Missed, *one.missed)
			}
		}
		for language, part := range languages {
			r.Languages = append(r.Languages, Language{language, figures(part)})
		}
		slices.SortFunc(r.Languages, func(a, b Language) int { return strings.Compare(a.Language, b.Language) })
		all = append(all, r)
	}
	return all
}
