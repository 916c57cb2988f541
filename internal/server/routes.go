package server

import (
	"errors"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// routes says who handles what, in the order of the specification. A method that is not here is in unknown.go.
type routes struct {
	calls   map[string]func(jsonrpc2.RawMessage) (work, error)
	notices map[string]func(jsonrpc2.RawMessage) error
}

func newRoutes(s *Server) routes {
	return routes{
		calls: map[string]func(jsonrpc2.RawMessage) (work, error){
			protocol.MethodInitialize:                   call(s.initialize),
			protocol.MethodShutdown:                     s.shutdown,
			protocol.MethodTextDocumentInlineCompletion: call(s.inlineCompletion),
			protocol.MethodTextDocumentCompletion:       call(s.completion),
			protocol.MethodTextDocumentCodeAction:       call(s.codeAction),
			protocol.MethodCodeActionResolve:            call(s.resolveCodeAction),
			protocol.MethodWorkspaceExecuteCommand:      call(s.executeCommand),
		},
		notices: map[string]func(jsonrpc2.RawMessage) error{
			protocol.MethodInitialized:                        s.initialized,
			protocol.MethodExit:                               s.exit,
			protocol.MethodCancelRequest:                      s.cancelRequest,
			protocol.MethodSetTrace:                           notice(s.setTrace),
			protocol.MethodTextDocumentDidOpen:                s.didOpen,
			protocol.MethodTextDocumentDidChange:              notice(s.didChange),
			protocol.MethodTextDocumentDidSave:                notice(s.didSave),
			protocol.MethodTextDocumentDidClose:               notice(s.didClose),
			methodDidShow:                                     notice(s.didShow),
			methodDidPartiallyAccept:                          notice(s.didPartiallyAccept),
			methodDidFocus:                                    notice(s.didFocus),
			methodDiagnostics:                                 notice(s.diagnostics),
			protocol.MethodWindowWorkDoneProgressCancel:       notice(s.cancelProgress),
			protocol.MethodWorkspaceDidChangeConfiguration:    notice(s.didChangeConfiguration),
			protocol.MethodWorkspaceDidChangeWorkspaceFolders: notice(s.didChangeWorkspaceFolders),
			protocol.MethodWorkspaceDidChangeWatchedFiles:     notice(s.didChangeWatchedFiles),
		},
	}
}

// call decodes the parameters of a request for its handler.
func call[P any](handle func(*P) (work, error)) func(jsonrpc2.RawMessage) (work, error) {
	return func(raw jsonrpc2.RawMessage) (work, error) {
		p, err := parameters[P](raw)
		if errors.Is(err, errNotJSON) {
			return nil, err
		}
		if err != nil {
			return nil, invalid(err)
		}
		return handle(p)
	}
}

// notice decodes the parameters of a notification for its handler.
func notice[P any](handle func(*P) error) func(jsonrpc2.RawMessage) error {
	return func(raw jsonrpc2.RawMessage) error {
		p, err := parameters[P](raw)
		if err != nil {
			return err
		}
		return handle(p)
	}
}

var (
	errNoParameters = errors.New("there are none")
	errNotJSON      = jsonrpc2.NewError(jsonrpc2.ParseError, "the parameters are not JSON")
)

// parameters decodes. The strings in the result may share the memory of the whole message: what is kept is cloned.
func parameters[P any](raw jsonrpc2.RawMessage) (*P, error) {
	if len(raw) == 0 {
		return nil, errNoParameters
	}
	p := new(P)
	err := protocol.Unmarshal(raw, p)
	if err != nil && !isJSON(raw) {
		return nil, errNotJSON
	}
	return p, err
}
