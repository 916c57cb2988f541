package doctor

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"sopro/internal/document"
	"sopro/internal/model"
	"sopro/internal/prompt"
	"sopro/internal/syntax"
)

// lookLoad brings the model into memory: a request without a prompt does nothing else.
func lookLoad(ctx context.Context, v *visit) []Step {
	name, start := v.choice.Model, v.Now()
	for _, err := range v.Server.Stream(ctx, model.Warm, model.Request{Model: name, Options: v.choice.Options}) {
		if err != nil {
			return one(because(say.loadFailed, err, "model", name))
		}
	}
	v.loaded = true
	took := v.Now().Sub(start)
	return one(say.loadFine.with("model", name, "ms", milliseconds(took), "where", v.where(ctx)))
}

// where says what runs the model, as far as the server says so.
func (v *visit) where(ctx context.Context) string {
	running, err := v.Server.Loaded(ctx)
	if err != nil {
		return ""
	}
	for _, r := range running {
		switch {
		case r.Name != v.choice.Model || r.Size <= 0:
		case r.VRAM <= 0:
			return ", on the processor alone"
		case r.VRAM >= r.Size:
			return ", all of it on a GPU"
		default:
			return fmt.Sprintf(", %d %% of it on a GPU", 100*r.VRAM/r.Size)
		}
	}
	return ""
}

// A machine is slow where a completion with a new prompt takes longer than people look at a line, or where its text comes more
// slowly than they read.
const (
	slowPrompt     = 5 * time.Second
	slowGeneration = 10.0 // tokens a second
)

// lookSpeed has the model read a prompt of some length that it cannot have in its cache.
func lookSpeed(ctx context.Context, v *visit) []Step {
	name := v.choice.Model
	got, err := v.fill(ctx, prompt.Hole{
		Path: "sample.go", Language: "go", Prefix: v.unseen() + "func sum(numbers []int) int {\n\t", Suffix: "\n}\n",
	}, 48)
	if err != nil {
		return one(because(say.speedFailed, err, "model", name))
	}
	if got.stats.PromptTime < time.Millisecond || got.stats.PromptTokens == 0 || got.stats.GenerationTime <= 0 {
		return one(say.speedUnknown.with("model", name))
	}
	reads := float64(got.stats.PromptTokens) / got.stats.PromptTime.Seconds()
	writes := float64(got.stats.Tokens) / got.stats.GenerationTime.Seconds()
	tokens := v.Settings.Completion.ContextTokens
	wait := time.Duration(float64(tokens) / reads * float64(time.Second))
	w := say.speedFine
	if wait > slowPrompt || got.stats.Tokens > 3 && writes < slowGeneration {
		w = say.speedSlow
	}
	return one(w.with("model", name, "prompt", rate(reads), "generation", rate(writes),
		"context", strconv.Itoa(tokens), "wait", fmt.Sprintf("%.1f", wait.Seconds()), "how", v.quicker(ctx)))
}

// quicker says what would help a slow machine.
func (v *visit) quicker(ctx context.Context) string {
	how := "name a smaller model in models.completion"
	if tokens := v.Settings.Completion.ContextTokens; tokens > 512 {
		how += fmt.Sprintf(", lower completion.contextTokens from %d to 512", tokens)
	}
	if v.Served || !strings.HasSuffix(v.where(ctx), "all of it on a GPU") {
		how += ", or give the server a GPU that holds the model"
	}
	return how
}

func rate(perSecond float64) string {
	if perSecond < 10 {
		return fmt.Sprintf("%.1f", perSecond)
	}
	return fmt.Sprintf("%.0f", perSecond)
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// unseen is Go of about 400 tokens that begins with the time: a server that was asked before has all of another sample in its
// cache and would seem a hundred times as fast.
func (v *visit) unseen() string {
	var b strings.Builder
	fmt.Fprintf(&b, "// %d\npackage sample\n\n", v.Now().UnixNano())
	for _, name := range strings.Fields("first second third fourth fifth sixth seventh eighth ninth tenth") {
		fmt.Fprintf(&b, "// %[1]s returns the larger of two numbers.\nfunc %[1]s(a, b int) int {\n\tif a > b {\n\t\treturn a\n\t}\n\treturn b\n}\n\n", name)
	}
	return b.String()
}

// sample is the hole of the last check.
var sample = prompt.Hole{
	Path: "add.go", Language: "go",
	Prefix: "package sample\n\n// add returns the sum of a and b.\nfunc add(a, b int) int {\n\t",
	Suffix: "\n}\n",
}

func lookHole(ctx context.Context, v *visit) []Step {
	name := v.choice.Model
	got, err := v.fill(ctx, sample, 64)
	if err != nil {
		return one(because(say.holeFailed, err, "model", name))
	}
	line := firstLine(got.text)
	w := say.holeFine
	switch {
	case line == "":
		w = say.holeEmpty
	case controls.MatchString(got.text):
		w, line = say.holeTokens, controls.FindString(got.text)
	case !parses(ctx, line):
		w = say.holeTalk
	case !own.MatchString(line):
		w = say.holeOdd
	}
	return one(w.with("model", name, "text", shown(line), "ms", milliseconds(got.first)))
}

var (
	// controls are the spellings of control tokens that leak into code, of all families.
	controls = regexp.MustCompile(`<[|｜][^<>]{1,40}[|｜]>|<(fim|file|repo|reponame|jupyter)_?[a-z_]{0,20}>|<(PRE|SUF|MID|EOT)>|\[(PREFIX|SUFFIX|MIDDLE|INST)\]|</?s>|</?think>`)
	own      = regexp.MustCompile(`\b[ab]\b`) // the names that belong into the sample
)

// parses reports whether a line stands in the sample as Go.
func parses(ctx context.Context, line string) bool {
	text := document.New("file:///add.go", "go", 1, sample.Prefix+line+sample.Suffix)
	view := syntax.Parse(ctx, syntax.Detect("go", "", ""), text)
	defer view.Close()
	_, broken := view.FirstError()
	return !broken
}

// firstLine is the first that is not empty. A model that goes on behind it, with the brace that the sample has already, is cut by
// the same rule as in an editor.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimLeft(text, " \t\r\n"), "\n")
	return strings.TrimRight(line, " \t\r")
}

// shown quotes an answer, which may be long.
func shown(text string) string {
	const most = 60
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "…"
	}
	return strconv.Quote(text)
}

// filled is what a model made of a hole.
type filled struct {
	text  string
	first time.Duration // until its first line was whole
	stats model.Stats
}

// mostSaid is where an answer is left, in bytes: 64 tokens are a few hundred, and a server can send what it likes.
const mostSaid = 4 << 10

// fill has the model fill a hole, asked as for a completion.
func (v *visit) fill(ctx context.Context, h prompt.Hole, tokens int) (filled, error) {
	asked := v.choice.Asking.Fill(h)
	r := model.Request{
		Model: v.choice.Model, Options: v.choice.Options, Language: h.Language, MaxTokens: tokens, Logprobs: true,
		Prompt: asked.Prompt, Suffix: asked.Suffix, Raw: asked.Raw, Stop: asked.Stops, NoThink: v.choice.Asking.NoThink,
	}
	for _, m := range asked.Messages {
		r.Messages = append(r.Messages, model.Message(m))
	}
	var got filled
	var said strings.Builder
	start := v.Now()
	for chunk, err := range v.Server.Stream(ctx, model.Waiting, r) {
		if err != nil {
			return filled{}, err
		}
		said.WriteString(chunk.Text)
		if chunk.Done != nil {
			got.stats = *chunk.Done
		}
		if got.first == 0 && strings.Contains(strings.TrimLeft(said.String(), " \t\r\n"), "\n") {
			got.first = v.Now().Sub(start)
		}
		if said.Len() > mostSaid {
			break
		}
	}
	if got.first == 0 {
		got.first = v.Now().Sub(start)
	}
	got.text = said.String()[:min(said.Len(), mostSaid)]
	if len(r.Messages) > 0 {
		got.text = prompt.Answered(got.text, h)
	}
	return got, nil
}
