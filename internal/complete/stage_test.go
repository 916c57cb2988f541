package complete

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sopro/internal/document"
)

// stage drives a policy in virtual time. What follows a ghost is asked for ahead in the stories about that alone.
type stage struct {
	t      *testing.T
	policy *Policy
	armed  time.Time
	did    []string
}

func newStage(t *testing.T) *stage {
	p := NewPolicy(Options{Enabled: true, Automatic: true, Gate: 0.7, Debounce: DebounceAuto, MaxTokens: 256, Without: Without{withoutAhead}})
	p.Step(time.Unix(0, 0), Opened{Doc: "doc"})
	return &stage{t: t, policy: p}
}

func (s *stage) play(script string) {
	s.t.Helper()
	for line := range strings.SplitSeq(strings.TrimSpace(script), "\n") {
		line = strings.TrimSpace(line)
		head, want, ok := strings.Cut(line, "=>")
		if !ok {
			s.prepare(line)
			continue
		}
		at, event, _ := strings.Cut(strings.TrimSpace(head), " ")
		ms, err := strconv.Atoi(at)
		if err != nil {
			s.t.Fatalf("%s: %v", line, err)
		}
		now := time.Unix(0, 0).Add(time.Duration(ms) * time.Millisecond)
		s.did = nil
		for !s.armed.IsZero() && !s.armed.After(now) {
			wake := s.armed
			s.armed = time.Time{}
			s.step(wake, Woken{})
		}
		if event = strings.TrimSpace(event); event != "" {
			s.step(now, s.event(event))
		}
		if got := strings.Join(s.did, ", "); got != strings.TrimSpace(want) {
			s.t.Errorf("%s\n got  %s", line, got)
		}
	}
}

func (s *stage) prepare(line string) {
	switch verb, rest, _ := strings.Cut(line, " "); verb {
	case "builtin", "sure":
		text, _ := strconv.Unquote(rest)
		confidence := map[string]float64{"builtin": 0.85, "sure": 0.95}[verb]
		s.policy.Builtin = func(*sight) (string, float64) { return text, confidence }
	case "manual":
		s.policy.options.Automatic = false
	case "other":
		s.policy.Step(time.Unix(0, 0), Opened{Doc: "other"})
	default:
		s.t.Fatalf("what is %q?", line)
	}
}

// event reads one event of a script.
func (s *stage) event(line string) Event {
	words := strings.Fields(line)
	number := func(i int) int { n, _ := strconv.Atoi(words[i]); return n }
	doc := func() *sight {
		from, to := strings.Index(line, `"`), strings.LastIndex(line, `"`)
		quoted, err := strconv.Unquote(line[from : to+1])
		if err != nil {
			s.t.Fatalf("%s: %v", line, err)
		}
		var selected *Selected
		if before, rest, ok := strings.Cut(quoted, "‹"); ok {
			in, after, _ := strings.Cut(rest, "›")
			quoted = before + in + after
			typed := strings.ReplaceAll(in, "█", "")
			selected = &Selected{document.Span{Start: len(before), End: len(before) + len(typed)}, words[len(words)-1]}
		}
		text, offset := cursor(s.t, quoted)
		uri, version := "doc", int32(1)
		switch words[len(words)-1] {
		case "other":
			uri = "other"
		case "v2":
			version = 2
		}
		menu := slices.Contains(words, "menu")
		return newRequest(Request{Text: document.New(uri, "go", version, text), Offset: offset, Menu: menu, Selected: selected}).sight
	}
	switch words[0] {
	case "edit":
		if len(words) > 1 {
			return Edited{Doc: "doc", Version: int32(number(1))}
		}
		return Edited{Doc: "doc", Version: 1}
	case "ask", "key":
		model := map[string]Availability{"down": Down, "loading": Loading, "busy": Busy, "unknown": Unknown}[words[len(words)-1]]
		return Asked{ID: number(1), Manual: words[0] == "key", Model: model, sight: doc()}
	case "warm", "load":
		model := Ready
		if slices.Contains(words, "loading") {
			model = Loading
		}
		return Warmed{Load: words[0] == "load", Manual: slices.Contains(words, "key"), Model: model, sight: doc()}
	case "learnt":
		return Learnt{map[string]Availability{"down": Down, "loading": Loading, "ready": Ready}[words[1]]}
	case "cancel":
		return Cancelled{ID: number(1)}
	case "say":
		text, _ := strconv.Unquote(line[strings.Index(line, `"`):])
		prob, err := strconv.ParseFloat(words[2], 64)
		if err != nil {
			prob = 1
		}
		return Streamed{Gen: number(1), Text: text, Prob: prob}
	case "end":
		switch words[len(words)-1] {
		case "cut":
			return Finished{Gen: number(1), Err: errors.New("closed")}
		case "fault":
			return Finished{Gen: number(1), Err: errors.New("the runner died")}
		case "more":
			read := number(1)
			if len(words) > 3 {
				read = number(2)
			}
			return Finished{Gen: number(1), Natural: true, More: true, Read: read}
		}
		return Finished{Gen: number(1), Natural: true}
	case "off":
		return Configured{Options{}}
	case "nogo":
		o := s.policy.options
		o.Languages = func(id string) bool { return id != "go" }
		return Configured{o}
	case "close":
		return Closed{Doc: "doc"}
	}
	s.t.Fatalf("what is %q?", line)
	return nil
}

func (s *stage) step(now time.Time, e Event) {
	for _, a := range s.policy.Step(now, e) {
		switch a := a.(type) {
		case Arm:
			s.armed = a.At
		case Send:
			s.did = append(s.did, fmt.Sprintf("send %d%s", a.Gen, map[Send]string{{Warm: true}: " warm", {Warm: true, Load: true}: " load"}[Send{Warm: a.Warm, Load: a.Load}]))
			if a.Ahead {
				s.did[len(s.did)-1] += " ahead"
			}
			if a.Seed > 0 {
				s.did[len(s.did)-1] += fmt.Sprintf(" seed %d", a.Seed)
			}
		case Abort:
			s.did = append(s.did, fmt.Sprintf("abort %d", a.Gen))
		case Answer:
			verb := "item"
			switch {
			case a.Superseded:
				verb = "null"
			case a.Text == "":
				verb = "none"
			case a.Builtin:
				verb = "builtin"
			}
			said := fmt.Sprintf("%s %d", verb, a.ID)
			if a.Text != "" {
				said += " " + strconv.Quote(a.Text)
			}
			for _, other := range a.More {
				said += " " + strconv.Quote(other.Text)
			}
			s.did = append(s.did, said)
		}
	}
}
