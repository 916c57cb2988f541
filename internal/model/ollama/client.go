// Package ollama asks an Ollama server, of any version from 0.6 on.
//
// Goals:
//   - What a server of one version does not know is left out by it or read as unknown here; nothing is sent that an
//     older one stumbles over.
//   - Nothing is silently wrong: a stream that was cut, a prompt that was truncated, an error inside a 200 are errors.
//   - Nothing leaves the machine: only loopback addresses are dialled unless the user's own config allows more, no
//     redirect is followed, and a model that the server would forward to another machine is refused.
//   - What a server sends costs bounded memory.
//
// Non-goals: retrying, queueing and health (package model's Endpoint has them), asking a person whether a model may
// be pulled or removed, embeddings.
package ollama

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

	"sopro/internal/model"
	"sopro/internal/model/jsonhttp"
)

// Options say how a server is reached.
type Options struct {
	AllowRemote bool          // privacy.allowRemote: addresses beyond this machine may be dialled
	Resolver    *net.Resolver // nil: the system's
}

// Client is a model.Backend that speaks Ollama's protocol. It is safe for concurrent use.
type Client struct {
	base    *url.URL
	http    *http.Client
	version atomic.Pointer[string] // the last one the server told
	remote  sync.Map               // canonical names of models that the server forwards elsewhere
}

var _ model.Backend = (*Client)(nil)

// New returns a client of the server at address, which is read by ParseHost. Nothing is dialled yet; whether the address
// is allowed shows when it is.
func New(address string, o Options) (*Client, error) {
	base, err := ParseHost(address)
	if err != nil {
		return nil, &model.Error{Kind: model.Refused, Message: err.Error(), Next: `set ollama.url to something like "http://127.0.0.1:11434"`, Err: err}
	}
	return &Client{base: base, http: jsonhttp.NewClient(jsonhttp.Reach{
		Server: "Ollama", AllowRemote: o.AllowRemote, Resolver: o.Resolver,
	})}, nil
}

// URL returns the server's address, as it may be shown.
func (c *Client) URL() string { return c.base.String() }

// Close gives idle connections up. Running requests are not touched.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// do sends a request and returns the answer where its status is 200; the caller closes its body.
func (c *Client) do(ctx context.Context, name, method, path string, body []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base.JoinPath(path).String(), bytes.NewReader(body))
	if err != nil {
		return nil, &model.Error{Kind: model.Failed, Message: "the request to Ollama cannot be made", Err: err}
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	// Every request here may be sent again, if a kept connection turns out to be dead before an answer began (a server
	// that was restarted meanwhile): also a pull, which goes on, and a removal, which a server that died did not do. An empty value says so to net/http and is not sent.
	req.Header["Idempotency-Key"] = []string{}
	wire := model.WireOf(ctx)
	wire.Sent(method, path, body)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.unanswered(ctx, err)
	}
	wire.Answered(resp.StatusCode)
	if resp.StatusCode != http.StatusOK {
		defer resp.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(resp.Body, jsonhttp.MaxErrorText))
		return nil, c.statusError(name, resp.StatusCode, jsonhttp.ErrorText(text))
	}
	return resp, nil
}

// get asks a question whose answer is one JSON value of at most limit bytes.
func (c *Client) get(ctx context.Context, name, method, path string, question any, limit int64, answer any) error {
	var body []byte
	if question != nil {
		body = jsonhttp.Encode(question)
	}
	resp, err := c.do(ctx, name, method, path, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return c.cut(err)
	case int64(len(raw)) > limit:
		return &model.Error{Kind: model.Refused, Message: "Ollama's answer to " + path + " is too large", Status: resp.StatusCode}
	}
	if err := jsonhttp.Decode(raw, answer); err != nil {
		return c.garbage(err)
	}
	return nil
}

// canonical is the name under which Ollama knows a model: names do not differ by case, and a tag can be left out.
func canonical(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if !strings.Contains(name[strings.LastIndexByte(name, '/')+1:], ":") {
		name += ":latest"
	}
	return name
}

// isRemote reports whether a model is known to run on another machine: from what the server said, or by its tag.
func (c *Client) isRemote(name string) bool {
	_, known := c.remote.Load(canonical(name))
	return known || model.Forwarded(name)
}

func (c *Client) noteRemote(name string, remote bool) {
	if remote {
		c.remote.Store(canonical(name), true)
	} else {
		c.remote.Delete(canonical(name))
	}
}
