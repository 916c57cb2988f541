// Rig is a model server for the tests of the editors' clients, which are written in other languages: `rig sim` is a simulated
// Ollama with controls over HTTP, `rig ollama` a real one with a language model of half a megabyte.
//
// Goals: one line of JSON when it is ready, then it runs until its standard input closes, so that it dies with the test that
// started it, and nothing of it stays behind; everything that a client must stand is one request away.
//
// Non-goals: users; the language server itself, which a test starts as its editor does, with SOPRO_OLLAMA_URL.
//
// The controls of `rig sim` are POSTs with a JSON body, which answer {}, but for two GETs:
//
//	/fill     {"rules": [{"when", "text", "others", "prob", "payload"}]}   what a hole is filled with: the first rule whose regular
//	          expression matches the text before it; nothing where none does. "prob" is that of each token. With "payload" it is
//	          the adversary's of that name, byte for byte, instead of "text". With "others" and a temperature it is one of those or
//	          "text", by the seed.
//	/chat     {"rules": [{"when", "text", "prob", "payload"}]}   what is said in a chat, by its last message
//	/pace     {"msPerToken": 20}   0: at once
//	/load     {"ms": 500}   what is in memory is forgotten, and loading takes so long
//	/hold     {"after": 3}   each generation that begins from now on stops after so many tokens, until /release
//	/release  {}   also lets the pulls go on
//	/fault    {"kind", "after", "text", "times", "path"}   the next requests fail: cut, noDone, errorLine, garbage, hang, missing,
//	          failed or busy; times: 0 is one, negative until /heal. See sim.Fault
//	/heal     {}   also lets go what hangs
//	/stop     {}   nothing listens any more, connections break
//	/start    {}   again, on the same port
//	/library  {"models": [{"name", "bytes", "hold"}]}   what can be pulled; with hold it stops half way, until /release
//	/forget   {}   the requests so far
//	/requests        GET: [{"method", "path", "body", "status", "aborted", "finished"}]
//	/payloads?kind=  GET: [{"name", "text"}], the adversary's of a kind; see adversary.Kind
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "rig:", err)
		os.Exit(1)
	}
}

// run serves until in ends or ctx does.
func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("usage: rig sim [--version V] [--empty] | rig ollama")
	}
	switch args[0] {
	case "sim":
		flags := flag.NewFlagSet("rig sim", flag.ContinueOnError)
		flags.SetOutput(io.Discard) // the error says it
		version := flags.String("version", "0.17.4", "the version of Ollama that is simulated")
		empty := flags.Bool("empty", false, "no model is installed; the two can be pulled")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		s, err := simulate(*version, *empty)
		if err != nil {
			return err
		}
		defer s.close()
		return serve(ctx, in, out, map[string]string{"url": s.ollama.URL(), "control": s.url()})
	case "ollama":
		s, end, err := realOllama()
		if err != nil {
			return err
		}
		defer end()
		return serve(ctx, in, out, map[string]string{"url": s.URL()})
	}
	return fmt.Errorf("%q is neither sim nor ollama", args[0])
}

// serve tells that all is ready, and returns when the one who started it is gone.
func serve(ctx context.Context, in io.Reader, out io.Writer, ready map[string]string) error {
	if err := json.NewEncoder(out).Encode(ready); err != nil {
		return err
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_, _ = io.Copy(io.Discard, in)
	}()
	select {
	case <-gone:
	case <-ctx.Done():
	}
	return nil
}
