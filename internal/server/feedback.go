package server

import (
	"errors"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// What an editor may tell besides the specification, in the words of the Copilot language server. Nothing is answered.
const (
	methodDidShow            = "textDocument/didShowCompletion"
	methodDidPartiallyAccept = "textDocument/didPartiallyAcceptCompletion"
	methodDidFocus           = "textDocument/didFocus"
)

// shownItem is an item of inline completion, as it was sent; what names it is the argument of its command.
type shownItem struct {
	Command struct {
		Command   string             `json:"command"`
		Arguments []acceptedArgument `json:"arguments"`
	} `json:"command"`
}

var errForeignItem = errors.New("the item is none that Sopro sent")

func (i shownItem) id() (string, error) {
	if i.Command.Command != commandAccepted || len(i.Command.Arguments) != 1 || i.Command.Arguments[0].ID == "" {
		return "", errForeignItem
	}
	return i.Command.Arguments[0].ID, nil
}

type didShowParams struct {
	Item shownItem `json:"item"`
}

// didShow hears that an item has come onto the screen.
func (s *Server) didShow(p *didShowParams) error {
	id, err := p.Item.id()
	if e := s.engines.load().Complete; e != nil && err == nil {
		e.OnScreen(id)
	}
	return err
}

type didPartiallyAcceptParams struct {
	Item           shownItem `json:"item"`
	AcceptedLength int       `json:"acceptedLength"` // of insertText, in the client's encoding
}

// didPartiallyAccept hears that the beginning of an item was taken: a word, a line. Each item counts once, however often it is taken of,
// and also when the rest is taken.
func (s *Server) didPartiallyAccept(p *didPartiallyAcceptParams) error {
	id, err := p.Item.id()
	if err != nil {
		return err
	}
	if p.AcceptedLength <= 0 {
		return errors.New("nothing of the item was accepted")
	}
	if e := s.engines.load().Complete; e != nil {
		e.AcceptedPart(id)
	}
	return nil
}

type didFocusParams struct {
	TextDocument struct {
		URI uri.URI `json:"uri"`
	} `json:"textDocument,omitzero"` // none: an editor's window without a text
	Position *protocol.Position `json:"position,omitzero"` // of the cursor; not every editor tells it
}

// didFocus hears which document a person looks at, and so whose refusal the status is to tell, and where in it.
func (s *Server) didFocus(p *didFocusParams) error {
	if doc, open := s.documents.look(p.TextDocument.URI); open {
		s.noteRefusal(doc.uri, doc.refused)
		s.remember(doc, historian.Viewed)
	}
	if p.Position != nil {
		s.jumped(p.TextDocument.URI, *p.Position)
	}
	return nil
}
