package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"sopro/internal/model"
)

// pull is what to do for a model that is not there, by its name in Ollama's library.
func (c *Catalog) pull(name string) string {
	if c.wanted.Served {
		return fmt.Sprintf("start the model server with one, such as %s", name)
	}
	return fmt.Sprintf("run %q", "ollama pull "+name)
}

// smaller is what to do where what is installed does not fit into memory: what would not fit either is not recommended.
func (c *Catalog) smaller(key string) string {
	if name := c.completionModel(); c.fits(advice(name)) {
		return c.pull(name)
	}
	return fmt.Sprintf("set completion.contextTokens lower, or name one in %s to have it all the same", key)
}

func (c *Catalog) server() string {
	if c.wanted.Served {
		return "the model server"
	}
	return "Ollama"
}

// undescribed is why nothing is known of one of the models, which may be what is looked for: nil where all are known.
func undescribed(all []candidate) error {
	for _, m := range all {
		if m.err != nil {
			e := &model.Error{Message: m.err.Error(), Err: m.err}
			if known, ok := errors.AsType[*model.Error](m.err); ok {
				*e = *known
			}
			e.Message = fmt.Sprintf("nothing is known of the model %q: %s", shown(m.Name), e.Message)
			e.Next = cmp.Or(e.Next, "look into the log of the model server")
			return e
		}
	}
	return nil
}

// noCompletion says why auto found no model to complete with among all, although able ones may be there.
func (c *Catalog) noCompletion(all, able []candidate) error {
	if len(able) > 0 {
		return &model.Error{Kind: model.NotFound, Message: "no model that can infill fits into the memory of this machine", Next: c.smaller("models.completion")}
	}
	if err := undescribed(all); err != nil {
		return err
	}
	return &model.Error{Kind: model.NotFound, Message: "no model can infill", Next: c.pull(c.completionModel())}
}

// noChat says the same for chat.
func (c *Catalog) noChat(all, able []candidate) error {
	if len(able) > 0 {
		return &model.Error{Kind: model.NotFound, Message: "no chat model fits into the memory of this machine", Next: c.smaller("models.chat")}
	}
	if err := undescribed(all); err != nil {
		return err
	}
	there := "installed"
	if c.wanted.Served {
		there = "served"
	}
	return &model.Error{Kind: model.NotFound, Message: "no chat model is " + there + ", which explaining and generating need", Next: c.pull(c.chatModel())}
}

func (c *Catalog) cannotInfill(m candidate) error {
	return &model.Error{Kind: model.NoInsert, Message: fmt.Sprintf("the model %q cannot infill (%s)", shown(m.Name), m.asking.Why), Next: c.pull(c.completionModel())}
}

func (c *Catalog) cannotChat(m candidate) error {
	key := "models.chat"
	if c.wanted.Flagged == key {
		key = flag
	}
	return &model.Error{
		Kind: model.NotFound, Message: fmt.Sprintf("the model %q does not chat, which explaining and generating need", shown(m.Name)),
		Next: c.pull(c.completionModel()) + ", or " + toAuto(key, key),
	}
}

func notHere(key, name string) error {
	return &model.Error{
		Kind:    model.Refused,
		Message: fmt.Sprintf("the model %q of %s does not run on this machine: your code would be sent to the internet", shown(name), key),
		Next:    "choose a local one, or " + toAuto(key, "it"),
	}
}

// flag names a model for one run, in the place of a setting.
const flag = "--model"

// toAuto is what has Sopro choose by itself; it is the word for the setting.
func toAuto(key, it string) string {
	if key == flag {
		return "leave " + flag + " out"
	}
	return fmt.Sprintf("set %s to %q", it, Auto)
}

// pullable is a name that we tell people to pull: one of the library or of a namespace in it. A name with a host in it
// can come from a repository's settings, and is not recommended by us.
var pullable = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)?(:[A-Za-z0-9_-][A-Za-z0-9._-]*)?$`)

func (c *Catalog) notInstalled(key, name string) error {
	if c.wanted.Served {
		return &model.Error{
			Kind: model.NotFound, Message: fmt.Sprintf("the model server does not serve the model %q of %s", shown(name), key),
			Next: "start it with that model, or " + toAuto(key, key),
		}
	}
	next := "install it, or " + toAuto(key, key)
	if first, _, namespaced := strings.Cut(name, "/"); pullable.MatchString(name) && !(namespaced && strings.Contains(first, ".")) {
		next = c.pull(name) + ", or " + toAuto(key, key)
	}
	return &model.Error{Kind: model.NotFound, Message: fmt.Sprintf("the model %q of %s is not installed", shown(name), key), Next: next}
}

// shown is a name short enough for a message; %q makes it plain.
func shown(name string) string {
	if r := []rune(name); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return name
}
