package model

import (
	"slices"
	"sync"
)

// failing knows of each model why its last generation failed, until one succeeds.
type failing struct {
	mu      sync.Mutex
	because map[string]error
}

// of is why the last generation of a model failed, nil where it did not.
func (f *failing) of(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.because[name]
}

// set notes how a generation went, and reports whether that is news.
func (f *failing) set(name string, err error) (changed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	changed = !sameError(f.because[name], err)
	if err == nil {
		delete(f.because, name)
	} else {
		f.because[name] = err
	}
	return changed
}

// keep forgets the models that are not there: one that is installed anew has not failed yet.
func (f *failing) keep(there []Installed) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name := range f.because {
		if !slices.ContainsFunc(there, func(i Installed) bool { return i.Name == name }) {
			delete(f.because, name)
		}
	}
}

// ofTheModel: that nobody answers is the server's (see health), that it is busy or that an answer broke off says nothing of the
// next time.
func ofTheModel(err error) bool {
	return !IsKind(err, Unreachable) && !IsKind(err, Busy) && !IsKind(err, Cut)
}
