package server_test

import (
	"context"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"sopro/internal/assist"
	"sopro/internal/catalog"
	"sopro/internal/complete"
	"sopro/internal/config"
	"sopro/internal/eval/sim"
	"sopro/internal/gather"
	"sopro/internal/learn"
	"sopro/internal/model"
	"sopro/internal/model/ollama"
	"sopro/internal/ngram"
	"sopro/internal/prompt"
	"sopro/internal/server"
)

// script is a model that says what a test wants and keeps what it was asked.
type script struct {
	say func(model.Request) string // nil: nothing
	// hold, if it is there, lets an answer begin when it is closed or the asking ends.
	hold chan struct{}
	// probs are the probabilities of the words of an answer; the last one stands for the rest. None: all of it is one certain token.
	probs  []float64
	ledger *learn.Ledger // nil: nothing is learnt
	// sources are what prompts may show beside the document.
	sources gather.Sources

	mu    sync.Mutex
	asked []model.Request
	begun chan model.Request // every request, as it comes
}

func newScript(say string) *script {
	return &script{say: func(model.Request) string { return say }, begun: make(chan model.Request, 1<<14)}
}

func (s *script) stream(ctx context.Context, _ model.Priority, r model.Request) iter.Seq2[model.Chunk, error] {
	return func(yield func(model.Chunk, error) bool) {
		s.mu.Lock()
		s.asked = append(s.asked, r)
		s.mu.Unlock()
		s.begun <- r
		if s.hold != nil {
			select {
			case <-s.hold:
			case <-ctx.Done():
				yield(model.Chunk{}, ctx.Err())
				return
			}
		}
		text := s.say(r)
		chunk := model.Chunk{Text: text, Tokens: s.tokens(text)}
		if yield(chunk, nil) {
			yield(model.Chunk{Done: &model.Stats{Reason: "stop"}}, nil)
		}
	}
}

// tokens are the words of an answer, each with the space before it.
func (s *script) tokens(text string) []model.Token {
	if len(s.probs) == 0 {
		return []model.Token{{Text: text, Prob: 1}}
	}
	var all []model.Token
	for i, word := range strings.SplitAfter(text, " ") {
		all = append(all, model.Token{Text: word, Prob: s.probs[min(i, len(s.probs)-1)]})
	}
	return all
}

// build makes a completion engine that asks the script, without debounce.
func (s *script) build(c config.Settings, former *server.Engines) (*server.Engines, error) {
	o := complete.Options{
		Enabled: c.Enabled && c.Completion.Enabled, Languages: c.LanguageEnabled, Automatic: c.Completion.Trigger == "automatic",
		Gate: c.Completion.Gate, Calibrated: !c.Completion.GateGiven, Debounce: 0, MaxTokens: c.Completion.MaxTokens, ContextTokens: c.Completion.ContextTokens,
	}
	if former != nil {
		former.Complete.Configure(o)
		return former, nil
	}
	return &server.Engines{Complete: complete.New(complete.Parts{
		Choose:    func() (complete.Choice, error) { return coder(), nil },
		Available: func(string) complete.Availability { return complete.Ready },
		Stream:    s.stream,
		Estimate:  func(_, _, text string) int { return len(text)/4 + 1 },
		Observe:   func(string, string, int, int) {},
		Ledger:    s.ledger,
		Sources:   s.sources,
		Options:   o,
	}), History: s.sources.History}, nil
}

// coder is a model that infills, its prompt in the order prefix, suffix.
func coder() complete.Choice {
	asking := prompt.Recognise(prompt.Identity{
		Name: "qwen2.5-coder:1.5b", Architecture: "qwen2", Capabilities: []string{"completion", "insert"}, ContextLength: 32768,
	})
	return complete.Choice{Model: "qwen2.5-coder:1.5b", Asking: asking, Options: model.Options{NumCtx: 8192}}
}

// times is how often the model was asked.
func (s *script) times() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

// next is the next request that the model was asked.
func (s *script) next(t testing.TB) model.Request {
	t.Helper()
	select {
	case r := <-s.begun:
		return r
	case <-time.After(patience):
		t.Fatal("the model was not asked")
	}
	return model.Request{}
}

// ollamaBuild makes engines as the program does, for a simulated Ollama.
func ollamaBuild(t testing.TB, url string) func(config.Settings, *server.Engines) (*server.Engines, error) {
	return backendBuild(t, url, func(config.Settings) (client, error) { return ollama.New(url, ollama.Options{}) })
}

// client is a backend that keeps connections.
type client interface {
	model.Backend
	Close()
}

// backendBuild makes engines as the program does, for a server at url.
func backendBuild(t testing.TB, url string, connect func(config.Settings) (client, error)) func(config.Settings, *server.Engines) (*server.Engines, error) {
	builtin := ngram.New(ngram.Options{})
	return func(c config.Settings, former *server.Engines) (*server.Engines, error) {
		if former != nil {
			return former, nil
		}
		client, err := connect(c)
		if err != nil {
			return nil, err
		}
		endpoint := model.NewEndpoint(client, url)
		models := catalog.New(endpoint, catalog.Preferences{
			Completion: c.Models.Completion, Chat: c.Models.Chat, NumCtx: c.Ollama.NumCtx, KeepAlive: c.Ollama.KeepAlive, Served: c.OpenAI.URL != "",
		}, 16<<30)
		tokens := prompt.NewEstimator()
		asked := func(c catalog.Choice, err error) (assist.Choice, error) {
			return assist.Choice{Model: c.Model, Asking: c.Asking, Options: c.Options}, err
		}
		return &server.Engines{
			Endpoint: endpoint, Catalog: models, Builtin: builtin,
			Complete: complete.New(complete.Parts{
				Choose: func() (complete.Choice, error) {
					c, err := models.Completion()
					return complete.Choice{Model: c.Model, Asking: c.Asking, Options: c.Options}, err
				},
				Looking: func() bool { return !models.HasLooked() && endpoint.State().Err == nil },
				Available: func(name string) complete.Availability {
					switch {
					case !endpoint.State().Reachable:
						return complete.Down
					case !endpoint.InMemory(name):
						return complete.Loading
					}
					return complete.Ready
				},
				Stream: endpoint.Stream, Estimate: tokens.Tokens, Observe: tokens.Observe, Builtin: builtin.Complete,
				Fresh: endpoint.Fresh, Speed: endpoint.Speed,
				Options: complete.Options{Enabled: true, Automatic: true, Gate: c.Completion.Gate, MaxTokens: 64, ContextTokens: 1024},
			}),
			Assist: assist.New(assist.Parts{
				Chat:       func() (assist.Choice, error) { return asked(models.Chat()) },
				Completion: func() (assist.Choice, error) { return asked(models.Completion()) },
				Stream:     endpoint.Stream, Estimate: tokens.Tokens, Observe: tokens.Observe,
			}),
		}, nil
	}
}

// coderModel is an installed model that infills and chats, always with the same words.
func coderModel(says string) sim.Model {
	return sim.Model{
		Name: "qwen2.5-coder:1.5b", Family: "qwen2", Capabilities: []string{"completion", "insert", "tools"},
		Template: "{{- if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>{{ else }}{{ range .Messages }}<|im_start|>{{ .Role }}{{ end }}",
		Answer:   sim.Say(says),
	}
}
