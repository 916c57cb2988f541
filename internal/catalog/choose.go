package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sopro/internal/model"
	"sopro/internal/prompt"
)

// How "auto" chooses.
//
// A model must run on this machine, do what the role needs, and fit into memory together with its context (options.go).
// Among those:
//
//   - For completion a model that was trained to infill goes before one that is merely asked in chat, and one whose layout
//     is in our table before one that is left to the server's template.
//   - Among those that are quick enough, one that only infills goes before one that chats as well: infilling is what it was
//     left at, and whoever installed it wants it for this.
//   - Then the largest wins, but only up to a size: 4 billion parameters for completion, 10 for chat. A completion is worth
//     something for a second or two, and a processor without a graphics card evaluates the 1,500 tokens of a new prompt in
//     25 s with a model of 7 billion; a person waits longer for an explanation. Servers do not say before a model is
//     loaded whether it will run on a graphics card: who has one names a larger model. Beyond the size the smallest wins.
//   - Where the speed of a model has been measured on this machine, it is that which says whether the model is quick, and not
//     its size: a completion needs 15 tokens a second, so that a line takes about one, and 150 of the prompt, so that a new
//     one of the default size takes ten; who reads an explanation wants 5 and 50.
//   - In chat a model for code counts as twice its size: it knows about code what a general one of that size does.
//   - The chat model should fit into memory beside the completion model, or each would push out the other and every change
//     between typing and asking would load a model again. The completion model itself fits beside itself.
//   - Equals are decided by name, so that the choice is the same every time.
var (
	quickCompletion = pace{4e9, model.Speed{Prompt: 150, Generation: 15}}
	quickChat       = pace{10e9, model.Speed{Prompt: 50, Generation: 5}}
)

// pace is what makes a model quick enough for a role.
type pace struct {
	parameters float64     // at most, where no speed is known
	least      model.Speed // where it is
}

// candidate is an installed model and what is known of it.
type candidate struct {
	model.Installed
	details    model.Details
	asking     prompt.Asking
	parameters float64
	speed      model.Speed // zero where it is not known
	err        error       // why nothing is known of it
}

// quick says whether m is quick enough for a role: as it was measured here, else by its size.
func (m candidate) quick(p pace) bool {
	if m.speed.Generation <= 0 {
		return m.parameters <= p.parameters
	}
	return m.speed.Generation >= p.least.Generation && (m.speed.Prompt <= 0 || m.speed.Prompt >= p.least.Prompt)
}

// choose finds the model of each role, which is the former one where auto chose it and it is still there: a model that
// changed under someone's hands would answer differently, and the other be loaded, for seconds. Only what was chosen while
// nothing was known of one of the models is chosen anew, once when something is known of all: that one may be the better.
func (c *Catalog) choose(all []candidate, former *roles) *roles {
	if former == nil {
		former = &roles{}
	}
	completion := c.role("models.completion", c.wanted.Completion, all, func(all []candidate) outcome {
		return c.sameOr(former.completion, all, c.canComplete, c.autoCompletion)
	}, c.canComplete)
	chat := c.role("models.chat", c.wanted.Chat, all, func(all []candidate) outcome {
		return c.sameOr(former.chat, all, c.canChat, func(all []candidate) outcome {
			return c.autoChat(all, completion.choice.Model)
		})
	}, c.canChat)
	return &roles{completion: completion, chat: chat, all: all}
}

// sameOr is the former outcome as far as it still holds, else a new one.
func (c *Catalog) sameOr(former outcome, all []candidate, can func(candidate) error, auto func([]candidate) outcome) outcome {
	unknown := slices.ContainsFunc(all, func(m candidate) bool { return m.err != nil })
	if former.err == nil && former.choice.Model != "" && (unknown || !former.provisional) {
		i := slices.IndexFunc(all, func(m candidate) bool { return m.Name == former.choice.Model })
		if i >= 0 && !all[i].Remote && all[i].err == nil && can(all[i]) == nil && c.need(all[i]) <= c.budget() {
			return outcome{choice: c.choice(all[i], former.choice.Why), provisional: former.provisional}
		}
	}
	chosen := auto(all)
	chosen.provisional = unknown
	return chosen
}

// role finds the model for a role: the one that was named, if it can take the role, or what auto chooses.
func (c *Catalog) role(key, name string, all []candidate, auto func([]candidate) outcome, can func(candidate) error) outcome {
	if name == "" || name == Auto {
		return auto(all)
	}
	if key == c.wanted.Flagged {
		key = flag
	}
	i := slices.IndexFunc(all, func(m candidate) bool { return canonical(m.Name) == canonical(name) })
	if i < 0 {
		return outcome{err: c.notInstalled(key, name)}
	}
	m := all[i]
	switch {
	case m.Remote:
		return outcome{err: notHere(key, m.Name)}
	case m.err != nil:
		return outcome{err: m.err}
	}
	if err := can(m); err != nil {
		return outcome{err: err}
	}
	return outcome{choice: c.choice(m, fmt.Sprintf("named by %s; %s", key, m.asking.Why))}
}

func (c *Catalog) canComplete(m candidate) error {
	if m.asking.Mode == prompt.None {
		return c.cannotInfill(m)
	}
	return nil
}

func (c *Catalog) canChat(m candidate) error {
	if !m.asking.Chat {
		return c.cannotChat(m)
	}
	return nil
}

func (c *Catalog) autoCompletion(all []candidate) outcome {
	able := those(all, func(m candidate) bool { return m.asking.Mode != prompt.None })
	fit := those(able, func(m candidate) bool { return c.need(m) <= c.budget() })
	if len(fit) == 0 {
		return outcome{err: c.noCompletion(all, able)}
	}
	best := slices.MinFunc(fit, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.asking.Mode, b.asking.Mode), cmp.Compare(chatsToo(a), chatsToo(b)),
			bySize(a, b, quickCompletion, plainSize), strings.Compare(a.Name, b.Name))
	})
	return outcome{choice: c.choice(best, chosenBy(best))}
}

// chosenBy says why auto chose m.
func chosenBy(m candidate) string {
	if m.speed.Generation > 0 {
		return fmt.Sprintf("chosen by size and the speed measured here, %.0f tokens a second; %s", m.speed.Generation, m.asking.Why)
	}
	return "chosen by size; " + m.asking.Why
}

// chatsToo is 0 for a quick model that only infills.
func chatsToo(m candidate) int {
	if m.asking.Chat || !m.quick(quickCompletion) {
		return 1
	}
	return 0
}

// autoChat chooses a chat model to stand beside the completion model of that name, which may be none.
func (c *Catalog) autoChat(all []candidate, completion string) outcome {
	able := those(all, func(m candidate) bool { return m.asking.Chat })
	fit := those(able, func(m candidate) bool { return c.need(m) <= c.budget() })
	if len(fit) == 0 {
		return outcome{err: c.noChat(all, able)}
	}
	var taken int64
	if i := slices.IndexFunc(all, func(m candidate) bool { return m.Name == completion }); i >= 0 {
		taken = c.need(all[i])
	}
	beside := func(m candidate) int {
		if m.Name == completion || taken+c.need(m) <= c.budget() {
			return 0
		}
		return 1
	}
	best := slices.MinFunc(fit, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(beside(a), beside(b)), bySize(a, b, quickChat, chatSize), strings.Compare(a.Name, b.Name))
	})
	return outcome{choice: c.choice(best, chosenBy(best))}
}

func (c *Catalog) choice(m candidate, why string) Choice {
	return Choice{Model: m.Name, Asking: m.asking, Options: c.options(m), Why: why}
}

// bySize orders the better model first: the quick before the others; the larger of the first, the smaller of the second.
func bySize(a, b candidate, p pace, size func(candidate) float64) int {
	quickA, quickB := a.quick(p), b.quick(p)
	switch {
	case quickA && !quickB:
		return -1
	case quickB && !quickA:
		return 1
	case quickA:
		return cmp.Compare(size(b), size(a))
	}
	return cmp.Compare(a.parameters, b.parameters)
}

func plainSize(m candidate) float64 { return m.parameters }

func chatSize(m candidate) float64 {
	if name := strings.ToLower(m.Name); m.asking.Family != nil || strings.Contains(name, "cod") || strings.Contains(name, "devstral") {
		return 2 * m.parameters
	}
	return m.parameters
}

// those are the candidates that may be chosen at all and for which ok holds.
func those(all []candidate, ok func(candidate) bool) []candidate {
	var out []candidate
	for _, m := range all {
		if !m.Remote && m.err == nil && ok(m) {
			out = append(out, m)
		}
	}
	return out
}

// parameters is the size of a model in parameters: as the server says, as it prints it ("1.5B"), or by the bytes on disk,
// of which the usual quantisation takes 0.6 a parameter.
func parameters(m model.Installed, d model.Details) float64 {
	if d.ParameterCount > 0 {
		return float64(d.ParameterCount)
	}
	text := strings.ToUpper(strings.TrimSpace(m.ParameterSize))
	for unit, times := range map[string]float64{"T": 1e12, "B": 1e9, "M": 1e6, "K": 1e3} {
		if number, ok := strings.CutSuffix(text, unit); ok {
			if n, err := strconv.ParseFloat(number, 64); err == nil && n > 0 {
				return n * times
			}
		}
	}
	return float64(m.Size) / 0.6
}

// canonical is a name as the server reads it: in lower case, with the tag that it adds, without its own registry.
func canonical(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	name = strings.TrimPrefix(name, "registry.ollama.ai/")
	name = strings.TrimPrefix(name, "library/")
	if !strings.Contains(name[strings.LastIndexByte(name, '/')+1:], ":") {
		name += ":latest"
	}
	return name
}
