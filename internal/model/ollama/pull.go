package ollama

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"unicode"

	"sopro/internal/model"
	"sopro/internal/model/jsonhttp"
)

const (
	pullPath   = "/api/pull"
	deletePath = "/api/delete"
	maxStatus  = 80  // characters of a status that are shown
	maxDigest  = 100 // bytes; "sha256:" and 64 digits are 71
)

var _ model.Manager = (*Client)(nil)

// Pull installs a model; see model.Manager. Ollama keeps the parts of a layer that have come, for days, and asks only for
// the rest when the same name is pulled again.
func (c *Client) Pull(ctx context.Context, name string) iter.Seq2[model.Progress, error] {
	return func(yield func(model.Progress, error) bool) {
		if err := c.Refuses(name); err != nil {
			yield(model.Progress{}, err)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		resp, err := c.do(ctx, name, http.MethodPost, pullPath, jsonhttp.Encode(pullRequest{name, true}))
		if err != nil {
			yield(model.Progress{}, c.notPulled(name, err))
			return
		}
		defer resp.Body.Close()
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(make([]byte, 0, 4096), maxLine)
		for lines.Scan() {
			raw := bytes.TrimSpace(lines.Bytes())
			if len(raw) == 0 {
				continue
			}
			step, err := c.pulled(name, raw)
			if err != nil {
				yield(model.Progress{}, err)
				return
			}
			if !yield(step, nil) || step.Status == success {
				return
			}
		}
		if ctx.Err() != nil {
			yield(model.Progress{}, ctx.Err())
			return
		}
		yield(model.Progress{}, pullCut(name, lines.Err()))
	}
}

// Refuses says why a model is not pulled: it is known to run on another machine. Nothing is sent.
func (c *Client) Refuses(name string) error {
	if c.isRemote(name) {
		return remoteRefused(name)
	}
	return nil
}

// success is the status of a pull that is complete. A stream that ends without it was cut.
const success = "success"

type pullRequest struct {
	Model  string `json:"model"`
	Stream bool   `json:"stream"`
}

// pulled reads one line of a pull.
func (c *Client) pulled(name string, raw []byte) (model.Progress, error) {
	var l struct {
		Status    string          `json:"status"`
		Digest    string          `json:"digest"`
		Total     int64           `json:"total"`
		Completed int64           `json:"completed"`
		Error     json.RawMessage `json:"error"`
	}
	if err := jsonhttp.Decode(raw, &l); err != nil {
		if bad, ok := errors.AsType[*json.SyntaxError](err); ok && bad.Offset >= int64(len(raw)) && raw[0] == '{' {
			return model.Progress{}, pullCut(name, nil) // it stops in the middle of a line
		}
		return model.Progress{}, c.garbage(err)
	}
	if len(l.Error) > 0 && !bytes.Equal(l.Error, []byte("null")) {
		return model.Progress{}, c.pullError(name, http.StatusOK, jsonhttp.ErrorText(raw))
	}
	if len(l.Digest) > maxDigest || !downloads(l.Total) || !downloads(l.Completed) {
		return model.Progress{}, c.garbage(errors.New("a layer that no model has"))
	}
	return model.Progress{Status: plainStatus(l.Status), Layer: l.Digest, Total: l.Total, Completed: l.Completed}, nil
}

// downloads says whether a number can be that of a layer's bytes.
func downloads(bytes int64) bool { return bytes >= 0 && bytes <= model.MaxLayerBytes }

// plainStatus is a server's status as it may be shown.
func plainStatus(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > maxStatus {
		s = string(runes[:maxStatus]) + "…"
	}
	return s
}

// notPulled rewrites an error that came with a status: what a generation would be told does not help here.
func (c *Client) notPulled(name string, err error) error {
	e, ok := errors.AsType[*model.Error](err)
	if !ok || e.Status == 0 {
		return err
	}
	if e.Kind == model.NotFound {
		return noSuchModel(name, e.Status)
	}
	if e.Quotes {
		return c.pullError(name, e.Status, strings.TrimPrefix(e.Message, failedWith))
	}
	return err
}

// pullError says in words what a server says of a pull that failed.
func (c *Client) pullError(name string, status int, text string) error {
	lower := strings.ToLower(text)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(lower, w) {
				return true
			}
		}
		return false
	}
	e := &model.Error{Kind: model.Failed, Status: status}
	switch {
	case has("no space left", "disk full", "not enough space", "disk quota"):
		e.Message = fmt.Sprintf("the disk is full: %s could not be pulled", name)
		e.Next = "free some space and pull it again; what has come is kept"
	case has("file does not exist", "not found", "manifest unknown"):
		return noSuchModel(name, status)
	case has("newer version"):
		e.Message, e.Next = fmt.Sprintf("%s needs a newer Ollama", name), "update Ollama and pull it again"
	case has("tag is not available"): // Hugging Face's, with 400
		e.Kind, e.Message, e.Next = model.NotFound, fmt.Sprintf("%s is there, but not with that tag", nameOnly(name)), "look at its page for the tags it has, or leave the tag out"
	case has("unauthorized", "access denied", "authentication", "invalid username or password", "manifest: 401", "manifest: 403"):
		e.Message = fmt.Sprintf("%s does not give %s to everybody, or has no such model", model.Registry(name), name) // Hugging Face says the same of both
		e.Next = "look at its spelling, and at its page for what it asks for"
	case has("no such host", "dial tcp", "i/o timeout", "connection refused", "connection reset", "max retries", "tls handshake", "unexpected eof", "stalled"):
		e.Message = fmt.Sprintf("Ollama cannot reach the registry that has %s", name)
		e.Next = "is this machine on line? Pull it again then: it goes on where it stopped"
	case has("digest mismatch"):
		e.Message, e.Next = fmt.Sprintf("what came of %s was damaged on its way", name), "pull it again"
	case has("invalid model name"):
		e.Kind, e.Message, e.Next = model.Refused, fmt.Sprintf("Ollama does not take %s for a model's name", name), "look at its spelling"
	default:
		return c.serverError(text, status)
	}
	return e
}

// nameOnly is a name without its tag.
func nameOnly(name string) string {
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
		return name[:i]
	}
	return name
}

func noSuchModel(name string, status int) error {
	return &model.Error{
		Kind: model.NotFound, Status: status, Message: fmt.Sprintf("there is no model %q to pull", name),
		Next: "look at its spelling; https://ollama.com/library lists what there is",
	}
}

// pullCut is a pull whose stream ended before its last line.
func pullCut(name string, cause error) error {
	return &model.Error{
		Kind: model.Cut, Status: http.StatusOK, Message: fmt.Sprintf("the download of %s was cut off", name),
		Next: "pull it again: it goes on where it stopped", Err: cause,
	}
}

// Remove uninstalls a model.
func (c *Client) Remove(ctx context.Context, name string) error {
	resp, err := c.do(ctx, name, http.MethodDelete, deletePath, jsonhttp.Encode(struct {
		Model string `json:"model"`
	}{name}))
	if model.IsKind(err, model.NotFound) {
		return &model.Error{
			Kind: model.NotFound, Status: http.StatusNotFound, Message: fmt.Sprintf("model %q is not installed", name),
			Next: `"sopro models list" shows what is`,
		}
	}
	if err != nil {
		return err
	}
	c.noteRemote(name, false)
	return resp.Body.Close()
}
