package server

import (
	"context"

	"github.com/go-json-experiment/json/jsontext"
	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"sopro/internal/assist"
)

type explainArgument struct {
	URI      uri.URI        `json:"uri"`
	Range    protocol.Range `json:"range"`
	Question string         `json:"question,omitzero"`
	History  []explainTurn  `json:"history,omitzero"` // of this explanation, the oldest first
	Language string         `json:"language,omitzero"`
	Token    jsontext.Value `json:"token,omitzero"`
	Show     bool           `json:"show,omitzero"`
}

type explainTurn struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

type explainResult struct {
	Markdown string `json:"markdown"`
}

// explain puts a range into words, streamed under the argument's token, and shows them as a document where that is asked for.
func (s *Server) explain(a explainArgument, in invocation) (work, error) {
	doc, assistant, err := s.subject(a.URI)
	if err != nil {
		return nil, err
	}
	view := doc.tracker.View()
	span := s.mapper(doc.text).Span(rangeIn(a.Range))
	question := assist.Question{Text: a.Question, Language: s.explanationLanguage(a.Language)}
	for _, turn := range a.History {
		question.Earlier = append(question.Earlier, assist.Turn(turn))
	}
	return func(ctx context.Context) (any, error) {
		defer view.Close()
		subject := assist.Subject{Text: doc.text, View: view, Local: doc.local, Rel: doc.rel(), Repo: doc.repo()}
		code := assist.Meant(ctx, subject, span)
		s.stream(a.Token, piece{Code: has(rangeOut(s.mapper(doc.text).Range(code)))})
		markdown, err := s.explanation(ctx, in.progress, func(ctx context.Context, bar *bar) (string, error) {
			return assistant.Explain(ctx, subject, code, question, s.emitter(a.Token, bar))
		})
		if err != nil {
			return nil, err
		}
		if a.Show {
			s.showMarkdown(ctx, markdown)
		}
		return explainResult{markdown}, nil
	}, nil
}

// explanation asks the model under a bar, which is gone before the editor is asked for anything else.
func (s *Server) explanation(ctx context.Context, progress protocol.ProgressToken, ask func(context.Context, *bar) (string, error)) (string, error) {
	defer s.busyAfter(0)()
	ctx, bar := s.begin(ctx, progress, "Sopro explains")
	defer bar.end()
	s.engines.load().learnt(ctx)
	return ask(ctx, bar)
}

// subject is an open document that a model may be asked about.
func (s *Server) subject(u uri.URI) (sight, *assist.Assistant, error) {
	doc, open := s.documents.look(u)
	assistant := s.engines.load().Assist
	switch {
	case !open:
		return sight{}, nil, jsonrpc2.NewError(codeRequestFailed, "the document is not open in the editor: open it first")
	case doc.refused != "":
		return sight{}, nil, jsonrpc2.NewError(codeRequestFailed, doc.refused)
	case assistant == nil:
		return sight{}, nil, jsonrpc2.NewError(codeRequestFailed, s.withoutEngines())
	}
	return doc, assistant, nil
}

// withoutEngines says why there is nobody to ask.
func (s *Server) withoutEngines() string {
	if err := s.engines.failure(); err != nil {
		return err.Error()
	}
	return "no model can be asked: see sopro.status"
}

// explanationLanguage is the argument's, else the setting's, else the editor's; "" leaves it to the assistant.
func (s *Server) explanationLanguage(asked string) string {
	if asked != "" && asked != auto {
		return asked
	}
	if set := s.settings.load().Explain.Language; set != "" && set != auto {
		return set
	}
	return s.client.locale
}

const auto = "auto"
