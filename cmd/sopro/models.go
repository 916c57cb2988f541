package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"sopro/internal/catalog"
	"sopro/internal/clean"
	"sopro/internal/config"
	"sopro/internal/model"
	"sopro/internal/prompt"
	"sopro/internal/server"
	"sopro/internal/terminal"
	"sopro/internal/workspace"
)

// describedWithin bounds the questions what is installed. Three hundred models are described within a second.
const describedWithin = 30 * time.Second

func (p *program) modelsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "models",
		Short: "What is installed, what it can do, and what to install",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("%q is not a command of \"sopro models\": run \"sopro models --help\"", clean.Message(args[0]))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var yes bool
	pull := &cobra.Command{
		Use:     "pull NAME",
		Short:   "Install a model, or bring it up to date; one that was stopped goes on",
		Example: "  sopro models pull qwen2.5-coder:1.5b",
		Args:    exactly(1, "the name of a model"),
		RunE: p.inStock(func(ctx context.Context, s *stock, args []string) error {
			return s.pull(ctx, args[0], yes)
		}),
	}
	remove := &cobra.Command{
		Use:     "rm NAME",
		Aliases: []string{"remove"},
		Short:   "Remove a model from this machine",
		Args:    exactly(1, "the name of a model"),
		RunE: p.inStock(func(ctx context.Context, s *stock, args []string) error {
			return s.remove(ctx, args[0], yes)
		}),
	}
	for _, c := range []*cobra.Command{pull, remove} {
		c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "list",
		Short: "List the installed models: what each can do, what it was chosen for, how fast it is here",
		Args:  exactly(0, "no argument"),
		RunE:  p.inStock(func(ctx context.Context, s *stock, _ []string) error { return s.list(ctx) }),
	}, &cobra.Command{
		Use:   "show NAME",
		Short: "Show what is known of a model, and the prompt of a sample hole",
		Args:  exactly(1, "the name of a model"),
		RunE:  p.inStock(func(ctx context.Context, s *stock, args []string) error { return s.show(ctx, args[0]) }),
	}, pull, remove)
	return cmd
}

// stock is what the commands about models work with.
type stock struct {
	*program
	*server.Engines
}

// inStock runs a command with the engines that the settings of this folder make.
func (p *program) inStock(run func(context.Context, *stock, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		var roots []string
		if here, err := os.Getwd(); err == nil {
			roots = []string{workspace.Root(here)}
		}
		settings, problems := config.NewLoader().Load(roots, nil, p.set)
		for _, problem := range problems {
			fmt.Fprintln(p.errs, "sopro:", clean.Message(problem.String()))
		}
		engines, err := newBuilder(slog.New(slog.DiscardHandler)).build(settings, nil)
		if engines != nil {
			defer engines.Complete.Close()
		}
		if err != nil {
			return err
		}
		return run(cmd.Context(), &stock{p, engines}, args)
	}
}

// listed is what list prints as JSON.
type listed struct {
	Models      []catalog.Description `json:"models"`
	Missing     string                `json:"missing,omitempty"`     // why code is not completed by a model
	Recommended []catalog.Advice      `json:"recommended,omitempty"` // where it is not
}

func (s *stock) list(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, describedWithin)
	defer cancel()
	all, err := s.Catalog.List(ctx)
	if err != nil {
		return err
	}
	out := listed{Models: all}
	if _, err := s.Catalog.Completion(); err != nil {
		out.Missing, out.Recommended = clean.Message(err.Error()), s.Catalog.Recommended()
	}
	if s.json {
		s.print(out)
		return nil
	}
	rows := [][]string{{"NAME", "SIZE", "PARAMETERS", "QUANTISED", "CONTEXT", "CAN", "ASKED", "SPEED", "LOADED"}}
	for _, d := range all {
		rows = append(rows, []string{
			d.Name, sizeOf(d.Size), d.ParameterSize, d.Quantization, number(d.Context), roles(d), asked(d), speed(d), loadedUntil(d),
		})
	}
	if len(all) > 0 {
		s.table(rows)
	}
	for _, d := range all {
		for _, role := range d.Chosen {
			fmt.Fprintf(s.out, "* %s: %s, %s\n", role, cell(d.Name), cell(d.Why))
		}
	}
	if out.Missing != "" {
		s.advise(out)
	}
	return nil
}

// advise says what to install where nothing installed completes.
func (s *stock) advise(l listed) {
	if len(l.Models) > 0 {
		fmt.Fprintln(s.out)
	}
	fmt.Fprintf(s.out, "%s.\n", l.Missing)
	if len(l.Recommended) == 0 {
		return
	}
	fmt.Fprintln(s.out, "What fits into this machine:")
	rows := [][]string{{"NAME", "DOWNLOAD", "LICENCE", ""}}
	for _, a := range l.Recommended {
		licence := a.License
		if a.Limits != "" {
			licence += " (restricts)"
		}
		rows = append(rows, []string{a.Name, catalog.Bytes(a.Download), licence, a.Note})
	}
	s.table(rows)
	fmt.Fprintf(s.out, "To begin: sopro models pull %s\n", l.Recommended[0].Name)
}

// described is what show prints as JSON.
type described struct {
	Model  catalog.Description `json:"model"`
	Prompt *sample             `json:"prompt,omitempty"` // absent where it cannot be asked
}

// sample is the prompt of the sample hole.
type sample struct {
	Prompt   string       `json:"prompt,omitempty"`
	Suffix   string       `json:"suffix,omitempty"`
	Raw      bool         `json:"raw"`
	Messages []sampleTurn `json:"messages,omitempty"`
	Stops    []string     `json:"stops"`
}

type sampleTurn struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

func sampleOf(f prompt.Filled) *sample {
	out := &sample{Prompt: f.Prompt, Suffix: f.Suffix, Raw: f.Raw, Stops: append([]string{}, f.Stops...)}
	for _, m := range f.Messages {
		out.Messages = append(out.Messages, sampleTurn(m))
	}
	return out
}

func (s *stock) show(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, describedWithin)
	defer cancel()
	d, filled, err := s.Catalog.Show(ctx, name)
	if err != nil {
		return err
	}
	asks := filled.Prompt != "" || len(filled.Messages) > 0
	if s.json {
		out := described{Model: d}
		if asks {
			out.Prompt = sampleOf(filled)
		}
		s.print(out)
		return nil
	}
	licence := d.License
	if d.Limits != "" {
		licence += ": " + d.Limits
	}
	for _, row := range [][2]string{
		{"name", d.Name}, {"family", d.Family}, {"parameters", d.ParameterSize}, {"quantised", d.Quantization}, {"size", sizeOf(d.Size)},
		{"context", number(d.Context)}, {"can", roles(d)}, {"asked", strings.Trim(asked(d)+", "+d.Layout, ", ")}, {"why", d.Why},
		{"speed", speed(d)}, {"loaded", inMemory(d)}, {"licence", licence}, {"problem", d.Problem},
	} {
		if row[1] != "" {
			fmt.Fprintf(s.out, "%-11s %s\n", row[0], cell(row[1]))
		}
	}
	if asks {
		s.sampled(filled)
	}
	return nil
}

// sampled prints the prompt of the sample hole as the model gets it.
func (s *stock) sampled(f prompt.Filled) {
	fmt.Fprint(s.out, "\nThe prompt of a sample hole:\n")
	if f.Prompt != "" {
		s.say(strings.TrimSuffix(f.Prompt, "\n") + "\n")
	}
	if f.Suffix != "" {
		s.say("\nand as its suffix:\n" + strings.Trim(f.Suffix, "\n") + "\n")
	}
	for _, m := range f.Messages {
		s.say("\n[" + m.Role + "]\n" + m.Content + "\n")
	}
}

func (s *stock) pull(ctx context.Context, name string, yes bool) error {
	if err := model.CheckName(name, true); err != nil {
		return usageError{err}
	}
	if err := s.pullable(ctx, name); err != nil {
		return err
	}
	question := fmt.Sprintf("Download %s from %s and install it?", name, model.Registry(name))
	if err := s.confirm(ctx, "pull", question, yes); err != nil {
		return err
	}
	err := s.download(ctx, name)
	if ctx.Err() != nil {
		s.fail(&model.Error{Kind: model.Cut, Message: "stopped", Next: fmt.Sprintf("%q goes on where it was", "sopro models pull "+name)})
		return ctx.Err()
	}
	if err != nil {
		return err
	}
	d, _, err := s.Catalog.Show(ctx, name)
	if err != nil {
		return err
	}
	if s.json {
		s.print(described{Model: d})
		return nil
	}
	can := strings.Join(d.Roles, ", ")
	if can == "" {
		can = "neither completes nor chats"
	}
	fmt.Fprintf(s.out, "%s is installed: %s\n", d.Name, can)
	if d.Limits != "" {
		fmt.Fprintf(s.out, "Its licence, %s: %s\n", d.License, d.Limits)
	}
	return nil
}

// pullable says why the model server would not pull a model, before a person is asked about it.
func (s *stock) pullable(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, describedWithin)
	defer cancel()
	return s.Endpoint.Pullable(ctx, name)
}

// download pulls and shows how far it is.
func (s *stock) download(ctx context.Context, name string) error {
	out := s.errs
	if s.json {
		out = io.Discard
	}
	bar := terminal.New(out, os.Getenv).Download(cell(name))
	defer bar.Stop()
	var sum model.Download
	for step, err := range s.Endpoint.Pull(ctx, name) {
		if err != nil {
			return err
		}
		sum.Add(step)
		bar.Step(step.Status)
		bar.Set(sum.Completed, sum.Total)
	}
	return nil
}

func (s *stock) remove(ctx context.Context, name string, yes bool) error {
	if err := model.CheckName(name, true); err != nil {
		return usageError{err}
	}
	if err := s.Endpoint.Manages(); err != nil {
		return err
	}
	d, _, err := s.Catalog.Show(ctx, name)
	if err != nil {
		return err
	}
	question := fmt.Sprintf("Remove %s (%s) from this machine?", cell(d.Name), catalog.Bytes(d.Size))
	if len(d.Chosen) > 0 {
		question = fmt.Sprintf("%s is used for %s. %s", cell(d.Name), strings.Join(d.Chosen, " and "), question)
	}
	if err := s.confirm(ctx, "rm", question, yes); err != nil {
		return err
	}
	if err := s.Endpoint.Remove(ctx, d.Name); err != nil {
		return err
	}
	if s.json {
		s.print(struct {
			Removed string `json:"removed"`
		}{d.Name})
		return nil
	}
	fmt.Fprintf(s.out, "%s is removed\n", cell(d.Name))
	return nil
}

// confirm asks the person at the terminal. Off a terminal --yes must have said it.
func (s *stock) confirm(ctx context.Context, command, question string, yes bool) error {
	if yes {
		return nil
	}
	if file, ok := s.in.(*os.File); !ok || !term.IsTerminal(int(file.Fd())) {
		return usagef("standard input is no terminal on which to ask: say --yes if \"sopro models %s\" is what you want", command)
	}
	fmt.Fprintf(s.errs, "%s [y/N] ", question)
	answers := make(chan string, 1)
	go func() { // it may outlive an interrupted question, and then ends with the process
		line, _ := bufio.NewReader(s.in).ReadString('\n')
		answers <- line
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(s.errs)
		return ctx.Err()
	case line := <-answers:
		if answer := strings.ToLower(strings.TrimSpace(line)); answer != "y" && answer != "yes" {
			return errors.New("nothing was done")
		}
	}
	return nil
}
