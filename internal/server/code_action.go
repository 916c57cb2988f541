package server

import (
	"context"
	"strings"

	"github.com/go-json-experiment/json"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"sopro/internal/assist"
)

// The kinds of our code actions. Explaining changes nothing, so it is no refactoring.
const (
	kindGenerate = protocol.CodeActionKindRefactorRewrite
	kindExplain  = protocol.CodeActionKindSource
)

// actionData is what a code action remembers until it is resolved.
type actionData struct {
	URI      uri.URI           `json:"uri"`
	Version  int32             `json:"version"`
	Opening  int               `json:"opening"`
	Position protocol.Position `json:"position"`
}

// codeAction offers what can be done here. No model is asked before a person chooses. An editor that asks by itself, as VS Code
// does for its light bulb, tells that the cursor has come to rest here.
func (s *Server) codeAction(p *protocol.CodeActionParams) (work, error) {
	if p.Context.TriggerKind == protocol.CodeActionTriggerKindAutomatic && p.Range.Start == p.Range.End {
		s.jumped(p.TextDocument.URI, p.Range.End)
	}
	if doc, open := s.documents.look(p.TextDocument.URI); open {
		s.diagnosedAt(doc, p.Range, p.Context.Diagnostics)
	}
	actions := []protocol.CommandOrCodeAction{}
	if doc, _, err := s.subject(p.TextDocument.URI); err == nil {
		if kindWanted(p.Context.Only, kindExplain) && s.selectsText(doc, p.Range) {
			actions = append(actions, s.explainAction(doc, p.Range))
		}
		if kindWanted(p.Context.Only, kindGenerate) && s.hasInstruction(doc, p.Range.End) {
			actions = append(actions, s.generateAction(doc, p.Range.End))
		}
	}
	return func(context.Context) (any, error) { return actions, nil }, nil
}

func (s *Server) selectsText(doc sight, r protocol.Range) bool {
	return strings.TrimSpace(doc.text.Slice(s.mapper(doc.text).Span(rangeIn(r)))) != ""
}

// hasInstruction says whether a comment stands at or directly above a position.
func (s *Server) hasInstruction(doc sight, p protocol.Position) bool {
	view := doc.tracker.View()
	defer view.Close()
	return assist.Instructed(assist.Subject{Text: doc.text, View: view}, s.mapper(doc.text).Offset(positionIn(p)))
}

func (s *Server) explainAction(doc sight, r protocol.Range) protocol.CommandOrCodeAction {
	argument := explainArgument{URI: uri.URI(doc.spelled), Range: r, Show: true}
	return s.commandAction("Sopro: explain", kindExplain, protocol.Command{
		Title: "Explain", Command: commandExplain, Arguments: arguments(argument),
	})
}

func (s *Server) generateAction(doc sight, p protocol.Position) protocol.CommandOrCodeAction {
	const title = "Sopro: generate code from this comment"
	if s.client.literalActions && s.client.resolvesEdits {
		data := arguments(actionData{URI: uri.URI(doc.spelled), Version: doc.text.Version(), Opening: doc.opening, Position: p})[0]
		return &protocol.CodeAction{Title: title, Kind: has(kindGenerate), Data: data}
	}
	argument := generateArgument{URI: uri.URI(doc.spelled), Position: p, Apply: true}
	return s.commandAction(title, kindGenerate, protocol.Command{
		Title: "Generate", Command: commandGenerate, Arguments: arguments(argument),
	})
}

// commandAction is a code action that runs a command; a client of LSP before 3.8 gets the bare command.
func (s *Server) commandAction(title string, kind protocol.CodeActionKind, c protocol.Command) protocol.CommandOrCodeAction {
	if !s.client.literalActions {
		c.Title = title
		return &c
	}
	return &protocol.CodeAction{Title: title, Kind: &kind, Command: c}
}

// resolveCodeAction asks the model, now that a person has chosen, and puts the edit into the action.
func (s *Server) resolveCodeAction(action *protocol.CodeAction) (work, error) {
	var data actionData
	if len(action.Data) == 0 {
		return func(context.Context) (any, error) { return action, nil }, nil
	}
	if err := json.Unmarshal(action.Data, &data); err != nil {
		return nil, invalid(err)
	}
	doc, open := s.documents.look(data.URI)
	if !open || doc.opening != data.Opening || doc.text.Version() != data.Version {
		return nil, protocol.ErrContentModified
	}
	ask, err := s.generation(data.URI, data.Position)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (any, error) {
		_, edit, err := ask(ctx, nil, nil)
		if err != nil {
			return nil, err
		}
		resolved := *action
		resolved.Edit = edit
		return &resolved, nil
	}, nil
}
