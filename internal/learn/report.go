package learn

// Summary is what is known of a model in a language, for people.
type Summary struct {
	Model, Language        string
	Shown, Accepted, Typed int
	Characters             int        // accepted
	Standing               [3]float64 // the share of accepted characters that stands after each of Times; -1: not known yet
	Gate                   float64    // that was found right; 0: none yet
	Hidden                 []string   // kinds of completion that are not shown because they are almost never taken
}

// Summaries are what the book has, by model and language.
func (b *Book) Summaries() []Summary {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := []Summary{}
	for _, r := range b.base.plus(b.writing).plus(b.fresh).sorted() {
		s := Summary{
			Model: r.Model, Language: r.Language, Shown: r.Shown, Accepted: r.Accepted, Typed: r.Typed, Characters: r.Characters, Gate: r.Gate,
		}
		for i, was := range r.Standing {
			if s.Standing[i] = -1; was.Of > 0 {
				s.Standing[i] = float64(was.Standing) / float64(was.Of)
			}
		}
		for _, name := range buckets() {
			if r.Buckets[name].hidden() {
				s.Hidden = append(s.Hidden, name)
			}
		}
		all = append(all, s)
	}
	return all
}
