package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"sopro/internal/clean"
	"sopro/internal/document"
	"sopro/internal/terminal"
)

func (p *program) tryCommand() *cobra.Command {
	var hole, explain bool
	var name string
	cmd := &cobra.Command{
		Use:   "try FILE:LINE:COL…",
		Short: "Show completions where they belong, in grey",
		Long: "Completes at each position and shows the text around it with the completion in grey, how long it took and what answered.\n" +
			"With --hole the rest of the line is hidden from the model first, so that one sees how well it is found again.",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("try wants positions FILE:LINE:COL: run \"%s --help\"", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			p.useModel("models.completion", name)
			term := terminal.New(p.out, os.Getenv)
			for i, arg := range args {
				if err := p.tryAt(cmd.Context(), term, arg, hole, explain, i == 0); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&name, "model", "", "ask this model instead of the one that the settings name")
	cmd.Flags().BoolVar(&hole, "hole", false, "hide the rest of the line first")
	cmd.Flags().BoolVar(&explain, "explain", false, "also explain the function around the first position, where a chat model is there")
	return cmd
}

// tryAt shows one completion. What is missing on this machine, and what the explanation says, is said at the first one only.
func (p *program) tryAt(ctx context.Context, term *terminal.Terminal, arg string, hole, explain, first bool) error {
	path, line, column, err := parsePosition(arg)
	if err != nil {
		return err
	}
	d, err := p.open(ctx, path)
	if err != nil {
		return err
	}
	defer d.close()
	offset, err := offsetAt(d.text, line, column)
	if err != nil {
		return err
	}
	hidden := ""
	if hole {
		span := document.Span{Start: offset, End: d.text.LineEnd(line - 1)}
		hidden = d.text.Slice(span)
		d.text, _ = d.text.Splice(span, "")
	}
	stop := d.wait(term, "thinking about "+arg)
	c, err := d.completion(ctx, offset, true)
	stop()
	if err != nil {
		return err
	}
	if first && c.Why != "" {
		fmt.Fprintf(p.out, "%s%s.\nUntil then the built-in engine completes, from the workspace itself.\n\n", strings.ToUpper(c.Why[:1]), c.Why[1:])
	}
	fmt.Fprintf(p.out, "%s %s\n", term.Bold(arg), term.Dim(c.answered()))
	d.show(term, offset, c)
	if hole && c.Text != "" && strings.TrimSpace(c.Text) == strings.TrimSpace(hidden) {
		fmt.Fprintln(p.out, term.Green("      as it was written"))
	} else if hole {
		fmt.Fprintf(p.out, "      written was: %s\n", strings.TrimSpace(hidden))
	}
	fmt.Fprintln(p.out)
	if explain && first {
		return d.tryExplain(ctx, term, offset)
	}
	return nil
}

// nothingToSay is said of what answered with nothing, which is no failure.
const nothingToSay = "has nothing to say here"

// answered says what answered, and how fast.
func (c completion) answered() string {
	who := cmp.Or(c.Model, "the built-in engine")
	if c.Text == "" {
		return who + " " + nothingToSay
	}
	return fmt.Sprintf("%s, %d ms", who, c.Ms)
}

// around is how many lines are shown above and below a completion.
const around = 3

// show prints the lines around a place with the completion in it.
func (d *desk) show(term *terminal.Terminal, offset int, c completion) {
	at := d.text.LineAt(offset)
	ghost := clean.Control(c.Text)
	if !term.Colour() && ghost != "" {
		ghost = "«" + ghost + "»"
	}
	first := d.text.LineStart(max(0, at-around))
	last := d.text.LineEnd(min(d.text.LineCount()-1, at+around))
	before := d.text.Slice(document.Span{Start: first, End: offset})
	after := d.text.Slice(document.Span{Start: offset + c.Replaced, End: last})
	text := strings.ReplaceAll(clean.Control(before)+term.Ghost(ghost)+clean.Control(after), "\t", "    ")
	for text := range strings.SplitSeq(text, "\n") {
		fmt.Fprintf(d.out, "    %s %s\n", term.Dim("│"), text)
	}
}

// tryExplain explains the function around a place, if there is a model that can.
func (d *desk) tryExplain(ctx context.Context, term *terminal.Terminal, offset int) error {
	if d.reachable != nil {
		return nil
	}
	if _, err := d.Catalog.Chat(); err != nil {
		fmt.Fprintln(d.out, term.Dim("no explanation: "+clean.Message(err.Error())))
		return nil
	}
	view := d.view(ctx)
	scopes := view.Scopes(offset)
	view.Close()
	from, to := d.text.LineAt(offset)+1, d.text.LineAt(offset)+1
	if len(scopes) > 0 {
		from, to = d.text.LineAt(scopes[0].Span.Start)+1, d.text.LineAt(scopes[0].Span.End)+1
	}
	fmt.Fprintf(d.out, "%s\n", term.Bold(fmt.Sprintf("%s:%d-%d explained", d.rel, from, to)))
	return d.explain(ctx, from, to, "", d.settings.Explain.Language, true)
}
