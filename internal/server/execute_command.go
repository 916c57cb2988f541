package server

import (
	"context"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"sopro/internal/clean"
)

// The commands that work. Each takes one object.
const (
	commandAccepted     = "sopro.accepted"
	commandExplain      = "sopro.explain"
	commandGenerate     = "sopro.generate"
	commandModelsList   = "sopro.models.list"
	commandModelsPull   = "sopro.models.pull"
	commandModelsRemove = "sopro.models.remove"
	commandModelsShow   = "sopro.models.show"
	commandStatus       = "sopro.status"
	commandToggle       = "sopro.toggle"
	commandTrace        = "sopro.trace"
	commandWarm         = "sopro.warm"
)

func commandNames() []string {
	return []string{
		commandAccepted, commandExplain, commandGenerate, commandModelsList, commandModelsPull, commandModelsRemove, commandModelsShow,
		commandStatus, commandToggle, commandTrace, commandWarm,
	}
}

// invocation is a command as it was called.
type invocation struct {
	argument jsontext.Value
	progress protocol.ProgressToken // of the client's own progress bar; nil: none
}

func (s *Server) executeCommand(p *protocol.ExecuteCommandParams) (work, error) {
	in := invocation{argument: jsontext.Value("{}"), progress: p.WorkDoneToken}
	if len(p.Arguments) > 0 && p.Arguments[0].Kind() != 'n' {
		in.argument = p.Arguments[0]
	}
	switch p.Command {
	case commandAccepted:
		return command(s.accepted, in)
	case commandExplain:
		return command(s.explain, in)
	case commandGenerate:
		return command(s.generate, in)
	case commandModelsList:
		return command(s.modelsList, in)
	case commandModelsPull:
		return command(s.modelsPull, in)
	case commandModelsRemove:
		return command(s.modelsRemove, in)
	case commandModelsShow:
		return command(s.modelsShow, in)
	case commandStatus:
		return command(s.statusCommand, in)
	case commandToggle:
		return command(s.toggle, in)
	case commandTrace:
		return command(s.traceCommand, in)
	case commandWarm:
		return command(s.warm, in)
	}
	return nil, jsonrpc2.Errorf(jsonrpc2.InvalidParams, "%q is not a command that Sopro knows", clean.Message(p.Command))
}

// command decodes the argument of a command for its handler.
func command[A any](handle func(A, invocation) (work, error), in invocation) (work, error) {
	var argument A
	if err := json.Unmarshal(in.argument, &argument, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
		return nil, invalid(err)
	}
	return handle(argument, in)
}

// acceptedCommand is what an editor runs after it inserted an item.
func acceptedCommand(id string) protocol.Command {
	return protocol.Command{Title: "Accepted", Command: commandAccepted, Arguments: arguments(acceptedArgument{ID: id})}
}

// arguments makes the one argument of a command.
func arguments(v any) []protocol.LSPAny {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own plain structs
	}
	return []protocol.LSPAny{raw}
}

type acceptedArgument struct {
	ID string `json:"id"`
}

// accepted hears that an item was inserted. An id that is not known is no error: the engine forgets.
func (s *Server) accepted(a acceptedArgument, _ invocation) (work, error) {
	if e := s.engines.load().Complete; e != nil {
		e.Accepted(a.ID)
	}
	return func(context.Context) (any, error) { return nil, nil }, nil
}

// kindWanted says whether a client that asks for certain kinds of code actions wants this one.
func kindWanted(only []protocol.CodeActionKind, kind protocol.CodeActionKind) bool {
	return len(only) == 0 || slices.ContainsFunc(only, func(asked protocol.CodeActionKind) bool {
		return asked == "" || asked == kind || len(kind) > len(asked) && kind[:len(asked)] == asked && kind[len(asked)] == '.'
	})
}
