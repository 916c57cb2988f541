package holes

import (
	"strings"
	"testing"
)

func byBytes(text string) int { return len(text) }

// In-file is whole lines on both sides, three quarters before; what one side does not need the other has.
func TestInFile(t *testing.T) {
	ten := strings.Repeat("123456789\n", 10)
	for _, c := range []struct {
		before, after  string
		budget         int
		prefix, suffix int
	}{
		{ten, ten, 80, 60, 20},
		{ten, "", 80, 80, 0},
		{"", ten, 80, 0, 80},
		{ten, ten[:10], 80, 70, 10},
		{ten[:10], ten, 80, 10, 70},
		{ten, ten, 1000, 100, 100},
		{ten + "1234", "56\n" + ten, 40, 34, 3},
		{strings.Repeat("x", 500), "", 40, 0, 0},
		{"", "", 40, 0, 0},
	} {
		h := Hole{Before: c.before, After: c.after}
		got := h.around(c.budget, byBytes)
		if len(got.Prefix) != c.prefix || len(got.Suffix) != c.suffix || got.Tokens != c.prefix+c.suffix || !strings.HasSuffix(c.before, got.Prefix) || !strings.HasPrefix(c.after, got.Suffix) {
			t.Errorf("%d bytes before, %d after, %d tokens: %q and %q, %d tokens", len(c.before), len(c.after), c.budget, got.Prefix, got.Suffix, got.Tokens)
		}
	}
}

func TestPieces(t *testing.T) {
	for _, lines := range []int{0, 1, 19, 20, 21, 40, 45} {
		for _, end := range []string{"", "rest"} {
			text := strings.Repeat("line\n", lines) + end
			var got []string
			for p := range pieces(text) {
				got = append(got, p)
				if n := strings.Count(p, "\n"); n > windowLines || p == "" {
					t.Errorf("%d lines in a piece of %d", n, lines)
				}
			}
			if strings.Join(got, "") != text {
				t.Errorf("%d lines: %q", lines, got)
			}
		}
	}
}

// The oracle finds no less than the text around the hole, keeps to its budget, and finds everything where there is room.
func TestOracle(t *testing.T) {
	r := own(t)
	c := usual(256, 1024, 16384)
	reports, err := Run(t.Context(), []*Repository{r}, [][]Hole{cutOf(t, r, 12, 1)}, c)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(reports); i += 3 {
		inFile, oracle := reports[i], reports[i+2]
		if inFile.Context != "in-file" || oracle.Context != "oracle" || oracle.Names < inFile.Names || inFile.Other > 10 || oracle.Tokens > oracle.Budget {
			t.Errorf("%+v\n%+v", inFile.Figures, oracle.Figures)
		}
	}
	if last := reports[len(reports)-1]; last.Covered != 100 || last.Other != 100 || last.OtherHoles == 0 || last.OtherCovered != 100 {
		t.Errorf("%+v", last.Figures)
	}
}
