package complete

import (
	"strings"
	"testing"

	"sopro/internal/document"
	"sopro/internal/syntax"
)

// selecting is a request while an item of the editor's menu is selected: it stands for what is between ‹ and ›, the cursor is at █.
func selecting(t *testing.T, doc, item string) Request {
	t.Helper()
	before, rest, _ := strings.Cut(doc, "‹")
	in, after, ok := strings.Cut(rest, "›")
	if !ok {
		t.Fatalf("nothing is selected in %q", doc)
	}
	r := at(t, before+in+after)
	r.Selected = &Selected{document.Span{Start: len(before), End: len(before) + len(strings.ReplaceAll(in, "█", ""))}, item}
	r.View = syntax.Parse(t.Context(), syntax.Detect("go", "a.go", ""), r.Text)
	return r
}

const printing = "package a\n\nfunc f() {\n\tfmt.‹Pri█›\n}\n"

// TestASelectedItem: what is generated goes on behind the item, in its shape, and comes together with it.
func TestASelectedItem(t *testing.T) {
	for _, c := range []struct {
		name, doc, item, says string
		want                  string // "": nothing
		replaced              string
	}{
		{"a call", printing, "Println", "(x)·\n·}·\n", "Println(x)", "Pri"},
		{"of many lines, to the end of the statement", printing, "Println", "(·\n·\t\ta,·\n·\t)·\n·\treturn·\n", "Println(\n\t\ta,\n\t)", "Pri"},
		{"that replaces what stands right of the cursor", "package a\n\nfunc f() {\n\tfmt.‹P█xx›\n}\n", "Println", "(x)·\n", "Println(x)", "Pxx"},
		{"before an editor's closer", "package a\n\nfunc f() {\n\tg(fmt.‹Pri█›)\n}\n", "Print", "(x))·\n", "Print(x)", "Pri"},
		{"with nothing to add", printing, "Println", "\n·}·\n", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := say(c.says)
			e := newEngine(t, v, qwen)
			r := selecting(t, c.doc, c.item)
			r.Patient = true // for its whole block, however busy the machine is
			reply, err := e.Complete(t.Context(), r)
			if err != nil || len(reply.Items) > 1 || (len(reply.Items) == 0) != (c.want == "") {
				t.Fatalf("reply %+v, %v", reply, err)
			}
			if c.want != "" {
				if item := reply.Items[0]; item.Text != c.want || r.Text.Slice(item.Replace) != c.replaced {
					t.Errorf("%q in place of %q, want %q of %q", item.Text, r.Text.Slice(item.Replace), c.want, c.replaced)
				}
			}
			if p := v.asked[0].Prompt; !strings.Contains(p, c.item+"<|fim_suffix|>") {
				t.Errorf("asked with %q", p)
			}
		})
	}
}
