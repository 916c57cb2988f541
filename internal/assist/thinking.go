package assist

import "strings"

// thinking drops the reasoning that some models write before they answer, although they were told not to. Ollama keeps it apart where it
// knows the model; where it does not, the reasoning comes as text between <think> and </think>, or, from models whose
// template has begun it, ends with a line </think> that nothing opened.
type thinking struct {
	held  string // not decided yet
	place thought
}

type thought uint8

const (
	before thought = iota // the answer has not begun
	within
	lineStart // of the answer
	midLine
)

const (
	thinkOpen  = "<think>"
	thinkClose = "</think>"
)

// push returns what belongs to the answer. void: what was returned before was reasoning.
func (t *thinking) push(piece string) (text string, void bool) {
	t.held += piece
	var out strings.Builder
	for t.held != "" {
		switch t.place {
		case before:
			begun := strings.TrimLeft(t.held, " \t\r\n")
			if rest, ok := strings.CutPrefix(begun, thinkOpen); ok {
				t.held, t.place = rest, within
			} else if strings.HasPrefix(thinkOpen, begun) {
				return out.String(), void
			} else {
				t.held, t.place = begun, lineStart
			}
		case within:
			_, rest, ok := strings.Cut(t.held, thinkClose)
			if !ok {
				t.held = t.held[max(0, len(t.held)-len(thinkClose)+1):]
				return out.String(), void
			}
			t.held, t.place = strings.TrimLeft(rest, " \t\r\n"), before
		case lineStart:
			line, rest, ended := strings.Cut(t.held, "\n")
			if ended && strings.TrimSpace(line) == thinkClose {
				out.Reset()
				t.held, t.place, void = rest, before, true
			} else if !ended && strings.HasPrefix(thinkClose, line) {
				return out.String(), void
			} else {
				t.place = midLine
			}
		case midLine:
			line, rest, ended := strings.Cut(t.held, "\n")
			out.WriteString(line)
			if t.held = rest; ended {
				out.WriteString("\n")
				t.place = lineStart
			}
		}
	}
	return out.String(), void
}

// flush returns what was held back, once nothing more comes.
func (t *thinking) flush() string {
	if t.place == within {
		return ""
	}
	return t.held
}
