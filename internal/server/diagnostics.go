package server

import (
	"strings"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"sopro/internal/document"
	"sopro/internal/gather"
)

// methodDiagnostics tells what other tools say of a document: a language server is not told what its neighbours found.
const methodDiagnostics = "sopro/diagnostics"

// maxDiagnosed bounds what is kept of one document: the line that is written has a few.
const maxDiagnosed = 200

// maxDiagnosedBytes bounds one message; compilers write pages.
const maxDiagnosedBytes = 1 << 10

type diagnosticsParams struct {
	URI         uri.URI               `json:"uri"`
	Version     *int32                `json:"version,omitzero"`
	Diagnostics []protocol.Diagnostic `json:"diagnostics"`
}

// diagnosed is what other tools said of a text. It does not change.
type diagnosed struct {
	text  *document.Snapshot
	all   []gather.Diagnostic
	whole bool // the editor tells of the whole document by itself
}

// diagnostics hears all that is known of a document now. What is told of a version that is no more is out of date.
func (s *Server) diagnostics(p *diagnosticsParams) error {
	doc, open := s.documents.look(p.URI)
	if !open {
		return errNotOpen
	}
	if p.Version == nil || *p.Version == doc.text.Version() {
		s.documents.diagnose(doc, diagnosticsIn(p.Diagnostics), true)
	}
	return nil
}

// diagnosedAt takes what an editor says of some lines with its question for code actions, in place of what was known of them. Editors
// that tell of the whole document need not be heard: VS Code asks with what touches the cursor alone, not the line.
func (s *Server) diagnosedAt(doc sight, r protocol.Range, told []protocol.Diagnostic) {
	first, last := int(r.Start.Line), int(r.End.Line)
	all := diagnosticsIn(told)
	if len(all) == 0 && doc.diagnosed == nil || doc.diagnosed != nil && doc.diagnosed.whole {
		return
	}
	for _, d := range doc.diagnosed.in(doc.text) {
		if d.Lines[1] < first || d.Lines[0] > last {
			all = append(all, d)
		}
	}
	s.documents.diagnose(doc, all, false)
}

func diagnosticsIn(told []protocol.Diagnostic) []gather.Diagnostic {
	var all []gather.Diagnostic
	for _, d := range told[:min(len(told), maxDiagnosed)] {
		message := ""
		switch m := d.Message.(type) {
		case protocol.String:
			message = string(m)
		case *protocol.MarkupContent:
			message = m.Value
		}
		if len(message) > maxDiagnosedBytes {
			message = strings.ToValidUTF8(message[:maxDiagnosedBytes], "")
		}
		if message != "" {
			all = append(all, gather.Diagnostic{Lines: [2]int{int(d.Range.Start.Line), int(d.Range.End.Line)}, Message: strings.Clone(message)})
		}
	}
	return all
}

// diagnose keeps what was said of a document, unless it has been opened anew.
func (d *documents) diagnose(seen sight, all []gather.Diagnostic, whole bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if doc := d.open[seen.uri]; doc != nil && doc.opening == seen.opening {
		doc.diagnosed = &diagnosed{seen.text, all[:min(len(all), maxDiagnosed)], whole}
	}
}

// in is what was said, in the lines of a later text: what stands below an edit moves along, what stands in it stays.
func (d *diagnosed) in(text *document.Snapshot) []gather.Diagnostic {
	if d == nil || d.text == text {
		return d.said()
	}
	was, _ := text.Changed(d.text)
	last := d.text.LineAt(was.End)
	grown := text.LineCount() - d.text.LineCount()
	var all []gather.Diagnostic
	for _, said := range d.all {
		if said.Lines[0] > last {
			said.Lines[0] += grown
		}
		if said.Lines[1] >= last {
			said.Lines[1] = max(said.Lines[0], said.Lines[1]+grown)
		}
		all = append(all, said)
	}
	return all
}

func (d *diagnosed) said() []gather.Diagnostic {
	if d == nil {
		return nil
	}
	return d.all
}
