package ollama

import (
	"net/url"

	"sopro/internal/model/jsonhttp"
)

// defaultPort is Ollama's, for an address without a scheme.
const defaultPort = "11434"

// ParseHost reads s as Ollama reads OLLAMA_HOST. An empty string is 127.0.0.1:11434.
func ParseHost(s string) (*url.URL, error) { return jsonhttp.ParseAddress(s, defaultPort) }
