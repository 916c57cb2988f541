package workspace

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWalkBeginsWhereSomebodyWorks(t *testing.T) {
	root := tree(t, map[string]string{
		"a.go": "x", "apps/x.go": "x", "apps/one/x.go": "x", "apps/one/lib/x.go": "x", "apps/one/lib/deep/x.go": "x", "apps/two/x.go": "x", "docs/x.md": "x", "zoo/one/x.go": "x",
	})
	for near, want := range map[string]string{
		"":                        "a.go apps/x.go docs/x.md apps/one/x.go apps/two/x.go zoo/one/x.go apps/one/lib/x.go apps/one/lib/deep/x.go",
		"apps/one/lib":            "a.go apps/x.go apps/one/x.go apps/one/lib/x.go apps/one/lib/deep/x.go apps/two/x.go docs/x.md zoo/one/x.go",
		"zoo/one":                 "a.go zoo/one/x.go apps/x.go docs/x.md apps/one/x.go apps/two/x.go apps/one/lib/x.go apps/one/lib/deep/x.go",
		"zoo/one apps/two":        "a.go apps/x.go apps/two/x.go zoo/one/x.go apps/one/x.go docs/x.md apps/one/lib/x.go apps/one/lib/deep/x.go",
		"../elsewhere":            "a.go apps/x.go docs/x.md apps/one/x.go apps/two/x.go zoo/one/x.go apps/one/lib/x.go apps/one/lib/deep/x.go",
		"apps/not/there/any/more": "a.go apps/x.go apps/one/x.go apps/two/x.go docs/x.md apps/one/lib/x.go zoo/one/x.go apps/one/lib/deep/x.go",
	} {
		t.Run(near, func(t *testing.T) {
			got, err := walk(t, root, Options{Near: func() []string { return places(root, near) }})
			must(t, err)
			if strings.Join(got, " ") != want {
				t.Errorf("walked %s\nwant   %s", strings.Join(got, " "), want)
			}
		})
	}
}

func places(root, names string) (all []string) {
	for name := range strings.FieldsSeq(names) {
		all = append(all, filepath.Join(root, filepath.FromSlash(name)))
	}
	return all
}

func TestWalkTurnsToWhatIsOpenedMeanwhile(t *testing.T) {
	root := tree(t, map[string]string{"a/x.go": "x", "b/x.go": "x", "c/x.go": "x", "d/deep/x.go": "x"})
	var got []string
	near := ""
	for f, err := range Walk(context.Background(), root, Options{Near: func() []string { return places(root, near) }}) {
		must(t, err)
		got = append(got, f.Rel)
		near = "d/deep"
	}
	if want := []string{"a/x.go", "d/deep/x.go", "b/x.go", "c/x.go"}; !slices.Equal(got, want) {
		t.Errorf("walked %q, want %q", got, want)
	}
}

func TestWalkIsBoundedInBytes(t *testing.T) {
	root := tree(t, map[string]string{"a.go": strings.Repeat("x", 60), "far/b.go": strings.Repeat("x", 60), "near/c.go": strings.Repeat("x", 30)})
	got, err := walk(t, root, Options{MaxBytes: 100, Near: func() []string { return places(root, "near") }})
	if !errors.Is(err, ErrLimit) || !slices.Equal(got, []string{"a.go", "near/c.go"}) {
		t.Errorf("walked %q, %v", got, err)
	}
}
