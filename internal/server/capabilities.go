package server

import (
	"context"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

const menuAlways, menuNever = "always", "never" // of completion.menu

// capabilities announces what works for this client, and nothing else.
func (s *Server) capabilities() protocol.ServerCapabilities {
	c := protocol.ServerCapabilities{
		PositionEncoding: protocol.PositionEncodingKind(s.client.encoding.String()),
		TextDocumentSync: &protocol.TextDocumentSyncOptions{
			OpenClose: has(true),
			Change:    has(protocol.TextDocumentSyncKindIncremental),
			Save:      protocol.Boolean(true),
		},
		InlineCompletionProvider: &protocol.InlineCompletionOptions{},
		CodeActionProvider: &protocol.CodeActionOptions{
			CodeActionKinds: []protocol.CodeActionKind{kindGenerate, kindExplain},
			ResolveProvider: has(true),
		},
		ExecuteCommandProvider: protocol.ExecuteCommandOptions{
			Commands:                commandNames(),
			WorkDoneProgressOptions: protocol.WorkDoneProgressOptions{WorkDoneProgress: has(true)},
		},
		Workspace: &protocol.WorkspaceOptions{WorkspaceFolders: &protocol.WorkspaceFoldersServerCapabilities{
			Supported:           has(true),
			ChangeNotifications: protocol.Boolean(true),
		}},
		Experimental: protocol.LSPAny(`{"sopro":{"status":true}}`),
	}
	if s.offersMenu() {
		c.CompletionProvider = &protocol.CompletionOptions{TriggerCharacters: []string{".", "(", " ", "="}}
	}
	return c
}

// offersMenu says whether completions come in the completion menu too: for editors that cannot show them inline.
func (s *Server) offersMenu() bool {
	switch s.settings.load().Completion.Menu {
	case menuAlways:
		return true
	case menuNever:
		return false
	}
	return !s.client.inlineCompletion
}

// register asks for the notifications that are announced dynamically only.
func (s *Server) register(ctx context.Context) {
	var wanted []protocol.Registration
	if s.client.registersConfig {
		wanted = append(wanted, protocol.Registration{
			ID: "sopro.configuration", Method: protocol.MethodWorkspaceDidChangeConfiguration,
			RegisterOptions: protocol.LSPAny(`{"section":"sopro"}`),
		})
	}
	if s.client.registersWatch {
		wanted = append(wanted, protocol.Registration{
			ID: "sopro.files", Method: protocol.MethodWorkspaceDidChangeWatchedFiles,
			RegisterOptions: protocol.LSPAny(`{"watchers":[{"globPattern":"**/*"}]}`),
		})
	}
	if len(wanted) == 0 {
		return
	}
	params := &protocol.RegistrationParams{Registrations: wanted}
	if err := s.ask(ctx, protocol.MethodClientRegisterCapability, params, nil); err != nil && ctx.Err() == nil {
		s.log.Warn("the client refuses a registration that it announced", "error", err)
	}
}

// ask calls the client and waits for its answer; never from a handler that runs inline.
func (s *Server) ask(ctx context.Context, method string, params, result any) error {
	id, err := s.conn.Call(ctx, method, params, result)
	if ctx.Err() != nil && s.ctx.Err() == nil {
		s.out.post(protocol.MethodCancelRequest, cancelParams(id))
	}
	return err
}

func cancelParams(id jsonrpc2.ID) any {
	n, _ := id.Number()
	return map[string]int64{"id": n}
}
