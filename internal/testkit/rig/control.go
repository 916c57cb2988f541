package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"sopro/internal/eval/sim"
	"sopro/internal/testkit/adversary"
)

func infills(model string) bool { return strings.HasSuffix(model, "-base") }

func (s *simulated) routes() http.Handler {
	mux := http.NewServeMux()
	for path, set := range map[string]func(json.RawMessage) error{
		"/fill":    s.rules(&s.script.fill),
		"/chat":    s.rules(&s.script.chat),
		"/pace":    s.pace,
		"/load":    s.load,
		"/hold":    s.hold,
		"/release": s.release,
		"/fault":   s.fault,
		"/heal":    s.heal,
		"/stop":    func(json.RawMessage) error { s.ollama.Stop(); return nil },
		"/start":   func(json.RawMessage) error { return s.ollama.Start() },
		"/library": s.library,
		"/forget":  s.forget,
	} {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			var body json.RawMessage
			err := json.NewDecoder(r.Body).Decode(&body)
			if err == nil {
				err = set(body)
			}
			reply(w, struct{}{}, err)
		})
	}
	mux.HandleFunc("GET /requests", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.requests(), nil) })
	mux.HandleFunc("GET /payloads", func(w http.ResponseWriter, r *http.Request) {
		all, err := payloads(r.URL.Query().Get("kind"))
		reply(w, all, err)
	})
	return mux
}

func reply(w http.ResponseWriter, value any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		value = map[string]string{"error": err.Error()}
	}
	_ = json.NewEncoder(w).Encode(value)
}

func (s *simulated) rules(of *[]rule) func(json.RawMessage) error {
	return func(body json.RawMessage) error {
		var asked struct{ Rules []rule }
		if err := json.Unmarshal(body, &asked); err != nil {
			return err
		}
		rules, err := parsed(asked.Rules)
		if err != nil {
			return err
		}
		s.script.mu.Lock()
		defer s.script.mu.Unlock()
		*of = rules
		return nil
	}
}

func (s *simulated) pace(body json.RawMessage) error {
	var asked struct{ MsPerToken float64 }
	if err := json.Unmarshal(body, &asked); err != nil {
		return err
	}
	var speed sim.Speed
	if asked.MsPerToken > 0 {
		speed.Generation = 1000 / asked.MsPerToken
	}
	s.ollama.SetSpeed(speed)
	return nil
}

func (s *simulated) load(body json.RawMessage) error {
	var asked struct{ Ms float64 }
	if err := json.Unmarshal(body, &asked); err != nil {
		return err
	}
	s.ollama.SetLoad(time.Duration(asked.Ms * float64(time.Millisecond)))
	s.ollama.Unload()
	return nil
}

func (s *simulated) hold(body json.RawMessage) error {
	var asked struct{ After int }
	if err := json.Unmarshal(body, &asked); err != nil {
		return err
	}
	s.script.hold(asked.After)
	return nil
}

func (s *simulated) release(json.RawMessage) error {
	s.script.release()
	s.renew(&s.pulls)
	return nil
}

func (s *simulated) heal(json.RawMessage) error {
	s.ollama.Heal()
	s.renew(&s.healed)
	return nil
}

// renew lets go of all that waits for a channel; what comes waits for a new one.
func (s *simulated) renew(channel *chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(*channel)
	*channel = make(chan struct{})
}

var faults = map[string]sim.Kind{
	"cut": sim.Cut, "noDone": sim.NoDone, "errorLine": sim.ErrorLine, "garbage": sim.Garbage,
	"hang": sim.Hang, "missing": sim.Missing, "failed": sim.Failed, "busy": sim.Busy,
}

func (s *simulated) fault(body json.RawMessage) error {
	var asked struct {
		Kind, Text, Path string
		After, Times     int
	}
	if err := json.Unmarshal(body, &asked); err != nil {
		return err
	}
	kind, known := faults[asked.Kind]
	if !known {
		return fmt.Errorf("there is no fault %q", asked.Kind)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ollama.Fail(sim.Fault{Kind: kind, Path: asked.Path, After: asked.After, Text: asked.Text, Times: asked.Times, Until: s.healed})
	return nil
}

func (s *simulated) library(body json.RawMessage) error {
	var asked struct {
		Models []struct {
			Name  string
			Bytes int64
			Hold  bool
		}
	}
	if err := json.Unmarshal(body, &asked); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []sim.Pullable
	for _, m := range asked.Models {
		p := sim.Pullable{Model: s.model(m.Name, m.Bytes)}
		if m.Hold {
			p.Hold = s.pulls
		}
		all = append(all, p)
	}
	s.ollama.SetLibrary(all)
	return nil
}

func (s *simulated) forget(json.RawMessage) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgotten = len(s.ollama.Requests())
	return nil
}

type request struct {
	Method   string `json:"method"`
	Path     string `json:"path"`
	Body     string `json:"body"`
	Status   int    `json:"status"` // 0 until it is sent
	Aborted  bool   `json:"aborted"`
	Finished bool   `json:"finished"`
}

func (s *simulated) requests() []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []request{}
	for _, r := range s.ollama.Requests()[s.forgotten:] {
		all = append(all, request{r.Method, r.Path, string(r.Body), r.Status, r.Aborted, r.Finished})
	}
	return all
}

type payload struct {
	Name string `json:"name"`
	Text string `json:"text"` // bytes that are no UTF-8 are replaced: a rule with "payload" says them as they are
}

func payloads(kind string) ([]payload, error) {
	var all []payload
	for _, p := range adversary.Kind(kind) {
		all = append(all, payload{p.Name, p.Text})
	}
	if all == nil {
		return nil, errors.New("there is no kind of that name")
	}
	return all, nil
}
