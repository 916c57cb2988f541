package ollama

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"sopro/internal/model"
	"sopro/internal/model/jsonhttp"
)

// Bounds of the answers, in bytes. A vocabulary comes with its merges, scores and types: 20 MB for 256,000 tokens.
const (
	maxSmallAnswer = jsonhttp.MaxSmall
	maxVocabulary  = 64 << 20
)

type details struct {
	Family            string `json:"family"`
	ParameterSize     string `json:"parameter_size"`
	QuantizationLevel string `json:"quantization_level"`
}

// Models lists what is installed.
func (c *Client) Models(ctx context.Context) ([]model.Installed, error) {
	var answer struct {
		Models []struct {
			Name        string    `json:"name"`
			Model       string    `json:"model"`
			RemoteModel string    `json:"remote_model"`
			RemoteHost  string    `json:"remote_host"`
			ModifiedAt  time.Time `json:"modified_at"`
			Size        int64     `json:"size"`
			Digest      string    `json:"digest"`
			Details     details   `json:"details"`
		} `json:"models"`
	}
	if err := c.get(ctx, "", http.MethodGet, "/api/tags", nil, maxSmallAnswer, &answer); err != nil {
		return nil, err
	}
	out := make([]model.Installed, 0, len(answer.Models))
	for _, m := range answer.Models {
		if !jsonhttp.Printable(m.Name) {
			continue
		}
		c.noteRemote(m.Name, m.RemoteHost != "" || m.RemoteModel != "")
		out = append(out, model.Installed{
			Name: m.Name, Family: m.Details.Family, ParameterSize: m.Details.ParameterSize, Quantization: m.Details.QuantizationLevel,
			Size: m.Size, Modified: m.ModifiedAt, Digest: m.Digest, Remote: c.isRemote(m.Name),
		})
	}
	return out, nil
}

// Show describes one model.
func (c *Client) Show(ctx context.Context, name string, vocabulary bool) (model.Details, error) {
	question := struct {
		Model   string `json:"model"`
		Verbose bool   `json:"verbose,omitempty"`
	}{name, vocabulary}
	var answer struct {
		License      string                     `json:"license"`
		Parameters   string                     `json:"parameters"`
		Template     string                     `json:"template"`
		Details      details                    `json:"details"`
		RemoteModel  string                     `json:"remote_model"`
		RemoteHost   string                     `json:"remote_host"`
		ModelInfo    map[string]json.RawMessage `json:"model_info"`
		Capabilities []string                   `json:"capabilities"`
	}
	limit := int64(maxSmallAnswer)
	if vocabulary {
		limit = maxVocabulary
	}
	if err := c.get(ctx, name, http.MethodPost, "/api/show", question, limit, &answer); err != nil {
		return model.Details{}, err
	}
	c.noteRemote(name, answer.RemoteHost != "" || answer.RemoteModel != "")
	d := model.Details{
		Capabilities: answer.Capabilities, Template: answer.Template, Parameters: answer.Parameters, Family: answer.Details.Family,
		License: answer.License, Remote: c.isRemote(name),
		Architecture:   value[string](answer.ModelInfo, "general.architecture"),
		ParameterCount: int64(value[float64](answer.ModelInfo, "general.parameter_count")),
	}
	d.ContextLength = int(value[float64](answer.ModelInfo, d.Architecture+".context_length"))
	if vocabulary {
		d.Vocabulary = value[[]string](answer.ModelInfo, "tokenizer.ggml.tokens")
	}
	return d, nil
}

// value reads one entry of a model's metadata; what is missing or of another type is zero.
func value[T any](info map[string]json.RawMessage, key string) T {
	var v T
	if raw, ok := info[key]; ok && json.Unmarshal(raw, &v) != nil {
		return *new(T)
	}
	return v
}

// Loaded lists what is in memory.
func (c *Client) Loaded(ctx context.Context) ([]model.Running, error) {
	var answer struct {
		Models []struct {
			Name          string    `json:"name"`
			Size          int64     `json:"size"`
			SizeVRAM      int64     `json:"size_vram"`
			ContextLength int       `json:"context_length"`
			ExpiresAt     time.Time `json:"expires_at"`
		} `json:"models"`
	}
	if err := c.get(ctx, "", http.MethodGet, "/api/ps", nil, maxSmallAnswer, &answer); err != nil {
		return nil, err
	}
	out := make([]model.Running, 0, len(answer.Models))
	for _, m := range answer.Models {
		out = append(out, model.Running{Name: m.Name, Size: m.Size, VRAM: m.SizeVRAM, ContextLength: m.ContextLength, Expires: m.ExpiresAt})
	}
	return out, nil
}

// Version is the server's version, such as "0.17.4".
func (c *Client) Version(ctx context.Context) (string, error) {
	var answer struct {
		Version string `json:"version"`
	}
	if err := c.get(ctx, "", http.MethodGet, "/api/version", nil, maxSmallAnswer, &answer); err != nil {
		return "", err
	}
	if !jsonhttp.Printable(answer.Version) {
		return "", c.garbage(nil)
	}
	c.version.Store(&answer.Version)
	return answer.Version, nil
}

// countsFreshOnly reports whether the server's prompt_eval_count leaves out what came from the cache. 0.30.0 did, with
// its release candidates; versions before and after it count the whole prompt.
func (c *Client) countsFreshOnly() bool {
	v := c.version.Load()
	return v != nil && (*v == "0.30.0" || strings.HasPrefix(*v, "0.30.0-"))
}
