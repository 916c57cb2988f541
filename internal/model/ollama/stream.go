package ollama

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
	maxLine   = jsonhttp.MaxLine
	maxAnswer = jsonhttp.MaxAnswer
	// drainTime is how long a finished stream may take to end, so that its connection can be used again.
	drainTime = 100 * time.Millisecond
)

// line is one line of a stream, of /api/generate (response) or /api/chat (message).
type line struct {
	Response    string             `json:"response"`
	Message     message            `json:"message"`
	Logprobs    []jsonhttp.Logprob `json:"logprobs"`
	RemoteModel string             `json:"remote_model"`
	RemoteHost  string             `json:"remote_host"`

	Done               bool          `json:"done"`
	DoneReason         string        `json:"done_reason"`
	LoadDuration       time.Duration `json:"load_duration"`
	PromptEvalCount    int           `json:"prompt_eval_count"`
	PromptEvalDuration time.Duration `json:"prompt_eval_duration"`
	EvalCount          int           `json:"eval_count"`
	EvalDuration       time.Duration `json:"eval_duration"`

	Error json.RawMessage `json:"error"`
}

// Stream generates; see model.Backend. The generation ends on the server when the loop is left or ctx ends, because the
// connection is closed: at once while it generates, later while it evaluates a prompt.
func (c *Client) Stream(ctx context.Context, r model.Request) iter.Seq2[model.Chunk, error] {
	return func(yield func(model.Chunk, error) bool) {
		if err := c.check(r); err != nil {
			yield(model.Chunk{}, err)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		method, path, body := Body(r)
		resp, err := c.do(ctx, r.Model, method, path, body)
		if err != nil {
			yield(model.Chunk{}, err)
			return
		}
		defer resp.Body.Close()
		s := stream{client: c, request: r}
		s.run(ctx, resp, yield)
		if s.done {
			stop := time.AfterFunc(drainTime, cancel)
			defer stop.Stop()
			_, _ = io.CopyN(io.Discard, resp.Body, 1024)
		}
	}
}

// check refuses what would go wrong in silence.
func (c *Client) check(r model.Request) error {
	switch {
	case c.isRemote(r.Model):
		return remoteRefused(r.Model)
	case r.Options.NumCtx <= 0:
		return &model.Error{Kind: model.Refused, Message: "the request has no num_ctx", Next: "set ollama.numCtx"}
	case r.Raw && r.Suffix != "":
		return &model.Error{Kind: model.Refused, Message: "Ollama would drop the suffix of a raw prompt"}
	}
	return nil
}

// stream is the reading of one answer.
type stream struct {
	client  *Client
	request model.Request
	bytes   int  // of text so far
	done    bool // the last line has come
}

func (s *stream) run(ctx context.Context, resp *http.Response, yield func(model.Chunk, error) bool) {
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(make([]byte, 0, 4096), maxLine)
	for lines.Scan() {
		raw := bytes.TrimSpace(lines.Bytes())
		if len(raw) == 0 {
			continue
		}
		chunk, err := s.read(raw)
		if err != nil {
			yield(model.Chunk{}, err)
			return
		}
		if chunk.Text == "" && chunk.Done == nil {
			continue
		}
		if s.done = chunk.Done != nil; !yield(chunk, nil) || s.done {
			return
		}
	}
	switch err := lines.Err(); {
	case ctx.Err() != nil:
		yield(model.Chunk{}, ctx.Err())
	case errors.Is(err, bufio.ErrTooLong):
		yield(model.Chunk{}, &model.Error{Kind: model.Refused, Status: resp.StatusCode, Message: "Ollama sent a line of more than 1 MiB"})
	default:
		yield(model.Chunk{}, s.client.cut(err))
	}
}

// read turns one line into a chunk.
func (s *stream) read(raw []byte) (model.Chunk, error) {
	var l line
	if err := jsonhttp.Decode(raw, &l); err != nil {
		if bad, ok := errors.AsType[*json.SyntaxError](err); ok && bad.Offset >= int64(len(raw)) && raw[0] == '{' {
			return model.Chunk{}, s.client.cut(io.ErrUnexpectedEOF) // it stops in the middle of a line
		}
		return model.Chunk{}, s.client.garbage(err)
	}
	name := s.request.Model
	if l.RemoteHost != "" || l.RemoteModel != "" {
		s.client.noteRemote(name, true)
		return model.Chunk{}, remoteRefused(name)
	}
	if len(l.Error) > 0 && !bytes.Equal(l.Error, []byte("null")) {
		return model.Chunk{}, s.lineError(raw)
	}
	chunk := model.Chunk{Text: l.Response + l.Message.Content}
	if s.request.MaxTokens == 0 {
		chunk.Text = "" // the one token that had to be asked for
	}
	if s.bytes += len(chunk.Text); s.bytes > maxAnswer {
		return model.Chunk{}, &model.Error{Kind: model.Refused, Status: http.StatusOK, Message: "the answer is longer than 256 KiB"}
	}
	chunk.Tokens = jsonhttp.Align(chunk.Text, l.Logprobs)
	if !l.Done {
		return chunk, nil
	}
	stats, err := s.stats(l)
	if err != nil {
		return model.Chunk{}, err
	}
	chunk.Done = stats
	return chunk, nil
}

// lineError is an error that came after the status was sent. Its text is judged as that of a status would be.
func (s *stream) lineError(raw []byte) error {
	text := jsonhttp.ErrorText(raw)
	lower := strings.ToLower(text)
	switch {
	case tooLongText(lower):
		return tooLong(s.request.Model, http.StatusOK)
	case strings.Contains(lower, "model") && strings.Contains(lower, "not found"):
		return notInstalled(s.request.Model, http.StatusOK)
	}
	return s.client.serverError(text, http.StatusOK)
}

func (s *stream) stats(l line) (*model.Stats, error) {
	st := &model.Stats{
		PromptTokens: l.PromptEvalCount, Tokens: l.EvalCount, Load: l.LoadDuration,
		PromptTime: l.PromptEvalDuration, GenerationTime: l.EvalDuration, Reason: l.DoneReason,
	}
	if s.client.countsFreshOnly() {
		st.Evaluated, st.PromptTokens = st.PromptTokens, 0
	}
	if s.request.MaxTokens == 0 {
		st.Tokens = 0
	}
	switch {
	case st.PromptTokens >= s.request.Options.NumCtx:
		// Versions before truncate: false cut the prompt's head off and fill the context to the brim.
		return nil, tooLong(s.request.Model, http.StatusOK)
	case st.Reason == "load" && s.request.MaxTokens > 0:
		return nil, &model.Error{Kind: model.Failed, Status: http.StatusOK, Message: "Ollama had no prompt to answer and only loaded the model"}
	}
	return st, nil
}
