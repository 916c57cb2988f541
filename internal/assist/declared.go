package assist

import (
	"context"
	"time"

	"sopro/internal/gather"
	"sopro/internal/model"
	"sopro/internal/prompt"
)

const (
	longestDeclared = 768                    // tokens of declarations from elsewhere: some forty heads
	leastDeclared   = 64                     // that are worth a look
	declaredShare   = 3                      // the part of what is left beside the code that they may have
	declaredWithin  = 500 * time.Millisecond // to find them
	declaredTime    = 2 * time.Second        // for the model to read them, where its speed is known: somebody waits for the first word
)

// forDeclared is how many of the tokens that are left beside the code are for declarations; none where nobody knows of any.
func (b budget) forDeclared(left int) int {
	room := min(longestDeclared, left/declaredShare)
	if b.reads > 0 {
		room = min(room, int(b.reads*declaredTime.Seconds()))
	}
	if b.sources.Index == nil || room < leastDeclared {
		return 0
	}
	return room
}

// declared is the declarations behind the names in what is asked about, within so many tokens.
func (b budget) declared(ctx context.Context, s Subject, off, tokens int, about gather.Asked) []gather.Snippet {
	if tokens == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, declaredWithin)
	defer cancel()
	return gather.Declared(ctx, gather.Query{
		Text: s.Text, Offset: off, Budget: tokens, Estimate: b.estimate, Path: s.Rel, Local: s.Local, View: s.View, Sources: b.sources,
	}, about)
}

// snippets are declarations as a prompt shows them.
func snippets(all []gather.Snippet) []prompt.Snippet {
	var out []prompt.Snippet
	for _, s := range all {
		out = append(out, prompt.Snippet{Path: s.Path, Text: unix(s.Text)})
	}
	return out
}

// traced are declarations as the trace tells of them.
func traced(all []gather.Snippet) []model.Shown {
	var out []model.Shown
	for _, s := range all {
		out = append(out, model.Shown{Source: s.Source, Path: s.Path, Lines: s.Lines, Runs: s.Runs, Score: s.Score, Tokens: s.Tokens, Why: s.Why})
	}
	return out
}
