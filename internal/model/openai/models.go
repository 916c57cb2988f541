package openai

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"strings"

	"sopro/internal/model"
	"sopro/internal/model/jsonhttp"
)

const (
	modelsPath = "/v1/models"
	propsPath  = "/props"       // llama.cpp's
	ollamaPath = "/api/version" // Ollama's
	maxModels  = 1000
	// plainTemplate is the size in bytes below which a ChatML template is taken for the one that llama.cpp puts in where
	// a model has none. A model's own is longer: 2,500 for qwen's.
	plainTemplate = 400
	// unsaidContext is taken for a server that does not say how many tokens it was started with: few have less.
	unsaidContext = 4096
)

// kind is which program the server is.
type kind uint8

const (
	other kind = iota
	llamaCpp
	vLLM
	sgLang
)

// String is the name that its makers give it.
func (k kind) String() string {
	return [...]string{"an OpenAI-compatible server", "llama.cpp", "vLLM", "SGLang"}[k]
}

// kinds are told by the owner of the models that a server lists.
var kinds = map[string]kind{"llamacpp": llamaCpp, "vllm": vLLM, "sglang": sgLang}

// server is what is known of the program that answers.
type server struct {
	kind    kind
	owner   string // as it says it
	version string // "" where it does not say one
}

func (c *Client) kind() kind {
	if s := c.server.Load(); s != nil {
		return s.kind
	}
	return other
}

// listed is one entry of /v1/models. Every server adds fields of its own.
type listed struct {
	ID          string `json:"id"`
	OwnedBy     string `json:"owned_by"`
	Root        string `json:"root"`          // vLLM, SGLang: what was loaded under the name
	MaxModelLen int    `json:"max_model_len"` // vLLM, SGLang: tokens of context
	Meta        struct {
		Params int64 `json:"n_params"`
		Size   int64 `json:"size"`
		Train  int   `json:"n_ctx_train"`
	} `json:"meta"` // llama.cpp
	Status struct {
		Value string `json:"value"`
	} `json:"status"` // llama.cpp that serves several models: "loaded", "unloaded", …
}

// props is what is used of llama.cpp's answer to /props.
type props struct {
	Settings struct {
		Context int `json:"n_ctx"`
	} `json:"default_generation_settings"`
	ModelPath    string `json:"model_path"`
	ChatTemplate string `json:"chat_template"`
	BuildInfo    string `json:"build_info"`
}

// list asks which models there are and finds out who answers.
func (c *Client) list(ctx context.Context) ([]listed, error) {
	var answer struct {
		Data []listed `json:"data"`
	}
	if err := c.get(ctx, http.MethodGet, modelsPath, nil, &answer); err != nil {
		return nil, err
	}
	if answer.Data == nil {
		return nil, c.garbage(nil)
	}
	out := make([]listed, 0, min(len(answer.Data), maxModels))
	for _, m := range answer.Data {
		if jsonhttp.Printable(m.ID) && len(out) < maxModels {
			out = append(out, m)
		}
	}
	owner := ""
	if len(out) > 0 {
		owner = out[0].OwnedBy
	}
	if known := c.server.Load(); known == nil || known.owner != owner {
		return out, c.identify(ctx, owner)
	}
	return out, nil
}

// identify finds out which program answers, once. Ollama is refused, because only its own interface tells which of its
// models run on another machine; whoever lists models under another program's name, but has not its paths, is asked too.
func (c *Client) identify(ctx context.Context, owner string) error {
	s := server{kind: kinds[owner], owner: owner}
	var said struct {
		Version string `json:"version"`
		Build   string `json:"build_info"`
	}
	ask, named := map[kind]string{llamaCpp: propsPath, vLLM: "/version", sgLang: "/get_server_info"}[s.kind]
	var err error
	if named {
		err = c.get(ctx, http.MethodGet, ask, nil, &said)
	}
	switch version := said.Version + said.Build; {
	case !named || absent(err):
		err = c.notOllama(ctx)
	case err != nil:
		err = ctx.Err() // else it does without a version
	case jsonhttp.Printable(version):
		s.version = version
	}
	if err == nil {
		c.server.Store(&s)
	}
	return err
}

// notOllama asks for what Ollama alone answers. Only who says that there is no such thing is another: what failed may have
// been Ollama, and is asked again.
func (c *Client) notOllama(ctx context.Context) error {
	var said struct {
		Version string `json:"version"`
	}
	err := c.get(ctx, http.MethodGet, ollamaPath, nil, &said)
	e, failed := errors.AsType[*model.Error](err)
	switch {
	case absent(err), err == nil && said.Version == "":
		return nil
	case err == nil:
		return &model.Error{
			Kind: model.Refused, Message: "Ollama answers at " + c.URL() + ", which openai.url names",
			Next: "name the address in ollama.url instead, where it is seen which of its models run on another machine",
		}
	case failed && e.Status != 0:
		return &model.Error{
			Kind: e.Kind, Status: e.Status, Err: err,
			Message: fmt.Sprintf("whether Ollama answers at %s, which openai.url names, cannot be found out: %s failed", c.URL(), ollamaPath),
			Next:    "if it is Ollama, name the address in ollama.url instead; if it is not, try again, or look at its log",
		}
	}
	return err
}

// absent reports whether a server said that it has no such path.
func absent(err error) bool {
	e, ok := errors.AsType[*model.Error](err)
	return ok && (e.Status == http.StatusNotFound || e.Status == http.StatusMethodNotAllowed)
}

// props asks llama.cpp for its properties; other servers have none. Without an answer nothing is known.
func (c *Client) props(ctx context.Context) props {
	var p props
	if c.kind() != llamaCpp || c.get(ctx, http.MethodGet, propsPath, nil, &p) != nil {
		return props{}
	}
	return p
}

// Models lists what is served. A server has no digests: the one here tells a model from another that is later served
// under its name.
func (c *Client) Models(ctx context.Context) ([]model.Installed, error) {
	served, err := c.list(ctx)
	if err != nil {
		return nil, err
	}
	p := c.props(ctx)
	out := make([]model.Installed, 0, len(served))
	for _, m := range served {
		out = append(out, model.Installed{
			Name: m.ID, ParameterSize: sizeIn(m.ID + " " + m.Root), Size: m.Meta.Size, Remote: model.Forwarded(m.ID),
			Digest: fmt.Sprint(m.ID, " ", m.Root, " ", m.MaxModelLen, " ", m.Meta, " ", p.Settings.Context, " ", p.ModelPath, " ", len(p.ChatTemplate)),
		})
	}
	return out, nil
}

var sizes = regexp.MustCompile(`(?i)[-_ ./:](\d+(?:\.\d+)?[bm])\b`)

// sizeIn finds a number of parameters in a name: 1.5B, 350M.
func sizeIn(name string) string {
	if found := sizes.FindStringSubmatch(" " + name); found != nil {
		return strings.ToUpper(found[1])
	}
	return ""
}

// Show describes one model. No server tells a vocabulary; where one is asked for, llama.cpp is asked instead whether it
// infills with this model, which costs the evaluation of a few tokens.
func (c *Client) Show(ctx context.Context, name string, vocabulary bool) (model.Details, error) {
	m, err := c.find(ctx, name)
	if err != nil {
		return model.Details{}, err
	}
	p := c.props(ctx)
	d := model.Details{
		Capabilities: []string{"completion"}, Template: p.ChatTemplate, ParameterCount: m.Meta.Params, Origin: m.Root,
		ContextLength: m.MaxModelLen, Remote: model.Forwarded(m.ID),
	}
	if strings.Contains(d.Template, "enable_thinking") {
		d.Capabilities = append(d.Capabilities, "thinking")
	}
	if len(d.Template) < plainTemplate && strings.Contains(d.Template, "<|im_start|>") {
		d.Template = ""
	}
	if c.kind() != llamaCpp {
		if d.ContextLength == 0 {
			d.ContextLength = unsaidContext
		}
		return d, nil
	}
	if d.ContextLength = p.Settings.Context; d.ContextLength == 0 { // it serves several models and has not loaded this one
		if d.ContextLength = unsaidContext; m.Meta.Train > 0 {
			d.ContextLength = min(m.Meta.Train, unsaidContext)
		}
	}
	if p.ModelPath != "" {
		d.Origin = path.Base(strings.ReplaceAll(p.ModelPath, `\`, "/"))
	}
	if vocabulary && c.infills(ctx, name) {
		d.Capabilities = append(d.Capabilities, "insert")
	}
	return d, nil
}

// infills asks llama.cpp for an infilling of no tokens.
func (c *Client) infills(ctx context.Context, name string) bool {
	var answer struct {
		Content *string `json:"content"`
	}
	question := infill{Model: name, InputPrefix: "a", InputSuffix: "b"}
	return c.get(ctx, http.MethodPost, infillPath, question, &answer) == nil && answer.Content != nil
}

func (c *Client) find(ctx context.Context, name string) (listed, error) {
	served, err := c.list(ctx)
	if err != nil {
		return listed{}, err
	}
	for _, m := range served {
		if m.ID == name {
			return m, nil
		}
	}
	return listed{}, c.notServed(name, 0)
}

// Loaded lists what is in memory: all that is served, but for llama.cpp's that loads on demand.
func (c *Client) Loaded(ctx context.Context) ([]model.Running, error) {
	served, err := c.list(ctx)
	if err != nil {
		return nil, err
	}
	p := c.props(ctx)
	var out []model.Running
	for _, m := range served {
		if s := m.Status.Value; s == "" || s == "loaded" {
			out = append(out, model.Running{Name: m.ID, Size: m.Meta.Size, ContextLength: max(m.MaxModelLen, p.Settings.Context)})
		}
	}
	return out, nil
}

// Resident says that such a server has its models in memory as long as it runs.
func (c *Client) Resident() bool { return true }

// Version is the server's version, "" where it does not say one: the list of models is the sign of life.
func (c *Client) Version(ctx context.Context) (string, error) {
	if _, err := c.list(ctx); err != nil {
		return "", err
	}
	if s := c.server.Load(); s != nil {
		return s.version, nil
	}
	return "", nil
}
