package sim

import (
	"cmp"
	"encoding/json"
	"net/http"
)

// Pullable is a model of the library that a server pulls from.
type Pullable struct {
	Model  Model
	Layers []Layer         // empty: one of the model's size
	Hold   <-chan struct{} // nil, or a pull stops in the middle of the first layer until this is closed
}

// Layer is a file of a model.
type Layer struct {
	Digest string // "sha256:" and 64 hexadecimal digits
	Size   int64  // bytes
}

// pullSteps is in how many lines a layer comes, besides the one that announces it.
const pullSteps = 4

func (p Pullable) layers() []Layer {
	if len(p.Layers) > 0 {
		return p.Layers
	}
	return []Layer{{"sha256:" + p.Model.digest(), cmp.Or(p.Model.Size, 1_000_000_000)}}
}

// step is a line of a pull.
type step struct {
	Status    string `json:"status"`
	Digest    string `json:"digest,omitempty"`
	Total     int64  `json:"total,omitempty"`
	Completed int64  `json:"completed,omitempty"`
}

// pulling is one pull.
type pulling struct {
	*exchange
	lines int // sent so far
}

// pull answers /api/pull. What has come of a layer is kept when the client leaves or the connection breaks, as Ollama does.
func (s *Server) pull(x *exchange) {
	var asked struct{ Model, Name string }
	if err := json.Unmarshal(x.entry.Body, &asked); err != nil {
		x.fail(http.StatusBadRequest, err.Error())
		return
	}
	name := cmp.Or(asked.Model, asked.Name)
	p := &pulling{exchange: x}
	if !p.say(step{Status: "pulling manifest"}) {
		return
	}
	from, ok := s.library(name)
	if !ok {
		x.whole = x.line(map[string]string{"error": "pull model manifest: file does not exist"}) == nil
		return
	}
	for i, layer := range from.layers() {
		hold := from.Hold
		if i > 0 {
			hold = nil
		}
		if !p.layer(layer, hold) {
			return
		}
	}
	if p.say(step{Status: "verifying sha256 digest"}) && p.say(step{Status: "writing manifest"}) {
		s.Install(from.Model)
		x.whole = p.say(step{Status: "success"})
	}
}

func (s *Server) library(name string) (Pullable, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.config.Library {
		if canonical(p.Model.Name) == canonical(name) {
			return p, true
		}
	}
	return Pullable{}, false
}

// layer sends what is missing of a layer, and reports whether the pull goes on.
func (p *pulling) layer(l Layer, hold <-chan struct{}) bool {
	status := "pulling " + l.Digest[len("sha256:"):][:12]
	have := func(add int64) int64 {
		p.server.mu.Lock()
		defer p.server.mu.Unlock()
		p.server.parts[l.Digest] = min(p.server.parts[l.Digest]+add, l.Size)
		return p.server.parts[l.Digest]
	}
	done := have(0)
	if !p.say(step{status, l.Digest, l.Size, done}) {
		return false
	}
	for done < l.Size {
		if hold != nil && done >= l.Size/2 {
			connection, _, cancel := p.server.during(p.request)
			select {
			case <-hold:
				hold = nil
			case <-connection.Done():
			}
			cancel()
			if hold != nil {
				return false
			}
		}
		done = have((l.Size + pullSteps - 1) / pullSteps)
		if !p.say(step{status, l.Digest, l.Size, done}) {
			return false
		}
	}
	return true
}

// say sends a line, or does what goes wrong at this one.
func (p *pulling) say(line step) bool {
	if p.fault.Kind != 0 && p.lines == p.fault.After {
		switch p.fault.Kind {
		case NoDone:
			p.header(http.StatusOK, "application/x-ndjson")
			p.whole = true
			return false
		case ErrorLine:
			p.whole = p.line(map[string]string{"error": p.fault.Text}) == nil
			return false
		case Cut:
			return false
		}
	}
	p.lines++
	return p.line(line) == nil
}

// delete answers /api/delete.
func (s *Server) delete(x *exchange) {
	var asked struct{ Model, Name string }
	if err := json.Unmarshal(x.entry.Body, &asked); err != nil {
		x.fail(http.StatusBadRequest, err.Error())
		return
	}
	name := cmp.Or(asked.Model, asked.Name)
	if _, ok := s.model(name); !ok {
		x.missing()
		return
	}
	s.Remove(name)
	x.header(http.StatusOK, "")
	x.whole = true
}
