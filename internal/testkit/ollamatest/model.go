package ollamatest

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"sopro/internal/testkit/tinylm"
)

// Templates by which a server makes a prompt of a request.
const (
	// Plain hands the prompt on, as the templates of base models do.
	Plain = `{{ .Prompt }}`
	// ChatML is Qwen's notation of a chat.
	ChatML = `{{ range .Messages }}<|im_start|>{{ .Role }}
{{ .Content }}<|im_end|>
{{ end }}<|im_start|>assistant
`
	// Infill is ChatML, and Qwen's infilling layout for a request with a suffix, which makes the server list the
	// capability "insert".
	Infill = `{{ if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>{{ else }}` + ChatML + `{{ end }}`
)

// A Model is what a server is to know under a name.
type Model struct {
	// Name is as in "ollama pull NAME"; by it clients may tell the family.
	Name     string
	Language tinylm.Model
	// Template is one of the above; empty is Infill.
	Template string
	// Parameters are the model's default options. One thread is used unless they say otherwise.
	Parameters map[string]any
}

// Import makes the server know a model.
func (s *Process) Import(m Model) error {
	var file bytes.Buffer
	if err := m.Language.Write(&file); err != nil {
		return err
	}
	digest := fmt.Sprintf("sha256:%x", sha256.Sum256(file.Bytes()))
	if !s.has(digest) {
		if err := s.post("/api/blobs/"+digest, &file); err != nil {
			return err
		}
	}
	parameters := map[string]any{"num_thread": 1}
	for name, value := range m.Parameters {
		parameters[name] = value
	}
	template := m.Template
	if template == "" {
		template = Infill
	}
	body, err := json.Marshal(map[string]any{
		"model":      m.Name,
		"files":      map[string]string{"tiny.gguf": digest},
		"template":   template,
		"parameters": parameters,
		"stream":     false,
	})
	if err != nil {
		return err
	}
	return s.post("/api/create", bytes.NewReader(body))
}

// has reports whether the server has a blob already: it answers an upload of one without reading it, and hangs up.
func (s *Process) has(digest string) bool {
	reply, err := s.client.Head(s.URL() + "/api/blobs/" + digest)
	if err != nil {
		return false
	}
	reply.Body.Close()
	return reply.StatusCode == http.StatusOK
}

func (s *Process) post(path string, body io.Reader) error {
	reply, err := s.client.Post(s.URL()+path, "application/json", body)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		return err
	}
	if reply.StatusCode >= 300 {
		return fmt.Errorf("ollama: POST %s: %s: %s", path, reply.Status, text)
	}
	return nil
}
