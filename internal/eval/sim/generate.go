package sim

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// question is the body of /api/generate and of /api/chat.
type question struct {
	Model     string          `json:"model"`
	Prompt    string          `json:"prompt"`
	Suffix    string          `json:"suffix"`
	Raw       bool            `json:"raw"`
	Messages  []Message       `json:"messages"`
	Stream    *bool           `json:"stream"`
	Think     *bool           `json:"think"`
	Logprobs  bool            `json:"logprobs"`
	Truncate  *bool           `json:"truncate"`
	KeepAlive json.RawMessage `json:"keep_alive"`
	Options   struct {
		NumCtx      int      `json:"num_ctx"`
		NumBatch    int      `json:"num_batch"`
		NumThread   int      `json:"num_thread"`
		NumPredict  int      `json:"num_predict"` // 0 and less: no limit
		Temperature float64  `json:"temperature"`
		Seed        int      `json:"seed"`
		Stop        []string `json:"stop"`
	} `json:"options"`
}

// defaultContext is what a server loads a model with when a request does not say.
const defaultContext = 4096

// text is the prompt as the model sees it, near enough: what stands first in it stands first in the cache.
func (q question) text() string {
	switch {
	case len(q.Messages) > 0:
		var b strings.Builder
		for _, m := range q.Messages {
			fmt.Fprintf(&b, "<|%s|>\n%s\n", m.Role, m.Content)
		}
		return b.String()
	case q.Suffix != "" && !q.Raw:
		return "<PRE> " + q.Prompt + " <SUF>" + q.Suffix + " <MID>"
	}
	return q.Prompt // raw and a suffix: the suffix is dropped, without a word
}

func (q question) asked() Prompt {
	p := Prompt{Model: q.Model, Text: q.Prompt, Suffix: q.Suffix, Raw: q.Raw, Messages: q.Messages, Temperature: q.Options.Temperature, Seed: q.Options.Seed}
	if n := len(q.Messages); n > 0 {
		p.Text = q.Messages[n-1].Content
	}
	if q.Raw {
		p.Suffix = ""
	}
	return p
}

func (q question) empty() bool { return q.Prompt == "" && len(q.Messages) == 0 }

// refusal is what a server answers before it asks a model: a status and a text, 0 where it has nothing against q.
func (s *Server) refusal(q question, m Model, chat bool) (int, string) {
	var seconds float64
	var duration string
	if json.Unmarshal(q.KeepAlive, &seconds) != nil && json.Unmarshal(q.KeepAlive, &duration) == nil {
		if _, err := time.ParseDuration(duration); err != nil {
			return http.StatusBadRequest, err.Error()
		}
	}
	what := "generate"
	if chat {
		what = "chat"
	}
	switch {
	case !m.can("completion"):
		return http.StatusBadRequest, fmt.Sprintf("%q does not support %s", q.Model, what)
	case q.Suffix != "" && !m.can("insert"):
		return http.StatusBadRequest, "registry.ollama.ai/library/" + canonical(q.Model) + " does not support insert"
	case q.Think != nil && *q.Think && !m.can("thinking") && s.atLeast("0.9.0"):
		return http.StatusBadRequest, fmt.Sprintf("%q does not support thinking", q.Model)
	}
	return 0, ""
}

// generate answers /api/generate and /api/chat.
func (s *Server) generate(x *exchange) {
	var q question
	if err := json.Unmarshal(x.entry.Body, &q); err != nil {
		x.fail(http.StatusBadRequest, err.Error())
		return
	}
	m, ok := s.model(q.Model)
	if !ok {
		x.missing()
		return
	}
	a := answer{exchange: x, question: q, model: m, chat: x.request.URL.Path == "/api/chat"}
	if m.Remote {
		a.forward()
		return
	}
	if status, text := s.refusal(q, m, a.chat); status != 0 {
		x.fail(status, text)
		return
	}
	connection, server, cancel := s.during(x.request)
	defer cancel()
	if err := s.slot.acquire(connection, s.config.MaxQueue); err != nil {
		if errors.Is(err, errQueue) {
			x.fail(http.StatusServiceUnavailable, busyText)
		}
		return
	}
	defer s.slot.release()
	x.note(func(r *Request) { r.Running = true })
	if a.load(server) && a.evaluate(connection, server) {
		a.stream(connection)
	}
}

// load brings the model into memory; a client that leaves does not stop it. False: the server died, or the load was all.
func (a *answer) load(server context.Context) bool {
	s, q := a.server, a.question
	numCtx := min(cmp.Or(q.Options.NumCtx, defaultContext), a.model.context())
	a.numCtx = numCtx
	if s.slot.load(loaded{name: canonical(q.Model), numCtx: numCtx, numBatch: q.Options.NumBatch, numThread: q.Options.NumThread}) {
		a.loadTime = s.load()
		if !pause(server, a.loadTime) {
			return false
		}
		if a.model.Loading != nil {
			select {
			case <-a.model.Loading:
			case <-server.Done():
				return false
			}
		}
	}
	if q.empty() {
		a.whole = a.line(a.final("load")) == nil
		return false
	}
	return true
}

// evaluate reads the prompt, all but what the cache still has. Below 0.30 a client that leaves does not stop it; from 0.30
// on it is noticed at the next look, after a batch. False: there is nobody to answer, or the prompt is too long.
func (a *answer) evaluate(connection, server context.Context) bool {
	s := a.server
	prompt := split(a.question.text())
	if len(prompt) > a.numCtx {
		if prompt = a.truncate(prompt); prompt == nil {
			return false
		}
	}
	a.promptTokens = len(prompt)
	missing := s.slot.missing(prompt)
	cached := len(prompt) - missing
	a.promptTime = max(seconds(missing, s.speed().Prompt), time.Duration(missing)*time.Microsecond)
	var sinceLook time.Duration
	for done := 0; done < missing; {
		n := min(s.config.Batch, missing-done)
		took := seconds(n, s.speed().Prompt)
		if !pause(server, took) {
			return false
		}
		done += n
		s.slot.keep(prompt[:cached+done])
		a.note(func(r *Request) { r.Evaluated = done })
		if sinceLook += took; sinceLook >= s.config.Poll && s.atLeast("0.30.0") {
			if sinceLook = 0; connection.Err() != nil {
				return false
			}
		}
	}
	a.evaluated = missing
	return connection.Err() == nil
}

// truncate does to a prompt that does not fit what the version does; nil where that is an error.
func (a *answer) truncate(prompt []string) []string {
	if t := a.question.Truncate; t != nil && !*t && a.server.atLeast("0.12.6") {
		text := "the input length exceeds the context length"
		if a.server.atLeast("0.30.0") {
			text = fmt.Sprintf(`{"error":{"code":400,"message":"request (%d tokens) exceeds the available context size (%d tokens), try increasing it","type":"exceed_context_size_error"}}`, len(prompt), a.numCtx)
		}
		a.fail(http.StatusBadRequest, text)
		return nil
	}
	left := a.numCtx
	if a.server.atLeast("0.30.0") {
		left /= 2
	}
	const kept = 4
	return append(prompt[:kept:kept], prompt[len(prompt)-(left-kept):]...)
}

// forward answers for a model that runs on another machine: at once, and saying so in each line.
func (a *answer) forward() {
	if !a.server.atLeast("0.12.0") {
		a.missing()
		return
	}
	for _, t := range a.tokens() {
		if a.line(a.piece(t.Text, nil)) != nil {
			return
		}
	}
	a.whole = a.line(a.final("stop")) == nil
}
