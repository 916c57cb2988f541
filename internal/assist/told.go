package assist

import (
	"context"
	"strings"

	"sopro/internal/gather"
	"sopro/internal/model"
	"sopro/internal/prompt"
)

// told has a model that chats write the code, and correct it once if it does not parse.
func (g *generation) told(ctx context.Context, c Choice) (string, error) {
	b := g.budget(c, g.subject.Text.LanguageID(), longestCode, 1)
	asked, err := b.generating(ctx, c, g)
	if err != nil {
		return "", err
	}
	code, err := g.write(ctx, c, b, asked, prompt.Generate(asked))
	if err != nil {
		return "", err
	}
	problem, broken := g.breaks(ctx, code)
	if !broken {
		return code, nil
	}
	g.screen.show("")
	if code, err = g.write(ctx, c, b, asked, prompt.Repair(asked, code, problem)); err != nil {
		return "", err
	}
	if problem, broken = g.breaks(ctx, code); broken {
		return "", g.broken(c, problem)
	}
	return code, nil
}

// generating is what the model is told: the comment, what it and the code there may use from elsewhere, and as much around it as fits.
func (b budget) generating(ctx context.Context, c Choice, g *generation) (prompt.Generating, error) {
	head := g.place.head()
	t := prompt.Generating{
		Path: g.subject.Rel, Language: g.subject.Text.LanguageID(), Instruction: g.place.instruction,
		Before: head, After: "\n", Indent: g.place.indent, Unit: g.place.unit,
	}
	left := b.left(prompt.Generate(t))
	if left < 0 {
		return t, tooSmall(c)
	}
	room := b.forDeclared(left)
	above, below, shown := b.around(g.place.text, g.place.above(), left-room)
	t.Before, t.After = above+head, "\n"+below
	g.behind = b.declared(ctx, g.subject, g.place.at, room, gather.Asked{Said: g.place.instruction, Shown: shown})
	for t.Declared = snippets(g.behind); len(g.behind) > 0 && b.left(prompt.Generate(t)) < 0; t.Declared = snippets(g.behind) {
		g.behind = g.behind[1:]
	}
	return t, nil
}

// write asks once and shows the code while it comes.
func (g *generation) write(ctx context.Context, c Choice, b budget, t prompt.Generating, turns []prompt.Message) (code string, err error) {
	hole := prompt.Hole{Path: t.Path, Language: t.Language, Prefix: t.Before, Suffix: t.After}
	var raw strings.Builder
	said := func() string { return prompt.Block(unix(raw.String()), t.Language) }
	var refused error
	show := func(answer string) {
		code = spell(answer, g.place.indent, g.place.unit)
		if refused = g.place.foreign(c, code); refused == nil {
			g.screen.show(code)
		}
	}
	seen := 0
	reason, err := g.ask(ctx, c, model.Request{Messages: messages(turns), MaxTokens: b.answer, Language: t.Language, Snippets: traced(g.behind)}, func(piece string) (enough bool) {
		raw.WriteString(piece)
		if raw.Len()-seen > seen/64 { // so that a long answer does not cost its square
			seen = raw.Len()
			show(prompt.Answer(said(), hole))
		}
		return refused != nil
	})
	if err == nil && refused == nil {
		show(prompt.Answered(said(), hole))
	}
	switch {
	case err != nil:
		return "", err
	case refused != nil:
		return "", refused
	case reason == "length" && strings.Count(raw.String(), "```") < 2: // no fence was closed: the code itself was cut
		return "", unfinished(c, b.answer)
	case code == "" && strings.TrimSpace(prompt.Answered(said(), prompt.Hole{Language: t.Language})) != "":
		return "", repeated(c) // all of it was cut away, because it stands around the place
	case code == "":
		return "", nothing(c)
	}
	return code, nil
}
