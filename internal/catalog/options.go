package catalog

import (
	"math"

	"sopro/internal/model"
)

const (
	// mostContext is the most that auto gives a model, in tokens: completions use 1,536 by default and explanations a few
	// thousand, and every token of it is paid for in memory.
	mostContext = 8192
	// unknownContext is taken for a model that does not say what it was trained for.
	unknownContext = 4096
	// contextStep is the grain of num_ctx, in tokens.
	contextStep = 256
	// answerTokens are left for the answer and for what an estimate may be off.
	answerTokens = 512
)

// options is the one option set of a model, whatever the role. num_ctx is what was asked for, else the smallest of
// mostContext, the model's own context and what memory allows, but not less than a completion's prompt and its answer
// need; never more than the model's own, because a server cuts it to that without a word. num_batch and num_thread are
// left to the server, which knows the machine.
func (c *Catalog) options(m candidate) model.Options {
	own := m.asking.Context
	if own <= 0 {
		own = unknownContext
	}
	tokens := c.wanted.NumCtx
	if tokens <= 0 {
		tokens = max(min(mostContext, c.affords(m)), c.least())
	}
	return model.Options{NumCtx: min(tokens, own), KeepAlive: c.wanted.KeepAlive}
}

// least is the context that a completion needs: its prompt and the answer.
func (c *Catalog) least() int {
	return (c.wanted.ContextTokens + answerTokens + contextStep - 1) / contextStep * contextStep
}

// affords is the context that memory allows beside the model itself.
func (c *Catalog) affords(m candidate) int {
	if c.memory <= 0 {
		return math.MaxInt
	}
	left := float64(c.budget()-weights(m)) / perToken(m)
	return int(left) / contextStep * contextStep
}

// budget is the memory that models may take: the editor, the compiler and the browser need the rest.
func (c *Catalog) budget() int64 {
	if c.memory <= 0 {
		return math.MaxInt64
	}
	return c.memory / 4 * 3
}

// need is the memory that a model takes with the least context.
func (c *Catalog) need(m candidate) int64 {
	return weights(m) + int64(perToken(m)*float64(c.least()))
}

// weights is the memory of a loaded model without its context: the file, and a tenth for buffers.
func weights(m candidate) int64 { return m.Size + m.Size/10 }

// perToken is the memory that a token of context takes, in bytes. Without grouped attention, as in codellama, it is two
// 16-bit vectors a layer: 512 KB at 6.7 billion parameters (32 layers of 4,096), 800 KB at 13 billion; about a byte for
// 12,500 parameters. Newer models take a quarter of that or less, but no answer of a server says so in advance.
func perToken(m candidate) float64 { return m.parameters / 12500 }
