package catalog

import (
	"fmt"
	"regexp"
	"strings"

	"sopro/internal/model"
)

func pull(name string) string { return fmt.Sprintf("run %q", "ollama pull "+name) }

// noCompletion says why auto found no model to complete with, although able ones may be there.
func (c *Catalog) noCompletion(able []candidate) error {
	if len(able) > 0 {
		return &model.Error{Kind: model.NotFound, Message: "no model that can infill fits into the memory of this machine", Next: pull(c.completionModel())}
	}
	return &model.Error{Kind: model.NotFound, Message: "no model can infill", Next: pull(c.completionModel())}
}

// noChat says the same for chat.
func (c *Catalog) noChat(able []candidate) error {
	if len(able) > 0 {
		return &model.Error{Kind: model.NotFound, Message: "no chat model fits into the memory of this machine", Next: pull(c.completionModel())}
	}
	return &model.Error{Kind: model.NotFound, Message: "no chat model is installed, which explaining and generating need", Next: pull(c.chatModel())}
}

func (c *Catalog) cannotInfill(m candidate) error {
	return &model.Error{Kind: model.NoInsert, Message: fmt.Sprintf("the model %q cannot infill (%s)", shown(m.Name), m.asking.Why), Next: pull(c.completionModel())}
}

func (c *Catalog) cannotChat(m candidate) error {
	return &model.Error{
		Kind: model.NotFound, Message: fmt.Sprintf("the model %q does not chat, which explaining and generating need", shown(m.Name)),
		Next: pull(c.completionModel()) + `, or set models.chat to "auto"`,
	}
}

func notHere(key, name string) error {
	return &model.Error{
		Kind:    model.Refused,
		Message: fmt.Sprintf("the model %q of %s does not run on this machine: your code would be sent to the internet", shown(name), key),
		Next:    `choose a local one, or set it to "auto"`,
	}
}

// pullable is a name that we tell people to pull: one of the library or of a namespace in it. A name with a host in it
// can come from a repository's settings, and is not recommended by us.
var pullable = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)?(:[A-Za-z0-9_-][A-Za-z0-9._-]*)?$`)

func notInstalled(key, name string) error {
	next := fmt.Sprintf("install it, or set %s to %q", key, Auto)
	if first, _, namespaced := strings.Cut(name, "/"); pullable.MatchString(name) && !(namespaced && strings.Contains(first, ".")) {
		next = fmt.Sprintf("%s, or set %s to %q", pull(name), key, Auto)
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
