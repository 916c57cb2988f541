package server

import (
	"context"

	"github.com/go-json-experiment/json/jsontext"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"sopro/internal/assist"
	"sopro/internal/patch"
)

type generateArgument struct {
	URI      uri.URI           `json:"uri"`
	Position protocol.Position `json:"position"`
	Token    jsontext.Value    `json:"token,omitzero"`
	Apply    bool              `json:"apply,omitzero"`
}

type generateResult struct {
	Edit    jsontext.Value `json:"edit"`
	Text    string         `json:"text"`
	Diff    string         `json:"diff"`
	Applied *bool          `json:"applied,omitzero"`
}

// generate makes code from the comment at or above a position.
func (s *Server) generate(a generateArgument, in invocation) (work, error) {
	ask, err := s.generation(a.URI, a.Position)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (any, error) {
		change, edit, err := ask(ctx, in.progress, a.Token)
		if err != nil {
			return nil, err
		}
		raw, err := protocol.Marshal(edit)
		if err != nil {
			return nil, err
		}
		result := generateResult{Edit: raw, Text: change.Text, Diff: change.Diff}
		if !a.Apply {
			return result, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		result.Applied = s.applyEdit(edit)
		return result, nil
	}, nil
}

// generation takes the document as it is now and returns what asks the model and makes the edit.
func (s *Server) generation(u uri.URI, p protocol.Position) (func(context.Context, protocol.ProgressToken, jsontext.Value) (assist.Change, *protocol.WorkspaceEdit, error), error) {
	doc, assistant, err := s.subject(u)
	if err != nil {
		return nil, err
	}
	view := doc.tracker.View()
	offset := s.mapper(doc.text).Offset(positionIn(p))
	return func(ctx context.Context, progress protocol.ProgressToken, token jsontext.Value) (assist.Change, *protocol.WorkspaceEdit, error) {
		defer view.Close()
		defer s.busyAfter(0)()
		ctx, bar := s.begin(ctx, progress, "Sopro writes code")
		defer bar.end()
		s.engines.load().learnt(ctx)
		subject := assist.Subject{Text: doc.text, View: view, Local: doc.local, Rel: doc.rel(), Repo: doc.repo()}
		if comment, ok := assist.Comment(ctx, subject, offset); ok {
			s.stream(token, piece{Comment: has(rangeOut(s.mapper(doc.text).Range(comment)))})
		}
		change, err := assistant.Generate(ctx, subject, offset, s.emitter(token, bar))
		if err != nil {
			return assist.Change{}, nil, err
		}
		if err := s.unchanged(doc); err != nil {
			return assist.Change{}, nil, err
		}
		return change, s.workspaceEdit(doc, change.Edits), nil
	}, nil
}

// unchanged: an edit belongs to the text that was read, and to no other. The version does not tell: a document that was closed
// and opened again may have the same with another text.
func (s *Server) unchanged(read sight) error {
	now, open := s.documents.look(read.uri)
	if !open || now.text != read.text {
		return protocol.ErrContentModified
	}
	return nil
}

// workspaceEdit is an edit of one document at the version that was read: the client refuses it on another.
func (s *Server) workspaceEdit(doc sight, edits []patch.Edit) *protocol.WorkspaceEdit {
	m := s.mapper(doc.text)
	list := []protocol.TextDocumentEditElement{}
	for _, e := range edits {
		list = append(list, &protocol.TextEdit{Range: rangeOut(m.Range(e.Span)), NewText: e.New})
	}
	return &protocol.WorkspaceEdit{DocumentChanges: []protocol.DocumentChange{&protocol.TextDocumentEdit{
		TextDocument: protocol.OptionalVersionedTextDocumentIdentifier{
			TextDocumentIdentifier: protocol.TextDocumentIdentifier{URI: uri.URI(doc.spelled)},
			Version:                has(doc.text.Version()),
		},
		Edits: list,
	}}}
}

// applyEdit has the client make an edit and reports whether it did, nil where it does not say. Cancelling the command does not
// end the question: what is being applied cannot be taken back, and the person shall hear the truth of it.
func (s *Server) applyEdit(edit *protocol.WorkspaceEdit) *bool {
	if !s.client.appliesEdits {
		s.show(protocol.MessageTypeWarning, "This editor does not let a language server edit: the code is in the command's result")
		return has(false)
	}
	var result protocol.ApplyWorkspaceEditResult
	params := &protocol.ApplyWorkspaceEditParams{Label: has("Sopro: generate code"), Edit: *edit}
	ctx, cancel := context.WithTimeout(s.ctx, s.parts.AnswerWait)
	defer cancel()
	err := s.ask(ctx, protocol.MethodWorkspaceApplyEdit, params, &result)
	if ctx.Err() != nil {
		s.show(protocol.MessageTypeWarning, "The editor does not say whether it put the code in: look before you ask again")
		return nil
	}
	if err != nil {
		s.log.Warn("edit not applied", "error", err)
	}
	return &result.Applied
}
