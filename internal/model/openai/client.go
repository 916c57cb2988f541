// Package openai asks a model server that speaks the HTTP interface of OpenAI: llama.cpp's server, vLLM, SGLang, and others
// of which less is known.
//
// Goals:
//   - The same engine as before Ollama: a family's own layout goes as it is through /v1/completions, so the order of a
//     prompt and what a server's cache keeps of it hold; chats go through /v1/chat/completions.
//   - What one kind of server gives beyond the common interface is used where it is known: token probabilities in both
//     spellings, llama.cpp's /props and /infill, timings.
//   - Nothing leaves the machine unless the user's own config allows it, and a key goes to the configured host alone,
//     encrypted or on this machine; no redirect is followed; no error, trace or log has the key.
//   - A cut or failed stream is an error and never an answer. What a server sends costs bounded memory.
//
// Non-goals: retrying, queueing and health (package model's Endpoint has them), loading and unloading models, embeddings,
// tools, images.
//
// Built from the documentation of these servers (llama.cpp's tools/server, vLLM's and SGLang's OpenAI-compatible servers).
package openai

import (
	"bytes"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"

	"sopro/internal/model"
	"sopro/internal/model/jsonhttp"
)

// maxCAFile bounds a file of certificates, in bytes. That of a whole system has a quarter of it.
const maxCAFile = 1 << 20

// Options say how a server is reached.
type Options struct {
	AllowRemote bool          // privacy.allowRemote: addresses beyond this machine may be dialled
	Key         string        // sent with every request; "": none
	KeyName     string        // the environment variable that Key comes from, for messages
	CAFile      string        // path of a file of certificates (PEM) that are trusted besides the system's; "": none
	Resolver    *net.Resolver // nil: the system's
}

// Client is a model.Backend. It is safe for concurrent use.
type Client struct {
	base    *url.URL
	http    *http.Client
	key     string
	keyName string
	server  atomic.Pointer[server] // nil until it has said what it is, and again when it is lost
	mute    atomic.Bool            // the server refuses to tell probabilities, and is not asked for them again
}

var _ model.Backend = (*Client)(nil)

// New returns a client of the server at address: http or https, a host, perhaps a path before /v1, which may be left out.
// Nothing is dialled yet; whether the address is allowed shows when it is.
func New(address string, o Options) (*Client, error) {
	base, err := jsonhttp.ParseAddress(address, "80")
	if err != nil {
		return nil, &model.Error{Kind: model.Refused, Message: err.Error(), Next: `set openai.url to something like "http://127.0.0.1:8080"`, Err: err}
	}
	base.Path = strings.TrimSuffix(base.Path, "/v1")
	if strings.ContainsFunc(o.Key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, &model.Error{Kind: model.Refused, Message: "the value of " + o.KeyName + ", which openai.apiKeyEnv names, cannot be a key", Next: "it has a blank or a character that is not ASCII"}
	}
	reach := jsonhttp.Reach{
		Server: "the model server", AllowRemote: o.AllowRemote, Resolver: o.Resolver,
		ClearKey: o.Key != "" && base.Scheme != "https",
	}
	if o.CAFile != "" {
		if reach.Authorities, err = authorities(o.CAFile); err != nil {
			return nil, err
		}
	}
	return &Client{base: base, http: jsonhttp.NewClient(reach), key: o.Key, keyName: o.KeyName}, nil
}

// authorities are those of the system and those in a file.
func authorities(path string) (*x509.CertPool, error) {
	refused := func(why string) error {
		return &model.Error{Kind: model.Refused, Message: fmt.Sprintf("the certificates of openai.caFile cannot be used: %s", why), Next: "name a file with certificates in PEM form"}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, refused("the file cannot be opened")
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() || info.Size() > maxCAFile {
		return nil, refused("it is no file of at most 1 MiB")
	}
	text, err := io.ReadAll(io.LimitReader(f, maxCAFile))
	if err != nil {
		return nil, refused("the file cannot be read")
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, refused("there is none in the file")
	}
	return pool, nil
}

// URL returns the server's address, as it may be shown.
func (c *Client) URL() string { return c.base.String() }

// Server is what the server is called, as far as that is known.
func (c *Client) Server() string {
	if s := c.server.Load(); s != nil && s.kind != other {
		return s.kind.String()
	}
	return "the model server"
}

// Close gives idle connections up. Running requests are not touched.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// do sends a request and returns the answer where its status is 200; the caller closes its body. name is the model that
// is asked for, if any.
func (c *Client) do(ctx context.Context, name, method, path string, body []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base.JoinPath(path).String(), bytes.NewReader(body))
	if err != nil {
		return nil, &model.Error{Kind: model.Failed, Message: "the request to the model server cannot be made", Err: err}
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.key != "" {
		req.Header.Set("Authorization", "Bearer "+c.key)
	}
	// Every request may be sent again, if a kept connection turns out to be dead before an answer began. An empty value
	// says so to net/http and is not sent.
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
		return nil, c.statusError(name, resp.StatusCode, c.words(text))
	}
	return resp, nil
}

// get asks a question whose answer is one JSON value.
func (c *Client) get(ctx context.Context, method, path string, question, answer any) error {
	var body []byte
	if question != nil {
		body = jsonhttp.Encode(question)
	}
	resp, err := c.do(ctx, "", method, path, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, jsonhttp.MaxSmall+1))
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return c.cut(err)
	case len(raw) > jsonhttp.MaxSmall:
		return &model.Error{Kind: model.Refused, Message: "the answer of " + c.Server() + " to " + path + " is too large", Status: resp.StatusCode}
	}
	if err := jsonhttp.Decode(raw, answer); err != nil {
		return c.garbage(err)
	}
	return nil
}

// words are a server's own about an error, without the key, which some repeat.
func (c *Client) words(body []byte) string {
	if c.key == "" {
		return jsonhttp.ErrorText(body)
	}
	body = bytes.ReplaceAll(body, []byte(c.key), []byte("[key]")) // before the text is cut, perhaps within the key
	return strings.ReplaceAll(jsonhttp.ErrorText(body), c.key, "[key]")
}
