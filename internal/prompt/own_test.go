package prompt

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// aFamily is one that a person describes.
func aFamily() Family {
	return Own(Family{
		Name: "mine", Names: "^mycoder", Context: 2048, Stops: []string{"<end>"},
		PrefixFirst: "{files}{own}<pre>{p}<suf>{s}<mid>", SuffixFirst: "{files}{own}<suf>{s}<pre>{p}<mid>", File: "[file]{path}\n{code}",
	})
}

func TestOwnFamilies(t *testing.T) {
	prefixOnly := aFamily()
	prefixOnly.SuffixFirst = ""
	server := Own(Family{Name: "served", Names: "^served"})
	over := Own(Family{Name: "over", Names: "^qwen2.5-coder", PrefixFirst: "<a>{p}<b>{s}"})
	hole := Hole{Path: "a.py", Language: "python", Prefix: "x = <pre>", Suffix: "\ny"}
	for _, c := range []struct {
		name, origin       string
		own                []Family
		family, mode, want string
	}{
		{"mycoder:7b", "", []Family{aFamily()}, "mine", "raw", "<suf>\ny<pre>x = < pre><mid>"},
		{"hf.co/me/MyCoder-7B", "", []Family{prefixOnly}, "mine", "raw", "<pre>x = < pre><suf>\ny<mid>"},
		{"alias", "/models/mycoder-7b.gguf", []Family{aFamily()}, "mine", "raw", "<suf>\ny<pre>x = < pre><mid>"},
		{"alias", "Qwen/Qwen2.5-Coder-7B", []Family{aFamily()}, "qwen2.5-coder", "raw", "<|fim_prefix|>x = <pre><|fim_suffix|>\ny<|fim_middle|>"},
		{"qwen2.5-coder:7b", "", []Family{over}, "over", "raw", "<a>x = <pre><b>\ny"},
		{"MyCoder-7B", "", []Family{Own(Family{Name: "written", Names: "^My(Coder|Code)-7B$", PrefixFirst: "<a>{p}<b>{s}"})}, "written", "raw", "<a>x = <pre><b>\ny"},
		{"served", "", []Family{server}, "served", "suffix", "x = <pre>"},
		{"other", "", []Family{aFamily(), server}, "", "none", ""},
	} {
		a := Recognise(Identity{Name: c.name, Origin: c.origin}, c.own...)
		family := ""
		if a.Family != nil {
			family = a.Family.Name
		}
		got := a.Fill(hole)
		if family != c.family || a.Mode.String() != c.mode || got.Prompt != c.want || a.Mode == Suffix && got.Suffix != "\ny" {
			t.Errorf("%s %s: %s %s %q, want %s %s %q", c.name, c.origin, family, a.Mode, got.Prompt, c.family, c.mode, c.want)
		}
	}
	a := Recognise(Identity{Name: "mycoder"}, aFamily())
	if a.Context != 2048 || !a.SuffixFirst || a.Chat || !a.Infills() || !strings.Contains(a.Why, "your own settings") {
		t.Errorf("%+v", a)
	}
	if d := cmp.Diff([]string{"<pre>", "<suf>", "<mid>", "[file]", "<end>"}, a.Fill(hole).Stops); d != "" {
		t.Error(d)
	}
	if a := Recognise(Identity{Name: "mycoder-instruct"}, aFamily()); !a.Chat || a.Mode != Raw {
		t.Errorf("%+v", a)
	}
	many := Own(Family{Name: "many", Names: "m", Stops: []string{"1", "2", "3"}, PrefixFirst: "{p}{s}" + strings.Repeat("<a><b><c><d><e><f><g><h><i><j><k>", 2)})
	if n := len(many.Tokens) + len(many.Stops); n != maxStops {
		t.Errorf("%d stops", n)
	}
}
