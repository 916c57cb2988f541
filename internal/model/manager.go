package model

import (
	"context"
	"iter"
)

// Manager is a Backend that can also install and uninstall models. Not every protocol has this: who wants it asks the
// Endpoint, which says so in words.
type Manager interface {
	// Pull installs a model, or brings it up to date, and tells how far it is. Leaving the loop or ending ctx cancels; what
	// has been downloaded is kept by the server, and the next Pull of the name goes on from there. The sequence ends
	// without an error only when the model is installed; after an error nothing follows.
	Pull(ctx context.Context, name string) iter.Seq2[Progress, error]
	// Remove uninstalls a model. Who asks it afterwards is told that it is not installed.
	Remove(ctx context.Context, name string) error
}

// Progress is one step of a Pull. A model comes in layers, one or more at a time.
type Progress struct {
	Status           string // in the server's words, one plain line
	Layer            string // digest of the layer; "" for a step that is not a download
	Total, Completed int64  // bytes of the layer; 0 where not said
}

// Pull installs a model through a backend that can. It does not queue: a download takes nothing from a running model.
func (e *Endpoint) Pull(ctx context.Context, name string) iter.Seq2[Progress, error] {
	return func(yield func(Progress, error) bool) {
		manager, err := e.manager(name)
		if err != nil {
			yield(Progress{}, err)
			return
		}
		traced, done := e.trace.record(ctx, Request{})
		defer done()
		for p, err := range manager.Pull(traced, name) {
			if err != nil {
				yield(Progress{}, e.verdict(ctx, ctx, err))
				return
			}
			e.health.judge(nil)
			if !yield(p, nil) {
				return
			}
		}
	}
}

// Remove uninstalls a model through a backend that can. It does not queue.
func (e *Endpoint) Remove(ctx context.Context, name string) error {
	manager, err := e.manager(name)
	if err != nil {
		return err
	}
	_, err = ask(ctx, e, func(ctx context.Context) (struct{}, error) { return struct{}{}, manager.Remove(ctx, name) })
	return err
}

// Manages is nil where the backend installs and removes models, else the words why not: to be asked before a person is.
func (e *Endpoint) Manages() error {
	if _, ok := e.backend.(Manager); !ok {
		return &Error{
			Kind: Refused, Message: "this kind of model server does not install or remove models for others",
			Next: "use its own program, or Ollama",
		}
	}
	return nil
}

// manager is the backend, if it can install and the name may be sent.
func (e *Endpoint) manager(name string) (Manager, error) {
	if err := e.Manages(); err != nil {
		return nil, err
	}
	if err := CheckName(name, true); err != nil {
		return nil, err
	}
	return e.backend.(Manager), nil
}

// What a server tells of a download is taken into account up to here, beyond what any model has: the largest have a few
// dozen layers and a few terabytes. The sum of all cannot overflow.
const (
	maxLayers = 1000
	// MaxLayerBytes is the most bytes of one layer.
	MaxLayerBytes = 1 << 50
)

// Download adds the layers of a Pull up. Its zero value is one that has not begun.
type Download struct {
	Total, Completed int64 // bytes of all layers that are known so far
	layers           map[string]Progress
}

// Add takes one step into account: of each layer its latest figures count. Layers after the first thousand do not.
func (d *Download) Add(p Progress) {
	if p.Layer == "" || p.Total <= 0 {
		return
	}
	if _, known := d.layers[p.Layer]; !known && len(d.layers) >= maxLayers {
		return
	}
	if d.layers == nil {
		d.layers = make(map[string]Progress)
	}
	former := d.layers[p.Layer]
	p.Total = min(p.Total, MaxLayerBytes)
	p.Completed = min(max(p.Completed, 0), p.Total)
	d.Total += p.Total - former.Total
	d.Completed += p.Completed - former.Completed
	d.layers[p.Layer] = Progress{Total: p.Total, Completed: p.Completed}
}
