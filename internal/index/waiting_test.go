package index

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sopro/internal/syntax"
)

// TestAskingWhileFilesChange has somebody ask for everything, again and again,
// while the files that he asks about are put anew, written and taken out. It is
// the race detector that judges.
func TestAskingWhileFilesChange(t *testing.T) {
	d := newDesk(t, Options{Dir: t.TempDir()})
	d.attach()
	ctx, stop := context.WithCancel(context.Background())
	ended, begun := make(chan struct{}), make(chan struct{})
	imports := []syntax.Import{{Path: "@app/cart", Names: []string{"total"}}}
	ask := func() {
		d.Resolve(ctx, root+"/main.ts", "typescript", imports)
		d.Imports(ctx, root+"/main.ts")
		d.ask("settle invoice", WindowQuery{From: root + "/main.ts"})
		d.Declarations(ctx, []string{"total"}, Prefer{From: root + "/main.ts", Language: "typescript"})
		d.Outline(ctx, root+"/cart.ts")
		d.Folder(root)
		d.Same(root+"/cart.ts", 1, file("cart.ts", "").ModTime)
	}
	go func() {
		defer close(ended)
		ask()
		close(begun)
		for ctx.Err() == nil {
			ask()
		}
	}()
	<-begun
	for i := range 60 {
		d.put("tsconfig.json", fmt.Sprintf(`{"compilerOptions": {"paths": {"@app/*": ["./*"], "x%d": ["y"]}}}`, i))
		d.put("package.json", fmt.Sprintf(`{"name": "@app/p%d"}`, i))
		d.put("main.ts", "import { total } from '@app/cart'\nsettle(invoice)\n")
		d.put("cart.ts", fmt.Sprintf("export const total = %d\n", i/2)) // every other time as it is
		d.flush()
	}
	d.Remove(root + "/cart.ts")
	stop()
	<-ended
	d.want(relative(d.Resolve(t.Context(), root+"/main.ts", "typescript", imports)), "")
	d.put("cart.ts", "export const total = 1\n")
	d.want(relative(d.Resolve(t.Context(), root+"/main.ts", "typescript", imports)), "cart.ts")
}

// TestAManifestThatCannotBeRead checks that it is asked again: a database that
// is locked for a moment says nothing of what stands in it.
func TestAManifestThatCannotBeRead(t *testing.T) {
	var known manifests
	text := `module example.com/shop`
	read := func(ok bool) string {
		m, is := known.of("/work/shop/go.mod", keyOf("go.mod", text), func() (string, bool) { return text, ok })
		return fmt.Sprintf("%t %s", is, m.module)
	}
	for i, want := range []string{"false ", "true example.com/shop", "true example.com/shop"} {
		if got := read(i == 1); got != want {
			t.Errorf("%d: %s, want %s", i, got, want)
		}
	}
}

// TestAFolderComesAndGoes checks that of a folder that is taken out nothing is
// left, that another one that declares the same stays whole, and that all is
// there when the first one comes back.
func TestAFolderComesAndGoes(t *testing.T) {
	d := newDesk(t, Options{Dir: t.TempDir()})
	d.attach()
	const other = "/work/other"
	for i := range 3 * atOnce / 2 {
		rel := fmt.Sprintf("p%d/type.go", i)
		f := file(rel, fmt.Sprintf("package p\n\ntype T%d struct{}\n\nfunc (t T%d) String() string { return t.name }\n", i, i))
		d.put(rel, f.Text)
		if i%3 == 0 {
			f.Root, f.Path = other, filepath.Join(other, rel)
			if err := d.Put(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
	}
	whole := d.known()
	if err := d.Detach(root); err != nil {
		t.Fatal(err)
	}
	d.want(fmt.Sprint(d.Files(), len(d.Paths(root)), len(d.names[hashName("String")]), len(d.bases["type.go"]), len(d.folders)), "50 0 50 50 50")
	if rest := d.known(); strings.Contains(rest, root) || rest != linesWith(whole, other) {
		t.Errorf("left:\n%s", rest)
	}
	d.want(d.attach(), "")
	d.want(fmt.Sprint(d.Files()), "200")
	if again := d.known(); again != whole {
		t.Errorf("again:\n%s", again)
	}
}

// known is all that is declared, by file.
func (d *desk) known() string {
	var all []string
	for _, places := range d.names {
		for _, p := range places {
			s, _ := symbolAt(p.file.symbols, int(p.at))
			all = append(all, fmt.Sprintf("%s %s %d %d", p.file.path, s.Name, len(d.folders[p.file.folder]), len(d.Outline(context.Background(), p.file.path))))
		}
	}
	all = append(all, slices.Collect(maps.Keys(d.files))...)
	slices.Sort(all)
	return strings.Join(all, "\n") + "\n"
}

// linesWith is the lines in which a text stands.
func linesWith(text, with string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.Contains(line, with) {
			b.WriteString(line)
		}
	}
	return b.String()
}
