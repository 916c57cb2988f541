package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"sopro/internal/clean"
	"sopro/internal/eval/holes"
)

// contextTable prints a line for each report, then one for each of its languages where there are several; with why also what each source brought and
// the holes that are not covered.
func contextTable(out io.Writer, reports []holes.Report, why bool) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, foundHead+"\tp50 ms\tp99 ms\tlate %\tnext line\tkept in line %\tover newline %\t  context\n")
	for _, r := range reports {
		fmt.Fprintf(w, "%d\t%s\t%s\t  %s\n", r.Budget, found(r.Figures), costs(r), contextOf(r))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if slices.ContainsFunc(reports, func(r holes.Report) bool { return len(r.Languages) > 1 }) {
		languagesTable(w, reports)
	}
	if err := w.Flush(); err != nil || !why {
		return err
	}
	fmt.Fprint(w, "\ntokens\tsource\tsnippets\ttokens\tother files' names\tby it alone\t  context\n")
	for _, r := range reports {
		for _, s := range r.Sources {
			fmt.Fprintf(w, "%d\t%s\t%.2f\t%.0f\t%d\t%d\t  %s\n", r.Budget, s.Source, s.Snippets, s.Tokens, s.Names, s.Alone, contextOf(r))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, r := range reports {
		missedHoles(out, r.Missed)
	}
	return nil
}

// languagesTable prints a line for each language of each report.
func languagesTable(w io.Writer, reports []holes.Report) {
	fmt.Fprint(w, "\n"+foundHead+"\tlanguage\t  context\n")
	for _, r := range reports {
		for _, l := range r.Languages {
			fmt.Fprintf(w, "%d\t%s\t%s\t  %s\n", r.Budget, found(l.Figures), l.Language, contextOf(r))
		}
	}
}

// foundHead is above the figures that every way to choose has.
const foundHead = "tokens\tholes\tcovered %\tnames %\tother files' %\tdeclared %"

// found are those figures.
func found(f holes.Figures) string {
	return fmt.Sprintf("%d\t%.1f\t%.1f\t%s\t%s", f.Holes, f.Covered, f.Names,
		counted(f.Other, f.OtherHoles), counted(f.Declared, f.Elsewhere))
}

// counted is a figure of so many holes; of none there is nothing to say.
func counted(percent float64, of int) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", percent)
}

// costs are the figures that bounds do not have.
func costs(r holes.Report) string {
	if r.P99 == 0 {
		return "-\t-\t-\t-\t-\t-"
	}
	return fmt.Sprintf("%.2f\t%.2f\t%.1f\t%.2f / %.2f\t%.1f\t%.1f", r.P50, r.P99, r.Late, r.NextP50, r.NextP99, r.KeptLine, r.KeptNewline)
}

// contextOf is who chose, and without what.
func contextOf(r holes.Report) string {
	if len(r.Without) > 0 {
		return r.Context + ", without " + strings.Join(r.Without, ", ")
	}
	return r.Context
}

// missedHoles prints what holes lack, and what is shown instead. Names and paths are a stranger's.
func missedHoles(out io.Writer, missed []holes.Missed) {
	for _, m := range missed {
		fmt.Fprintf(out, "\n%s:%d, a %s\n", clean.Message(m.Repo+"/"+m.Path), m.Line, m.Kind)
		for _, n := range m.Names {
			from := strings.Join(n.In, ", ")
			if n.Here {
				from = strings.TrimSuffix("the file itself, "+from, ", ")
			}
			fmt.Fprintln(out, "  lacks", clean.Message(n.Name+", which is in "+from))
		}
		for _, s := range m.Shown {
			fmt.Fprintf(out, "  shows %s:%d-%d, %s, %d tokens, score %.2f\n", clean.Message(s.Path), s.From, s.To, s.Source, s.Tokens, s.Score)
		}
	}
}
