package complete

import (
	"context"
	"strings"
	"time"

	"sopro/internal/gather"
	"sopro/internal/model"
	"sopro/internal/prompt"
)

// Prepared is a request as it would be sent, with the reasons for what is in it.
type Prepared struct {
	Choice   Choice
	Request  model.Request
	Layout   string // how the family wants it, for people
	Budget   int    // tokens that the prompt may have
	Tokens   int    // tokens that it has, estimated
	Snippets []gather.Snippet

	hole prompt.Hole
}

// Prepare builds the request for a place without sending it.
func (e *Engine) Prepare(ctx context.Context, r Request) (Prepared, error) {
	closeView(r.View)
	r.View = nil
	return e.prepare(ctx, newSight(r), &gather.Anchor{}, false)
}

// marginTokens keep a prompt strictly below the context when the estimate is a
// little short: a server cuts a prompt that is too long without a word.
const marginTokens = 32

// gatherWithin bounds the choice of what the model sees; what is found by then is sent.
const gatherWithin = 15 * time.Millisecond

// minBudget is a prompt that a model can still make something of.
const minBudget = 128

// prepare chooses the context and lays it out as the model's family wants it.
func (e *Engine) prepare(ctx context.Context, s *sight, anchor *gather.Anchor, warm bool) (Prepared, error) {
	choice, err := e.parts.Choose()
	if err != nil {
		return Prepared{}, err
	}
	language := s.text.LanguageID()
	estimate := func(text string) int { return e.parts.Estimate(choice.Model, language, text) }
	options := e.options()
	p := Prepared{Choice: choice, Budget: options.ContextTokens}
	if limit := choice.Options.NumCtx - options.MaxTokens - marginTokens; choice.Options.NumCtx > 0 {
		p.Budget = max(min(p.Budget, limit), minBudget)
	}
	p.hole = prompt.Hole{Repo: s.repo, Path: s.path, Language: language}
	soon, cancel := context.WithTimeout(ctx, gatherWithin)
	defer cancel()
	c := anchor.Gather(soon, gather.Query{
		Text: s.text, Offset: s.offset, Path: s.path,
		Budget:   p.Budget - choice.Asking.Overhead(p.hole, estimate),
		Estimate: estimate, SuffixFirst: choice.Asking.SuffixFirst,
	})
	p.Tokens, p.Snippets = c.Tokens, c.Snippets
	p.hole.Prefix, p.hole.Suffix = c.Prefix, c.Suffix
	for _, s := range c.Snippets {
		p.hole.Snippets = append(p.hole.Snippets, prompt.Snippet(s))
	}
	p.Tokens += choice.Asking.Overhead(p.hole, estimate)
	p.fill(options, warm)
	return p, nil
}

// fill writes the request.
func (p *Prepared) fill(o Options, warm bool) {
	f := p.Choice.Asking.Fill(p.hole)
	p.Layout = f.Layout
	p.Request = model.Request{
		Model: p.Choice.Model, Options: p.Choice.Options, Language: p.hole.Language,
		Prompt: f.Prompt, Suffix: f.Suffix, Raw: f.Raw, Stop: f.Stops,
		MaxTokens: o.MaxTokens, Logprobs: true, NoThink: p.Choice.Asking.NoThink,
	}
	for _, m := range f.Messages {
		p.Request.Messages = append(p.Request.Messages, model.Message(m))
	}
	for _, s := range p.Snippets {
		p.Request.Snippets = append(p.Request.Snippets, model.Shown{Source: s.Source, Path: s.Path, Tokens: s.Tokens})
	}
	if warm {
		p.Request.MaxTokens = 0
	}
}

// send starts the stream that the policy asks for.
func (l *loop) send(a Send) {
	anchor := l.anchors[a.sight.doc]
	if anchor == nil {
		anchor = &gather.Anchor{}
		l.anchors[a.sight.doc] = anchor
	}
	ctx, cancel := context.WithCancel(l.ctx)
	l.aborts[a.Gen] = cancel
	l.work.Go(func() {
		defer cancel()
		natural, err := l.generate(ctx, a, anchor)
		if err != nil && ctx.Err() == nil {
			l.parts.Log.Warn("completion failed", "error", err)
		}
		l.post(Finished{Gen: a.Gen, Natural: natural, Err: err})
	})
}

// generate asks the model to fill a hole and posts what it says, token by token, in
// the document's own spelling. natural tells that the model came to an end by itself.
// The anchor is used by one generation of a document at a time: the policy starts
// none before the last has Finished.
func (e *Engine) generate(ctx context.Context, a Send, anchor *gather.Anchor) (natural bool, err error) {
	p, err := e.prepare(ctx, a.sight, anchor, a.Warm)
	if err != nil {
		return false, err
	}
	e.post(Stops{Gen: a.Gen, Tokens: p.Request.Stop})
	priority := model.Typing
	if a.Warm {
		priority = model.Warm
	}
	tell := e.teller(a, p)
	for chunk, err := range e.parts.Stream(ctx, priority, p.Request) {
		if err != nil {
			return false, err
		}
		tell(chunk)
		if done := chunk.Done; done != nil {
			whole := done.PromptTokens > 0 && done.PromptTokens < p.Choice.Options.NumCtx // else the server cut it
			if size := promptBytes(p.Request); whole && size > 0 {
				e.parts.Observe(p.Choice.Model, p.Request.Language, size, done.PromptTokens)
			}
			natural = done.Reason != "length"
		}
	}
	return natural, nil
}

// teller returns what turns chunks into Streamed events. A chat answer is cut out of
// its fence first, and its tokens' probabilities say nothing about the code alone.
func (e *Engine) teller(a Send, p Prepared) func(model.Chunk) {
	adapt := newAdapter(a.sight)
	emit := func(text string, prob float64) {
		if text, prob = adapt.push(text, prob); text != "" {
			e.post(Streamed{Gen: a.Gen, Text: text, Prob: prob})
		}
	}
	if p.Choice.Asking.Mode == prompt.Chat {
		var raw strings.Builder
		told := ""
		return func(c model.Chunk) {
			raw.WriteString(c.Text)
			answer := prompt.Answer
			if c.Done != nil {
				answer = prompt.Answered
			}
			if said := answer(raw.String(), p.hole); len(said) > len(told) && strings.HasPrefix(said, told) {
				emit(said[len(told):], 1)
				told = said
			}
		}
	}
	return func(c model.Chunk) {
		if len(c.Tokens) == 0 {
			emit(c.Text, 1)
			return
		}
		for _, t := range c.Tokens {
			emit(t.Text, t.Prob)
		}
	}
}

func promptBytes(r model.Request) int {
	size := len(r.Prompt) + len(r.Suffix)
	for _, m := range r.Messages {
		size += len(m.Content)
	}
	return size
}
