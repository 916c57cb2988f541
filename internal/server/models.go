package server

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"sopro/internal/catalog"
	"sopro/internal/model"
	"sopro/internal/prompt"
)

type modelsArgument struct {
	Name string `json:"name,omitzero"`
}

// modelsResult is what each of the commands about models answers with.
type modelsResult struct {
	Models []catalog.Description `json:"models"`
	Prompt *modelsPrompt         `json:"prompt,omitzero"` // of a sample hole; from show alone, where the model can be asked
}

type modelsPrompt struct {
	Prompt   string       `json:"prompt,omitzero"`
	Suffix   string       `json:"suffix,omitzero"`
	Raw      bool         `json:"raw"`
	Messages []modelsTurn `json:"messages,omitzero"`
}

type modelsTurn struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// installer is the engines of a command about models.
func (s *Server) installer() (*Engines, error) {
	e := s.engines.load()
	if e.Catalog == nil || e.Endpoint == nil {
		return nil, jsonrpc2.NewError(codeRequestFailed, s.withoutEngines())
	}
	return e, nil
}

// modelsList describes what is installed, or the one that is named.
func (s *Server) modelsList(a modelsArgument, _ invocation) (work, error) {
	e, err := s.installer()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (any, error) {
		if a.Name == "" {
			return s.stock(ctx, e)
		}
		d, _, err := e.Catalog.Show(ctx, a.Name)
		if err != nil {
			return nil, err
		}
		return modelsResult{Models: []catalog.Description{d}}, nil
	}, nil
}

// stock looks anew at what is installed, and tells the status of it.
func (s *Server) stock(ctx context.Context, e *Engines) (any, error) {
	all, err := e.Catalog.List(ctx)
	if err != nil {
		return nil, err
	}
	s.postStatus()
	return modelsResult{Models: all}, nil
}

// modelsShow describes one model, with the prompt of a sample hole.
func (s *Server) modelsShow(a modelsArgument, _ invocation) (work, error) {
	e, err := s.installer()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (any, error) {
		d, filled, err := e.Catalog.Show(ctx, a.Name)
		if err != nil {
			return nil, err
		}
		return modelsResult{Models: []catalog.Description{d}, Prompt: shownPrompt(filled)}, nil
	}, nil
}

func shownPrompt(f prompt.Filled) *modelsPrompt {
	if f.Prompt == "" && len(f.Messages) == 0 {
		return nil
	}
	p := &modelsPrompt{Prompt: f.Prompt, Suffix: f.Suffix, Raw: f.Raw}
	for _, m := range f.Messages {
		p.Messages = append(p.Messages, modelsTurn(m))
	}
	return p
}

// modelsPull installs a model, after a person confirmed its exact name (docs/security.md row 7).
func (s *Server) modelsPull(a modelsArgument, in invocation) (work, error) {
	e, err := s.installer()
	if err != nil {
		return nil, err
	}
	if err := cmp.Or(e.Endpoint.Manages(), model.CheckName(a.Name, false)); err != nil {
		return nil, answerable(err)
	}
	return func(ctx context.Context) (any, error) {
		if err := e.Endpoint.Pullable(ctx, a.Name); err != nil {
			return nil, err
		}
		question := fmt.Sprintf("Download the model %s from %s and install it?", a.Name, model.Registry(a.Name))
		if err := s.confirm(ctx, question, "Download", a.Name+" was not pulled"); err != nil {
			return nil, err
		}
		if err := s.download(ctx, e, a.Name, in.progress); err != nil {
			return nil, err
		}
		result, err := s.stock(ctx, e)
		if err != nil {
			return nil, err
		}
		if d, _, err := e.Catalog.Show(ctx, a.Name); err == nil {
			s.show(protocol.MessageTypeInfo, pulled(d))
		}
		return result, nil
	}, nil
}

// pulled says what a new model is good for. What was chosen before stays in use.
func pulled(d catalog.Description) string {
	switch {
	case d.Problem != "":
		return d.Name + " is installed, and cannot be used: " + d.Problem
	case len(d.Roles) == 0:
		return d.Name + " is installed; it can neither complete nor chat"
	case len(d.Chosen) == 0:
		return d.Name + " is installed; what was chosen before stays in use until Sopro starts again, or until you name another in models.completion or models.chat"
	}
	return d.Name + " is installed and used for " + strings.Join(d.Chosen, " and ")
}

// download pulls a model under a bar of bytes, on which a person can stop it.
func (s *Server) download(ctx context.Context, e *Engines, name string, token protocol.ProgressToken) error {
	pulling, bar := s.beginShare(ctx, token, "Sopro downloads "+name)
	defer bar.end()
	var sum model.Download
	told := ""
	for step, err := range e.Endpoint.Pull(pulling, name) {
		if err != nil && pulling.Err() != nil && ctx.Err() == nil {
			return &model.Error{Kind: model.Cut, Message: fmt.Sprintf("the download of %s was stopped", name), Next: "pull it again: it goes on where it was"}
		}
		if err != nil {
			return err
		}
		sum.Add(step)
		line := step.Status
		if sum.Total > 0 && step.Layer != "" {
			line = catalog.Bytes(sum.Completed) + " of " + catalog.Bytes(sum.Total)
		}
		if line != told { // a server tells more often than the figures change
			told = line
			bar.reportShare(line, float64(sum.Completed)/float64(max(sum.Total, 1)))
		}
	}
	return nil
}

// modelsRemove uninstalls a model, after a person agreed.
func (s *Server) modelsRemove(a modelsArgument, _ invocation) (work, error) {
	e, err := s.installer()
	if err != nil {
		return nil, err
	}
	if err := cmp.Or(e.Endpoint.Manages(), model.CheckName(a.Name, false)); err != nil {
		return nil, answerable(err)
	}
	return func(ctx context.Context) (any, error) {
		d, _, err := e.Catalog.Show(ctx, a.Name)
		if err != nil {
			return nil, err
		}
		question := fmt.Sprintf("Remove the model %s (%s) from this machine?", d.Name, catalog.Bytes(d.Size))
		if len(d.Chosen) > 0 {
			question += " It is used for " + strings.Join(d.Chosen, " and ") + "."
		}
		if err := s.confirm(ctx, question, "Remove", d.Name+" was not removed"); err != nil {
			return nil, err
		}
		if err := e.Endpoint.Remove(ctx, d.Name); err != nil {
			return nil, err
		}
		return s.stock(ctx, e)
	}, nil
}

// confirm asks the person. Where nobody agrees, or the editor cannot ask, the error says that nothing was done.
func (s *Server) confirm(ctx context.Context, question, yes, not string) error {
	const no = "Cancel"
	params := &protocol.ShowMessageRequestParams{
		Type: protocol.MessageTypeInfo, Message: question, Actions: []protocol.MessageActionItem{{Title: yes}, {Title: no}},
	}
	var answer struct {
		Title string `json:"title"`
	}
	err := s.ask(ctx, protocol.MethodWindowShowMessageRequest, params, &answer)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return jsonrpc2.NewError(codeRequestFailed, not+": the editor cannot ask you whether you want it: use \"sopro models\" on a terminal")
	case answer.Title != yes:
		return jsonrpc2.NewError(codeServerCancelled, not+": nobody agreed to it") // no fault, which an editor would show as one
	}
	return nil
}
