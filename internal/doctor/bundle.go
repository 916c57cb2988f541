package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"sopro/internal/catalog"
	"sopro/internal/clean"
	"sopro/internal/workspace"
)

// Bundle is one text for a report of a fault: what was found, versions, the settings and where they come from, the models and how
// they are recognised, the last lines of the log. It goes to strangers, so it holds no code, no prompt and no secret: of the log
// only what can be neither (see logLine), what looks like a key is masked, and the home directory is "~". ctx bounds what is
// asked of the server.
func Bundle(ctx context.Context, m Machine, r Report) string {
	var b strings.Builder
	section := func(title string) { fmt.Fprintf(&b, "\n== %s\n", title) }
	fmt.Fprintf(&b, "sopro doctor, %s\n", m.Now().UTC().Format(time.RFC3339))
	fmt.Fprintf(&b, "sopro %s, %s, memory %s\n", m.Version, m.System, bytes(m.Memory))

	section("steps")
	for _, s := range r.Steps {
		fmt.Fprintf(&b, "%-8s %-10s %s (%d ms)\n", s.State, s.Name, s.Message, s.Ms)
		if s.Next != "" {
			fmt.Fprintf(&b, "%-19s %s\n", "", s.Next)
		}
	}
	if len(r.Unsaid) > 0 {
		fmt.Fprintf(&b, "not asked: %s\n", strings.Join(r.Unsaid, ", "))
	}
	section("settings")
	m.bundleSettings(&b)
	section("models")
	m.bundleModels(ctx, &b)
	section("log")
	m.bundleLog(&b)
	return m.harmless(b.String())
}

// harmless is text without secrets, without the person's home directory, and without what a terminal would obey.
func (m Machine) harmless(text string) string {
	if home := strings.TrimRight(m.Home, `/\`); home != "" {
		text = strings.ReplaceAll(text, home, "~")
	}
	return clean.Control(workspace.Mask(text))
}

func (m Machine) bundleSettings(b *strings.Builder) {
	for _, v := range m.Values {
		if len(v.Given) == 0 {
			continue
		}
		fmt.Fprintf(b, "%s = %s\n", v.Key, clean.Message(v.Text))
		for _, g := range v.Given {
			fmt.Fprintf(b, "    %s: %s\n", m.source(g), clean.Message(g.Text))
		}
	}
	for _, name := range []string{"OLLAMA_HOST", "OLLAMA_NUM_PARALLEL", "OLLAMA_MAX_LOADED_MODELS", "OLLAMA_KEEP_ALIVE", "OLLAMA_CONTEXT_LENGTH"} {
		if value := m.Env(name); value != "" {
			fmt.Fprintf(b, "$%s = %s\n", name, clean.Message(value))
		}
	}
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
		if m.Env(name) != "" {
			fmt.Fprintf(b, "$%s is set\n", name)
		}
	}
	fmt.Fprintln(b, "all others have their defaults")
}

func (m Machine) bundleModels(ctx context.Context, b *strings.Builder) {
	if m.Server == nil {
		fmt.Fprintln(b, "no model server")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, while)
	defer cancel()
	models, err := m.Models.List(ctx)
	if err != nil {
		fmt.Fprintln(b, clean.Message(err.Error()))
	}
	for _, d := range models {
		fmt.Fprintln(b, clean.Message(told(d)))
	}
	for _, role := range []struct {
		name   string
		choose func() (catalog.Choice, error)
	}{{"completion", m.Models.Completion}, {"chat", m.Models.Chat}} {
		if c, err := role.choose(); err != nil {
			fmt.Fprintf(b, "%s: none, %s\n", role.name, clean.Message(err.Error()))
		} else {
			fmt.Fprintf(b, "%s: %s, num_ctx %d\n", role.name, clean.Message(c.Model), c.Options.NumCtx)
		}
	}
}

const (
	logTail  = 64 << 10 // bytes of the log that are looked at, and
	logLines = 100      // how many lines of it
)

func (m Machine) bundleLog(b *strings.Builder) {
	text, err := tail(m.Log)
	if err != nil {
		fmt.Fprintln(b, "none:", cause(err))
		return
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	left := 0
	for _, line := range lines[max(0, len(lines)-logLines):] {
		if kept, ok := logLine(line); ok {
			fmt.Fprintln(b, kept)
		} else {
			left++
		}
	}
	if left > 0 {
		fmt.Fprintf(b, "%d lines left out that are not of Sopro's making\n", left)
	}
}

// tail reads the end of a plain file, from the start of a line.
func tail(path string) (string, error) {
	if workspace.Secret(path) {
		return "", errors.New("it is a secret file by its name")
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", errors.New("it is not a file")
	}
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	from := max(0, info.Size()-logTail)
	text, err := io.ReadAll(io.NewSectionReader(file, from, logTail))
	if err != nil || from == 0 {
		return string(text), err
	}
	_, whole, _ := strings.Cut(string(text), "\n")
	return whole, nil
}

var (
	logBegin = regexp.MustCompile(`^time=(\S{19,35}) level=(DEBUG|INFO|WARN|ERROR) msg=`)
	logWord  = regexp.MustCompile(`^([a-z]{1,20})=("(?:[^"\\]|\\.)*"|[^\s"]*)(?: |$)`)
	logTime  = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[0-9.+:Z-]*$`)
	number   = regexp.MustCompile(`^(-?\d{1,15}(\.\d{1,9})?(ns|µs|ms|s|m)?|true|false)$`)
)

// logWords are what Sopro logs, and the begins of errors that it words itself. Only these are taken into a bundle: an older log, or
// a file that is no log at all, could quote a document.
var logWords = []string{
	"malformed message", "completion", "completion failed", "completion answered", "models", "the editor has died", "explanation",
	"notification not sent", "notification", "setting", "the client does not tell its settings", "edit not applied", "panic",
	"the client refuses a registration that it announced", "workspace", "unknown notification",
	"Ollama is not running", "Ollama's answer ended before it was finished", "Ollama is busy with other requests",
	"the model server failed with status", "what answers at", "the prompt does not fit into the context", "no model can infill",
	"context deadline exceeded", "context canceled", "the folder has more files than are read",
}

// logLine is what of a line of the log may be shown to strangers: when, how grave, what happened, and numbers. Of other values
// stands "…" or the begin that Sopro worded.
func logLine(line string) (string, bool) {
	m := logBegin.FindStringSubmatch(line)
	if m == nil || !logTime.MatchString(m[1]) {
		return "", false
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", m[1], m[2])
	rest := line[len(m[0])-len("msg="):]
	for rest != "" {
		word := logWord.FindStringSubmatch(rest)
		if word == nil {
			return "", false
		}
		key, value := word[1], strings.Trim(word[2], `"`)
		rest = rest[len(word[0]):]
		known := knownWords(value)
		switch {
		case key == "msg" && known != value:
			return "", false
		case known == "" && !number.MatchString(value):
			value = "…"
		case known != "" && known != value:
			value = known + " …"
		}
		if key == "msg" {
			fmt.Fprintf(&b, " %s", value)
		} else if logKeys[key] {
			fmt.Fprintf(&b, " %s=%s", key, value)
		}
	}
	return b.String(), true
}

// logKeys are the names of what Sopro logs.
var logKeys = map[string]bool{
	"error": true, "process": true, "method": true, "problem": true, "folder": true, "walk": true, "bytes": true, "superseded": true,
	"builtin": true, "id": true, "why": true,
}

// knownWords is the longest of logWords that a text begins with.
func knownWords(text string) (longest string) {
	for _, w := range logWords {
		if strings.HasPrefix(text, w) && len(w) > len(longest) {
			longest = w
		}
	}
	return longest
}
