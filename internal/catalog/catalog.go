// Package catalog knows the models that are installed, what each of them is and can do, and which of them takes which role:
// completing code as it is typed, and answering in chat (explain, generate).
//
// Goals:
//   - "auto" chooses well with nothing configured: by what a model can do, by its size against this machine, and by the
//     speed that was measured here. It changes its mind only in a new catalog, or when the chosen model is gone.
//   - A model that somebody named is used, or a message says why not and what to do.
//   - A model that runs on another machine is never chosen and never accepted.
//   - One option set a model whatever its role, because another num_ctx makes the server load it again.
//
// Non-goals: pulling and removing models, judging their quality, talking to a model. The goroutines of a Refresh end with it.
package catalog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"sopro/internal/model"
	"sopro/internal/prompt"
)

// Source says what is installed; *model.Endpoint is one.
type Source interface {
	Models(ctx context.Context) ([]model.Installed, error)
	Show(ctx context.Context, name string, vocabulary bool) (model.Details, error)
	Loaded(ctx context.Context) ([]model.Running, error)
	Speed(name string) model.Speed
	// Silent says in words that the server did not answer in time.
	Silent(cause error) error
}

// Auto leaves the choice of a model to the catalog; so does "".
const Auto = "auto"

// Preferences are a person's settings about models.
type Preferences struct {
	Completion, Chat string // a model's name, or Auto
	Flagged          string // the setting in whose place --model named one; "" where none was named so
	NumCtx           int    // tokens of context; 0 for what fits
	KeepAlive        string // as Ollama reads it
	ContextTokens    int    // what a completion's prompt may take, in tokens

	Families []prompt.Family // of the person's own
	Served   bool            // the models are those that a server was started with: none can be pulled
}

// Choice is a model for a role.
type Choice struct {
	Model   string // as it is installed
	Asking  prompt.Asking
	Options model.Options // the same in every request for this model
	Why     string        // for people
}

// Catalog chooses among what is installed. All methods are safe for concurrent use; only those with a context wait for
// anything.
type Catalog struct {
	source Source
	wanted Preferences
	memory int64
	speeds *Speeds // measured in earlier runs; nil: not kept

	// One Refresh at a time holds the place in refreshing; it guards known. It is no mutex, because who holds it waits for a
	// server, and who waits for it may give up.
	refreshing chan struct{}
	known      map[string]known // what Show said, by digest
	verbose    chan struct{}    // a place for the one question for a vocabulary that is under way

	mu     sync.Mutex
	roles  *roles        // nil until the first Refresh
	failed error         // of the last Refresh
	looked chan struct{} // closed by the first Refresh
}

// known is what was learnt of a model with a digest.
type known struct {
	details    model.Details  // without the vocabulary, which takes megabytes
	vocabulary *prompt.Asking // what the vocabulary told; nil if it was not asked for
}

// roles is what one look at the installed models led to.
type roles struct {
	completion, chat outcome
	all              []candidate
}

// outcome is a Choice, or why there is none.
type outcome struct {
	choice      Choice
	err         error
	provisional bool // auto chose while nothing was known of one of the models
}

// New makes a catalog of what source has installed. memory is the machine's memory in bytes, 0 where it is not known.
func New(source Source, wanted Preferences, memory int64) *Catalog {
	return &Catalog{
		source: source, wanted: wanted, memory: memory,
		refreshing: make(chan struct{}, 1), known: make(map[string]known), verbose: make(chan struct{}, 1), looked: make(chan struct{}),
	}
}

// Remembering makes c look at the speeds that were measured in earlier runs, and add to them. It returns c and is called
// before anything else.
func (c *Catalog) Remembering(s *Speeds) *Catalog {
	c.speeds = s
	return c
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

// Looked returns a channel that is closed once a Refresh has come to an end, good or bad.
func (c *Catalog) Looked() <-chan struct{} { return c.looked }

// HasLooked reports whether Looked is closed.
func (c *Catalog) HasLooked() bool {
	select {
	case <-c.looked:
		return true
	default:
		return false
	}
}

// Settled reports whether every role has its model, and none was chosen while one of the others could not be described.
func (c *Catalog) Settled() bool {
	r, err := c.chosen()
	if err != nil {
		return false
	}
	settled := func(o outcome) bool { return o.err == nil && !o.provisional }
	return settled(r.completion) && settled(r.chat)
}

func (c *Catalog) chosen() (*roles, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if failed, ok := errors.AsType[*model.Error](c.failed); ok && c.roles == nil {
		return nil, failed
	}
	if c.roles == nil {
		return nil, &model.Error{Kind: model.Unreachable, Message: c.server() + " has not said yet which models it has", Next: "is it running?"}
	}
	return c.roles, nil
}

// lookAtOnce is how many models are asked about at the same time. An answer takes a server about a millisecond of one core,
// and most of the waiting is for the way there and back.
const lookAtOnce = 8

// lookWithin bounds one look, the waiting for another that is under way included. Three hundred models are described within
// a second; a server that says its version and then nothing more is not waited for.
const lookWithin = 30 * time.Second

// Refresh asks what is installed and chooses where there is nothing chosen or the chosen model is gone. Of a model that was
// seen before nothing is asked again. A model that cannot be described is left out. It ends with ctx, at the latest after
// lookWithin, when the error says in words that the server does not answer.
func (c *Catalog) Refresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	err := c.refresh(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = c.source.Silent(err)
	}
	if !errors.Is(err, context.Canceled) {
		c.mu.Lock()
		c.failed = err
		select {
		case <-c.looked:
		default:
			close(c.looked)
		}
		c.mu.Unlock()
	}
	return err
}

func (c *Catalog) refresh(ctx context.Context) error {
	select {
	case c.refreshing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-c.refreshing }()
	installed, err := c.source.Models(ctx)
	if err != nil {
		return fmt.Errorf("which models are installed: %w", err)
	}
	candidates := make([]candidate, len(installed))
	learnt := make([]known, len(installed))
	var looks sync.WaitGroup
	slots := make(chan struct{}, lookAtOnce)
	for i, m := range installed {
		slots <- struct{}{}
		looks.Go(func() {
			candidates[i], learnt[i] = c.candidate(ctx, m)
			<-slots
		})
	}
	looks.Wait()
	seen := make(map[string]known, len(installed))
	for i, m := range candidates {
		if m.err == nil && m.Digest != "" && !installed[i].Remote {
			seen[m.Digest] = learnt[i]
		}
	}
	if err := cmp.Or(ctx.Err(), gone(candidates)); err != nil {
		maps.Copy(c.known, seen) // the next look goes on from here
		return err
	}
	c.known = seen // what is no longer installed is forgotten
	c.keepSpeeds(candidates)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.roles = c.choose(candidates, c.roles)
	return nil
}

// gone is the error of a server that listed its models and was not there any more when it was asked about them: that says nothing
// of the models.
func gone(candidates []candidate) error {
	for _, m := range candidates {
		if model.IsKind(m.err, model.Unreachable) {
			return m.err
		}
	}
	return nil
}

// loaded asks what is in memory. That is worth knowing and not worth an error: the only one is that ctx was cancelled.
func (c *Catalog) loaded(ctx context.Context) ([]model.Running, error) {
	within, cancel := context.WithTimeout(ctx, loadedWithin)
	defer cancel()
	loaded, err := c.source.Loaded(within)
	if err != nil && errors.Is(ctx.Err(), context.Canceled) {
		return nil, ctx.Err()
	}
	return loaded, nil
}

// loadedWithin bounds the question what is in memory, which a server answers in milliseconds.
const loadedWithin = 5 * time.Second

// candidate is what there is to know of one installed model.
func (c *Catalog) candidate(ctx context.Context, m model.Installed) (candidate, known) {
	if m.Remote {
		return candidate{Installed: m}, known{}
	}
	k, asking, err := c.look(ctx, m)
	if err != nil {
		return candidate{Installed: m, err: err}, k
	}
	m.Remote = k.details.Remote
	return candidate{
		Installed: m, details: k.details, asking: asking, parameters: parameters(m, k.details), speed: c.speed(m),
	}, k
}

// speed is what was measured of a model since the program began, and what was not since, in an earlier run.
func (c *Catalog) speed(m model.Installed) model.Speed {
	now := c.source.Speed(m.Name)
	if c.speeds == nil {
		return now
	}
	return filled(now, c.speeds.of(m.Digest))
}

// Remember keeps the speeds that were measured for the next run. A file that cannot be written costs only that.
func (c *Catalog) Remember() {
	c.mu.Lock()
	r := c.roles
	c.mu.Unlock()
	if r != nil {
		c.keepSpeeds(r.all)
	}
}

func (c *Catalog) keepSpeeds(all []candidate) {
	if c.speeds == nil {
		return
	}
	for _, m := range all {
		c.speeds.note(m.Digest, c.source.Speed(m.Name))
	}
	c.speeds.save()
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
	asking := prompt.Recognise(id, c.wanted.Families...)
	if !asking.Unknown || k.details.Remote {
		return k, asking, nil
	}
	if k.vocabulary == nil {
		verbose, err := c.vocabulary(ctx, m.Name)
		if err != nil {
			return k, asking, nil // it says less than hoped for, which is no reason to lose the model
		}
		id.Vocabulary, id.Capabilities = verbose.Vocabulary, verbose.Capabilities
		asking = prompt.Recognise(id, c.wanted.Families...)
		k.vocabulary = &asking
	}
	return k, *k.vocabulary, nil
}

// vocabulary asks for everything that is known of a model, of one at a time: eight such answers at once are a hundred
// megabytes for a moment.
func (c *Catalog) vocabulary(ctx context.Context, name string) (model.Details, error) {
	select {
	case c.verbose <- struct{}{}:
	case <-ctx.Done():
		return model.Details{}, ctx.Err()
	}
	defer func() { <-c.verbose }()
	return c.source.Show(ctx, name, true)
}

func identity(name string, d model.Details) prompt.Identity {
	return prompt.Identity{
		Name: name, Template: d.Template, Architecture: d.Architecture, Capabilities: d.Capabilities,
		ContextLength: d.ContextLength, Vocabulary: d.Vocabulary, Origin: d.Origin,
	}
}
