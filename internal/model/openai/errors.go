package openai

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
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		e.Kind, e.Message, e.Next = model.Refused, c.Server()+" at "+c.URL()+" wants a key", "put it into an environment variable and name that in openai.apiKeyEnv"
		if c.key != "" {
			e.Message, e.Next = c.Server()+" at "+c.URL()+" does not accept the key", "look at the value of "+c.keyName
		}
	case status == http.StatusNotFound && name != "" && strings.Contains(lower, "model"):
		return c.notServed(name, status)
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		e.Message = "what answers at " + c.URL() + " is no OpenAI-compatible model server"
		e.Next = "look at openai.url: it is the address, and the path before /v1 where there is one"
	case status >= 300 && status < 400:
		e.Kind, e.Message = model.Refused, c.URL()+" sends us to another address, which is not followed"
		e.Next = "set openai.url to the address that the model server itself listens on"
	case status == http.StatusTooManyRequests:
		e.Kind, e.Message, e.Next = model.Busy, c.Server()+" has had too many requests", "try again in a moment"
	case status == http.StatusServiceUnavailable && strings.Contains(lower, "loading"):
		e.Kind, e.Message, e.Next = model.Busy, c.Server()+" at "+c.URL()+" is still loading its model", "wait a moment"
	case status == http.StatusServiceUnavailable:
		e.Kind, e.Message, e.Next = model.Busy, c.Server()+" is busy with other requests", "try again in a moment"
	default:
		return c.said(name, status, text, lower)
	}
	return e
}

// said judges a failure by the server's words, with a status or within a stream.
func (c *Client) said(name string, status int, text, lower string) error {
	context := strings.Contains(lower, "context")
	switch {
	case context && (strings.Contains(lower, "exceed") || strings.Contains(lower, "longer than") || strings.Contains(lower, "maximum")):
		return &model.Error{
			Kind: model.TooLong, Status: status, Message: fmt.Sprintf("the prompt does not fit into the context of %q", name),
			Next: "lower completion.contextTokens, or start the model server with a larger context",
		}
	case strings.Contains(lower, "suffix is not") || strings.Contains(lower, "param: suffix") || strings.Contains(lower, "infill is not"):
		return &model.Error{
			Kind: model.NoInsert, Status: status, Message: fmt.Sprintf("%s does not infill with the model %q", c.Server(), name),
			Next: "describe its layout under models.families, or serve a model whose family is known",
		}
	case strings.Contains(lower, "model") && (strings.Contains(lower, "not found") || strings.Contains(lower, "does not exist")):
		return c.notServed(name, status)
	case text == "":
		text = fmt.Sprintf("status %d without a word", status)
	}
	return &model.Error{Kind: model.Failed, Status: status, Message: c.Server() + " failed: " + text, Next: "its log may say more", Quotes: true}
}

func (c *Client) notServed(name string, status int) error {
	return &model.Error{
		Kind: model.NotFound, Status: status, Message: fmt.Sprintf("%s at %s does not serve the model %q", c.Server(), c.URL(), name),
		Next: `start it with that model, or set models.completion and models.chat to "auto"`,
	}
}

// forwarded refuses a model whose tag says that Ollama would send the code on, which could stand behind any server.
func forwarded(name string) error {
	return &model.Error{
		Kind: model.Refused, Message: fmt.Sprintf("the model %q does not run on this machine: its tag says that Ollama would forward your code to the internet", name),
		Next: "choose one that runs here",
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
	c.server.Store(nil) // what comes back may be another one
	c.mute.Store(false)
	e := &model.Error{Kind: model.Unreachable, Err: err, Message: "no model server answers at " + c.URL(), Next: "start it, or look at openai.url"}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		e.Message, e.Next = fmt.Sprintf("the host %q of openai.url cannot be found", dns.Name), "look at its spelling"
	} else if why, unknown, ok := jsonhttp.Untrusted(err); ok {
		e.Message, e.Next = "the model server at "+c.URL()+" is not trusted: "+why, "look at openai.url"
		if unknown {
			e.Next = "if it is yours, name the authority's certificate file in openai.caFile"
		}
	} else if !jsonhttp.Dialling(err) {
		e.Message, e.Next = "the model server at "+c.URL()+" closed the connection without an answer", "look whether it still runs"
	}
	return e
}

// cut is an answer that ended before it was finished. A cause means that the connection broke.
func (c *Client) cut(cause error) error {
	if errors.Is(cause, io.EOF) {
		cause = nil
	}
	return &model.Error{
		Kind: model.Cut, Status: http.StatusOK, Message: "the answer of " + c.Server() + " ended before it was finished",
		Next: "try again; its log may say why", Err: cause,
	}
}

func (c *Client) garbage(cause error) error {
	return &model.Error{
		Kind: model.Failed, Status: http.StatusOK, Message: "what answers at " + c.URL() + " does not speak the language of an OpenAI-compatible server",
		Next: "look at openai.url", Err: cause,
	}
}
