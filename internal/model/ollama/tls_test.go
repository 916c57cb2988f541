package ollama

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sopro/internal/model"
)

// TestAnUntrustedCertificate is not taken for a server that is gone: it is said what is wrong with it.
func TestAnUntrustedCertificate(t *testing.T) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains of the handshake that we end
	s.StartTLS()
	defer s.Close()
	_, err := client(t, s.URL).Version(t.Context())
	if !model.IsKind(err, model.Unreachable) || !strings.Contains(err.Error(), "authority that is not known here") || strings.Contains(err.Error(), "ollama serve") {
		t.Error(err)
	}
}
