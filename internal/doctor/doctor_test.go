package doctor_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"

	"sopro/internal/catalog"
	"sopro/internal/config"
	"sopro/internal/doctor"
	"sopro/internal/eval/sim"
	"sopro/internal/model"
	"sopro/internal/model/ollama"
	"sopro/internal/ngram"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// machine is one as data.
type machine struct {
	version string      // of Ollama; "": none runs
	models  []sim.Model // that it has
	faults  []sim.Fault
	stats   *model.Stats // what every answer says of itself instead of the simulated times
	config  string       // the user's config.toml
	brought string       // the repository's .sopro.toml
	env     map[string]string
	memory  int64 // gigabytes; 0: 16
	program doctor.Program
	listens string // the local column of /proc/net/tcp, PORT for the server's; "": no such list
	files   map[string]string
	noRepo  bool
	ignores string // git's ignore rules of the person, for all repositories
}

const gigabyte = 1_000_000_000

var (
	qwen = sim.Model{
		Name: "qwen2.5-coder:1.5b-base", Family: "qwen2", Capabilities: []string{"completion", "insert"}, Size: gigabyte,
		Answer: sim.Say("return a + b\n}\n"),
	}
	qwenChat = sim.Model{
		Name: "qwen2.5-coder:1.5b", Family: "qwen2", Capabilities: []string{"completion", "insert"}, Size: gigabyte,
		Template: "{{ range .Messages }}<|im_start|>{{ .Role }}{{ end }}{{ .Suffix }}", Answer: sim.Say("return a + b"),
	}
	llama = sim.Model{
		Name: "llama3.2:3b", Family: "llama", Capabilities: []string{"completion"}, Size: 2 * gigabyte, Parameters: 3e9, Template: "{{ .Messages }}",
		Answer: sim.Say("Sure! Here it is:\n```go\n\treturn a + b\n```\n"),
	}
	stranger = sim.Model{
		Name: "newcomer:1b", Family: "newcomer", Capabilities: []string{"completion", "insert"}, Template: "{{ .Prompt }}@{{ .Suffix }}",
		Answer: sim.Say("return a + b"),
	}
	cloud = sim.Model{Name: "qwen3-coder:480b-cloud", Remote: true}
	found = doctor.Program{Path: "/usr/bin/ollama", Version: "0.17.4"}
)

// says is a model with another answer.
func says(m sim.Model, text string) sim.Model {
	m.Answer = sim.Say(text)
	return m
}

// examine has the doctor look at a machine.
func examine(t *testing.T, c machine) (doctor.Machine, doctor.Report) {
	t.Helper()
	m := build(t, c)
	r, err := doctor.Examine(t.Context(), m, doctor.Watcher{})
	if err != nil {
		t.Fatal(err)
	}
	return m, r
}

// build makes what the doctor sees of a machine.
func build(t *testing.T, c machine) doctor.Machine {
	t.Helper()
	home, root := t.TempDir(), t.TempDir()
	write := func(path, text string) {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range c.files {
		write(filepath.Join(root, name), text)
	}
	if !c.noRepo {
		write(filepath.Join(root, ".git/HEAD"), "ref: refs/heads/main\n")
	}
	if c.ignores != "" {
		write(filepath.Join(home, ".config/git/ignore"), c.ignores)
	}
	if c.brought != "" {
		write(filepath.Join(root, ".sopro.toml"), c.brought)
	}
	url := "http://127.0.0.1:1"
	if c.version != "" {
		server := sim.New(sim.Config{Version: c.version, Models: c.models, Faults: c.faults})
		t.Cleanup(server.Close)
		url = server.URL()
	}
	here := strings.NewReplacer("URL", url)
	env := func(name string) string { return here.Replace(c.env[name]) }
	write(filepath.Join(home, "config.toml"), here.Replace(c.config))
	loader := config.Loader{Env: env, UserFile: filepath.Join(home, "config.toml")}
	m := doctor.Machine{
		Version: "1.2.3", System: "linux/amd64", Memory: c.memory * gigabyte, Home: home, Root: root,
		Values: loader.Values([]string{root}, nil, nil), Log: filepath.Join(home, "state/sopro.log"),
		Builtin: ngram.New(ngram.Options{}), Env: env,
		Program: func(context.Context) doctor.Program { return c.program },
		Now:     func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) },
	}
	if c.memory == 0 {
		m.Memory = 16 * gigabyte
	}
	m.Settings, m.Problems = loader.Load([]string{root}, nil, nil)
	if m.Settings.Log.File != "" {
		m.Log = m.Settings.Log.File
	}
	address := m.Settings.Ollama.URL
	for _, a := range []string{env("OLLAMA_HOST"), url} {
		if address == "" {
			address = a
		}
	}
	connect(t, &m, address, c.stats)
	if c.listens != "" {
		m.Files = sockets(m.Address, c.listens)
	}
	return m
}

// connect puts the client, the queue and the catalog before the server at an address.
func connect(t *testing.T, m *doctor.Machine, address string, stats *model.Stats) {
	client, err := ollama.New(address, ollama.Options{AllowRemote: m.Settings.Privacy.AllowRemote})
	if err != nil {
		m.Refused = err
		return
	}
	t.Cleanup(client.Close)
	endpoint := model.NewEndpoint(client, client.URL())
	m.Address, m.Server = client.URL(), endpoint
	if stats != nil {
		m.Server = timed{endpoint, *stats}
	}
	m.Models = catalog.New(endpoint, catalog.Preferences{
		Completion: m.Settings.Models.Completion, Chat: m.Settings.Models.Chat, NumCtx: m.Settings.Ollama.NumCtx,
		KeepAlive: m.Settings.Ollama.KeepAlive, ContextTokens: m.Settings.Completion.ContextTokens,
	}, m.Memory)
}

// timed is a server whose answers took other times than they did.
type timed struct {
	doctor.Server
	stats model.Stats
}

func (s timed) Stream(ctx context.Context, p model.Priority, r model.Request) iter.Seq2[model.Chunk, error] {
	return func(yield func(model.Chunk, error) bool) {
		for c, err := range s.Server.Stream(ctx, p, r) {
			if c.Done != nil {
				c.Done = &s.stats
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

// sockets is a /proc/net in which things listen.
func sockets(url, local string) fs.FS {
	var port int
	fmt.Sscanf(url[strings.LastIndexByte(url, ':')+1:], "%d", &port)
	files := fstest.MapFS{}
	for i, at := range strings.Fields(local) {
		name := "proc/net/tcp"
		if strings.IndexByte(at, ':') == 32 {
			name = "proc/net/tcp6"
		}
		if files[name] == nil {
			files[name] = &fstest.MapFile{Data: []byte("  sl  local_address rem_address   st tx_queue\n")}
		}
		line := fmt.Sprintf("%4d: %s 00000000:0000 0A 00000000:00000000\n", i, strings.ReplaceAll(at, "PORT", fmt.Sprintf("%04X", port)))
		files[name].Data = append(files[name].Data, line...)
	}
	return files
}

// lines are the steps of some names as they are told, with URL, HOME and ROOT for what differs from run to run.
func lines(m doctor.Machine, r doctor.Report, names []string) []string {
	plain := strings.NewReplacer(m.Address, "URL", strings.TrimPrefix(m.Address, "http://"), "ADDRESS", m.Home, "HOME", m.Root, "ROOT")
	if m.Address == "" {
		plain = strings.NewReplacer(m.Home, "HOME", m.Root, "ROOT")
	}
	var out []string
	for _, s := range r.Steps {
		if slices.Contains(names, s.Name) {
			out = append(out, plain.Replace(fmt.Sprintf("%s %s: %s -> %s", s.State, s.Name, s.Message, s.Next)))
		}
	}
	return out
}

// expectSaid tells a story: a machine, and what the doctor says in the steps that the story is about.
func expectSaid(t *testing.T, c machine, want ...string) {
	t.Helper()
	m, r := examine(t, c)
	var names []string
	fault := false
	for _, w := range want {
		_, rest, _ := strings.Cut(w, " ")
		name, _, _ := strings.Cut(rest, ":")
		names = append(names, name)
	}
	for _, s := range r.Steps {
		fault = fault || s.State == doctor.Fault
	}
	if got := lines(m, r, names); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s\nof all:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"), everything(r))
	}
	if r.OK == fault {
		t.Errorf("ok is %v:\n%s", r.OK, everything(r))
	}
}

func everything(r doctor.Report) string {
	var b strings.Builder
	for _, s := range r.Steps {
		fmt.Fprintf(&b, "%s %s: %s -> %s\n", s.State, s.Name, s.Message, s.Next)
	}
	return b.String() + "unsaid: " + strings.Join(r.Unsaid, " ")
}

// On a machine where all is well nothing is a warning.
func TestAllIsWell(t *testing.T) {
	_, r := examine(t, machine{
		version: "0.30.1", models: []sim.Model{qwenChat}, listens: "0100007F:PORT", program: found,
		files: map[string]string{"a.go": "package a\n"},
	})
	for _, s := range r.Steps {
		if s.State != doctor.OK {
			t.Errorf("%s %s: %s", s.State, s.Name, s.Message)
		}
	}
	if !r.OK || len(r.Unsaid) > 0 || len(r.Steps) < 18 {
		t.Errorf("ok %v:\n%s", r.OK, everything(r))
	}
}

// Ctrl-C ends the visit, with what was found so far.
func TestStopped(t *testing.T) {
	m := build(t, machine{version: "0.30.1", models: []sim.Model{qwen}})
	ctx, cancel := context.WithCancel(t.Context())
	r, err := doctor.Examine(ctx, m, doctor.Watcher{Found: func(s doctor.Step) {
		if s.Name == "server" {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || r.OK || r.Steps[len(r.Steps)-1].Name != "server" {
		t.Errorf("%v:\n%s", err, everything(r))
	}
}

// Each check is told of when it begins and ends, in the order of the list.
func TestWatched(t *testing.T) {
	var told []string
	m := build(t, machine{})
	_, err := doctor.Examine(t.Context(), m, doctor.Watcher{
		Began: func(doing string) func() {
			told = append(told, "begin "+doing)
			return func() { told = append(told, "end") }
		},
		Found: func(s doctor.Step) { told = append(told, s.Name) },
	})
	want := []string{"begin reading the settings", "end", "settings", "begin looking where the settings come from", "end", "sources"}
	if err != nil || !slices.Equal(told[:len(want)], want) || told[len(told)-1] != "server" {
		t.Errorf("%v: %q", err, told)
	}
}
