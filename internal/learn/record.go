package learn

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Times after which it is looked how much of an accepted text still stands.
var Times = [3]time.Duration{30 * time.Second, 2 * time.Minute, 5 * time.Minute}

// TimeNames are Times for people.
var TimeNames = [3]string{"30s", "2m", "5m"}

// record is what was counted of one model in one language.
type record struct {
	Model      string           `json:"model"`
	Language   string           `json:"language"`
	Day        string           `json:"day"`        // the last on which something was counted
	Shown      int              `json:"shown"`      // were on the screen for a while, or taken
	Accepted   int              `json:"accepted"`   // of those
	Typed      int              `json:"typed"`      // were right, and typed by hand to their end
	Characters int              `json:"characters"` // accepted
	Standing   [3]standing      `json:"standing"`   // 30 s, 2 and 5 minutes after they were accepted
	Buckets    map[string]count `json:"buckets"`    // by kind of completion
	Gates      verdicts         `json:"gates"`      // for the gates from 0.50 to 0.95 in steps of 0.05
	Judged     int              `json:"judged"`     // completions since the gate was moved
	Gate       float64          `json:"gate"`       // 0: none has been found
}

// standing is how many characters were looked at again, and how many of them still stood.
type standing struct {
	Of       int `json:"of"`
	Standing int `json:"standing"`
}

// count is how many completions were seen, and how many of them taken.
type count struct {
	Seen  int `json:"seen"`
	Taken int `json:"taken"`
}

const (
	maxRecords = 64  // pairs of model and language in the file; those that were counted longest ago go first
	maxName    = 128 // bytes of a model's name or a language's
	// maxSeen and maxVerdicts bound what is remembered: beyond, all counts of the bucket or of the gates are halved, so that what was
	// counted lately weighs more.
	maxSeen     = 400
	maxVerdicts = 2000
	maxNumber   = 1 << 40
)

// key tells records apart.
type key struct{ model, language string }

func keyOf(model, language string) key {
	return key{strings.ToValidUTF8(model[:min(len(model), maxName)], ""), strings.ToValidUTF8(language[:min(len(language), maxName)], "")}
}

// records are those of a file or of what came since.
type records map[key]*record

// of is the record of a pair, a new one where there is none.
func (r records) of(model, language string) *record {
	k := keyOf(model, language)
	if r[k] == nil {
		r[k] = &record{Model: k.model, Language: k.language, Buckets: map[string]count{}}
	}
	return r[k]
}

// plus is the sum of two, neither of which is changed.
func (r records) plus(other records) records {
	sum := records{}
	for _, all := range []records{r, other} {
		for _, one := range all {
			sum.of(one.Model, one.Language).add(one)
		}
	}
	return sum
}

// add counts what another has counted. A correction may have taken more away than there was.
func (r *record) add(o *record) {
	r.Day = max(r.Day, o.Day)
	for _, sum := range []struct {
		to   *int
		what int
	}{
		{&r.Shown, o.Shown}, {&r.Accepted, o.Accepted}, {&r.Typed, o.Typed}, {&r.Characters, o.Characters}, {&r.Judged, o.Judged},
	} {
		*sum.to = max(*sum.to+sum.what, 0)
	}
	for i, s := range o.Standing {
		r.Standing[i].Of += s.Of
		r.Standing[i].Standing += s.Standing
	}
	for name, c := range o.Buckets {
		was := r.Buckets[name]
		r.Buckets[name] = count{was.Seen + c.Seen, was.Taken + c.Taken}
	}
	for i := range Gates {
		r.Gates.Right[i] += o.Gates.Right[i]
		r.Gates.Wrong[i] += o.Gates.Wrong[i]
	}
	if o.Gate != 0 {
		r.Gate = o.Gate
	}
}

// settle moves the gate when enough was judged since it was moved last, and lets the past fade. base is the gate that holds where none
// was found yet.
func (r *record) settle(base float64) {
	if r.Judged >= enough {
		from := r.Gate
		if from == 0 {
			from = base
		}
		if next := calibrated(from, r.Gates); next != 0 {
			r.Gate, r.Judged = next, 0
		}
	}
	for name, c := range r.Buckets {
		if c.Seen > maxSeen {
			r.Buckets[name] = count{c.Seen / 2, c.Taken / 2}
		}
	}
	most := 0
	for i := range Gates {
		most = max(most, r.Gates.Right[i]+r.Gates.Wrong[i])
	}
	if most > maxVerdicts {
		for i := range Gates {
			r.Gates.Right[i] /= 2
			r.Gates.Wrong[i] /= 2
		}
	}
}

// sane reports whether a record that was read can be one that was written.
func (r *record) sane() bool {
	numbers := []int{r.Shown, r.Accepted, r.Typed, r.Characters, r.Judged}
	for _, s := range r.Standing {
		numbers = append(numbers, s.Of, s.Standing)
	}
	names := buckets()
	for name, c := range r.Buckets {
		if !slices.Contains(names, name) {
			return false
		}
		numbers = append(numbers, c.Seen, c.Taken)
	}
	numbers = append(append(numbers, r.Gates.Right[:]...), r.Gates.Wrong[:]...)
	bad := func(n int) bool { return n < 0 || n > maxNumber }
	gate := r.Gate == 0 || r.Gate >= Gates[0] && r.Gate <= Gates[Levels-1]
	return len(r.Model) <= maxName && len(r.Language) <= maxName && len(r.Day) <= len(time.DateOnly) && gate && !slices.ContainsFunc(numbers, bad)
}

// sorted are the records by name, no more than the file may have, the oldest left out.
func (r records) sorted() []*record {
	all := slices.SortedFunc(maps.Values(r), func(a, b *record) int {
		return strings.Compare(b.Day+"\x00"+b.Model+"\x00"+b.Language, a.Day+"\x00"+a.Model+"\x00"+a.Language)
	})
	all = all[:min(len(all), maxRecords)]
	slices.SortFunc(all, func(a, b *record) int {
		return strings.Compare(a.Model+"\x00"+a.Language, b.Model+"\x00"+b.Language)
	})
	return all
}
