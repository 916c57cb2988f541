package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"sopro/internal/config"
	"sopro/internal/model/ollama"
	"sopro/internal/syntax"
	"sopro/internal/workspace"
)

// tilde shows a path below the person's home as they write it.
func (m Machine) tilde(text string) string {
	home := strings.TrimRight(m.Home, `/\`)
	if home == "" {
		return text
	}
	if rest, below := strings.CutPrefix(text, home); below && (rest == "" || rest[0] == '/' || rest[0] == '\\') {
		return "~" + rest
	}
	return text
}

func lookSettings(_ context.Context, v *visit) []Step {
	if len(v.Problems) == 0 {
		return one(say.settingsFine.with())
	}
	var steps []Step
	for _, p := range v.Problems {
		path, key := v.tilde(p.Path), workspace.Mask(p.Key)
		if name, ok := protected(p); ok {
			steps = append(steps, say.settingProtected.with("path", path, "key", key, "variable", config.EnvironmentName(name)))
			continue
		}
		steps = append(steps, say.settingIgnored.with("path", path, "key", cmp.Or(key, "the whole file"), "why", workspace.Mask(p.Message)))
	}
	return steps
}

// protected reports whether a problem is a key that does not count from where it stands, and that key's name.
func protected(p config.Problem) (string, bool) {
	if p.Source != config.WorkspaceFile && p.Source != config.Client {
		return "", false
	}
	for _, k := range config.Keys() {
		if k.Protected && !k.Addable && strings.EqualFold(k.Name, p.Key) {
			return k.Name, true
		}
	}
	return "", false
}

func lookSources(_ context.Context, v *visit) []Step {
	steps := v.addressSteps()
	for _, key := range []string{"models.completion", "models.chat"} {
		if last, ok := v.last(key); ok {
			steps = append(steps, say.modelFrom.with("key", key, "name", last.Text, "source", v.source(last)))
		}
	}
	if last, ok := v.last("privacy.allowRemote"); ok && v.Settings.Privacy.AllowRemote {
		w := say.remoteAllowed
		if at, err := url.Parse(v.Address); err == nil && local(at.Hostname()) {
			w = say.remoteNeedless
		}
		steps = append(steps, w.with("source", v.source(last), "url", v.Address))
	}
	return steps
}

// addressSteps say who named the address, and who named another.
func (v *visit) addressSteps() []Step {
	key := "ollama.url"
	if v.Served {
		key = "openai.url"
	}
	named := slices.Clone(v.given(key))
	if host := v.Env("OLLAMA_HOST"); host != "" && !v.Served { // Sopro's own settings go before it
		named = slices.Insert(named, 0, config.Given{Source: config.Environment, Path: "OLLAMA_HOST", Text: strconv.Quote(host)})
	}
	named = slices.DeleteFunc(named, func(g config.Given) bool { return g.Text == `""` })
	if len(named) == 0 {
		return one(say.addressDefault.with("url", v.Address))
	}
	last := named[len(named)-1]
	at := cmp.Or(v.Address, workspace.Mask(unquoted(last.Text)))
	for _, other := range slices.Backward(named[:len(named)-1]) {
		if address(other.Text) != address(last.Text) {
			return one(say.addressOverruled.with("url", at, "source", v.source(last),
				"other", v.source(other), "value", workspace.Mask(unquoted(other.Text))))
		}
	}
	return one(say.addressFrom.with("url", at, "source", v.source(last)))
}

func unquoted(text string) string {
	if plain, err := strconv.Unquote(text); err == nil {
		return plain
	}
	return text
}

// address is what a setting of an address comes to, however it is written.
func address(text string) string {
	at, err := ollama.ParseHost(unquoted(text))
	if err != nil {
		return text
	}
	return at.String()
}

func (m Machine) given(key string) []config.Given {
	for _, value := range m.Values {
		if value.Key == key {
			return value.Given
		}
	}
	return nil
}

func (m Machine) last(key string) (config.Given, bool) {
	given := m.given(key)
	if len(given) == 0 {
		return config.Given{}, false
	}
	return given[len(given)-1], true
}

// source names where a setting was given: a file by its path, a variable by its name.
func (m Machine) source(g config.Given) string {
	if g.Source == config.Environment {
		return "$" + g.Path
	}
	return m.tilde(g.Path)
}

func lookLog(_ context.Context, v *visit) []Step {
	path := v.tilde(v.Log)
	info, err := os.Stat(v.Log)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if blocked(filepath.Dir(v.Log)) {
			return one(say.logNowhere.with("path", path))
		}
		return one(say.logNone.with("path", path))
	case err != nil && blocked(filepath.Dir(v.Log)):
		return one(say.logNowhere.with("path", path))
	case err != nil:
		return one(say.logUnreadable.with("path", path, "why", cause(err)))
	case !info.Mode().IsRegular():
		return one(say.logUnreadable.with("path", path, "why", "it is not a file"))
	case info.Mode().Perm()&0o077 != 0 && !strings.HasPrefix(v.System, "windows"):
		return one(say.logOpen.with("path", path, "mode", fmt.Sprintf("%#o", info.Mode().Perm())))
	}
	return one(say.logFine.with("path", path, "size", bytes(info.Size())))
}

// blocked reports whether no folder can be made at a path, because something else stands on the way.
func blocked(folder string) bool {
	for {
		if info, err := os.Stat(folder); err == nil {
			return !info.IsDir()
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return false
		}
		folder = parent
	}
}

// cause leaves the path out of an error that is printed beside it.
func cause(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

func lookRepository(_ context.Context, v *visit) []Step {
	if _, err := os.Lstat(filepath.Join(v.Root, ".git")); err != nil {
		return one(say.gitMissing.with("path", v.tilde(v.Root)))
	}
	return one(say.gitFound.with("path", v.tilde(v.Root)))
}

func lookSecrets(_ context.Context, v *visit) []Step {
	return one(say.secretRule.with("count", strconv.Itoa(len(v.Settings.Privacy.Ignore))))
}

// lookBuiltin feeds the built-in engine as the server does, by the same walk. What git would ignore, binary and secret files are
// passed over in silence; what the settings shut out is counted with its reason.
func lookBuiltin(ctx context.Context, v *visit) []Step {
	files, passed := 0, map[string]int{}
	pass := func(_, why string) { passed[strings.TrimPrefix(why, "is ")]++ }
	rules := workspace.Options{
		MaxFileBytes: v.Settings.Index.MaxFileBytes, Ignore: v.Settings.Privacy.Ignore,
		GitIgnore: workspace.GitIgnore(v.Env, v.Home), Passed: pass,
	}
	start := v.Now()
	var ended error
	for file, err := range workspace.Walk(ctx, v.Root, rules) {
		if err != nil {
			ended = err
			break
		}
		text, err := workspace.Read(v.Root, file, rules)
		if refused, ok := errors.AsType[*workspace.Refused](err); ok {
			pass(refused.Rel, refused.Why)
		}
		if err != nil {
			continue
		}
		first, _, _ := strings.Cut(text, "\n")
		v.Builtin.Add(file.Path, syntax.Detect("", file.Path, first).ID(), text)
		files++
	}
	w := say.builtinFine
	switch {
	case errors.Is(ended, workspace.ErrLimit):
		w = say.builtinMany
	case ctx.Err() != nil:
		w = say.builtinLate
	case ended != nil:
		return one(say.builtinUnread.with("path", v.tilde(v.Root), "why", cause(ended)))
	case files == 0:
		w = say.builtinEmpty
	}
	ms := strconv.FormatInt(v.Now().Sub(start).Milliseconds(), 10)
	return one(w.with("files", counted(files, "file"), "ms", ms, "passed", reasons(passed), "path", v.tilde(v.Root)))
}

// reasons lists why files were passed over, the commonest first.
func reasons(passed map[string]int) string {
	why := slices.SortedFunc(maps.Keys(passed), func(a, b string) int {
		return cmp.Or(cmp.Compare(passed[b], passed[a]), strings.Compare(a, b))
	})
	var text strings.Builder
	for i, reason := range why {
		sign := ", "
		if i == 0 {
			sign = "; passed over: "
		}
		fmt.Fprintf(&text, "%s%d (%s)", sign, passed[reason], reason)
	}
	return text.String()
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// bytes is a size for people.
func bytes(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.0f MB", float64(n)/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%.0f KB", float64(n)/1e3)
	}
	return fmt.Sprintf("%d bytes", n)
}
