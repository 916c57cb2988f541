package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sopro/internal/config"
	"sopro/internal/doctor"
	"sopro/internal/server"
	"sopro/internal/terminal"
	"sopro/internal/workspace"
)

func (p *program) doctorCommand() *cobra.Command {
	var bundle string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Find out what is wrong on this machine",
		Long: "Looks at the settings, the workspace, Ollama and its models, and has the model fill a hole. Each thing is ok, a warning or a\n" +
			"fault, with what to do next; docs/troubleshooting.md says more of each. It changes nothing.\n" +
			"With --bundle all of it is written to a new file for a report, without code, prompts or keys.",
		Args: exactly(0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.examine(cmd.Context(), bundle) },
	}
	cmd.Flags().StringVar(&bundle, "bundle", "", "also write what a report of a fault needs to a new `FILE`")
	return cmd
}

func (p *program) examine(ctx context.Context, bundle string) error {
	folder, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("the working directory is not known: %w", err)
	}
	var file *os.File
	if bundle != "" { // before a minute of work; a new file, so that none is overwritten and its mode is ours
		if file, err = os.OpenFile(bundle, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err != nil {
			return bundleRefused(bundle, err)
		}
		defer file.Close()
	}
	m, engines := p.machine(folder)
	defer engines.Complete.Close()
	report, err := doctor.Examine(ctx, m, p.watcher())
	if engines.Catalog != nil {
		engines.Catalog.Remember() // it measured a model, which auto goes by in the next run
	}
	if err == nil && file != nil {
		_, err = file.WriteString(doctor.Bundle(ctx, m, report))
	}
	if err != nil {
		if file != nil {
			os.Remove(file.Name()) // half a bundle says nothing
		}
		return err
	}
	if !report.OK {
		p.code = exitFailed
	}
	if p.json {
		p.print(report)
		return nil
	}
	fmt.Fprint(p.out, summary(report))
	if file != nil {
		fmt.Fprintf(p.out, "What a report needs is in %s: look at it before you send it.\n", bundle)
	}
	return nil
}

func bundleRefused(path string, err error) error {
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists: name a new file for the bundle", path)
	}
	return fmt.Errorf("%s cannot be written: %w", path, cause(err))
}

// machine is what the doctor looks at. The caller closes the engines.
func (p *program) machine(folder string) (doctor.Machine, *server.Engines) {
	loader := config.NewLoader()
	m := doctor.Machine{
		Version: version, System: runtime.GOOS + "/" + runtime.GOARCH, Memory: memoryBytes(),
		Root: workspace.Root(folder), Files: os.DirFS("/"), Env: os.Getenv, Now: time.Now,
	}
	m.Home, _ = os.UserHomeDir() // without one no path is shortened
	m.Settings, m.Problems = loader.Load([]string{m.Root}, nil, p.set)
	m.Values = loader.Values([]string{m.Root}, nil, p.set)
	m.Log = logPath(m.Settings.Log)
	m.Served = preferences(m.Settings).Served
	m.Program = func(ctx context.Context) doctor.Program {
		return doctor.FindProgram(ctx, os.Getenv("PATH"), m.Root)
	}
	engines, err := newBuilder(slog.New(slog.DiscardHandler)).build(m.Settings, nil)
	m.Builtin, m.Refused = engines.Builtin, err
	if engines.Endpoint != nil {
		m.Address, m.Server, m.Models = engines.Endpoint.State().URL, engines.Endpoint, engines.Catalog
	}
	return m, engines
}

// watcher shows the steps as they are found, and on a terminal a sign of life while one takes long.
func (p *program) watcher() doctor.Watcher {
	if p.json {
		term := terminal.New(p.errs, os.Getenv)
		return doctor.Watcher{Began: func(doing string) func() { return term.Wait(doing) }}
	}
	term := terminal.New(p.out, os.Getenv)
	return doctor.Watcher{
		Began: func(doing string) func() { return term.Wait(doing) },
		Found: func(s doctor.Step) { fmt.Fprint(p.out, finding(term, s)) },
	}
}

const (
	markWidth = len(doctor.Warning)
	nameWidth = len("completion")
)

// finding is a step in one or two aligned lines. The mark is a word, which needs no colour.
func finding(term *terminal.Terminal, s doctor.Step) string {
	mark := fmt.Sprintf("%-*s", markWidth, s.State)
	switch s.State {
	case doctor.OK:
		mark = term.Green(mark)
	case doctor.Warning:
		mark = term.Bold(mark)
	case doctor.Fault:
		mark = term.Red(mark)
	}
	line := fmt.Sprintf("%s  %-*s  %s\n", mark, nameWidth, s.Name, s.Message)
	if s.Next != "" {
		line += fmt.Sprintf("%*s  %s\n", markWidth+nameWidth+2, "", "> "+s.Next)
	}
	return line
}

// summary counts what was found, and names what could not be looked at.
func summary(r doctor.Report) string {
	count := map[doctor.State]int{}
	for _, s := range r.Steps {
		count[s.State]++
	}
	var b strings.Builder
	if len(r.Unsaid) > 0 {
		fmt.Fprintf(&b, "not asked, for want of what comes before: %s\n", strings.Join(r.Unsaid, ", "))
	}
	fmt.Fprintf(&b, "\n%d ok, %d to look at, %d at fault", count[doctor.OK], count[doctor.Warning], count[doctor.Fault])
	if len(r.Steps) > count[doctor.OK] {
		b.WriteString(": docs/troubleshooting.md says more of each")
	}
	b.WriteString("\n")
	return b.String()
}
