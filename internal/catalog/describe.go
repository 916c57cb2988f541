package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"sopro/internal/clean"
	"sopro/internal/model"
	"sopro/internal/prompt"
)

// The roles of a model.
const (
	RoleCompletion = "completion"
	RoleChat       = "chat"
	RoleEmbedding  = "embedding"
)

// Description is what there is to say of an installed model, as the command line and the editor's commands show it.
type Description struct {
	Name          string    `json:"name"`
	Family        string    `json:"family"` // as Sopro knows it, else as the server does
	ParameterSize string    `json:"parameterSize"`
	Quantization  string    `json:"quantization"`
	Size          int64     `json:"size,omitzero"`     // bytes on disk; absent where not known
	Context       int       `json:"context,omitempty"` // tokens it was trained for; absent where not known
	Capabilities  []string  `json:"capabilities"`      // in the server's words
	Modified      time.Time `json:"modified,omitzero"` // absent where not known

	Roles  []string `json:"roles"`         // that it can take
	Chosen []string `json:"chosen"`        // that it has
	Why    string   `json:"why,omitempty"` // it was chosen, or what is known of how it is asked

	Mode   string `json:"mode"`             // how it completes: raw, suffix, chat, none
	Layout string `json:"layout,omitempty"` // of a hole
	Order  string `json:"order,omitempty"`  // "prefix first" or "suffix first", where we lay the hole out

	Speed  *MeasuredSpeed `json:"speed,omitempty"`  // on this machine; absent until it has answered
	Loaded *LoadedModel   `json:"loaded,omitempty"` // absent where it is not in memory

	Remote  bool   `json:"remote,omitempty"`  // the server would forward it: never used
	License string `json:"license,omitempty"` // its first line, as the model carries it
	Limits  string `json:"limits,omitempty"`  // what the licence restricts, where we know
	Problem string `json:"problem,omitempty"` // why nothing more is known
}

// MeasuredSpeed is in tokens a second; 0, and absent in JSON, where not known.
type MeasuredSpeed struct {
	Prompt     float64 `json:"prompt,omitzero"`
	Generation float64 `json:"generation,omitzero"`
}

// LoadedModel is a model in the server's memory.
type LoadedModel struct {
	Size  int64     `json:"size,omitzero"` // bytes, of which; absent where not known
	VRAM  int64     `json:"vram,omitzero"` // bytes on a graphics card; absent where none
	Until time.Time `json:"until,omitzero"`
}

// List looks anew and describes what is installed, by name.
func (c *Catalog) List(ctx context.Context) ([]Description, error) {
	if err := c.Refresh(ctx); err != nil {
		return nil, err
	}
	r, err := c.chosen()
	if err != nil {
		return nil, err
	}
	loaded, err := c.loaded(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Description, 0, len(r.all))
	for _, m := range r.all {
		out = append(out, c.describe(m, r, loaded))
	}
	slices.SortFunc(out, func(a, b Description) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// Show describes one model, and lays out the sample hole as it would be asked.
func (c *Catalog) Show(ctx context.Context, name string) (Description, prompt.Filled, error) {
	all, err := c.List(ctx)
	if err != nil {
		return Description{}, prompt.Filled{}, err
	}
	i := slices.IndexFunc(all, func(d Description) bool { return canonical(d.Name) == canonical(name) })
	if i < 0 {
		return Description{}, prompt.Filled{}, &model.Error{
			Kind: model.NotFound, Message: fmt.Sprintf("the model %q is not installed", shown(name)), Next: `"sopro models list" shows what is`,
		}
	}
	r, err := c.chosen()
	if err != nil {
		return Description{}, prompt.Filled{}, err
	}
	for _, m := range r.all {
		if m.Name == all[i].Name && m.err == nil && !m.Remote {
			return all[i], m.asking.Fill(Sample()), nil
		}
	}
	return all[i], prompt.Filled{}, nil
}

// Sample is the hole whose prompt is shown of a model: the body of a function, with a piece of another file.
func Sample() prompt.Hole {
	return prompt.Hole{
		Repo: "shop", Path: "price.go", Language: "go",
		Prefix: "package shop\n\n// Total is what the customer pays.\nfunc Total(price int) int {\n\t",
		Suffix: "\n}\n",
		Snippets: []prompt.Snippet{{
			Path: "tax.go", Text: "func tax(price int) int {\n\treturn price / 5\n}\n",
		}},
	}
}

func (c *Catalog) describe(m candidate, r *roles, loaded []model.Running) Description {
	d := Description{
		Name: m.Name, Family: clean.Message(cmp.Or(m.details.Architecture, m.Family)),
		ParameterSize: clean.Message(m.ParameterSize), Quantization: clean.Message(m.Quantization),
		Size: m.Size, Modified: m.Modified, Capabilities: words(m.details.Capabilities),
		Roles: []string{}, Chosen: []string{}, Mode: prompt.None.String(), Remote: m.Remote, License: firstLine(m.details.License),
	}
	for _, a := range recommended {
		if canonical(a.Name) == canonical(m.Name) {
			d.License, d.Limits = a.License, a.Limits
		}
	}
	switch {
	case m.Remote:
		d.Problem = "it does not run on this machine: Ollama would forward your code to the internet, so it is never used"
		return d
	case m.err != nil:
		d.Problem = clean.Message(m.err.Error())
		return d
	}
	d.Context, d.Why, d.Mode = cmp.Or(m.asking.Context, m.details.ContextLength), m.asking.Why, m.asking.Mode.String()
	if m.asking.Family != nil {
		d.Family = m.asking.Family.Name
	}
	d.Layout = m.asking.Fill(Sample()).Layout
	if m.asking.Mode == prompt.Raw {
		if i := strings.LastIndex(d.Layout, ", "); i >= 0 {
			d.Layout, d.Order = d.Layout[:i], d.Layout[i+2:]
		}
	}
	c.describeRoles(&d, m, r)
	// What was measured since the last look counts too.
	if speed := c.speed(m.Installed); speed != (model.Speed{}) {
		d.Speed = &MeasuredSpeed{speed.Prompt, speed.Generation}
	}
	for _, l := range loaded {
		if canonical(l.Name) == canonical(m.Name) {
			d.Loaded = &LoadedModel{l.Size, l.VRAM, l.Expires}
		}
	}
	return d
}

func (c *Catalog) describeRoles(d *Description, m candidate, r *roles) {
	if c.canComplete(m) == nil {
		d.Roles = append(d.Roles, RoleCompletion)
	}
	if c.canChat(m) == nil {
		d.Roles = append(d.Roles, RoleChat)
	}
	if slices.Contains(m.details.Capabilities, "embedding") || strings.Contains(m.details.Architecture, "bert") {
		d.Roles = append(d.Roles, RoleEmbedding)
	}
	for _, role := range []struct {
		name string
		outcome
	}{{RoleCompletion, r.completion}, {RoleChat, r.chat}} {
		if role.err == nil && role.choice.Model == m.Name {
			d.Chosen = append(d.Chosen, role.name)
			d.Why = role.choice.Why
		}
	}
}

// words are what a server says, as editors and terminals may show it.
func words(said []string) []string {
	out := make([]string, 0, len(said))
	for _, word := range said[:min(len(said), mostWords)] {
		out = append(out, clean.Message(word))
	}
	return out
}

const mostWords = 32 // that a server says of one model; the most seen are seven

// firstLine of a licence is its name; models carry the whole text.
func firstLine(text string) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			return shown(clean.Message(line))
		}
	}
	return ""
}
