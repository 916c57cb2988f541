package adversary

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"
)

// The models of a Server that are called as models are. All else that is said of them is the payload.
const (
	Honest     = "qwen2.5-coder:1.5b-base"
	HonestChat = "llama3.2:3b"
)

// maxSaid bounds the payload in each place, in bytes: ten megabytes in one of them say no more than this in all.
const maxSaid = 32 << 10

// Server answers as Ollama or as llama.cpp's server, and says a payload in every text that it can: in names, families, licences and
// templates, in each line of a download, in errors, and in answers, there byte by byte and as no encoder of JSON would let them pass.
// Its zero value says nothing.
type Server struct {
	payload atomic.Pointer[Payload]
	asked   atomic.Int64
}

// Say makes all that is asked from now on be answered with p.
func (s *Server) Say(p Payload) { s.payload.Store(&p) }

// Asked is how many requests came so far.
func (s *Server) Asked() int { return int(s.asked.Load()) }

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked.Add(1)
	p := s.payload.Load()
	if p == nil {
		p = &Payload{}
	}
	text := p.Text + p.Thinking
	text = text[:min(len(text), maxSaid)]
	said, honest := quoted(text), quoted(Honest)
	w.Header().Set("Content-Type", "application/json")
	switch r.URL.Path {
	case "/api/version":
		fmt.Fprint(w, `{"version":"0.17.4"}`)
	case "/api/tags":
		fmt.Fprintf(w, `{"models":[%s,%s`, listed(honest, said), listed(quoted(HonestChat), said))
		for _, name := range namesFrom(text) {
			fmt.Fprintf(w, ",%s", listed(quoted(name), said))
		}
		fmt.Fprint(w, "]}")
	case "/api/ps":
		fmt.Fprintf(w, `{"models":[{"name":%s,"size":1,"size_vram":-1,"expires_at":"2030-01-01T00:00:00Z"},{"name":%s,"size":9223372036854775807}]}`, honest, said)
	case "/api/show":
		fmt.Fprintf(w, `{"license":%[1]s,"parameters":%[1]s,"template":%[1]s,"modelfile":%[1]s,"details":{"family":%[1]s,"parameter_size":%[1]s,"quantization_level":%[1]s},`+
			`"capabilities":["completion","insert",%[1]s],"model_info":{"general.architecture":%[1]s,%[1]s:%[1]s,"tokenizer.ggml.tokens":[%[1]s]}}`, said)
	case "/api/pull":
		s.pull(w, said)
	case "/api/generate", "/api/chat":
		s.generate(w, p)
	case "/v1/models":
		fmt.Fprintf(w, `{"data":[{"id":%s,"owned_by":"llamacpp","root":%[2]s,"status":{"value":%[2]s},"meta":{"n_params":-1,"size":-1}},{"id":%[3]s}`, honest, said, quoted(HonestChat))
		for _, name := range namesFrom(text) {
			fmt.Fprintf(w, `,{"id":%s,"owned_by":%[2]s,"root":%[2]s}`, quoted(name), said)
		}
		fmt.Fprint(w, "]}")
	case "/props":
		fmt.Fprintf(w, `{"default_generation_settings":{"n_ctx":4096},"model_path":%[1]s,"chat_template":%[1]s,"build_info":%[1]s}`, said)
	default: // also what removes a model
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprintf(w, `{"error":%s}`, said)
	}
}

// listed is an entry of /api/tags.
func listed(name, said string) string {
	return fmt.Sprintf(`{"name":%[1]s,"model":%[2]s,"digest":%[2]s,"size":1,"modified_at":"2026-01-01T00:00:00Z","details":{"family":%[2]s,"parameter_size":%[2]s,"quantization_level":%[2]s}}`, name, said)
}

// namesFrom are names that the payload can have as a model's: as it is, and so that each character of it could be a name's.
func namesFrom(text string) []string {
	bare := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
	if runes := []rune(bare); len(runes) > 100 {
		bare = string(runes[:100])
	}
	return slices.Compact([]string{text, bare})
}

// pull downloads the payload: layers called so, of sizes that cannot be, and an end that is one or an error.
func (s *Server) pull(w http.ResponseWriter, said string) {
	for _, size := range []string{`"total":100,"completed":50`, `"total":-1,"completed":-9223372036854775808`, `"total":9223372036854775807,"completed":9223372036854775807`} {
		fmt.Fprintf(w, `{"status":%[1]s,"digest":%[1]s,%s}`+"\n", said, size)
	}
	if s.asked.Load()%2 == 0 {
		fmt.Fprintf(w, `{"error":%s}`+"\n", said)
		return
	}
	fmt.Fprintln(w, `{"status":"success"}`)
}

// generate says the payload in pieces that know nothing of characters.
func (s *Server) generate(w http.ResponseWriter, p *Payload) {
	chunk := p.Chunk
	if chunk == 0 {
		chunk = 1 + len(p.Text)/100
	}
	for piece := range slices.Chunk([]byte(p.Text), chunk) {
		text := quoted(string(piece))
		fmt.Fprintf(w, `{"response":%[1]s,"message":{"content":"","thinking":%[1]s},"logprobs":[{"token":%[1]s,"logprob":-0.01}]}`+"\n", text)
	}
	fmt.Fprintf(w, `{"done":true,"done_reason":%s,"prompt_eval_count":-1,"eval_count":-1}`+"\n", quoted(p.Name))
}

// quoted is a JSON string whose bytes are those of s, be they UTF-8 or not.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(s) {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ':
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
