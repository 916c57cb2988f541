package typing

import (
	"errors"
	"slices"
	"time"

	"sopro/internal/model"
)

// Speed is how fast a simulated model is, in tokens a second.
type Speed struct {
	Prompt     int `json:"prompt"`
	Generation int `json:"generation"`
}

// Mode is what a server does with a prompt whose client has left.
type Mode string

const (
	Mode017 Mode = "0.17" // evaluates it to its end
	Mode030 Mode = "0.30" // evaluates the batch to its end
)

const (
	batch    = 512                   // prompt tokens that are evaluated together and cannot be stopped
	overhead = 10 * time.Millisecond // of a request, besides its tokens
)

// server is a simulated Ollama with one slot.
type server struct {
	*clock
	speed Speed
	mode  Mode
	first time.Duration // that any prompt takes; 0: as speed has it
	cache []string      // the tokens whose evaluation the slot has
	runs  *job
	queue []*job // in the order in which they came

	evaluated int           // prompt tokens
	prompts   int           // that were evaluated to their end
	foretold  int           // their tokens that had to be evaluated, as the clients thought
	off       int           // by how many they were wrong, prompt by prompt
	busy      time.Duration // of the slot
}

// job is a request.
type job struct {
	prompt   []string
	foretold int // of its tokens, those that have to be evaluated, as the client thinks
	answer   []model.Token
	natural  bool // the answer ends by itself, not by a limit
	warm     bool // evaluates the prompt and says nothing

	said func(model.Chunk)
	over func(error) // once; an error where the job was cancelled

	left  bool // its client is gone
	stage stage
	began time.Duration
	fresh int // prompt tokens that were evaluated
}

// stage is how far a job has come.
type stage uint8

const (
	queued stage = iota
	evaluating
	generating
	gone
)

var errLeft = errors.New("the client has left")

// submit takes a request; it runs at once if the slot is free.
func (s *server) submit(j *job) {
	s.queue = append(s.queue, j)
	s.next()
}

// cancel is a client that closes its connection. The client knows at once, the slot may be taken for a while yet.
func (s *server) cancel(j *job) {
	if j.left || j.stage == gone {
		return
	}
	j.left = true
	s.after(0, func() { j.over(errLeft) })
}

// wanted is the newest job whose client waits, nil where there is none.
func (s *server) wanted() *job {
	for _, j := range slices.Backward(s.queue) {
		if !j.left {
			return j
		}
	}
	if s.runs != nil && !s.runs.left {
		return s.runs
	}
	return nil
}

func (s *server) next() {
	for s.runs == nil && len(s.queue) > 0 {
		j := s.queue[0]
		s.queue = s.queue[1:]
		if !j.left {
			s.runs, j.stage, j.began = j, evaluating, s.now
			s.after(overhead, func() { s.evaluate(j, s.cached(j.prompt)) })
		}
	}
}

// cached is how many tokens of a prompt need not be evaluated. The last one always has to be, as its output is wanted.
func (s *server) cached(prompt []string) int {
	n := 0
	for n < len(prompt)-1 && n < len(s.cache) && s.cache[n] == prompt[n] {
		n++
	}
	return n
}

// evaluate goes on with a prompt of which so many tokens are done, a batch at a time.
func (s *server) evaluate(j *job, done int) {
	s.cache = j.prompt[:done:done]
	if left := j.left && s.mode == Mode030; left || done == len(j.prompt) {
		if done == len(j.prompt) {
			s.prompts++
			s.foretold += j.foretold
			s.off += max(j.foretold-j.fresh, j.fresh-j.foretold)
		}
		if left || j.left || j.warm {
			s.free(j)
		} else {
			j.stage = generating
			s.generate(j, 0)
		}
		return
	}
	n, takes := s.step(len(j.prompt) - done)
	s.after(takes, func() {
		s.evaluated += n
		j.fresh += n
		s.evaluate(j, done+n)
	})
}

// step is how many of the tokens that are left are evaluated together, and how long that takes.
func (s *server) step(left int) (n int, takes time.Duration) {
	if s.first > 0 {
		return left, max(s.first-overhead, 0)
	}
	n = min(batch, left)
	return n, perSecond(n, s.speed.Prompt)
}

// generate goes on with an answer of which so many tokens were said.
func (s *server) generate(j *job, said int) {
	if said == len(j.answer) {
		s.free(j)
		return
	}
	s.after(perSecond(1, s.speed.Generation), func() {
		if j.left {
			s.free(j)
			return
		}
		token := j.answer[said]
		s.cache = append(s.cache, token.Text)
		j.said(model.Chunk{Text: token.Text, Tokens: []model.Token{token}})
		s.generate(j, said+1)
	})
}

// free ends a job and gives the slot to the next one.
func (s *server) free(j *job) {
	j.stage = gone
	s.runs = nil
	s.busy += s.now - j.began
	if !j.left {
		reason := "stop"
		if !j.natural {
			reason = "length"
		}
		j.said(model.Chunk{Done: &model.Stats{
			PromptTokens: len(j.prompt), PromptTime: perSecond(j.fresh, s.speed.Prompt),
			Tokens: len(j.answer), GenerationTime: perSecond(len(j.answer), s.speed.Generation), Reason: reason,
		}})
		j.over(nil)
	}
	s.next()
}

// perSecond is how long n tokens take at a speed.
func perSecond(n, speed int) time.Duration {
	return time.Duration(n) * time.Second / time.Duration(speed)
}
