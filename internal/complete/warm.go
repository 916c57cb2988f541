package complete

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sopro/internal/model"
)

// A prompt is evaluated ahead in slices, each a longer beginning of it, because one that is begun may not be stoppable: typing
// waits for one slice at most. Only the newest place is warmed, while nothing else is to be done, and what is typed or asked
// anywhere ends it: the cache of a server holds one prompt.

// sliceTime is the longest that a slice may take, at the speed that was measured.
const sliceTime = 300 * time.Millisecond

const (
	firstSlice = 64 // tokens, where no speed has been measured yet: that tells it
	leastSlice = 32 // tokens that are worth a request
)

// warmed keeps a place to be warmed when nothing else is to be done, or loads the model.
func (p *Policy) warmed(now time.Time, e Warmed) {
	s := p.session(e.sight.doc)
	switch {
	case s == nil || s.pending != nil || e.Model == Down || e.Model == Unknown || !p.wanted(e.sight, e.Manual):
	case !e.Load:
		p.warming = &e
	case e.Model == Loading && !p.loads() && s.current == nil:
		p.send(now, s, &pending{sight: e.sight, load: true, loading: true}, true)
	}
}

// loads reports whether the model is being loaded, for whichever document.
func (p *Policy) loads() bool {
	return slices.ContainsFunc(p.sessions, func(s *session) bool { return s.current != nil && s.current.loading })
}

// idle reports whether no model runs and nobody waits for one.
func (p *Policy) idle() bool {
	return !slices.ContainsFunc(p.sessions, func(s *session) bool { return s.current != nil || s.pending != nil })
}

// taken reports whether the server reads a prompt for another document that nobody waits for: it may not stop before the end.
func (p *Policy) taken(s *session) bool {
	return slices.ContainsFunc(p.sessions, func(o *session) bool {
		g := o.current
		return o != s && g != nil && g.state == running && !g.leftAt.IsZero()
	})
}

// warmNext evaluates the next slice of the place that is warmed.
func (p *Policy) warmNext(now time.Time) {
	e := p.warming
	if e == nil || !p.idle() {
		return
	}
	s := p.session(e.sight.doc)
	if s == nil || !p.wanted(e.sight, e.Manual) {
		p.warming = nil
		return
	}
	p.send(now, s, &pending{sight: e.sight, manual: e.Manual, loading: e.Model == Loading}, true)
	s.current.warming = e
}

// cooled ends the warming that a generation was a slice of, unless there is more of it: never where a slice is no longer than the one
// before, as with a server that keeps nothing. Where the model could not be loaded, nothing is warmed.
func (p *Policy) cooled(g *generation, e Finished) {
	switch {
	case e.Err != nil && g.load:
		p.warming = nil
	case g.load && p.warming != nil:
		p.warming.Model = Ready
	case g.warming == nil || g.warming != p.warming:
	case e.Err != nil || !e.More || e.Read <= g.warming.read:
		p.warming = nil
	default:
		g.warming.read, g.warming.Model = e.Read, Ready
	}
}

// slice cuts a prompt that is evaluated ahead to what its server has of it and what it can evaluate in sliceTime. What stands
// behind the cursor in the prompt is left out: the next key would have it evaluated again. It returns how long the beginning is, in
// bytes, 0 where there is nothing to do, and whether there will be more to do after it.
func (k *Parts) slice(p *Prepared) (read int, more bool) {
	body, size := grows(&p.Request), promptBytes(p.Request)
	stable := p.stable(*body)
	known := 0 // bytes of body that the server has
	if k.Fresh != nil {
		before := size - len(*body) - len(p.Request.Suffix)
		known = min(max(int(float64(size)*(1-k.Fresh(p.Request))+0.5)-before, 0), stable)
	}
	perToken := float64(max(size, 1)) / float64(max(p.Tokens, 1)) // bytes
	bytes := func(tokens int) int { return max(int(float64(tokens)*perToken), 1) }
	if stable == known || k.Fresh != nil && stable-known < bytes(leastSlice) {
		return 0, false
	}
	end := stable
	if k.Fresh != nil {
		end = cutAt(*body, known, min(known+bytes(k.sliceTokens(p.Choice.Model)), stable))
	}
	*body = (*body)[:end]
	if p.Request.Suffix != "" {
		p.Request.Suffix = "\n" // without one a server's template does not infill, and begins otherwise
	}
	p.Tokens = int(float64(promptBytes(p.Request)) / perToken)
	k.price(p)
	return end, stable-end >= bytes(leastSlice)
}

// sliceTokens is how many tokens a model evaluates in sliceTime.
func (k *Parts) sliceTokens(name string) int {
	if speed := k.speed(name); speed.Prompt > 0 {
		return max(int(speed.Prompt*sliceTime.Seconds()), 1)
	}
	return firstSlice
}

func (k *Parts) speed(name string) model.Speed {
	if k.Speed == nil {
		return model.Speed{}
	}
	return k.Speed(name)
}

// grows is the text of a request that gets longer as the cursor moves on.
func grows(r *model.Request) *string {
	if n := len(r.Messages); n > 0 {
		return &r.Messages[n-1].Content
	}
	return &r.Prompt
}

// stable is how many bytes of a prompt stay as they are when somebody types at its hole.
func (p *Prepared) stable(body string) int {
	hole := p.hole
	hole.Prefix += "_"
	f := p.Choice.Asking.Fill(hole)
	typed := f.Prompt
	if n := len(f.Messages); n > 0 {
		typed = f.Messages[n-1].Content
	}
	n := 0
	for n < min(len(body), len(typed)) && body[n] == typed[n] {
		n++
	}
	return n
}

// cutAt is where to cut text between from and to: behind its last line end, else where a character begins.
func cutAt(text string, from, to int) int {
	if to == len(text) {
		return to
	}
	if i := strings.LastIndexByte(text[from:to], '\n'); i >= 0 {
		return from + i + 1
	}
	end := to
	for end > from && !utf8.RuneStart(text[end]) {
		end--
	}
	if end == from {
		return to
	}
	return end
}
