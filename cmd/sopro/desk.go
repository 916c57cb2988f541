package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"go.lsp.dev/uri"

	"sopro/internal/clean"
	"sopro/internal/config"
	"sopro/internal/document"
	"sopro/internal/index"
	"sopro/internal/server"
	"sopro/internal/syntax"
	"sopro/internal/terminal"
	"sopro/internal/workspace"
)

// probeWithin bounds the question whether Ollama is there. On loopback an answer takes a millisecond.
const probeWithin = 2 * time.Second

// desk is what one command of the command line works with: the same engines as an editor's, and one file.
type desk struct {
	*program
	settings config.Settings
	*server.Engines
	builder   *builder
	reachable error // nil: a model server answers

	root, rel, path string
	read            []byte // the file as it was read
	text            *document.Snapshot

	doing atomic.Value // string: what a person who waits is told
}

// wait shows what is being done, to begin with this, until stop is called.
func (d *desk) wait(term *terminal.Terminal, what string) (stop func()) {
	d.doing.Store(what)
	return term.WaitFor(func() string { return d.doing.Load().(string) })
}

// open reads a file, the settings that hold for it, and asks what models there are. The caller closes the desk.
func (p *program) open(ctx context.Context, path string) (*desk, error) {
	resolved, err := filepath.Abs(path)
	if err == nil {
		resolved, err = filepath.EvalSymlinks(resolved)
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, cause(err))
	}
	d := &desk{program: p, root: workspace.Root(resolved), path: resolved}
	d.doing.Store("")
	var problems []config.Problem
	d.settings, problems = config.NewLoader().Load([]string{d.root}, nil, p.set)
	for _, problem := range problems {
		fmt.Fprintln(p.errs, "sopro:", clean.Message(problem.String()))
	}
	if err := d.load(); err != nil {
		return nil, err
	}
	// Who calls by hand wants an answer: the switches are for what comes unasked.
	d.settings.Enabled, d.settings.Completion.Enabled, d.settings.Completion.Languages = true, true, nil
	d.builder = newBuilder(slog.New(slog.DiscardHandler))
	d.builder.flagged = p.flagged
	d.Engines, err = d.builder.build(d.settings, nil)
	if err != nil {
		d.reachable = err
		fmt.Fprintln(p.errs, "sopro:", clean.Message(err.Error()))
		return d, nil
	}
	d.probe(ctx)
	return d, nil
}

func (d *desk) close() {
	d.Complete.Close()
	d.builder.close()
	if d.Catalog != nil {
		d.Catalog.Remember()
	}
}

// load reads the file under the rules that hold for every file that a model may see.
func (d *desk) load() error {
	name := string(uri.File(d.path))
	options := d.rules()
	place := workspace.Locate(name, []string{d.root})
	d.rel = place.Rel
	if ok, why := workspace.NewGuard([]string{d.root}, options).Allowed(name); !ok {
		return errors.New(why)
	}
	if info, err := os.Stat(d.path); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder: name a file in it", d.rel)
	}
	options.MaxFileBytes = maxOpened // it was named, not found
	text, err := workspace.Read(d.root, workspace.File{Path: d.path, Rel: d.rel}, options)
	if refused, ok := errors.AsType[*workspace.Refused](err); ok {
		return refused
	}
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", d.rel, cause(err))
	}
	d.read = []byte(text)
	d.text = document.New(name, language(d.path, text).ID(), 1, text)
	return nil
}

// maxOpened is the largest file that is completed, as in an editor: a tree costs 20 to 30 times the text.
const maxOpened = 8 << 20

// rules are what the settings, and git's of this user, say of reading files.
func (d *desk) rules() workspace.Options {
	return workspace.Options{MaxFileBytes: d.settings.Index.MaxFileBytes, Ignore: d.settings.Privacy.Ignore, GitIgnore: gitIgnore()}
}

// gitIgnore is where this user keeps git's ignore rules for all repositories.
func gitIgnore() string {
	home, _ := os.UserHomeDir() // "" where there is none
	return workspace.GitIgnore(os.Getenv, home)
}

// language is that of a file, by its name and first line.
func language(path, text string) *syntax.Language {
	first, _, _ := strings.Cut(text, "\n")
	return syntax.Detect("", path, first)
}

// cause leaves the path out of an error that names it already.
func cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

// probe asks whether a model server is there and what it has.
func (d *desk) probe(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, probeWithin)
	defer cancel()
	if _, d.reachable = d.Endpoint.Version(ctx); d.reachable == nil {
		d.reachable = d.Catalog.Refresh(ctx)
	} else if errors.Is(d.reachable, context.DeadlineExceeded) {
		d.reachable = d.Endpoint.Silent(d.reachable)
	}
}

// learn feeds the index and, where it answers, the built-in engine with the workspace: all of it, unless wait is false, then what
// the disk has of the index. Who names a file in no repository has said nothing of what lies in the folders around it: then only the
// files beside it are read, and nothing is kept. The error is that of ctx.
func (d *desk) learn(ctx context.Context, builtin, wait bool) error {
	rules := d.rules()
	rules.Near = func() []string { return []string{filepath.Dir(d.path)} }
	rules.Flat = !workspace.InRepository(d.root)
	if !rules.Flat {
		d.tellDisk(d.Index.Attach(d.root, func(rel string) bool { return rules.Admits(d.root, rel) }))
	}
	if builtin {
		d.Builtin.Add(d.path, d.text.LanguageID(), d.text.String())
	}
	if !wait {
		return ctx.Err()
	}
	former := d.doing.Swap("reading the workspace")
	defer d.doing.Store(former)
	seen := map[string]bool{}
	whole := true
	for file, err := range workspace.Walk(ctx, d.root, rules) {
		if err != nil {
			whole = false
			break
		}
		seen[file.Path] = true
		d.learnFile(ctx, file, builtin && file.Path != d.path) // what is completed counts, not what lies on disk
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if whole { // else an editor's walk may have come to other files
		d.forgetUnseen(seen)
	}
	d.tellDisk(d.Index.Flush())
	return nil
}

// forgetUnseen takes out what the disk has of files that are no more.
func (d *desk) forgetUnseen(seen map[string]bool) {
	for _, path := range d.Index.Paths(d.root) {
		if !seen[path] {
			d.Index.Remove(path)
		}
	}
}

// tellDisk says why the index is not kept.
func (d *desk) tellDisk(err error) {
	if err != nil && !errors.Is(err, index.ErrAnew) {
		fmt.Fprintln(d.errs, "sopro:", clean.Message(err.Error()))
	}
}

// learnFile reads a file if the index has it otherwise, or the built-in engine is to have it.
func (d *desk) learnFile(ctx context.Context, file workspace.File, builtin bool) {
	same := d.Index.Same(file.Path, file.Size, file.ModTime)
	if same && !builtin {
		return
	}
	text, err := workspace.Read(d.root, file, d.rules())
	if err != nil {
		d.Index.Remove(file.Path)
		return
	}
	id := language(file.Path, text).ID()
	if !same {
		d.Index.Put(ctx, index.File{Path: file.Path, Rel: file.Rel, Root: d.root, Language: id, Text: text, Size: file.Size, ModTime: file.ModTime})
	}
	if builtin {
		d.Builtin.Add(file.Path, id, text)
	}
}

// repo is the name of the folder that the file's workspace lies in.
func (d *desk) repo() string { return filepath.Base(d.root) }

// view parses the text. The caller closes it, or hands it on.
func (d *desk) view(ctx context.Context) *syntax.View {
	return syntax.Parse(ctx, language(d.path, d.text.Line(0)), d.text)
}
