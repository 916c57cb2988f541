package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"sopro/internal/config"
	"sopro/internal/eval/holes"
	"sopro/internal/eval/typing"
	"sopro/internal/gather"
	"sopro/internal/workspace"
)

// indexRepositories has what the engine may show besides the file that is typed into: of each repository with a work tree the files as
// they are there, but those that are typed into without what is typed. The caller closes the indexes.
func (p *program) indexRepositories(ctx context.Context, args []string, traces []typing.Trace, settings config.Settings) (map[string]gather.Sources, error) {
	all := map[string]gather.Sources{}
	for _, arg := range args {
		root := workspace.Root(arg)
		if _, err := os.Stat(filepath.Join(root, ".git")); err != nil {
			continue // a file of hunks, or a bare repository
		}
		r, err := holes.Read(ctx, root, workspace.Options{Ignore: slices.Concat(settings.Privacy.Ignore, p.ignoredIn(root))})
		if err != nil {
			closeIndexes(all)
			return nil, err
		}
		typed := map[string]string{}
		for _, t := range traces {
			if t.Repo == r.Name {
				typed[t.Path] = t.Before + t.After
			}
		}
		x, err := r.Index(ctx, typing.Workspace, typed)
		if err != nil {
			closeIndexes(all)
			return nil, err
		}
		all[r.Name] = gather.Sources{Index: x}
	}
	return all, nil
}

func closeIndexes(all map[string]gather.Sources) {
	for _, s := range all {
		s.Index.Close()
	}
}
