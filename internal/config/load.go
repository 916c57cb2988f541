package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/BurntSushi/toml"
	"github.com/adrg/xdg"
)

const (
	workspaceFile    = ".sopro.toml"
	maxWorkspaceFile = 64 << 10
	maxUserFile      = 1 << 20
	maxDepth         = 100 // of JSON
)

// Loader reads the sources. Its zero value knows neither environment nor user file.
type Loader struct {
	Env      func(string) string // os.Getenv; nil: no environment
	UserFile string              // path of the user's own file; "": none. It need not exist
}

// NewLoader is the loader of a real process: its environment, and sopro/config.toml in the user's configuration directory.
func NewLoader() *Loader {
	return &Loader{Env: os.Getenv, UserFile: filepath.Join(xdg.ConfigHome, "sopro", "config.toml")}
}

// Load adds up all sources, later ones winning: defaults, the user's file, .sopro.toml of each workspace root (of two roots
// the first wins), the client's JSON of the section "sopro" (nil: none), the environment, and flags of the form key=value. What
// is wrong is left out and reported, the rest applies; the Settings are always usable.
func (l *Loader) Load(workspaceRoots []string, client []byte, flags []string) (Settings, []Problem) {
	a := newAdding()
	l.read(a, workspaceRoots, client, flags)
	return a.settings, a.report()
}

func (l *Loader) read(a *adding, workspaceRoots []string, client []byte, flags []string) {
	if l.UserFile != "" {
		a.file(UserFile, l.UserFile, maxUserFile)
	}
	for _, root := range slices.Backward(workspaceRoots) {
		a.file(WorkspaceFile, filepath.Join(root, workspaceFile), maxWorkspaceFile)
	}
	a.client(client)
	a.environment(l.Env)
	a.flags(flags)
}

// Defaults are the settings without any source.
func Defaults() Settings { return newAdding().settings }

func (a *adding) file(source Source, path string, limit int64) {
	from := origin{source, path}
	text, err := readRegular(path, limit)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		a.problem(from, "", "not read: "+reason(err))
		return
	}
	var tree map[string]any
	if _, err := toml.Decode(string(text), &tree); err != nil {
		a.problem(from, "", "not read: "+tomlReason(text, err))
		return
	}
	a.tree(from, tree)
}

// readRegular opens without waiting, so that a pipe put in the place of the file cannot hold up the server.
func readRegular(path string, limit int64) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a file")
	}
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		return nil, fmt.Errorf("it is larger than %d KiB", limit>>10)
	}
	return text, err
}

// reason drops the path from an error of the file system: the Problem names it.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

// tomlReason counts lines and columns itself: where a line ends too soon, the library names the next line.
func tomlReason(text []byte, err error) string {
	var parse toml.ParseError
	if !errors.As(err, &parse) {
		return err.Error()
	}
	before := text[:min(max(parse.Position.Start, 0), len(text))]
	line, column := 1+bytes.Count(before, []byte("\n")), len(before)-bytes.LastIndexByte(before, '\n')
	return fmt.Sprintf("line %d, column %d: %s", line, column, parse.Message)
}

func (a *adding) client(text []byte) {
	from := origin{Client, "client"}
	if len(bytes.TrimSpace(text)) == 0 {
		return
	}
	if err := shallow(text); err != nil {
		a.problem(from, "", "not read: "+err.Error())
		return
	}
	var value any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		a.problem(from, "", "not read: "+err.Error())
		return
	}
	switch tree := value.(type) {
	case nil: // a client's way to say: nothing is set
	case map[string]any:
		a.tree(from, tree)
	default:
		a.problem(from, "", "not read: want an object")
	}
}

// shallow refuses JSON that is nested too deeply before anything recurses over it.
func shallow(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	depth := 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth > maxDepth {
			return fmt.Errorf("nested deeper than %d", maxDepth)
		}
	}
}

// EnvironmentName is the environment variable of a key: ollama.url is SOPRO_OLLAMA_URL.
func EnvironmentName(key string) string {
	return "SOPRO_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

func (a *adding) environment(env func(string) string) {
	if env == nil {
		return
	}
	for _, k := range a.keys {
		name := EnvironmentName(k.Name)
		if text := env(name); text != "" {
			a.value(origin{Environment, name}, k, k.Name, k.read(text))
		}
	}
}

func (a *adding) flags(flags []string) {
	from := origin{CommandLine, "--set"}
	for _, flag := range flags {
		path, text, ok := strings.Cut(flag, "=")
		if !ok {
			a.problem(from, path, "want key=value")
		} else if k, ok := a.key(path); ok {
			a.value(from, k, path, k.read(text))
		} else if k, name, ok := a.entry(path); ok {
			a.value(from, k, k.Name, map[string]any{name: truth(text)})
		} else {
			a.unknown(from, path)
		}
	}
}
