package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/spf13/cobra"

	"sopro/internal/clean"
	"sopro/internal/config"
	"sopro/internal/eval/holes"
	"sopro/internal/gather"
	"sopro/internal/prompt"
	"sopro/internal/terminal"
	"sopro/internal/workspace"
)

// contextFlags are those of `eval context`.
type contextFlags struct {
	holes, seed int
	budgets     []int
	without     []string
	model       string
	each, why   bool
}

func (p *program) evalContextCommand() *cobra.Command {
	f := &contextFlags{}
	cmd := &cobra.Command{
		Use:   "context REPO…",
		Short: "Cut holes into a project's files, and count the names that a model is shown for them",
		Long: "Cuts lines, tails of lines and blocks out of source files, lets Sopro choose what a model would see there, and counts which of the\n" +
			"names that stood in the hole are in the prompt. No model is needed, and but for the times the same call prints the same figures.\n" +
			"What each figure means is in docs/eval.md.",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("context wants the folder of a project: run \"%s --help\"", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return p.evalContext(cmd.Context(), args, f) },
	}
	flags := cmd.Flags()
	flags.IntVar(&f.holes, "holes", 120, "so many holes in each project")
	flags.IntVar(&f.seed, "seed", 1, "chooses the holes")
	flags.IntSliceVar(&f.budgets, "budget", []int{512, 1024, 1536, 2048, 4096}, "tokens that the prompt may have")
	flags.StringSliceVar(&f.without, "without", nil, "leave a source of snippets out: "+strings.Join(gather.SourceNames(), ", "))
	flags.BoolVar(&f.each, "each", false, "also with each source left out in turn")
	flags.StringVar(&f.model, "model", "", "whose prompt layout; no such model needs to be installed")
	flags.BoolVar(&f.why, "why", false, "also each hole that is not covered, what it lacks, and which files have it; for the first budget")
	return cmd
}

func (p *program) evalContext(ctx context.Context, args []string, f *contextFlags) error {
	c, settings, err := p.contextConfig(f)
	if err != nil {
		return usageError{err}
	}
	var reports []holes.Report
	repositories, cut, err := p.cutHoles(ctx, args, f, settings)
	if err == nil {
		all, done := len(slices.Concat(cut...)), atomic.Int64{}
		c.Progress = func() { done.Add(1) }
		stop := terminal.New(p.errs, os.Getenv).WaitFor(func() string { return fmt.Sprintf("looking into %d of %d holes", done.Load(), all) })
		reports, err = holes.Run(ctx, repositories, cut, c)
		stop()
	}
	if err != nil {
		return err
	}
	if p.json {
		p.print(struct {
			Reports []holes.Report `json:"reports"`
		}{reports})
		return nil
	}
	return contextTable(p.out, reports, f.why)
}

// contextConfig is what is measured, with the settings of the folder that one works in.
func (p *program) contextConfig(f *contextFlags) (holes.Config, config.Settings, error) {
	folder, err := os.Getwd()
	if err != nil {
		return holes.Config{}, config.Settings{}, err
	}
	settings := p.settingsOf(workspace.Root(folder))
	model := layoutOf(f.model, settings)
	estimator := prompt.NewEstimator()
	c := holes.Config{
		Budgets: f.budgets, Without: [][]string{f.without}, Why: f.why,
		Asking:   prompt.Recognise(prompt.Identity{Name: model}),
		Estimate: func(language, text string) int { return estimator.Tokens(model, language, text) },
	}
	if f.each {
		for _, name := range gather.SourceNames() {
			c.Without = append(c.Without, append(slices.Clone(f.without), name))
		}
	}
	switch {
	case f.holes < 1:
		return c, settings, usagef("--holes wants a number above 0")
	case len(f.budgets) == 0:
		return c, settings, usagef("--budget wants a number of tokens")
	}
	return c, settings, c.Check()
}

// layoutOf is the model whose layout a prompt has: the one that is named, that of the settings, or a usual one.
func layoutOf(name string, settings config.Settings) string {
	if name == "" {
		name = settings.Models.Completion
	}
	if name == "" || name == "auto" {
		name = "qwen2.5-coder:1.5b-base"
	}
	return name
}

// cutHoles reads the projects and cuts holes into them.
func (p *program) cutHoles(ctx context.Context, args []string, f *contextFlags, settings config.Settings) (all []*holes.Repository, cut [][]holes.Hole, err error) {
	var reading atomic.Value
	reading.Store("reading")
	defer terminal.New(p.errs, os.Getenv).WaitFor(func() string { return reading.Load().(string) })()
	for _, root := range args {
		reading.Store("reading " + clean.Message(root))
		r, err := holes.Read(ctx, root, workspace.Options{Ignore: slices.Concat(settings.Privacy.Ignore, p.ignoredIn(root))})
		if err != nil {
			return nil, nil, err
		}
		h, err := r.Cut(ctx, f.holes, f.seed)
		if err != nil {
			return nil, nil, err
		}
		if len(h) == 0 {
			return nil, nil, fmt.Errorf("%s: no file has a hole worth cutting: name another project", root)
		}
		all, cut = append(all, r), append(cut, h)
	}
	return all, cut, nil
}

// ignoredIn is what a project itself keeps from the model; nothing else of its settings counts.
func (p *program) ignoredIn(root string) []string {
	top := workspace.Root(root)
	if here, err := os.Getwd(); err == nil && top == workspace.Root(here) {
		return nil // it is in the settings already
	}
	return p.settingsOf(top).Privacy.Ignore
}
