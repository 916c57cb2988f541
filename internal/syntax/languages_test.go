package syntax

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"sopro/internal/document"
)

var update = flag.Bool("update", false, "rewrite the .want files of testdata")

// Each language has an archive testdata/ID.txtar. What its files say is told by the
// first part of their names:
//
//	declarations   the text; .want holds a line for each: depth, kind, name, signature
//	symbols/NAME   the text; .want holds for each: lines, kind, container.name, + if exported, its doc, and its signature
//	imports/NAME   the text; .want holds a line for each: path, names, alias
//	near/NAME      the text with █ at the cursor; .want: the names within four lines: distance, role, of.name
//	scopes/NAME    the text with █ at the cursor; .want: kind and name, the innermost first
//	comment/NAME   the text with █ at the cursor; .want: the indentation, quoted, and the comment
//	regions        the text with marks ‹code› ‹comment› ‹string›, each true of its place
//	blocks         the text with marks ‹block› and ‹line›: a block is wanted there or not
//	completes/NAME the text with ⟦ around what is inserted ⟧ and ‖ where the statement ends,
//	               none where it is not finished
func TestLanguages(t *testing.T) {
	for _, l := range Languages() {
		if !l.HasGrammar() {
			continue
		}
		t.Run(l.ID(), func(t *testing.T) {
			t.Parallel()
			file := filepath.Join("testdata", l.ID()+".txtar")
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c := corpus{language: l, files: map[string]string{}, seen: map[string]bool{}}
			for _, f := range archive.Files {
				c.files[f.Name] = string(f.Data)
			}
			for _, f := range archive.Files {
				if !strings.HasSuffix(f.Name, ".want") {
					t.Run(f.Name, func(t *testing.T) { c.check(t, f.Name, string(f.Data)) })
				}
			}
			for _, must := range []string{"declarations", "scopes", "regions", "comment", "completes"} {
				if !c.seen[must] && !(l.ID() == "markdown" && must == "comment") {
					t.Errorf("no test of %s", must)
				}
			}
			if *update {
				var files []txtar.File
				for _, f := range archive.Files {
					if strings.HasSuffix(f.Name, ".want") {
						continue
					}
					files = append(files, f)
					if want, ok := c.files[f.Name+".want"]; ok {
						files = append(files, txtar.File{Name: f.Name + ".want", Data: []byte(want)})
					}
				}
				archive.Files = files
				if err := os.WriteFile(file, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// corpus is the cases of one language.
type corpus struct {
	language *Language
	files    map[string]string
	seen     map[string]bool
}

func (c *corpus) check(t *testing.T, name, text string) {
	kind, _, _ := strings.Cut(name, "/")
	c.seen[kind] = true
	switch kind {
	case "declarations":
		c.want(t, name, text, func(v *View, _ int) string { return listed(v.Declarations()) })
	case "symbols":
		c.want(t, name, text, func(v *View, _ int) string { return symbolList(v.Symbols()) })
	case "imports":
		c.want(t, name, text, func(v *View, _ int) string {
			_, all := v.outline(t.Context())
			if diff := cmp.Diff(all, v.Imports()); diff != "" {
				t.Errorf("-all +at the top:\n%s", diff)
			}
			return importList(all)
		})
	case "near":
		c.want(t, name, text, func(v *View, off int) string { return nearList(v.NamesNear(off, 4)) })
	case "scopes":
		c.want(t, name, text, func(v *View, off int) string {
			var b strings.Builder
			for _, s := range v.Scopes(off) {
				fmt.Fprintln(&b, strings.TrimSpace(s.Kind+" "+s.Name))
				if s.Span.Start > s.Body.Start || s.Body.End > s.Span.End || off < s.Span.Start || !v.Language().IndentBlocks() && off >= s.Span.End {
					t.Errorf("scope %+v around %d", s, off)
				}
			}
			return b.String()
		})
	case "comment":
		c.want(t, name, text, func(v *View, off int) string {
			comment, ok := v.CommentAt(off)
			if !ok {
				return "none\n"
			}
			return fmt.Sprintf("%q\n%s\n", comment.Indent, comment.Text)
		})
	case "regions":
		c.places(t, text, "code comment string", func(v *View, off int) string { return v.Region(off).String() })
	case "blocks":
		c.places(t, text, "block line", func(v *View, off int) string {
			if v.WantsBlock(off) {
				return "block"
			}
			return "line"
		})
	case "completes":
		c.completes(t, text)
	default:
		t.Errorf("a file of no known kind: %s", name)
	}
}

// want compares what get says with the .want file.
func (c *corpus) want(t *testing.T, name, text string, get func(v *View, off int) string) {
	t.Helper()
	before, after, _ := strings.Cut(text, "█")
	v := parse(t, c.language, before+after)
	got := get(v, len(before))
	if *update {
		c.files[name+".want"] = got
		return
	}
	if diff := cmp.Diff(c.files[name+".want"], got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// places compares what get says at each mark with the mark.
func (c *corpus) places(t *testing.T, text, marks string, get func(v *View, off int) string) {
	t.Helper()
	type place struct {
		off  int
		want string
	}
	var places []place
	var plain strings.Builder
	for len(text) > 0 {
		before, rest, found := strings.Cut(text, "‹")
		plain.WriteString(before)
		if !found {
			break
		}
		mark, after, _ := strings.Cut(rest, "›")
		if !strings.Contains(marks, mark) {
			t.Fatalf("unknown mark %q", mark)
		}
		places = append(places, place{plain.Len(), mark})
		text = after
	}
	v := parse(t, c.language, plain.String())
	for _, p := range places {
		if got := get(v, p.off); got != p.want {
			line := v.Text().LineAt(p.off)
			t.Errorf("line %d, before %q: got %s, want %s", line+1, v.Text().Slice(document.Span{Start: p.off, End: v.Text().LineEnd(line)}), got, p.want)
		}
	}
}

func (c *corpus) completes(t *testing.T, text string) {
	t.Helper()
	before, rest, _ := strings.Cut(text, "⟦")
	inserted, after, ok := strings.Cut(rest, "⟧")
	if !ok {
		t.Fatal("no ⟦⟧")
	}
	head, tail, marked := strings.Cut(inserted, "‖")
	want := len(head)
	if !marked {
		want = len(inserted)
	}
	v := parse(t, c.language, before+after)
	got, ok := v.Completes(document.Span{Start: len(before), End: len(before)}, head+tail)
	if !ok || got != want {
		t.Errorf("completes %d, %v: %q\nwant %d: %q", got, ok, (head + tail)[:got], want, (head + tail)[:want])
	}
}

// parse is a View of text that the test closes.
func parse(t testing.TB, l *Language, text string) *View {
	t.Helper()
	v := parseOnce(t.Context(), l, document.New("file:///test", l.ID(), 1, text), patient)
	t.Cleanup(v.Close)
	if !v.HasTree() {
		t.Fatal("no tree")
	}
	return v
}

// listed is declarations as a .want file has them.
func listed(all []Declaration) string {
	var b strings.Builder
	for _, d := range all {
		fmt.Fprintf(&b, "%d %s %s: %s\n", d.Depth, d.Kind, d.Name, d.Signature)
	}
	return b.String()
}
