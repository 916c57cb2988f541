// Package holes measures what a model is shown of a repository. It cuts holes into the repository's own files, has Sopro
// choose the context for each, and counts how many of the names that the hole needs stand in the prompt. No model is asked:
// a name that a model does not see it can only guess, and what it sees it mostly copies right.
//
// # What goes in, what comes out
//
// A Repository is its source files, read as the product reads a workspace. A Hole is a piece of one of them, cut out of the
// text: a line, the tail of a line from a token on, or a block of 3 to 8 lines, a third of the holes each, in files that are
// no tests and that people wrote. A Report has what came out for one budget and one way to choose; docs/eval.md defines each
// figure.
//
// # The names of a hole
//
// are the identifiers of two characters and more that stand in its code, not in its comments and strings, without reserved
// words and the types that a language comes with. A name counts if the rest of the repository knows it: if it stands in what
// is left of the file, or in another file of that language. What a hole alone says nobody can find. A name is of another
// file if what is left of its own does not have it. A hole without any name that counts is none.
//
// A hole is covered if all its names stand in the prompt, as words of their own.
//
// # How a context is chosen
//
// By package gather, as for an editor, with a fresh anchor for each hole, a tree of the text with the hole, and an index of the
// repository that has the file with the hole. Nothing ends the choice after a time, so that it does not depend on the machine. Then
// what stood in the hole is typed, to see what stays of the prompt's head.
//
// # The bounds
//
// "in-file" spends the whole budget on the text around the hole, three quarters of it before. "oracle" knows the hole: it
// takes the windows of 20 lines, of any file, that bring most of what is missing, and of the text around the hole what is
// left of the budget. It is as good as windows can be, not as good as anything can: a declaration without its body is
// shorter than a window.
//
// # Non-goals
//
// It does not tell whether a model makes use of what it is shown, nor whether what is shown leads it astray: eval typing has
// a mode in which a missing name costs a mistake, and a real model is the last word.
package holes

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"sopro/internal/gather"
	"sopro/internal/prompt"
)

// Config is what is measured, and how a prompt is made.
type Config struct {
	Budgets  []int
	Without  [][]string // the sources that are left out, for one measurement each; none is the first
	Asking   prompt.Asking
	Estimate func(language, text string) int // of tokens
	Why      bool                            // also each hole and what it lacks
	Progress func()                          // after each hole; called by several goroutines
}

// Check says what of a configuration cannot be.
func (c Config) Check() error {
	for _, budget := range c.Budgets {
		if budget < leastBudget {
			return fmt.Errorf("a budget of %d tokens is too small for a prompt: at least %d", budget, leastBudget)
		}
	}
	for _, name := range slices.Concat(c.Without...) {
		if !slices.Contains(gather.SourceNames(), name) {
			return fmt.Errorf("%q cannot be left out: one of %s", name, strings.Join(gather.SourceNames(), ", "))
		}
	}
	return nil
}

// leastBudget is a prompt that a model can make something of, in tokens.
const leastBudget = 128

// Run measures all holes of all repositories, several repositories at a time, and sums up: for each budget in-file, what
// Sopro shows with each of c.Without, and the oracle. But for the times, what comes out depends on nothing but what goes in.
func Run(ctx context.Context, repositories []*Repository, cut [][]Hole, c Config) ([]Report, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	results := make([][][]result, len(repositories))
	errs := make([]error, len(repositories))
	var work sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(repositories)) {
		work.Go(func() {
			for i := range next {
				results[i], errs[i] = measure(ctx, repositories[i], cut[i], c)
			}
		})
	}
	for i := range repositories {
		next <- i
	}
	close(next)
	work.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return c.reports(slices.Concat(results...)), nil
}
