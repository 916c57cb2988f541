package server

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"sopro/internal/document"
	"sopro/internal/history"
	"sopro/internal/syntax"
	"sopro/internal/workspace"
)

const (
	// maxCompleted is the size above which a document is kept but neither parsed nor completed: a tree costs 20 to 30 times
	// the text, so that 8 MiB are some 200 MiB already, and nobody writes such a file by hand.
	maxCompleted = 8 << 20

	// sniffed is how much of a text is searched for a NUL, which is git's rule for binary files.
	sniffed = 8000

	// rest is how long typing must have rested before an open text is fed to the index and the built-in engine.
	rest = time.Second
)

// documents are the open texts by URI. The URI is the key and nothing else: untitled:, git: and vscode-remote: are as good as
// file:. Texts change only on the reader's goroutine; everything else looks.
type documents struct {
	mu     sync.Mutex
	open   map[uri.URI]*openDocument
	opened int // how many ever were
}

// openDocument is one of them. Its text is immutable, the tracker looks after the trees.
type openDocument struct {
	uri     uri.URI // canonical: the key
	spelled string  // as the client writes it; answers repeat it
	text    *document.Snapshot
	tracker *syntax.Tracker
	place   workspace.Place
	local   string      // under which the built-in engine knows it: the path without links, or the URI
	opening int         // counts didOpen: a version says which text it is only within one
	refused string      // why nothing is completed here, "" where something is
	cursor  int         // where the last change ended, or where the editor says that it is: about there the next completion is asked for
	resting *time.Timer // fires when typing has rested

	diagnosed *diagnosed // what other tools said of it last; nil: nothing
}

// sight is what a request sees of a document: the text at its point of the wire, and what never changes.
type sight struct {
	text    *document.Snapshot
	uri     uri.URI
	spelled string
	place   workspace.Place
	local   string
	opening int
	refused string
	tracker *syntax.Tracker
	cursor  int

	diagnosed *diagnosed
}

// sight is the document as it is now; the caller holds the lock.
func (doc *openDocument) sight() sight {
	return sight{doc.text, doc.uri, doc.spelled, doc.place, doc.local, doc.opening, doc.refused, doc.tracker, doc.cursor, doc.diagnosed}
}

// look finds an open document as it is now.
func (d *documents) look(u uri.URI) (sight, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	doc, ok := d.open[u]
	if !ok {
		return sight{}, false
	}
	return doc.sight(), true
}

// all are the open documents, as they are now.
func (d *documents) all() []sight {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []sight
	for _, doc := range d.open {
		all = append(all, doc.sight())
	}
	return all
}

// put adds a document and returns the one that was there, as a client that lost count may open one twice.
func (d *documents) put(doc *openDocument) (former *openDocument) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open == nil {
		d.open = map[uri.URI]*openDocument{}
	}
	d.opened++
	doc.opening = d.opened
	former = d.open[doc.uri]
	d.open[doc.uri] = doc
	return former
}

func (d *documents) remove(u uri.URI) *openDocument {
	d.mu.Lock()
	defer d.mu.Unlock()
	doc := d.open[u]
	delete(d.open, u)
	return doc
}

// change replaces a document's text by what edit makes of it.
func (d *documents) change(u uri.URI, edit func(*document.Snapshot) (*document.Snapshot, []document.Edit, error)) (sight, []document.Edit, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	doc, ok := d.open[u]
	if !ok {
		return sight{}, nil, errNotOpen
	}
	next, edits, err := edit(doc.text)
	if err != nil {
		return sight{}, nil, err
	}
	doc.text = next
	if len(edits) > 0 {
		doc.cursor = edits[len(edits)-1].NewEnd
	}
	doc.resting.Reset(rest)
	return doc.sight(), edits, nil
}

func (d *documents) closeAll() {
	d.mu.Lock()
	all := d.open
	d.open = nil
	d.mu.Unlock()
	for _, doc := range all {
		doc.close()
	}
}

// close waits for the document's parser.
func (doc *openDocument) close() {
	doc.resting.Stop()
	doc.tracker.Close()
}

var errNotOpen = errors.New("the document is not open")

func (s *Server) didOpen(raw jsonrpc2.RawMessage) error {
	p, err := parameters[protocol.DidOpenTextDocumentParams](raw)
	if err != nil {
		return err
	}
	item := p.TextDocument
	key := uri.URI(strings.Clone(string(item.URI)))
	text := document.New(string(key), strings.Clone(string(item.LanguageID)), item.Version, item.Text)
	doc := &openDocument{uri: key, spelled: spelling(raw, key), text: text, place: workspace.Locate(string(key), s.folders.all())}
	if doc.local = string(key); doc.place.Path != "" {
		doc.local = resolved(doc.place.Path)
	}
	doc.refused = s.refusal(key, text)
	doc.tracker = syntax.NewTracker(language(text), text)
	doc.resting = time.AfterFunc(rest, func() { s.rested(key) })
	if former := s.documents.put(doc); former != nil {
		s.spawn(former.close)
		s.whenCompleting(former.refused, func(e completer) { e.Closed(string(key)) })
	}
	s.whenCompleting(doc.refused, func(e completer) { e.Opened(string(key)) })
	if opened, ok := s.documents.look(key); ok {
		s.remember(opened, func(h historian, f history.File) { h.Opened(f, opened.text) })
		s.loadAhead(opened)
	}
	return nil
}

// refusal says why nothing is completed in a document, and tells the person what they would not guess.
func (s *Server) refusal(u uri.URI, text *document.Snapshot) string {
	name := path.Base(u.Path())
	why := ""
	switch {
	case text.Len() > maxCompleted:
		why = fmt.Sprintf("%s has %d MiB: Sopro completes files of up to %d MiB", name, text.Len()>>20, maxCompleted>>20)
	case binary(text):
		why = name + " is a binary file: Sopro completes text"
	}
	if why != "" {
		s.tellOf(u, "refused", protocol.MessageTypeInfo, why)
		return why
	}
	if ok, why := s.settings.guard().Allowed(string(u)); !ok {
		return why
	}
	return ""
}

func binary(text *document.Snapshot) bool {
	return strings.IndexByte(text.Slice(document.Span{End: sniffed}), 0) >= 0
}

// language is the document's; what is too large or no text gets none, and so no tree.
func language(text *document.Snapshot) *syntax.Language {
	if text.Len() > maxCompleted || binary(text) {
		return syntax.Detect("", "", "")
	}
	u := uri.URI(text.URI())
	return syntax.Detect(text.LanguageID(), u.Path(), text.Line(0))
}

// spelling is the URI as the client wrote it. The decoder hands out a canonical form; an editor recognises its own.
func spelling(params []byte, canonical uri.URI) string {
	if bytes.Contains(params, append(append([]byte{'"'}, canonical...), '"')) {
		return string(canonical)
	}
	var p struct {
		TextDocument struct {
			URI string `json:"uri"`
		} `json:"textDocument"`
	}
	if json.Unmarshal(params, &p, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) != nil {
		return string(canonical)
	}
	return strings.Clone(p.TextDocument.URI)
}

func (s *Server) didChange(p *protocol.DidChangeTextDocumentParams) error {
	changes := make([]document.Change, 0, 1)
	for _, c := range p.ContentChanges {
		switch c := c.(type) {
		case *protocol.TextDocumentContentChangePartial:
			r := rangeIn(c.Range)
			changes = append(changes, document.Change{Range: &r, Text: strings.Clone(c.Text)})
		case *protocol.TextDocumentContentChangeWholeDocument:
			changes = append(changes, document.Change{Text: c.Text})
		}
	}
	doc, edits, err := s.documents.change(p.TextDocument.URI, func(text *document.Snapshot) (*document.Snapshot, []document.Edit, error) {
		return text.Apply(p.TextDocument.Version, s.client.encoding, changes)
	})
	if err != nil {
		return s.outOfStep(p.TextDocument.URI, err)
	}
	doc.tracker.Update(doc.text, edits)
	s.whenCompleting(doc.refused, func(e completer) { e.Edited(doc.text, edits) })
	s.remember(doc, func(h historian, f history.File) { h.Changed(f, doc.text) })
	return nil
}

// outOfStep: a change could not be made. The text stays as it was; completions in it are wrong until the editor sends it whole.
func (s *Server) outOfStep(u uri.URI, err error) error {
	name := path.Base(u.Path())
	if !errors.Is(err, errNotOpen) {
		s.tellOf(u, "out of step", protocol.MessageTypeWarning,
			fmt.Sprintf("The editor sent a change of %s that does not fit its text: close the file and open it again if completions look wrong", name))
	}
	return fmt.Errorf("%s: %w", name, err)
}

// rested: nobody has typed in the document for a while. Its text feeds the built-in engine, and the model may read what stands
// at the cursor ahead of the next request.
func (s *Server) rested(u uri.URI) {
	s.feedOpen(u)
	s.errand(func(*feeding) {
		doc, open := s.documents.look(u)
		if engine := s.engines.load().Complete; engine != nil && open && doc.refused == "" {
			engine.Warm(doc.request(doc.cursor))
		}
	})
}

func (s *Server) didSave(p *protocol.DidSaveTextDocumentParams) error {
	s.feedOpen(uri.URI(strings.Clone(string(p.TextDocument.URI))))
	return nil
}

func (s *Server) didClose(p *protocol.DidCloseTextDocumentParams) error {
	doc := s.documents.remove(p.TextDocument.URI)
	if doc == nil {
		return errNotOpen
	}
	s.spawn(doc.close)
	s.whenCompleting(doc.refused, func(e completer) { e.Closed(string(doc.uri)) })
	s.remember(doc.sight(), func(h historian, f history.File) { h.Closed(f.Local) })
	s.feedClosed(doc.uri)
	s.noteAnew(doc.uri, "")
	return nil
}

// judge asks again which documents may be completed, after folders or privacy settings changed.
func (s *Server) judge() {
	roots := s.folders.all()
	for _, doc := range s.documents.all() {
		refused := s.refusal(doc.uri, doc.text)
		s.documents.settle(doc.uri, refused, workspace.Locate(string(doc.uri), roots))
		s.noteAnew(doc.uri, refused)
		switch {
		case doc.refused == "" && refused != "":
			s.whenCompleting("", func(e completer) { e.Closed(string(doc.uri)) })
			s.remember(doc, func(h historian, f history.File) { h.Forget(f.Local) })
			s.feedClosed(doc.uri)
		case doc.refused != "" && refused == "":
			s.whenCompleting("", func(e completer) { e.Opened(string(doc.uri)) })
			doc.refused = ""
			s.remember(doc, func(h historian, f history.File) { h.Opened(f, doc.text) })
			s.feedOpen(doc.uri)
		}
	}
	s.forgetRefused()
}

// settle notes what was judged of a document that may have been closed meanwhile.
func (d *documents) settle(u uri.URI, refused string, place workspace.Place) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if doc := d.open[u]; doc != nil {
		doc.refused, doc.place = refused, place
	}
}
