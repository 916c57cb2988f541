package openai

import (
	"net/http"

	"sopro/internal/model"
	"sopro/internal/model/jsonhttp"
)

// Paths of the three ways to generate.
const (
	completionsPath = "/v1/completions"
	chatPath        = "/v1/chat/completions"
	infillPath      = "/infill" // llama.cpp's
)

// common is what every server takes, in both of OpenAI's ways.
type common struct {
	Model         string        `json:"model"`
	Stream        bool          `json:"stream"`
	StreamOptions streamOptions `json:"stream_options"`
	MaxTokens     int           `json:"max_tokens"`
	Temperature   float64       `json:"temperature"`
	Seed          int           `json:"seed"`
	Stop          []string      `json:"stop,omitempty"`
	extras
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

// extras are fields that only some servers know; another may refuse a request that has them.
type extras struct {
	CachePrompt       bool    `json:"cache_prompt,omitempty"`         // llama.cpp: older versions do not by themselves
	RepeatPenalty     float64 `json:"repeat_penalty,omitempty"`       // llama.cpp: code repeats itself rightly, so 1, none
	RepetitionPenalty float64 `json:"repetition_penalty,omitempty"`   // vLLM, SGLang: else a model's own settings count
	SkipSpecialTokens *bool   `json:"skip_special_tokens,omitempty"`  // vLLM, SGLang: a stop that is not shown stops nothing
	TemplateSettings  *think  `json:"chat_template_kwargs,omitempty"` // all three
}

// think tells the template of a model that can think not to; other templates do not look at it.
type think struct {
	EnableThinking bool `json:"enable_thinking"`
}

type completion struct {
	Prompt string `json:"prompt"`
	Suffix string `json:"suffix,omitempty"`
	common
	Logprobs int `json:"logprobs,omitempty"`
}

type chat struct {
	Messages []message `json:"messages"`
	common
	Logprobs bool `json:"logprobs,omitempty"`
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// infill is the body of llama.cpp's /infill, which lays prefix and suffix out by the model's own tokens.
type infill struct {
	Model       string   `json:"model"`
	InputPrefix string   `json:"input_prefix"`
	InputSuffix string   `json:"input_suffix"`
	Prompt      string   `json:"prompt"`
	Stream      bool     `json:"stream"`
	NPredict    int      `json:"n_predict"`
	Temperature float64  `json:"temperature"`
	Seed        int      `json:"seed"`
	Stop        []string `json:"stop,omitempty"`
	NProbs      int      `json:"n_probs,omitempty"`
	extras
}

// Body returns the very request that Stream sends for r, to the kind of server that is known by now.
//
// A request for no tokens (MaxTokens 0) asks for one, which is dropped when it comes: not every server takes 0.
func (c *Client) Body(r model.Request) (method, path string, body []byte) {
	kind := c.kind()
	probabilities := 0
	if r.Logprobs = r.Logprobs && !c.mute.Load(); r.Logprobs {
		probabilities = 1
	}
	if kind == llamaCpp && len(r.Messages) == 0 && !r.Raw && r.Suffix != "" {
		return http.MethodPost, infillPath, jsonhttp.Encode(infill{
			Model: r.Model, InputPrefix: r.Prompt, InputSuffix: r.Suffix, Stream: true, NPredict: max(r.MaxTokens, 1),
			Temperature: r.Temperature, Seed: r.Seed, Stop: r.Stop, NProbs: probabilities, extras: extrasFor(kind, r),
		})
	}
	shared := common{
		Model: r.Model, Stream: true, StreamOptions: streamOptions{true}, MaxTokens: max(r.MaxTokens, 1),
		Temperature: r.Temperature, Seed: r.Seed, Stop: r.Stop, extras: extrasFor(kind, r),
	}
	if len(r.Messages) == 0 {
		return http.MethodPost, completionsPath, jsonhttp.Encode(completion{Prompt: r.Prompt, Suffix: r.Suffix, common: shared, Logprobs: probabilities})
	}
	q := chat{common: shared, Logprobs: r.Logprobs}
	for _, m := range r.Messages {
		q.Messages = append(q.Messages, message(m))
	}
	return http.MethodPost, chatPath, jsonhttp.Encode(q)
}

func extrasFor(kind kind, r model.Request) extras {
	var e extras
	switch kind {
	case llamaCpp:
		e.CachePrompt, e.RepeatPenalty = true, 1
	case vLLM, sgLang:
		e.RepetitionPenalty = 1
		if r.Raw {
			no := false
			e.SkipSpecialTokens = &no
		}
	default:
		return e
	}
	if len(r.Messages) > 0 {
		e.TemplateSettings = &think{EnableThinking: false}
	}
	return e
}
