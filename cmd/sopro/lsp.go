package main

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"sopro/internal/config"
	"sopro/internal/model"
	"sopro/internal/server"
)

func (p *program) lspCommand() *cobra.Command {
	var stdio bool
	cmd := &cobra.Command{
		Use:   "lsp",
		Short: "Serve an editor over standard input and output",
		Args:  exactly(0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			loader := config.NewLoader()
			settings, _ := loader.Load(nil, nil, p.set)
			log, closeLog := openLog(settings.Log)
			defer closeLog()
			b := newBuilder(log)
			defer b.close()
			b.serves = true
			b.learning(learntPath())
			s := server.New(server.Parts{
				Version: version,
				Loader:  loader,
				Flags:   p.set,
				Build:   b.build,
				Ledger:  b.ledger,
				Log:     log,

				GitIgnore: gitIgnore(),
			})
			p.code = s.Run(cmd.Context(), p.in, p.out)
			return nil
		},
	}
	cmd.Flags().BoolVar(&stdio, "stdio", true, "accepted because some editors pass it")
	return cmd
}

// learntPath is where it is kept what became of completions.
func learntPath() string { return filepath.Join(xdg.StateHome, "sopro", "completions.json") }

// logPath is where the log is.
func logPath(l config.Log) string {
	return cmp.Or(l.File, filepath.Join(xdg.StateHome, "sopro", "sopro.log"))
}

// openLog writes to the file of the settings, readable by its owner alone, and never text of a document, a prompt or an answer
// (docs/security.md row 17). Where that cannot be had nothing is logged: an editor takes what a server says on its standard
// error for a fault.
func openLog(l config.Log) (log *slog.Logger, done func()) {
	path := logPath(l)
	var level slog.Level
	if level.UnmarshalText([]byte(l.Level)) != nil {
		level = slog.LevelWarn
	}
	if os.MkdirAll(filepath.Dir(path), 0o700) != nil {
		return slog.New(slog.DiscardHandler), func() {}
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return slog.New(slog.DiscardHandler), func() {}
	}
	if info, err := file.Stat(); err != nil || info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 && file.Chmod(0o600) != nil {
		file.Close() // it was there before, open to others, and stays so
		return slog.New(slog.DiscardHandler), func() {}
	}
	return slog.New(slog.NewTextHandler(file, &slog.HandlerOptions{Level: level, ReplaceAttr: unquoted})), func() { file.Close() }
}

// unquoted keeps out of the log what a model server says in its own words: they may be those of a prompt.
func unquoted(_ []string, a slog.Attr) slog.Attr {
	err, _ := a.Value.Any().(error)
	if failed, ok := errors.AsType[*model.Error](err); ok && failed.Quotes {
		return slog.String(a.Key, fmt.Sprintf("the model server failed with status %d", failed.Status))
	}
	return a
}
