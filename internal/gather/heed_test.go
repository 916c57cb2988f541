package gather

import (
	"strings"
	"testing"
)

// heeding is what is shown, in its order: the blocks of the file, and what is said of the line.
func heeding(c Context) string {
	var all []string
	for _, s := range c.Snippets {
		if text, said := strings.CutPrefix(strings.TrimSpace(s.Text), "// "); said {
			all = append(all, text)
		} else {
			all = append(all, chosen(Context{Snippets: []Snippet{s}}))
		}
	}
	return strings.Join(all, ", ")
}

// What is said of the cursor's line while the cursor stays on it is in the very next prompt, behind all that was there.
func TestSaidOfTheLineIsHeeded(t *testing.T) {
	type step struct {
		says  string // of the cursor's line, or of the one above it; several things separated by |; "": nothing
		type_ string
		want  string
	}
	for name, c := range map[string]struct {
		budget  int
		without []string
		steps   []step
	}{
		"at once, and it stays": {steps: []step{{"", "settleInvoice(customer", "one"}, {"undefined", "", "one, undefined"}, {"undefined", ")", "one, undefined"}}},
		"two things":            {steps: []step{{"", "settleInvoice(customer", "one"}, {"undefined|unused", "", "one, undefined, unused"}}},
		"the same twice":        {steps: []step{{"", "settleInvoice(customer", "one"}, {"undefined|undefined", "", "one, undefined"}}},
		"something else":        {steps: []step{{"", "settleInvoice(customer", "one"}, {"undefined", "", "one, undefined"}, {"unused", "", "one, unused"}}},
		"one thing more":        {steps: []step{{"", "settleInvoice(customer", "one"}, {"undefined", "", "one, undefined"}, {"undefined|unused", "", "one, undefined, unused"}}},
		"at each pause: not a third time on one line": {steps: []step{
			{"", "settleInvoice(customer", "one"}, {"undefined", "", "one, undefined"}, {"unused", "", "one, unused"}, {"no brackets", "", "one"},
			{"no statement", "\n", "one, no statement"}}},
		"until it is mended":                {steps: []step{{"", "settleInvoice(customer", "one"}, {"undefined", "", "one, undefined"}, {"", ")", "one"}, {"", ".", "one"}}},
		"of two the one mended":             {steps: []step{{"", "settleInvoice(customer", "one"}, {"undefined|unused", "", "one, undefined, unused"}, {"unused", ")", "one, unused"}}},
		"mended after a new line":           {steps: []step{{"", "settleInvoice(customer", "one"}, {"undefined", "", "one, undefined"}, {"above undefined", "\n", "one, undefined"}, {"above undefined", "x", "one, undefined"}, {"", "y", "one"}}},
		"mended here, still above":          {steps: []step{{"above undefined", "settleInvoice(customer", "one"}, {"undefined|above undefined", "", "one, undefined"}, {"above undefined", ")", "one"}}},
		"chosen with the list, then mended": {steps: []step{{"undefined", "settleInvoice(customer", "one, undefined"}, {"", ")", "one"}}},
		"it comes and goes at each key": {steps: []step{
			{"", "settleInvoice(customer", "one"}, {"undefined", ",", "one, undefined"}, {"", " ", "one"}, {"undefined", "v", "one, undefined"}, {"", "o", "one"}, {"undefined", "u", "one"}}},
		"on a line that was said to be wrong before": {steps: []step{{"undefined", "x", "undefined"}, {"undefined", "y", "undefined"}}},
		"among what is already shown":                {steps: []step{{"undefined", "settleInvoice(customer", "one, undefined"}, {"undefined", ")", "one, undefined"}}},
		"of another line":                            {steps: []step{{"", "settleInvoice(customer", "one"}, {"", "\n", "one"}, {"above undefined", "", "one"}}},
		"where no room is for it":                    {budget: 460, steps: []step{{"", "x", ""}, {strings.Repeat("all of this is wrong ", 14) + "|" + strings.Repeat("and this ", 30), "", ""}}},
		"where the window is all":                    {budget: 300, steps: []step{{"", "x", ""}, {"undefined", "", ""}}},
		"where it is left out":                       {without: []string{"diagnostic"}, steps: []step{{"", "settleInvoice(customer", "one"}, {"undefined", "", "one"}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := story(t)
			if c.budget > 0 {
				s.budget = c.budget
			}
			s.without = c.without
			for i, step := range c.steps {
				s.says = nil
				for said := range strings.SplitSeq(step.says, "|") {
					line := s.text.LineAt(s.off) + strings.Count(step.type_, "\n")
					said, above := strings.CutPrefix(said, "above ")
					if above {
						line--
					}
					if said != "" {
						s.says = append(s.says, Diagnostic{Lines: [2]int{line, line}, Message: said})
					}
				}
				if got := heeding(s.typed(step.type_)); got != step.want {
					t.Errorf("step %d: %q, want %q", i, got, step.want)
				}
			}
		})
	}
}

// What is said of a line leaves all before it as it was, and so does what is typed then.
func TestHeadIsStableWhenSomethingIsSaid(t *testing.T) {
	s := story(t)
	was := s.typed("settleInvoice(customer").Snippets
	line := s.text.LineAt(s.off)
	s.says = []Diagnostic{{Lines: [2]int{line, line}, Message: "undefined: customer"}}
	is := s.typed(", ")
	if len(is.Snippets) != len(was)+1 {
		t.Fatalf("%d snippets, before %d", len(is.Snippets), len(was))
	}
	for i := range was {
		if is.Snippets[i].Text != was[i].Text {
			t.Errorf("snippet %d is %q, was %q", i, is.Snippets[i].Text, was[i].Text)
		}
	}
	before := head(is, false)
	for _, key := range "voucher, courier" {
		now := head(s.typed(string(key)), false)
		if share(before, now) < 0.95 {
			t.Fatalf("behind %q the heads share %.2f", key, share(before, now))
		}
		before = now
	}
}

// What is said of a line stands behind what is added later, so that all else stays as it was when the line is mended.
func TestHeadIsStableWhenSomethingIsMended(t *testing.T) {
	s := story(t)
	line := s.text.LineAt(s.off)
	s.says = []Diagnostic{{Lines: [2]int{line, line}, Message: "undefined"}}
	if got := heeding(s.typed("settleInvoice(customer")); got != "one, undefined" {
		t.Fatalf("first %q", got)
	}
	s.typed(")\n\tmergeBasket(voucher)")
	s.typed("\n")
	s.typed("\n")
	was := s.typed("\n")
	if got := heeding(was); got != "one, two, undefined" {
		t.Fatalf("then %q", got)
	}
	s.says = nil
	is := s.typed("x")
	if got := heeding(is); got != "one, two" {
		t.Fatalf("mended %q", got)
	}
	for i := range is.Snippets {
		if is.Snippets[i].Text != was.Snippets[i].Text {
			t.Errorf("snippet %d is %q, was %q", i, is.Snippets[i].Text, was.Snippets[i].Text)
		}
	}
}
