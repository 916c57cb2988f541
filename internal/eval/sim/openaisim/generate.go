package openaisim

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"

	"sopro/internal/eval/sim"
)

// question is the body of any of the three ways to generate.
type question struct {
	Model         string          `json:"model"`
	Prompt        string          `json:"prompt"`
	Suffix        *string         `json:"suffix"`
	Messages      []sim.Message   `json:"messages"`
	Stream        bool            `json:"stream"`
	MaxTokens     int             `json:"max_tokens"`
	Stop          []string        `json:"stop"`
	Logprobs      json.RawMessage `json:"logprobs"` // a number, or in a chat true
	StreamOptions struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`

	InputPrefix string `json:"input_prefix"`
	InputSuffix string `json:"input_suffix"`
	NPredict    int    `json:"n_predict"`
	NProbs      int    `json:"n_probs"`
}

// maxTokenBytes is more than any token has: of a longer text no probabilities are told, which would repeat all of it.
const maxTokenBytes = 4 << 10

func (q *question) wantsProbabilities() bool {
	return q.NProbs > 0 || len(q.Logprobs) > 0 && string(q.Logprobs) != "0" && string(q.Logprobs) != "false"
}

// generate answers a prompt. object is the kind of its events.
func (s *Server) generate(w http.ResponseWriter, body []byte, object string) {
	var q question
	if err := json.Unmarshal(body, &q); err != nil {
		fail(w, http.StatusBadRequest, "invalid_request_error", err.Error())
		return
	}
	i := slices.IndexFunc(s.config.Models, func(m Model) bool { return m.Name == q.Model })
	if i < 0 && s.config.Kind == LlamaCpp && len(s.config.Models) > 0 {
		i = 0 // it serves one, whatever it is called
	}
	if i < 0 {
		fail(w, http.StatusNotFound, "NotFoundError", "The model `"+q.Model+"` does not exist.")
		return
	}
	m := s.config.Models[i]
	p := sim.Prompt{Model: q.Model, Text: q.Prompt, Raw: true, Messages: q.Messages}
	switch {
	case object == "infill" && !m.Infills:
		fail(w, http.StatusNotImplemented, "not_supported_error", "Infill is not supported by this model: prefix token is missing! suffix token is missing! middle token is missing! ")
		return
	case object == "infill":
		p.Text, p.Suffix, p.Raw, q.MaxTokens = q.InputPrefix, q.InputSuffix, false, q.NPredict
	case q.Suffix != nil && s.config.Kind == VLLM:
		fail(w, http.StatusBadRequest, "BadRequestError", "suffix is not currently supported")
		return
	case q.Suffix != nil:
		p.Suffix, p.Raw = *q.Suffix, false
	case len(q.Messages) > 0:
		p.Text, p.Raw = q.Messages[len(q.Messages)-1].Content, false
	}
	prompt := sim.Count(p.Text) + sim.Count(p.Suffix)
	if prompt >= m.context() {
		fail(w, http.StatusBadRequest, "exceed_context_size_error", s.tooLong(prompt, m.context()))
		return
	}
	var tokens []sim.Token
	if m.Answer != nil {
		tokens = m.Answer(p)
	}
	e := emitter{w: w, kind: s.config.Kind, object: object, q: &q, prompt: prompt}
	e.run(cutAtStop(tokens, q.Stop))
}

func (s *Server) tooLong(prompt, context int) string {
	if s.config.Kind == LlamaCpp {
		return fmt.Sprintf("the request exceeds the available context size (%d tokens), try increasing it", context)
	}
	return fmt.Sprintf("This model's maximum context length is %d tokens. However, your request has %d input tokens.", context, prompt)
}

// cutAtStop ends tokens before the first stop, in the middle of one where it begins there: servers hold back what may become one.
func cutAtStop(tokens []sim.Token, stops []string) []sim.Token {
	var whole strings.Builder
	for _, t := range tokens {
		whole.WriteString(t.Text)
	}
	end := whole.Len()
	for _, stop := range stops {
		if at := strings.Index(whole.String()[:end], stop); at >= 0 {
			end = at
		}
	}
	for i, t := range tokens {
		if end < len(t.Text) {
			tokens[i].Text = t.Text[:end]
			return tokens[:i+1]
		}
		end -= len(t.Text)
	}
	return tokens
}

// emitter writes the events of one answer.
type emitter struct {
	w      http.ResponseWriter
	kind   Kind
	object string
	q      *question
	prompt int
	left   error // the client is gone
}

func (e *emitter) run(tokens []sim.Token) {
	reason := "stop"
	if limit := e.q.MaxTokens; len(tokens) > limit {
		tokens, reason = tokens[:limit], "length"
	}
	if e.object == "infill" && !e.q.Stream {
		text := ""
		for _, t := range tokens {
			text += t.Text
		}
		reply(e.w, map[string]any{"content": text, "stop": true})
		return
	}
	e.w.Header().Set("Content-Type", "text/event-stream")
	if e.object == "chat.completion.chunk" {
		e.choice(map[string]any{"role": "assistant", "content": nil}, nil, nil)
	}
	for _, t := range tokens {
		if e.token(t); e.left != nil {
			return
		}
	}
	timings := map[string]any{
		"cache_n": 0, "prompt_n": e.prompt, "prompt_ms": 2 * float64(e.prompt), "predicted_n": len(tokens), "predicted_ms": 30 * float64(len(tokens)),
	}
	usage := map[string]any{"prompt_tokens": e.prompt, "completion_tokens": len(tokens), "total_tokens": e.prompt + len(tokens)}
	switch {
	case e.object == "infill":
		e.event(map[string]any{
			"content": "", "stop": true, "stop_type": map[string]string{"stop": "eos", "length": "limit"}[reason], "tokens_evaluated": e.prompt,
			"tokens_predicted": len(tokens), "truncated": false, "timings": timings,
		})
		return
	case e.kind == LlamaCpp && e.object == "text_completion":
		e.event(map[string]any{
			"object": e.object, "choices": []any{map[string]any{"text": "", "index": 0, "logprobs": nil, "finish_reason": reason}},
			"usage": usage, "timings": timings,
		})
	default:
		e.choice(map[string]any{}, nil, reason)
		if e.q.StreamOptions.IncludeUsage {
			last := map[string]any{"object": e.object, "choices": []any{}, "usage": usage}
			if e.kind == LlamaCpp {
				last["timings"] = timings
			}
			e.event(last)
		}
	}
	e.write("data: [DONE]\n\n")
}

// token writes one token with its probability, in the spelling of the kind.
func (e *emitter) token(t sim.Token) {
	if len(t.Text) > maxTokenBytes {
		quiet := *e.q
		quiet.Logprobs, quiet.NProbs = nil, 0
		defer func(q *question) { e.q = q }(e.q)
		e.q = &quiet
	}
	value := 0.0
	if t.Prob > 0 {
		value = math.Log(t.Prob)
	}
	pair := map[string]any{"id": 7, "token": t.Text, "bytes": []byte(nil), "logprob": value, "top_logprobs": []any{}}
	switch {
	case e.object == "infill":
		event := map[string]any{"index": 0, "content": t.Text, "tokens": []int{7}, "stop": false, "id_slot": -1}
		if e.q.wantsProbabilities() {
			event["completion_probabilities"] = []any{pair}
		}
		e.event(event)
	case e.object == "chat.completion.chunk":
		e.choice(map[string]any{"content": t.Text}, e.probabilities(map[string]any{"content": []any{pair}}), nil)
	case e.kind == LlamaCpp:
		e.text(t.Text, e.probabilities(map[string]any{"content": []any{pair}}))
	default:
		e.text(t.Text, e.probabilities(map[string]any{
			"text_offset": []int{0}, "token_logprobs": []any{value}, "tokens": []string{t.Text}, "top_logprobs": []any{map[string]float64{t.Text: value}},
		}))
	}
}

func (e *emitter) probabilities(v any) any {
	if e.q.wantsProbabilities() {
		return v
	}
	return nil
}

func (e *emitter) text(text string, logprobs any) {
	e.event(map[string]any{
		"object": e.object, "choices": []any{map[string]any{"index": 0, "text": text, "logprobs": logprobs, "finish_reason": nil}}, "usage": nil,
	})
}

func (e *emitter) choice(delta map[string]any, logprobs, reason any) {
	choice := map[string]any{"index": 0, "logprobs": logprobs, "finish_reason": reason}
	if choice["delta"] = delta; e.object == "text_completion" {
		delete(choice, "delta")
		choice["text"] = ""
	}
	e.event(map[string]any{"object": e.object, "choices": []any{choice}})
}

func (e *emitter) event(v any) {
	raw, _ := json.Marshal(v)
	e.write("data: " + string(raw) + "\n\n")
}

func (e *emitter) write(text string) {
	if _, e.left = e.w.Write([]byte(text)); e.left == nil {
		e.left = http.NewResponseController(e.w).Flush()
	}
}
