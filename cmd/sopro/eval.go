package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sopro/internal/clean"
	"sopro/internal/config"
	"sopro/internal/eval/commits"
	"sopro/internal/eval/typing"
	"sopro/internal/gather"
	"sopro/internal/terminal"
	"sopro/internal/workspace"
)

func (p *program) evalCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "Measure what settings are worth",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("%q is nothing that can be measured: run \"sopro eval --help\"", clean.Message(args[0]))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.evalTypingCommand(), p.evalContextCommand())
	return cmd
}

// typingFlags are those of `eval typing`.
type typingFlags struct {
	hunks, seed                    int
	speeds, modes, policies        []string
	keys                           []float64
	without                        []string
	each, warm, why, real, coupled bool
	steady                         bool
	firstToken                     time.Duration
	editor, accepts, model, saveTo string
}

func (p *program) evalTypingCommand() *cobra.Command {
	f := &typingFlags{}
	cmd := &cobra.Command{
		Use:   "typing REPO…",
		Short: "Type what commits added once more, and count the keys that completions save",
		Long: "Cuts added lines out of a repository's own commits and has a simulated person type them again, with the completions of Sopro and a\n" +
			"simulated model of a given speed, in virtual time. No model is needed, and the same call prints the same figures.\n" +
			"What each figure means is in docs/eval.md. A file that --save wrote can stand for a repository.",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("typing wants a repository: run \"%s --help\"", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.real {
				for _, name := range []string{"speed", "mode", "policy", "without", "each", "why", "coupled", "first-token"} {
					if cmd.Flags().Changed(name) {
						return usagef("--%s is of the simulation, and --real does not simulate: leave one of them out", name)
					}
				}
				return p.evalTypingReal(cmd.Context(), args, f)
			}
			return p.evalTyping(cmd.Context(), args, f)
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&f.hunks, "hunks", 20, "so many hunks of each repository")
	flags.IntVar(&f.seed, "seed", 1, "chooses the hunks, the gaps between keys and the model's mistakes")
	flags.StringSliceVar(&f.speeds, "speed", []string{"500/30"}, "of the model: prompt and generated tokens a second")
	flags.Float64SliceVar(&f.keys, "keys", []float64{3, 5, 7}, "keys a second")
	flags.StringSliceVar(&f.modes, "mode", []string{"0.17", "0.30"}, "Ollama's: 0.17 evaluates a prompt that nobody wants to its end, 0.30 the batch")
	flags.StringSliceVar(&f.policies, "policy", []string{"sopro"}, "who completes: "+strings.Join(typing.Policies(), ", "))
	flags.StringSliceVar(&f.without, "without", nil, "switch a rule off: "+strings.Join(typing.Switchable(), ", "))
	flags.BoolVar(&f.each, "each", false, "also with each rule switched off in turn")
	flags.StringVar(&f.editor, "editor", "vscode", "or neovim: when it asks")
	flags.StringVar(&f.accepts, "accept", "word", "the least that is taken of a completion whose beginning is right; or line, or none")
	flags.BoolVar(&f.warm, "warm", true, "the prompt is read ahead when a file is opened; --warm=false: it is not, as by an editor that does not tell where the cursor is")
	flags.StringVar(&f.model, "model", "", "whose prompt layout; no such model needs to be installed")
	flags.BoolVar(&f.real, "real", false, "in real time, with the model that completes for you: takes as long as typing does")
	flags.BoolVar(&f.why, "why", false, "also why keys were typed")
	flags.DurationVar(&f.firstToken, "first-token", 0, "the model's first token comes after this time, such as 600ms, whatever the prompt")
	flags.BoolVar(&f.steady, "steady", false, "every key comes after the same time")
	flags.BoolVar(&f.coupled, "coupled", false, "the model errs on most names that its prompt lacks: the context counts")
	flags.StringVar(&f.saveTo, "save", "", "also write the hunks to a new `FILE`")
	return cmd
}

func (p *program) evalTyping(ctx context.Context, args []string, f *typingFlags) error {
	configs, settings, err := p.typingConfigs(f)
	if err != nil {
		return usageError{err}
	}
	stop := terminal.New(p.errs, os.Getenv).Wait("typing")
	traces, err := p.cutTraces(ctx, args, f, settings)
	var sources map[string]gather.Sources
	if err == nil && f.coupled {
		sources, err = p.indexRepositories(ctx, args, traces, settings)
		defer closeIndexes(sources)
	}
	var reports []typing.Report
	for _, c := range configs {
		if err == nil {
			c.Sources = sources
			var r typing.Report
			r, err = typing.Run(ctx, traces, c)
			reports = append(reports, r)
		}
	}
	stop()
	if err != nil {
		return err
	}
	return p.tellTyping(withMeans(reports), f.why)
}

// tellTyping prints what came out.
func (p *program) tellTyping(reports []typing.Report, why bool) error {
	if p.json {
		p.print(struct {
			Reports []typing.Report `json:"reports"`
		}{reports})
		return nil
	}
	return typingTable(p.out, reports, why)
}

// cutTraces reads what is to be typed from repositories and files.
func (p *program) cutTraces(ctx context.Context, args []string, f *typingFlags, settings config.Settings) (all []typing.Trace, err error) {
	for _, arg := range args {
		traces, err := p.tracesOf(ctx, arg, f, settings)
		if err != nil {
			return nil, err
		}
		if len(traces) == 0 {
			return nil, fmt.Errorf("%s: no commit added lines that can be typed: name another repository", arg)
		}
		all = append(all, traces...)
	}
	if f.saveTo == "" {
		return all, nil
	}
	file, err := os.OpenFile(f.saveTo, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be written: %w: name a new file", f.saveTo, cause(err))
	}
	if err := typing.Save(file, all); err != nil {
		file.Close()
		return nil, err
	}
	return all, file.Close()
}

func (p *program) tracesOf(ctx context.Context, arg string, f *typingFlags, settings config.Settings) ([]typing.Trace, error) {
	if info, err := os.Stat(arg); err == nil && info.Mode().IsRegular() {
		file, err := os.Open(arg)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		traces, err := typing.Load(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", arg, err)
		}
		return traces, nil
	}
	repository, err := commits.Open(ctx, arg, os.Getenv("PATH"))
	if err != nil {
		return nil, err
	}
	root := workspace.Root(arg)
	ignore := settings.Privacy.Ignore
	if here, err := os.Getwd(); err == nil && root != workspace.Root(here) {
		ignore = slices.Concat(ignore, p.settingsOf(root).Privacy.Ignore) // nothing else of the repository counts
	}
	guard := workspace.NewGuard([]string{root}, workspace.Options{Ignore: ignore})
	allowed := func(path string) bool {
		ok, _ := guard.Allowed(filepath.Join(root, filepath.FromSlash(path)))
		return ok
	}
	return typing.History{Name: filepath.Base(root), Repository: repository, Allowed: allowed}.Cut(ctx, f.hunks, f.seed)
}

// typingBase is what does not vary, and the settings.
func (p *program) typingBase(f *typingFlags) (typing.Config, config.Settings, error) {
	folder, err := os.Getwd()
	if err != nil {
		return typing.Config{}, config.Settings{}, err
	}
	settings := p.settingsOf(workspace.Root(folder))
	settings.Enabled, settings.Completion.Enabled, settings.Completion.Languages, settings.Completion.Trigger = true, true, nil, "automatic"
	base := typing.Config{
		Editor: typing.Editor(f.editor), Accepts: typing.Accepts(f.accepts), Warm: f.warm, Coupled: f.coupled, FirstToken: f.firstToken, Steady: f.steady, Model: f.model, Seed: f.seed, Options: completeOptions(settings),
	}
	if f.hunks < 1 {
		return base, settings, usagef("--hunks wants a number above 0")
	}
	return base, settings, nil
}

// settingsOf are those that count in a workspace; what is wrong with them is told.
func (p *program) settingsOf(root string) config.Settings {
	settings, problems := config.NewLoader().Load([]string{root}, nil, p.set)
	for _, problem := range problems {
		fmt.Fprintln(p.errs, "sopro:", clean.Message(problem.String()))
	}
	return settings
}

// typingConfigs are the circumstances that are measured: every speed, mode and policy with every typist.
func (p *program) typingConfigs(f *typingFlags) (all []typing.Config, settings config.Settings, err error) {
	base, settings, err := p.typingBase(f)
	if err != nil {
		return nil, settings, err
	}
	if base.Model == "" {
		if base.Model = settings.Models.Completion; base.Model == "" || base.Model == "auto" {
			base.Model = "qwen2.5-coder:1.5b-base"
		}
	}
	for _, policy := range f.policies {
		without := [][]string{f.without}
		if f.each && policy == "sopro" {
			for _, name := range typing.Switchable() {
				without = append(without, append(slices.Clone(f.without), name))
			}
		}
		for _, speed := range f.speeds {
			base.Speed, err = parseSpeed(speed)
			if err != nil {
				return nil, settings, err
			}
			for _, mode := range f.modes {
				for _, base.Without = range without {
					for _, base.Keys = range f.keys {
						base.Policy, base.Mode = policy, typing.Mode(mode)
						if err := base.Check(); err != nil {
							return nil, settings, err
						}
						all = append(all, base)
					}
				}
			}
		}
	}
	return all, settings, nil
}

func parseSpeed(text string) (typing.Speed, error) {
	prompt, generation, _ := strings.Cut(text, "/")
	p, err := strconv.Atoi(prompt)
	g, err2 := strconv.Atoi(generation)
	if err != nil || err2 != nil {
		return typing.Speed{}, fmt.Errorf("%q is no speed: write the tokens a second of the prompt and those generated, such as 500/30", text)
	}
	return typing.Speed{Prompt: p, Generation: g}, nil
}
