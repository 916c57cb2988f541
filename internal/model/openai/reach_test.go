package openai

import (
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"sopro/internal/eval/sim"
	"sopro/internal/eval/sim/openaisim"
	"sopro/internal/model"
)

const secret = "sk-not-a-real-key-1234567890"

// version asks for a sign of life.
func version(t *testing.T, address string, o Options) error {
	t.Helper()
	c, err := New(address, o)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = c.Version(t.Context())
	return err
}

// TestOnlyWhatIsAllowedIsDialled: docs/security.md rows 2 and 5. "refused" is decided before a packet leaves.
func TestOnlyWhatIsAllowedIsDialled(t *testing.T) {
	for _, c := range []struct {
		address string
		o       Options
		says    string
	}{
		{"http://192.0.2.1:8000", Options{}, "privacy.allowRemote = true"},
		{"https://192.0.2.1", Options{}, "privacy.allowRemote = true"},
		{"[::ffff:192.0.2.1]:8000", Options{}, "privacy.allowRemote = true"},
		{"http://169.254.169.254/v1", Options{}, "privacy.allowRemote = true"},
		{"http://192.0.2.1:8000", Options{Key: secret, KeyName: "K"}, "privacy.allowRemote = true"},
		{"http://192.0.2.1:8000/v1", Options{Key: secret, KeyName: "K", AllowRemote: true}, "https://"},
		{"192.0.2.1:8000", Options{Key: secret, KeyName: "K", AllowRemote: true}, "https://"},
		{"http://user:" + secret + "@127.0.0.1:1", Options{}, "it has colons"},
		{"http://" + secret + "@127.0.0.1:1", Options{}, "cannot stand in a host"},
		{"http://127.0.0.1:1@evil.example/", Options{}, "no model server answers"}, // no port: the default one of this machine
		{"ftp://127.0.0.1", Options{}, "does not begin with"},
		{"http://127.0.0.1:1", Options{Key: "two words", KeyName: "K"}, "cannot be a key"},
		{"http://127.0.0.1:1", Options{Key: "line\nX-Evil: 1", KeyName: "K"}, "cannot be a key"},
	} {
		err := version(t, c.address, c.o)
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v, want %q", c.address, err, c.says)
		}
	}
}

// TestTheKeyStaysWhereItBelongs: docs/security.md row 5. A redirect is not followed, and nothing that can be read has it.
func TestTheKeyStaysWhereItBelongs(t *testing.T) {
	var elsewhere atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	redirecting := httptest.NewServer(http.RedirectHandler(other.URL+"/v1/models", http.StatusTemporaryRedirect))
	defer redirecting.Close()
	o := Options{Key: secret, KeyName: "MY_KEY", AllowRemote: true}
	if err := version(t, redirecting.URL, o); !model.IsKind(err, model.Refused) || elsewhere.Load() != 0 {
		t.Errorf("%v; the other server was asked %d times", err, elsewhere.Load())
	}

	// A server that says the key again, in errors and answers, and one that wants another.
	repeating := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, fmt.Sprintf(`{"error":{"message":"wrong: %s"}}`, r.Header.Get("Authorization")), http.StatusBadRequest)
	}))
	defer repeating.Close()
	wrong := openaisim.New(openaisim.Config{Kind: openaisim.VLLM, Key: "another"})
	defer wrong.Close()
	for _, address := range []string{repeating.URL, wrong.URL, redirecting.URL, "http://127.0.0.1:1"} {
		c := client(t, address, o)
		e := model.NewEndpoint(c, c.URL())
		for _, err := range e.Stream(t.Context(), model.Typing, ask("x")) {
			if err == nil || strings.Contains(fmt.Sprintf("%+v %#v", err, err), secret) || strings.Contains(fmt.Sprint(err), "Bearer sk") {
				t.Errorf("%s: %v", address, err)
			}
		}
		if trace := fmt.Sprintf("%+v %s", e.Trace(0), c.URL()); strings.Contains(trace, secret) {
			t.Errorf("%s: the trace has the key: %s", address, trace)
		}
	}
	if err := version(t, wrong.URL, o); !strings.Contains(err.Error(), "MY_KEY") {
		t.Errorf("%v does not name the variable", err)
	}

	right := openaisim.New(openaisim.Config{Kind: openaisim.VLLM, Key: secret, Models: saying()})
	defer right.Close()
	if err := version(t, right.URL, o); err != nil || right.Last("/v1/models").Key != secret {
		t.Errorf("%v", err)
	}
}

// TestNoProxy: a proxy would read what goes to a server on this machine, and a key that is not encrypted.
func TestNoProxy(t *testing.T) {
	var asked atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer proxy.Close()
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	s := openaisim.New(openaisim.Config{Models: saying()})
	defer s.Close()
	for _, o := range []Options{{}, {AllowRemote: true}, {AllowRemote: true, Key: secret}} {
		if err := version(t, s.URL, o); err != nil || asked.Load() != 0 {
			t.Errorf("%v; the proxy was asked %d times", err, asked.Load())
		}
	}
}

func TestCertificates(t *testing.T) {
	s := httptest.NewUnstartedServer(openaisim.Handler(openaisim.Config{Kind: openaisim.VLLM, Key: secret, Models: saying()}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains of the handshakes that we end
	s.StartTLS()
	defer s.Close()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	mine := file("mine.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})))
	o := func(path string) Options { return Options{Key: secret, KeyName: "K", CAFile: path} }
	for _, c := range []struct {
		name, address, path, says string
	}{
		{"unknown authority", s.URL, "", "openai.caFile"},
		{"named", s.URL, mine, ""},
		{"for another host", strings.Replace(s.URL, "127.0.0.1", "localhost", 1), mine, "for another host"},
		{"no such file", s.URL, filepath.Join(dir, "none"), "cannot be opened"},
		{"a folder", s.URL, dir, "no file"},
		{"no certificate", s.URL, file("text", "hello"), "there is none"},
	} {
		err := version(t, c.address, o(c.path))
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
}

// TestWhereServersLive: behind a path, on IPv6 alone, on every address, with and without /v1.
func TestWhereServersLive(t *testing.T) {
	config := openaisim.Config{Kind: openaisim.LlamaCpp, Prefix: "/team/models", Models: saying()}
	s := openaisim.New(config)
	defer s.Close()
	for _, address := range []string{s.URL + "/team/models", s.URL + "/team/models/", s.URL + "/team/models/v1", s.URL + "/team/models/v1/", strings.TrimPrefix(s.URL, "http://") + "/team/models"} {
		c := client(t, address, Options{})
		if text, _, _, err := collect(t.Context(), c, ask("x")); text != "[x|]é" || err != nil {
			t.Errorf("%s: %q, %v", address, text, err)
		}
	}
	if err := version(t, s.URL, Options{}); err == nil || !strings.Contains(err.Error(), "path before /v1") {
		t.Errorf("without the path: %v", err)
	}

	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Fatal(err)
	}
	config.Prefix = ""
	six := &httptest.Server{Listener: l, Config: &http.Server{Handler: openaisim.Handler(config)}}
	six.Start()
	defer six.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	for _, address := range []string{"http://[::1]:" + port, "[::1]:" + port + "/v1", "http://[::]:" + port} {
		if err := version(t, address, Options{}); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestWhoAnswers(t *testing.T) {
	for _, c := range []struct {
		kind             openaisim.Kind
		version, server  string
		context          int
		capabilities     string
		infills          bool
		template, origin string
	}{
		{openaisim.LlamaCpp, "b6868-1c6f8ef", "llama.cpp", 8192, "[completion]", false, "", "q.gguf"},
		{openaisim.LlamaCpp, "b6868-1c6f8ef", "llama.cpp", 8192, "[completion insert]", true, "", "q.gguf"},
		{openaisim.LlamaCpp, "b6868-1c6f8ef", "llama.cpp", 8192, "[completion]", false, "<|im_start|>" + strings.Repeat("{%- if tools %}", 40), "q.gguf"},
		{openaisim.LlamaCpp, "b6868-1c6f8ef", "llama.cpp", 8192, "[completion thinking]", false, "{% if enable_thinking %}{% endif %}", "q.gguf"},
		{openaisim.VLLM, "0.11.0", "vLLM", 8192, "[completion]", false, "", "/models/q.gguf"},
		{openaisim.SGLang, "0.5.3", "SGLang", 8192, "[completion]", false, "", "/models/q.gguf"},
		{openaisim.Other, "", "the model server", 4096, "[completion]", false, "", ""},
	} {
		_, client := simulated(t, openaisim.Config{Kind: c.kind, Models: []openaisim.Model{{
			Name: "my-coder-7b", Root: "/models/q.gguf", Context: 8192, Template: c.template, Infills: c.infills, Answer: sim.Say("x"),
		}}})
		v, err := client.Version(t.Context())
		d, shown := client.Show(t.Context(), "my-coder-7b", true)
		if v != c.version || err != nil || shown != nil || client.Server() != c.server {
			t.Errorf("%s: %q %q, %v, %v", c.server, v, client.Server(), err, shown)
		}
		if d.ContextLength != c.context || fmt.Sprint(d.Capabilities) != c.capabilities || d.Template != c.template || d.Origin != c.origin {
			t.Errorf("%s: %+v", c.server, d)
		}
		if m, err := client.Models(t.Context()); err != nil || len(m) != 1 || m[0].ParameterSize != "7B" || m[0].Digest == "" || m[0].Remote {
			t.Errorf("%s: %+v, %v", c.server, m, err)
		}
		if l, err := client.Loaded(t.Context()); err != nil || len(l) != 1 || l[0].ContextLength != c.context && c.kind != openaisim.Other {
			t.Errorf("%s: %+v, %v", c.server, l, err)
		}
	}
	// What llama.cpp puts in where a model has no template says nothing of the model.
	_, client := simulated(t, openaisim.Config{Models: []openaisim.Model{{Name: "m", Template: "{%- for message in messages -%}{{- '<|im_start|>' + message.role -}}{%- endfor -%}"}}})
	if d, err := client.Show(t.Context(), "m", false); d.Template != "" || err != nil {
		t.Errorf("%+v, %v", d, err)
	}
}

// TestOllamaIsRefused: through OpenAI's interface nobody sees which of its models run on another machine (docs/security.md row 3).
func TestOllamaIsRefused(t *testing.T) {
	s := sim.New(sim.Config{Version: "0.17.4"})
	defer s.Close()
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/models" {
			_, _ = io.WriteString(w, `{"object":"list","data":[{"id":"gpt-oss:120b-cloud","object":"model","owned_by":"library"}]}`)
			return
		}
		s.ServeHTTP(w, r)
	}))
	defer front.Close()
	for range 2 {
		if err := version(t, front.URL, Options{}); !model.IsKind(err, model.Refused) || !strings.Contains(err.Error(), "ollama.url") {
			t.Error(err)
		}
	}
	c := client(t, front.URL, Options{})
	if m, err := c.Models(t.Context()); !model.IsKind(err, model.Refused) {
		t.Errorf("%+v, %v", m, err)
	}
}

// TestWhetherItIsOllama: only who says that it has no such path is taken for another server. What failed is asked again, and
// nobody is another for the name that a list has for its owner: Ollama puts the first part of a model's name there.
func TestWhetherItIsOllama(t *testing.T) {
	for _, c := range []struct {
		owner, says string
		status      int
		body        string
	}{
		{"library", "", http.StatusNotFound, `404 page not found`},
		{"library", "", http.StatusMethodNotAllowed, `{"detail":"Method Not Allowed"}`},
		{"library", "", http.StatusOK, `{"error":"Unexpected endpoint or method. (GET /api/version)"}`},
		{"library", "Ollama answers at", http.StatusOK, `{"version":"0.17.4"}`},
		{"library", "Ollama answers at", http.StatusOK, `{"version":"\u001b[2J"}`},
		{"library", "cannot be found out", http.StatusInternalServerError, `{"error":"busy"}`},
		{"library", "cannot be found out", http.StatusServiceUnavailable, `{"error":"server busy"}`},
		{"library", "cannot be found out", http.StatusForbidden, ``},
		{"library", "cannot be found out", http.StatusTemporaryRedirect, ``},
		{"library", "cannot be found out", http.StatusOK, `hello`},
		{"vllm", "", http.StatusNotFound, `{"detail":"Not Found"}`},
		{"vllm", "Ollama answers at", http.StatusOK, `{"version":"0.17.4"}`},
		{"llamacpp", "Ollama answers at", http.StatusOK, `{"version":"0.17.4"}`},
		{"sglang", "cannot be found out", http.StatusInternalServerError, ``},
	} {
		t.Run(fmt.Sprint(c.owner, c.status, c.body), func(t *testing.T) {
			var broken atomic.Bool
			broken.Store(true)
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Path == "/v1/models":
					fmt.Fprintf(w, `{"object":"list","data":[{"id":"qwen2.5-coder:1.5b","object":"model","owned_by":%q}]}`, c.owner)
				case r.URL.Path == "/api/version" && broken.Load():
					w.WriteHeader(c.status)
					_, _ = io.WriteString(w, c.body)
				default:
					http.NotFound(w, r)
				}
			}))
			defer s.Close()
			cl := client(t, s.URL, Options{})
			for range 2 {
				m, err := cl.Models(t.Context())
				if (err == nil) != (c.says == "") || err != nil && (!strings.Contains(err.Error(), c.says) || len(m) > 0) {
					t.Fatalf("%+v, %v; want %q", m, err, c.says)
				}
			}
			broken.Store(false)
			if m, err := cl.Models(t.Context()); err != nil || len(m) != 1 {
				t.Errorf("later: %+v, %v", m, err)
			}
		})
	}
}

// TestForwardedModels: a tag that Ollama forwards is refused whatever server has it, before anything is sent (docs/security.md row 3).
func TestForwardedModels(t *testing.T) {
	s, c := simulated(t, openaisim.Config{Kind: openaisim.Other, Models: []openaisim.Model{{Name: "qwen3-coder:480b-cloud"}, {Name: "team/glm:cloud"}, {Name: "my-cloud"}}})
	all, err := c.Models(t.Context())
	if err != nil || len(all) != 3 {
		t.Fatalf("%+v, %v", all, err)
	}
	for i, remote := range []bool{true, true, false} {
		name := all[i].Name
		d, err := c.Show(t.Context(), name, false)
		if all[i].Remote != remote || d.Remote != remote || err != nil {
			t.Errorf("%s: %+v, %+v, %v", name, all[i], d, err)
		}
		load, question := ask(""), ask("")
		question.Raw, question.Messages = false, []model.Message{{Role: "user", Content: "Why?"}}
		for _, r := range []model.Request{ask("x"), load, question} {
			r.Model = name
			before := len(s.Requests())
			_, _, _, err := collect(t.Context(), c, r)
			if sent := len(s.Requests()) > before; sent == remote || model.IsKind(err, model.Refused) != remote {
				t.Errorf("%s: sent: %v, %v", name, sent, err)
			}
		}
	}
}

func TestStrangeLists(t *testing.T) {
	for body, says := range map[string]string{
		`{"models":[]}`: "does not speak", `[]`: "does not speak", `hello`: "does not speak", `{"data":null}`: "does not speak",
		`{"data":[]}`: "", `{"data":[{"id":"a\u001b[31mb"},{"id":""},{"id":"ok"}]}`: "", strings.Repeat(" ", 9<<20): "too large",
	} {
		m, err := raw(t, http.StatusOK, body).Models(t.Context())
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) || len(m) > 1 {
			t.Errorf("%.40s: %+v, %v", body, m, err)
		}
	}
}
