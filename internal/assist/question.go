package assist

import (
	"strings"
	"unicode/utf8"

	"sopro/internal/prompt"
)

// Question is what a person wants to know about code.
type Question struct {
	Text     string // "" for a plain explanation
	Language string // to answer in: a locale or a name, "" for English
	Earlier  []Turn // of the same conversation, the oldest first
}

// Turn is a question that was answered earlier, Question being "" for a plain explanation. What was not answered counts for nothing.
type Turn struct{ Question, Answer string }

// A client may send anything for what was said: of that no more is looked at than a person can have in mind.
const (
	maxTurns    = 32
	maxQuestion = 2 << 10 // bytes
	maxTurn     = 8 << 10 // bytes of an answer; 1,536 tokens of prose are less
)

// turns are the newest of the earlier turns, each bounded.
func (q Question) turns() []prompt.Turn {
	var turns []prompt.Turn
	for _, t := range q.Earlier[max(0, len(q.Earlier)-maxTurns):] {
		if strings.TrimSpace(t.Answer) != "" {
			turns = append(turns, prompt.Turn{Question: shortened(t.Question, maxQuestion), Answer: shortened(t.Answer, maxTurn)})
		}
	}
	return turns
}

// shortened is text of at most so many bytes before a sign that there was more.
func shortened(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + " …"
}

// recalled are the newest turns that fit beside what t shows already.
func (b budget) recalled(t prompt.Explaining, earlier []prompt.Turn) []prompt.Turn {
	kept := earlier[len(earlier):]
	for n := 1; n <= len(earlier); n++ {
		t.Earlier = earlier[len(earlier)-n:]
		if b.left(prompt.Explain(t)) < 0 {
			break
		}
		kept = t.Earlier
	}
	return kept
}

// without is what code that does not fit by itself may take: a question that goes on with an answer needs that answer, for which
// at most a third is kept.
func (b budget) without(earlier []prompt.Turn) budget {
	if n := len(earlier); n > 0 {
		last := earlier[n-1]
		b.prompt -= min(b.estimate(last.Question)+b.estimate(last.Answer)+4*turnTokens, b.prompt/3)
	}
	return b
}
