package ollama

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"sopro/internal/model"
	"sopro/internal/model/jsonhttp"
)

// statusError says in words what a status and the server's text mean. name is the model that was asked for, if any.
func (c *Client) statusError(name string, status int, text string) error {
	e := &model.Error{Kind: model.Failed, Status: status}
	lower := strings.ToLower(text)
	switch {
	case status == http.StatusNotFound && strings.Contains(lower, "model"):
		return notInstalled(name, status)
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		e.Message = "what answers at " + c.URL() + " is not Ollama"
		e.Next = c.elsewhere()
	case status >= 300 && status < 400:
		e.Kind, e.Message = model.Refused, c.URL()+" sends us to another address, which is not followed"
		e.Next = "set ollama.url to the address that Ollama itself listens on"
	case status == http.StatusServiceUnavailable:
		e.Kind, e.Message, e.Next = model.Busy, "Ollama is busy with other requests", "try again in a moment"
	case strings.Contains(lower, "does not support insert"):
		e.Kind, e.Message = model.NoInsert, fmt.Sprintf("the model %q cannot infill", name)
		e.Next = `choose one that can: run "ollama pull qwen2.5-coder:1.5b"`
	case tooLongText(lower):
		return tooLong(name, status)
	default:
		return c.serverError(text, status)
	}
	return e
}

// elsewhere is what to look at where something else answers.
func (c *Client) elsewhere() string {
	if strings.Trim(c.base.Path, "/") != "" {
		return "look at ollama.url: it should be the address alone, without a path"
	}
	return "look at ollama.url: is it the right port? Ollama's own is 11434"
}

// failedWith stands before a server's own words.
const failedWith = "Ollama failed: "

// serverError passes on what the server says of its own failure.
func (c *Client) serverError(text string, status int) error {
	if text == "" {
		text = fmt.Sprintf("status %d without a word", status)
	}
	return &model.Error{Kind: model.Failed, Status: status, Message: failedWith + text, Next: "its log may say more", Quotes: true}
}

func tooLongText(lower string) bool {
	return strings.Contains(lower, "context") && (strings.Contains(lower, "exceed") || strings.Contains(lower, "longer than"))
}

func notInstalled(name string, status int) error {
	return &model.Error{
		Kind: model.NotFound, Status: status,
		Message: fmt.Sprintf("model %q is not installed", name), Next: fmt.Sprintf("run %q", "ollama pull "+name),
	}
}

func tooLong(name string, status int) error {
	return &model.Error{
		Kind: model.TooLong, Status: status, Message: fmt.Sprintf("the prompt does not fit into the context of %q", name),
		Next: "lower completion.contextTokens or raise ollama.numCtx",
	}
}

func remoteRefused(name string) error {
	return &model.Error{
		Kind: model.Refused, Message: fmt.Sprintf("the model %q does not run on this machine: Ollama would forward your code to the internet", name),
		Next: `choose a local one: run "ollama pull qwen2.5-coder:1.5b"`,
	}
}

// unanswered says why a request got no answer at all.
func (c *Client) unanswered(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if refused, ok := errors.AsType[*model.Error](err); ok {
		return refused
	}
	e := &model.Error{Kind: model.Unreachable, Err: err}
	e.Message = "Ollama is not running at " + c.URL()
	e.Next = `start it with "ollama serve"`
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		e.Message = fmt.Sprintf("the host %q of ollama.url cannot be found", dns.Name)
		e.Next = "look at its spelling"
	} else if why, _, ok := jsonhttp.Untrusted(err); ok {
		e.Message = "Ollama at " + c.URL() + " is not trusted: " + why
		e.Next = "have this machine trust the authority that signed it"
	} else if !jsonhttp.Dialling(err) {
		e.Message = "Ollama at " + c.URL() + " closed the connection without an answer"
		e.Next = `look whether it still runs, else start it with "ollama serve"`
	}
	return e
}

// cut is an answer that ended before it was finished. A cause means that the connection broke.
func (c *Client) cut(cause error) error {
	if errors.Is(cause, io.EOF) {
		cause = nil
	}
	return &model.Error{
		Kind: model.Cut, Status: http.StatusOK, Message: "Ollama's answer ended before it was finished", Next: "try again; Ollama's log may say why", Err: cause,
	}
}

func (c *Client) garbage(cause error) error {
	return &model.Error{
		Kind: model.Failed, Status: http.StatusOK, Message: "what answers at " + c.URL() + " does not speak Ollama's language",
		Next: "look at ollama.url", Err: cause,
	}
}
