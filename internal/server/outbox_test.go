package server

import (
	"slices"
	"testing"

	"go.lsp.dev/protocol"
)

// TestWhatIsTold: a key once, a text once, and what was not shown for its key is not taken for said.
func TestWhatIsTold(t *testing.T) {
	s := &Server{out: newOutbox(nil)}
	for _, m := range []struct{ key, text string }{
		{"health", "it is gone"}, {"health", "it is slow"}, {"models", "it is slow"}, {"other", "it is gone"}, {"other", "it is new"},
	} {
		s.tell(m.key, protocol.MessageTypeWarning, m.text)
	}
	var shown []string
	for _, m := range s.out.queue {
		shown = append(shown, m.params.(*protocol.ShowMessageParams).Message)
	}
	if !slices.Equal(shown, []string{"it is gone", "it is slow"}) {
		t.Errorf("shown %q", shown)
	}
}
