package index

import (
	"context"
	"fmt"
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
	if got, want := relative(x.Resolve(t.Context(), absolute("main.ts"), "typescript", imports)), "old/a.ts new/a.ts"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	changed := File{Path: absolute("tsconfig.json"), Rel: "tsconfig.json", Root: absolute(""), Language: "jsonc", Text: `{"compilerOptions": {"paths": {"@/*": ["./new/*"]}}}`}
	if err := x.Put(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	if got, want := relative(x.Resolve(t.Context(), absolute("main.ts"), "typescript", imports)), "new/a.ts"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	x.Remove(absolute("new/a.ts"))
	if got := x.Resolve(t.Context(), absolute("main.ts"), "typescript", imports); len(got) > 0 {
		t.Errorf("%s", got)
	}
}

// Packages are found by their names as they are now, the longest one first; what was asked for too late is found the next time.
func TestPackagesAreFoundByName(t *testing.T) {
	x, _ := shelved(t, []txtar.File{
		{Name: "a/package.json", Data: []byte(`{"name": "@shop/cart"}`)}, {Name: "a/index.ts"}, {Name: "a/view.ts"},
		{Name: "b/package.json", Data: []byte(`{"name": "@shop/cart/view"}`)}, {Name: "b/index.ts"},
		{Name: "c/package.json", Data: []byte(`{"name": "@shop/cart"}`)}, {Name: "c/index.ts"}, {Name: "c/view.ts"},
		{Name: "d/new.ts"}, {Name: "d/index.ts"},
	})
	imports := []syntax.Import{{Path: "@shop/cart"}, {Path: "@shop/cart/view"}, {Path: "@shop"}, {Path: "react"}, {Path: "./d/new"}}
	want := func(ctx context.Context, want string) {
		t.Helper()
		if got := relative(x.Resolve(ctx, absolute("main.ts"), "typescript", imports)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	late, end := context.WithCancel(t.Context())
	end()
	want(late, "")
	if got := (shelf{x, late}).module("package.json", "@shop/cart"); got != "" {
		t.Errorf("%s was read too late", got)
	}
	want(t.Context(), "a/index.ts b/index.ts d/new.ts")
	x.Remove(absolute("b/package.json"))
	want(t.Context(), "a/index.ts a/view.ts d/new.ts")
	call := func(folder, name string) {
		t.Helper()
		rel := folder + "/package.json"
		f := File{Path: absolute(rel), Rel: rel, Root: absolute(""), Language: "json", Text: fmt.Sprintf(`{"name": %q}`, name)}
		if err := x.Put(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	call("a", "react")
	want(t.Context(), "c/index.ts c/view.ts a/index.ts d/new.ts")
	call("d", "@shop")
	want(t.Context(), "c/index.ts c/view.ts d/index.ts a/index.ts d/new.ts")
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
			for _, found := range x.Resolve(t.Context(), absolute(from), language, []syntax.Import{{Path: path, Names: []string{name, "*"}}, {Path: path}}) {
				if x.files[found] == nil || seen[found] {
					t.Errorf("%s of %s", found, from)
				}
				seen[found] = true
			}
		}
	})
}
