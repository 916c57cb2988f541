package ollama

import (
	"encoding/json"
	"net/http"
	"strconv"

	"sopro/internal/model"
	"sopro/internal/model/jsonhttp"
)

// Paths of the two ways to generate.
const (
	generatePath = "/api/generate"
	chatPath     = "/api/chat"
)

// generation is the body of /api/generate and /api/chat. Fields that a version does not know are ignored by it: think is
// known from 0.9 on, logprobs from 0.12.11, truncate from 0.12 on.
type generation struct {
	Model     string          `json:"model"`
	Prompt    *string         `json:"prompt,omitempty"`
	Suffix    string          `json:"suffix,omitempty"`
	Raw       bool            `json:"raw,omitempty"`
	Messages  []message       `json:"messages,omitempty"`
	Stream    bool            `json:"stream"`
	Think     *bool           `json:"think,omitempty"`
	Logprobs  bool            `json:"logprobs,omitempty"`
	Truncate  *bool           `json:"truncate,omitempty"`
	KeepAlive json.RawMessage `json:"keep_alive,omitempty"`
	Options   options         `json:"options"`
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// options are those that every version has. What makes a server load the model again stands first.
type options struct {
	NumCtx        int      `json:"num_ctx"`
	NumBatch      int      `json:"num_batch,omitempty"`
	NumThread     int      `json:"num_thread,omitempty"`
	NumPredict    int      `json:"num_predict,omitempty"`
	Temperature   float64  `json:"temperature"`
	Seed          int      `json:"seed"`
	RepeatPenalty float64  `json:"repeat_penalty"` // its default differs by version; code repeats itself rightly, so 1: none
	Stop          []string `json:"stop,omitempty"`
}

// Body returns the very request that Client.Stream sends for r.
//
// A request for no tokens (MaxTokens 0) is sent with num_predict 1, and the one token is dropped when it comes: to every
// version num_predict 0 means "without a limit", and an empty prompt only loads the model. Without a prompt and messages
// it is that empty prompt, which loads.
//
// A suffix without a prompt goes with a newline for a prompt, because Ollama takes an empty one as a wish to load only.
func Body(r model.Request) (method, path string, body []byte) {
	no := false
	g := generation{
		Model: r.Model, Raw: r.Raw, Stream: true, Logprobs: r.Logprobs,
		Truncate:  &no, // an error is better than a prompt whose head is gone
		KeepAlive: keepAlive(r.Options.KeepAlive),
		Options: options{
			NumCtx: r.Options.NumCtx, NumBatch: r.Options.NumBatch, NumThread: r.Options.NumThread,
			NumPredict: max(r.MaxTokens, 1), Temperature: r.Temperature, Seed: r.Seed, RepeatPenalty: 1, Stop: r.Stop,
		},
	}
	if r.NoThink {
		g.Think = &no
	}
	if len(r.Messages) > 0 {
		for _, m := range r.Messages {
			g.Messages = append(g.Messages, message(m))
		}
		g.Raw = false
		return http.MethodPost, chatPath, jsonhttp.Encode(g)
	}
	prompt := r.Prompt
	if prompt == "" && r.Suffix != "" {
		prompt = "\n"
	}
	g.Prompt, g.Suffix = &prompt, r.Suffix
	return http.MethodPost, generatePath, jsonhttp.Encode(g)
}

// Body returns the very request that Stream sends for r, as the function Body does.
func (c *Client) Body(r model.Request) (method, path string, body []byte) { return Body(r) }

// keepAlive is a number of seconds or a duration in quotes: Ollama refuses a number in quotes.
func keepAlive(s string) json.RawMessage {
	if s == "" {
		return nil
	}
	if _, err := strconv.Atoi(s); err == nil {
		return json.RawMessage(s)
	}
	return jsonhttp.Encode(s)
}
