package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"sopro/internal/eval/holes"
)

// contextTable prints a line for each report, then the figures of each language at each budget.
func contextTable(out io.Writer, reports []holes.Report) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "tokens\tholes\tcovered %%\tnames %%\tother files' %%\tp50 ms\tp99 ms\tkept in line %%\tover newline %%\t  context\n")
	for _, r := range reports {
		fmt.Fprintf(w, "%d\t%d\t%.1f\t%.1f\t%.1f\t%s\t  %s\n", r.Budget, r.Holes, r.Covered, r.Names, r.Other, costs(r), contextOf(r))
	}
	fmt.Fprintf(w, "\ntokens\tholes\tcovered %%\tnames %%\tother files' %%\t  language\t  context\n")
	for _, r := range reports {
		for _, l := range r.Languages {
			fmt.Fprintf(w, "%d\t%d\t%.1f\t%.1f\t%.1f\t  %s\t  %s\n", r.Budget, l.Holes, l.Covered, l.Names, l.Other, l.Language, contextOf(r))
		}
	}
	return w.Flush()
}

// costs are the figures that bounds do not have.
func costs(r holes.Report) string {
	if r.P99 == 0 {
		return "\t\t\t"
	}
	return fmt.Sprintf("%.2f\t%.2f\t%.1f\t%.1f", r.P50, r.P99, r.KeptLine, r.KeptNewline)
}

// contextOf is who chose, and without what.
func contextOf(r holes.Report) string {
	if len(r.Without) > 0 {
		return r.Context + ", without " + strings.Join(r.Without, ", ")
	}
	return r.Context
}
