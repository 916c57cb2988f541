package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"sopro/internal/assist"
	"sopro/internal/patch"
	"sopro/internal/terminal"
)

func (p *program) explainCommand() *cobra.Command {
	var name, language string
	var noWait bool
	cmd := &cobra.Command{
		Use:   "explain FILE[:FROM-TO] [QUESTION]",
		Short: "Explain a file or some of its lines",
		Example: "  sopro explain main.go:10-40\n" +
			"  sopro explain main.go:10-40 \"Why is the lock held here?\" --language pt-BR",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return usagef("explain wants a file, with lines as FILE:FROM-TO: run \"%s --help\"", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			path, from, to, err := parseLines(args[0])
			if err != nil {
				return err
			}
			p.useModel("models.chat", name)
			d, err := p.open(cmd.Context(), path)
			if err != nil {
				return err
			}
			defer d.close()
			question := ""
			if len(args) == 2 {
				question = args[1]
			}
			if language == "" {
				language = d.settings.Explain.Language
			}
			return d.explain(cmd.Context(), from, to, question, language, !noWait)
		},
	}
	cmd.Flags().StringVar(&name, "model", "", "ask this model instead of the one that the settings name")
	cmd.Flags().StringVar(&language, "language", "", "the language of the answer, such as \"pt-BR\"")
	cmd.Flags().BoolVar(&noWait, "no-wait", false, noWaitHelp)
	return cmd
}

func (d *desk) explain(ctx context.Context, from, to int, question, language string, wait bool) error {
	span, err := spanOf(d.text, from, to)
	if err != nil {
		return err
	}
	if err := d.wantsModel(); err != nil {
		return err
	}
	subject, done := d.subject(ctx)
	defer done()
	stop := d.wait(terminal.New(d.errs, os.Getenv), "reading")
	if err := d.learn(ctx, false, wait); err != nil {
		stop()
		return err
	}
	said := false
	emit := func(delta string, _ bool) {
		stop()
		if !d.json {
			fmt.Fprint(d.out, delta)
			said = true
		}
	}
	markdown, err := d.Assist.Explain(ctx, subject, span, assist.Question{Text: question, Language: language}, emit)
	stop()
	if err != nil {
		if said {
			fmt.Fprintln(d.out) // what it said ends before what went wrong
		}
		return err
	}
	if d.json {
		d.print(struct {
			Markdown string `json:"markdown"`
		}{markdown})
		return nil
	}
	fmt.Fprintln(d.out)
	return nil
}

// wantsModel is the error of a command that no built-in engine can stand in for.
func (d *desk) wantsModel() error {
	if d.reachable != nil {
		return d.reachable
	}
	if d.Assist == nil {
		return errors.New("no model may be asked")
	}
	return nil
}

func (d *desk) subject(ctx context.Context) (assist.Subject, func()) {
	view := d.view(ctx)
	return assist.Subject{Text: d.text, View: view, Local: d.path, Rel: d.rel, Repo: d.repo()}, view.Close
}

func (p *program) generateCommand() *cobra.Command {
	var name string
	var write, noWait bool
	cmd := &cobra.Command{
		Use:   "generate FILE:LINE",
		Short: "Print, as a diff, the code that a comment asks for",
		Long: "Writes the code that the comment at or above a line asks for, and prints it as a unified diff. The file changes only\n" +
			"with --write.",
		Example: "  sopro generate main.go:8\n  sopro generate main.go:8 --write",
		Args:    exactly(1, "a line FILE:LINE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, line, err := parseLine(args[0])
			if err != nil {
				return err
			}
			p.useModel("models.chat", name)
			d, err := p.open(cmd.Context(), path)
			if err != nil {
				return err
			}
			defer d.close()
			return d.generate(cmd.Context(), line, write, !noWait)
		},
	}
	cmd.Flags().StringVar(&name, "model", "", "ask this model instead of the one that the settings name")
	cmd.Flags().BoolVar(&write, "write", false, "write the code into the file")
	cmd.Flags().BoolVar(&noWait, "no-wait", false, noWaitHelp)
	return cmd
}

func (d *desk) generate(ctx context.Context, line int, write, wait bool) error {
	if line > d.text.LineCount() {
		return pastEnd(d.text, line)
	}
	if err := d.wantsModel(); err != nil {
		return err
	}
	subject, done := d.subject(ctx)
	defer done()
	stop := d.wait(terminal.New(d.errs, os.Getenv), "writing")
	if err := d.learn(ctx, false, wait); err != nil {
		stop()
		return err
	}
	change, err := d.Assist.Generate(ctx, subject, d.text.LineEnd(line-1), nil)
	stop()
	if err != nil {
		return err
	}
	if write {
		if err := patch.Write(d.root, d.path, d.read, []byte(change.After)); err != nil {
			return err
		}
	}
	if d.json {
		d.print(struct {
			Text    string `json:"text"`
			Diff    string `json:"diff"`
			Written bool   `json:"written"`
		}{change.Text, change.Diff, write})
		return nil
	}
	d.say(change.Diff)
	return nil
}
