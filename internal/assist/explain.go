package assist

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"sopro/internal/clean"
	"sopro/internal/document"
	"sopro/internal/gather"
	"sopro/internal/model"
	"sopro/internal/prompt"
)

const (
	longestExplanation     = 1536 // tokens; people stop reading earlier
	explanationTemperature = 0.2
)

// Explain has the chat model explain the code in span, or answer a question about it, as Markdown that is harmless wherever it is shown
// (clean.Markdown). Where span is empty, the declaration around it is meant, else its line. The prompt fits the model's context: what
// surrounds the code gives way first, then the oldest of the earlier turns; where not even the code fits, its beginning is explained
// and the answer says so. emit may be nil.
func (a *Assistant) Explain(ctx context.Context, s Subject, span document.Span, q Question, emit Emit) (string, error) {
	c, err := a.parts.Chat()
	if err != nil {
		return "", err
	}
	b := a.budget(c, s.Text.LanguageID(), longestExplanation, 0)
	asked, behind, note, err := b.explaining(ctx, c, s, span, prompt.Explaining{
		Path: s.Rel, Language: s.Text.LanguageID(), Answer: q.Language, Question: q.Text,
	}, q.turns())
	if err != nil {
		return "", err
	}
	p := prose{emit: emit, note: note}
	p.take(note)
	reason, err := a.ask(ctx, c, model.Request{
		Messages: messages(prompt.Explain(asked)), MaxTokens: b.answer, Temperature: explanationTemperature, Language: s.Text.LanguageID(),
		Snippets: traced(behind),
	}, func(piece string) bool {
		p.think(piece)
		return false
	})
	if err != nil {
		return "", err
	}
	if p.end(reason == "length"); strings.TrimSpace(strings.TrimPrefix(p.said.String(), note)) == "" {
		return "", &model.Error{Kind: model.Failed, Message: c.Model + " answered nothing", Next: "ask again, or choose another model with models.chat"}
	}
	return p.said.String(), nil
}

// explaining fills in what the model is shown, declarations from elsewhere included. note tells the reader what was left out of the code.
func (b budget) explaining(ctx context.Context, c Choice, s Subject, span document.Span, t prompt.Explaining, earlier []prompt.Turn) (_ prompt.Explaining, behind []gather.Snippet, note string, err error) {
	span = s.meant(span)
	t.Line = s.Text.LineAt(span.Start) + 1
	if t.Selection = unix(s.Text.Slice(span)); strings.TrimSpace(t.Selection) == "" {
		return t, nil, "", errors.New("there is no code here to explain: select some and ask again")
	}
	if b.left(prompt.Explain(t)) < 0 {
		t, note, err = b.without(earlier).beginning(c, t)
		t.Earlier = b.recalled(t, earlier)
		return t, nil, note, err
	}
	with, behind := b.surroundings(ctx, s, span, t)
	if b.left(prompt.Explain(with)) < 0 {
		with, behind = t, nil // the question is so long that nothing else fits
	}
	with.Earlier = b.recalled(with, earlier)
	return with, behind, "", nil
}

// surroundings shows what the code in span is part of, the lines around that, and what the names in it are declared as elsewhere, within two thirds of
// the prompt: the rest is for what is asked and was said. They depend on the code alone, so that the prompt of a later question begins as that of the first one
// did, which the server has evaluated.
func (b budget) surroundings(ctx context.Context, s Subject, span document.Span, t prompt.Explaining) (_ prompt.Explaining, behind []gather.Snippet) {
	question := t.Question
	t.Question = ""
	most := b
	most.prompt -= b.prompt / 3
	shown := span
	if whole, head, ok := s.enclosing(span); ok {
		t.Declaration = unix(s.Text.Slice(whole))
		if most.left(prompt.Explain(t)) >= 0 {
			shown = whole
		} else if t.Declaration = unix(s.Text.Slice(head)); most.left(prompt.Explain(t)) < 0 {
			t.Declaration = ""
		}
	}
	const heading = "…\n" // the words and marks that come with the code around
	with := t
	with.Before, with.After = heading, heading
	left := most.left(prompt.Explain(with))
	room := b.forDeclared(left)
	t.Before, t.After, shown = b.around(s.Text, shown, left-room)
	behind = b.declared(ctx, s, span.Start, room, gather.Asked{Code: span, Shown: shown})
	for t.Declared = snippets(behind); len(behind) > 0 && most.left(prompt.Explain(t)) < 0; t.Declared = snippets(behind) {
		behind = behind[1:]
	}
	t.Question = question
	return t, behind
}

// beginning shows as many lines of the selection as fit.
func (b budget) beginning(c Choice, t prompt.Explaining) (_ prompt.Explaining, note string, err error) {
	lines := strings.SplitAfter(t.Selection, "\n")
	fits := func(n int) bool {
		t.Selection = strings.Join(lines[:n], "")
		return b.left(prompt.Explain(t)) >= 0
	}
	low, high := 0, len(lines) // low lines fit, high lines do not
	for high-low > 1 {
		if middle := (low + high) / 2; fits(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	if low == 0 {
		return t, "", tooSmall(c)
	}
	t.Selection = strings.Join(lines[:low], "")
	note = fmt.Sprintf("*Only the first %d of %d lines fit into the context of %d tokens.*\n\n", low, len(lines), c.Options.NumCtx)
	return t, note, nil
}

// Meant is the code that Explain takes a selection for.
func Meant(ctx context.Context, s Subject, span document.Span) document.Span {
	view, done := s.fresh(ctx)
	defer done()
	s.View = view
	return s.meant(span)
}

// meant is the code that a selection stands for.
func (s Subject) meant(span document.Span) document.Span {
	span.Start, span.End = max(0, min(span.Start, s.Text.Len())), max(0, min(span.End, s.Text.Len()))
	if !span.Empty() {
		return span
	}
	if whole, _, ok := s.enclosing(span); ok {
		return whole
	}
	line := s.Text.LineAt(span.Start)
	return document.Span{Start: s.Text.LineStart(line), End: s.Text.LineEnd(line)}
}

// enclosing is the innermost named declaration around span, and the head of it, which says what it is.
func (s Subject) enclosing(span document.Span) (whole, head document.Span, ok bool) {
	if s.View.Text() != s.Text {
		return whole, head, false // another version: its offsets mean nothing here
	}
	for _, scope := range s.View.Scopes(span.Start) {
		if scope.Name != "" && scope.Span.Start <= span.Start && span.End <= scope.Span.End {
			return scope.Span, document.Span{Start: scope.Span.Start, End: scope.Body.Start}, true
		}
	}
	return whole, head, false
}

// prose cleans an explanation on its way to the reader.
type prose struct {
	emit     Emit
	note     string // stands before what the model says
	thinking thinking
	markdown clean.MarkdownStream
	said     strings.Builder
}

// think takes a piece of what the model says, thinking included.
func (p *prose) think(piece string) {
	text, void := p.thinking.push(piece)
	if void {
		p.said.Reset()
		p.markdown = clean.MarkdownStream{}
		if p.emit != nil {
			p.emit("", true)
		}
		p.take(p.note)
	}
	p.take(text)
}

// take takes a piece of the explanation.
func (p *prose) take(text string) { p.put(p.markdown.Push(text)) }

// end puts out the rest. unfinished: the model would have gone on.
func (p *prose) end(unfinished bool) {
	p.take(p.thinking.flush())
	if unfinished {
		p.take(" …")
	}
	p.put(p.markdown.Flush())
}

func (p *prose) put(text string) {
	if p.said.Len() == 0 {
		text = strings.TrimLeft(text, "\n")
	}
	if text == "" {
		return
	}
	p.said.WriteString(text)
	if p.emit != nil {
		p.emit(text, false)
	}
}
