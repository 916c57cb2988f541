package typing

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"unicode/utf8"

	"sopro/internal/document"
	"sopro/internal/eval/commits"
	"sopro/internal/patch"
	"sopro/internal/syntax"
	"sopro/internal/workspace"
)

// Trace is one hunk that somebody typed once: the file as the commit left it, with the hunk cut out and the cursor on the
// empty line where it stood.
type Trace struct {
	Repo     string `json:"repo"`
	Commit   string `json:"commit"`
	Path     string `json:"path"`
	Language string `json:"language"`
	Before   string `json:"before"` // up to the cursor, the indentation of its line included
	Text     string `json:"text"`   // what is typed; it begins and ends with no blank
	After    string `json:"after"`  // from the line end behind the cursor on
}

// Name tells traces apart.
func (t Trace) Name() string {
	return fmt.Sprintf("%s/%s:%d@%.9s", t.Repo, t.Path, strings.Count(t.Before, "\n")+1, t.Commit)
}

// What of a history is worth typing again: hunks of a few lines to a screen, in files that people write and read.
const (
	leastKeys   = 40
	mostKeys    = 600
	longestLine = 200
	mostBytes   = 128 << 10 // of the file
	newest      = 5000      // commits that are looked at
	unreadable  = 20        // commits in a row that git cannot show: it will not show the rest
)

// History is a repository whose commits are cut into traces.
type History struct {
	Name       string
	Repository *commits.Repository
	Allowed    func(path string) bool // whether a file may be looked at, besides those that are secret anyway; nil: all
}

// Cut cuts so many hunks from a history, chosen by the seed, one a commit and file; fewer where it has no more. Commits that git
// cannot show are passed over, as those that a partial clone has no files of; an error tells why none could be.
func (h History) Cut(ctx context.Context, hunks, seed int) ([]Trace, error) {
	all, err := h.Repository.Commits(ctx, newest)
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(uint64(seed), uint64(len(h.Name))))
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var traces []Trace
	taken := map[string]bool{} // by path
	var failed error
	failures := 0 // in a row
	for _, commit := range all {
		if len(traces) == hunks || failures == unreadable {
			break
		}
		versions, err := h.Repository.Versions(ctx, commit)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			failed = err
			failures++
			continue
		}
		failures = 0
		var here []Trace
		for _, v := range versions {
			if !taken[v.Path] {
				here = append(here, h.traces(commit, v)...)
			}
		}
		if len(here) > 0 {
			t := here[random.IntN(len(here))]
			taken[t.Path] = true
			traces = append(traces, t)
		}
	}
	if len(traces) == 0 {
		return nil, failed
	}
	return traces, nil
}

// traces are those of one version of a file.
func (h History) traces(commit string, v patch.Version) (all []Trace) {
	first, _, _ := strings.Cut(v.After, "\n")
	language := syntax.Detect("", v.Path, first)
	if !language.HasGrammar() || len(v.After) > mostBytes || strings.Contains(v.After, "\r") || !utf8.ValidString(v.After) || notTyped(v.Path) || h.Allowed != nil && !h.Allowed(v.Path) {
		return nil
	}
	for _, span := range v.Added {
		if t, ok := cut(v.After, span); ok {
			t.Repo, t.Commit, t.Path, t.Language = h.Name, commit, v.Path, language.ID()
			all = append(all, t)
		}
	}
	return all
}

// cut takes a span of whole lines out of a text, blank lines around them stay.
func cut(text string, span document.Span) (Trace, bool) {
	lines := text[span.Start:span.End]
	body := strings.TrimSpace(lines)
	start := span.Start + strings.Index(lines, body)
	end := start + len(body)
	t := Trace{Before: text[:start], Text: body, After: text[end:]}
	keys := len(keysOf(body))
	if keys < leastKeys || keys > mostKeys || !strings.HasPrefix(t.After, "\n") {
		return Trace{}, false
	}
	for line := range strings.SplitSeq(body, "\n") {
		if len(line) > longestLine {
			return Trace{}, false
		}
	}
	return t, true
}

// notTyped reports whether a file is one that nobody types, or nobody should see.
func notTyped(path string) bool {
	for _, part := range []string{"vendor/", "node_modules/", "testdata/", "third_party/", "generated", ".pb.", ".min.", "dist/", "_gen."} {
		if strings.Contains(path, part) {
			return true
		}
	}
	return workspace.Secret(path)
}

// Save writes traces, one a line.
func Save(w io.Writer, traces []Trace) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, t := range traces {
		if err := encoder.Encode(t); err != nil {
			return err
		}
	}
	return nil
}

// Load reads what Save wrote.
func Load(r io.Reader) (traces []Trace, err error) {
	decoder := json.NewDecoder(r)
	for {
		var line json.RawMessage
		if err := decoder.Decode(&line); err == io.EOF {
			return traces, nil
		} else if err != nil {
			return nil, fmt.Errorf("trace %d: %w", len(traces)+1, err)
		}
		var t Trace
		switch err := json.Unmarshal(line, &t); {
		case err != nil:
			return nil, fmt.Errorf("trace %d: %w", len(traces)+1, err)
		case !utf8.Valid(line):
			return nil, fmt.Errorf("trace %d is not UTF-8", len(traces)+1)
		case t.Text == "":
			return nil, fmt.Errorf("trace %d has no text", len(traces)+1)
		}
		traces = append(traces, t)
	}
}
