package main

import (
	"errors"
	"os"
	"path/filepath"

	"sopro/internal/testkit/ollamatest"
	"sopro/internal/testkit/tinylm"
)

// served are the names by which Sopro finds a model for each use by itself.
var served = []ollamatest.Model{
	{Name: "qwen2.5-coder:1.5b-base", Language: tinylm.Coder(), Template: ollamatest.Plain},
	{Name: "qwen2.5-coder:7b", Language: ollamatest.Developer(), Template: ollamatest.ChatML},
}

// realOllama starts the Ollama of the repository in which this program or the one who started it lies. end leaves nothing behind.
func realOllama() (s *ollamatest.Process, end func(), err error) {
	program, err := repositorys()
	if err != nil {
		return nil, nil, err
	}
	home, err := os.MkdirTemp("", "rig-ollama-")
	if err != nil {
		return nil, nil, err
	}
	s, err = ollamatest.Run(program, home, ollamatest.Options{Models: served})
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(home))
	}
	return s, func() { s.Kill(); _ = os.RemoveAll(home) }, nil
}

// repositorys is the Ollama of the repository around this program, or around the working folder.
func repositorys() (string, error) {
	if self, err := os.Executable(); err == nil {
		if program, err := ollamatest.Find(filepath.Dir(self)); err == nil {
			return program, nil
		}
	}
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	return ollamatest.Find(folder)
}
