package doctor

import (
	"context"
	"errors"
	"time"

	"sopro/internal/catalog"
	"sopro/internal/model"
)

// check is one entry of the list.
type check struct {
	name   string
	doing  string // shown while it takes long
	within time.Duration
	when   func(*visit) bool // whether it can be asked; nil: always
	look   func(context.Context, *visit) []Step
	ollama bool // it is of Ollama alone
}

const (
	soon  = 3 * time.Second  // questions that a server on this machine answers in milliseconds
	while = 20 * time.Second // questions of which there may be hundreds, and the reading of a folder
	long  = 3 * time.Minute  // what a model does: a large one is loaded from a slow disk in minutes
)

// checks are all that is looked at, in an order in which each can build on those before it.
var checks = []check{
	{"settings", "reading the settings", soon, nil, lookSettings, false},
	{"sources", "looking where the settings come from", soon, nil, lookSources, false},
	{"log", "looking at the log", soon, nil, lookLog, false},
	{"repository", "looking for the repository", soon, nil, lookRepository, false},
	{"secrets", "looking at the rules for secret files", soon, nil, lookSecrets, false},
	{"built-in", "reading the workspace for the built-in engine", while, nil, lookBuiltin, false},
	{"program", "looking for Ollama's program", soon, nil, lookProgram, true},
	{"server", "asking Ollama whether it is there", soon, nil, lookServer, false},
	{"version", "looking at Ollama's version", soon, answers, lookVersion, true},
	{"bound", "looking who can reach Ollama", soon, answers, lookBound, true},
	{"models", "asking which models are installed", while, answers, lookModels, false},
	{"completion", "choosing the model that completes", soon, listed, lookCompletion, false},
	{"chat", "choosing the model that explains", soon, listed, lookChat, false},
	{"context", "comparing the context with the budget", soon, chosen, lookContext, false},
	{"memory", "comparing the model with the memory", soon, chosen, lookMemory, true},
	{"parallel", "looking at OLLAMA_NUM_PARALLEL", soon, chosen, lookParallel, true},
	{"load", "loading the model", long, chosen, lookLoad, true},
	{"speed", "measuring the model's speed", long, loaded, lookSpeed, false},
	{"hole", "having the model fill a hole", long, loaded, lookHole, false},
}

// visit is one examination: the machine and what was learnt of it.
type visit struct {
	Machine
	program   Program
	up        bool
	version   string
	installed []model.Installed
	refreshed bool
	choice    *catalog.Choice // that completes
	loaded    bool
}

func answers(v *visit) bool { return v.up }
func listed(v *visit) bool  { return v.refreshed }
func chosen(v *visit) bool  { return v.choice != nil }
func loaded(v *visit) bool  { return v.loaded || v.Served && v.choice != nil }

// because is a fault that somebody else has put into words; late says what is said when a deadline was the cause.
func because(w word, err error, values ...string) Step {
	if errors.Is(err, context.DeadlineExceeded) {
		return say.late.with(append(values, "what", w.what)...)
	}
	why, next := err.Error(), ""
	if e, ok := errors.AsType[*model.Error](err); ok {
		why, next = e.Message, e.Next
	}
	s := w.with(append(values, "why", why)...)
	if next != "" {
		s.Next = next
	}
	return s
}

func one(s Step) []Step { return []Step{s} }
