package model

import "context"

// refuser is a Manager that knows of some names, without sending them, that it will not pull.
type refuser interface {
	// Refuses says in words why the name will not be pulled, as far as that is known; nil where it may be.
	Refuses(name string) error
}

// Pullable is nil where a pull of the name can begin, else the words why not: to be asked before a person is. The server is
// asked what it has, so that it is known to answer, and which of its models run on another machine.
func (e *Endpoint) Pullable(ctx context.Context, name string) error {
	manager, err := e.manager(name)
	if err != nil {
		return err
	}
	if _, err := e.Models(ctx); err != nil {
		return err
	}
	if r, ok := manager.(refuser); ok {
		return r.Refuses(name)
	}
	return nil
}
