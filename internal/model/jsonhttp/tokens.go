package jsonhttp

import (
	"math"
	"strings"

	"sopro/internal/model"
)

// Logprob is one token as servers tell it.
type Logprob struct {
	Token   string  `json:"token"`
	Logprob float64 `json:"logprob"`
}

// Align makes tokens spell text. They differ where a token ends inside a character (the server holds its bytes back and
// prints the token with replacement characters), where a stop cut the last token, and where text was held back because
// it might have been a stop and only its last token is told (Ollama from 0.30 on).
func Align(text string, from []Logprob) []model.Token {
	if text == "" || len(from) == 0 {
		return nil
	}
	tokens := make([]model.Token, 0, len(from)+1)
	var all strings.Builder
	product := 1.0
	for _, l := range from {
		p := probability(l.Logprob)
		tokens = append(tokens, model.Token{Text: l.Token, Prob: p, Known: true})
		all.WriteString(l.Token)
		product *= p
	}
	spelt := all.String()
	switch {
	case spelt == text:
	case strings.HasPrefix(spelt, text):
		rest := len(text)
		for i := range tokens {
			if n := len(tokens[i].Text); n < rest {
				rest -= n
				continue
			}
			tokens[i].Text = tokens[i].Text[:rest]
			tokens = tokens[:i+1]
			break
		}
	case strings.HasSuffix(text, spelt):
		tokens = append([]model.Token{{Text: text[:len(text)-len(spelt)], Prob: 1}}, tokens...)
	default:
		tokens = []model.Token{{Text: text, Prob: product, Known: true}}
	}
	return tokens
}

// probability undoes a logarithm. A log-probability of 0 can arrive as the probability itself, 1 (Ollama from 0.30 on):
// whatever is positive is certain.
func probability(logprob float64) float64 {
	if logprob >= 0 {
		return 1
	}
	return math.Exp(logprob)
}
