// Sopro whispers the next lines of code from a model that runs on the user's own machine.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"sopro/internal/clean"
	"sopro/internal/config"
	"sopro/internal/model"
)

// version is written by the build.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// The exit codes.
const (
	exitDone   = 0 // also where there was nothing to say
	exitFailed = 1
	exitUsage  = 2
	exitBroken = 130 // interrupted by the person, as a shell has it
)

// usageError is a mistake in how the program was called.
type usageError struct{ error }

// Unwrap lets what is wrong be told apart from what to do.
func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run is the program without the process around it.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	p := &program{in: in, out: out, errs: errs}
	root := p.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return p.code
	}
	if ctx.Err() != nil {
		return exitBroken // who pressed Ctrl-C knows
	}
	p.fail(err)
	if errors.As(err, new(usageError)) {
		return exitUsage
	}
	return exitFailed
}

// program is one run: where it reads and writes, and the flags that every command has.
type program struct {
	in        io.Reader
	out, errs io.Writer

	json    bool
	set     []string // key=value
	flagged string   // the setting in whose place --model named a model, if any
	code    int      // of a run without an error; the server's own
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "sopro",
		Short:         "Code completion, explanations and code from a model on your own machine",
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("%q is not a command of sopro: run \"sopro help\"", clean.Message(args[0]))
			}
			return nil
		},
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return p.checkSet(cmd) },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%s: run \"%s --help\"", flagError(err), cmd.CommandPath())
	})
	root.PersistentFlags().BoolVar(&p.json, "json", false, "print JSON, also for a failure")
	root.PersistentFlags().StringArrayVar(&p.set, "set", nil, "a setting for this run, as `key=value`; docs/settings.md lists them")
	root.CompletionOptions.HiddenDefaultCmd = true // "completion" means something else here
	root.AddCommand(p.lspCommand(), p.completeCommand(), p.explainCommand(), p.generateCommand(), p.modelsCommand(), p.doctorCommand(), p.tryCommand(), p.evalCommand(), p.versionCommand())
	return root
}

// checkSet refuses settings of --set that are wrong: who typed them would take what comes for their effect. To the server and
// the doctor editors hand on what stands in their own settings: these start all the same, and say what is wrong.
func (p *program) checkSet(cmd *cobra.Command) error {
	if cmd.Name() == "lsp" || cmd.Name() == "doctor" {
		return nil
	}
	_, problems := config.NewLoader().Load(nil, nil, p.set)
	for _, problem := range problems {
		if problem.Source == config.CommandLine {
			return usagef("%s: docs/settings.md lists the settings", problem)
		}
	}
	return nil
}

// flagError says what a flag wants that was given something else.
func flagError(err error) string {
	wrong, ok := errors.AsType[*pflag.InvalidValueError](err)
	if !ok {
		return err.Error()
	}
	wants, ok := map[string]string{
		"int": "a whole number", "intSlice": "whole numbers, separated by commas", "float64Slice": "numbers, separated by commas",
		"bool": "true or false", "duration": "a time such as 600ms",
	}[wrong.GetFlag().Value.Type()]
	if !ok {
		return err.Error()
	}
	return fmt.Sprintf("--%s wants %s, not %q", wrong.GetFlag().Name, wants, wrong.GetValue())
}

// fail prints a failure once, in words, with the next step.
func (p *program) fail(err error) {
	message, next := err.Error(), ""
	if e, ok := errors.AsType[*model.Error](err); ok {
		message, next = e.Message, e.Next
	}
	if !p.json {
		if next != "" {
			message += ": " + next
		}
		fmt.Fprintln(p.errs, "sopro: "+clean.Message(message))
		return
	}
	p.print(struct {
		Error failure `json:"error"`
	}{failure{clean.Message(message), clean.Message(next)}})
}

type failure struct {
	Message string `json:"message"`
	Next    string `json:"next"`
}

// print writes JSON, indented for people who look at it.
func (p *program) print(v any) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		fmt.Fprintln(p.errs, "sopro:", err)
		return
	}
	fmt.Fprint(p.out, harmless(text.String()))
}

// harmless escapes in JSON what a terminal could obey and JSON leaves as it is: DEL and C1.
func harmless(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r >= 0x7f && r <= 0x9f {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// say prints text of a file or a model. A terminal gets nothing that it would obey (docs/security.md row 19); a pipe gets every
// byte, since a patch must fit its file.
func (p *program) say(text string) {
	if file, ok := p.out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		text = clean.Control(text)
	}
	fmt.Fprint(p.out, text)
}

// exactly wants so many arguments and names them when they are not there.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usagef("%s wants %s: run \"%s --help\"", cmd.Name(), what, cmd.CommandPath())
		}
		return nil
	}
}

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  exactly(0, "no argument"),
		RunE: func(*cobra.Command, []string) error {
			if p.json {
				p.print(struct {
					Version string `json:"version"`
				}{version})
				return nil
			}
			fmt.Fprintln(p.out, "sopro", version)
			return nil
		},
	}
}
