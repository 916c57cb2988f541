package server

import (
	"context"
	"maps"
	"strings"

	"go.lsp.dev/jsonrpc2"

	"sopro/internal/config"
)

// The scopes of sopro.toggle. One server serves one workspace, so that "workspace" is all of it; the client keeps the two apart
// when it writes them down.
const (
	scopeAll       = "all"
	scopeWorkspace = "workspace"
	scopeLanguage  = "language"
)

type toggleArgument struct {
	Enabled  *bool  `json:"enabled,omitzero"` // absent: the other way round
	Scope    string `json:"scope,omitzero"`
	Language string `json:"language,omitzero"`
}

type toggleResult struct {
	Enabled bool   `json:"enabled"`
	Scope   string `json:"scope"`
}

// overrides are what was toggled. They stand above every source of settings until exit.
type overrides struct {
	all       *bool
	languages map[string]bool
}

func (o overrides) apply(c *config.Settings) {
	if o.all != nil {
		c.Completion.Enabled = *o.all
		c.Enabled = c.Enabled || *o.all
	}
	if len(o.languages) > 0 {
		languages := maps.Clone(c.Completion.Languages)
		if languages == nil {
			languages = map[string]bool{}
		}
		maps.Copy(languages, o.languages)
		c.Completion.Languages = languages
	}
}

// toggle switches completions on or off, at this point of the wire.
func (s *Server) toggle(a toggleArgument, _ invocation) (work, error) {
	s.settings.mu.Lock()
	defer s.settings.mu.Unlock()
	now := s.settings.load()
	result := toggleResult{Scope: a.Scope}
	switch a.Scope {
	case "", scopeAll, scopeWorkspace:
		if a.Scope == "" {
			result.Scope = scopeAll
		}
		result.Enabled = wanted(a.Enabled, now.Enabled && now.Completion.Enabled)
		s.settings.switched.all = &result.Enabled
	case scopeLanguage:
		if a.Language == "" {
			return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, "wrong parameters: the scope language needs a language")
		}
		result.Enabled = wanted(a.Enabled, now.LanguageEnabled(a.Language))
		languages := maps.Clone(s.settings.switched.languages)
		if languages == nil {
			languages = map[string]bool{}
		}
		languages[strings.Clone(a.Language)] = result.Enabled
		s.settings.switched.languages = languages
	default:
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, "wrong parameters: scope is all, workspace or language")
	}
	s.reloadLocked()
	return func(context.Context) (any, error) { return result, nil }, nil
}

// wanted is what was asked for, else the opposite of what is.
func wanted(asked *bool, now bool) bool {
	if asked != nil {
		return *asked
	}
	return !now
}
