package prompt

import (
	"math"
	"strings"
	"sync"
)

// Estimator says how many tokens a text will be for a model. There is no tokenizer to ask: Ollama has no endpoint for it,
// and a vocabulary of our own for each model would weigh megabytes. It learns instead: every answer says how many tokens
// its prompt was, and bytes per token is a property of a model and a language: dividing by four, as is common, fits English
// prose and undercounts code and data.
//
// It keeps a moving mean of bytes per token and of its deviation for each pair, and counts with the mean less two
// deviations, so that a prompt is rather shorter than it could be than longer than the context, which servers cut
// silently. The idea is that of TCP's retransmission timer (RFC 6298). All methods are safe for concurrent use.
type Estimator struct {
	mu    sync.Mutex
	pairs map[pair]*learnt
}

type pair struct{ model, language string }

// learnt is what was seen of a pair: a moving mean of bytes per token and of how far single prompts were from it.
type learnt struct{ mean, deviation float64 }

const (
	minRatio = 1.0 // bytes per token; a byte-level vocabulary never needs more than a token a byte
	maxRatio = 6.0 // above the 5 that the largest vocabularies reach on prose
	// An observation outside of these is not one: a cached prompt counted in part, or one that the server cut.
	leastSeen, mostSeen = 0.8, 8.0
	leastBytes          = 400 // below it the markers weigh more than the text
)

// NewEstimator returns an Estimator that has seen nothing yet.
func NewEstimator() *Estimator { return &Estimator{pairs: make(map[pair]*learnt)} }

// Tokens is an upper estimate for text in language, an LSP languageId. The estimates of two texts add up to at least
// that of both together.
func (e *Estimator) Tokens(model, language, text string) int {
	if text == "" {
		return 0
	}
	return int(math.Ceil(weight(text) / e.ratio(model, language)))
}

// Observe learns that a prompt of so many bytes, mostly in language, was so many tokens to the model. It must not be
// called for a prompt that filled the context, because the server may have cut that one.
func (e *Estimator) Observe(model, language string, bytes, tokens int) {
	if bytes < leastBytes || tokens <= 0 {
		return
	}
	seen := float64(bytes) / float64(tokens)
	if seen < leastSeen || seen > mostSeen {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	key := pair{model, language}
	l, ok := e.pairs[key]
	if !ok {
		l = &learnt{mean: prior(language), deviation: prior(language) / 8}
		e.pairs[key] = l
	}
	off := seen - l.mean
	l.deviation += (math.Abs(off) - l.deviation) / 4
	if seen < l.safe() {
		l.mean += off / 2 // what was estimated was too little: learn that at once
	} else {
		l.mean += off / 8
	}
}

// ratio is the bytes per token to count with.
func (e *Estimator) ratio(model, language string) float64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	if l, ok := e.pairs[pair{model, language}]; ok {
		return l.safe()
	}
	return prior(language)
}

func (l *learnt) safe() float64 { return min(max(l.mean-2*l.deviation, minRatio), maxRatio) }

// prior is the bytes per token to count with before anything was learnt: what the smallest vocabulary in use (llama's
// 32,000 tokens) makes of such text, rounded down.
func prior(language string) float64 {
	switch strings.ToLower(language) {
	case "markdown", "plaintext", "restructuredtext", "latex", "tex", "asciidoc":
		return 3.2
	case "json", "jsonc", "xml", "yaml", "toml", "csv", "html", "css", "scss", "less", "svg", "sql", "shellscript", "dockerfile":
		return 2.2
	}
	return 2.5
}

// weight is the length of text in bytes, with more for what vocabularies spell in small pieces: most write each digit as
// a token of its own, and letters outside of ASCII take up to a token a byte.
func weight(text string) float64 {
	digits, wide := 0, 0
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c >= 0x80:
			wide++
		}
	}
	return float64(len(text)) + 2*float64(digits) + float64(wide)
}
