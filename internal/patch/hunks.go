package patch

import (
	"fmt"

	"github.com/sourcegraph/go-diff/diff"
)

// Hunks is the change from before to after as the hunks of a unified diff, without names, "" where they are equal. The
// texts are the part of a file that begins at line first, counted from 0, and lines are numbered so on both sides.
func Hunks(before, after string, first int) (string, error) {
	all := hunks(before, Between(before, after))
	for _, h := range all {
		h.OrigStartLine += int32(first)
		h.NewStartLine += int32(first)
	}
	out, err := diff.PrintHunks(all)
	if err != nil {
		return "", fmt.Errorf("patch: printing hunks: %w", err)
	}
	return string(out), nil
}
