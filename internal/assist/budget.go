package assist

import (
	"fmt"
	"strings"

	"sopro/internal/document"
	"sopro/internal/gather"
	"sopro/internal/model"
	"sopro/internal/prompt"
)

const (
	turnTokens = 16 // what a chat template puts around one message
	spare      = 32 // tokens that nobody has counted: the beginning of the text, roundings
	linesAbove = 60 // shown at most around what is asked about; more costs time and says little
	linesBelow = 30
)

// budget is how the context of a model is shared out, in tokens.
type budget struct {
	prompt, answer int
	estimate       func(text string) int
	sources        gather.Sources
	reads          float64 // tokens a second, of a prompt; 0 where it is not known
}

// budget leaves an answer at most a third of the context, and rest answers of that size for what is said afterwards.
func (a *Assistant) budget(c Choice, language string, longest, rest int) budget {
	answer := min(longest, c.Options.NumCtx/3)
	reads := 0.0
	if a.parts.Speed != nil {
		reads = a.parts.Speed(c.Model).Prompt
	}
	return budget{
		prompt:   c.Options.NumCtx - answer*(1+rest) - spare,
		answer:   answer,
		estimate: func(text string) int { return a.parts.Estimate(c.Model, language, text) },
		sources:  a.parts.Sources,
		reads:    reads,
	}
}

// left is what a prompt leaves of the budget; negative where it does not fit.
func (b budget) left(turns []prompt.Message) int {
	left := b.prompt
	for _, m := range turns {
		left -= b.estimate(m.Content) + turnTokens
	}
	return left
}

// tooSmall says that not even the question fits.
func tooSmall(c Choice) error {
	return &model.Error{Kind: model.TooLong, Message: fmt.Sprintf("this does not fit into the context of %s (%d tokens)", c.Model, c.Options.NumCtx),
		Next: "ask about less, or raise ollama.numCtx"}
}

// around returns the lines above and below a span, as many as the tokens allow: two above for one below. Line ends are \n. shown is where they
// stand, with the span between.
func (b budget) around(text *document.Snapshot, span document.Span, tokens int) (above, below string, shown document.Span) {
	first, last := text.LineAt(span.Start), text.LineAt(span.End)
	from, to := first, last+1 // shown are lines from…first-1 and last+1…to-1
	take := func(line int) bool {
		if line < 0 || line >= text.LineCount() {
			return false
		}
		cost := b.estimate(text.Line(line)) + 1
		if cost > tokens {
			return false
		}
		tokens -= cost
		return true
	}
	up, down := true, true
	for turn := 0; up || down; turn++ {
		if turn%3 == 2 {
			if down = down && to-last <= linesBelow && take(to); down {
				to++
			}
		} else if up = up && first-from < linesAbove && take(from-1); up {
			from--
		}
	}
	above = text.Slice(document.Span{Start: text.LineStart(from), End: text.LineStart(first)})
	if to > last+1 {
		below = text.Slice(document.Span{Start: text.LineStart(last + 1), End: text.LineEnd(to - 1)})
	}
	return unix(above), unix(below), document.Span{Start: text.LineStart(from), End: text.LineEnd(to - 1)}
}

// unix is text with the line ends that models know.
func unix(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }
