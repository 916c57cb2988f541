package workspace

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestIgnoreAsGitDoes asks git itself what it would take from the same tree.
func TestIgnoreAsGitDoes(t *testing.T) {
	names := []string{
		"a.go", "b.log", "keep.log", "build/x.go", "build/keep/y.go", "src/a.go", "src/b.log", "src/build/z.go", "src/deep/er/c.txt",
		"src/deep/er/a.go", "doc/a.txt", "doc/frotz/a.md", "doc/frotz/deep/b.md", "foo", "bar/foo/x", "#hash", "!bang", "sp ace", "trail ",
		"{brace}", "a1.c", "ab.c", "A.GO", "x/foo/y/bar/z", "é.txt", "back\\slash", "star*name",
	}
	files := map[string]string{}
	for _, n := range names {
		files[n] = "x"
	}
	root := tree(t, files)
	git := func(args ...string) string {
		cmd := exec.Command("git", append([]string{"-c", "core.excludesFile=", "-c", "core.quotePath=false"}, args...)...)
		cmd.Dir = root
		cmd.Env = append(cmd.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null")
		out, err := cmd.Output()
		must(t, err)
		return string(out)
	}
	git("init", "-q")
	for _, lines := range []string{
		"*.log", "*.log\n!keep.log", "build", "build/", "/build", "/build/", "build/*\n!build/keep", "build/**\n!build/keep/\n!build/keep/**",
		"src/*.go", "src/**", "src/**/*.go", "**/a.go", "**/er", "src/**/er/", "/*\n!/src", "/*\n!/src/", "*\n!*/\n!*.go", "*\n!*.go",
		"doc/frotz", "/doc/frotz/", "frotz/", "frotz/*", "doc/**/b.md", "foo", "foo/", "/foo", "**/foo", "foo/**", "x/**/z", "x/**/bar/**",
		"\\#hash", "# hash", "\\!bang", "sp ace", "trail", "trail\\ ", "trail   ", "{brace}", "{a,b}.c", "a[0-9].c", "a[!0-9].c", "a[^0-9].c", "a?.c",
		"*.go\r\n", "\ufeff*.go", "", "/", "//", "!", "[", "a[", "s**c", "src/d**p", "**", "/**", "*/", "!a.go", "é.txt", "[[:alpha:][:digit:]]?.c", "back\\\\slash", "star\\*name",
		"src/deep\n!src/deep/er/a.go", "*.txt\n!doc/\n", "doc/*\n!doc/frotz\ndoc/frotz/*\n!doc/frotz/deep", "keep\nbuild/keep", "*a*", "*.[gt]*",
		"src//a.go", "./a.go", "src/./a.go", "a.go/", "a.go ", " a.go", "\ta.go", "a.go\t", "**/", "*/foo", "/*/foo", "a\\.go", "[[:alpha:]].go", "[a-]b.c",
	} {
		t.Run(strings.ReplaceAll(lines, "/", "∕"), func(t *testing.T) {
			grow(t, root, map[string]string{".gitignore": lines + "\n"})
			want := strings.FieldsFunc(git("ls-files", "-z", "--others", "--exclude-standard"), func(r rune) bool { return r == 0 })
			got, err := walk(t, root, Options{})
			must(t, err)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("with %q\n got %q\nwant %q", lines, got, want)
			}
		})
	}
}

func TestGlobbed(t *testing.T) {
	for _, c := range []struct {
		glob, rel string
		want      bool
	}{
		{"*.sql", "db/x.sql", true}, {"*.sql", "db/x.sql.go", false}, {"db", "db/x.go", true}, {"db/", "db/x.go", true}, {"/db", "a/db/x.go", false},
		{"a/**/x.go", "a/b/c/x.go", true}, {"a/*", "a/b/c", true}, {"{a,b}/*.go", "b/x.go", true}, {"**", "x", true}, {"[", "[", false}, {"", "x", false},
	} {
		if got := globbed([]string{c.glob}, c.rel); got != c.want {
			t.Errorf("globbed(%q, %q) = %t", c.glob, c.rel, got)
		}
	}
}

// FuzzRules: no ignore file of a repository's may bring the walk down.
func FuzzRules(f *testing.F) {
	for _, seed := range []string{"*.log\n!x", "a/**/b/", "[", "\\", "!", "a\\ ", "{a,b}", "**/**/**", "[!", "\ufeff#"} {
		f.Add(seed, "a/b/c.go")
	}
	f.Fuzz(func(t *testing.T, text, name string) {
		segments := strings.Split(filepath.ToSlash(name), "/")
		var rs *rules
		rs.with(0, []byte(text)).ignored(segments, false)
	})
}
