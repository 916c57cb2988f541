package holes

import (
	"math"
	"slices"
	"strings"
	"time"
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
	Missed    []Missed   `json:"missed,omitempty"`
}

// Language is the figures of one.
type Language struct {
	Language string `json:"language"`
	Figures
}

// Figures are what docs/eval.md defines. Those of time and of the head are of "sopro" alone.
type Figures struct {
	Holes        int     `json:"holes"`
	Covered      float64 `json:"holesCovered"`         // percent
	Names        float64 `json:"namesFound"`           // percent
	Other        float64 `json:"otherFilesNamesFound"` // percent
	OtherHoles   int     `json:"holesOfOtherFiles"`
	OtherCovered float64 `json:"holesOfOtherFilesCovered"` // percent
	Tokens       int     `json:"tokens"`                   // of the prompt, on average
	P50          float64 `json:"chosenP50Ms"`
	P99          float64 `json:"chosenP99Ms"`
	KeptLine     float64 `json:"headKeptInLine"`      // percent
	KeptNewline  float64 `json:"headKeptOverNewline"` // percent
}

// Missed is a hole that the prompt does not cover.
type Missed struct {
	Hole
	Names []MissedName `json:"names"`
}

// MissedName is a name that the prompt lacks, and which other files have it; none if only the hole's own has.
type MissedName struct {
	Name string   `json:"name"`
	In   []string `json:"in,omitempty"`
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
		for language, part := range languages {
			r.Languages = append(r.Languages, Language{language, figures(part)})
		}
		slices.SortFunc(r.Languages, func(a, b Language) int { return strings.Compare(a.Language, b.Language) })
		all = append(all, r)
	}
	return all
}

// figures sums up.
func figures(of []result) (f Figures) {
	f.Holes = len(of)
	var covered, names, found, other, otherFound, otherCovered, tokens int
	var line, newline share
	var took []time.Duration
	for _, r := range of {
		missing := wordsOf(strings.Join(r.missing, " "))
		names += len(r.hole.names())
		found += len(r.hole.names()) - len(r.missing)
		other += len(r.hole.Other)
		for _, name := range r.hole.Other {
			if !missing.has(name) {
				otherFound++
			}
		}
		if len(r.hole.Other) > 0 {
			f.OtherHoles++
		}
		if len(r.missing) == 0 {
			covered++
			if len(r.hole.Other) > 0 {
				otherCovered++
			}
		}
		tokens += r.tokens
		line.sum, line.n = line.sum+r.line.sum, line.n+r.line.n
		newline.sum, newline.n = newline.sum+r.newline.sum, newline.n+r.newline.n
		took = append(took, r.took)
	}
	f.Covered, f.Names = percent(float64(covered), f.Holes), percent(float64(found), names)
	f.Other, f.OtherCovered = percent(float64(otherFound), other), percent(float64(otherCovered), f.OtherHoles)
	f.KeptLine, f.KeptNewline = percent(line.sum, line.n), percent(newline.sum, newline.n)
	f.Tokens = tokens / max(f.Holes, 1)
	slices.Sort(took)
	f.P50, f.P99 = quantile(took, .5), quantile(took, .99)
	return f
}

// quantile is of sorted times, in milliseconds.
func quantile(sorted []time.Duration, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
	return round(float64(at) / float64(time.Millisecond))
}

func percent(n float64, of int) float64 {
	if of == 0 {
		return 0
	}
	return round(100 * n / float64(of))
}

func round(x float64) float64 { return math.Round(x*1000) / 1000 }
