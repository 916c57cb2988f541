package model

import "time"

// stopwatch takes the time of a generation as it comes.
type stopwatch struct {
	began       time.Time // when it was sent
	first, last time.Time // when the first and the last token came; zero: none has
	tokens      int
	atOnce      int // that came together with the first
}

func (s *stopwatch) heard(c Chunk) {
	n := len(c.Tokens)
	if n == 0 && c.Text != "" {
		n = 1
	}
	if n == 0 {
		return
	}
	s.tokens, s.last = s.tokens+n, time.Now()
	if s.first.IsZero() {
		s.first, s.atOnce = s.last, n
	}
}

// firstToken is how long the first token took, 0 where none has come.
func (s *stopwatch) firstToken() time.Duration {
	if s.first.IsZero() {
		return 0
	}
	return s.first.Sub(s.began)
}

// speed is in tokens a second, 0 where they all came at once.
func (s *stopwatch) speed() float64 {
	if took := s.last.Sub(s.first); took > 0 {
		return float64(s.tokens-s.atOnce) / took.Seconds()
	}
	return 0
}
