package index

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"sopro/internal/syntax"
)

// Each archive of testdata/imports is a workspace. Its file "want" has a line for each file whose imports are followed: the file, ->, the files
// that they lead to, in their order.
func TestImports(t *testing.T) {
	archives, err := filepath.Glob("testdata/imports/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal(err, archives)
	}
	for _, archive := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(archive), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(archive)
			if err != nil {
				t.Fatal(err)
			}
			x, want := shelved(t, a.Files)
			for line := range strings.Lines(want) {
				from, to, ok := strings.Cut(strings.TrimSpace(line), " -> ")
				if !ok {
					t.Fatalf("no -> in %q", line)
				}
				if got := relative(x.Imports(t.Context(), absolute(from))); got != to {
					t.Errorf("%s\n got %s\nwant %s", from, got, to)
				}
			}
		})
	}
}

// shelved is an index of the files of an archive, and the text of its file "want".
func shelved(t testing.TB, files []txtar.File) (x *Index, want string) {
	t.Helper()
	x = Open(Options{})
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, f := range files {
		if f.Name == "want" {
			want = string(f.Data)
			continue
		}
		put := File{Path: absolute(f.Name), Rel: f.Name, Root: absolute(""), Language: syntax.Detect("", f.Name, "").ID(), Text: string(f.Data)}
		if err := x.Put(t.Context(), put); err != nil {
			t.Fatal(err)
		}
	}
	return x, want
}

func absolute(name string) string {
	return filepath.Join(filepath.FromSlash("/work/shop"), filepath.FromSlash(name))
}

func relative(paths []string) string {
	var all []string
	for _, path := range paths {
		rel, _ := filepath.Rel(absolute(""), path)
		all = append(all, filepath.ToSlash(rel))
	}
	return strings.Join(all, " ")
}

// Imports are followed from a text that is not in the index, too, and follow the index when it changes.
func TestResolve(t *testing.T) {
	x, _ := shelved(t, []txtar.File{
		{Name: "tsconfig.json", Data: []byte(`{"compilerOptions": {"paths": {"@/*": ["./old/*"]}}}`)},
		{Name: "old/a.ts"}, {Name: "new/a.ts"},
	})
	imports := []syntax.Import{{Path: "@/a"}, {Path: "./new/a"}, {Path: "./nowhere"}, {Path: ""}}
	if got, want := relative(x.Resolve(absolute("main.ts"), "typescript", imports)), "old/a.ts new/a.ts"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	changed := File{Path: absolute("tsconfig.json"), Rel: "tsconfig.json", Root: absolute(""), Language: "jsonc", Text: `{"compilerOptions": {"paths": {"@/*": ["./new/*"]}}}`}
	if err := x.Put(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	if got, want := relative(x.Resolve(absolute("main.ts"), "typescript", imports)), "new/a.ts"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	x.Remove(absolute("new/a.ts"))
	if got := x.Resolve(absolute("main.ts"), "typescript", imports); len(got) > 0 {
		t.Errorf("%s", got)
	}
}

// Whatever an import or a manifest says, every answer is a file of the index, and none is told twice.
func FuzzResolve(f *testing.F) {
	for _, seed := range [][3]string{
		{"go", "example.com/shop/a", "module example.com/shop"}, {"python", "...a.b", "x"}, {"typescript", "@/a/../..", `{"compilerOptions":{"baseUrl":"..","paths":{"*":["*"]}}}`},
		{"javascript", "#a", `{"imports":{"#*":["./*",null,{"a":{"b":"./x*"}}]},"exports":"x"}`}, {"rust", "super::super::a::*", "[package]\nname=\"a\""},
		{"java", "a.b.C", ""}, {"csharp", "A.B.", ""}, {"php", `A\B\`, `{"autoload":{"psr-4":{"A\\":["","src"]}}}`}, {"c", "<../../a.h>", ""}, {"ruby", "./../a", ""}, {"lua", "..", ""}, {"proto", "/", ""},
	} {
		f.Add(seed[0], seed[1], "a", seed[2])
	}
	f.Fuzz(func(t *testing.T, language, path, name, manifest string) {
		var files []txtar.File
		for _, at := range []string{"go.mod", "Cargo.toml", "package.json", "tsconfig.json", "sub/package.json", "composer.json"} {
			files = append(files, txtar.File{Name: at, Data: []byte(manifest)})
		}
		for _, at := range []string{"a.go", "a/a.go", "a.py", "a/__init__.py", "a.ts", "a/index.ts", "src/lib.rs", "src/a.rs", "a/b/C.java", "A/B/C.cs", "A/B.php", "a.h", "lib/a.rb", "a.lua", "a.proto"} {
			files = append(files, txtar.File{Name: at, Data: []byte("import " + path + "\nfrom " + path + " import *\nexport * from '" + path + "'\nuse " + path + "::*;\n")})
		}
		x, _ := shelved(t, files)
		for _, from := range []string{"sub/from", "a.ts", "src/lib.rs", "a/__init__.py"} {
			seen := map[string]bool{absolute(from): true}
			for _, found := range x.Resolve(absolute(from), language, []syntax.Import{{Path: path, Names: []string{name, "*"}}, {Path: path}}) {
				if x.files[found] == nil || seen[found] {
					t.Errorf("%s of %s", found, from)
				}
				seen[found] = true
			}
		}
	})
}
