package assist

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"sopro/internal/document"
	"sopro/internal/model"
	"sopro/internal/prompt"
	"sopro/internal/syntax"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// answer is what a scripted model says to one request: its chunks, then err, or the end.
type answer struct {
	chunks []string
	err    error
	reason string // "" is "stop"
	open   bool   // the stream just ends
}

func says(chunks ...string) answer { return answer{chunks: chunks} }

// scripted is a machine with a model that says what the script says, and remembers what it was asked.
type scripted struct {
	chat, infill bool // what the installed model can do
	numCtx       int  // 0: 8192
	promptTokens int  // that the server counts
	answers      []answer
	asked        []model.Request
	cancel       func() // called before the last chunk, when set
}

var errNoChat = &model.Error{Kind: model.NotFound, Message: "no model can chat", Next: `run "ollama pull llama3.2:3b"`}

func (s *scripted) assistant() *Assistant {
	ctx := s.numCtx
	if ctx == 0 {
		ctx = 8192
	}
	options := model.Options{NumCtx: ctx, KeepAlive: "30m"}
	return New(Parts{
		Chat: func() (Choice, error) {
			if !s.chat {
				return Choice{}, errNoChat
			}
			return Choice{Model: "talker", Asking: prompt.Asking{Mode: prompt.Chat, Chat: true, NoThink: true}, Options: options}, nil
		},
		Completion: func() (Choice, error) {
			if !s.infill {
				return Choice{}, errors.New("no model can infill")
			}
			asking := prompt.Recognise(prompt.Identity{Name: "qwen2.5-coder:1.5b-base", Capabilities: []string{"completion", "insert"}})
			return Choice{Model: "qwen2.5-coder:1.5b-base", Asking: asking, Options: options}, nil
		},
		Stream:   s.stream,
		Estimate: func(_, _, text string) int { return (len(text) + 2) / 3 },
	})
}

func (s *scripted) stream(ctx context.Context, p model.Priority, r model.Request) iter.Seq2[model.Chunk, error] {
	return func(yield func(model.Chunk, error) bool) {
		s.asked = append(s.asked, r)
		if p != model.Waiting || len(s.asked) > len(s.answers) {
			yield(model.Chunk{}, errors.New("this was not to be asked"))
			return
		}
		a := s.answers[len(s.asked)-1]
		for i, text := range a.chunks {
			if i == len(a.chunks)-1 && s.cancel != nil {
				s.cancel()
			}
			if ctx.Err() != nil {
				yield(model.Chunk{}, ctx.Err())
				return
			}
			if !yield(model.Chunk{Text: text}, nil) {
				return
			}
		}
		switch {
		case a.err != nil:
			yield(model.Chunk{}, a.err)
		case !a.open:
			reason := a.reason
			if reason == "" {
				reason = "stop"
			}
			yield(model.Chunk{Done: &model.Stats{Reason: reason, PromptTokens: s.promptTokens}}, nil)
		}
	}
}

// shown is what a reader has in front of him after the deltas.
type shown struct {
	text   string
	deltas []string // "⟲" for a reset
}

func (s *shown) emit(delta string, reset bool) {
	if reset {
		s.text = ""
		s.deltas = append(s.deltas, "⟲")
	}
	if delta != "" {
		s.text += delta
		s.deltas = append(s.deltas, delta)
	}
}

const mark = "█"

// open makes a document of a text with a cursor mark, or with two around a selection.
func open(t *testing.T, path, text string) (Subject, document.Span) {
	t.Helper()
	start := strings.Index(text, mark)
	if start < 0 {
		t.Fatalf("no %s in %q", mark, text)
	}
	text = strings.Replace(text, mark, "", 1)
	end := start
	if at := strings.Index(text, mark); at >= 0 {
		text, end = strings.Replace(text, mark, "", 1), at
	}
	language := syntax.Detect("", path, "")
	snapshot := document.New("file:///w/"+path, language.ID(), 1, text)
	view := syntax.Parse(t.Context(), language, snapshot)
	t.Cleanup(view.Close)
	return Subject{Text: snapshot, View: view, Local: "/w/" + path, Rel: path, Repo: "w"}, document.Span{Start: start, End: end}
}
