package model

import (
	"context"
	"errors"
	"iter"
	"testing"
)

// A shop is a backend that installs; it keeps what it was asked.
type shop struct {
	Backend
	asked []string
	steps []Progress
	err   error
}

func (s *shop) Pull(_ context.Context, name string) iter.Seq2[Progress, error] {
	return func(yield func(Progress, error) bool) {
		s.asked = append(s.asked, "pull "+name)
		for _, p := range s.steps {
			if !yield(p, nil) {
				return
			}
		}
		if s.err != nil {
			yield(Progress{}, s.err)
		}
	}
}

func (s *shop) Remove(_ context.Context, name string) error {
	s.asked = append(s.asked, "remove "+name)
	return s.err
}

// The endpoint passes on what its backend tells, keeps names back that may not be sent, and says so where a backend cannot.
func TestEndpointInstalls(t *testing.T) {
	s := &shop{steps: []Progress{{Status: "a"}, {Status: "b"}}}
	e := NewEndpoint(s, "http://here")
	run := func(e *Endpoint, name string) (n int, err error) {
		for _, err = range e.Pull(t.Context(), name) {
			if err == nil {
				n++
			}
		}
		return n, err
	}
	if n, err := run(e, "a:b"); n != 2 || err != nil || !e.State().Reachable {
		t.Errorf("%d steps, %v", n, err)
	}
	for range e.Pull(t.Context(), "a:b") {
		break
	}
	if err := e.Remove(t.Context(), "a:b"); err != nil {
		t.Error(err)
	}
	s.err = &Error{Kind: Unreachable, Message: "gone"}
	if n, err := run(e, "a:b"); n != 2 || !errors.Is(err, s.err) || e.State().Reachable {
		t.Errorf("%d steps, %v, state %+v", n, err, e.State())
	}
	before := len(s.asked)
	for _, name := range []string{"", "a b", "é", "../x"} {
		if n, err := run(e, name); n != 0 || !IsKind(err, Refused) {
			t.Errorf("%q: %v", name, err)
		}
		if err := e.Remove(t.Context(), name); !IsKind(err, Refused) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if len(s.asked) != before {
		t.Errorf("asked %q", s.asked[before:])
	}
	cannot := NewEndpoint(struct{ Backend }{}, "http://there")
	if e.Manages() != nil || !IsKind(cannot.Manages(), Refused) {
		t.Errorf("%v, %v", e.Manages(), cannot.Manages())
	}
	if n, err := run(cannot, "a:b"); n != 0 || !IsKind(err, Refused) {
		t.Error(err)
	}
	if err := cannot.Remove(t.Context(), "a:b"); !IsKind(err, Refused) {
		t.Error(err)
	}
}
