package commits

import "time"

// Within is the repository with another time for each call.
func (r Repository) Within(most time.Duration) *Repository {
	r.within = most
	return &r
}
