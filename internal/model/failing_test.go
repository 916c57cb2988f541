package model

import (
	"errors"
	"testing"
)

// TestAModelThatFails: why is known from its first failure to its first token, and told when it changes, not each time.
func TestAModelThatFails(t *testing.T) {
	memory := &Error{Kind: Failed, Message: "Ollama failed: model requires more system memory", Next: "its log may say more"}
	long := &Error{Kind: TooLong, Message: "the prompt does not fit"}
	f := &fake{models: []Installed{{Name: "m"}}}
	e := NewEndpoint(f, "http://fake")
	for i, step := range []struct {
		what  string
		as    Priority
		fails error
		want  error
		told  bool
	}{
		{"the first answer", Typing, nil, nil, true}, // that the server is there
		{"another", Typing, nil, nil, false},
		{"a person was told", Waiting, memory, nil, false},
		{"busy", Typing, &Error{Kind: Busy}, nil, false},
		{"cut off", Typing, &Error{Kind: Cut}, nil, false},
		{"no memory", Typing, memory, memory, true},
		{"again", Typing, memory, memory, false},
		{"also ahead of the first request", Warm, memory, memory, false},
		{"busy says nothing of it", Typing, &Error{Kind: Busy}, memory, false},
		{"another reason", Typing, long, long, true},
		{"it answers", Waiting, nil, nil, true},
		{"a fault without a kind", Prefetch, errFault, errFault, true},
		{"it answers again", Typing, nil, nil, true},
	} {
		f.set(func() { f.fails = step.fails })
		changed := e.Changed()
		if err := run(t.Context(), e, step.as, "m"); err != step.fails {
			t.Errorf("%d %s: %v", i, step.what, err)
		}
		if got := e.Failing("m"); got != step.want || e.Failing("other") != nil {
			t.Errorf("%d %s: failing because of %v, want %v", i, step.what, got, step.want)
		}
		if told := isClosed(changed); told != step.told {
			t.Errorf("%d %s: told of a change: %v", i, step.what, told)
		}
	}
}

var errFault = errors.New("a fault")

// TestAModelThatIsInstalledAnew has not failed; one that is still listed has.
func TestAModelThatIsInstalledAnew(t *testing.T) {
	f := &fake{models: []Installed{{Name: "m"}}, fails: &Error{Kind: NotFound, Message: "not installed"}}
	e := NewEndpoint(f, "http://fake")
	for _, listed := range []bool{true, false} {
		if err := run(t.Context(), e, Typing, "m"); err == nil {
			t.Fatal("it answered")
		}
		if !listed {
			f.set(func() { f.models = nil })
		}
		if _, err := e.Models(t.Context()); err != nil {
			t.Fatal(err)
		}
		if failing := e.Failing("m") != nil; failing != listed {
			t.Errorf("listed %v, failing %v", listed, failing)
		}
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
