package main

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"reflect"

	"github.com/adrg/xdg"

	"sopro/internal/assist"
	"sopro/internal/catalog"
	"sopro/internal/complete"
	"sopro/internal/config"
	"sopro/internal/gather"
	"sopro/internal/history"
	"sopro/internal/index"
	"sopro/internal/learn"
	"sopro/internal/model"
	"sopro/internal/ngram"
	"sopro/internal/prompt"
	"sopro/internal/server"
)

// builder makes the engines from the settings. This is the one place where the rooms of a layer meet: each is handed,
// as a function, what it needs of another.
type builder struct {
	log       *slog.Logger
	estimator *prompt.Estimator
	builtin   *ngram.Model
	index     *index.Index
	history   *history.History
	ledger    *learn.Ledger
	flagged   string // the setting in whose place --model stands, if any
	serves    bool   // a server looks at the models from time to time, and tells the engine; on the command line nobody does
	place     place  // that the endpoint in use was made for
	wanted    catalog.Preferences
	client    backend // in use; nil before the first
}

func newBuilder(log *slog.Logger) *builder {
	return &builder{log: log, estimator: prompt.NewEstimator(), builtin: ngram.New(ngram.Options{}), index: openIndex(), history: history.New(), ledger: learn.NewLedger(learn.NewBook(""))}
}

// learning has the engines learn from what becomes of completions, in a file that is kept on this machine (docs/privacy.md).
func (b *builder) learning(path string) { b.ledger = learn.NewLedger(learn.NewBook(path)) }

// openIndex opens the index of the workspaces, which is kept in the user's cache directory.
func openIndex() *index.Index {
	return index.Open(index.Options{Dir: filepath.Join(xdg.CacheHome, "sopro", "index"), Version: version})
}

// close has the index write what waits. Nobody may ask the engines any more.
func (b *builder) close() {
	if err := b.index.Close(); err != nil {
		b.log.Warn("index", "close", err)
	}
}

// build is a server.Parts.Build: new engines where the address or the choice of models has changed, else the former ones
// with their options changed. Where the server and the way to it are the same, so is the endpoint: what it runs goes on to hold
// its one queue, and its trace goes on. What is learnt (tokens, n-grams) outlives all.
func (b *builder) build(s config.Settings, former *server.Engines) (*server.Engines, error) {
	options := completeOptions(s)
	wanted := preferences(s)
	wanted.Flagged = b.flagged
	place := placeOf(s)
	if former != nil && former.Endpoint != nil && place == b.place {
		if reflect.DeepEqual(wanted, b.wanted) {
			former.Complete.Configure(options)
			return former, nil
		}
		b.wanted = wanted
		return b.withModel(former.Endpoint, options), nil
	}
	client, err := place.connect()
	if err != nil {
		return b.withoutModel(options), err
	}
	if b.client != nil {
		b.client.Close()
	}
	b.place, b.wanted, b.client = place, wanted, client
	return b.withModel(model.NewEndpoint(client, client.URL()), options), nil
}

// withModel joins the rooms around the endpoint of the client in use.
func (b *builder) withModel(endpoint *model.Endpoint, options complete.Options) *server.Engines {
	memory := memoryBytes()
	if b.wanted.Served {
		memory = 0 // the server has taken what its models need, perhaps on another machine
	}
	models := catalog.New(endpoint, b.wanted, memory).Remembering(speedsOf(b.client.URL()))
	return &server.Engines{
		Endpoint: endpoint,
		Catalog:  models,
		Builtin:  b.builtin,
		Index:    b.index,
		History:  b.history,
		Complete: complete.New(b.parts(endpoint, models, options)),
		Assist: assist.New(assist.Parts{
			Chat:       assisting(models.Chat),
			Completion: assisting(models.Completion),
			Stream:     endpoint.Stream,
			Estimate:   b.estimator.Tokens,
			Observe:    b.estimator.Observe,
			Speed:      endpoint.Speed,
			Sources:    gather.Sources{Index: b.index, History: b.history},
		}),
	}
}

// parts are what the engine that completes is built from.
func (b *builder) parts(endpoint *model.Endpoint, models *catalog.Catalog, options complete.Options) complete.Parts {
	return complete.Parts{
		Choose: func() (complete.Choice, error) {
			c, err := models.Completion()
			return complete.Choice{Model: c.Model, Asking: c.Asking, Options: c.Options}, err
		},
		Looking:   func() bool { return b.serves && !models.HasLooked() && endpoint.State().Err == nil },
		Available: func(name string) complete.Availability { return available(endpoint, name) },
		Stream:    endpoint.Stream,
		Estimate:  b.estimator.Tokens,
		Observe:   b.estimator.Observe,
		Fresh:     endpoint.Fresh,
		Speed:     endpoint.Speed,
		Builtin:   b.builtin.Complete,
		Sources:   gather.Sources{Index: b.index, History: b.history},
		Ledger:    b.ledger,
		Options:   options,
		Log:       b.log,
	}
}

// available is what a model could do for a request that came now.
func available(endpoint *model.Endpoint, name string) complete.Availability {
	running, busy := endpoint.Busy()
	switch {
	case !endpoint.State().Reachable:
		return complete.Down
	case busy && running == model.Waiting:
		return complete.Busy
	case !endpoint.InMemory(name):
		return complete.Loading
	}
	return complete.Ready
}

// assisting is a choice of the catalog in the words of assist.
func assisting(choose func() (catalog.Choice, error)) func() (assist.Choice, error) {
	return func() (assist.Choice, error) {
		c, err := choose()
		return assist.Choice{Model: c.Model, Asking: c.Asking, Options: c.Options}, err
	}
}

// withoutModel completes from the workspace alone: the address was refused.
func (b *builder) withoutModel(options complete.Options) *server.Engines {
	b.place = place{}
	return &server.Engines{
		Builtin: b.builtin,
		Index:   b.index,
		History: b.history,
		Complete: complete.New(complete.Parts{
			Choose:  func() (complete.Choice, error) { return complete.Choice{}, fmt.Errorf("no model may be asked") },
			Builtin: b.builtin.Complete,
			Ledger:  b.ledger,
			Options: options,
			Log:     b.log,
		}),
	}
}

func completeOptions(s config.Settings) complete.Options {
	debounce := s.Completion.Debounce.Delay
	if s.Completion.Debounce.Auto {
		debounce = complete.DebounceAuto
	}
	return complete.Options{
		Enabled:       s.Enabled && s.Completion.Enabled,
		Languages:     s.LanguageEnabled,
		Automatic:     s.Completion.Trigger != "manual",
		Multiline:     map[string]complete.Multiline{"never": complete.MultilineNever, "always": complete.MultilineAlways}[s.Completion.Multiline],
		Gate:          s.Completion.Gate,
		Calibrated:    !s.Completion.GateGiven,
		Debounce:      debounce,
		MaxTokens:     s.Completion.MaxTokens,
		ContextTokens: s.Completion.ContextTokens,
	}
}

func preferences(s config.Settings) catalog.Preferences {
	return catalog.Preferences{
		Completion: s.Models.Completion, Chat: s.Models.Chat,
		NumCtx: s.Ollama.NumCtx, KeepAlive: s.Ollama.KeepAlive, ContextTokens: s.Completion.ContextTokens,
		Families: families(s), Served: s.OpenAI.URL != "",
	}
}
