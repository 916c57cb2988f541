package doctor

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sopro/internal/catalog"
	"sopro/internal/model"
	"sopro/internal/prompt"
)

func lookModels(ctx context.Context, v *visit) []Step {
	installed, err := v.Server.Models(ctx)
	if err == nil {
		err = v.Models.Refresh(ctx)
	}
	if err != nil {
		return one(because(say.modelsUnlisted, err))
	}
	v.installed, v.refreshed = installed, true
	var remote []string
	for _, m := range installed {
		if m.Remote {
			remote = append(remote, m.Name)
		}
	}
	var steps []Step
	if n := len(installed) - len(remote); n > 0 {
		steps = append(steps, say.modelsListed.with("count", counted(n, "model")))
	} else {
		steps = append(steps, say.modelsNone.with())
	}
	if len(remote) > 0 {
		steps = append(steps, say.modelsRemote.with("names", strings.Join(remote, ", ")))
	}
	return steps
}

func lookCompletion(_ context.Context, v *visit) []Step {
	c, err := v.Models.Completion()
	if err != nil {
		return one(because(say.completionNone, err))
	}
	v.choice = &c
	w := say.completionFine
	switch c.Asking.Mode {
	case prompt.Chat:
		w = say.completionChat
	case prompt.Suffix:
		w = say.completionSuffix
	}
	return one(w.with("model", c.Model, "why", c.Why))
}

func lookChat(_ context.Context, v *visit) []Step {
	c, err := v.Models.Chat()
	if err != nil {
		return one(because(say.chatNone, err))
	}
	return one(say.chatFine.with("model", c.Model, "why", c.Why))
}

func lookContext(_ context.Context, v *visit) []Step {
	c, budget := v.choice, v.Settings.Completion
	need := budget.ContextTokens + budget.MaxTokens
	w, how := say.contextFine, ""
	if c.Options.NumCtx <= need {
		w = say.contextSmall
		how = fmt.Sprintf("lower completion.contextTokens to %d", max(256, c.Options.NumCtx-budget.MaxTokens-64))
		if set := v.Settings.Ollama.NumCtx; set > 0 && set <= need && (c.Asking.Context == 0 || c.Asking.Context > need) {
			how = `set ollama.numCtx to "auto", or ` + how
		}
	}
	return one(w.with("model", c.Model, "tokens", strconv.Itoa(c.Options.NumCtx), "need", strconv.Itoa(need), "how", how))
}

// Of the machine's memory a model may take three quarters, the editor and the compiler need the rest; a loaded model is a tenth
// larger than its file.
func lookMemory(_ context.Context, v *visit) []Step {
	var steps []Step
	for _, name := range v.inUse() {
		size := v.size(name)
		w := say.memoryFine
		switch {
		case v.Memory == 0:
			w = say.memoryUnknown
		case size >= v.Memory:
			w = say.memoryLarge
		case size+size/10 > v.Memory/4*3:
			w = say.memoryTight
		}
		steps = append(steps, w.with("model", name, "size", bytes(size), "memory", bytes(v.Memory)))
	}
	return steps
}

// inUse are the models that have a role.
func (v *visit) inUse() []string {
	names := []string{v.choice.Model}
	if chat, err := v.Models.Chat(); err == nil && chat.Model != v.choice.Model {
		names = append(names, chat.Model)
	}
	return names
}

func (v *visit) size(name string) int64 {
	i := slices.IndexFunc(v.installed, func(m model.Installed) bool { return m.Name == name })
	if i < 0 {
		return 0
	}
	return v.installed[i].Size
}

// lookParallel: two models have a runner each, and from 0.30 on idle prompts are kept in memory. What remains is one model for
// both roles in an older Ollama, which has one prompt in its cache if it serves one request at a time.
func lookParallel(_ context.Context, v *visit) []Step {
	chat, err := v.Models.Chat()
	value := strings.TrimSpace(v.Env("OLLAMA_NUM_PARALLEL"))
	switch {
	case err != nil, chat.Model != v.choice.Model, !v.older(versionPrompts):
		return one(say.parallelApart.with())
	case value == "":
		return one(say.parallelUnknown.with())
	case value == "1":
		return one(say.parallelOne.with("model", v.choice.Model))
	}
	return one(say.parallelFine.with("value", value))
}

// told is a model in one line of the bundle.
func told(d catalog.Description) string {
	if d.Remote {
		return d.Name + ": it runs on another machine"
	}
	line := fmt.Sprintf("%s: %s, %s, %s; family %s, asked %s, %s, context %d, can %s", d.Name, bytes(d.Size), cmp.Or(d.ParameterSize, "unsaid"),
		cmp.Or(d.Quantization, "unsaid"), cmp.Or(d.Family, "unknown"), d.Mode, cmp.Or(d.Order, "no order"), d.Context, strings.Join(d.Capabilities, " "))
	if len(d.Chosen) > 0 {
		line += "; chosen for " + strings.Join(d.Chosen, " and ")
	}
	if d.Speed != nil && d.Speed.Prompt > 0 {
		line += fmt.Sprintf("; reads %s and writes %s tokens a second", rate(d.Speed.Prompt), rate(d.Speed.Generation))
	}
	return line + "; " + cmp.Or(d.Problem, d.Why)
}
