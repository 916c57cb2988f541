package sim

import "time"

// SetSpeed changes how fast the server is, from the next token on.
func (s *Server) SetSpeed(v Speed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config.Speed = v
}

// SetLoad changes how long the next cold loads take.
func (s *Server) SetLoad(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config.Load = d
}

// SetLibrary changes what can be pulled from now on.
func (s *Server) SetLibrary(all []Pullable) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config.Library = all
}

// Unload forgets what is in memory: the next request loads its model again.
func (s *Server) Unload() { s.slot.forget() }

func (s *Server) speed() Speed {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.config.Speed
}

func (s *Server) load() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.config.Load
}
