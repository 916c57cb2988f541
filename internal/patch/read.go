package patch

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/sourcegraph/go-diff/diff"

	"sopro/internal/document"
)

// Version is what a change made of one file.
type Version struct {
	Path  string          // after the change, with slashes
	After string          // the whole text
	Added []document.Span // of After: lines that were put in where none were taken out
}

// Versions reads a diff that shows its files whole: one made with more lines of context than they have. Files that are new,
// gone, renamed, not shown whole, not text, links, or of a name that a diff has to quote are left out.
func Versions(text []byte) ([]Version, error) {
	files, err := diff.ParseMultiFileDiff(text)
	if err != nil {
		return nil, fmt.Errorf("patch: reading a diff: %w", err)
	}
	var all []Version
	for _, f := range files {
		rel, ok := strings.CutPrefix(f.NewName, "b/")
		if !ok || f.OrigName != "a/"+rel || len(f.Hunks) != 1 || f.Hunks[0].OrigStartLine != 1 || f.Hunks[0].NewStartLine != 1 {
			continue
		}
		if slices.ContainsFunc(f.Extended, noFile) {
			continue
		}
		v := Version{Path: rel}
		v.read(f.Hunks[0].Body)
		all = append(all, v)
	}
	return all, nil
}

// noFile reports whether a line of a diff's head tells that it is of a symbolic link, whose text is a path, or of a submodule.
func noFile(head string) bool {
	return strings.HasSuffix(head, " 120000") || strings.HasSuffix(head, " 160000")
}

// read takes the lines of the one hunk. A run of added lines counts where no line beside it was taken out.
func (v *Version) read(hunk []byte) {
	var after strings.Builder
	added, replaced := document.Span{}, false
	end := func() {
		if !added.Empty() && !replaced {
			v.Added = append(v.Added, added)
		}
		added, replaced = document.Span{}, false
	}
	for line := range bytes.Lines(hunk) {
		switch line[0] {
		case '+':
			if added.Empty() {
				added.Start = after.Len()
			}
			after.Write(line[1:])
			added.End = after.Len()
		case '-':
			replaced = true
		case ' ':
			end()
			after.Write(line[1:])
		}
	}
	end()
	v.After = after.String()
}
