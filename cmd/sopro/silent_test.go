package main

import (
	"context"
	"testing"
	"testing/synctest"

	"sopro/internal/catalog"
	"sopro/internal/model"
	"sopro/internal/server"
)

// mute is a model server that takes questions and answers none, or its version alone.
type mute struct {
	model.Backend
	version string
}

func (m mute) Version(ctx context.Context) (string, error) {
	if m.version == "" {
		<-ctx.Done()
		return "", ctx.Err()
	}
	return m.version, nil
}

func (m mute) Models(ctx context.Context) ([]model.Installed, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// A server that is silent is said to be so on the command line too: by what needs a model, and by what lists them.
func TestSilentServer(t *testing.T) {
	const says = `Ollama at http://here does not answer: restart it: stop it and run "ollama serve"`
	for _, version := range []string{"", "0.17.4"} {
		synctest.Test(t, func(t *testing.T) {
			endpoint := model.NewEndpoint(mute{version: version}, "http://here")
			engines := &server.Engines{Endpoint: endpoint, Catalog: catalog.New(endpoint, catalog.Preferences{}, 0)}
			d := &desk{Engines: engines}
			d.probe(t.Context())
			if d.reachable == nil || d.reachable.Error() != says {
				t.Errorf("version %q: %v", version, d.reachable)
			}
			if err := (&stock{Engines: engines}).list(t.Context()); err == nil || err.Error() != says {
				t.Errorf("version %q, models list: %v", version, err)
			}
		})
	}
}
