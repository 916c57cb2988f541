package workspace

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestTheUsersOwnIgnoreRules asks git what it would take of a repository by the rules that a user keeps at home.
func TestTheUsersOwnIgnoreRules(t *testing.T) {
	for name, c := range map[string]struct {
		home map[string]string
		xdg  string // XDG_CONFIG_HOME, relative to the home
	}{
		"none":                      {},
		"in git's place":            {home: map[string]string{".config/git/ignore": "private/\n"}},
		"where the variable leads":  {home: map[string]string{".config/git/ignore": "*.md\n", "cfg/git/ignore": "private/\n"}, xdg: "cfg"},
		"named":                     {home: map[string]string{".gitconfig": "[user]\n\tname = x\n[core]\n\texcludesFile = ~/.gitignore_global\n", ".gitignore_global": "/private\n"}},
		"named beats git's place":   {home: map[string]string{".gitconfig": "[core]\nexcludesfile=~/mine", "mine": "*.md\n", ".config/git/ignore": "private/\n"}},
		"named twice":               {home: map[string]string{".gitconfig": "[core]\nexcludesFile = ~/one\n[Core] ExcludesFile = ~/two # mine\n", "one": "*.md\n", "two": "private/\n"}},
		"named in two files":        {home: map[string]string{".config/git/config": "[core]\nexcludesFile = ~/one\n", ".gitconfig": "[core]\nexcludesFile = ~/two\n", "one": "*.md\n", "two": "private/\n"}},
		"in quotes":                 {home: map[string]string{".gitconfig": "[core]\nexcludesFile = \"~/a # b\" ; mine\n", "a # b": "private/\n"}},
		"of another section":        {home: map[string]string{".gitconfig": "[core \"x\"]\nexcludesFile = ~/one\n[alias]\nexcludesFile = ~/one\n", "one": "private/\n"}},
		"taken back":                {home: map[string]string{".gitconfig": "[core]\nexcludesFile = \n", ".config/git/ignore": "private/\n"}},
		"behind a link":             {home: map[string]string{"dotfiles/ignore": "private/\n", ".config/git/ignore": "-> ../../dotfiles/ignore"}},
		"under those of the folder": {home: map[string]string{".config/git/ignore": "*.go\n*.md\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			home := tree(t, c.home)
			root := tree(t, map[string]string{"main.go": "x", "private/tax.go": "x", "notes.md": "x", ".gitignore": "!main.go\n"})
			env := map[string]string{}
			if c.xdg != "" {
				env["XDG_CONFIG_HOME"] = filepath.Join(home, c.xdg)
			}
			git := func(args ...string) string {
				cmd := exec.Command("git", args...)
				cmd.Dir = root
				cmd.Env = append(cmd.Environ(), "GIT_CONFIG_NOSYSTEM=1", "HOME="+home, "XDG_CONFIG_HOME="+env["XDG_CONFIG_HOME"])
				out, err := cmd.Output()
				must(t, err)
				return string(out)
			}
			git("init", "-q")
			want := strings.FieldsFunc(git("ls-files", "-z", "--others", "--exclude-standard"), func(r rune) bool { return r == 0 })
			got, err := walk(t, root, Options{GitIgnore: GitIgnore(func(key string) string { return env[key] }, home)})
			must(t, err)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("walked %q, git takes %q", got, want)
			}
		})
	}
}

func TestTheUsersOwnIgnoreRulesHoldInNoRepository(t *testing.T) {
	root := tree(t, map[string]string{"project/main.go": "x", "project/private/tax.go": "x"})
	own := filepath.Join(tree(t, map[string]string{"ignore": "private/\n"}), "ignore")
	got, err := walk(t, root, Options{GitIgnore: own})
	must(t, err)
	if want := []string{"project/main.go"}; !slices.Equal(got, want) {
		t.Errorf("walked %q, want %q", got, want)
	}
}

func TestWhereThereIsNoHomeThereAreNoRules(t *testing.T) {
	if path := GitIgnore(func(string) string { return "" }, ""); path != "" {
		t.Errorf("they are looked for in %s", path)
	}
}

// FuzzExcludesFile: no configuration may bring the reader down, and what is named stands in it.
func FuzzExcludesFile(f *testing.F) {
	for _, seed := range []string{"[core]\nexcludesFile = ~/a", "[core]excludesfile=\"a\\\"b", "[", "[core", "=", "[core]\n=", "[core]\nexcludesFile"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, config string) {
		if path, ok := excludesFile(config); !ok && path != "" || len(path) > len(config) {
			t.Errorf("%q names %q", config, path)
		}
	})
}
