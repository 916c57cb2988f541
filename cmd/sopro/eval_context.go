package main

import (
	"context"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"sopro/internal/config"
	"sopro/internal/eval/holes"
	"sopro/internal/prompt"
	"sopro/internal/terminal"
	"sopro/internal/workspace"
)

// contextFlags are those of `eval context`.
type contextFlags struct {
	holes, seed int
	budgets     []int
	model       string
	why         bool
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
	flags.StringVar(&f.model, "model", "", "whose prompt layout; no such model needs to be installed")
	flags.BoolVar(&f.why, "why", false, "also each hole that is not covered, what it lacks, and which files have it; for the first budget")
	return cmd
}

func (p *program) evalContext(ctx context.Context, args []string, f *contextFlags) error {
	c, settings, err := p.contextConfig(f)
	if err != nil {
		return usageError{err}
	}
	stop := terminal.New(p.errs, os.Getenv).Wait("cutting holes and looking what is shown for them")
	reports, err := p.lookIntoHoles(ctx, args, f, c, settings)
	stop()
	if err != nil {
		return err
	}
	if p.json {
		p.print(struct {
			Reports []holes.Report `json:"reports"`
		}{reports})
		return nil
	}
	return contextTable(p.out, reports)
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
		Budgets: f.budgets, Without: [][]string{nil}, Why: f.why,
		Asking:   prompt.Recognise(prompt.Identity{Name: model}),
		Estimate: func(language, text string) int { return estimator.Tokens(model, language, text) },
	}
	switch {
	case f.holes < 1:
		return c, settings, usagef("--holes wants a number above 0")
	case len(f.budgets) == 0:
		return c, settings, usagef("--budget wants a number of tokens")
	}
	return c, settings, c.Check()
}

// layoutOf is the model whose layout a prompt has: the one that is named, that of the settings, or the one that is recommended.
func layoutOf(name string, settings config.Settings) string {
	if name == "" {
		name = settings.Models.Completion
	}
	if name == "" || name == "auto" {
		name = "qwen2.5-coder:1.5b-base"
	}
	return name
}

func (p *program) lookIntoHoles(ctx context.Context, args []string, f *contextFlags, c holes.Config, settings config.Settings) ([]holes.Report, error) {
	var repositories []*holes.Repository
	var cut [][]holes.Hole
	for _, root := range args {
		r, err := holes.Read(ctx, root, workspace.Options{Ignore: slices.Concat(settings.Privacy.Ignore, p.ignoredIn(root))})
		if err != nil {
			return nil, err
		}
		h, err := r.Cut(ctx, f.holes, f.seed)
		if err != nil {
			return nil, err
		}
		repositories, cut = append(repositories, r), append(cut, h)
	}
	return holes.Run(ctx, repositories, cut, c)
}

// ignoredIn is what a project itself keeps from the model; nothing else of its settings counts.
func (p *program) ignoredIn(root string) []string {
	top := workspace.Root(root)
	if here, err := os.Getwd(); err == nil && top == workspace.Root(here) {
		return nil // it is in the settings already
	}
	return p.settingsOf(top).Privacy.Ignore
}
