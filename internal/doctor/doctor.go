// Package doctor finds out what is wrong on this machine, from "is Ollama there" to "this model filled this hole", and says it
// in words with the next thing to do.
//
// Goals:
//   - Each step is one function in one list (checks in steps.go), and everything that can be said stands in one table (words.go),
//     each with its cause and remedy in docs/troubleshooting.md.
//   - A step that fails stops none but those that cannot be asked then. Each ends by its deadline.
//   - A report that goes to strangers (Bundle) holds no code, no prompt and no secret.
//
// Non-goals: mending anything. It changes no setting, pulls no model, and starts no program but "ollama --version".
package doctor

import (
	"context"
	"io/fs"
	"iter"
	"time"

	"sopro/internal/catalog"
	"sopro/internal/clean"
	"sopro/internal/config"
	"sopro/internal/model"
)

// State is how well something is.
type State string

// The states, as they are printed.
const (
	OK      State = "ok"
	Warning State = "warning" // it works, but not as well or as safely as it could
	Fault   State = "fault"   // it does not work
)

// Step is one thing that was looked at. A check that finds several things gives several steps of its name.
type Step struct {
	Name    string `json:"name"`
	State   State  `json:"state"`
	Message string `json:"message"` // one plain line
	Next    string `json:"next"`    // what to do, one plain line; "" where there is nothing
	Ms      int64  `json:"ms"`      // how long the check took
}

// Report is what was found.
type Report struct {
	Steps  []Step   `json:"steps"`
	OK     bool     `json:"ok"`               // nothing is a fault
	Unsaid []string `json:"unsaid,omitempty"` // checks that could not be made because another failed
}

// Server is the model server that is looked at; *model.Endpoint is one.
type Server interface {
	Version(ctx context.Context) (string, error)
	Models(ctx context.Context) ([]model.Installed, error)
	Loaded(ctx context.Context) ([]model.Running, error)
	Stream(ctx context.Context, p model.Priority, r model.Request) iter.Seq2[model.Chunk, error]
}

// Chooser knows which model takes which role; *catalog.Catalog is one.
type Chooser interface {
	Refresh(ctx context.Context) error
	List(ctx context.Context) ([]catalog.Description, error)
	Completion() (catalog.Choice, error)
	Chat() (catalog.Choice, error)
}

// Builtin is the engine that completes without a model; *ngram.Model is one.
type Builtin interface {
	Add(path, languageID, text string)
}

// Machine is all that a doctor may look at. Nothing else of the process or of the disk is touched, but for the files of the
// workspace, the log and git's ignore rules in Home.
type Machine struct {
	Version string // of Sopro
	System  string // "linux/amd64"
	Memory  int64  // bytes; 0 where it is not known
	Home    string // the person's home directory, "" where it is not known
	Root    string // the folder of the workspace

	Settings config.Settings
	Problems []config.Problem
	Values   []config.Value
	Log      string // path of the log file

	Served  bool   // the model server is not Ollama, but one that was started with its models
	Address string // of the model server, as it is dialled; "" where it was refused
	Refused error  // why it was refused
	Server  Server // nil where the address was refused
	Models  Chooser
	Builtin Builtin

	Env     func(string) string
	Files   fs.FS // the root of the file system, of which /proc/net is read
	Program func(ctx context.Context) Program
	Now     func() time.Time
}

// Watcher is told of the steps as they go. Both may be nil.
type Watcher struct {
	Began func(doing string) (ended func()) // a check begins, and ends
	Found func(Step)
}

// Examine makes all checks. When ctx ends it stops, and what was found so far is in the report.
func Examine(ctx context.Context, m Machine, w Watcher) (Report, error) {
	v := &visit{Machine: m}
	r := Report{OK: true, Steps: []Step{}}
	for _, c := range checks {
		if c.ollama && m.Served {
			continue
		}
		if c.when != nil && !c.when(v) {
			r.Unsaid = append(r.Unsaid, c.name)
			continue
		}
		steps := v.make(ctx, c, w)
		if ctx.Err() != nil {
			r.OK = false
			return r, ctx.Err()
		}
		for _, s := range steps {
			r.Steps = append(r.Steps, s)
			r.OK = r.OK && s.State != Fault
			if w.Found != nil {
				w.Found(s)
			}
		}
	}
	return r, nil
}

// make makes one check.
func (v *visit) make(ctx context.Context, c check, w Watcher) []Step {
	if w.Began != nil {
		defer w.Began(c.doing)()
	}
	ctx, cancel := context.WithTimeout(ctx, c.within)
	defer cancel()
	start := v.Now()
	steps := c.look(ctx, v)
	ms := v.Now().Sub(start).Milliseconds()
	for i := range steps {
		s := &steps[i]
		s.Name, s.Ms = c.name, ms
		if v.Served {
			s.Next = forServed.Replace(s.Next)
		}
		s.Message, s.Next = clean.Message(s.Message), clean.Message(s.Next)
	}
	return steps
}
