package workspace

import (
	"context"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// builtFolders are written by tools, not by people, and are passed over even
// where no .gitignore says so.
var builtFolders = []string{
	".hg", ".svn", ".jj", ".sl", "CVS", ".bzr",
	"node_modules", "bower_components", "jspm_packages", ".pnpm-store", ".yarn", ".npm",
	"__pycache__", ".venv", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".eggs", "site-packages", ".ipynb_checkpoints",
	".gradle", ".terraform", ".terragrunt-cache", ".next", ".nuxt", ".svelte-kit", ".angular", ".astro", ".parcel-cache", ".turbo", ".cache", ".nyc_output",
	"Pods", "Carthage", "DerivedData", ".build", ".dart_tool", ".bundle", ".stack-work", "dist-newstyle", "elm-stuff", ".elixir_ls",
	".zig-cache", "zig-cache", "zig-out", ".cargo", ".rustup", ".idea", ".vs", ".metals", ".bloop", ".bsp", ".clangd", ".ccls-cache", ".direnv", ".Trash",
}

// builtMarks are files by which a folder says of itself that a tool fills it
// (bford.info/cachedir, which cargo and others follow); "vendor" and "target"
// alone are also words that people call their packages.
var builtMarks = []string{"CACHEDIR.TAG", "pyvenv.cfg", "modules.txt", "autoload.php"}

// folder is a directory that waits to be read.
type folder struct {
	rel      string // "." for the root
	segments []string
	rules    *rules
}

// walker carries one walk.
type walker struct {
	ctx     context.Context
	root    *os.Root
	path    string // of root, resolved
	options Options
	queue   queue
	inRepo  bool
	entries int   // left to look at
	files   int   // left to yield
	bytes   int64 // left to yield
	yield   func(File, error) bool
}

// Walk yields the text files under root that may be read: first what lies near
// the folders that somebody works in (Options.Near), else breadth first, so that
// what lies near the top is there early; within a folder in the order of their
// names.
//
// It follows git's ignore rules, nested ones, those of the repository that
// root lies in, its info/exclude, and the user's own (Options.GitIgnore); what
// they shut out is not opened. It
// passes over secret files, binary files (a NUL in the first 8,000 bytes),
// files above the size bound, folders that tools fill, in no repository also
// folders whose name begins with a dot, and whatever is neither a folder nor a
// plain file: symbolic links are never followed, so that it cannot leave root
// or run in circles (docs/security.md rows 8 and 10). What may not be read or vanishes
// meanwhile is passed over in silence.
//
// An error comes last, with a zero File: the root cannot be opened, ctx ended,
// or [ErrLimit]. At most ten entries are looked at for each file that Options
// lets it yield.
func Walk(ctx context.Context, root string, o Options) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		path, r, err := openRoot(root)
		if err != nil {
			yield(File{}, err)
			return
		}
		defer r.Close()
		above, segments := rulesAbove(path, o.GitIgnore)
		_, inRepo := repository(path)
		w := &walker{
			ctx: ctx, root: r, path: path, options: o, inRepo: inRepo, yield: yield,
			entries: o.maxFiles() * entriesPerFile, files: o.maxFiles(), bytes: o.maxBytes(),
		}
		w.queue.push(folder{rel: ".", segments: segments, rules: above})
		if err := w.run(); err != nil {
			yield(File{}, err)
		}
	}
}

// openRoot resolves and opens the folder that nothing may leave.
func openRoot(root string) (string, *os.Root, error) {
	path, err := filepath.Abs(root)
	if err != nil {
		return "", nil, err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", nil, err
	}
	r, err := os.OpenRoot(path)
	return path, r, err
}

// errStop is the consumer's wish to hear no more.
const errStop = stop("stop")

type stop string

func (s stop) Error() string { return string(s) }

func (w *walker) run() error {
	for !w.queue.empty() {
		if w.options.Near != nil {
			w.queue.lookAt(w.path, w.options.Near())
		}
		if err := w.folder(w.queue.pop()); err != nil {
			if err == errStop {
				return nil
			}
			return err
		}
	}
	return nil
}

// folder yields the files of one folder and queues the folders in it.
func (w *walker) folder(f folder) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	entries, whole := w.read(f.rel)
	if f.rel != "." && filled(entries) {
		return nil
	}
	for _, e := range entries {
		if e.Name() == ".gitignore" && e.Type().IsRegular() {
			f.rules = f.rules.with(len(f.segments), ignoreFile(w.root, join(f.rel, ".gitignore")))
		}
	}
	for _, e := range entries {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		if err := w.entry(f, e); err != nil {
			return err
		}
	}
	if !whole {
		return ErrLimit
	}
	return nil
}

// read lists one folder in the order of names, whole unless the bound of the
// walk cuts it.
func (w *walker) read(rel string) (entries []fs.DirEntry, whole bool) {
	d, err := w.root.OpenFile(rel, os.O_RDONLY|nonBlocking, 0)
	if err != nil {
		return nil, true
	}
	defer d.Close()
	for w.entries > 0 {
		batch, err := d.ReadDir(min(1024, w.entries))
		w.entries -= len(batch)
		entries = append(entries, batch...)
		if err != nil || len(batch) == 0 {
			whole = true
			break
		}
	}
	if !whole {
		more, err := d.ReadDir(1)
		whole = len(more) == 0 || err == io.EOF
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, whole
}

// entry judges one name in a folder: queued, yielded or passed over.
func (w *walker) entry(f folder, e fs.DirEntry) error {
	rel := join(f.rel, e.Name())
	segments := append(slices.Clip(f.segments), e.Name())
	if !e.IsDir() && !e.Type().IsRegular() || e.Name() == ".git" { // a folder, or in a submodule a file that names one
		return nil
	}
	if f.rules.ignored(segments, e.IsDir()) {
		return nil
	}
	if globbed(w.options.Ignore, rel) {
		w.options.passed(rel, shutOut)
		return nil
	}
	if e.IsDir() {
		if !w.options.Flat && !w.passes(e.Name(), rel) {
			w.queue.push(folder{rel: rel, segments: segments, rules: f.rules})
		}
		return nil
	}
	file, ok := w.look(rel)
	if !ok {
		return nil
	}
	if w.files == 0 || w.bytes < file.Size {
		return ErrLimit
	}
	w.files--
	w.bytes -= file.Size
	if !w.yield(file, nil) {
		return errStop
	}
	return nil
}

// passes reports whether a folder is passed over by its name.
func (w *walker) passes(name, rel string) bool {
	hidden := strings.HasPrefix(name, ".") && !w.inRepo // a home directory: tools' state, browsers' histories
	return hidden || slices.Contains(builtFolders, name) || secretFolder(filepath.Join(w.path, rel))
}

// look opens a file as far as is needed to know that it may be read.
func (w *walker) look(rel string) (File, bool) {
	path := filepath.Join(w.path, filepath.FromSlash(rel))
	if Secret(path) {
		return File{}, false
	}
	f, err := openRegular(w.root, rel)
	if err != nil {
		return File{}, false
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil && info.Size() > w.options.maxFileBytes() {
		w.options.passed(rel, w.options.tooLarge())
		return File{}, false
	}
	if err != nil {
		return File{}, false
	}
	var head [sniffBytes]byte
	n, err := io.ReadFull(f, head[:])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF || binary(head[:n]) {
		return File{}, false
	}
	return File{Path: path, Rel: rel, Size: info.Size(), ModTime: info.ModTime()}, true
}

// filled reports whether a folder carries the mark of a tool.
func filled(entries []fs.DirEntry) bool {
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return slices.Contains(builtMarks, e.Name()) })
}

// join is path.Join for names that are clean already.
func join(dir, name string) string {
	if dir == "." {
		return name
	}
	return dir + "/" + name
}
