package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"sopro/internal/config"
	"sopro/internal/model"
	"sopro/internal/model/ollama"
	"sopro/internal/model/openai"
	"sopro/internal/prompt"
)

// backend is a client of a model server, of whichever kind the settings name.
type backend interface {
	model.Backend
	URL() string
	Body(r model.Request) (method, path string, body []byte)
	Close()
}

// place is what of the settings, and of the environment they name, decides which server is asked and how it is reached.
type place struct {
	ollama          string // address
	openai          string // address; "": Ollama
	keyName, caFile string
	remote          bool // it may be another machine
}

func placeOf(s config.Settings) place {
	p := place{ollama: s.Ollama.URL, openai: s.OpenAI.URL, keyName: s.OpenAI.APIKeyEnv, caFile: s.OpenAI.CAFile, remote: s.Privacy.AllowRemote}
	if p.ollama == "" {
		p.ollama = os.Getenv("OLLAMA_HOST")
	}
	return p
}

// connect makes the client. The key is read here, from the environment, and kept nowhere else.
func (p place) connect() (backend, error) {
	if p.openai == "" {
		return ollama.New(p.ollama, ollama.Options{AllowRemote: p.remote})
	}
	var key string
	if p.keyName != "" {
		if key = strings.TrimSpace(os.Getenv(p.keyName)); key == "" {
			return nil, &model.Error{
				Kind: model.Refused, Message: fmt.Sprintf("the environment variable %s, which openai.apiKeyEnv names, is not set", p.keyName),
				Next: "set it where your editor is started, or remove openai.apiKeyEnv",
			}
		}
	}
	return openai.New(p.openai, openai.Options{AllowRemote: p.remote, Key: key, KeyName: p.keyName, CAFile: p.caFile})
}

// body is the request that would be sent, also where no client could be made.
func (d *desk) body(r model.Request) (method, path string, body []byte) {
	switch {
	case d.builder.client != nil:
		return d.builder.client.Body(r)
	case d.settings.OpenAI.URL != "":
		return new(openai.Client).Body(r)
	}
	return ollama.Body(r)
}

// families are those of the person's own, by name, so that they are tried in the same order every time.
func families(s config.Settings) []prompt.Family {
	var out []prompt.Family
	for _, name := range slices.Sorted(maps.Keys(s.Models.Families)) {
		f := s.Models.Families[name]
		own := prompt.Family{
			Name: name, Names: f.Names, PrefixFirst: f.PrefixFirst, SuffixFirst: f.SuffixFirst, Repo: f.Repo, File: f.File, Own: f.Own,
			Stops: slices.Clone(f.Stops), Context: f.Context,
		}
		if f.Order == "prefix-first" {
			own.SuffixFirst = "" // a layout that is there is used
		}
		out = append(out, prompt.Own(own))
	}
	return out
}
