package doctor_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"sopro/internal/doctor"
	"sopro/internal/eval/sim"
	"sopro/internal/testkit/adversary"
)

// What a person pastes into a report tells all that was found, and of code, prompts and keys nothing, whoever wrote the log, the
// settings and the files.
func TestBundleTellsNoSecret(t *testing.T) {
	const key = "sk-proj-Zk3vQ9xT7mB2nL5pR8wY1cD4fG6hJ0kS"
	c := machine{
		version: "0.17.4", models: []sim.Model{qwen, llama, cloud},
		config:  "ollama.url = \"URL\"\nexplain.language = \"Deutsch\"\nprivacy.ignore = [\"" + key + "\"]\n" + key + " = 1\nopenai.apiKeyEnv = \"MY_KEY\"\n",
		brought: "ollama.url = \"http://me:hunter22hunter22@192.0.2.1\"\n\"" + key + "\" = 1\n",
		env: map[string]string{"OLLAMA_NUM_PARALLEL": "2", "HTTP_PROXY": "http://me:hunter22hunter22@proxy.example", "OLLAMA_HOST": "http://me:hunter22hunter22@127.0.0.1:1",
			"MY_KEY": key},
		files: map[string]string{"salary.go": "package salary\n\nfunc raiseOfTheBoss() {}\n", ".env": "TOKEN=" + key},
	}
	m, r := examine(t, c)
	put(t, m.Log, strings.Join([]string{
		`time=2026-01-02T03:04:05.000Z level=WARN msg="completion failed" error="Ollama is not running at http://127.0.0.1:11434: start it with \"ollama serve\""`,
		`time=2026-01-02T03:04:06.000Z level=WARN msg="completion failed" error="the model server failed with status 500"`,
		`time=2026-01-02T03:04:07.000Z level=WARN msg="completion failed" error="Ollama failed: template: func raiseOfTheBoss() {}"`,
		`time=2026-01-02T03:04:08.000Z level=DEBUG msg="completion answered" id=7 bytes=31 superseded=false builtin=true why=raiseOfTheBoss`,
		`time=2026-01-02T03:04:09.000Z level=WARN msg="func raiseOfTheBoss() {}" error=x`,
		`time=2026-01-02T03:04:09.000Z level=WARN msg=completion raiseOfTheBoss=1 error="` + key + `"`,
		`time=raiseOfTheBoss()_________ level=WARN msg=completion`,
		`time=2026-01-02T03:04:10.000Z level=ERROR msg=panic method=x value="runtime error" stack="goroutine 1\nfunc raiseOfTheBoss() {}"`,
		"func raiseOfTheBoss() {}",
		"\x1b]0;raiseOfTheBoss\x07",
		"",
		strings.Repeat("raiseOfTheBoss", 100000),
		`time=2026-01-02T03:04:11.000Z level=WARN msg=workspace folder=/home/raiseOfTheBoss walk="context canceled"`,
		`time=2026-01-02T03:04:12.000Z level=INFO msg=completion error="unfinished raiseOfTheBoss`,
	}, "\n"), 0o600)
	text := doctor.Bundle(t.Context(), m, r)
	for _, never := range []string{"raiseOfTheBoss", "package salary", key, key[8:], "hunter22", m.Home, "\x1b", "\x07", "fim_prefix", "TOKEN"} {
		if strings.Contains(text, never) {
			t.Errorf("it tells %q:\n%s", never, text)
		}
	}
	for _, want := range []string{
		"sopro 1.2.3, linux/amd64, memory 16.0 GB\n",
		"ok       server     Ollama 0.17.4 answers at http://127.0.0.1:",
		"warning  settings   ",
		"\nollama.url = \"http://127.0.0.1:",
		"\n    ~/config.toml: \"http://127.0.0.1:",
		"\nexplain.language = \"Deutsch\"\n",
		"\n$OLLAMA_NUM_PARALLEL = 2\n",
		"\n$HTTP_PROXY is set\n",
		"\nqwen2.5-coder:1.5b-base: 1.0 GB, 1.5B, Q4_K_M; family qwen2.5-coder, asked raw, prefix first, context 32768, can completion insert; chosen for completion; ",
		"\nqwen3-coder:480b-cloud: it runs on another machine\n",
		"\ncompletion: qwen2.5-coder:1.5b-base, num_ctx 8192\n",
		"\nchat: llama3.2:3b, num_ctx 8192\n",
		"== log\n2026-01-02T03:04:11.000Z WARN workspace folder=… walk=context canceled\n",
		"\n1 lines left out that are not of Sopro's making\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not tell %q:\n%s", want, text)
		}
	}
}

// A log that is what Sopro writes is told, as far as it says nothing of documents.
func TestBundleLog(t *testing.T) {
	for line, want := range map[string]string{
		`time=2026-01-02T03:04:05.000Z level=WARN msg="completion failed" error="Ollama is not running at http://h: x"`: "2026-01-02T03:04:05.000Z WARN completion failed error=Ollama is not running …",
		`time=2026-01-02T03:04:05.000+02:00 level=DEBUG msg="completion answered" id=7 bytes=31 superseded=false`:       "2026-01-02T03:04:05.000+02:00 DEBUG completion answered id=7 bytes=31 superseded=false",
		`time=2026-01-02T03:04:05.000Z level=WARN msg=models error="the model server failed with status 500"`:           "2026-01-02T03:04:05.000Z WARN models error=the model server failed with status …",
		`time=2026-01-02T03:04:05.000Z level=WARN msg=setting problem="/a/b: c: not known"`:                             "2026-01-02T03:04:05.000Z WARN setting problem=…",
		`time=2026-01-02T03:04:05.000Z level=WARN msg="a secret plan" error=x`:                                          "1 lines left out that are not of Sopro's making",
		`time=2026-01-02T03:04:05.000Z level=WARN msg="completion of a plan"`:                                           "1 lines left out that are not of Sopro's making",
		"": "1 lines left out that are not of Sopro's making",
	} {
		m := build(t, machine{})
		put(t, m.Log, line+"\n", 0o600)
		text := doctor.Bundle(t.Context(), m, doctor.Report{})
		_, got, _ := strings.Cut(text, "== log\n")
		if got != want+"\n" {
			t.Errorf("%s:\ngot %swant %s", line, got, want)
		}
	}
}

// A file of secrets that was named as the log stays closed; so does what is no file.
func TestBundleOpensNoSecret(t *testing.T) {
	for name, want := range map[string]string{"id_rsa": "none: it is a secret file by its name", "folder": "none: it is not a file", "none": "none: no such file or directory"} {
		m := build(t, machine{})
		m.Log = m.Home + "/" + name
		switch name {
		case "id_rsa":
			put(t, m.Log, "time=2026-01-02T03:04:05.000Z level=WARN msg=models\n", 0o600)
		case "folder":
			put(t, m.Log+"/x", "", 0o600)
		}
		if text := doctor.Bundle(t.Context(), m, doctor.Report{}); !strings.HasSuffix(text, "== log\n"+want+"\n") {
			t.Errorf("%s:\n%s", name, text)
		}
	}
}

// Whatever a model says to the doctor, and however models and servers are named, each thing said is one short plain line.
func TestObedientAdversary(t *testing.T) {
	image := regexp.MustCompile(`[\x{202a}-\x{202e}\x{2066}-\x{2069}\x{200b}-\x{200f}\x{e0000}-\x{e007f}]`)
	server := sim.New(sim.Config{Version: "0.17.4"})
	defer server.Close()
	for _, p := range adversary.Payloads() {
		name := p.Model
		if name == "" {
			name = qwen.Name
		}
		hostile := sim.Model{Name: name, Family: "qwen2", Capabilities: []string{"completion", "insert"}, Answer: func(sim.Prompt) []sim.Token { return p.Tokens(false) }}
		m := build(t, machine{})
		server.Install(hostile)
		connect(t, &m, server.URL(), nil)
		r, err := doctor.Examine(t.Context(), m, doctor.Watcher{})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range r.Steps {
			for _, line := range []string{s.Message, s.Next} {
				if len([]rune(line)) > 500 || strings.ContainsFunc(line, unicode.IsControl) || image.MatchString(line) {
					t.Errorf("%s: %s: %q", p.Name, s.Name, line)
				}
			}
		}
		if text := doctor.Bundle(t.Context(), m, r); len(text) > 64<<10 || strings.Contains(text, "\x1b") {
			t.Errorf("%s: a bundle of %d bytes: %s", p.Name, len(text), fmt.Sprintf("%.1000q", text))
		}
		server.Remove(name)
	}
}
