package server_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"sopro/internal/assist"
	"sopro/internal/config"
	"sopro/internal/server"
)

// soon is how long the server waits for an editor that will not answer.
const soon = 20 * time.Millisecond

// assists makes an assistant that asks the script.
func (s *script) assists(config.Settings, *server.Engines) (*server.Engines, error) {
	choice := func() (assist.Choice, error) {
		c := coder()
		return assist.Choice{Model: c.Model, Asking: c.Asking, Options: c.Options}, nil
	}
	return &server.Engines{Assist: assist.New(assist.Parts{
		Chat: choice, Completion: choice, Stream: s.stream,
		Estimate: func(_, _, text string) int { return len(text)/4 + 1 },
		Observe:  func(string, string, int, int) {},
	})}, nil
}

// gates keeps the gate of the settings in force.
func gates(gate *atomic.Value) func(config.Settings, *server.Engines) (*server.Engines, error) {
	return func(c config.Settings, _ *server.Engines) (*server.Engines, error) {
		gate.Store(c.Completion.Gate)
		return &server.Engines{}, nil
	}
}

// TestRegistrationUnanswered checks that the settings are asked for whatever becomes of the registration.
func TestRegistrationUnanswered(t *testing.T) {
	var gate atomic.Value
	e := connect(t, options{build: gates(&gate)})
	e.initialize(`{"workspace":{"configuration":true,"didChangeWatchedFiles":{"dynamicRegistration":true}}}`)
	e.await(`{"method":"client/registerCapability"}`)
	e.reply(e.await(`{"method":"workspace/configuration"}`), `[{"completion":{"gate":0.2}}]`)
	e.until(func() bool { return gate.Load() == 0.2 })
}

// TestSettingsUnanswered checks that a question for the settings does not stand in the way of the next for ever.
func TestSettingsUnanswered(t *testing.T) {
	e := connect(t, options{wait: soon})
	e.initialize(`{"workspace":{"configuration":true}}`)
	e.await(`{"method":"workspace/configuration"}`)
	e.await(`{"method":"$/cancelRequest"}`)
	e.notify("workspace/didChangeConfiguration", `{"settings":null}`)
	e.await(`{"method":"workspace/configuration"}`)
}

// TestOneQuestionForSettings checks that settings that change while they are being told are asked for once more, afterwards.
func TestOneQuestionForSettings(t *testing.T) {
	var gate atomic.Value
	e := connect(t, options{build: gates(&gate)})
	e.initialize(`{"workspace":{"configuration":true}}`)
	first := e.await(`{"method":"workspace/configuration"}`)
	for range 3 {
		e.notify("workspace/didChangeConfiguration", `{"settings":null}`)
	}
	e.never(`{"method":"workspace/configuration"}`)
	e.reply(first, `[{"completion":{"gate":0.2}}]`)
	e.reply(e.await(`{"method":"workspace/configuration"}`), `[{"completion":{"gate":0.3}}]`)
	e.until(func() bool { return gate.Load() == 0.3 })
	e.never(`{"method":"workspace/configuration"}`)
}

// TestShowUnanswered checks that an explanation is answered by an editor that does not say whether it shows it, and that
// nothing looks busy meanwhile.
func TestShowUnanswered(t *testing.T) {
	e := connect(t, options{build: newScript("It adds.").assists, wait: soon})
	e.initialize(assistClient)
	e.open(spaced, "go", commented)
	id := e.request("workspace/executeCommand", fmt.Sprintf(`{"command":"sopro.explain","workDoneToken":7,"arguments":[{"uri":%q,"range":%s,"show":true}]}`, spaced, rangeJSON("2:0-4:0")))
	for e.await(`{"method":"*"}`); ; {
		if m := e.recv(); match(`{"method":"window/showDocument"}`, m) == nil {
			t.Fatal("shown before the bar was gone")
		} else if match(`{"method":"$/progress","params":{"token":7,"value":{"kind":"end"}}}`, m) == nil {
			break
		}
	}
	e.await(`{"method":"window/showDocument"}`)
	want(t, e.answer(id), `{"result":{"markdown":"It adds."}}`)
	want(t, e.await(`{"method":"window/showMessage"}`), `{"params":{"type":3}}`)
}

// TestApplyUnanswered checks that the command does not claim to know what the editor does not say.
func TestApplyUnanswered(t *testing.T) {
	e := connect(t, options{build: newScript(added).assists, wait: soon})
	e.initialize(assistClient)
	e.open(spaced, "go", commented)
	id := e.applying()
	e.await(`{"method":"workspace/applyEdit"}`)
	want(t, e.answer(id), `{"result":{"text":"*","applied":"!"}}`)
	want(t, e.await(`{"method":"window/showMessage"}`), `{"params":{"type":2}}`)
}

// TestCancelWhileApplying checks that an edit that the editor makes already is reported as made.
func TestCancelWhileApplying(t *testing.T) {
	e := connect(t, options{build: newScript(added).assists})
	e.initialize(assistClient)
	e.open(spaced, "go", commented)
	id := e.applying()
	m := e.await(`{"method":"workspace/applyEdit"}`)
	e.notify("$/cancelRequest", fmt.Sprintf(`{"id":%d}`, id))
	e.reply(m, `{"applied":true}`)
	want(t, e.answer(id), `{"result":{"applied":true}}`)
	e.never(`{"method":"$/cancelRequest"}`)
}

// applying asks for code that the editor is to put in, under a bar of the editor's.
func (e *editor) applying() int {
	e.t.Helper()
	return e.request("workspace/executeCommand", fmt.Sprintf(`{"command":"sopro.generate","workDoneToken":7,"arguments":[{"uri":%q,"position":{"line":2,"character":5},"apply":true}]}`, spaced))
}
