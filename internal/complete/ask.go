package complete

import (
	"context"
	"math"
	"strings"
	"time"

	"sopro/internal/document"
	"sopro/internal/gather"
	"sopro/internal/model"
	"sopro/internal/prompt"
	"sopro/internal/syntax"
)

// Prepared is a request as it would be sent, with the reasons for what is in it.
type Prepared struct {
	Text     *document.Snapshot
	Offset   int // of the hole in it
	Choice   Choice
	Request  model.Request
	Layout   string // how the family wants it, for people
	Budget   int    // tokens that the prompt may have
	Tokens   int    // tokens that it has, estimated
	Fresh    int    // of them, those that the server has to evaluate, estimated: all where it is not known what it has
	Snippets []gather.Snippet

	hole prompt.Hole
}

// Prepare builds the request for a place without sending it. It takes ownership of r.View.
func (e *Engine) Prepare(ctx context.Context, r Request) (Prepared, error) {
	defer closeView(r.View)
	s := newSight(r)
	ctx, cancel := context.WithTimeout(ctx, s.within())
	defer cancel()
	return e.parts.prepare(ctx, e.options(), Send{sight: s}, &gather.Anchor{})
}

// marginTokens keep a prompt strictly below the context when the estimate is a
// little short: a server cuts a prompt that is too long without a word.
const marginTokens = 32

// How long the choice of what the model sees may take; what is found by then is sent. Who waits for a block waits for that too: in a
// program that has just started, a language's queries alone take 20 ms.
const (
	gatherWithin        = 15 * time.Millisecond
	gatherPatientWithin = 500 * time.Millisecond
)

func (s *sight) within() time.Duration {
	if s.patient {
		return gatherPatientWithin
	}
	return gatherWithin
}

// What a slow machine is shown: as much as it can evaluate in the time that somebody waits for a first completion; and little of what
// stands after the cursor, where that comes last in the prompt, and is evaluated again with each question. Simulated at 150/10
// tokens a second that saves 5.5 points of keys, and 4.8 with a model that errs on names which the prompt lacks.
const (
	slowPrompt  = 300             // tokens a second below which a machine is slow
	firstPrompt = 3 * time.Second // to evaluate a whole prompt
	leastPrompt = 384             // tokens, however slow it is
	slowSuffix  = 8               // the part of the prompt that the text after the cursor may have
)

// minBudget is a prompt that a model can still make something of.
const minBudget = 128

// prepare chooses the context, as much of it as is found before ctx ends, and lays it out as the model's family wants it.
func (k *Parts) prepare(ctx context.Context, options Options, a Send, anchor *gather.Anchor) (Prepared, error) {
	choice, err := k.Choose()
	if err != nil {
		return Prepared{}, err
	}
	s, language := a.sight, a.sight.text.LanguageID()
	if a.Load {
		empty := model.Request{Model: choice.Model, Options: choice.Options, Language: language}
		return Prepared{Text: s.text, Offset: s.offset, Choice: choice, Request: empty}, nil
	}
	estimate := func(text string) int { return k.Estimate(choice.Model, language, text) }
	p := Prepared{Text: s.text, Offset: s.offset, Choice: choice, Budget: options.ContextTokens}
	if limit := choice.Options.NumCtx - options.MaxTokens - marginTokens; choice.Options.NumCtx > 0 {
		p.Budget = max(min(p.Budget, limit), minBudget)
	}
	suffix := 0
	if speed := k.speed(choice.Model).Prompt; speed > 0 && speed < slowPrompt {
		p.Budget = min(p.Budget, anchor.Keep(max(int(speed*firstPrompt.Seconds()), leastPrompt)))
		if !choice.Asking.SuffixFirst {
			suffix = p.Budget / slowSuffix
		}
	}
	p.hole = prompt.Hole{Repo: s.repo, Path: s.path, Language: language}
	view, _ := s.tree.(*syntax.View) // that the request is answered meanwhile, and it closed, does no harm: it knows nothing then
	c := anchor.Gather(ctx, gather.Query{
		Text: s.text, Offset: s.offset, Path: s.path,
		Budget:   p.Budget - choice.Asking.Overhead(p.hole, estimate),
		Estimate: estimate, Suffix: suffix, SuffixFirst: choice.Asking.SuffixFirst,
		Local: s.local, View: view, Sources: k.Sources, Diagnostics: s.diagnostics,
	})
	p.Tokens, p.Snippets = c.Tokens, c.Snippets
	p.hole.Prefix, p.hole.Suffix = c.Prefix, c.Suffix
	for _, s := range c.Snippets {
		p.hole.Snippets = append(p.hole.Snippets, prompt.Snippet{Path: s.Path, Text: s.Text})
	}
	p.Tokens += choice.Asking.Overhead(p.hole, estimate)
	p.fill(options, a.Warm)
	if a.Seed > 0 {
		p.Request.Temperature, p.Request.Seed = temperature, a.Seed
	}
	k.price(&p)
	return p, nil
}

// price estimates what a request costs before it is sent. What is asked ahead of anybody, and how much is read at a time, goes by it; a
// question does not: held back until the typist pauses, one of more than 300 ms saved a tenth of the prompt tokens at 150/10 tokens a
// second, and cost 2.2 points of keys.
func (k *Parts) price(p *Prepared) {
	p.Fresh = p.Tokens
	if k.Fresh != nil {
		p.Fresh = int(math.Round(k.Fresh(p.Request) * float64(p.Tokens)))
	}
	p.Request.PromptTokens, p.Request.FreshTokens = p.Tokens, p.Fresh
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
		p.Request.Snippets = append(p.Request.Snippets, traced(s))
	}
	if warm {
		p.Request.MaxTokens = 0
	}
}

// traced is a snippet as the trace tells of it: its text stands in the request.
func traced(s gather.Snippet) model.Shown {
	return model.Shown{Source: s.Source, Path: s.Path, Lines: s.Lines, Runs: s.Runs, Score: s.Score, Tokens: s.Tokens, Why: s.Why}
}

// talk is one exchange with a model: what it streams, as events of the policy.
type talk struct {
	Prepared
	parts   *Parts
	gen     int
	emit    func(model.Chunk)
	events  []Streamed // of the chunk that is being read
	natural bool       // the model came to an end by itself
	err     error      // why nothing is asked
	read    int        // bytes of the prompt's beginning, where it is only evaluated
	more    bool       // the prompt goes on behind what is evaluated of it
}

// talk begins the exchange that a question was prepared for; any is false where nothing is to be asked.
func (k *Parts) talk(a Send, p Prepared) (t *talk, any bool) {
	t = &talk{Prepared: p, parts: k, gen: a.Gen}
	t.emit = t.emitter(newAdapter(a.sight))
	if a.Warm && !a.Load {
		t.read, t.more = k.slice(&t.Prepared)
		return t, t.read > 0
	}
	if a.Ahead && !k.cheap(&t.Prepared) {
		t.err = errDear
		return t, false
	}
	return t, true
}

func (a Send) priority() model.Priority {
	switch {
	case a.Warm:
		return model.Warm
	case a.Ahead:
		return model.Prefetch
	}
	return model.Typing
}

func (t *talk) stops() Stops { return Stops{Gen: t.gen, Model: t.Choice.Model, Tokens: t.Request.Stop} }

// said is what a chunk says, token by token in the document's own spelling. The events are valid until the next call.
func (t *talk) said(c model.Chunk) []Streamed {
	t.events = t.events[:0]
	t.emit(c)
	if done := c.Done; done != nil {
		whole := done.PromptTokens > 0 && done.PromptTokens < t.Choice.Options.NumCtx // else the server cut it
		if size := promptBytes(t.Request); whole && size > 0 {
			t.parts.Observe(t.Choice.Model, t.Request.Language, size, done.PromptTokens)
		}
		t.natural = done.Reason != "length"
	}
	return t.events
}

// finished is the end of a stream that did not fail.
func (t *talk) finished() Finished {
	return Finished{Gen: t.gen, Natural: t.natural, Read: t.read, More: t.more, Err: t.err}
}

// emitter returns what turns chunks into Streamed events. A chat answer is cut out of
// its fence first, and its tokens' probabilities say nothing about the code alone.
func (t *talk) emitter(adapt *adapter) func(model.Chunk) {
	emit := func(text string, prob float64) {
		if text, prob = adapt.push(text, prob); text != "" {
			t.events = append(t.events, Streamed{Gen: t.gen, Text: text, Prob: prob})
		}
	}
	if t.Choice.Asking.Mode == prompt.Chat {
		var raw strings.Builder
		told := ""
		return func(c model.Chunk) {
			raw.WriteString(c.Text)
			answer := prompt.Answer
			if c.Done != nil {
				answer = prompt.Answered
			}
			if said := answer(raw.String(), t.hole); len(said) > len(told) && strings.HasPrefix(said, told) {
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
