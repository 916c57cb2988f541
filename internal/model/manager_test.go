package model

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"
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

// The sum of a download is that of its layers as they were told last, and stays a sum whatever a server tells.
func TestDownloadSums(t *testing.T) {
	var flood []Progress
	for i := range 3 * maxLayers {
		flood = append(flood, Progress{Layer: fmt.Sprint(i), Total: math.MaxInt64, Completed: math.MaxInt64, Status: strings.Repeat("x", 80)})
	}
	for _, c := range []struct {
		story            string
		steps            []Progress
		total, completed int64
		layers           int
	}{
		{"nothing yet", []Progress{{Status: "pulling manifest"}, {Layer: "a"}, {Layer: "a", Total: -5}}, 0, 0, 0},
		{"two layers, side by side", []Progress{{Layer: "a", Total: 10}, {Layer: "b", Total: 5, Completed: 1}, {Layer: "a", Total: 10, Completed: 4}}, 15, 5, 2},
		{"a layer that begins anew, larger", []Progress{{Layer: "a", Total: 10, Completed: 9}, {Layer: "a", Total: 20, Completed: 1}}, 20, 1, 1},
		{"more or less than there is", []Progress{{Layer: "a", Total: 10, Completed: 99}, {Layer: "b", Total: 10, Completed: -99}}, 20, 10, 2},
		{"layers without end", flood, maxLayers * MaxLayerBytes, maxLayers * MaxLayerBytes, maxLayers},
		{"of which one goes on", append(flood, Progress{Layer: "0", Total: MaxLayerBytes}), maxLayers * MaxLayerBytes, (maxLayers - 1) * MaxLayerBytes, maxLayers},
	} {
		t.Run(c.story, func(t *testing.T) {
			var d Download
			for _, p := range c.steps {
				d.Add(p)
				if d.Total < 0 || d.Completed < 0 || d.Completed > d.Total {
					t.Fatalf("after %+v: %d of %d", p, d.Completed, d.Total)
				}
			}
			if d.Total != c.total || d.Completed != c.completed || len(d.layers) != c.layers {
				t.Errorf("%d of %d in %d layers", d.Completed, d.Total, len(d.layers))
			}
			for _, l := range d.layers {
				if l.Layer != "" || l.Status != "" {
					t.Fatalf("kept %+v", l)
				}
			}
		})
	}
}
