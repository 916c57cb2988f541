package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"sopro/internal/catalog"
	"sopro/internal/clean"
	"sopro/internal/complete"
	"sopro/internal/gather"
	"sopro/internal/model"
	"sopro/internal/prompt"
	"sopro/internal/server"
	"sopro/internal/terminal"
)

func (p *program) completeCommand() *cobra.Command {
	var dryRun, noWait bool
	var name string
	cmd := &cobra.Command{
		Use:   "complete FILE:LINE:COL",
		Short: "Print what would be inserted at a position",
		Long: "Prints the text that completes the file at a position, or nothing where there is nothing to say.\n" +
			"Lines and columns count from 1, columns in bytes, as compilers print them.",
		Args: exactly(1, "a position FILE:LINE:COL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, line, column, err := parsePosition(args[0])
			if err != nil {
				return err
			}
			p.useModel("models.completion", name)
			d, err := p.open(cmd.Context(), path)
			if err != nil {
				return err
			}
			defer d.close()
			offset, err := offsetAt(d.text, line, column)
			if err != nil {
				return err
			}
			if dryRun {
				return d.dryRun(cmd.Context(), offset, name, !noWait)
			}
			return d.complete(cmd.Context(), offset, !noWait)
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "print what would be sent to the model, and send nothing")
	cmd.Flags().BoolVar(&noWait, "no-wait", false, noWaitHelp)
	cmd.Flags().StringVar(&name, "model", "", "ask this model instead of the one that the settings name")
	return cmd
}

const noWaitHelp = "do not wait until the workspace has been read"

// useModel sets a model for this run.
func (p *program) useModel(key, name string) {
	if name != "" {
		p.set, p.flagged = append(p.set, key+"="+name), key
	}
}

// completion is what was completed and by what.
type completion struct {
	Text     string `json:"text"`
	Replaced int    `json:"replaced"` // bytes right of the position that the text stands for
	Engine   string `json:"engine"`   // "model" or "built-in"
	Model    string `json:"model,omitempty"`
	Why      string `json:"why,omitempty"` // no model answers
	Ms       int64  `json:"ms"`
}

func (d *desk) complete(ctx context.Context, offset int, wait bool) error {
	stop := d.wait(terminal.New(d.errs, os.Getenv), "thinking")
	c, err := d.completion(ctx, offset, wait)
	stop()
	if err != nil {
		return err
	}
	if d.json {
		d.print(c)
		return nil
	}
	if c.Why != "" {
		does := "completes"
		if c.Text == "" {
			does = nothingToSay
		}
		fmt.Fprintf(d.errs, "sopro: %s; the built-in engine %s\n", c.Why, does)
	}
	if c.Text != "" {
		fmt.Fprintln(d.out, clean.Control(c.Text))
	}
	return nil
}

// completion asks the model, or the built-in engine where there is none.
func (d *desk) completion(ctx context.Context, offset int, wait bool) (completion, error) {
	c := completion{Engine: "model"}
	choice, err := d.chosen()
	switch {
	case err == nil:
		c.Model = choice.Model
		if err := d.warm(ctx, choice); err != nil {
			return c, err
		}
	case d.reachable == nil && d.settings.Models.Completion != "auto":
		return c, err // who names a model does not want another
	default:
		c.Engine, c.Why = "built-in", clean.Message(err.Error())
	}
	if err := d.learn(ctx, c.Engine == "built-in", wait); err != nil {
		return c, err
	}
	start := time.Now()
	d.Complete.Opened(d.text.URI())
	request := d.request(offset)
	request.View = d.view(ctx)
	reply, err := d.Complete.Complete(ctx, request)
	if err == nil {
		err = reply.Err
	}
	if err != nil {
		return c, err
	}
	c.Ms = time.Since(start).Milliseconds()
	if reply.Builtin {
		c.Engine, c.Model = "built-in", ""
	}
	for _, item := range reply.Items {
		c.Text, c.Replaced = item.Text, item.Replace.Len()
	}
	return c, nil
}

// chosen is the model that completes; the error says in words why none does.
func (d *desk) chosen() (catalog.Choice, error) {
	if d.reachable != nil {
		return catalog.Choice{}, d.reachable
	}
	return d.Catalog.Completion()
}

// request asks for a completion on behalf of a person who waits.
func (d *desk) request(offset int) complete.Request {
	return complete.Request{
		Text: d.text, Offset: offset, Manual: true, Patient: true, Path: d.rel, Repo: d.repo(), Local: d.path,
	}
}

// warm loads a model, however long that takes. A request without a prompt does nothing else.
func (d *desk) warm(ctx context.Context, c catalog.Choice) error {
	for _, err := range d.Endpoint.Stream(ctx, model.Warm, model.Request{Model: c.Model, Options: c.Options}) {
		if err != nil {
			return err
		}
	}
	return nil
}

// planned is what --dry-run prints.
type planned struct {
	Model    string         `json:"model"`
	Family   string         `json:"family"`
	Layout   string         `json:"layout"`
	Request  plannedRequest `json:"request"`
	Budget   int            `json:"budget"`
	Tokens   int            `json:"tokens"`
	Snippets []plannedText  `json:"snippets"`
}

type plannedRequest struct {
	Method string          `json:"method"`
	Path   string          `json:"path"`
	Body   json.RawMessage `json:"body"`
}

type plannedText struct {
	Source string   `json:"source"`
	Path   string   `json:"path"`
	Range  [2]int   `json:"range"` // first and last line, from 1
	Lines  [][2]int `json:"lines"` // of those the ones that Text shows, first and last of each run
	Score  float64  `json:"score"`
	Tokens int      `json:"tokens"`
	Why    string   `json:"why"` // which names brought it
	Text   string   `json:"text"`
}

// dryRun prints the request that would be sent. Without a server the family comes from the model's name.
func (d *desk) dryRun(ctx context.Context, offset int, name string, wait bool) error {
	stop := d.wait(terminal.New(d.errs, os.Getenv), "thinking")
	err := d.learn(ctx, false, wait)
	stop()
	if err != nil {
		return err
	}
	if d.reachable != nil && name != "" {
		d.Complete.Close()
		d.Engines = d.assuming(name)
	}
	request := d.request(offset)
	request.View = d.view(ctx)
	p, err := d.Complete.Prepare(ctx, request)
	if err != nil && d.reachable != nil {
		return fmt.Errorf("%w, or name the family with --model", d.reachable)
	}
	if err != nil {
		return err
	}
	method, path, body := d.body(p.Request)
	out := planned{
		Model: p.Choice.Model, Layout: p.Layout, Budget: p.Budget, Tokens: p.Tokens,
		Request: plannedRequest{method, path, body}, Snippets: []plannedText{},
	}
	if f := p.Choice.Asking.Family; f != nil {
		out.Family = f.Name
	}
	for _, s := range p.Snippets {
		out.Snippets = append(out.Snippets, plannedSnippet(s))
	}
	if d.json {
		d.print(out)
		return nil
	}
	fmt.Fprintf(d.out, "%s, %s: about %d of %d tokens\n%s %s\n%s\n", out.Model, out.Layout, out.Tokens, out.Budget, method, path, harmless(string(body)))
	return nil
}

func plannedSnippet(s gather.Snippet) plannedText {
	p := plannedText{s.Source, s.Path, fromOne(s.Lines), [][2]int{}, s.Score, s.Tokens, s.Why, s.Text}
	for _, run := range s.Runs {
		p.Lines = append(p.Lines, fromOne(run))
	}
	return p
}

// fromOne is the first and last line as compilers count.
func fromOne(lines [2]int) [2]int { return [2]int{lines[0] + 1, lines[1] + 1} }

// assuming makes engines that only prepare requests, for a model of this name that nobody has asked about.
func (d *desk) assuming(name string) *server.Engines {
	asking := prompt.Recognise(prompt.Identity{Name: name}, families(d.settings)...)
	options := model.Options{NumCtx: assumedContext, KeepAlive: d.settings.Ollama.KeepAlive}
	if asking.Context > 0 {
		options.NumCtx = min(options.NumCtx, asking.Context)
	}
	if d.settings.Ollama.NumCtx > 0 {
		options.NumCtx = d.settings.Ollama.NumCtx
	}
	b := newBuilder(slog.New(slog.DiscardHandler))
	return &server.Engines{
		Builtin: b.builtin,
		Index:   d.Index,
		Complete: complete.New(complete.Parts{
			Choose: func() (complete.Choice, error) {
				return complete.Choice{Model: name, Asking: asking, Options: options}, nil
			},
			Available: func(string) complete.Availability { return complete.Down },
			Estimate:  b.estimator.Tokens,
			Sources:   gather.Sources{Index: d.Index},
			Options:   completeOptions(d.settings),
		}),
	}
}

// assumedContext is the context in tokens that most machines hold.
const assumedContext = 8192
