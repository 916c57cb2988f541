package server

import (
	"bytes"
	"context"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"go.lsp.dev/protocol"

	"sopro/internal/config"
	"sopro/internal/workspace"
)

const section = "sopro" // of the client's settings

// settings are those in force. The client's part replaces itself whole each time the client sends it.
type settings struct {
	mu       sync.Mutex // held while loading, so that the newest wins
	client   []byte     // JSON of the section; nil: never sent
	reported map[string]bool
	switched overrides
	pulls    pulls

	now     atomic.Pointer[config.Settings]
	guarded atomic.Pointer[workspace.Guard]
}

func (c *settings) load() config.Settings {
	if now := c.now.Load(); now != nil {
		return *now
	}
	return config.Defaults()
}

// guard decides over open documents by the folders and globs in force.
func (c *settings) guard() *workspace.Guard {
	if g := c.guarded.Load(); g != nil {
		return g
	}
	return workspace.NewGuard(nil, workspace.Options{})
}

// takeClientSettings takes what initialize or didChangeConfiguration brought and puts it in force.
func (s *Server) takeClientSettings(raw jsontext.Value) {
	s.settings.mu.Lock()
	defer s.settings.mu.Unlock()
	if own := ownSection(raw); own != nil {
		s.settings.client = own
	}
	s.reloadLocked()
}

// takePulled takes the answer to a question for our section: an object is that, also an empty one.
func (s *Server) takePulled(raw jsontext.Value) {
	s.settings.mu.Lock()
	defer s.settings.mu.Unlock()
	if own := ownSection(raw); own != nil {
		s.settings.client = own
	} else if raw.Kind() == '{' {
		s.settings.client = bytes.Clone(raw)
	}
	s.reloadLocked()
}

// reload reads all sources again.
func (s *Server) reload() {
	s.settings.mu.Lock()
	defer s.settings.mu.Unlock()
	s.reloadLocked()
}

func (s *Server) reloadLocked() {
	roots := s.folders.all()
	loaded, problems := s.parts.Loader.Load(roots, s.settings.client, s.parts.Flags)
	s.report(problems)
	s.settings.switched.apply(&loaded)
	former := s.settings.load()
	s.settings.now.Store(&loaded)
	s.settings.guarded.Store(workspace.NewGuard(roots, s.walkOptions(loaded)))
	fed := s.engines.load().Builtin
	s.rebuild(loaded)
	s.judge()
	if fed != s.engines.load().Builtin || !reflect.DeepEqual(s.walkOptions(former), s.walkOptions(loaded)) {
		s.refeed()
	}
	s.postStatus()
}

// walkOptions says what of a workspace is read.
func (s *Server) walkOptions(c config.Settings) workspace.Options {
	return workspace.Options{MaxFileBytes: c.Index.MaxFileBytes, Ignore: c.Privacy.Ignore, GitIgnore: s.parts.GitIgnore}
}

// ownSection finds Sopro's settings in what a client sent: some send the section alone, some the object that holds it, some
// everybody's. Null and nothing say nothing, and what has no setting of ours is none of our business.
func ownSection(raw jsontext.Value) []byte {
	if len(raw) == 0 || raw.Kind() != '{' {
		return nil
	}
	var whole map[string]jsontext.Value
	if json.Unmarshal(raw, &whole, jsontext.AllowDuplicateNames(true)) != nil {
		return nil
	}
	if own, ok := whole[section]; ok {
		switch own.Kind() {
		case '{':
			return bytes.Clone(own)
		case 'n':
			return nil
		}
		return bytes.Clone(raw) // a mistake, to be told
	}
	for _, key := range config.Keys() {
		group, _, _ := strings.Cut(key.Name, ".")
		for name := range whole {
			if name, _, _ := strings.Cut(name, "."); strings.EqualFold(name, group) {
				return bytes.Clone(raw)
			}
		}
	}
	return nil
}

// report tells of each problem once, those of one load together.
func (s *Server) report(problems []config.Problem) {
	if s.settings.reported == nil {
		s.settings.reported = map[string]bool{}
	}
	var fresh []string
	for _, p := range problems {
		if line := p.String(); !s.settings.reported[line] {
			s.settings.reported[line] = true
			fresh = append(fresh, line)
			s.log.Warn("setting", "problem", line)
		}
	}
	if len(fresh) > 0 {
		s.show(protocol.MessageTypeWarning, "Sopro left out a setting: "+strings.Join(fresh, "; "))
	}
}

// pulls sees to it that the client is asked for its settings by one question at a time: of two answers nobody knows which is
// the newer.
type pulls struct {
	mu             sync.Mutex
	running, again bool
}

// begin reports whether the caller is to ask; else the one who does asks again.
func (p *pulls) begin() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.again = p.running
	p.running = true
	return !p.again
}

// asking reports whether an answer is still to come.
func (p *pulls) asking() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.running
}

// end reports whether something has changed since the question.
func (p *pulls) end() (again bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	again = p.again
	p.running, p.again = again, false
	return again
}

// pullSettings has a client that keeps settings asked for ours. It does not wait; the workspace is first read when the answer is
// there, or does not come, since it may say what must not be read.
func (s *Server) pullSettings() {
	if !s.client.configuration || !s.settings.pulls.begin() {
		return
	}
	s.spawn(func() {
		for again := true; again; again = s.settings.pulls.end() {
			s.pull()
		}
		s.startFeeding()
		s.loadAhead(s.documents.all()...)
	})
}

// pull asks once.
func (s *Server) pull() {
	ctx, cancel := context.WithTimeout(s.ctx, s.parts.AnswerWait)
	defer cancel()
	name := section
	var answer []jsontext.Value
	params := &protocol.ConfigurationParams{Items: []protocol.ConfigurationItem{{Section: &name}}}
	if err := s.ask(ctx, protocol.MethodWorkspaceConfiguration, params, &answer); err != nil {
		if s.ctx.Err() == nil {
			s.log.Warn("the client does not tell its settings", "error", err)
		}
		return
	}
	if len(answer) == 1 {
		s.takePulled(answer[0])
	}
}

// didChangeConfiguration: clients that answer workspace/configuration say only that something changed.
func (s *Server) didChangeConfiguration(p *protocol.DidChangeConfigurationParams) error {
	if s.client.configuration {
		s.pullSettings()
		if ownSection(p.Settings) == nil {
			return nil
		}
	}
	s.takeClientSettings(p.Settings)
	return nil
}
