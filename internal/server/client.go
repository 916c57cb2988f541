package server

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"go.lsp.dev/protocol"

	"sopro/internal/document"
)

// client is what the editor said of itself at initialize. It does not change.
type client struct {
	encoding document.Encoding
	locale   string // "" or a BCP 47 tag

	inlineCompletion bool
	insertsAsIs      bool // items of the menu, without indenting their lines anew
	resolvesEdits    bool // of code actions
	literalActions   bool // knows code actions, not commands alone
	appliesEdits     bool
	showsDocuments   bool
	showsProgress    bool // window.workDoneProgress
	configuration    bool // answers workspace/configuration
	registersWatch   bool
	registersConfig  bool
	wantsStatus      bool // experimental.sopro
}

func newClient(p *protocol.InitializeParams) client {
	c := client{locale: strings.Clone(value(p.Locale)), wantsStatus: announcesSopro(p.Capabilities.Experimental)}
	if g := p.Capabilities.General; g != nil {
		c.encoding = negotiate(g.PositionEncodings)
	}
	if t := p.Capabilities.TextDocument; t != nil {
		c.inlineCompletion = t.InlineCompletion != nil
		if m := t.Completion; m != nil && m.CompletionItem != nil {
			c.insertsAsIs = slices.Contains(m.CompletionItem.InsertTextModeSupport.ValueSet, protocol.InsertTextModeAsIs)
		}
		if a := t.CodeAction; a != nil {
			c.literalActions = len(a.CodeActionLiteralSupport.CodeActionKind.ValueSet) > 0
			for _, property := range a.ResolveSupport.Properties {
				c.resolvesEdits = c.resolvesEdits || property == "edit" && value(a.DataSupport)
			}
			c.resolvesEdits = c.resolvesEdits && !standsStill(p.ClientInfo.Name)
		}
	}
	if w := p.Capabilities.Workspace; w != nil {
		c.appliesEdits = value(w.ApplyEdit)
		c.configuration = value(w.Configuration)
		c.registersWatch = w.DidChangeWatchedFiles != nil && value(w.DidChangeWatchedFiles.DynamicRegistration)
		c.registersConfig = w.DidChangeConfiguration != nil && value(w.DidChangeConfiguration.DynamicRegistration)
	}
	if w := p.Capabilities.Window; w != nil {
		c.showsDocuments = w.ShowDocument != nil && w.ShowDocument.Support
		c.showsProgress = value(w.WorkDoneProgress)
	}
	return c
}

// standsStill names the editors that do nothing else while an action is resolved, not even put up a bar, or give up after ten
// seconds. They run the command instead, whose edit comes when it is there.
func standsStill(editor string) bool { return editor == "helix" || editor == "Eglot" }

// negotiate takes the first of our order that the client offers: UTF-8 costs nothing, UTF-32 less than UTF-16, which a client
// that offers nothing speaks.
func negotiate(offered []protocol.PositionEncodingKind) document.Encoding {
	for _, ours := range []document.Encoding{document.UTF8, document.UTF32, document.UTF16} {
		for _, theirs := range offered {
			if string(theirs) == ours.String() {
				return ours
			}
		}
	}
	return document.UTF16
}

// announcesSopro: experimental.sopro is anything but false or null.
func announcesSopro(experimental protocol.LSPAny) bool {
	var e struct {
		Sopro any `json:"sopro"`
	}
	if len(experimental) == 0 || json.Unmarshal(experimental, &e) != nil {
		return false
	}
	return e.Sopro != nil && e.Sopro != false
}

// value is what an optional member says, the zero value where it is absent.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// has makes an optional member.
func has[T any](v T) *T { return &v }
