package server_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"sopro/internal/eval/sim"
)

// cold is an Ollama whose model takes until load is called to be brought into memory.
func cold(t *testing.T) (ollama *sim.Server, load func()) {
	t.Helper()
	loaded := make(chan struct{})
	model := coderModel("1")
	model.Loading = loaded
	ollama = sim.New(sim.Config{Models: []sim.Model{model}})
	t.Cleanup(ollama.Close)
	return ollama, func() { close(loaded) }
}

// loadsAlone checks that the first of the generations brings the model into memory and does nothing else, and that there are so many.
func loadsAlone(t *testing.T, ollama *sim.Server, n int) {
	t.Helper()
	sent := ollama.Generations()
	if len(sent) != n {
		t.Fatalf("%d generations, want %d", len(sent), n)
	}
	var body struct {
		Prompt  string
		Options struct {
			NumCtx int `json:"num_ctx"`
		}
	}
	if err := json.Unmarshal(sent[0].Body, &body); err != nil || body.Prompt != "" || body.Options.NumCtx == 0 {
		t.Errorf("%v: %s", err, sent[0].Body)
	}
}

// TestOpeningLoads checks that the model is loaded as soon as a document is open, also where that was before the models were known, and
// once; and that the first completion waits for it.
func TestOpeningLoads(t *testing.T) {
	for _, early := range []bool{false, true} {
		t.Run(fmt.Sprintf("early %t", early), func(t *testing.T) {
			ollama, load := cold(t)
			e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
			e.initialize(soproClient)
			if !early {
				e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
			}
			e.open(goFile, "go", "package a\n\nvar x = ")
			e.open(spaced, "go", "package a\n")
			e.await(loading)
			id := e.request("textDocument/inlineCompletion", inlineParams(goFile, 2, 8))
			load()
			want(t, e.answer(id), `{"result":{"items":[{"insertText":"1"}]}}`)
			loadsAlone(t, ollama, 2)
		})
	}
}

// TestNothingIsLoadedBeforeTheSettings checks that an editor which is asked for its settings has answered before a model is loaded: they
// may say that none is to be.
func TestNothingIsLoadedBeforeTheSettings(t *testing.T) {
	ollama, load := cold(t)
	e := connect(t, options{build: ollamaBuild(t, ollama.URL())})
	e.initialize(`{"workspace":{"configuration":true},"textDocument":{"inlineCompletion":{}},"experimental":{"sopro":true}}`)
	question := e.await(`{"method":"workspace/configuration"}`)
	e.await(`{"method":"sopro/status","params":{"kind":"ok"}}`)
	e.open(goFile, "go", "package a\n\nvar x = ")
	want(t, e.command("sopro.status", `{}`), `{"result":{"kind":"ok"}}`)
	if sent := ollama.Generations(); len(sent) > 0 {
		t.Errorf("sent %s", sent[0].Body)
	}
	e.reply(question, `[{}]`)
	e.await(loading)
	load()
	e.finished(ollama, 1)
	loadsAlone(t, ollama, 1)
}
