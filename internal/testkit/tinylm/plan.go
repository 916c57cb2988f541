package tinylm

import (
	"fmt"
	"math"
	"slices"

	"sopro/internal/testkit/gguf"
)

// The scores of the automaton; a token that nothing speaks for has 0.
const (
	certain = 24.0     // what follows without doubt: against 400 others that is a probability of 1 - 2e-8
	margin  = 8.0      // by which a rule with a mark loses unseen and wins seen
	glance  = 11.0     // query and key of a mark: 11·11/√16 is a score of 30
	whisper = 1 / 16.0 // a seen mark, against the 1 of the last token: small, so that normalisation stays nearly exact
)

// A plan gives every dimension of the vectors its meaning, and collects the table of what follows what.
type plan struct {
	model Model
	words *vocabulary
	dim   map[string]int // the dimension of a token that has one; all others are in dimension 0
	marks []string       // by head
	table []float32      // a row for each token of the vocabulary, a column for each dimension
}

func newPlan(m Model, words *vocabulary) (*plan, error) {
	p := &plan{model: m, words: words, dim: make(map[string]int), table: make([]float32, len(words.texts)*m.Width)}
	for digit := range 10 {
		p.give(string(rune('0' + digit)))
	}
	for _, r := range m.Rules {
		for _, text := range r.names() {
			p.give(text)
		}
		if r.Seen != "" && !slices.Contains(p.marks, r.Seen) {
			p.marks = append(p.marks, r.Seen)
		}
		for _, t := range r.Say {
			p.give(t.Text)
		}
	}
	if len(p.marks) > heads {
		return nil, fmt.Errorf("tinylm: %d different texts to see, but only %d heads", len(p.marks), heads)
	}
	if need := 1 + len(p.dim) + len(p.marks); need > m.Width {
		return nil, fmt.Errorf("tinylm: the rules need a width of %d, the model has %d", need, m.Width)
	}
	p.count()
	for i, r := range m.Rules {
		if err := p.obey(i, r); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *plan) give(text string) {
	if _, known := p.dim[text]; !known {
		p.dim[text] = 1 + len(p.dim)
	}
}

// seen is the dimension that says that the mark of a head was seen: they stand at the end.
func (p *plan) seen(head int) int { return p.model.Width - len(p.marks) + head }

// follow adds score to what speaks for next where a dimension is set.
func (p *plan) follow(next string, dimension int, score float64) {
	p.table[p.words.ids[next]*p.model.Width+dimension] += float32(score / math.Sqrt(float64(p.model.Width)))
}

// always adds score to what speaks for next, whatever came last.
func (p *plan) always(next string, score float64) {
	for dimension := range p.model.Width - len(p.marks) {
		p.follow(next, dimension, score)
	}
}

// count is what the model does where no rule fits: tokens of rules count as any other text until a rule says otherwise.
func (p *plan) count() {
	p.follow("0", 0, certain)
	for digit := range 10 {
		p.follow(string(rune('0'+(digit+1)%10)), p.dim[string(rune('0'+digit))], certain)
	}
	for _, r := range p.model.Rules {
		for _, text := range r.names() {
			if p.table[p.words.ids["0"]*p.model.Width+p.dim[text]] == 0 {
				p.follow("0", p.dim[text], certain)
			}
		}
	}
}

// obey enters the i-th rule. It outdoes what is in the table for the same last token, the more the later it stands.
func (p *plan) obey(i int, r Rule) error {
	for at, t := range r.Say {
		score := certain
		if t.Probability < 0 || t.Probability >= 1 {
			return fmt.Errorf("tinylm: %q: a probability of %g", t.Text, t.Probability)
		}
		if t.Probability > 0 {
			score = math.Log(t.Probability * float64(len(p.words.texts)-1) / (1 - t.Probability))
		}
		if at > 0 {
			p.follow(t.Text, p.dim[r.Say[at-1].Text], score)
			continue
		}
		if t.Probability > 0 {
			return fmt.Errorf("tinylm: %q: an answer's first token competes with other rules and is always sure", t.Text)
		}
		p.begin(r, t.Text, float64(i+1)*margin)
	}
	if len(r.Say) > 0 {
		next := End
		if r.Forever {
			next = r.Say[0].Text
		}
		p.follow(next, p.dim[r.Say[len(r.Say)-1].Text], certain)
	}
	return nil
}

// begin makes first follow the last token of the rule. Without a mark it is ahead by lead. With one it lags by lead,
// and the mark is worth twice that; a mark alone, after any other token, is worth nothing since the same is taken
// away always.
func (p *plan) begin(r Rule, first string, lead float64) {
	for _, text := range r.After {
		p.follow(first, p.dim[text], certain+lead)
	}
	if r.Seen == "" {
		return
	}
	p.always(first, -2*lead)
	for head, mark := range p.marks {
		if mark == r.Seen {
			p.follow(first, p.seen(head), 2*lead/whisper)
		}
	}
}

// tensors are the weights.
func (p *plan) tensors() []gguf.Tensor {
	width, words := p.model.Width, len(p.words.texts)
	embedding := make([]float32, words*width)
	for id := range words {
		embedding[id*width] = float32(math.Sqrt(float64(width)))
	}
	for text, dimension := range p.dim {
		row := embedding[p.words.ids[text]*width:][:width]
		row[0], row[dimension] = 0, row[0]
	}
	tensors := []gguf.Tensor{
		{Name: "token_embd.weight", Shape: []int{width, words}, Data: embedding},
		{Name: "output_norm.weight", Shape: []int{width}, Data: ones(width)},
		{Name: "output.weight", Shape: []int{width, words}, Data: p.table},
	}
	for layer := range p.model.Layers {
		tensors = append(tensors, p.layer(layer)...)
	}
	return tensors
}

func (p *plan) layer(n int) []gguf.Tensor {
	width := p.model.Width
	square := func() []float32 { return make([]float32, width*width) }
	query, key, value, out := square(), square(), square(), square()
	if n == 0 {
		p.look(query, key, value, out)
	}
	name := func(part string) string { return fmt.Sprintf("blk.%d.%s.weight", n, part) }
	return []gguf.Tensor{
		{Name: name("attn_norm"), Shape: []int{width}, Data: ones(width)},
		{Name: name("attn_q"), Shape: []int{width, width}, Data: query},
		{Name: name("attn_k"), Shape: []int{width, width}, Data: key},
		{Name: name("attn_v"), Shape: []int{width, width}, Data: value},
		{Name: name("attn_output"), Shape: []int{width, width}, Data: out},
		{Name: name("ffn_norm"), Shape: []int{width}, Data: ones(width)},
		{Name: name("ffn_gate"), Shape: []int{width, 2 * width}, Data: make([]float32, 2*width*width)},
		{Name: name("ffn_up"), Shape: []int{width, 2 * width}, Data: make([]float32, 2*width*width)},
		{Name: name("ffn_down"), Shape: []int{2 * width, width}, Data: make([]float32, 2*width*width)},
	}
}

// look sets attention: each head carries "its mark was seen" to where the question is asked. Queries and keys stand
// in a head's last dimension, which turns slowest whether an engine pairs neighbours or halves.
func (p *plan) look(query, key, value, out []float32) {
	width, size := p.model.Width, p.model.Width/heads
	one := math.Sqrt(float64(width)) // what a one-hot vector holds
	sharp := glance * math.Sqrt(math.Sqrt(float64(size)/16))
	for head, mark := range p.marks {
		first, last := head*size, (head+1)*size-1
		for dimension := range width {
			query[last*width+dimension] = float32(sharp / one)
		}
		key[last*width+p.dim[mark]] = float32(sharp / one)
		value[first*width+p.dim[mark]] = float32(1 / one)
		out[p.seen(head)*width+first] = float32(whisper * one)
	}
}

func ones(n int) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = 1
	}
	return v
}
