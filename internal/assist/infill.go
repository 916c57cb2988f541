package assist

import (
	"context"
	"strings"

	"sopro/internal/document"
	"sopro/internal/gather"
	"sopro/internal/model"
	"sopro/internal/prompt"
	"sopro/internal/syntax"
)

// infill has a model that only infills go on below the comment.
type infill struct {
	*generation
	stops []string
	view  *syntax.View // of the text with an empty line below the comment
	hole  int          // the end of that line

	raw   strings.Builder
	ended bool // the statement is whole
}

// infilled writes the statement below the comment, or the block that it opens.
func (g *generation) infilled(ctx context.Context, c Choice) (string, error) {
	b := g.budget(c, g.subject.Text.LanguageID(), longestCode, 0)
	hole, err := b.hole(ctx, c, g)
	if err != nil {
		return "", err
	}
	filled := c.Asking.Fill(hole)
	line := g.place.eol + g.place.indent
	text, _ := g.place.text.Splice(document.Span{Start: g.place.at, End: g.place.at}, line)
	f := infill{generation: g, stops: filled.Stops, hole: g.place.at + len(line), view: syntax.Parse(ctx, g.subject.View.Language(), text)}
	defer f.view.Close()

	var refused error
	reason, err := g.ask(ctx, c, model.Request{
		Prompt: filled.Prompt, Suffix: filled.Suffix, Raw: filled.Raw, Stop: filled.Stops, MaxTokens: b.answer, Language: hole.Language,
		Snippets: traced(g.behind),
	}, func(piece string) (enough bool) {
		f.raw.WriteString(piece)
		if strings.Contains(piece, "\n") {
			code := f.code(false)
			if refused = g.place.foreign(c, code); refused == nil {
				g.screen.show(code)
			}
		}
		return refused != nil || f.ended
	})
	if err != nil {
		return "", err
	}
	code := f.code(true)
	switch {
	case code == "":
		return "", nothing(c)
	case reason == "length" && !f.ended:
		return "", unfinished(c, b.answer)
	}
	if err := g.place.foreign(c, code); err != nil {
		return "", err
	}
	if problem, broken := g.breaks(ctx, code); broken {
		return "", g.broken(c, problem)
	}
	g.screen.show(code)
	return code, nil
}

// hole is the place below the comment with what may be used there, and as much around it as fits.
func (b budget) hole(ctx context.Context, c Choice, g *generation) (prompt.Hole, error) {
	head := g.place.head() + g.place.indent
	hole := prompt.Hole{Repo: g.subject.Repo, Path: g.subject.Rel, Language: g.subject.Text.LanguageID()}
	left := b.prompt - c.Asking.Overhead(hole, b.estimate) - b.estimate(head)
	if left < 0 {
		return hole, tooSmall(c)
	}
	room := b.forDeclared(left)
	above, below, shown := b.around(g.place.text, g.place.above(), left-room)
	hole.Prefix, hole.Suffix = above+head, "\n"+below
	g.behind = b.declared(ctx, g.subject, g.place.at, room, gather.Asked{Said: g.place.instruction, Shown: shown})
	full := func() bool {
		tokens := c.Asking.Overhead(hole, b.estimate) + b.estimate(hole.Prefix) + b.estimate(hole.Suffix)
		for _, s := range hole.Snippets {
			tokens += b.estimate(s.Text)
		}
		return tokens > b.prompt
	}
	for hole.Snippets = snippets(g.behind); len(g.behind) > 0 && full(); hole.Snippets = snippets(g.behind) {
		g.behind = g.behind[1:]
	}
	return hole, nil
}

// code is what counts of the stream so far: whole lines, or with all of it everything, up to the end of the statement.
func (f *infill) code(all bool) string {
	text := unix(f.raw.String())
	for _, stop := range f.stops { // servers stop there themselves, as far as they know the mark
		if before, _, leaked := strings.Cut(text, stop); leaked {
			text, all, f.ended = before, true, true
		}
	}
	if end := f.end(text); end < len(text) {
		text, f.ended = text[:end], true
	} else if !all {
		text = text[:strings.LastIndexByte(text, '\n')+1]
	}
	return spell(f.place.indent+text, f.place.indent, f.place.unit)
}

// end is where the statement that text begins with ends; len(text) where it is not finished.
func (f *infill) end(text string) int {
	if strings.TrimSpace(text) == "" {
		return len(text)
	}
	if end, ok := f.view.Completes(document.Span{Start: f.hole, End: f.hole}, text); ok {
		if line, _, _ := strings.Cut(text[end:], "\n"); opensBlock(line) {
			return len(text) // "func f() int" is whole in Go, but here a "{" follows
		}
		return end
	}
	if f.view.HasTree() {
		return len(text)
	}
	// Without a tree, a blank line ends it, or a line that stands less deep.
	at := len(text) - len(strings.TrimLeft(text, "\n"))
	for i, line := range strings.SplitAfter(text[at:], "\n") {
		if i > 0 && strings.HasSuffix(line, "\n") && (strings.TrimSpace(line) == "" || !strings.HasPrefix(line, f.place.indent)) {
			return at
		}
		at += len(line)
	}
	return len(text)
}
