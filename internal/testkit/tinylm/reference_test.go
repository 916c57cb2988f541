package tinylm_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"sopro/internal/testkit/tinylm"
)

// A network is a model read back from its file, and computed as plainly as the architecture can be told. It leaves
// out the feed-forward layers, which are checked to be zero.
type network struct {
	meta    map[string]any
	tensors map[string][]float32
	ids     map[string]int
	texts   []string
}

// complete returns the greedy answer of at most n tokens, and the probability of each.
func (n *network) complete(prompt []string, limit int) (string, []float64) {
	var tokens []int
	for _, text := range prompt {
		id, known := n.ids[text]
		if !known {
			id = n.ids["?"]
		}
		tokens = append(tokens, id)
	}
	var answer strings.Builder
	var probabilities []float64
	for range limit {
		best, p := n.next(tokens)
		if n.texts[best] == tinylm.End {
			break
		}
		tokens = append(tokens, best)
		answer.WriteString(n.texts[best])
		probabilities = append(probabilities, p)
	}
	return answer.String(), probabilities
}

func (n *network) next(tokens []int) (id int, probability float64) {
	width := int(n.meta["llama.embedding_length"].(uint32))
	x := make([][]float64, len(tokens))
	for at, id := range tokens {
		x[at] = row(n.tensors["token_embd.weight"], id, width)
	}
	// Only the first layer attends, and only the last position's answer is asked for.
	last := x[len(x)-1]
	for i, v := range n.attend(x) {
		last[i] += v
	}
	logits := multiply(n.tensors["output.weight"], normalise(last))
	var sum float64
	for i, l := range logits {
		sum += math.Exp(l - logits[0])
		if l > logits[id] {
			id = i
		}
	}
	return id, math.Exp(logits[id]-logits[0]) / sum
}

func (n *network) attend(x [][]float64) []float64 {
	heads := int(n.meta["llama.attention.head_count"].(uint32))
	width := len(x[0])
	size := width / heads
	query := n.rotate(multiply(n.tensors["blk.0.attn_q.weight"], normalise(x[len(x)-1])), size, len(x)-1)
	found := make([]float64, width)
	weights := make([]float64, heads)
	for at := range x {
		key := n.rotate(multiply(n.tensors["blk.0.attn_k.weight"], normalise(x[at])), size, at)
		value := multiply(n.tensors["blk.0.attn_v.weight"], normalise(x[at]))
		for h := range heads {
			var score float64
			for i := h * size; i < (h+1)*size; i++ {
				score += query[i] * key[i]
			}
			w := math.Exp(score / math.Sqrt(float64(size)))
			weights[h] += w
			for i := h * size; i < (h+1)*size; i++ {
				found[i] += w * value[i]
			}
		}
	}
	for i := range found {
		found[i] /= weights[i/size]
	}
	return multiply(n.tensors["blk.0.attn_output.weight"], found)
}

// rotate turns neighbouring pairs of each head by an angle that grows with the position.
func (n *network) rotate(v []float64, size, position int) []float64 {
	base := float64(n.meta["llama.rope.freq_base"].(float32))
	out := make([]float64, len(v))
	for i := 0; i < len(v); i += 2 {
		angle := float64(position) * math.Pow(base, -float64(i%size)/float64(size))
		sin, cos := math.Sincos(angle)
		out[i], out[i+1] = v[i]*cos-v[i+1]*sin, v[i]*sin+v[i+1]*cos
	}
	return out
}

func normalise(v []float64) []float64 {
	var sum float64
	for _, x := range v {
		sum += x * x
	}
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = x / math.Sqrt(sum/float64(len(v))+1e-6)
	}
	return out
}

func multiply(matrix []float32, v []float64) []float64 {
	out := make([]float64, len(matrix)/len(v))
	for r := range out {
		for i, m := range matrix[r*len(v):][:len(v)] {
			if m != 0 {
				out[r] += float64(m) * v[i]
			}
		}
	}
	return out
}

func row(matrix []float32, r, width int) []float64 {
	out := make([]float64, width)
	for i, m := range matrix[r*width:][:width] {
		out[i] = float64(m)
	}
	return out
}

// load writes the model and reads the file back.
func load(t *testing.T, m tinylm.Model) *network {
	t.Helper()
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		t.Fatal(err)
	}
	r := &reader{data: file.Bytes()}
	n := &network{meta: make(map[string]any), tensors: make(map[string][]float32), ids: make(map[string]int)}
	r.number(8) // magic and version
	tensors, entries := r.number(8), r.number(8)
	for range entries {
		key := r.text()
		n.meta[key] = r.value(int(r.number(4)))
	}
	type place struct {
		name         string
		size, offset int
	}
	var places []place
	for range tensors {
		p := place{name: r.text(), size: 1}
		for range r.number(4) {
			p.size *= r.number(8)
		}
		r.number(4)
		p.offset = r.number(8)
		places = append(places, p)
	}
	start := (r.at + 31) / 32 * 32
	for _, p := range places {
		data := make([]float32, p.size)
		if err := binary.Read(bytes.NewReader(r.data[start+p.offset:]), binary.LittleEndian, data); err != nil {
			t.Fatal(err)
		}
		n.tensors[p.name] = data
		if strings.Contains(p.name, "ffn_down") || strings.Contains(p.name, "blk.1.attn_output") {
			for _, v := range data {
				if v != 0 {
					t.Fatalf("%s is not zero, but this network leaves it out", p.name)
				}
			}
		}
	}
	for id, text := range n.meta["tokenizer.ggml.tokens"].([]string) {
		text = strings.NewReplacer("Ġ", " ", "Ċ", "\n", "ĉ", "\t").Replace(text)
		n.texts = append(n.texts, text)
		n.ids[text] = id
	}
	return n
}

// reader takes apart what the format's writer put together; a file that does not fit panics.
type reader struct {
	data []byte
	at   int
}

func (r *reader) number(size int) int {
	r.at += size
	b := make([]byte, 8)
	copy(b, r.data[r.at-size:r.at])
	return int(binary.LittleEndian.Uint64(b))
}

func (r *reader) text() string {
	n := r.number(8)
	r.at += n
	return string(r.data[r.at-n : r.at])
}

func (r *reader) value(kind int) any {
	switch kind {
	case 4:
		return uint32(r.number(4))
	case 6:
		return math.Float32frombits(uint32(r.number(4)))
	case 7:
		return r.number(1) == 1
	case 8:
		return r.text()
	case 9:
		element, n := r.number(4), r.number(8)
		if element == 5 {
			r.at += 4 * n
			return nil
		}
		texts := make([]string, n)
		for i := range texts {
			texts[i] = r.text()
		}
		return texts
	}
	panic(kind)
}
