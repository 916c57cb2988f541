package doctor_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sopro/internal/catalog"
	"sopro/internal/config"
	"sopro/internal/doctor"
	"sopro/internal/eval/sim"
	"sopro/internal/model"
	"sopro/internal/ngram"
	"sopro/internal/prompt"
)

const pull = `run "ollama pull qwen2.5-coder:1.5b"`

func TestServer(t *testing.T) {
	hanging := sim.Fault{Kind: sim.Garbage, Path: "/api/version"}
	for _, c := range []struct {
		story string
		machine
		want string
	}{
		{"installed and not running", machine{program: found},
			`fault server: Ollama is installed but not running at URL -> start it with "ollama serve", or with its app`},
		{"not installed", machine{},
			"fault server: nothing answers at URL, and Ollama's program is not on PATH -> install Ollama from https://ollama.com/download, then " + pull},
		{"runs", machine{version: "0.17.4"}, "ok server: Ollama 0.17.4 answers at URL -> "},
		{"something else answers", machine{version: "0.17.4", faults: []sim.Fault{hanging}},
			"fault server: no good answer from URL: what answers at URL does not speak Ollama's language -> look at ollama.url"},
		{"another machine", machine{config: `ollama.url = "http://192.0.2.1:11434"`},
			"fault server: the model server is not asked: Ollama's address ADDRESS is on another machine -> " +
				"your code would be sent there; if you want that, add privacy.allowRemote = true to your own config.toml"},
		{"no address", machine{config: `ollama.url = "ftp://x"`},
			`fault server: the model server is not asked: the address "ftp://x" does not begin with http:// or https:// -> set ollama.url to something like "http://127.0.0.1:11434"`},
	} {
		t.Run(c.story, func(t *testing.T) { expectSaid(t, c.machine, c.want) })
	}
}

func TestProgram(t *testing.T) {
	expectSaid(t, machine{program: found}, "ok program: Ollama's program is /usr/bin/ollama, version 0.17.4 -> ")
	expectSaid(t, machine{program: doctor.Program{Path: "/usr/bin/ollama"}}, "ok program: Ollama's program is /usr/bin/ollama; it does not say its version -> ")
	expectSaid(t, machine{program: doctor.Program{Inside: "/w/bin/ollama"}},
		"warning program: PATH leads to a program named ollama inside of the workspace, /w/bin/ollama: it was not started -> take the workspace out of PATH",
		"ok program: Ollama's program is not on PATH -> ")
}

func TestVersion(t *testing.T) {
	for version, want := range map[string]string{
		"0.5.13":     "warning version: Ollama 0.5.13 is older than 0.6, with which Sopro is not tested -> update Ollama",
		"0.6.8":      "warning version: Ollama 0.6.8 gives no token probabilities (0.12.11 does), so completions are not cut where the model becomes unsure; it also gives its memory away to whoever can reach it (CVE-2026-7482) -> update Ollama",
		"0.12.11":    "warning version: Ollama 0.12.11 gives its memory away to whoever can reach it (CVE-2026-7482, fixed in 0.17.1) -> update Ollama",
		"0.17.0":     "warning version: Ollama 0.17.0 gives its memory away to whoever can reach it (CVE-2026-7482, fixed in 0.17.1) -> update Ollama",
		"0.17.1":     "ok version: Ollama 0.17.1 has all that Sopro uses -> ",
		"0.17.1-rc0": "warning version: Ollama 0.17.1-rc0 gives its memory away to whoever can reach it (CVE-2026-7482, fixed in 0.17.1) -> update Ollama",
		"0.30.1":     "ok version: Ollama 0.30.1 has all that Sopro uses -> ",
		"0.0.0":      "warning version: the version 0.0.0 is not one that Sopro knows how to read -> if something is wrong, try a released Ollama",
		"nightly":    "warning version: the version nightly is not one that Sopro knows how to read -> if something is wrong, try a released Ollama",
	} {
		t.Run(version, func(t *testing.T) { expectSaid(t, machine{version: version}, want) })
	}
}

func TestBound(t *testing.T) {
	const unless = " -> start it with OLLAMA_HOST=127.0.0.1, unless you want that"
	for _, c := range []struct {
		story, listens, host, want string
	}{
		{"loopback", "0100007F:PORT 00000000:0016", "", "ok bound: Ollama listens on ADDRESS: only this machine reaches it -> "},
		{"everywhere", "00000000:PORT", "", "warning bound: Ollama listens on all interfaces (0.0.0.0:N): anybody in your network can use it, and read what it leaks" + unless},
		{"everywhere, IPv6", "00000000000000000000000000000000:PORT", "", "warning bound: Ollama listens on all interfaces ([::]:N): anybody in your network can use it, and read what it leaks" + unless},
		{"both loopbacks", "0100007F:PORT 00000000000000000000000001000000:PORT", "", "ok bound: Ollama listens on ADDRESS: only this machine reaches it -> "},
		{"one of the network", "0100007F:PORT 0501A8C0:PORT", "", "warning bound: Ollama also listens on 192.168.1.5:N: others in your network may reach it" + unless},
		{"in a container", "00000000:0016", "", "ok bound: whether Ollama listens for this machine alone cannot be known here -> "},
		{"no list, OLLAMA_HOST", "", "0.0.0.0:PORT", "warning bound: OLLAMA_HOST is 0.0.0.0:N: if Ollama was started with it, it listens on all interfaces and anybody in your network can use it" + unless},
		{"no list, OLLAMA_HOST without a host", "", ":PORT", "warning bound: OLLAMA_HOST is :N: if Ollama was started with it, it listens on all interfaces and anybody in your network can use it" + unless},
		{"no list, loopback", "", "127.0.0.1:PORT", "ok bound: whether Ollama listens for this machine alone cannot be known here -> "},
		{"garbage in the list", "zz:PORT 0100007F 01:PORT", "", "ok bound: whether Ollama listens for this machine alone cannot be known here -> "},
	} {
		t.Run(c.story, func(t *testing.T) {
			m := build(t, machine{version: "0.17.4", listens: c.listens})
			port := m.Address[strings.LastIndexByte(m.Address, ':')+1:]
			m.Env = func(name string) string {
				return map[string]string{"OLLAMA_HOST": strings.ReplaceAll(c.host, "PORT", port)}[name]
			}
			r, err := doctor.Examine(t.Context(), m, doctor.Watcher{})
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(lines(m, r, []string{"bound"}), "\n")
			if got = strings.ReplaceAll(got, ":"+port, ":N"); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestModels(t *testing.T) {
	for _, c := range []struct {
		story string
		machine
		want []string
	}{
		{"none", machine{version: "0.17.4"}, []string{
			"fault models: no model is installed -> " + pull,
			"fault completion: no model completes: no model can infill -> " + pull,
		}},
		{"only a remote one", machine{version: "0.17.4", models: []sim.Model{cloud}}, []string{
			"fault models: no model is installed -> " + pull,
			"ok models: not used, because it does not run on this machine: qwen3-coder:480b-cloud -> ",
			"fault completion: no model completes: no model can infill -> " + pull,
		}},
		{"a remote one that was named", machine{version: "0.17.4", models: []sim.Model{cloud, qwen}, config: `models.completion = "qwen3-coder:480b-cloud"`}, []string{
			"ok models: installed here: 1 model -> ",
			"ok models: not used, because it does not run on this machine: qwen3-coder:480b-cloud -> ",
			`fault completion: no model completes: the model "qwen3-coder:480b-cloud" of models.completion does not run on this machine: your code would be sent to the internet -> choose a local one, or set it to "auto"`,
		}},
		{"one that is missing", machine{version: "0.30.1", models: []sim.Model{qwen}, config: `models.completion = "gone:1b"`}, []string{
			"ok models: installed here: 1 model -> ",
			`fault completion: no model completes: the model "gone:1b" of models.completion is not installed -> run "ollama pull gone:1b", or set models.completion to "auto"`,
		}},
		{"one that infills", machine{version: "0.6.8", models: []sim.Model{qwen, llama}}, []string{
			"ok models: installed here: 2 models -> ",
			"ok completion: qwen2.5-coder:1.5b-base completes: chosen by size; family qwen2.5-coder by its name -> ",
			"ok chat: llama3.2:3b explains and generates: chosen by size; by its name a chat model; asked in chat -> ",
		}},
		{"none that infills", machine{version: "0.17.4", models: []sim.Model{llama}}, []string{
			"warning completion: llama3.2:3b completes, but was not trained to infill: its template would break infilling, so it is asked in chat, which is slower and worse -> " + pull,
			"ok hole: llama3.2:3b filled a sample hole with \"return a + b\" (0 ms to the first line) -> ",
		}},
		{"one that infills only through its template", machine{version: "0.17.4", models: []sim.Model{stranger}}, []string{
			"warning completion: newcomer:1b completes through its own template, which Sopro does not know: the answers may not fit -> if they do not, " + pull,
		}},
		{"one that infills only", machine{version: "0.17.4", models: []sim.Model{qwen}}, []string{
			`warning chat: nothing explains, and code is generated by infilling at most: no chat model is installed, which explaining and generating need -> run "ollama pull qwen2.5-coder:7b"`,
		}},
		{"a list that breaks", machine{version: "0.17.4", faults: []sim.Fault{{Kind: sim.Failed, Path: "/api/tags", Text: "disk on fire"}}}, []string{
			"fault models: which models are installed cannot be found out: Ollama failed: disk on fire -> its log may say more",
		}},
	} {
		t.Run(c.story, func(t *testing.T) { expectSaid(t, c.machine, c.want...) })
	}
}

func TestFits(t *testing.T) {
	short := qwen
	short.Context = 1024
	large := qwen
	large.Size = 9 * gigabyte
	for _, c := range []struct {
		story string
		machine
		want string
	}{
		{"context", machine{version: "0.17.4", models: []sim.Model{qwen}},
			"ok context: qwen2.5-coder:1.5b-base is loaded with 8192 tokens of context, and a completion needs 1792 -> "},
		{"ollama.numCtx too small", machine{version: "0.17.4", models: []sim.Model{qwen}, config: "ollama.numCtx = 1024"},
			"warning context: qwen2.5-coder:1.5b-base is loaded with 1024 tokens of context, but a completion may need 1792 (completion.contextTokens + completion.maxTokens): prompts are cut shorter -> " +
				`set ollama.numCtx to "auto", or lower completion.contextTokens to 704`},
		{"the model's own context too small", machine{version: "0.17.4", models: []sim.Model{short}},
			"warning context: qwen2.5-coder:1.5b-base is loaded with 1024 tokens of context, but a completion may need 1792 (completion.contextTokens + completion.maxTokens): prompts are cut shorter -> lower completion.contextTokens to 704"},
		{"memory", machine{version: "0.17.4", models: []sim.Model{qwen}},
			"ok memory: qwen2.5-coder:1.5b-base takes 1.0 GB of this machine's 16.0 GB -> "},
		{"larger than memory", machine{version: "0.17.4", models: []sim.Model{large}, memory: 8, config: `models.completion = "qwen2.5-coder:1.5b-base"`},
			"fault memory: qwen2.5-coder:1.5b-base (9.0 GB) is larger than this machine's memory (8.0 GB) -> " + `name a smaller model in models.completion, or set it to "auto"`},
		{"hardly fits", machine{version: "0.17.4", models: []sim.Model{large}, memory: 12, config: `models.completion = "qwen2.5-coder:1.5b-base"`},
			"warning memory: qwen2.5-coder:1.5b-base (9.0 GB) leaves little of this machine's memory (12.0 GB) to the editor and the compiler -> " + `name a smaller model in models.completion, or set it to "auto"`},
		{"one slot for both roles", machine{version: "0.17.4", models: []sim.Model{qwenChat}, env: map[string]string{"OLLAMA_NUM_PARALLEL": "1"}},
			"warning parallel: OLLAMA_NUM_PARALLEL is 1 and qwen2.5-coder:1.5b both completes and chats: each evicts the other's prompt, and both wait -> start Ollama with OLLAMA_NUM_PARALLEL=2, or update it to 0.30"},
		{"two slots", machine{version: "0.17.4", models: []sim.Model{qwenChat}, env: map[string]string{"OLLAMA_NUM_PARALLEL": "2"}}, "ok parallel: OLLAMA_NUM_PARALLEL is 2 -> "},
		{"nobody knows", machine{version: "0.17.4", models: []sim.Model{qwenChat}},
			"ok parallel: OLLAMA_NUM_PARALLEL is not set here; what Ollama was started with cannot be known -> if completions are slow after each explanation, start Ollama with OLLAMA_NUM_PARALLEL=2"},
		{"a new Ollama keeps prompts", machine{version: "0.30.1", models: []sim.Model{qwenChat}, env: map[string]string{"OLLAMA_NUM_PARALLEL": "1"}},
			"ok parallel: completion and chat do not evict each other's prompts -> "},
		{"two models", machine{version: "0.17.4", models: []sim.Model{qwen, llama}, env: map[string]string{"OLLAMA_NUM_PARALLEL": "1"}},
			"ok parallel: completion and chat do not evict each other's prompts -> "},
	} {
		t.Run(c.story, func(t *testing.T) { expectSaid(t, c.machine, c.want) })
	}
}

func TestSpeed(t *testing.T) {
	took := func(prompt, generation time.Duration) *model.Stats {
		return &model.Stats{PromptTokens: 500, PromptTime: prompt, Tokens: 40, GenerationTime: generation}
	}
	one := []sim.Model{qwen}
	for _, c := range []struct {
		story string
		machine
		want string
	}{
		{"quick", machine{version: "0.17.4", models: one, stats: took(time.Second, time.Second)},
			"ok speed: qwen2.5-coder:1.5b-base reads 500 and writes 40 tokens a second -> "},
		{"reads slowly", machine{version: "0.17.4", models: one, stats: took(5*time.Second, time.Second), config: "completion.contextTokens = 2048"},
			"warning speed: qwen2.5-coder:1.5b-base reads 100 and writes 40 tokens a second: a new prompt of 2048 tokens takes 20.5 s -> " +
				"name a smaller model in models.completion, lower completion.contextTokens from 2048 to 512, or give the server a GPU that holds the model"},
		{"writes slowly", machine{version: "0.17.4", models: one, stats: took(time.Second, 8*time.Second), config: "completion.contextTokens = 512"},
			"warning speed: qwen2.5-coder:1.5b-base reads 500 and writes 5.0 tokens a second: a new prompt of 512 tokens takes 1.0 s -> " +
				"name a smaller model in models.completion, or give the server a GPU that holds the model"},
		{"does not say", machine{version: "0.17.4", models: one, stats: &model.Stats{}},
			"ok speed: qwen2.5-coder:1.5b-base answered, but does not say how fast it is -> "},
	} {
		t.Run(c.story, func(t *testing.T) { expectSaid(t, c.machine, c.want) })
	}
}

func TestHole(t *testing.T) {
	const talk = " -> it may not be trained to infill: " + pull
	for _, c := range []struct{ story, answer, want string }{
		{"filled", "return a + b\n}\n", `ok hole: NAME filled a sample hole with "return a + b" (0 ms to the first line) -> `},
		{"in two lines", "\n\tsum := a + b\n\treturn sum\n", `ok hole: NAME filled a sample hole with "sum := a + b" (0 ms to the first line) -> `},
		{"nothing", "", "fault hole: NAME filled a sample hole with nothing" + talk},
		{"white space", " \n\n", "fault hole: NAME filled a sample hole with nothing" + talk},
		{"talk", "Sure! Here is the code:\n", `fault hole: NAME filled a sample hole with something that is no code: "Sure! Here is the code:"` + talk},
		{"a fence", "```go\nreturn a + b\n```", "fault hole: NAME filled a sample hole with something that is no code: \"```go\"" + talk},
		{"control tokens of another family", "return a + b<EOT>", `fault hole: NAME filled a sample hole with its control tokens: "<EOT>" -> ` +
			"its name or template says another family than it is: pull it again from Ollama's library, or " + pull},
		{"code from elsewhere", "fmt.Println(1)", `warning hole: NAME filled a sample hole with code that does not belong there: "fmt.Println(1)" -> a larger model does better, or ` + pull},
		{"what a terminal would obey", "return a /*\x1b]0;x\x07*/ + b", `ok hole: NAME filled a sample hole with "return a /*\x1b]0;x\a*/ + b" (0 ms to the first line) -> `},
	} {
		t.Run(c.story, func(t *testing.T) {
			expectSaid(t, machine{version: "0.17.4", models: []sim.Model{says(qwen, c.answer)}}, strings.ReplaceAll(c.want, "NAME", qwen.Name))
		})
	}
	t.Run("a model that does not load", func(t *testing.T) {
		c := machine{version: "0.17.4", models: []sim.Model{qwen}, faults: []sim.Fault{{Kind: sim.Failed, Text: "model requires more system memory"}}}
		_, r := examine(t, c)
		if r.OK || strings.Join(r.Unsaid, " ") != "speed hole" {
			t.Error(everything(r))
		}
		expectSaid(t, c, "fault load: "+qwen.Name+" cannot be loaded: Ollama failed: model requires more system memory -> its log may say more")
	})
	t.Run("an answer that is cut", func(t *testing.T) {
		expectSaid(t, machine{version: "0.17.4", models: []sim.Model{qwen}, faults: []sim.Fault{{Kind: sim.Cut, After: 1, Times: 3}}},
			"fault speed: "+qwen.Name+" cannot be measured: Ollama's answer ended before it was finished -> try again; Ollama's log may say why",
			"fault hole: "+qwen.Name+" filled no hole: Ollama's answer ended before it was finished -> try again; Ollama's log may say why")
	})
}

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		story string
		machine
		want []string
	}{
		{"none", machine{}, []string{
			"ok settings: every setting that was found is known and holds -> ",
			"ok sources: the model server's address is the default, URL -> ",
		}},
		{"unknown, and refused", machine{config: "completion.gat = 0.5\n", brought: "completion.gate = \"high\"\nollama.url = \"http://192.0.2.1\"\n"}, []string{
			`warning settings: ~/config.toml: completion.gat: not known -> correct or remove it there; docs/settings.md lists the settings`,
			"warning settings: ROOT/.sopro.toml: completion.gate: want a number from 0 to 1, not a text -> correct or remove it there; docs/settings.md lists the settings",
			"warning settings: ROOT/.sopro.toml: ollama.url has no effect there -> set it in your own config.toml, as SOPRO_OLLAMA_URL or with --set if you want it; if you did not write it, the repository did",
			"ok sources: the model server's address is the default, URL -> ",
		}},
		{"a file that cannot be read", machine{config: "completion = [\n"}, []string{
			"warning settings: ~/config.toml: the whole file: not read: line 1, column 15: unexpected EOF; expected value -> correct or remove it there; docs/settings.md lists the settings",
		}},
		{"an address from the environment", machine{version: "0.17.4", env: map[string]string{"OLLAMA_HOST": "URL"}}, []string{
			"ok sources: the model server's address is URL, from $OLLAMA_HOST -> ",
		}},
		{"two addresses that are one", machine{version: "0.17.4", env: map[string]string{"OLLAMA_HOST": "URL"}, config: `ollama.url = "URL/"`}, []string{
			"ok sources: the model server's address is URL, from ~/config.toml -> ",
		}},
		{"two addresses", machine{version: "0.17.4", env: map[string]string{"OLLAMA_HOST": "127.0.0.1:9"}, config: "ollama.url = \"URL\"\nmodels.chat = \"x:1b\""}, []string{
			"warning sources: the model server's address is URL, from ~/config.toml, although $OLLAMA_HOST says 127.0.0.1:9 -> remove the one that you do not mean",
			`ok sources: models.chat is "x:1b", from ~/config.toml -> `,
		}},
		{"the environment goes before the file", machine{version: "0.17.4", env: map[string]string{"SOPRO_OLLAMA_URL": "URL"}, config: `ollama.url = "http://me:hunter22hunter22@127.0.0.1:9"`}, []string{
			"warning sources: the model server's address is URL, from $SOPRO_OLLAMA_URL, although ~/config.toml says http://me:[secret]@127.0.0.1:9 -> remove the one that you do not mean",
		}},
		{"another machine is allowed", machine{config: "privacy.allowRemote = true\nollama.url = \"http://127.0.0.1:1\""}, []string{
			"ok sources: the model server's address is URL, from ~/config.toml -> ",
			"warning sources: privacy.allowRemote is on, from ~/config.toml, although URL is on this machine -> turn it off: then nothing can be sent elsewhere",
		}},
	} {
		t.Run(c.story, func(t *testing.T) { expectSaid(t, c.machine, c.want...) })
	}
}

func TestWorkspace(t *testing.T) {
	for _, c := range []struct {
		story string
		machine
		want []string
	}{
		{"a repository", machine{files: map[string]string{"a.go": "package a\n", "b.go": "package b\n"}}, []string{
			"ok repository: the workspace is the git repository ROOT -> ",
			"ok secrets: files that look secret by their name (.env, keys, credentials) are never read, nor what privacy.ignore names (your rules: 0) -> ",
			"ok built-in: the built-in engine read 2 files in 0 ms -> ",
		}},
		{"a folder with files that are not read", machine{noRepo: true, config: "privacy.ignore = [\"*.sql\"]\nindex.maxFileBytes = 1024", files: map[string]string{
			"a.go": "package a\n", "b.sql": "select 1", "c.sql": "select 2", "big.go": "package p //" + strings.Repeat(" x", 1000), ".env": "KEY=1", "latin.go": "package p // \xff",
		}}, []string{
			"ok repository: there is no git repository at ROOT: only this folder is the workspace -> ",
			"ok secrets: files that look secret by their name (.env, keys, credentials) are never read, nor what privacy.ignore names (your rules: 1) -> ",
			"ok built-in: the built-in engine read 1 file in 0 ms; passed over: 2 (shut out by privacy.ignore), 1 (larger than 1024 bytes), 1 (not UTF-8) -> ",
		}},
		{"a person who has git ignore scratch files everywhere", machine{ignores: "*.tmp.go\nscratch/\n", files: map[string]string{
			"a.go": "package a\n", "b.tmp.go": "package b\n", "scratch/c.go": "package c\n",
		}}, []string{"ok built-in: the built-in engine read 1 file in 0 ms -> "}},
		{"a folder that is shut out is not walked: what lies in it counts for no bound", machine{config: "privacy.ignore = [\"data\"]", files: map[string]string{
			"a.go": "package a\n", "data/1.sql": "select 1\n", "data/2.sql": "select 2\n",
		}}, []string{"ok built-in: the built-in engine read 1 file in 0 ms; passed over: 1 (shut out by privacy.ignore) -> "}},
		{"an empty folder", machine{}, []string{
			"warning built-in: the built-in engine found no file to learn from in ROOT -> run the doctor in your project's folder",
		}},
	} {
		t.Run(c.story, func(t *testing.T) { expectSaid(t, c.machine, c.want...) })
	}
}

// A server of another kind, which was started with its models, is asked nothing that is of Ollama alone.
func TestServed(t *testing.T) {
	m := build(t, machine{version: "0.17.4", models: []sim.Model{qwen}, env: map[string]string{"OLLAMA_HOST": "URL", "SOPRO_OPENAI_URL": "URL"}})
	m.Served = true
	r, err := doctor.Examine(t.Context(), m, doctor.Watcher{})
	if err != nil {
		t.Fatal(err)
	}
	want := "ok sources: the model server's address is URL, from $SOPRO_OPENAI_URL -> \nok server: the model server answers at URL -> "
	got := strings.Join(lines(m, r, []string{"sources", "program", "server", "version", "bound", "memory", "parallel", "load"}), "\n")
	if last := r.Steps[len(r.Steps)-1]; got != want || last.Name != "hole" || !r.OK || r.Unsaid != nil {
		t.Errorf("got %s of\n%s", got, everything(r))
	}
}

// For such a server no model is pulled.
func TestServedChat(t *testing.T) {
	m := build(t, machine{version: "0.17.4", models: []sim.Model{llama}})
	m.Served = true
	r, err := doctor.Examine(t.Context(), m, doctor.Watcher{})
	if err != nil || strings.Contains(everything(r), "pull") || !strings.Contains(everything(r), "asked in chat, which is slower and worse -> start the model server with a model that infills\n") {
		t.Errorf("%v: %s", err, everything(r))
	}
}

// Nor is anybody sent to Ollama's log and library, whatever fails.
func TestServedFails(t *testing.T) {
	for _, c := range []struct {
		machine
		want string
	}{
		{machine{models: []sim.Model{qwen}, faults: []sim.Fault{{Kind: sim.Cut, After: 1, Times: 3}}}, "-> try again; the model server's log may say why"},
		{machine{models: []sim.Model{says(qwen, "return a + b<EOT>")}}, "-> its name or template says another family than it is: start the model server with a model that infills"},
	} {
		c.version = "0.17.4"
		m := build(t, c.machine)
		m.Served = true
		r, err := doctor.Examine(t.Context(), m, doctor.Watcher{})
		if said := everything(r); err != nil || !strings.Contains(said, c.want) || strings.Contains(said, "Ollama's l") {
			t.Errorf("%v: want %q in %s", err, c.want, said)
		}
	}
}

// Code may go to another machine only by a setting, and then it is said.
func TestRemoteAllowed(t *testing.T) {
	m := build(t, machine{config: "privacy.allowRemote = true"})
	m.Address, m.Server, m.Refused = "http://192.0.2.1:11434", nil, errors.New("it is not dialled here")
	r, err := doctor.Examine(t.Context(), m, doctor.Watcher{})
	if err != nil {
		t.Fatal(err)
	}
	want := "ok sources: the model server's address is the default, URL -> \n" +
		"warning sources: privacy.allowRemote is on, from ~/config.toml: code may be sent to URL -> turn it off unless that machine is yours and you trust the network in between"
	if got := strings.Join(lines(m, r, []string{"sources"}), "\n"); got != want {
		t.Errorf("got %s", got)
	}
}

// A server that takes a question and says nothing is given up by the deadline, in words, and a model that says nothing too.
func TestLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			mute string
			want []string
		}{
			{"version", []string{"fault server: the answer of the model server did not come in time"}},
			{"models", []string{"fault models: the list of models did not come in time"}},
			{"load", []string{"fault load: the loading of the model did not come in time"}},
			{"fill", []string{"fault speed: the answer of the model did not come in time", "fault hole: the answer of the model did not come in time"}},
		} {
			m := doctor.Machine{
				Settings: config.Defaults(), Root: t.TempDir(), Builtin: ngram.New(ngram.Options{}), Address: "http://127.0.0.1:11434",
				Env: func(string) string { return "" }, Now: time.Now, Program: func(context.Context) doctor.Program { return found },
				Server: mute{c.mute}, Models: oneModel{},
			}
			r, err := doctor.Examine(t.Context(), m, doctor.Watcher{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range r.Steps {
				if s.State == doctor.Fault {
					got = append(got, fmt.Sprintf("%s %s: %s", s.State, s.Name, s.Message))
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: got %q", c.mute, got)
			}
			m.Served = true
			r, err = doctor.Examine(t.Context(), m, doctor.Watcher{})
			if said := everything(r); err != nil || strings.Contains(said, "Ollama's log") || strings.Contains(said, "in time") != strings.Contains(said, "look at the model server's log") {
				t.Errorf("%s, served: %v: %s", c.mute, err, said)
			}
		}
	})
}

// mute is a server that never answers one of its questions.
type mute struct{ question string }

func (s mute) wait(ctx context.Context, question string) error {
	if s.question != question {
		return nil
	}
	<-ctx.Done()
	return ctx.Err()
}

func (s mute) Version(ctx context.Context) (string, error) { return "0.30.1", s.wait(ctx, "version") }

func (s mute) Models(ctx context.Context) ([]model.Installed, error) {
	return []model.Installed{{Name: qwen.Name}}, s.wait(ctx, "models")
}

func (s mute) Loaded(context.Context) ([]model.Running, error) { return nil, nil }

func (s mute) Stream(ctx context.Context, _ model.Priority, r model.Request) iter.Seq2[model.Chunk, error] {
	question := "fill"
	if r.Prompt == "" {
		question = "load"
	}
	return func(yield func(model.Chunk, error) bool) {
		yield(model.Chunk{Text: "return a + b", Done: &model.Stats{}}, s.wait(ctx, question))
	}
}

// oneModel is a catalog of one.
type oneModel struct{ doctor.Chooser }

func (oneModel) Refresh(context.Context) error { return nil }

func (oneModel) Completion() (catalog.Choice, error) {
	return catalog.Choice{Model: qwen.Name, Asking: prompt.Recognise(prompt.Identity{Name: qwen.Name}), Options: model.Options{NumCtx: 4096}}, nil
}

func (m oneModel) Chat() (catalog.Choice, error) { return m.Completion() }
