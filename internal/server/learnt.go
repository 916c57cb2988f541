package server

import (
	"context"
	"time"
)

// learntWithin is how long a request waits for the models to be known. It takes a few milliseconds; a server that takes longer to
// list them is asked for its models only, and the request goes on without.
const learntWithin = 2 * time.Second

// learnt waits until somebody has looked at the models, or found nobody there to ask: who presses a key just after the start
// is not told that the models are not known yet.
func (e *Engines) learnt(ctx context.Context) {
	if e == nil || e.Endpoint == nil || e.Catalog == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, learntWithin)
	defer cancel()
	for {
		changed := e.Endpoint.Changed()
		if e.Endpoint.State().Err != nil {
			return
		}
		select {
		case <-e.Catalog.Looked():
			return
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}
