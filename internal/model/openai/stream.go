package openai

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"strings"
	"time"

	"sopro/internal/model"
	"sopro/internal/model/jsonhttp"
)

const (
	// drainTime is how long a finished stream may take to end, so that its connection can be used again.
	drainTime = 100 * time.Millisecond
	// lingerTime is how long the statistics may take after the answer is complete.
	lingerTime = time.Second
	// minEvaluated is the least number of prompt tokens whose time says something about a speed: with fewer it is the time
	// of one step, however many tokens that has.
	minEvaluated = 32
	// maxPending bounds the tokens that are told before their text. A stop is shorter.
	maxPending = 4096
)

// event is one event of a stream: of /v1/completions (text), of /v1/chat/completions (delta), of llama.cpp's /infill
// (content). A server leaves out what does not concern it.
type event struct {
	Choices []struct {
		Text  string `json:"text"`
		Delta struct {
			Content string `json:"content"`
		} `json:"delta"`
		FinishReason string    `json:"finish_reason"`
		Logprobs     *logprobs `json:"logprobs"`
	} `json:"choices"`
	Usage   *usage   `json:"usage"`
	Timings *timings `json:"timings"`

	Content       string             `json:"content"`
	Stop          bool               `json:"stop"`
	StopType      string             `json:"stop_type"`
	Probabilities []jsonhttp.Logprob `json:"completion_probabilities"`
	Evaluated     int                `json:"tokens_evaluated"`
	Predicted     int                `json:"tokens_predicted"`
	Truncated     bool               `json:"truncated"`

	Error  json.RawMessage `json:"error"`
	Object string          `json:"object"` // "error" where the event itself is one
}

// logprobs come as OpenAI's completions have them (two lists), or as its chats and llama.cpp have them (a list of pairs).
type logprobs struct {
	Tokens  []string           `json:"tokens"`
	Values  []*float64         `json:"token_logprobs"`
	Content []jsonhttp.Logprob `json:"content"`
}

func (l *logprobs) list() []jsonhttp.Logprob {
	if l == nil {
		return nil
	}
	out := l.Content
	for i, token := range l.Tokens {
		if i < len(l.Values) && l.Values[i] != nil {
			out = append(out, jsonhttp.Logprob{Token: token, Logprob: *l.Values[i]})
		}
	}
	return out
}

type usage struct {
	Prompt  int `json:"prompt_tokens"`
	Made    int `json:"completion_tokens"`
	Details *struct {
		Cached int `json:"cached_tokens"`
	} `json:"prompt_tokens_details"` // vLLM and SGLang, where they were started to say it
}

// timings are llama.cpp's, in milliseconds.
type timings struct {
	Cached    int     `json:"cache_n"`
	Prompt    int     `json:"prompt_n"` // evaluated, without what was cached
	PromptMS  float64 `json:"prompt_ms"`
	Made      int     `json:"predicted_n"`
	PredictMS float64 `json:"predicted_ms"`
}

// Stream generates; see model.Backend. The generation ends on the server when the loop is left or ctx ends, because the
// connection is closed. A request with neither a prompt nor messages only asks whether the model is there: these servers
// have their models in memory.
func (c *Client) Stream(ctx context.Context, r model.Request) iter.Seq2[model.Chunk, error] {
	return func(yield func(model.Chunk, error) bool) {
		if model.Forwarded(r.Model) {
			yield(model.Chunk{}, forwarded(r.Model))
			return
		}
		if r.Raw && r.Suffix != "" {
			yield(model.Chunk{}, &model.Error{Kind: model.Refused, Message: "a raw prompt has no suffix beside it"})
			return
		}
		if r.Prompt+r.Suffix == "" && len(r.Messages) == 0 {
			if _, err := c.find(ctx, r.Model); err != nil {
				yield(model.Chunk{}, err)
				return
			}
			yield(model.Chunk{Done: &model.Stats{Reason: "load"}}, nil)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		s := stream{client: c, request: r, sent: time.Now()}
		resp, err := c.send(ctx, r)
		if err != nil {
			yield(model.Chunk{}, err)
			return
		}
		defer resp.Body.Close()
		s.run(ctx, cancel, resp.Body, yield)
		if s.ended {
			stop := time.AfterFunc(drainTime, cancel)
			defer stop.Stop()
			_, _ = io.CopyN(io.Discard, resp.Body, 1024)
		}
	}
}

// send sends r. A server that was started without what it needs for probabilities refuses a request for them: it is asked
// once more without, as it is from then on.
func (c *Client) send(ctx context.Context, r model.Request) (*http.Response, error) {
	method, path, body := c.Body(r)
	resp, err := c.do(ctx, r.Model, method, path, body)
	if e, ok := errors.AsType[*model.Error](err); ok && e.Status >= 400 && strings.Contains(e.Message, "logprobs") && r.Logprobs && !c.mute.Swap(true) {
		method, path, body = c.Body(r)
		resp, err = c.do(ctx, r.Model, method, path, body)
	}
	return resp, err
}

// stream is the reading of one answer.
type stream struct {
	client  *Client
	request model.Request
	sent    time.Time
	first   time.Time // when the first text came
	bytes   int       // of text so far
	pieces  int       // with text so far
	pending []jsonhttp.Logprob
	stats   model.Stats
	done    bool // the answer is complete; usage may still come
	ended   bool // nothing more will come
}

var endMark = []byte("[DONE]")

func (s *stream) run(ctx context.Context, cancel func(), body io.Reader, yield func(model.Chunk, error) bool) {
	in := newEvents(body)
	var linger *time.Timer
	defer func() {
		if linger != nil {
			linger.Stop()
		}
	}()
	for !s.ended {
		data, ok := in.next()
		if !ok {
			break
		}
		if data = bytes.TrimSpace(data); len(data) == 0 {
			continue
		}
		if bytes.Equal(data, endMark) {
			s.done, s.ended = true, true
			break
		}
		chunk, err := s.read(data, in.fault)
		if err != nil {
			yield(model.Chunk{}, err)
			return
		}
		if chunk.Text != "" && !yield(chunk, nil) {
			return
		}
		if s.done && linger == nil {
			linger = time.AfterFunc(lingerTime, cancel)
		}
	}
	switch {
	case s.done:
		yield(model.Chunk{Done: s.finish()}, nil)
	case ctx.Err() != nil:
		yield(model.Chunk{}, ctx.Err())
	case errors.Is(in.err, bufio.ErrTooLong):
		yield(model.Chunk{}, &model.Error{Kind: model.Refused, Status: http.StatusOK, Message: s.client.Server() + " sent a line of more than 1 MiB"})
	default:
		yield(model.Chunk{}, s.client.cut(in.err))
	}
}

// read turns one event into a chunk, whose text may be empty. fault: the event is a failure, whatever is in it.
func (s *stream) read(data []byte, fault bool) (model.Chunk, error) {
	var e event
	if err := jsonhttp.Decode(data, &e); err != nil {
		if bad, ok := errors.AsType[*json.SyntaxError](err); ok && bad.Offset >= int64(len(data)) && data[0] == '{' {
			return model.Chunk{}, s.client.cut(io.ErrUnexpectedEOF) // it stops in the middle
		}
		return model.Chunk{}, s.client.garbage(err)
	}
	if fault || e.Object == "error" || len(e.Error) > 0 && !bytes.Equal(e.Error, []byte("null")) {
		text := s.client.words(data)
		return model.Chunk{}, s.client.said(s.request.Model, http.StatusOK, text, strings.ToLower(text))
	}
	text, probabilities := e.Content, e.Probabilities
	for _, choice := range e.Choices {
		text += choice.Text + choice.Delta.Content
		probabilities = append(probabilities, choice.Logprobs.list()...)
		switch choice.FinishReason {
		case "":
		case "abort", "error": // of vLLM and SGLang, when something else ended it
			return model.Chunk{}, s.client.cut(nil)
		default:
			s.done, s.stats.Reason = true, choice.FinishReason
		}
	}
	s.note(&e)
	if text != "" {
		s.pieces++
		if s.first.IsZero() {
			s.first = time.Now()
		}
	}
	if s.request.MaxTokens == 0 {
		return model.Chunk{}, nil // the one token that had to be asked for
	}
	if s.bytes += len(text); s.bytes > jsonhttp.MaxAnswer {
		return model.Chunk{}, &model.Error{Kind: model.Refused, Status: http.StatusOK, Message: "the answer is longer than 256 KiB"}
	}
	if e.Truncated {
		return model.Chunk{}, s.client.said(s.request.Model, http.StatusOK, "", "exceeded the context")
	}
	if s.pending = append(s.pending, probabilities...); len(s.pending) > maxPending {
		s.pending = nil
	}
	return model.Chunk{Text: text, Tokens: s.tokens(text)}, nil
}

// note keeps what an event says of the whole answer.
func (s *stream) note(e *event) {
	if e.Stop {
		s.done, s.ended = true, true
		if s.stats.Reason = "stop"; e.StopType == "limit" {
			s.stats.Reason = "length"
		}
		s.stats.PromptTokens, s.stats.Tokens = e.Evaluated, e.Predicted
	}
	if u := e.Usage; u != nil {
		s.stats.PromptTokens, s.stats.Tokens = u.Prompt, u.Made
		if u.Details != nil {
			s.stats.Cached, s.stats.CountsCached = u.Details.Cached, true
		}
	}
	if t := e.Timings; t != nil {
		if t.Prompt >= minEvaluated {
			s.stats.Evaluated = t.Prompt
		}
		s.stats.PromptTime, s.stats.GenerationTime = milliseconds(t.PromptMS), milliseconds(t.PredictMS)
		if s.stats.PromptTokens == 0 {
			s.stats.PromptTokens, s.stats.Tokens = t.Prompt+t.Cached, t.Made
		}
		if t.Prompt > 0 {
			s.stats.Cached, s.stats.CountsCached = max(0, s.stats.PromptTokens-t.Prompt), true
		}
	}
}

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

// tokens are those that spell text. A server tells a token when it is made, and its text perhaps later, because it might
// begin a stop: what is told ahead waits.
func (s *stream) tokens(text string) []model.Token {
	if text == "" {
		return nil
	}
	length := 0
	for i, l := range s.pending {
		if length += len(l.Token); length >= len(text) {
			tokens := jsonhttp.Align(text, s.pending[:i+1])
			rest := s.pending[i+1:]
			if over := length - len(text); over > 0 { // its probability has been counted
				rest = append([]jsonhttp.Logprob{{Token: l.Token[len(l.Token)-over:]}}, rest...)
			}
			s.pending = rest
			return tokens
		}
	}
	tokens := jsonhttp.Align(text, s.pending)
	s.pending = nil
	return tokens
}

// finish completes the statistics. Where the server gives no times they are what was seen from here.
func (s *stream) finish() *model.Stats {
	st := s.stats
	if st.Tokens == 0 {
		st.Tokens = s.pieces
	}
	if st.PromptTime == 0 && !s.first.IsZero() {
		st.PromptTime, st.GenerationTime = s.first.Sub(s.sent), time.Since(s.first)
	}
	if s.request.MaxTokens == 0 {
		st.Tokens, st.GenerationTime = 0, 0
	}
	return &st
}
