package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"sopro/internal/eval/sim"
	"sopro/internal/testkit/adversary"
)

// rule is what is said where its expression matches.
type rule struct {
	When    string  `json:"when"`
	Text    string  `json:"text"`
	Prob    float64 `json:"prob"` // of each token; 0: 1
	Payload string  `json:"payload"`

	// Others are what is said instead where the temperature is not 0, as the seed falls.
	Others []string `json:"others"`

	when *regexp.Regexp
}

// parsed are the rules with their expressions compiled.
func parsed(rules []rule) ([]rule, error) {
	for i, r := range rules {
		when, err := regexp.Compile(r.When)
		if err != nil {
			return nil, err
		}
		rules[i].when = when
		if r.Payload != "" && !slices.ContainsFunc(adversary.Payloads(), named(r.Payload)) {
			return nil, fmt.Errorf("there is no payload %q", r.Payload)
		}
	}
	return rules, nil
}

func named(name string) func(adversary.Payload) bool {
	return func(p adversary.Payload) bool { return p.Name == name }
}

func (r rule) tokens(p sim.Prompt) []sim.Token {
	if r.Payload != "" {
		all := adversary.Payloads()
		return all[slices.IndexFunc(all, named(r.Payload))].Tokens(false)
	}
	tokens := sim.Choose(append([]string{r.Text}, r.Others...)...)(p)
	for i := range tokens {
		tokens[i].Prob = cmp.Or(r.Prob, 1)
	}
	return tokens
}

// script is what the simulated models say.
type script struct {
	mu         sync.Mutex
	fill, chat []rule
	after      int           // tokens before a generation stops, while held is there
	held       chan struct{} // nil, or closed by release
}

// answer is sim.Model's.
func (s *script) answer(p sim.Prompt) []sim.Token {
	s.mu.Lock()
	defer s.mu.Unlock()
	rules, text := s.fill, beforeHole(p)
	if len(p.Messages) > 0 {
		rules, text = s.chat, p.Text
	}
	i := slices.IndexFunc(rules, func(r rule) bool { return r.when.MatchString(text) })
	if i < 0 {
		return nil
	}
	tokens := rules[i].tokens(p)
	if s.held != nil && s.after < len(tokens) {
		tokens[s.after].After = s.held
	}
	return tokens
}

// beforeHole is the text before the hole of a prompt in the layout of qwen2.5-coder.
func beforeHole(p sim.Prompt) string {
	_, text, laidOut := strings.Cut(p.Text, "<|fim_prefix|>")
	if !laidOut {
		return p.Text
	}
	before, _, _ := strings.Cut(text, "<|fim_suffix|>")
	return before
}

func (s *script) hold(after int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.after = max(after, 0)
	if s.held == nil {
		s.held = make(chan struct{})
	}
}

func (s *script) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held != nil {
		close(s.held)
		s.held = nil
	}
}
