// Package assist answers what a person asks about code: it explains a selection, and it writes the code that a comment asks for.
//
// Goals: an instruction goes in, prose or a checked edit comes out; a prompt never exceeds the context that the model is loaded
// with; what streams out has been cleaned already; an edit touches the one document that was asked for, brings in no
// hidden characters, and parses if the document did.
//
// Non-goals: it opens no files, applies no edit and compares no versions, which is the server's and the command line's to do; it
// chooses no model (package catalog) and writes no prompt (package prompt).
//
// An Assistant starts no goroutine: each call works on the caller's, for as long as the model streams.
package assist

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"sopro/internal/clean"
	"sopro/internal/document"
	"sopro/internal/gather"
	"sopro/internal/model"
	"sopro/internal/patch"
	"sopro/internal/prompt"
	"sopro/internal/syntax"
)

// Emit receives text as it comes. reset voids everything before it. The deltas after the last reset add up to the result; after an
// error they are whatever was there.
type Emit func(delta string, reset bool)

// Choice is a model and how it is to be asked.
type Choice struct {
	Model   string
	Asking  prompt.Asking
	Options model.Options
}

// Parts are what an Assistant needs of the rest of the program. All are safe for concurrent use.
type Parts struct {
	Chat       func() (Choice, error) // the model to talk to; the error says what to pull
	Completion func() (Choice, error) // the model that infills, for want of one to talk to
	Stream     func(ctx context.Context, p model.Priority, r model.Request) iter.Seq2[model.Chunk, error]
	Estimate   func(model, language, text string) int          // tokens, rather too many than too few
	Observe    func(model, language string, bytes, tokens int) // what a prompt really took; may be nil
	Speed      func(model string) model.Speed                  // as measured; may be nil
	Sources    gather.Sources                                  // what is known beside the document
}

// Subject is the document that is asked about. Text is the version that offsets and edits refer to.
type Subject struct {
	Text  *document.Snapshot
	View  *syntax.View // what is known of Text, perhaps from a little earlier; it stays the caller's
	Rel   string       // path from the root of the repository, with slashes; "" where there is none
	Local string       // by which the sources know it: its path on disk, or its URI
	Repo  string       // name of the repository, "" where there is none
}

// Change is generated code and the edit that puts it into the document.
type Change struct {
	Edits []patch.Edit // in bytes of Subject.Text
	Text  string       // the code alone, indented for its place, its lines joined by \n
	Diff  string       // unified, with a/REL and b/REL
	After string       // the whole document with the code
}

// Assistant is safe for concurrent use.
type Assistant struct{ parts Parts }

// New makes an Assistant of its parts.
func New(p Parts) *Assistant { return &Assistant{p} }

const maxAnswer = 256 << 10 // bytes of one answer, thinking included

// ask has c's model answer and gives each piece of the answer to take, until take has enough. reason is why the model stopped:
// "length" where it was not finished, "" where take had enough.
func (a *Assistant) ask(ctx context.Context, c Choice, r model.Request, take func(piece string) (enough bool)) (reason string, err error) {
	r.Model, r.Options, r.NoThink = c.Model, c.Options, c.Asking.NoThink
	total := 0
	for chunk, err := range a.parts.Stream(ctx, model.Waiting, r) {
		if err != nil {
			return "", failure(ctx, c, err)
		}
		if total += len(chunk.Text); total > maxAnswer {
			return "", &model.Error{Kind: model.Refused, Message: fmt.Sprintf("%s answered more than %d KiB", c.Model, maxAnswer>>10),
				Next: "ask for less at once, or choose another model"}
		}
		if chunk.Text != "" && take(chunk.Text) {
			return "", nil
		}
		if chunk.Done != nil {
			a.learn(c, r, *chunk.Done)
			return chunk.Done.Reason, nil
		}
	}
	return "", failure(ctx, c, &model.Error{Kind: model.Cut, Message: fmt.Sprintf("the answer of %s broke off", c.Model)})
}

// learn tells the estimator what the prompt took, unless the server may have cut it.
func (a *Assistant) learn(c Choice, r model.Request, s model.Stats) {
	if a.parts.Observe == nil || s.PromptTokens >= c.Options.NumCtx {
		return
	}
	bytes := len(r.Prompt) + len(r.Suffix)
	for _, m := range r.Messages {
		bytes += len(m.Content)
	}
	a.parts.Observe(c.Model, r.Language, bytes, s.PromptTokens)
}

// failure is an error for a person, with a next step; the context's own error where the caller has ended it.
func failure(ctx context.Context, c Choice, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	known, ok := errors.AsType[*model.Error](err)
	if !ok {
		known = &model.Error{Message: clean.Message(fmt.Sprintf("%s failed: %v", c.Model, err)), Err: err}
	}
	if known.Next != "" {
		return known
	}
	told := *known
	told.Next = "ask again; if it stays so, look into the log of the model server"
	return &told
}

// messages are the turns of a chat in the words of package model.
func messages(turns []prompt.Message) []model.Message {
	out := make([]model.Message, len(turns))
	for i, m := range turns {
		out[i] = model.Message(m)
	}
	return out
}
