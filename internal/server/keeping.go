package server

import (
	"time"

	"go.lsp.dev/protocol"

	"sopro/internal/config"
	"sopro/internal/learn"
)

// syncEvery is how often what was learnt is written down: no more than that is lost when the process is killed.
const syncEvery = time.Minute

// keepLearnt reads what was learnt of completions before, and writes down what is learnt from time to time.
func (s *Server) keepLearnt() {
	if s.parts.Ledger == nil {
		return
	}
	s.spawn(func() {
		tick := time.NewTicker(syncEvery)
		defer tick.Stop()
		for s.syncLearnt(); ; s.syncLearnt() {
			select {
			case <-s.ctx.Done():
				return
			case <-tick.C:
			}
		}
	})
}

// syncLearnt brings the ledger and its file together. What is wrong with the file is said once: only what was learnt is lost.
func (s *Server) syncLearnt() {
	if s.parts.Ledger == nil {
		return
	}
	if err := s.parts.Ledger.Sync(time.Now()); err != nil {
		s.tell("learnt", protocol.MessageTypeWarning, err.Error())
	}
}

// statusLearnt is what the status says of what was learnt, and where it is kept.
type statusLearnt struct {
	File   string              `json:"file"`
	Models []statusAcceptances `json:"models"`
}

// statusAcceptances is what was learnt of a model in a language.
type statusAcceptances struct {
	Model      string             `json:"model"`
	Language   string             `json:"language"`
	Shown      int                `json:"shown"`
	Accepted   int                `json:"accepted"`
	Typed      int                `json:"typed"`
	Characters int                `json:"characters"`
	Standing   map[string]float64 `json:"standing,omitempty"` // by time; only those that are known
	Gate       float64            `json:"gate"`               // in use
	Hidden     []string           `json:"hidden,omitempty"`
}

func (s *Server) statusLearnt(c config.Settings) *statusLearnt {
	if s.parts.Ledger == nil {
		return nil
	}
	book := s.parts.Ledger.Book()
	r := &statusLearnt{File: book.Path(), Models: []statusAcceptances{}}
	for _, m := range book.Summaries() {
		a := statusAcceptances{
			Model: m.Model, Language: m.Language, Shown: m.Shown, Accepted: m.Accepted, Typed: m.Typed, Characters: m.Characters,
			Gate: c.Completion.Gate, Hidden: m.Hidden,
		}
		if !c.Completion.GateGiven && m.Gate > 0 {
			a.Gate = m.Gate
		}
		for i, share := range m.Standing {
			if share >= 0 {
				if a.Standing == nil {
					a.Standing = map[string]float64{}
				}
				a.Standing[learn.TimeNames[i]] = share
			}
		}
		r.Models = append(r.Models, a)
	}
	return r
}
