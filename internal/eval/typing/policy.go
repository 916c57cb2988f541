package typing

import (
	"time"

	"sopro/internal/complete"
	"sopro/internal/eval/holes"
	"sopro/internal/model"
)

// policy is who answers an editor's requests: the engine, or how another program does it.
type policy interface {
	opened()
	edited(version int32)
	ask(id int, r complete.Request) // it closes r.View
	cancelled(id int)
	accepted(id string, whole bool)
	close()
}

// policies are the ones that can be measured, by name.
var policies = map[string]func(*session) policy{
	"sopro":        newSopro,
	"each-key":     peer{cancels: true}.begin,
	"debounce-125": peer{cancels: true, delay: 125 * time.Millisecond}.begin,
	"debounce-350": peer{delay: 350 * time.Millisecond}.begin,
	"one-job":      peer{most: time.Second}.begin,
	"ideal":        newIdeal,
}

// Policies are the names of the policies.
func Policies() []string {
	return []string{"sopro", "one-job", "debounce-350", "debounce-125", "each-key", "ideal"}
}

// The names that Config.Without knows besides those of complete.Switchable.
const (
	withoutDebounce  = "debounce"  // ask at every key that is not answered from what is known
	withoutMultiline = "multiline" // one line a ghost
	withoutBuiltin   = "built-in"  // the model alone answers
)

// Switchable are the names that Config.Without knows.
func Switchable() []string {
	return append([]string{withoutDebounce, withoutMultiline, withoutBuiltin}, complete.Switchable()...)
}

// question is a request as the server gets it, for a hole in a text.
func (s *session) question(r model.Request, text string, offset int, warm bool) *job {
	j := &job{prompt: tokens(r.Prompt), foretold: r.FreshTokens, warm: warm, natural: true}
	if !warm {
		j.answer, j.natural = s.author.says(text[min(len(s.trace.Before), offset):offset], r.MaxTokens, s.shown(r))
	}
	s.tally.requests++
	return j
}

// shown are the words of a prompt, nil where they do not count.
func (s *session) shown(r model.Request) holes.Words {
	if !s.config.Coupled {
		return nil
	}
	texts := []string{r.Prompt, r.Suffix}
	for _, m := range r.Messages {
		texts = append(texts, m.Content)
	}
	return holes.WordsOf(texts...)
}
