// Package catalog knows the models that are installed and which of them takes which role: completing code as it is typed,
// and answering in chat (explain, generate).
//
// Goals:
//   - "auto" chooses well with nothing configured: by what a model can do, and by its size against this machine.
//   - A model that somebody named is used, or a message says why not and what to do.
//   - A model that runs on another machine is never chosen and never accepted.
//   - One option set a model whatever its role, because another num_ctx makes the server load it again.
//
// Non-goals: pulling and removing models, judging their quality (that is what "sopro eval models" measures), talking to a
// model. Nothing here starts a goroutine.
package catalog

import (
	"context"
	"fmt"
	"sync"

	"sopro/internal/model"
	"sopro/internal/prompt"
)

// Source says what is installed; *model.Endpoint is one.
type Source interface {
	Models(ctx context.Context) ([]model.Installed, error)
	Show(ctx context.Context, name string, vocabulary bool) (model.Details, error)
}

// Auto leaves the choice of a model to the catalog; so does "".
const Auto = "auto"

// Preferences are a person's settings about models.
type Preferences struct {
	Completion, Chat string // a model's name, or Auto
	NumCtx           int    // tokens of context; 0 for what fits
	KeepAlive        string // as Ollama reads it
	ContextTokens    int    // what a completion's prompt may take, in tokens
}

// Choice is a model for a role.
type Choice struct {
	Model   string // as it is installed
	Asking  prompt.Asking
	Options model.Options // the same in every request for this model
	Why     string        // for people
}

// Catalog chooses among what is installed. All methods are safe for concurrent use; none but Refresh waits for anything.
type Catalog struct {
	source Source
	wanted Preferences
	memory int64

	refreshing sync.Mutex       // one Refresh at a time; guards known
	known      map[string]known // what Show said, by digest

	mu    sync.Mutex
	roles *roles // nil until the first Refresh
}

// known is what was learnt of a model with a digest.
type known struct {
	details    model.Details  // without the vocabulary, which takes megabytes
	vocabulary *prompt.Asking // what the vocabulary told; nil if it was not asked for
}

// roles is what one look at the installed models led to.
type roles struct{ completion, chat outcome }

// outcome is a Choice, or why there is none.
type outcome struct {
	choice Choice
	err    error
}

// New makes a catalog of what source has installed. memory is the machine's memory in bytes, 0 where it is not known.
func New(source Source, wanted Preferences, memory int64) *Catalog {
	return &Catalog{source: source, wanted: wanted, memory: memory, known: make(map[string]known)}
}

// Completion returns the model that completes code. The error is for people and says what to do. Before the first Refresh
// has succeeded there is no model; when a later one fails the last choice stays.
func (c *Catalog) Completion() (Choice, error) {
	r, err := c.chosen()
	if err != nil {
		return Choice{}, err
	}
	return r.completion.choice, r.completion.err
}

// Chat returns the model that answers chat messages, under the same terms.
func (c *Catalog) Chat() (Choice, error) {
	r, err := c.chosen()
	if err != nil {
		return Choice{}, err
	}
	return r.chat.choice, r.chat.err
}

func (c *Catalog) chosen() (*roles, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.roles == nil {
		return nil, &model.Error{Kind: model.Unreachable, Message: "Ollama has not said yet which models are installed", Next: "is it running?"}
	}
	return c.roles, nil
}

// Refresh asks what is installed and chooses anew. Of a model that was seen before nothing is asked again. A model that
// cannot be described is left out.
func (c *Catalog) Refresh(ctx context.Context) error {
	c.refreshing.Lock()
	defer c.refreshing.Unlock()
	installed, err := c.source.Models(ctx)
	if err != nil {
		return fmt.Errorf("which models are installed: %w", err)
	}
	seen := make(map[string]known, len(installed))
	candidates := make([]candidate, 0, len(installed))
	for _, m := range installed {
		if m.Remote {
			candidates = append(candidates, candidate{Installed: m})
			continue
		}
		k, asking, err := c.look(ctx, m)
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			candidates = append(candidates, candidate{Installed: m, err: err})
			continue
		}
		if m.Digest != "" {
			seen[m.Digest] = k
		}
		m.Remote = k.details.Remote
		candidates = append(candidates, candidate{Installed: m, asking: asking, parameters: parameters(m, k.details)})
	}
	c.known = seen // what is no longer installed is forgotten
	r := c.choose(candidates)
	c.mu.Lock()
	c.roles = r
	c.mu.Unlock()
	return nil
}

// look finds out how a model is asked. Its vocabulary is only asked for when name and template say nothing: it is an
// answer of several megabytes.
func (c *Catalog) look(ctx context.Context, m model.Installed) (known, prompt.Asking, error) {
	k, ok := c.known[m.Digest]
	if !ok || m.Digest == "" {
		details, err := c.source.Show(ctx, m.Name, false)
		if err != nil {
			return known{}, prompt.Asking{}, err
		}
		k = known{details: details}
	}
	id := identity(m.Name, k.details)
	asking := prompt.Recognise(id)
	if !asking.Unknown || k.details.Remote {
		return k, asking, nil
	}
	if k.vocabulary == nil {
		verbose, err := c.source.Show(ctx, m.Name, true)
		if err != nil {
			return k, asking, nil // it says less than hoped for, which is no reason to lose the model
		}
		id.Vocabulary = verbose.Vocabulary
		asking = prompt.Recognise(id)
		k.vocabulary = &asking
	}
	return k, *k.vocabulary, nil
}

func identity(name string, d model.Details) prompt.Identity {
	return prompt.Identity{
		Name: name, Template: d.Template, Architecture: d.Architecture, Capabilities: d.Capabilities,
		ContextLength: d.ContextLength, Vocabulary: d.Vocabulary,
	}
}
