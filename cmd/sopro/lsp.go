package main

import (
	"log/slog"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"sopro/internal/config"
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
			s := server.New(server.Parts{
				Version: version,
				Loader:  loader,
				Flags:   p.set,
				Build:   newBuilder(log).build,
				Log:     log,
			})
			p.code = s.Run(cmd.Context(), p.in, p.out)
			return nil
		},
	}
	cmd.Flags().BoolVar(&stdio, "stdio", true, "accepted because some editors pass it")
	return cmd
}

// openLog writes to the file of the settings, readable by its owner alone. Where that cannot be had nothing is logged: an
// editor takes what a server says on its standard error for a fault.
func openLog(l config.Log) (log *slog.Logger, done func()) {
	path := l.File
	if path == "" {
		path = filepath.Join(xdg.StateHome, "sopro", "sopro.log")
	}
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
	return slog.New(slog.NewTextHandler(file, &slog.HandlerOptions{Level: level})), func() { file.Close() }
}
