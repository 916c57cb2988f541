package typing

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sopro/internal/model"
)

// fluent is a model that knows a trace and says it a word each tenth of a second.
func fluent(t Trace) func(context.Context, model.Priority, model.Request) iter.Seq2[model.Chunk, error] {
	return func(ctx context.Context, _ model.Priority, r model.Request) iter.Seq2[model.Chunk, error] {
		return func(yield func(model.Chunk, error) bool) {
			before := r.Prompt[:strings.Index(r.Prompt, "<|fim_suffix|>")]
			rest := t.Text
			for n := len(rest); n > 0; n-- {
				if strings.HasSuffix(before, t.Before[len(t.Before)-10:]+t.Text[:n]) {
					rest = t.Text[n:]
					break
				}
			}
			for _, token := range tokens(rest) {
				select {
				case <-time.After(100 * time.Millisecond):
				case <-ctx.Done():
					yield(model.Chunk{}, ctx.Err())
					return
				}
				if !yield(model.Chunk{Text: token, Tokens: []model.Token{{Text: token, Prob: 1, Known: true}}}, nil) {
					return
				}
			}
			yield(model.Chunk{Done: &model.Stats{Reason: "stop"}}, nil)
		}
	}
}

func TestARealModel(t *testing.T) {
	trace := own(t)[4]
	c := usual()
	c.Warm = false                                                 // nobody knows what this model has read already
	if _, err := Run(t.Context(), []Trace{trace}, c); err != nil { // its grammar is loaded outside of the bubble
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		parts := newSession(trace, c).parts()
		parts.Stream = fluent(trace)
		r, err := Live(t.Context(), []Trace{trace}, c, parts)
		if err != nil || r.Saved < 50 || r.Requests == 0 || r.Seconds < 1 || r.FullyRight != 100 || r.Unanswered != 0 || r.Errors != 0 || r.Typed != nil {
			t.Errorf("%+v, %v", r, err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		parts := newSession(trace, c).parts()
		parts.Stream = fluent(trace)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if _, err := Live(ctx, []Trace{trace}, c, parts); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
	})
}
